"""How well the places that messages name are found: street, house and settlement, of the place of the problem.

`places.csv` is the development set (see docs/reference/understanding.md): written apart from the rules. The figures of
the day are in that page; here are floors that only a step back falls through.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.domain.reading import ReadPlace
from gateway.reading.addresses import find_places, problem_place
from gateway.reading.street_kinds import SETTLEMENTS, STREETS

_KINDS = {part for table in (STREETS, SETTLEMENTS) for kind in table.values() for part in kind.name.lower().split()}
_SHORT = {"корпус": "к", "корп": "к", "строение": "с", "стр": "с"}


@dataclass(frozen=True, slots=True)
class Judged:
    """What was meant and what was read."""

    settlement: str
    street: str
    house: str
    read: ReadPlace | None

    @property
    def is_found(self) -> bool:
        return self.read is not None and bool(self.read.street)

    @property
    def is_right(self) -> bool:
        return self.read is not None and (named(self.street), housed(self.house)) == (
            named(self.read.street),
            housed(self.read.house),
        )


def named(name: str) -> list[str]:
    """The words of a name without its kind, in whatever order."""
    words = re.findall(r"[\w-]+", name.lower().replace("ё", "е"))
    return sorted(word for word in words if word not in {kind.replace("ё", "е") for kind in _KINDS})


def housed(house: str) -> str:
    """A house with its blocks shortened, without blanks and signs."""
    words = re.findall(r"\d+|[^\W\d]+|/", house.lower().replace("ё", "е"))
    return "".join(_SHORT.get(word, word) for word in words)


def rows() -> Iterator[Judged]:
    with (Path(__file__).parent / "places.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            read = problem_place(row["text"], find_places(row["text"]))
            yield Judged(row["settlement"], row["street"], row["house"], read)


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    return list(rows())


def test_set_is_large(judged: list[Judged]) -> None:
    assert len(judged) >= 330


def test_streets_that_are_named_are_found_and_right(judged: list[Judged]) -> None:
    with_street = [one for one in judged if one.street]
    found = [one for one in with_street if one.is_found]
    assert len(found) / len(with_street) >= 0.94
    assert sum(one.is_right for one in found) / len(found) >= 0.94


def test_settlements_are_found(judged: list[Judged]) -> None:
    with_settlement = [one for one in judged if one.settlement and one.street]
    right = [one for one in with_settlement if one.read and named(one.settlement) == named(one.read.settlement)]
    assert len(right) / len(with_settlement) >= 0.8


def test_texts_that_name_no_place_are_left_alone(judged: list[Judged]) -> None:
    none = [one for one in judged if not one.street and not one.settlement]
    assert len(none) >= 50
    assert sum(one.read is not None for one in none) / len(none) <= 0.02
