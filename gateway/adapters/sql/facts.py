"""`ports.Facts` in the database."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from gateway.adapters.sql.engine import Database
from gateway.adapters.sql.prepared import insert_or_change
from gateway.adapters.sql.tables import facts
from gateway.domain.agency import AgencyKey
from gateway.domain.fact import Fact


class SqlFacts:
    """What agencies answer by themselves."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_agency(self, agency: AgencyKey) -> Sequence[Fact]:
        """Return an agency's facts, by name."""
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

    async def remove(self, agency: AgencyKey, name: str) -> bool:
        """Forget a fact; return whether there was one."""
        forget = delete(facts).where(facts.c.agency == agency, facts.c.name == name)
        return await self._database.write(lambda c: c.execute(forget).rowcount) > 0
