"""Streets in a text: «на улице Садовой», «Ленинский проспект», «5 мкр», «на ленина 5»."""

from gateway.reading.bare_streets import read_bare_street
from gateway.reading.houses import read_house
from gateway.reading.kind_reading import begins_sentence, is_something_else, kind_ahead, read_kind
from gateway.reading.known_names import (
    KNOWN_STEMS,
    is_adjective,
    is_adjective_like,
    is_generic,
    is_known_name,
    is_only_surname,
    known_words,
    stem_of,
)
from gateway.reading.name_reading import MONTHS, QUOTES, is_numbered, read_name, read_ordinal
from gateway.reading.street_kinds import STREETS, Kind
from gateway.reading.street_names import PEOPLE, THINGS, WEAK
from gateway.reading.tokens import Token, Tokens, at
from gateway.reading.words import has, is_surname_of, likeliest
from gateway.reading.written_names import Name, Street, nominative

_COMMON = frozenset({"проезд", "площадь", "спуск", "тупик", "квартал", "линия", "аллея", "набережная"})
"""Kinds that are everyday words too: «спуск ступенек»; small letters after them name nothing that is not known."""
_LONG_KINDS = frozenset(word for word, kind in STREETS.items() if not kind.is_short)
_NEVER_NAMES = frozenset({"VERB", "INFN", "PREP", "CONJ", "NPRO", "GRND", "PRCL"})
_NAMED_AFTER_ALL = frozenset({"улица", "проспект", "площадь", "бульвар", "переулок"})


def read_street(tokens: Tokens, place: int, *, follows: bool = False) -> Street | None:
    """Read the street that begins at a token, None if none does; `follows` another street («Ленина и Мира»)."""
    token = at(tokens, place)
    if token.low in QUOTES or not (token.is_word or token.is_number):
        return None
    found = read_after_kind(tokens, place) or read_before_kind(tokens, place)
    return found or read_bare_street(tokens, place, follows=follows)


def read_after_kind(tokens: Tokens, place: int) -> Street | None:
    """Read «на улице Садовой», «ул. 8 Марта», «мкр 5»."""
    kind, after = read_kind(tokens, place)
    if kind is None:
        return None
    name = read_name(tokens, after, kind)
    if name is None or not _is_believed(tokens, name, kind):
        return None
    if is_adjective(name.words[-1].low if name.words else "") and at(tokens, name.after).low in _LONG_KINDS:
        return read_before_kind(tokens, after)  # «ул. Цветной бульвар»
    return Street(f"{kind.name} {nominative(name, kind)}", place, name.after, has_kind=True)


def read_before_kind(tokens: Tokens, place: int) -> Street | None:
    """Read «Ленинский проспект», «1-й Садовой улице», «Ленина ул.», «5 микрорайон»."""
    if kind_ahead(tokens, place) is None:
        return None
    for name in _leading_names(tokens, place):
        kind, after = read_kind(tokens, name.after)
        if kind is None or at(tokens, name.after).is_on_new_line:
            continue
        if not name.words:
            if kind.is_numbered and is_numbered(tokens, place, after, kind):
                lead = f"{name.lead}-й" if name.lead.isdigit() and kind.gender == "masc" else name.lead
                return Street(f"{lead} {kind.name}", place, after, has_kind=True)
            continue
        if _is_believed_before(tokens, place, name, kind, after):
            return Street(f"{nominative(name, kind)} {kind.name}", place, after, has_kind=True)
    return None


def _is_believed(tokens: Tokens, name: Name, kind: Kind) -> bool:
    """Tell whether what follows a kind is its name: «на улице Садовой», not «на улице холодно»."""
    if not name.words or name.is_sure:
        return True
    first, part = name.words[0], likeliest(name.words[0].low)
    if part in _NEVER_NAMES and not is_known_name(first.low):
        return first.is_capital and is_surname_of(first.low)
    if kind.name == "линия" or (first.is_capital and (part not in ("ADVB", "PRED") or kind.is_short)):
        return bool(name.lead) if kind.name == "линия" else not (kind.name == "площадь" and is_generic(first.low))
    is_known = name.is_known and not is_generic(first.low)
    if kind.is_short or (kind.name in _COMMON and not is_known):
        return kind.is_short and part not in ("ADVB", "PRED", "NUMR")
    return _is_believed_in_small(tokens, name, kind, is_known=is_known)


