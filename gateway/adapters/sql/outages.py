"""`ports.Outages` in the database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from gateway.adapters.sql.engine import Database
from gateway.adapters.sql.tables import outages
from gateway.domain.agency import AgencyKey
from gateway.domain.nearby import Outage
from gateway.domain.topic import TopicCode


class SqlOutages:
    """What agencies have published that they know of."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def publish(self, outage: Outage) -> None:
        """Store an outage."""
        row = {
            "id": outage.id,
            "agency": outage.agency,
            "text": outage.text,
            "topics": list(outage.topics),
            "streets": list(outage.streets),
            "since": outage.since,
            "until": outage.until,
        }
        await self._database.write(lambda c: c.execute(insert(outages), [row]))

    async def of_agency(self, agency: AgencyKey) -> Sequence[Outage]:
        """Return an agency's outages, those that are over too, newest first."""
        return await self._database.read(lambda c: load_outages(c, agency))

    async def end(self, id: str, at: datetime) -> Outage | None:
        """End an outage now; return it as it is then, None where there is none that lasts."""
        lasting = (outages.c.id == id) & (outages.c.until > at)

        def change(connection: Connection) -> Outage | None:
            row = connection.execute(select(outages).where(lasting).with_for_update()).first()
            if row is None:
                return None
            connection.execute(update(outages).where(outages.c.id == id).values(until=at))
            return replace(_to_outage(row), until=at)

        return await self._database.write(change)


def load_outages(connection: Connection, agency: str) -> Sequence[Outage]:
    """Return an agency's outages, newest first."""
    query = select(outages).where(outages.c.agency == agency).order_by(outages.c.since.desc(), outages.c.id.desc())
    return [_to_outage(row) for row in connection.execute(query)]


def _to_outage(row: Row[Any]) -> Outage:
    return Outage(
        id=row.id,
        agency=row.agency,
        text=row.text,
        topics=tuple(TopicCode(code) for code in row.topics),
        streets=tuple(row.streets),
        since=row.since,
        until=row.until,
    )
