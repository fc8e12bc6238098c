"""`ports.AdviceLetters` in the database, so that two operators who send at once write once."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete
from sqlalchemy.dialects import postgresql, sqlite

from gateway.adapters.sql.engine import Database
from gateway.adapters.sql.tables import advice_letters
from gateway.domain.agency import AgencyKey


class SqlAdviceLetters:
    """Letters that went out, the last about each thing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, agency: AgencyKey, about: str, *, at: datetime, since: datetime) -> bool:
        """Note a letter, unless one about the same went after `since`; return whether it may go."""
        return await self._database.write(lambda c: _claim(c, agency, about, at, since))

    async def release(self, agency: AgencyKey, about: str) -> None:
        """Forget a letter that did not go out after all."""
        known = (advice_letters.c.agency == agency) & (advice_letters.c.about == about)
        await self._database.write(lambda c: c.execute(delete(advice_letters).where(known)))


def _claim(connection: Connection, agency: AgencyKey, about: str, at: datetime, since: datetime) -> bool:
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    noted = dialect.insert(advice_letters).values(agency=agency, about=about, sent_at=at)
    noted = noted.on_conflict_do_update(
        index_elements=["agency", "about"], set_={"sent_at": at}, where=advice_letters.c.sent_at <= since
    )
    # The row that comes back is the one that was written; none does where the last letter is too fresh.
    return connection.execute(noted.returning(advice_letters.c.about)).first() is not None
