"""An empty database with all migrations is what the tables say."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import gateway.adapters.sql.migrations as migrations
from gateway.adapters.sql.engine import Database
from gateway.adapters.sql.migrate import HEAD, migrate
from gateway.adapters.sql.tables import metadata


async def test_migrated_database_equals_the_tables(database_url: str) -> None:
    database = Database(database_url)
    try:
        assert await migrate(database)
        assert not await migrate(database)

        def differences(connection: object) -> list[object]:
            return compare_metadata(MigrationContext.configure(connection), metadata)

        assert await database.read(differences) == []
    finally:
        await database.close()


def test_the_newest_migration_is_the_one_that_the_gateway_wants() -> None:
    folder = Path(migrations.__file__).parent
    assert ScriptDirectory(str(folder)).get_current_head() == HEAD
