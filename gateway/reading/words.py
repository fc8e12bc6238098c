"""Forms of Russian words: what a word may be in a sentence, and what it is called in the nominative.

The dictionary behind it takes a sixth of a second and 30 MB; it is loaded when first asked, or by `load` beforehand.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Protocol

_LONGEST = 30
"""Letters; longer ones are no names, and to analyse them takes long."""
_KEPT = 8_192
_STRESSED_AT_THE_END = frozenset({"заводской", "городской", "донской", "ямской", "тверской", "морской", "сенной"})
"""Adjectives of which the dictionary has two nominatives («заводский»), the one that names have."""


@dataclass(frozen=True, slots=True)
class Form:
    """One reading of a word: its part of speech and case by the signs of OpenCorpora, how likely it is."""

    part: str
    case: str
    gender: str
    is_plural: bool
    is_surname: bool
    is_first_name: bool
    is_settlement: bool
    is_ordinal: bool
    likely: float


class _Tag(Protocol):
    POS: str | None
    case: str | None
    number: str | None
    gender: str | None

    def __contains__(self, grammeme: str) -> bool: ...


class _Parse(Protocol):
    word: str
    tag: _Tag
    normal_form: str
    score: float

    def inflect(self, grammemes: set[str]) -> "_Parse | None": ...


class _Dictionary(Protocol):
    def parse(self, word: str) -> list[_Parse]: ...

    def word_is_known(self, word: str) -> bool: ...


def load() -> None:
    """Load the dictionary, which the first question would do otherwise."""
    _dictionary()


@lru_cache(_KEPT)
def forms(word: str) -> tuple[Form, ...]:
    """Return what a word may be, the likeliest first; nothing for what is too long to be a word."""
    return tuple(_form(found) for found in _parsed(word))


@lru_cache(_KEPT)
def in_nominative(word: str, *, part: str, cases: frozenset[str], gender: str = "", plural: bool = False) -> str | None:
    """Return the nominative of a word read as that part of speech in one of these cases, None if it is not.

    `gender` is the one that an adjective has to agree with; nouns keep their own.
    """
    for found in sorted(_parsed(word), key=_unlikely_as_name):
        tag = found.tag
        if tag.POS != part or tag.case not in cases or (tag.number == "plur") != plural:  # noqa: SIM300 -- no Yoda
            continue
        if gender and not plural and part == "ADJF" and tag.gender != gender:
            continue
        inflected = found.inflect({"nomn", "plur" if plural else "sing"})
        if inflected is not None:
            return inflected.word
    return None


@lru_cache(_KEPT)
def has(word: str, part: str, *, case: str = "", gender: str = "") -> bool:
    """Tell whether a word may be that part of speech (in that case and gender)."""
    return any(
        form.part == part and case in ("", form.case) and (gender in ("", form.gender) or form.is_plural)
        for form in forms(word)
    )


@lru_cache(_KEPT)
def is_surname_of(word: str) -> bool:
    """Tell whether a word may be somebody's surname in the genitive: «Гагарина», «Крупской»."""
    return any(form.is_surname and form.case == "gent" for form in forms(word))


@lru_cache(_KEPT)
def is_in_dictionary(word: str) -> bool:
    """Tell whether a word is known, not only guessed by its ending."""
    return len(word) <= _LONGEST and bool(_dictionary().word_is_known(word))


@lru_cache(_KEPT)
def likeliest(word: str) -> str:
    """Return the part of speech that a word most likely is."""
    found = forms(word)
    return found[0].part if found else ""


@lru_cache(_KEPT)
def _parsed(word: str) -> list[_Parse]:
    if len(word) > _LONGEST:
        return []
    return list(_dictionary().parse(word))


def _unlikely_as_name(found: _Parse) -> tuple[bool, bool]:
    return "Geox" not in found.tag, found.normal_form not in _STRESSED_AT_THE_END


def _form(found: _Parse) -> Form:
    tag = found.tag
    return Form(
        part=str(tag.POS or ""),
        case={"gen2": "gent", "loc2": "loct", "acc2": "accs"}.get(str(tag.case), str(tag.case or "")),
        gender=str(tag.gender or ""),
        is_plural=tag.number == "plur",
        is_surname="Surn" in tag,
        is_first_name="Name" in tag,
        is_settlement="Geox" in tag,
        is_ordinal="Anum" in tag,
        likely=float(found.score),
    )


@cache
def _dictionary() -> _Dictionary:
    from pymorphy3 import MorphAnalyzer  # a sixth of a second

    dictionary: _Dictionary = MorphAnalyzer()
    return dictionary