def _is_believed_in_small(tokens: Tokens, name: Name, kind: Kind, *, is_known: bool) -> bool:
    """Tell whether a name in small letters is believed after a kind that is written out."""
    word = name.words[0].low
    if is_known:
        return word not in WEAK or kind.name in _NAMED_AFTER_ALL
    if read_house(tokens, name.after) is None:
        is_surname = is_surname_of(word) and likeliest(word) == "NOUN" and is_only_surname(word)
        return is_surname and len(name.words) == 1
    return has(word, "NOUN", case="gent") or is_surname_of(word) or is_adjective(word)


def _may_stand_before(tokens: Tokens, place: int, name: Name, kind: Kind, after: int) -> bool:
    """Tell whether nothing speaks against a name before a kind: neither what precedes it nor a name that follows."""
    first, last = name.words[0], name.words[-1]
    if (kind.name == "линия" and not name.lead) or is_something_else(at(tokens, place - 1)):
        return False
    if kind.needs_stop and at(tokens, after - 1).low != ".":
        return False
    is_named = is_adjective(last.low) and first.is_capital and not is_generic(last.low)
    return is_named or read_after_kind(tokens, name.after) is None


def _leading_names(tokens: Tokens, place: int) -> list[Name]:
    """Return the names that may stand before a kind, the longest first."""
    token = at(tokens, place)
    names: list[Name] = []
    lead, after = ("", place)
    if token.is_number:
        word = at(tokens, place + 1)
        if word.low in MONTHS:
            return [Name((word,), place + 2, token.text, is_known=True, is_sure=True)]
        if len(token.text) > 2 and at(tokens, place + 1).low != "-":
            return []
        lead, after = read_ordinal(tokens, place, kind_ahead(tokens, place))
        names.append(Name((), after, lead))
    several = known_words(tokens, after)
    if several:
        names.insert(0, Name(tuple(tokens[after : after + several]), after + several, lead, is_sure=True))
    for count in (2, 1):
        words = tuple(tokens[after : after + count])
        if len(words) == count and all(word.is_word and word.low not in STREETS for word in words):
            names.insert(len(names) - bool(lead), Name(words, after + count, lead))
    return names


def _is_believed_before(tokens: Tokens, place: int, name: Name, kind: Kind, after: int) -> bool:
    """Tell whether what stands before a kind is its name: «Садовая улица», not «соседняя улица»."""
    if not _may_stand_before(tokens, place, name, kind, after):
        return False
    if name.is_sure or (len(name.words) > 1 and not _is_pair(name.words)):
        return name.is_sure
    first, last = name.words[0], name.words[-1]
    has_house = read_house(tokens, after) is not None
    if is_adjective_like(last.low):
        return _is_named_adjective(tokens, place, name, kind, has_house=has_house)
    if first.is_capital and has_house and is_surname_of(last.low) and len(name.words) == 1:
        return True
    return last.low in PEOPLE | THINGS and (first.is_capital or has_house) and kind.name != "микрорайон"


def _is_pair(words: tuple[Token, ...]) -> bool:
    """Tell whether two words may be one name: «Большая Садовая», «Карла Маркса»."""
    first, second = words[0].low, words[1].low
    return words[0].is_capital and words[1].is_capital and is_adjective(first) and is_adjective(second)


def _is_named_adjective(tokens: Tokens, place: int, name: Name, kind: Kind, *, has_house: bool) -> bool:
    first, last = name.words[0], name.words[-1]
    if not any(has(last.low, "ADJF", case=case, gender=kind.gender) for case in kind.cases):
        return False
    is_name = first.is_capital and not begins_sentence(tokens, place)
    if is_generic(last.low):
        return is_name and (has_house or kind.name == "улица") and last.low[:3] not in ("наш", "ваш", "эта", "это")
    return is_name or has_house or bool(name.lead) or stem_of(last.low) in KNOWN_STEMS
