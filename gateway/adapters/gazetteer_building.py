"""Builds the file of a gazetteer: streets in the order of their size, the words they are found by, houses by cells.

One SQLite file: `streets` (houses as lines, points as 32-bit micro-degrees), `words` (the numbers of the streets that
have a word, as 32-bit integers), `cells` (what lies in a cell of the map). See docs/reference/places.md.
"""

import json
import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from struct import Struct
from sys import intern

from gateway.adapters.gazetteer_words import house_key, housed, words_in
from gateway.domain.place import Point

FORMAT = 1
NO_POINT = -(2**31)
MICRO = 1_000_000
CELL_LAT, CELL_LON = 2_000, 4_000
"""Micro-degrees: a cell is about 220 metres high, and as wide in the middle of Russia."""
IN_CELL = Struct("<IIii")
"""A house in a cell: the number of its street, its place there, latitude and longitude."""

_SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE streets (
    id INTEGER PRIMARY KEY, settlement TEXT NOT NULL, street TEXT NOT NULL, houses TEXT NOT NULL, points BLOB NOT NULL
);
CREATE TABLE words (word TEXT PRIMARY KEY, streets BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE cells (cell INTEGER PRIMARY KEY, houses BLOB NOT NULL);
"""
_TELL_EVERY = 5_000

Tell = Callable[[float, str], None]
"""Hears which share is done, and what is being done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRow:
    """One address: at least a settlement or a street; `house` may be missing."""

    settlement: str
    street: str
    house: str = ""
    point: Point | None = None


@dataclass(slots=True)
class _Street:
    """The houses of a street by how they are compared, and their points as pairs of micro-degrees."""

    houses: dict[str, str] = field(default_factory=dict)
    points: "array[int]" = field(default_factory=lambda: array("i"))

    def add(self, row: AddressRow) -> bool:
        """Add a house, unless it is there; tell whether it was new."""
        if not row.house or (key := intern(house_key(row.house))) in self.houses:
            return False
        self.houses[key] = intern(housed(row.house))
        lat, lon = (NO_POINT, NO_POINT) if row.point is None else (micro(row.point.lat), micro(row.point.lon))
        self.points.extend((lat, lon))
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a gazetteer holds."""

    settlements: int
    streets: int
    houses: int
    located: int


class Addresses:
    """Addresses as they come, put together by streets."""

    def __init__(self) -> None:
        self._streets: dict[tuple[str, str], _Street] = defaultdict(_Street)
        self.houses = 0

    def add(self, row: AddressRow) -> None:
        """Add an address; the same house twice counts once."""
        settlement, street = intern(row.settlement), intern(row.street)
        if settlement and street:
            self._streets[settlement, ""]  # a settlement is found by itself too
        self.houses += self._streets[settlement, street].add(row)

    def in_order(self) -> Iterator[tuple[str, str, _Street]]:
        """Yield the streets, those with the most houses first; a settlement alone counts as all that is in it."""
        sizes: dict[str, int] = defaultdict(int)
        for (settlement, _), street in self._streets.items():
            sizes[settlement] += len(street.houses)

        def order(key: tuple[str, str]) -> tuple[int, int, tuple[str, str]]:
            own = len(self._streets[key].houses)
            return (-own, -sizes[key[0]], key) if key[1] else (-sizes[key[0]], 0, key)

        for key in sorted(self._streets, key=order):
            yield *key, self._streets[key]

    def __len__(self) -> int:
        return len(self._streets)


def build(addresses: Addresses, file: Path, *, source: str, at: str, tell: Tell) -> Built:
    """Write the file of a gazetteer; raises ValueError for one that would be empty."""
    if not len(addresses):
        raise ValueError("no address")
    with closing(sqlite3.connect(file)) as database:
        database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA page_size=8192;" + _SCHEMA)
        built = _fill(database, addresses, tell)
        about = {"format": FORMAT, "source": source, "at": at, **_counts(built)}
        database.executemany("INSERT INTO about VALUES (?, ?)", [(name, json.dumps(it)) for name, it in about.items()])
        database.commit()
    return built


def cell_of(lat: int, lon: int) -> int:
    """Return the number of the cell that a point in micro-degrees lies in."""
    return (lat // CELL_LAT) * 1_000_000 + lon // CELL_LON


def micro(degrees: float) -> int:
    """Return degrees in millionths, about a tenth of a metre."""
    return round(degrees * MICRO)


def _fill(database: sqlite3.Connection, addresses: Addresses, tell: Tell) -> Built:
    words: dict[str, array[int]] = defaultdict(lambda: array("I"))
    cells: dict[int, bytearray] = defaultdict(bytearray)
    settlements: set[str] = set()
    streets = located = 0
    for number, (settlement, name, street) in enumerate(addresses.in_order()):
        if number % _TELL_EVERY == 0:
            tell(0.8 * number / len(addresses), "streets")
        row = (number, settlement, name, "\n".join(street.houses.values()), street.points.tobytes())
        database.execute("INSERT INTO streets VALUES (?, ?, ?, ?, ?)", row)
        for word in dict.fromkeys((*words_in(settlement), *words_in(name))):
            words[word].append(number)
        located += _locate(cells, number, street)
        settlements.add(settlement)
        streets += bool(name)
    tell(0.8, "words")
    rows = ((word, numbers.tobytes()) for word, numbers in sorted(words.items()))
    database.executemany("INSERT INTO words VALUES (?, ?)", rows)
    tell(0.9, "the map")
    database.executemany("INSERT INTO cells VALUES (?, ?)", _sorted(cells))
    return Built(settlements=len(settlements - {""}), streets=streets, houses=addresses.houses, located=located)


def _locate(cells: dict[int, bytearray], number: int, street: _Street) -> int:
    located = 0
    for place in range(len(street.houses)):
        lat, lon = street.points[2 * place], street.points[2 * place + 1]
        if lat != NO_POINT:
            cells[cell_of(lat, lon)] += IN_CELL.pack(number, place, lat, lon)
            located += 1
    return located


def _sorted(cells: dict[int, bytearray]) -> Iterable[tuple[int, bytes]]:
    return ((cell, bytes(cells[cell])) for cell in sorted(cells))


def _counts(built: Built) -> dict[str, int]:
    return {
        "settlements": built.settlements,
        "streets": built.streets,
        "houses": built.houses,
        "located": built.located,
    }
