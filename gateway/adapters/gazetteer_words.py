"""How addresses are compared: the words of a street without its kind, a house without blanks, a query cut into both."""

from dataclasses import dataclass
from functools import lru_cache

from gateway.reading.houses import read_house
from gateway.reading.street_kinds import SETTLEMENTS, STREETS, Kind
from gateway.reading.tokens import Token, TokenKind, Tokens, at, tokens_of, words_of

_KEPT = 65_536
_MOST_TERMS = 8
_LONGEST = 200
_ENDS_QUERY = words_of("кв квартира квартиры подъезд под этаж эт офис оф комната")
_HOUSE_WORDS = words_of("дом дома д влд вл владение участок уч зд здание")
_PLACES_OF_COUNTRY = words_of("россия рф область обл край район р-н республика респ российская федерация г")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What was typed: words to look up, numbers, the house that they may be, the kind of street if it was said."""

    words: tuple[str, ...]
    numbers: tuple[str, ...]
    houses: tuple[str, ...]
    kinds: frozenset[str]


def words_in(name: str) -> tuple[str, ...]:
    """Return what a street or a settlement is found by: folded words and numbers, without kinds."""
    found: dict[str, None] = {}
    tokens = tokens_of(name)
    names = [token for token in tokens if _is_named_by(token)]
    for token in names or tokens:
        if token.kind is TokenKind.SIGN:
            continue
        found[token.low] = None
        if "-" in token.low:
            found |= dict.fromkeys(part for part in token.low.split("-") if len(part) > 2)
    return tuple(found)


def kinds_in(name: str) -> frozenset[str]:
    """Return the kinds of street that a name says: «улица», «переулок»."""
    return frozenset(kind.name for token in tokens_of(name) if (kind := STREETS.get(token.low)) is not None)


def written_out(name: str, kinds: tuple[str, ...] = ("streets", "settlements")) -> str:
    """Return a name with the abbreviation of its kind written out: «ул. Ленина» becomes «улица Ленина»."""
    tokens = tokens_of(name)
    tables = {"streets": STREETS, "settlements": SETTLEMENTS}
    for place in (0, len(tokens) - 1 - (at(tokens, len(tokens) - 1).low == ".")):
        token = at(tokens, place)
        for table in kinds:
            kind = tables[table].get(token.low)
            if kind is not None and kind.is_short and len(tokens) > 1:
                return _replaced(name, tokens, place, kind)
    return " ".join(name.split())


@lru_cache(_KEPT)
def house_key(house: str) -> str:
    """Return how a house is compared: «д. 5 корп. 2» and «5к2» are «5корпус2»."""
    return housed(house).replace(" ", "").lower()


@lru_cache(_KEPT)
def housed(house: str) -> str:
    """Return a house as it is shown: «12а», «5 корпус 2»; what is not understood as it is."""
    tokens = tokens_of(house)
    read = read_house(tokens, 0)
    return " ".join(house.split()) if read is None or read.after < len(tokens) else read.number


def query_of(typed: str) -> Query:
    """Cut what was typed into words and numbers, in linear time; of overlong input the beginning counts."""
    tokens = _without_flat(tokens_of(typed[:_LONGEST]))
    houses, in_houses = _houses_in(tokens)
    words = [token.low for place, token in enumerate(tokens) if place not in in_houses and _is_searched(tokens, place)]
    numbers = [token.text for token in tokens if token.is_number]
    kinds = frozenset(kind.name for token in tokens if (kind := STREETS.get(token.low)) is not None)
    return Query(
        words=tuple(dict.fromkeys(words))[:_MOST_TERMS],
        numbers=tuple(dict.fromkeys(numbers))[:_MOST_TERMS],
        houses=tuple(houses),
        kinds=kinds,
    )


def _is_named_by(token: Token) -> bool:
    if token.is_number:
        return True
    is_kind = token.low in STREETS or token.low in SETTLEMENTS
    return token.is_word and len(token.low) > 1 and not is_kind and token.low not in _PLACES_OF_COUNTRY


def _is_searched(tokens: Tokens, place: int) -> bool:
    token = tokens[place]
    return token.is_word and _is_named_by(token) and token.low not in _HOUSE_WORDS


def _houses_in(tokens: Tokens) -> tuple[list[str], set[int]]:
    """Return the houses that the numbers of a query may be, the last one first, and the tokens they take."""
    houses: list[str] = []
    taken: set[int] = set()
    place = 0
    while place < len(tokens):
        house = read_house(tokens, place) if tokens[place].is_number else None
        if house is None:
            if tokens[place].is_number:
                houses.append(tokens[place].text)
            place += 1
            continue
        houses.append(house.number.replace(" ", ""))
        taken.update(range(place, house.after))
        place = house.after
    return houses[::-1], taken


def _without_flat(tokens: Tokens) -> Tokens:
    for place, token in enumerate(tokens):
        if place and token.low in _ENDS_QUERY:
            return tokens[:place]
    return tokens


def _replaced(name: str, tokens: Tokens, place: int, kind: Kind) -> str:
    after = place + 1 + (at(tokens, place + 1).low == ".")
    end = tokens[after - 1].end
    return " ".join(f"{name[: tokens[place].start]} {kind.name} {name[end:]}".split())
