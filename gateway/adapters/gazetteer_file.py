"""The file of a gazetteer, searched: by words in any order and form, with small slips; the house nearest to a point."""

import json
import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from struct import unpack_from
from threading import Lock

import numpy as np
import Stemmer

from gateway.adapters.gazetteer_building import CELL_LAT, CELL_LON, FORMAT, IN_CELL, MICRO, NO_POINT, cell_of, micro
from gateway.adapters.gazetteer_words import Query, house_key, kinds_in, query_of, words_in
from gateway.domain.place import FoundPlace, Point, distance

Numbers = np.ndarray[tuple[int], np.dtype[np.uint32]]

_MOST_WORDS_OF_A_PREFIX = 400
_SHORTEST_SLIP = 4
_MOST_LOOKED_AT = 64
"""Streets whose houses are looked at for one query."""
_MOST_HOUSES = 4
"""Houses of one street that begin with the number that was typed."""
_NEAR_METRES = 200.0
_USUAL = frozenset({"улица"})
_NONE: Numbers = np.zeros(0, np.uint32)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a gazetteer holds, of what it was made and when (ISO 8601)."""

    source: str
    at: str
    settlements: int
    streets: int
    houses: int
    located: int


@dataclass(frozen=True, slots=True)
class _Street:
    settlement: str
    name: str
    houses: tuple[str, ...]
    points: bytes

    def point(self, place: int) -> Point | None:
        """Return where the house at that place is."""
        lat, lon = unpack_from("=ii", self.points, 8 * place)
        return None if lat == NO_POINT else Point(lat=lat / MICRO, lon=lon / MICRO)

    def found(self, place: int | None = None) -> FoundPlace:
        """Return the street, or one of its houses, as it is written."""
        house = "" if place is None else self.houses[place]
        address = ", ".join(part for part in (self.settlement, self.name, house) if part)
        middle = len(self.houses) // 2 if place is None else place
        return FoundPlace(address=address, point=self.point(middle) if self.houses else None)


@dataclass(frozen=True, slots=True)
class _Term:
    """The streets that have a word, and those that have one that begins with it or is like it."""

    exact: Numbers
    alike: Numbers


class GazetteerFile:
    """A file that `gazetteer_building.build` wrote, opened to read; may be asked from several threads.

    Opening raises ValueError for a file that is no gazetteer.
    """

    def __init__(self, file: Path) -> None:
        self._lock = Lock()
        try:
            self._database = sqlite3.connect(
                f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            rows = dict(self._database.execute("SELECT name, value FROM about"))
            told = {name: json.loads(value) for name, value in rows.items()}
            if told.pop("format", None) != FORMAT:
                raise ValueError(f"{file} is of another version; import it again")
            self.about = About(**told)
            self._words: list[str] = [
                word for (word,) in self._database.execute("SELECT word FROM words ORDER BY word")
            ]
        except (sqlite3.Error, TypeError, json.JSONDecodeError) as error:
            raise ValueError(f"{file} is no gazetteer") from error

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._database.close()

    def search(self, typed: str, *, most: int) -> list[FoundPlace]:
        """Return the places that fit what was typed, best first: houses where a number fits, else streets."""
        query = query_of(typed)
        words = query.words or query.numbers[:1]
        if not words:
            return []
        with self._lock:
            numbers = self._streets_of(words, query.numbers)
            streets = [self._street(number) for number in numbers[:_MOST_LOOKED_AT]]
        return _ranked(query, streets)[:most]

    def at(self, point: Point) -> FoundPlace | None:
        """Return the house nearest to a point, within 200 metres."""
        lat, lon = micro(point.lat), micro(point.lon)
        with self._lock:
            near = list(self._houses_near(lat, lon))
            if not near:
                return None
            metres, street, place = min(
                (distance(point, Point(lat=of_lat / MICRO, lon=of_lon / MICRO)), street, place)
                for street, place, of_lat, of_lon in near
            )
            return self._street(street).found(place) if metres <= _NEAR_METRES else None

    def _houses_near(self, lat: int, lon: int) -> Iterator[tuple[int, int, int, int]]:
        cells = [
            cell_of(lat + up * CELL_LAT, lon + right * CELL_LON) for up in (-1, 0, 1) for right in (-2, -1, 0, 1, 2)
        ]
        marks = ",".join("?" * len(cells))
        for (houses,) in self._database.execute(f"SELECT houses FROM cells WHERE cell IN ({marks})", cells):  # noqa: S608 -- marks alone
            yield from IN_CELL.iter_unpack(houses)

    def _street(self, number: int) -> _Street:
        row = self._database.execute(
            "SELECT settlement, street, houses, points FROM streets WHERE id = ?", (int(number),)
        ).fetchone()
        settlement, name, houses, points = row
        return _Street(settlement, name, tuple(houses.split("\n")) if houses else (), points)

    def _streets_of(self, words: Sequence[str], numbers: Sequence[str]) -> list[int]:
        """Return the streets that have all the words, those that have them exactly first, then the larger ones."""
        terms = [term for word in words if len((term := self._term(word)).alike)]
        if not terms:
            return []
        both = terms[0].alike
        exact = terms[0].exact
        for term in terms[1:]:
            narrowed = np.intersect1d(both, term.alike, assume_unique=True)
            if not len(narrowed):
                continue  # one word too many: what the others say counts
            both, exact = narrowed, np.intersect1d(exact, term.exact, assume_unique=True)
        named = [self._word(number) for number in numbers]
        first = [np.intersect1d(both, of_number, assume_unique=True) for of_number in named if len(of_number)]
        ordered = [
            *(numbers_[: _MOST_LOOKED_AT // 4] for numbers_ in first),
            np.intersect1d(exact, both, assume_unique=True),
            both,
        ]
        return list(dict.fromkeys(int(number) for part in ordered for number in part[:_MOST_LOOKED_AT]))

    def _term(self, word: str) -> _Term:
        exact = self._word(word)
        alike = self._of_words(self._beginning(word))
        if not len(alike):
            alike = self._of_words(self._beginning(_stem(word)))
        if not len(alike) and len(word) >= _SHORTEST_SLIP:
            alike = self._of_words(self._slips(word))
        elif not len(exact) and len(stem := _stem(word)) >= _SHORTEST_SLIP and stem != word:
            alike = self._of_words(self._beginning(stem))
        return _Term(exact, alike)

    def _word(self, word: str) -> Numbers:
        row = self._database.execute("SELECT streets FROM words WHERE word = ?", (word,)).fetchone()
        return _NONE if row is None else np.frombuffer(row[0], np.uint32)

    def _beginning(self, beginning: str) -> list[str]:
        """Return the words that begin so."""
        first = bisect_left(self._words, beginning)
        last = bisect_left(self._words, beginning + "\uffff")
        return self._words[first : min(last, first + _MOST_WORDS_OF_A_PREFIX)]

    def _of_words(self, words: Iterable[str]) -> Numbers:
        parts = [self._word(word) for word in words]
        if not parts:
            return _NONE
        return parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts))

    @cached_property
    def _by_shape(self) -> dict[tuple[str, int], list[str]]:
        """The words by their first letter and length: where slips are looked for."""
        shapes: dict[tuple[str, int], list[str]] = {}
        for word in self._words:
            if len(word) >= _SHORTEST_SLIP:
                shapes.setdefault((word[0], len(word)), []).append(word)
        return shapes

    def _slips(self, word: str) -> list[str]:
        """Return the words that are one slip away: a letter more, less, other, or two changed over."""
        lengths = (len(word) - 1, len(word), len(word) + 1)
        near = [other for length in lengths for other in self._by_shape.get((word[0], length), ())]
        found = [other for other in near if _is_one_slip(word, other)]
        if found:
            return found
        if len(stem := _stem(word)) <= _SHORTEST_SLIP:
            return []
        longer = [
            other for length in range(len(stem), len(stem) + 4) for other in self._by_shape.get((word[0], length), ())
        ]
        return [other for other in longer if _is_one_slip(stem, other[: len(stem)])]


def _ranked(query: Query, streets: Sequence[_Street]) -> list[FoundPlace]:
    """Put houses that fit before streets whose houses do not, better named streets before worse ones."""
    ranked: list[tuple[tuple[int, ...], FoundPlace]] = []
    for order, street in enumerate(streets):
        words = words_in(street.name) or words_in(street.settlement)
        of_name = sum(word in query.words for word in words) - sum(word not in query.words for word in words) / 10
        is_of_kind = bool((query.kinds or _USUAL) & kinds_in(street.name))
        rank = (-round(10 * of_name), -is_of_kind, order)
        houses = list(_houses(query, street, words))
        ranked += [((quality, *rank, at), street.found(place)) for at, (quality, place) in enumerate(houses)]
        if not houses:
            has_number = bool(query.houses) and not set(query.numbers) <= {*words}
            ranked.append(((9 if has_number else 0, *rank, 0), street.found()))
    ranked.sort(key=lambda one: one[0])
    return list(dict.fromkeys(place for _, place in ranked))


def _houses(query: Query, street: _Street, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield how well (0 is best) the houses of a street fit the numbers of a query, and which they are."""
    wanted = next((house for house in query.houses if house not in words), None)
    if wanted is None:
        return
    keys = [house_key(house) for house in street.houses]
    fits = [
        (0 if key == wanted else 1 if not key[len(wanted)].isdigit() else 2, place)
        for place, key in enumerate(keys)
        if key.startswith(wanted)
    ]
    yield from sorted(fits)[:_MOST_HOUSES]


def _stem(word: str) -> str:
    stem: str = Stemmer.Stemmer("russian").stemWord(word)
    return stem


def _is_one_slip(one: str, other: str) -> bool:
    """Tell whether words differ by one letter more, less or other, or by two that changed places."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    same = next((place for place, letter in enumerate(one) if letter != other[place]), len(one))
    if len(one) < len(other):
        return one[same:] == other[same + 1 :]
    is_changed_over = one[same : same + 2] == other[same : same + 2][::-1] and one[same + 2 :] == other[same + 2 :]
    return one[same + 1 :] == other[same + 1 :] or is_changed_over
