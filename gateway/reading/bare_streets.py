"""Streets whose kind is not said, where much speaks for one: «на ленина 5», «угол Мира и Гагарина»."""

from gateway.reading.houses import read_house
from gateway.reading.kind_reading import begins_sentence, is_something_else
from gateway.reading.known_names import (
    KNOWN_STEMS,
    SIZES,
    is_adjective,
    is_adjective_like,
    is_generic,
    is_known_name,
    is_only_surname,
    known_words,
    meant_name,
    stem_of,
)
from gateway.reading.name_reading import KINDS_AS_NAMES, NO_NAMES, QUOTES, is_initial, numbered_name, with_initials
from gateway.reading.street_kinds import SETTLEMENTS, STREETS
from gateway.reading.street_names import PEOPLE, WEAK
from gateway.reading.tokens import Token, Tokens, at, words_of
from gateway.reading.words import forms, has, is_surname_of, likeliest
from gateway.reading.written_names import Name, Street, joined, nominative

_ON = frozenset({"на", "по"})
_OF = frozenset({"с", "со", "от", "до", "у", "около", "возле", "вдоль", "из", "напротив", "против", "улицам"})
_BEFORE = _ON | _OF | words_of("к за между перед адрес адресу адресом районе доме дому дома дом пересечении")
_OURS = words_of("наша нашу нашей вся всю всей моя мою моей через")
_CROSSING = ("пересечени", "перекрест", "углу", "угол", "между")
_COMPLAINING = ("жалоб", "жалу", "пожал", "обижен", "наде", "управ", "заявлени", "похож", "иск", "посмотр", "смотр")
_YEARS = frozenset({"1905"})
"""«на 1905 года» is a street without more being said."""


def read_bare_street(tokens: Tokens, place: int, *, follows: bool) -> Street | None:
    """Read a name without its kind, where it is known or where it stands as only names do."""
    before = at(tokens, place - 1)
    name = _bare_name(tokens, place)
    if name is None or is_something_else(before):
        return None
    house = read_house(tokens, name.after)
    if before.low in QUOTES and (house is None or is_something_else(at(tokens, place - 2))):
        return None
    if house is not None:
        is_street = name.is_known or _stands_as_name(tokens, name, place, house.is_marked)
    else:
        is_street = _is_named_alone(tokens, name, place, follows=follows)
    if not is_street:
        return None
    return Street(_bare_nominative(name), place, name.after, has_kind=False)


def _bare_name(tokens: Tokens, place: int) -> Name | None:
    token = at(tokens, place)
    if token.is_number:
        return _bare_number(tokens, place)
    if several := known_words(tokens, place):
        return Name(tuple(tokens[place : place + several]), place + several, is_known=True, is_sure=True)
    if is_initial(tokens, place):
        return _bare_initials(tokens, place)
    is_kind = token.low in STREETS and not (token.low in KINDS_AS_NAMES and read_house(tokens, place + 1))
    if token.low in NO_NAMES or is_kind or token.low in SETTLEMENTS or len(token.low) < 3:
        return None
    return _bare_words(tokens, place)


def _bare_number(tokens: Tokens, place: int) -> Name | None:
    """Read «8 Марта», «40 лет Победы» and «1905 года» without a kind."""
    name = numbered_name(tokens, place, STREETS["улица"])
    if name is None or not name.is_known:
        return None
    is_alone_known = at(tokens, place).text in _YEARS and at(tokens, place - 1).low in _ON
    return name if name.words or is_alone_known else None


def _bare_words(tokens: Tokens, place: int) -> Name | None:
    token = at(tokens, place)
    if _is_bare_pair(tokens, place):
        return Name(tuple(tokens[place : place + 2]), place + 2, is_known=is_known_name(at(tokens, place + 1).low))
    known = is_known_name(token.low) or token.low in KINDS_AS_NAMES
    if not known and (meant := meant_name(token.low)) is not None:
        token, known = token._replace(text=meant, low=meant), True
    if known or token.is_capital or at(tokens, place - 1).low in _BEFORE:
        return Name((token,), place + 1, is_known=known)
    return None


def _is_bare_pair(tokens: Tokens, place: int) -> bool:
    """Tell whether two adjectives are one name: «на Большой Садовой», «Малая Московская, 4»."""
    first, second = at(tokens, place), at(tokens, place + 1)
    if stem_of(first.low) not in SIZES or not second.is_word or not is_adjective_like(second.low):
        return False
    return (first.is_capital and second.is_capital) or stem_of(second.low) in KNOWN_STEMS


def _bare_initials(tokens: Tokens, place: int) -> Name | None:
    name = with_initials(tokens, place, "")
    if name is None or name.words[-1].low not in PEOPLE:
        return None
    return Name(name.words, name.after, is_known=True)


