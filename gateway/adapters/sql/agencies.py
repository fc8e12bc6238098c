"""`ports.Agencies` in the database, remembered for a few seconds so that no form waits for it."""

import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from gateway.adapters.sql.engine import Database
from gateway.adapters.sql.rows import Columns
from gateway.adapters.sql.tables import agencies, agency_origins, consent_texts
from gateway.domain.agency import Agency, AgencyKey, AnswerWay, AppealWays, LegalBasis, is_agency_key
from gateway.domain.consent import ConsentText
from gateway.domain.fault import FaultKind
from gateway.domain.origin import Origin, read_origin
from gateway.errors import UnknownAgency

_REMEMBER_SECONDS = 5.0
_REMEMBER_MOST = 4096


class SqlAgencies:
    """Agencies; what another process changes is seen here within five seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered: OrderedDict[str, tuple[float, Agency | None]] = OrderedDict()

    async def find(self, key: str) -> Agency:
        """Return the agency; raises UnknownAgency."""
        if not is_agency_key(key):
            raise UnknownAgency
        known = self._remembered.get(key)
        if known is None or known[0] < time.monotonic():
            known = self._remember(key, await self._database.read(lambda c: _load(c, key)))
        if known[1] is None:
            raise UnknownAgency
        return known[1]

    async def with_origin(self, origin: Origin) -> bool:
        """Tell whether any agency has registered this origin."""
        wanted = (str(origin), str(origin.any_port))
        query = select(agency_origins.c.agency).where(agency_origins.c.origin.in_(wanted)).limit(1)
        return await self._database.read(lambda c: c.execute(query).first() is not None)

    async def save(self, agencies: Sequence[Agency]) -> None:
        """Store these, all or none."""
        await self._database.write(lambda c: _save_all(c, agencies))
        self._remembered.clear()

    async def all(self) -> Sequence[Agency]:
        """Return all of them, by key."""
        return await self._database.read(_load_all)

    async def consent_text(self, key: AgencyKey, version: str) -> ConsentText | None:
        """Return a text that the agency has ever asked consent to."""
        query = select(consent_texts.c.text).where(consent_texts.c.agency == key, consent_texts.c.version == version)
        found = await self._database.read(lambda c: c.execute(query).scalar_one_or_none())
        return None if found is None else ConsentText(version=version, text=found)

    def _remember(self, key: str, agency: Agency | None) -> tuple[float, Agency | None]:
        entry = (time.monotonic() + _REMEMBER_SECONDS, agency)
        self._remembered[key] = entry
        self._remembered.move_to_end(key)
        if len(self._remembered) > _REMEMBER_MOST:
            self._remembered.popitem(last=False)
        return entry


def _load(connection: Connection, key: str) -> Agency | None:
    row = connection.execute(_joined().where(agencies.c.key == key)).first()
    return None if row is None else to_agency(row, _origins(connection, [key]).get(key, ()))


def load_agencies(connection: Connection, keys: Iterable[str]) -> dict[str, Agency]:
    """Return the agencies of these keys, by key."""
    wanted = sorted(set(keys))
    origins = _origins(connection, wanted)
    rows = connection.execute(_joined().where(agencies.c.key.in_(wanted)))
    return {row.key: to_agency(row, origins.get(row.key, ())) for row in rows}


def _load_all(connection: Connection) -> list[Agency]:
    origins = _origins(connection, None)
    rows = connection.execute(_joined().order_by(agencies.c.key))
    return [to_agency(row, origins.get(row.key, ())) for row in rows]


def _joined() -> Any:
    consent = (agencies.c.key == consent_texts.c.agency) & (agencies.c.consent_version == consent_texts.c.version)
    return select(agencies, consent_texts.c.text.label("consent_text")).outerjoin(consent_texts, consent)


def _origins(connection: Connection, keys: Sequence[str] | None) -> dict[str, tuple[Origin, ...]]:
    query = select(agency_origins).order_by(agency_origins.c.agency, agency_origins.c.origin)
    if keys is not None:
        query = query.where(agency_origins.c.agency.in_(keys))
    found: dict[str, tuple[Origin, ...]] = {}
    for row in connection.execute(query):
        if origin := read_origin(row.origin):
            found[row.agency] = (*found.get(row.agency, ()), origin)
    return found


def to_agency(row: Row[Any], origins: tuple[Origin, ...]) -> Agency:
    """Read a row of `agencies` joined with its consent text."""
    consent = None if row.consent_text is None else ConsentText(version=row.consent_version, text=row.consent_text)
    return Agency(
        key=AgencyKey(row.key),
        name=row.name,
        legal_name=row.legal_name,
        ogrn=row.ogrn,
        oktmo=row.oktmo,
        origins=origins,
        parent=row.parent,
        email=row.email,
        is_public_body=row.is_public_body,
        time_zone=row.time_zone,
        name_required=row.name_required,
        answer_way=AnswerWay(row.answer_way),
        legal_basis=LegalBasis(row.legal_basis),
        consent=consent,
        appeal_ways=AppealWays(portal=row.portal, post=row.post, reception=row.reception),
        learns_from_cases=row.learns_from_cases,
        refuses=frozenset(kind for kind in FaultKind if kind in row.refuses.split()),
    )


def _save_all(connection: Connection, saved: Sequence[Agency]) -> None:
    known = set(connection.execute(select(agencies.c.key)).scalars())
    for agency in saved:
        columns = _columns(agency)
        if agency.key in known:
            connection.execute(agencies.update().where(agencies.c.key == agency.key).values(columns))
        else:
            connection.execute(insert(agencies).values(columns))
        _save_origins(connection, agency)
        _save_consent_text(connection, agency)


def _save_origins(connection: Connection, agency: Agency) -> None:
    connection.execute(delete(agency_origins).where(agency_origins.c.agency == agency.key))
    rows = [{"agency": agency.key, "origin": str(origin)} for origin in dict.fromkeys(agency.origins)]
    if rows:
        connection.execute(insert(agency_origins), rows)


def _save_consent_text(connection: Connection, agency: Agency) -> None:
    if agency.consent is None:
        return
    version = (consent_texts.c.agency == agency.key) & (consent_texts.c.version == agency.consent.version)
    if connection.execute(select(consent_texts.c.text).where(version)).first() is None:
        row = {"agency": agency.key, "version": agency.consent.version, "text": agency.consent.text}
        connection.execute(insert(consent_texts).values(row))


def _columns(agency: Agency) -> Columns:
    return {
        "key": agency.key,
        "name": agency.name,
        "legal_name": agency.legal_name,
        "ogrn": agency.ogrn,
        "oktmo": agency.oktmo,
        "parent": agency.parent,
        "is_public_body": agency.is_public_body,
        "time_zone": agency.time_zone,
        "name_required": agency.name_required,
        "answer_way": agency.answer_way.value,
        "legal_basis": agency.legal_basis.value,
        "consent_version": None if agency.consent is None else agency.consent.version,
        "portal": agency.appeal_ways.portal,
        "post": agency.appeal_ways.post,
        "reception": agency.appeal_ways.reception,
        "email": agency.email,
        "learns_from_cases": agency.learns_from_cases,
        "refuses": " ".join(sorted(agency.refuses)),
    }
