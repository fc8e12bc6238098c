"""The name of a street as it was read, and how it is written in the nominative."""

from dataclasses import dataclass

from gateway.reading.known_names import KNOWN_STEMS, is_adjective_like, stem_of
from gateway.reading.street_kinds import Kind
from gateway.reading.street_names import PEOPLE
from gateway.reading.tokens import Token, folded
from gateway.reading.words import has, in_nominative, is_surname_of


@dataclass(frozen=True, slots=True)
class Street:
    """A street, in the nominative and with its kind if that is said, in the tokens from `first` up to `after`."""

    name: str
    first: int
    after: int
    has_kind: bool


@dataclass(frozen=True, slots=True)
class Name:
    """The words of a name up to the token `after`; `is_known` if many towns have such a street."""

    words: tuple[Token, ...]
    after: int
    lead: str = ""
    is_known: bool = False
    is_sure: bool = False


def nominative(name: Name, kind: Kind) -> str:
    """Return a name in the nominative; what stands in the genitive («Ленина», «Красной Армии») stays as it is."""
    words = [token.text for token in name.words]
    if words and _is_all_adjectives(name, kind):
        words = [_adjective(token, kind) for token in name.words]
    return joined(name, words)


def _is_all_adjectives(name: Name, kind: Kind) -> bool:
    if name.is_sure and len(name.words) > 1:
        return False
    for token in name.words:
        word = token.low
        if word in PEOPLE or not is_adjective_like(word) or not has(word, "ADJF"):
            return False
        if not any(has(word, "ADJF", case=case, gender=kind.gender) for case in kind.cases):
            return False
        if _is_womans_surname(word):
            return False
    return True


def _is_womans_surname(word: str) -> bool:
    return is_surname_of(word) and not has(word, "ADJF", case="nomn") and stem_of(word) not in KNOWN_STEMS


def _adjective(token: Token, kind: Kind) -> str:
    is_nominative = has(token.low, "ADJF", case="nomn", gender=kind.gender) and not token.low.endswith("ой")
    if not kind.gender or is_nominative:
        return token.text
    found = in_nominative(token.text.lower(), part="ADJF", cases=kind.cases, gender=kind.gender)
    return token.text if found is None else found


def joined(name: Name, words: list[str]) -> str:
    """Return a name with these words, as names are written: with capitals, and stops after initials."""
    written = [_titled(word, is_first=not place) for place, word in enumerate(words)]
    for place, token in enumerate(name.words):
        if len(token.low) == 1 and place + 1 < len(name.words) and token.low != "и":
            written[place] += "."
    return " ".join(part for part in (name.lead, *written) if part)


def _titled(word: str, *, is_first: bool) -> str:
    if word.lower() == "и" and not is_first:
        return "и"
    if word.isupper() and len(word) <= 5 and folded(word) in ("влксм", "ссср"):
        return word
    return "-".join(part[:1].upper() + part[1:].lower() for part in word.split("-"))
