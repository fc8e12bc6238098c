"""How well what would be refused is found, and how seldom decent texts are disturbed.

`faults.csv` is the development set (see docs/reference/understanding.md): written apart from the rules, most of it hard
on purpose, all people and numbers in it invented. The figures of the day are in that page; here are floors that only
a step back falls through.
"""

import csv
from collections import Counter
from pathlib import Path

import pytest

from gateway.domain.fault import Danger, FaultKind
from gateway.reading.dangers import find_danger
from gateway.reading.faults import find_faults

Judged = tuple[frozenset[str], frozenset[str], str, str]
FLOORS = {
    FaultKind.OBSCENE: 0.95,
    FaultKind.THREAT: 0.70,
    FaultKind.PERSONAL: 0.85,
    FaultKind.LINKS: 0.88,
    FaultKind.ADVERT: 0.38,
    FaultKind.UNREADABLE: 0.62,
    FaultKind.NO_ESSENCE: 0.72,
}


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    """What each text has and what was found in it: kinds of faults, then dangers («-» is none)."""
    with (Path(__file__).parent / "faults.csv").open(encoding="utf-8", newline="") as file:
        return [_judge(row) for row in csv.DictReader(file)]


def _judge(row: dict[str, str]) -> Judged:
    wanted = frozenset(row["faults"].replace("empty", FaultKind.NO_ESSENCE).replace("-", "").split())
    found = frozenset(fault.kind.value for fault in find_faults(row["text"]))
    danger = find_danger(row["text"])
    return wanted, found, row["emergency"].replace("danger", Danger.LIFE), "-" if danger is None else danger.value


def test_set_is_large(judged: list[Judged]) -> None:
    assert len(judged) >= 590
    assert sum(not wanted for wanted, *_ in judged) >= 380


@pytest.mark.parametrize("kind", FaultKind)
def test_what_a_check_is_for_is_found(judged: list[Judged], kind: FaultKind) -> None:
    found = [kind in found for wanted, found, *_ in judged if kind in wanted]
    assert sum(found) / len(found) >= FLOORS[kind]


def test_decent_texts_are_left_alone(judged: list[Judged]) -> None:
    disturbed = [found for wanted, found, *_ in judged if not wanted and found]
    assert len(disturbed) / sum(not wanted for wanted, *_ in judged) <= 0.01


def test_emergencies_are_seen_and_few_others_taken_for_one(judged: list[Judged]) -> None:
    seen = Counter(danger == "-" for *_, wanted, danger in judged if wanted != "-")
    assert seen[False] / seen.total() >= 0.7
    false = Counter(danger != "-" for *_, wanted, danger in judged if wanted == "-")
    assert false[True] / false.total() <= 0.01
