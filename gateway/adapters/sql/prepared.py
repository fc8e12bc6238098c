"""INSERTs: worked out once where speed counts, and those that meet a row which is there already.

SQLAlchemy composes a statement and looks up how each value is bound at every execution; on the way that every appeal
takes, that costs more than the database itself. Here both are kept from the first time on.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert
from sqlalchemy.dialects import postgresql, sqlite

_Bind = Callable[[Any], Any]


class PreparedInsert:
    """Inserts rows into a table; each row names every column but those that the database fills.

    With `once`, rows whose unique key is there already are left out.
    """

    def __init__(self, table: Table, dialect: Dialect, *, once: bool) -> None:
        columns = [column for column in table.columns if column.autoincrement is not True]
        statement = insert_once(table, dialect) if once else insert(table)
        compiled = statement.compile(dialect=dialect, column_keys=[column.name for column in columns])
        self._statement = str(compiled)
        self._positions = compiled.positiontup
        binds = {column.name: column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns}
        self._binds: dict[str, _Bind] = {name: bind for name, bind in binds.items() if bind is not None}

    def __call__(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows, all at once."""
        connection.exec_driver_sql(self._statement, [self._bound(row) for row in rows])

    def _bound(self, row: Mapping[str, Any]) -> Any:
        values = dict(row)
        for name, bind in self._binds.items():
            values[name] = bind(values[name])
        return values if self._positions is None else tuple(values[name] for name in self._positions)


def insert_once(table: Table, dialect: Dialect) -> Any:
    """Return an INSERT that leaves out rows whose unique key is there already."""
    return _own_insert(table, dialect).on_conflict_do_nothing()


def insert_or_change(connection: Connection, table: Table, row: Mapping[str, Any], *, key: Sequence[str]) -> None:
    """Insert a row, or write it over the one that has the same key."""
    changed = {name: value for name, value in row.items() if name not in key}
    written = _own_insert(table, connection.dialect).values(row)
    connection.execute(written.on_conflict_do_update(index_elements=list(key), set_=changed))


def _own_insert(table: Table, dialect: Dialect) -> Any:
    own: Any = postgresql if dialect.name == "postgresql" else sqlite
    return own.insert(table)


@lru_cache(maxsize=64)
def _prepared(table: Table, dialect: Dialect, once: bool) -> PreparedInsert:
    return PreparedInsert(table, dialect, once=once)


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, once: bool = False) -> None:
    """Insert rows whose keys are all the columns of the table but those that the database fills."""
    if rows:
        _prepared(table, connection.dialect, once)(connection, rows)
