"""Places that a text names, street and house and settlement, and which of several the problem is at.

A text is cut into tokens and read once from the left; what is found is joined where it stands together. See
docs/reference/understanding.md for how well that goes.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.domain.reading import ReadPlace
from gateway.reading.houses import House, read_house, read_marked_house
from gateway.reading.settlements import Settlement, read_settlement, read_town
from gateway.reading.street_kinds import SETTLEMENTS, STREETS
from gateway.reading.streets import read_street
from gateway.reading.tokens import Token, TokenKind, Tokens, at, folded, stems_of, tokens_of, words_of
from gateway.reading.written_names import Street

_LONGEST = 20_000
_MOST_PLACES = 24


@dataclass(frozen=True, slots=True)
class _Found:
    """What was read in the tokens from `first` up to `after`."""

    first: int
    after: int
    settlement: str = ""
    street: str = ""
    house: str = ""
    is_town: bool = False


def find_places(text: str) -> tuple[ReadPlace, ...]:
    """Return the places that a text names, in its order, in the nominative; in time linear in the text."""
    tokens = tokens_of(text[:_LONGEST])
    joined = _joined(tokens, _scan(tokens))
    places = (_place(tokens, found) for found in joined if found.street or (found.settlement and not found.is_town))
    return tuple(places)[:_MOST_PLACES]


def _place(tokens: Tokens, found: _Found) -> ReadPlace:
    return ReadPlace(
        start=tokens[found.first].start,
        end=tokens[found.after - 1].end,
        settlement=found.settlement,
        street=found.street,
        house=found.house,
    )


def _scan(tokens: Tokens) -> Iterator[_Found]:
    """Yield streets with their houses, settlements, and houses that stand by themselves."""
    place, ended = 0, -1
    while place < len(tokens):
        found = _read(tokens, place, follows=_follows(tokens, place, ended))
        if found is None:
            place += 1
            continue
        if not found.settlement:
            ended = found.after
        yield found
        place = found.after


def _follows(tokens: Tokens, place: int, ended: int) -> bool:
    """Tell whether only «и», a comma or a dash parts a token from a street or a house before it."""
    return place == ended + 1 and at(tokens, place - 1).low in ("и", ",", "-", "–", "—", "/")


def _read(tokens: Tokens, place: int, *, follows: bool) -> _Found | None:
    """Read what begins at a token; nothing begins with a sign (the house of «школа № 5» is no street's)."""
    if tokens[place].kind is TokenKind.SIGN:
        return None
    settlement = read_settlement(tokens, place)
    if settlement is not None:
        return _with_house_of(tokens, settlement)
    street = read_street(tokens, place, follows=follows)
    if street is not None:
        return _with_house(tokens, street)
    house = read_marked_house(tokens, place)
    if house is not None:
        return _Found(place, house.after, house=house.number)
    town = read_town(tokens, place)
    return None if town is None else _Found(place, town.after, settlement=town.name, is_town=True)


def _with_house_of(tokens: Tokens, settlement: Settlement) -> _Found:
    house = read_house(tokens, settlement.after)
    found = _Found(settlement.first, settlement.after, settlement=settlement.name)
    if house is None or not house.is_marked:
        return found
    return replace(found, after=house.after, house=house.number)


def _with_house(tokens: Tokens, street: Street) -> _Found:
    house: House | None = read_house(tokens, street.after)
    found = _Found(street.first, street.after, street=street.name)
    return found if house is None else replace(found, after=house.after, house=house.number)


def _joined(tokens: Tokens, parts: Iterator[_Found]) -> list[_Found]:
    """Join what belongs to one place: a settlement or a house with the street beside it."""
    joined: list[_Found] = []
    for part in parts:
        whole = _together(tokens, joined[-1], part) if joined else None
        if whole is not None:
            joined[-1] = whole
        elif part.street or part.settlement or not _give_house(joined, part):
            joined.append(part)
    return _with_settlements([found for found in joined if found.street or found.settlement])


_SETTLEMENT_WITHIN = 40
"""Tokens, two or three sentences, within which «в Анапе» is said of the street that follows."""


def _with_settlements(joined: list[_Found]) -> list[_Found]:
    """Give settlements that stand alone to the next place that has none; what was given stands no more by itself."""
    given: list[_Found] = []
    if joined and joined[0].is_town and joined[0].first == 0:  # «Калуга. На улице Кирова …» is said of all that follows
        town = joined[0].settlement
        joined = [replace(found, settlement=found.settlement or town) for found in joined]
    for found in joined:
        last = given[-1] if given else None
        is_near = last is not None and found.first - last.after <= _SETTLEMENT_WITHIN
        if last is not None and is_near and not (last.street or last.house) and found.street and not found.settlement:
            given[-1] = replace(found, settlement=last.settlement)
        else:
            given.append(found)
    return given


_QUARTERS = ("микрорайон ", "квартал ")
"""What has streets in itself: «мкр Солнечный, ул. Светлая, 2» is one place."""
_BESIDE = 3
"""Tokens that may stand between the parts of one place: a comma, a preposition, «жители»."""


def _together(tokens: Tokens, one: _Found, other: _Found) -> _Found | None:
    """Return one place of two parts side by side, None if they are two."""
    between = tokens[one.after : other.first]
    if len(between) > _BESIDE or any(token.low in (";", "!", "?") for token in between):
        return None
    if not one.street and other.street:
        return _merged(one, other) if _leads_to_street(one, other, between) else None
    if one.street.startswith(_QUARTERS) and other.street and not one.house and len(between) <= 1:
        return replace(other, first=one.first, settlement=one.settlement or other.settlement)
    is_of_street = one.street and other.settlement and not one.settlement and not other.street
    if (is_of_street and len(between) <= 2) or (_is_same_place(one, other) and not between):
        return _merged(one, other)
    return None


_TO_STREET = frozenset({"по", "на", ",", "с", "адресу", ":", ".", "(", "и"})


def _leads_to_street(one: _Found, other: _Found, between: Sequence[Token]) -> bool:
    """Tell whether a settlement or a house is of the street that follows it."""
    if (one.settlement and other.settlement) or (one.house and other.house and one.house != other.house):
        return False
    return bool(one.settlement) or all(token.low in _TO_STREET or token.is_number for token in between)


def _is_same_place(one: _Found, other: _Found) -> bool:
    return bool(one.settlement and other.settlement) and one.settlement == other.settlement


def _merged(one: _Found, other: _Found) -> _Found:
    return _Found(
        first=one.first,
        after=other.after,
        settlement=one.settlement or other.settlement,
        street=one.street or other.street,
        house=one.house or other.house,
    )


_HOUSE_WITHIN = 40
"""Tokens, a sentence or two, within which «у дома 5» belongs to the street named before."""


def _give_house(joined: list[_Found], house: _Found) -> bool:
    """Give a house that stands alone to the street named shortly before, if that has none."""
    for place in range(len(joined) - 1, -1, -1):
        found = joined[place]
        if house.first - found.after > _HOUSE_WITHIN:
            return False
        if not found.is_town and not found.house:
            joined[place] = replace(found, house=house.house)
            return True
    return False


_PROBLEM = stems_of(
    "яма ямы ямой выбоин провал мусор свалк помойк горит горят фонар течет течь прорв утечк лопн затоп топит батаре "
    "холодн грязн грязь сугроб гололед скользк сломан сломал разбит упал борщевик канализ почин отремонт "
    "произош случил авари дтп воняет запах вонь лужа темно"
)
_NAMED_PROBLEM = stems_of("проблем жалоб жалу бед адрес адресу смотрет именно главн прошу просим требу")
_REGISTERED = stems_of("прописан зарегистрирован прописк родил")
_HOME = stems_of("живу живем живет живут прожива жил жила сам сама мама бабушк сын дочь брат сестр тещ теща")
_WENT = stems_of(
    "ходил ездил езжу хожу поехал ехал приехал пришел пришла пошл обращал обратил звонил отправил направил "
    "послал работаю работа зашел зашла вернул переехал был была отдел прием кабинет принима записал запись "
    "поликлиник больниц травмпункт инфекцион областн управляющ администрац мфц офис почт банк контор участков суд "
    "полици прокуратур соцзащит сервис нотариус регистратур юридическ аптек магазин школ центр "
    "загс собес справк носил направлени очеред между фок нотариал мастерск отвожу возим вожу ездит соседн раньше "
    "прежн старом такую такой таких такое аналогичн пример советует "
    "другой других другую"
)
_WELL = stems_of("хорошо отлично претензи тишин благодар спасибо починил отремонтировал чисто порядок молодц")
_WHOLE_BODIES = words_of("ук тсж жэк жэу пфр сфр мку мчс")
_FIRST, _HOUSE, _NAMED, _BROKEN = 2.5, 1.0, 3.0, 1.5
_LIVES, _IS_REGISTERED, _ELSEWHERE, _IS_WELL = -1.5, -4.0, -5.0, -4.0
_LOOKED_BEFORE, _LOOKED_AFTER = 9, 5
_BREAKS = frozenset({"но", "а", "хотя", "зато", "однако"})


def problem_place(text: str, places: Sequence[ReadPlace]) -> ReadPlace | None:
    """Return the place that the problem of a text seems to be at; None where there are no places.

    The first that is named, unless its clause tells of another thing: where one has been to complain, what works well,
    where one is registered. Where something is broken goes before where the writer lives («живу на Мира, а яма на
    Гагарина 5»), and what has a house before what has none.
    """
    if len(places) < 2:
        return places[0] if places else None
    tokens = tokens_of(text[:_LONGEST])
    scores = [_score(tokens, place, places) for place in places]
    best = places[scores.index(max(scores))]
    return best if best.house else _with_house_said(best, places)


def _with_house_said(best: ReadPlace, places: Sequence[ReadPlace]) -> ReadPlace:
    """Return the mention of the same street that has a house, if there is one."""
    street = folded(best.street)
    same = (place for place in places if street and folded(place.street) == street and place.house)
    return next(same, best)


def _score(tokens: Tokens, place: ReadPlace, places: Sequence[ReadPlace]) -> float:
    clause = _clause(tokens, place, places)
    score = _FIRST * (place is places[0]) + _HOUSE * bool(place.house) + _HOUSE * bool(place.street)
    if _has(clause.words, _WENT) or not _WHOLE_BODIES.isdisjoint(clause.words):
        score += _ELSEWHERE
    elif _has(clause.words, _REGISTERED):
        score += _IS_REGISTERED
    elif _has(clause.words, _HOME):
        score += _LIVES
    score += _IS_WELL * _has(clause.words, _WELL)
    is_broken = _has(clause.words, _PROBLEM)
    score += _BROKEN * (is_broken and clause.is_set_against)  # «живу на Мира, а яма на Гагарина»
    return score + _NAMED * _has(clause.words, _NAMED_PROBLEM) + _BROKEN * is_broken


def _has(words: Sequence[str], stems: tuple[str, ...]) -> bool:
    return any(word.startswith(stems) for word in words)


@dataclass(frozen=True, slots=True)
class _Clause:
    """The words around a place, of its clause and of no other place; whether that begins with «а» or «но»."""

    words: tuple[str, ...]
    is_set_against: bool


def _clause(tokens: Tokens, place: ReadPlace, places: Sequence[ReadPlace]) -> _Clause:
    taken = [(other.start, other.end) for other in places if other is not place]
    first = bisect_left(tokens, place.start, key=_start_of)
    after = bisect_left(tokens, place.end, key=_start_of)
    begun = first
    while begun > max(0, first - _LOOKED_BEFORE) and not _is_break(tokens, begun - 1, taken):
        begun -= 1
    ended = after
    while ended < min(len(tokens), after + _LOOKED_AFTER) and not _is_break(tokens, ended, taken):
        ended += 1
    around = (*tokens[begun:first], *tokens[after:ended])
    words = tuple(token.low for token in around if token.is_word)
    return _Clause(words, is_set_against=at(tokens, begun - 1).low in _BREAKS)


def _start_of(token: Token) -> int:
    return token.start


def _is_break(tokens: Tokens, place: int, taken: Sequence[tuple[int, int]]) -> bool:
    """Tell whether a clause ends at a token: a sentence's end that is no abbreviation's, «а», another place."""
    token, before = tokens[place], at(tokens, place - 1)
    if token.low in _BREAKS or any(start <= token.start < end for start, end in taken):
        return True
    is_short = before.is_word and (len(before.low) == 1 or before.low in STREETS or before.low in SETTLEMENTS)
    return token.ends_sentence and not (token.low == "." and is_short)
