"""Facts that an agency answers by itself are entered: by hand or from a sheet; bad rows are named, the others stand."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.domain.agency import Agency
from gateway.domain.fact import Fact
from gateway.ports import Facts

COLUMNS = ("name", "asked", "answer")
"""Columns of a sheet; several ways to ask stand in lines of their own or between `|`."""

NAME_MAX, ASKED_MAX, ANSWER_MAX, MOST_WAYS = 100, 300, 3_000, 50
_BETWEEN_WAYS = re.compile(r"[|\n\r]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that could not be taken, and why."""

    row: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredFacts:
    """What became of the rows."""

    added: int
    changed: int
    unchanged: int
    bad: tuple[BadRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterFacts:
    """Enters facts of one agency; a fact of the same name is replaced."""

    facts: Facts

    async def __call__(self, agency: Agency, rows: Iterable[tuple[int, Mapping[str, str]]]) -> EnteredFacts:
        """Enter rows of COLUMNS, each with its number; raises Unavailable."""
        known = {fact.name: fact for fact in await self.facts.of_agency(agency.key)}
        counts, bad = {"added": 0, "changed": 0, "unchanged": 0}, []
        for number, row in rows:
            fact = read_fact(agency, row)
            if not isinstance(fact, Fact):
                bad.append(BadRow(row=number, faults=fact))
                continue
            counts["unchanged" if known.get(fact.name) == fact else "changed" if fact.name in known else "added"] += 1
            if known.get(fact.name) != fact:
                await self.facts.save(fact)
                known[fact.name] = fact
        return EnteredFacts(**counts, bad=tuple(bad))


def read_fact(agency: Agency, row: Mapping[str, str]) -> Fact | tuple[str, ...]:
    """Return the fact that a row gives, or what is wrong with it."""
    name, answer = " ".join(row.get("name", "").split()), row.get("answer", "").strip()
    asked = tuple(filter(None, (" ".join(way.split()) for way in _BETWEEN_WAYS.split(row.get("asked", "")))))
    faults = [
        *([f"name: 1 to {NAME_MAX} characters"] if not 0 < len(name) <= NAME_MAX else []),
        *([f"asked: 1 to {MOST_WAYS} ways to ask"] if not 0 < len(asked) <= MOST_WAYS else []),
        *([f"asked: at most {ASKED_MAX} characters each"] if any(len(way) > ASKED_MAX for way in asked) else []),
        *([f"answer: 1 to {ANSWER_MAX} characters"] if not 0 < len(answer) <= ANSWER_MAX else []),
    ]
    return tuple(faults) or Fact(agency=agency.key, name=name, asked=asked, answer=answer)
