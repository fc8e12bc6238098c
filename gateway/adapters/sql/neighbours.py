"""`ports.Neighbours` in the gateway's own database, which has every appeal that was sent through it.

The core store is not asked: what it has reported of an appeal tells whether it is open and which topic is the right
one.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select

from gateway.adapters.sql.engine import Database
from gateway.adapters.sql.outages import load_outages
from gateway.adapters.sql.rows import to_chat, to_contact, to_place
from gateway.adapters.sql.tables import appeal_events, appeals
from gateway.domain.address import address_key
from gateway.domain.agency import Agency
from gateway.domain.case import EventKind, Status
from gateway.domain.connection import Address
from gateway.domain.joining import OPEN, count_people, nearest, rounded, ways_to
from gateway.domain.nearby import Known, NearbyCase, explains
from gateway.domain.number import AppealNumber
from gateway.domain.place import Box, Place, box_around, distance
from gateway.domain.topic import Topic, TopicPlace

_MOST_LOOKED_AT = 100
"""Open appeals of one topic within a radius; where there are more, it is the newest that are looked at."""


class SqlNeighbours:
    """What others have reported within `metres`, or at the same address, and what agencies have published.

    With 0 metres nobody is told of the reports of others.
    """

    def __init__(self, database: Database, *, metres: float) -> None:
        self._database = database
        self._metres = metres

    async def known(
        self, agency: Agency, topic: Topic, place: Place | None, *, now: datetime, but: Address | None = None
    ) -> Known:
        """Return open cases of that topic near that place, and outages that explain it."""

        def look(connection: Connection) -> Known:
            outages = load_outages(connection, agency.key)
            return Known(
                cases=nearest(self._cases(connection, agency, topic, place, but)),
                outages=tuple(outage for outage in outages if explains(outage, topic.code, place, now=now)),
            )

        return await self._database.read(look)

    def _cases(
        self, connection: Connection, agency: Agency, topic: Topic, place: Place | None, but: Address | None
    ) -> Iterator[NearbyCase]:
        if not self._metres or place is None or topic.place is not TopicPlace.PUBLIC:
            return
        found = {row.id: row for query in self._queries(agency, topic, place) for row in connection.execute(query)}
        joining = _joining(connection, [row.number for row in found.values()])
        for row in found.values():
            away = _away(place, row)
            if (away is None or away <= self._metres) and (but is None or to_chat(row) != but):
                yield _nearby(row, topic, joining[row.number], away)

    def _queries(self, agency: Agency, topic: Topic, place: Place) -> Iterator[Select[Any]]:
        """Yield a query for each way in which a place can be the same, each over an index of its own."""
        key = "" if place.address is None else address_key(place.address)
        if place.point is not None:
            yield _open_ones(agency, topic).where(_within(box_around(place.point, metres=self._metres)))
        if key:
            same = appeals.c.address_key == key
            query = _open_ones(agency, topic).where(same)
            yield query if place.point is None else query.where(appeals.c.lat.is_(None))


def _open_ones(agency: Agency, topic: Topic) -> Select[Any]:
    return (
        select(appeals)
        .where(
            appeals.c.agency == agency.key,
            appeals.c.joins.is_(None),
            appeals.c.consent_withdrawn_at.is_(None),
            func.coalesce(_newest("topic_code", EventKind.TOPIC_CORRECTED), appeals.c.topic_code) == topic.code,
            func.coalesce(_newest("status"), Status.MODERATION.value).in_(sorted(status.value for status in OPEN)),
        )
        .order_by(appeals.c.received_at.desc())
        .limit(_MOST_LOOKED_AT)
    )


def _newest(column: str, kind: EventKind | None = None) -> Any:
    """Return the value of a column in the newest event of an appeal."""
    query = select(appeal_events.c[column]).where(appeal_events.c.appeal_id == appeals.c.id)
    if kind is not None:
        query = query.where(appeal_events.c.kind == kind.value)
    return query.order_by(appeal_events.c.seq.desc()).limit(1).scalar_subquery()


def _within(box: Box) -> ColumnElement[bool]:
    between = appeals.c.lat.between(box.south, box.north)
    if box.west is None or box.east is None:
        return between
    return and_(between, appeals.c.lon.between(box.west, box.east))


def _joining(connection: Connection, numbers: Sequence[str]) -> dict[str, list[Row[Any]]]:
    joining: dict[str, list[Row[Any]]] = {number: [] for number in numbers}
    if numbers:
        for row in connection.execute(select(appeals).where(appeals.c.joins.in_(numbers))):
            joining[row.joins].append(row)
    return joining


def _away(place: Place, row: Row[Any]) -> float | None:
    """Return how far an appeal's point is from a place, None where either has none."""
    there = to_place(row)
    if place.point is None or there is None or there.point is None:
        return None
    return distance(place.point, there.point)


def _nearby(row: Row[Any], topic: Topic, joining: Sequence[Row[Any]], away: float | None) -> NearbyCase:
    return NearbyCase(
        number=AppealNumber(row.number),
        topic=topic.code,
        since=row.received_at,
        people=count_people(ways_to(to_contact(each), to_chat(each)) for each in (row, *joining)),
        metres=None if away is None else rounded(away),
    )
