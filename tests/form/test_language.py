"""The language of an answer: the one asked for, else the best of those that the browser accepts, else Russian."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.texts import LANGUAGES, choose_language, load_texts
from tests.properties import any_text, many


@pytest.mark.parametrize(
    ("asked", "accepted", "chosen"),
    [
        (None, None, "ru"),
        (None, "", "ru"),
        ("en", "ru", "en"),
        ("ru", "en", "ru"),
        ("de", "en", "en"),
        ("", "en", "en"),
        (None, "en", "en"),
        (None, "en-GB", "en"),
        (None, "EN-us,en;q=0.5", "en"),
        (None, "ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", "ru"),
        (None, "de-DE,de;q=0.9,en;q=0.8", "en"),
        (None, "de,fr;q=0.5", "ru"),
        (None, "ru;q=0.1, en;q=0.2", "en"),
        (None, "ru;q=0.5, en;q=0.5", "ru"),
        (None, "en;q=0.5, ru;q=0.5", "en"),
        (None, "ru;q=0, en;q=0.1", "en"),
        (None, "en;q=0", "ru"),
        (None, " en ; q = 1 ", "en"),
        (None, "*", "ru"),
        (None, "en;q=high", "ru"),
        (None, ";;;,,,q=1", "ru"),
        (None, "en" * 10_000, "ru"),
        (None, ",".join(["de"] * 10_000), "ru"),
    ],
)
def test_the_language_is_the_one_that_was_asked_for(asked: str | None, accepted: str | None, chosen: str) -> None:
    assert choose_language(asked, accepted) == chosen


@many
@given(st.none() | any_text, st.none() | any_text | st.text("enru-,;q=0.19* \t", max_size=40))
def test_nonsense_gets_an_answer_in_some_language_of_ours(asked: str | None, accepted: str | None) -> None:
    assert choose_language(asked, accepted) in LANGUAGES


def test_a_sentence_without_a_text_is_a_defect_that_shows() -> None:
    with pytest.raises(KeyError):
        load_texts().say("ru", "no.such.key")
