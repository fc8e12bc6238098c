"""Numbers in words, as far as houses are told by them: «дом шесть», «двадцать восьмого дома»."""

from dataclasses import dataclass

from gateway.reading.tokens import Tokens, at, stems_of


@dataclass(frozen=True, slots=True)
class SpokenNumber:
    """A number of one or more words and the token after it; `is_ordinal` for «шестой»."""

    value: int
    after: int
    is_ordinal: bool


_CARDINALS = stems_of(
    "один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать "
    "пятнадцать шестнадцать семнадцать восемнадцать девятнадцать"
)
_TENS = stems_of("двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто")
_HUNDREDS = {"сто": 100, "двести": 200, "триста": 300}
_ORDINALS = stems_of(
    "перв втор трет четверт пят шест седьм восьм девят десят одиннадцат двенадцат тринадцат четырнадцат пятнадцат "
    "шестнадцат семнадцат восемнадцат девятнадцат"
)
_ORDINAL_TENS = stems_of(
    "двадцат тридцат сороков пятидесят шестидесят семидесят восьмидесят девяност"  # the stems of «двадцатый»
)
_ENDINGS = ("ый", "ой", "ий", "ого", "ему", "его", "ьего", "ому", "ом", "ым", "ьем", "ьему")

_UNITS = {word: value for value, word in enumerate(_CARDINALS, 1)}
_TENS_OF = {word: 10 * value for value, word in enumerate(_TENS, 2)}
_STEMS = {word: value for value, word in enumerate(_ORDINALS, 1)} | {
    word: 10 * value for value, word in enumerate(_ORDINAL_TENS, 2)
}
_ORDINAL_WORDS = {stem + ending: value for stem, value in _STEMS.items() for ending in _ENDINGS} | {
    "сотый": 100,
    "сотого": 100,
    "сотом": 100,
}

_FIRST_WORDS = frozenset({*_UNITS, *_TENS_OF, *_HUNDREDS, *_ORDINAL_WORDS})


def read_spoken_number(tokens: Tokens, place: int) -> SpokenNumber | None:
    """Read a number below 400 in words, None if there is none."""
    if at(tokens, place).low not in _FIRST_WORDS:
        return None
    value, here = 0, place
    for of_words in (_HUNDREDS, _TENS_OF, _UNITS):
        word = at(tokens, here).low
        if (ordinal := _ORDINAL_WORDS.get(word)) is not None and _fits(value, ordinal):
            return SpokenNumber(value + ordinal, here + 1, is_ordinal=True)
        if (part := of_words.get(word)) is not None and _fits(value, part):
            value, here = value + part, here + 1
    if (ordinal := _ORDINAL_WORDS.get(at(tokens, here).low)) is not None and value and _fits(value, ordinal):
        return SpokenNumber(value + ordinal, here + 1, is_ordinal=True)
    return SpokenNumber(value, here, is_ordinal=False) if value else None


def _fits(value: int, part: int) -> bool:
    """Tell whether a part may follow what has been said: «двадцать» + «шесть», not «шесть» + «двадцать»."""
    if not value:
        return True
    if value % 100 == 0:
        return part < 100
    return value % 10 == 0 and value % 100 >= 20 and part < 10
