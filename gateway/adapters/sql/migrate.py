"""Brings a database to the tables of this version."""

from importlib.resources import as_file, files

from sqlalchemy import Connection, inspect, text

from gateway.adapters.sql.engine import Database

HEAD = "0008"
"""The newest revision under `migrations/versions`; a test holds it to that."""

# Two nodes that start together over one PostgreSQL migrate one after the other; the number is arbitrary, only ours.
_ONE_MIGRATOR = text("SELECT pg_advisory_xact_lock(7205759404)")


async def migrate(database: Database) -> bool:
    """Apply the migrations that are missing; return whether there were any.

    Looks first: Alembic takes a third of a second to import, and is not needed on most starts.
    """
    if await database.read(_revision) == HEAD:
        return False
    await database.write(_upgrade)
    return True


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    if connection.dialect.name == "postgresql":
        connection.execute(_ONE_MIGRATOR)
    with as_file(files("gateway.adapters.sql") / "migrations") as scripts:
        config = Config()
        config.set_main_option("script_location", str(scripts))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
