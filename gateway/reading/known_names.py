"""Which words are names of streets all over the country, or slips of them, and which are what a street is like."""

from gateway.reading.street_names import ADJECTIVES, GENERIC, PEOPLE, SEVERAL_WORDS, THINGS
from gateway.reading.tokens import Tokens, at
from gateway.reading.words import forms, has, is_in_dictionary

_ENDINGS = ("ого", "его", "ому", "ему", "ыми", "ими", "ая", "яя", "ий", "ый", "ой", "ей", "ое", "ее", "ую", "юю")
_ENDINGS_MORE = ("ом", "ем", "ым", "им")
_SHORTEST_SLIP, _LONGEST_SLIP = 6, 20
_WITHOUT_A_LETTER = {
    name[:place] + name[place + 1 :]: name
    for name in sorted(PEOPLE)
    if len(name) >= _SHORTEST_SLIP
    for place in range(len(name))
} | {name: name for name in PEOPLE}
_FIRST_OF_SEVERAL = frozenset(name[0] for name in SEVERAL_WORDS if name)


def stem_of(word: str) -> str:
    """Return an adjective without its ending."""
    for ending in _ENDINGS + _ENDINGS_MORE:
        if word.endswith(ending):
            return word[: -len(ending)]
    return word


def is_adjective_like(word: str) -> bool:
    """Tell whether a word ends as adjectives do."""
    return word.endswith(_ENDINGS + _ENDINGS_MORE) and "-" not in word[-3:]


def is_adjective(word: str) -> bool:
    """Tell whether a word may be a full adjective."""
    return is_adjective_like(word) and has(word.rpartition("-")[2], "ADJF")


def is_known_name(word: str) -> bool:
    """Tell whether a folded word is a name that streets all over the country have, in any form of an adjective."""
    return word in PEOPLE or word in THINGS or (is_adjective_like(word) and stem_of(word) in KNOWN_STEMS)


def meant_name(word: str) -> str | None:
    """Return the known name of a person that an unknown word is one slip away from: «гогарина» means «гагарина»."""
    if not _SHORTEST_SLIP <= len(word) <= _LONGEST_SLIP or is_in_dictionary(word):
        return None
    for place in range(len(word)):
        if (meant := _WITHOUT_A_LETTER.get(word[:place] + word[place + 1 :])) is not None:
            return meant
    return _WITHOUT_A_LETTER.get(word)


def is_generic(word: str) -> bool:
    """Tell whether an adjective says what a street is like: «соседняя», «тёмная»."""
    return word in GENERIC or stem_of(word) in _GENERIC_STEMS


def is_only_surname(word: str) -> bool:
    """Tell whether a word is most likely a surname (or a town), not an everyday word too."""
    return all(form.is_surname or form.is_settlement for form in forms(word)[:2])


def is_first_name(word: str) -> bool:
    """Tell whether a word may be a first name in the genitive: «Карла»."""
    return any(form.is_first_name and form.case == "gent" for form in forms(word))


def known_words(tokens: Tokens, place: int) -> int:
    """Return how many words from here are a known name of several words."""
    if at(tokens, place).low not in _FIRST_OF_SEVERAL:
        return 0
    for count in (3, 2):
        words = tuple(token.low for token in tokens[place : place + count])
        if len(words) == count and words in SEVERAL_WORDS:
            return count
    return 0


KNOWN_STEMS = frozenset(stem_of(word) for word in ADJECTIVES)
SIZES = frozenset(map(stem_of, ("большая", "малая", "старая", "новая", "верхняя", "нижняя", "средняя")))
_GENERIC_STEMS = frozenset(stem_of(word) for word in GENERIC)
