"""`ports.Connections` in the database."""

from collections.abc import Sequence

from sqlalchemy import Connection as Transaction
from sqlalchemy import delete, select

from gateway.adapters.sql.engine import Database
from gateway.adapters.sql.prepared import insert_or_change
from gateway.adapters.sql.tables import connections
from gateway.domain.agency import AgencyKey
from gateway.domain.connection import Connection, ConnectionId


class SqlConnections:
    """Pages that were connected by command."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Sequence[Connection]:
        """Return them, oldest first."""
        return await self._database.read(_load)

    async def save(self, connection: Connection) -> None:
        """Store a page, over what was known of it."""
        row = {
            "id": connection.id,
            "channel": connection.channel,
            "agency": connection.agency,
            "name": connection.name,
            "handle": connection.handle,
            "options": dict(connection.options),
        }
        await self._database.write(lambda c: insert_or_change(c, connections, row, key=("id",)))

    async def remove(self, id: ConnectionId) -> None:
        """Forget a page and its options; its conversations stay."""
        await self._database.write(lambda c: c.execute(delete(connections).where(connections.c.id == id)))


def _load(transaction: Transaction) -> list[Connection]:
    return [
        Connection(
            id=ConnectionId(row.id),
            channel=row.channel,
            agency=AgencyKey(row.agency),
            name=row.name,
            handle=row.handle,
            options=row.options,
        )
        for row in transaction.execute(select(connections).order_by(connections.c.seq))
    ]
