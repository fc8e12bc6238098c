import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.colour import BLACK, WHITE, Colour, contrast, legible, read_colour

PARTS = st.integers(min_value=0, max_value=255)
COLOURS = st.builds(Colour, PARTS, PARTS, PARTS)


# As WCAG's own techniques (G18) and the checkers built on it reckon them.
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("000000", "ffffff", 21.0), ("ffffff", "ffffff", 1.0), ("767676", "ffffff", 4.54), ("777777", "ffffff", 4.48)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, expected: float) -> None:
    assert contrast(read_colour(one), read_colour(other)) == pytest.approx(expected, abs=0.005)


@given(COLOURS)
def test_any_colour_can_be_read_on_paper_after_it_was_made_legible(colour: Colour) -> None:
    assert contrast(legible(colour, on=[WHITE], towards=BLACK), WHITE) >= 4.5
    assert contrast(legible(colour, on=[BLACK], towards=WHITE), BLACK) >= 4.5


def test_colour_that_can_be_read_stays_as_it_is() -> None:
    blue = Colour(0x0B, 0x4E, 0xA2)
    assert legible(blue, on=[WHITE], towards=BLACK) == blue


@pytest.mark.parametrize("written", ["", "0b4ea", "0b4ea2f", "#0b4eag", "red", "0b4ea2\n", "٠b4ea2"])
def test_what_is_no_colour_is_none(written: str) -> None:
    assert read_colour(written) is None


@given(COLOURS)
def test_colour_is_read_as_it_is_written(colour: Colour) -> None:
    assert read_colour(str(colour)) == colour
