"""What names an agency: its key, its ОГРН, its ОКТМО."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.agency import is_agency_key, is_ogrn, is_oktmo
from tests.properties import any_text, many

# Of bodies that everybody knows: a bank, a gas company, the railways.
REAL = ["1027700132195", "1027700070518", "1037739877295"]


@pytest.mark.parametrize("written", REAL)
def test_a_real_ogrn_is_one(written: str) -> None:
    assert is_ogrn(written)


@pytest.mark.parametrize("written", REAL)
def test_an_ogrn_with_one_wrong_digit_is_none(written: str) -> None:
    for place, right in enumerate(written):
        for wrong in set("0123456789") - {right}:
            mistyped = written[:place] + wrong + written[place + 1 :]
            # Eleven's remainder of ten is written 0, so a slip that makes it of zero is not seen: the rule's own gap.
            assert not is_ogrn(mistyped) or {int(written[:12]) % 11, int(mistyped[:12]) % 11} == {0, 10}


def test_a_remainder_of_ten_is_written_as_nought() -> None:
    first_twelve = next(str(number) for number in range(102770000000, 102770000100) if number % 11 == 10)
    assert is_ogrn(first_twelve + "0")
    assert not is_ogrn(first_twelve + "1")


@pytest.mark.parametrize(
    "written",
    [
        "",
        "1027700132194",
        "102770013219",
        "10277001321950",
        "304770000133374",
        "102770013219а",
        "１０２７７００１３２１９５",
    ],
)
def test_what_is_no_ogrn_is_refused(written: str) -> None:
    assert not is_ogrn(written)


@pytest.mark.parametrize(
    ("written", "is_one"),
    [
        ("45000000", True),
        ("69701000001", True),
        ("4500000", False),
        ("450000000", False),
        ("", False),
        ("4500000а", False),
        ("-4500000", False),
    ],
)
def test_an_oktmo_has_eight_or_eleven_digits(written: str, is_one: bool) -> None:
    assert is_oktmo(written) is is_one


@pytest.mark.parametrize("written", ["ab", "a1", "42", "demo", "school-5", "a--b", "a" * 64])
def test_a_key_is_of_latin_letters_digits_and_dashes(written: str) -> None:
    assert is_agency_key(written)


@pytest.mark.parametrize(
    "written",
    ["", "a", "-ab", "ab-", "School", "школа", "a_b", "a.b", "a b", "a/b", "ab\n", "a" * 65, "../etc", "a%2fb"],
)
def test_what_would_not_do_in_an_address_is_no_key(written: str) -> None:
    assert not is_agency_key(written)


@many
@given(any_text | st.text("0123456789", max_size=14))
def test_nonsense_never_raises(written: str) -> None:
    for judge in (is_agency_key, is_ogrn, is_oktmo):
        assert judge(written) in (True, False)
