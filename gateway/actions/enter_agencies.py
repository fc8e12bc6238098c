"""Agencies are entered, one by hand or thousands from a sheet: checked row by row, the good ones stored together."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gateway.domain.agency import (
    Agency,
    AgencyKey,
    AnswerWay,
    AppealWays,
    LegalBasis,
    is_agency_key,
    is_ogrn,
    is_oktmo,
)
from gateway.domain.consent import ConsentText
from gateway.domain.contact import read_email
from gateway.domain.fault import FaultKind
from gateway.domain.origin import Origin, read_origin
from gateway.form.check import is_text
from gateway.ports import Agencies
from gateway.texts import DEFAULT_LANGUAGE, Texts

COLUMNS = (
    "key",
    "name",
    "legal_name",
    "ogrn",
    "oktmo",
    "origins",
    "parent",
    "email",
    "public_body",
    "time_zone",
    "name_required",
    "answer_way",
    "legal_basis",
    "consent",
    "portal",
    "post",
    "reception",
    "learn_from_cases",
    "refuses",
)
"""What may stand in a sheet's first row; only `key` and `name` must. Origins are parted by spaces or commas."""

_YES = {"yes", "y", "1", "true", "да"}
_NO = {"no", "n", "0", "false", "нет"}
_NONE = _NO | {"none", "-"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that was not taken: its number in the sheet and what is wrong, one sentence a column."""

    row: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What became of a sheet."""

    added: int
    changed: int
    unchanged: int
    bad: tuple[BadRow, ...]


class _Faults(Exception):
    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__()
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterAgencies:
    """Stores agencies by their keys; the same sheet once more changes nothing."""

    agencies: Agencies
    texts: Texts

    async def __call__(self, rows: Iterable[tuple[int, Mapping[str, str]]]) -> Entered:
        """Store every good row over what is known of its agency; empty cells leave what is there."""
        known: dict[str, Agency] = {agency.key: agency for agency in await self.agencies.all()}
        before = dict(known)
        bad: list[BadRow] = []
        read: dict[str, int] = {}
        for number, row in rows:
            try:
                agency = read_agency(row, known.get(row.get("key", "").strip().lower()), self.texts)
                known[agency.key] = agency
                read[agency.key] = number
            except _Faults as faults:
                bad.append(BadRow(row=number, faults=faults.faults))
        bad += _misplaced(known, before, read)
        fresh = [known[key] for key in read if before.get(key) != known[key]]
        await self.agencies.save(fresh)
        added = sum(agency.key not in before for agency in fresh)
        return Entered(
            added=added,
            changed=len(fresh) - added,
            unchanged=len(read) - len(fresh),
            bad=tuple(sorted(bad, key=lambda row: row.row)),
        )


def _misplaced(known: dict[str, Agency], before: Mapping[str, Agency], read: dict[str, int]) -> list[BadRow]:
    """Take out agencies that hang in the air or go round in a circle, until all that are left stand on something."""
    bad: list[BadRow] = []
    while found := {key: fault for key in read if (fault := _fault_above(known[key], known))}:
        for key, fault in found.items():
            bad.append(BadRow(row=read.pop(key), faults=(f"parent: {fault}",)))
            if key in before:
                known[key] = before[key]
            else:
                del known[key]
    return bad


def _fault_above(agency: Agency, known: Mapping[str, Agency]) -> str | None:
    passed: set[str] = set()
    above = agency
    while above.parent is not None and above.key not in passed:
        passed.add(above.key)
        if above.parent not in known:
            return f"there is no agency {above.parent}" if above is agency else None
        above = known[above.parent]
        if above is agency:
            return "an agency is not above itself"
    return None


def read_agency(row: Mapping[str, str], known: Agency | None, texts: Texts) -> Agency:
    """Return the agency that a row describes, over what is known of it; raises with every fault of the row."""
    cells = {name: value.strip() for name, value in row.items() if value and value.strip()}
    faults = [f"{name}: there is no such column" for name in cells if name not in COLUMNS]
    faults += [f"{name}: some of its characters cannot be stored" for name, cell in cells.items() if not is_text(cell)]
    reading = _Reading(cells, known, faults)
    key = reading.key()
    name = reading.required("name", None if known is None else known.name)
    legal_name = cells.get("legal_name") or (known.legal_name if known else name)
    agency = Agency(
        key=AgencyKey(key),
        name=name,
        legal_name=legal_name,
        ogrn=reading.code("ogrn", known.ogrn if known else None),
        oktmo=reading.code("oktmo", known.oktmo if known else None),
        origins=reading.origins(),
        parent=reading.parent(),
        email=reading.email(),
        is_public_body=reading.flag("public_body", True if known is None else known.is_public_body),
        time_zone=reading.time_zone(),
        name_required=reading.flag("name_required", True if known is None else known.name_required),
        answer_way=AnswerWay(reading.choice("answer_way", AnswerWay, known.answer_way if known else AnswerWay.ANY)),
        legal_basis=LegalBasis(
            reading.choice("legal_basis", LegalBasis, known.legal_basis if known else LegalBasis.CONSENT)
        ),
        consent=_consent(cells.get("consent"), legal_name, known, texts),
        appeal_ways=reading.ways(),
        learns_from_cases=reading.flag("learn_from_cases", False if known is None else known.learns_from_cases),
        refuses=reading.refuses(),
    )
    if faults:
        raise _Faults(faults)
    return agency


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads cells; what is wrong goes to `faults`, and something harmless stands in for it."""

    cells: Mapping[str, str]
    known: Agency | None
    faults: list[str]

    def key(self) -> str:
        key = self.cells.get("key", "").lower()
        if not is_agency_key(key):
            self.faults.append("key: 2 to 64 lower-case Latin letters, digits and dashes are needed")
        return key

    def required(self, column: str, known: str | None) -> str:
        value = self.cells.get(column) or known
        if not value:
            self.faults.append(f"{column}: it is missing")
        return value or ""

    def code(self, column: str, known: str | None) -> str | None:
        value = self.cells.get(column)
        if value is None:
            return known
        is_right = is_ogrn(value) if column == "ogrn" else is_oktmo(value)
        if not is_right:
            wanted = "13 digits with a right check digit" if column == "ogrn" else "8 or 11 digits"
            self.faults.append(f"{column}: {wanted} are needed")
        return value

    def origins(self) -> tuple[Origin, ...]:
        written = self.cells.get("origins")
        if written is None:
            return () if self.known is None else self.known.origins
        found = []
        for part in written.replace(",", " ").split():
            origin = read_origin(part)
            if origin is None:
                self.faults.append(f"origins: {part} is not like https://school.example")
            else:
                found.append(origin)
        return tuple(sorted(set(found), key=str))

    def parent(self) -> AgencyKey | None:
        parent = self.cells.get("parent")
        if parent is None:
            return None if self.known is None else self.known.parent
        return AgencyKey(parent.lower())

    def email(self) -> str | None:
        written = self.cells.get("email")
        if written is None:
            return None if self.known is None else self.known.email
        address = read_email(written)
        if address is None:
            self.faults.append("email: an address like webmaster@school.example is needed")
        return address

    def flag(self, column: str, otherwise: bool) -> bool:
        value = self.cells.get(column, "").lower()
        if value and value not in _YES | _NO:
            self.faults.append(f"{column}: yes or no is needed")
        return value in _YES if value else otherwise

    def refuses(self) -> frozenset[FaultKind]:
        written = self.cells.get("refuses")
        if written is None:
            return frozenset() if self.known is None else self.known.refuses
        words = set() if written.lower() in _NONE else set(written.lower().replace(",", " ").split())
        if unknown := sorted(words - set(FaultKind)):
            self.faults.append(f"refuses: {', '.join(unknown)} is none of {', '.join(FaultKind)}")
        return frozenset(kind for kind in FaultKind if kind in words)

    def choice(self, column: str, choices: Iterable[str], otherwise: str) -> str:
        value = self.cells.get(column, otherwise).lower()
        if value not in list(choices):
            self.faults.append(f"{column}: one of {', '.join(choices)} is needed")
            return otherwise
        return value

    def time_zone(self) -> str:
        zone = self.cells.get("time_zone") or (self.known.time_zone if self.known else "Europe/Moscow")
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # the last for a part of a name, like Europe
            self.faults.append("time_zone: a name like Asia/Yekaterinburg is needed")
        return zone

    def ways(self) -> AppealWays:
        known = self.known.appeal_ways if self.known else AppealWays()
        portal = self.cells.get("portal") or known.portal
        if portal and not portal.startswith(("https://", "http://")):
            self.faults.append("portal: an address that begins with https:// is needed")
        return AppealWays(
            portal=portal,
            post=self.cells.get("post") or known.post,
            reception=self.cells.get("reception") or known.reception,
        )


def _consent(given: str | None, legal_name: str, known: Agency | None, texts: Texts) -> ConsentText:
    """Return the text to consent to; words that have changed get a version of their own."""
    if known is None or known.consent is None:
        text = given or texts.say(DEFAULT_LANGUAGE, "consent.default", legal_name=legal_name)
        return ConsentText(version="1", text=text)
    before = known.consent
    text = given or _renamed(before.text, known.legal_name, legal_name)
    return before if before.text == text else ConsentText(version=_next(before.version), text=text)


def _renamed(text: str, old: str, new: str) -> str:
    """Return the same words for an operator who is called otherwise now."""
    return re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _: new, text)


def _next(version: str) -> str:
    return str(int(version) + 1) if version.isdigit() else f"{version}.1"