def _stands_as_name(tokens: Tokens, name: Name, place: int, is_marked: bool) -> bool:
    """Tell whether an unknown word before a house number stands as a street's name does."""
    word, before = name.words[0], at(tokens, place - 1)
    is_asked = before.low in _BEFORE
    if not (is_asked or (is_marked and (word.is_capital or begins_sentence(tokens, place)))):
        return word.is_capital and _is_listed(tokens, place) and _is_name_form(word.low)
    if not is_asked and not (_is_name_form(word.low) or is_adjective(word.low)):
        return False
    if is_adjective(word.low) and _agrees_with_street(word.low, before):
        return not is_generic(word.low) and (word.is_capital or (before.low in _ON and not _is_ordinal(word.low)))
    if is_surname_of(word.low):
        return word.is_capital or (before.low in _ON and is_only_surname(word.low))
    return word.is_capital and has(word.low, "NOUN", case="gent") and not _takes_preposition(word.low, before)


def _is_listed(tokens: Tokens, place: int) -> bool:
    """Tell whether a word stands where an address is given: at the start, or after a sign."""
    before = at(tokens, place - 1)
    return place == 0 or before.low in (",", ":", ".", "(", ";", "!")


def _is_name_form(word: str) -> bool:
    return (is_surname_of(word) and is_only_surname(word)) or (word.endswith(("ая", "яя")) and is_adjective(word))


def _is_ordinal(word: str) -> bool:
    return any(form.is_ordinal for form in forms(word))


def _agrees_with_street(word: str, before: Token) -> bool:
    """Tell whether an adjective stands as «улица» would: «на Садовой», «по Садовой», «с Садовой»."""
    if before.low in _ON or before.low in _OF:
        return word.endswith(("ой", "ей", "ая", "яя"))
    return word.endswith(("ая", "яя", "ой", "ей"))


def _takes_preposition(word: str, before: Token) -> bool:
    """Tell whether a noun stands in the case that the preposition asks for, as no name of a street does."""
    if before.low == "на":
        return has(word, "NOUN", case="loct")
    if before.low == "по":
        return has(word, "NOUN", case="datv")
    return before.low in _OF


def _is_named_alone(tokens: Tokens, name: Name, place: int, *, follows: bool) -> bool:
    """Tell whether a name without kind and house is a street: «на Ленина яма», «угол Мира и Гагарина»."""
    if not name.words:
        return True
    word, before = name.words[0], at(tokens, place - 1)
    earlier = at(tokens, place - 2).low
    is_capital = word.is_capital or at(tokens, place).is_capital
    if (follows or _is_crossing(before.low) or _is_crossing(earlier)) and before.low not in ("в", "у"):
        return name.is_known and (is_capital or name.is_sure or word.low not in WEAK)
    if earlier.startswith(_COMPLAINING) or not (name.is_known or before.low in _ON | _OURS):
        return False
    if is_adjective_like(word.low) and word.low not in PEOPLE:
        return _is_adjective_alone(tokens, name, place)
    is_strong = is_capital or name.is_sure or word.low not in WEAK
    return name.is_known and is_strong and (before.low in _ON or (is_capital and before.low in _OURS))


def _is_adjective_alone(tokens: Tokens, name: Name, place: int) -> bool:
    """Tell whether an adjective without a noun is a street: «на Рябиновой», «вся Депутатская», «Заречную топит»."""
    word, before, after = name.words[0], at(tokens, place - 1).low, at(tokens, name.after)
    if not is_adjective(word.low) or _is_ordinal(word.low) or _is_qualified(word.low, after):
        return False
    is_midst = word.is_capital and not begins_sentence(tokens, place)
    if name.lead:  # «на 3-й Парковой»
        return before in _ON and name.is_known
    if is_generic(word.low) and not (is_midst and name.is_known):
        return False
    if before in _ON:
        is_named = word.is_capital or name.is_known
        return is_named and (word.low.endswith(("ой", "ей")) or (is_midst and word.low.endswith(("ую", "юю"))))
    if before in _OURS or (before in _OF and word.low.endswith(("ой", "ей"))):
        return is_midst and (name.is_known or before in _OURS)
    is_alone = word.low.endswith("ую") or (word.low.endswith("ая") and begins_sentence(tokens, place))
    return word.is_capital and name.is_known and is_alone and likeliest(after.low) == "VERB"


def _is_qualified(word: str, after: Token) -> bool:
    """Tell whether an adjective belongs to the noun after it, in its case: «на детской площадке»."""
    if not after.is_word or after.is_on_new_line:
        return False
    if is_adjective(after.low):
        return True
    cases = {form.case for form in forms(word) if form.part == "ADJF" and not form.is_plural}
    of_noun = (form for form in forms(after.low) if form.part == "NOUN" and form.gender == "femn")
    return any(form.case in cases and not form.is_plural for form in of_noun)


def _is_crossing(word: str) -> bool:
    return word.startswith(_CROSSING)


def _bare_nominative(name: Name) -> str:
    word = name.words[-1].low if name.words else ""
    if is_adjective(word) and word not in PEOPLE and not name.is_sure:
        return nominative(name, STREETS["ул"])
    return joined(name, [token.text for token in name.words])
