"""`ports.Facts` in the database, remembered for some seconds: each message of a resident may ask for one."""

import time
from collections.abc import Sequence

from sqlalchemy import delete, select

from gateway.adapters.sql.engine import Database
from gateway.adapters.sql.prepared import insert_or_change
from gateway.adapters.sql.tables import facts
from gateway.domain.agency import AgencyKey
from gateway.domain.fact import Fact

_REMEMBER_SECONDS = 3.0
_REMEMBER_MOST = 256


class SqlFacts:
    """What agencies answer by themselves; what another process changes is seen here within three seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered: dict[AgencyKey, tuple[float, Sequence[Fact]]] = {}

    async def of_agency(self, agency: AgencyKey) -> Sequence[Fact]:
        """Return an agency's facts, by name."""
        known = self._remembered.get(agency)
        if known is None or known[0] < time.monotonic():
            if len(self._remembered) >= _REMEMBER_MOST:
                self._remembered.clear()
            known = self._remembered[agency] = (time.monotonic() + _REMEMBER_SECONDS, await self._load(agency))
        return known[1]

    async def _load(self, agency: AgencyKey) -> Sequence[Fact]:
        query = select(facts).where(facts.c.agency == agency)
        rows = await self._database.read(lambda c: c.execute(query).all())
        # Sorted here: how a database sorts depends on its language.
        return [
            Fact(agency=agency, name=row.name, asked=tuple(row.asked), answer=row.answer)
            for row in sorted(rows, key=lambda row: row.name)
        ]

    async def save(self, fact: Fact) -> None:
        """Store a fact, over one of the same name."""
        row = {"agency": fact.agency, "name": fact.name, "asked": list(fact.asked), "answer": fact.answer}
        await self._database.write(lambda c: insert_or_change(c, facts, row, key=("agency", "name")))
        self._remembered.pop(fact.agency, None)

    async def remove(self, agency: AgencyKey, name: str) -> bool:
        """Forget a fact; return whether there was one."""
        forget = delete(facts).where(facts.c.agency == agency, facts.c.name == name)
        removed = await self._database.write(lambda c: c.execute(forget).rowcount)
        self._remembered.pop(agency, None)
        return removed > 0
