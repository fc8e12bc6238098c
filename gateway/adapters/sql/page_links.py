"""`ports.PageLinks` in the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from gateway.adapters.sql.engine import Database
from gateway.adapters.sql.prepared import insert_rows
from gateway.adapters.sql.rows import place_columns, to_place
from gateway.adapters.sql.tables import page_links
from gateway.domain.agency import AgencyKey
from gateway.domain.page_link import LinkCode, PageLink
from gateway.domain.topic import TopicCode


class SqlPageLinks:
    """Links that begin a form somewhere."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, link: PageLink) -> None:
        """Store a link under its code; one that is there already is the same."""
        row = {"code": link.code, "agency": link.agency, "topic": link.topic, **place_columns(link.place)}
        await self._database.write(lambda c: insert_rows(c, page_links, [row], once=True))

    async def find(self, agency: AgencyKey, code: str) -> PageLink | None:
        """Return the link of that code if it is the agency's."""
        if not (code.isascii() and code.isalnum()):
            return None
        query = select(page_links).where(page_links.c.code == code, page_links.c.agency == agency)
        row = await self._database.read(lambda c: c.execute(query).first())
        return None if row is None else _to_link(row)

    async def of_agency(self, agency: AgencyKey) -> Sequence[tuple[LinkCode, PageLink]]:
        """Return an agency's links, oldest first."""
        query = select(page_links).where(page_links.c.agency == agency).order_by(page_links.c.seq)
        return await self._database.read(lambda c: [(LinkCode(row.code), _to_link(row)) for row in c.execute(query)])


def _to_link(row: Row[Any]) -> PageLink:
    topic = None if row.topic is None else TopicCode(row.topic)
    return PageLink(agency=AgencyKey(row.agency), topic=topic, place=to_place(row))
