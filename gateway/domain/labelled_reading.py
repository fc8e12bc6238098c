"""Texts of residents with what is right for them: where a further problem begins, what would be refused, the place."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from gateway.domain.fault import Danger, FaultKind
from gateway.domain.labelled_text import TEXT_COLUMNS, column_of

Kind = TypeVar("Kind", bound=StrEnum)

MARK = "||"
"""Stands in a text where a further problem begins."""

_MARK = re.compile(r"[ \t]*\|\|[ \t]*")
_NOTHING = {"", "-", "—"}
_FAULTS = {"empty": FaultKind.NO_ESSENCE.value}
_DANGERS = {"danger": Danger.LIFE.value}
_PLACE = ("settlement", "street", "house")
_LABELS = {"faults", "emergency", "address", *_PLACE}


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPlace:
    """Where it is by a sheet, as far as the text says: in parts, or on one line in `address`."""

    settlement: str = ""
    street: str = ""
    house: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledReading:
    """The text of a row and what is right for it; None where the sheet does not say.

    `cuts` are the characters at which a further problem begins, none for a text about one problem; `faults` and
    `dangers` are empty for a decent text. Row numbers are those that a person sees.
    """

    sheet: str
    row: int
    text: str
    cuts: tuple[int, ...] | None = None
    faults: frozenset[FaultKind] | None = None
    dangers: frozenset[Danger] | None = None
    place: NamedPlace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFault:
    """What is wrong with a row."""

    sheet: str
    row: int
    said: str

    def __str__(self) -> str:
        return f"{self.sheet}, row {self.row}: {self.said}"


def label_readings(
    sheet: str, rows: Sequence[tuple[int, Mapping[str, str]]]
) -> tuple[list[LabelledReading], list[LabelFault]]:
    """Return the rows that are good, and what is wrong with the others; raises ValueError without a column of texts.

    A sheet tells how many problems its texts have where some text has a mark, or where it tells nothing else of them.
    """
    column = column_of(list(dict.fromkeys(name for _, cells in rows for name in cells)), TEXT_COLUMNS)
    is_marked = any(MARK in cells.get(column, "") for _, cells in rows)
    tells_problems = is_marked or not any(_LABELS & cells.keys() for _, cells in rows)
    good: list[LabelledReading] = []
    bad: list[LabelFault] = []
    for number, cells in rows:
        try:
            good.append(_label(sheet, number, cells, cells.get(column, ""), tells_problems=tells_problems))
        except ValueError as error:
            bad.append(LabelFault(sheet=sheet, row=number, said=str(error)))
    return good, bad


def _label(sheet: str, number: int, cells: Mapping[str, str], written: str, *, tells_problems: bool) -> LabelledReading:
    text, cuts = _unmarked(written)
    return LabelledReading(
        sheet=sheet,
        row=number,
        text=text,
        cuts=cuts if tells_problems else None,
        faults=_kinds(cells.get("faults", ""), FaultKind, _FAULTS),
        dangers=_kinds(cells.get("emergency", ""), Danger, _DANGERS),
        place=_place(cells),
    )


def _unmarked(written: str) -> tuple[str, tuple[int, ...]]:
    """Return a text as a resident would have sent it, and where its marks were."""
    text, *parts = _MARK.split(written.strip())
    if not all(part.strip() for part in (text, *parts)):
        raise ValueError("there is no text" if not parts else "there is no text on one side of a mark")
    cuts = []
    for part in parts:
        text += "" if text[-1].isspace() or part[0].isspace() else " "
        cuts.append(len(text) + len(part) - len(part.lstrip()))
        text += part
    return text, tuple(cuts)


def _kinds(cell: str, kinds: type[Kind], also: Mapping[str, str]) -> frozenset[Kind] | None:
    """Return the kinds in a cell, none for a dash; None for an empty cell."""
    words = cell.lower().replace(",", " ").replace(";", " ").split()
    if not words:
        return None
    try:
        return frozenset(kinds(also.get(word, word)) for word in words if word not in _NOTHING)
    except ValueError:
        known = {*kinds, *also}
        unknown = ", ".join(word for word in words if word not in known | _NOTHING)
        raise ValueError(f"no such kind: {unknown}; there are {', '.join(sorted(known))}") from None


def _place(cells: Mapping[str, str]) -> NamedPlace | None:
    given = {name: " ".join(cells[name].split()) for name in (*_PLACE, "address") if name in cells}
    if not given:
        return None
    return NamedPlace(**{name: "" if cell in _NOTHING else cell for name, cell in given.items()})
