"""What the inbox and the queue of what is said share: rows of `conversations`, parts on their way into the queue."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select, Table, false, func, or_, select, true

from gateway.adapters.sql.prepared import insert_rows
from gateway.adapters.sql.rows import Columns
from gateway.adapters.sql.tables import conversations
from gateway.domain.connection import Address, ConnectionId
from gateway.domain.conversation import Conversation, ConversationId, Part
from gateway.domain.lots import draw_id


def storable(written: str) -> str:
    """Return a text that every engine takes: what it cannot is written as JSON escapes it."""
    if "\0" in written:
        written = written.replace("\0", "\\u0000")
    try:
        written.encode()
    except UnicodeEncodeError:  # half a surrogate pair, as JSON may carry one
        return written.encode(errors="backslashreplace").decode()
    return written


def of_chats(table: Table, addresses: Iterable[Address]) -> ColumnElement[bool]:
    """Tell whether a row with `connection` and `peer` is of one of these."""
    peers: dict[str, list[str]] = {}
    for chat in addresses:
        peers.setdefault(chat.connection, []).append(chat.peer)
    # Page by page: a list of pairs would have SQLite read the whole table.
    pages = [(table.c.connection == page) & table.c.peer.in_(named) for page, named in peers.items()]
    return or_(false(), *pages)


def of_chat(table: Table, chat: Address) -> ColumnElement[bool]:
    """Tell whether a row with `connection` and `peer` is of this one."""
    return (table.c.connection == chat.connection) & (table.c.peer == chat.peer)


def in_order_of_locks(query: Select[Any]) -> Select[Any]:
    """Lock the conversations that a query finds, in the same order everywhere, so that two processes do not cross."""
    return query.order_by(conversations.c.connection, conversations.c.peer).with_for_update()


def begin_conversations(connection: Connection, addresses: Iterable[Address], *, now: datetime) -> None:
    """Add conversations that nobody has added yet, as they begin."""
    sorted_addresses = sorted(set(addresses), key=lambda chat: (chat.connection, chat.peer))
    insert_rows(connection, conversations, [_beginning(chat, now) for chat in sorted_addresses], once=True)


def _beginning(chat: Address, now: datetime) -> Columns:
    never = dict.fromkeys(
        ("silent_until", "wants_person_since", "unreachable_since", "draft_touched_at", "reminded_at", "held_until")
    )
    given: Columns = {"id": draw_id(now), "connection": chat.connection, "peer": chat.peer, "agency": None}
    return {**given, "version": 0, "draft": "", "lang": "ru", **never}


def lock_conversations(
    connection: Connection, addresses: Iterable[Address], *, now: datetime
) -> dict[Address, Row[Any]]:
    """Return the rows of these conversations, begun where there were none, for nobody else to write meanwhile."""
    wanted = set(addresses)
    found = _locked(connection, wanted)
    if missing := wanted - found.keys():
        begin_conversations(connection, missing, now=now)
        found |= _locked(connection, missing)
    return found


def _locked(connection: Connection, addresses: set[Address]) -> dict[Address, Row[Any]]:
    query = in_order_of_locks(select(conversations).where(of_chats(conversations, addresses)))
    return {to_address(row): row for row in connection.execute(query)}


def first_of_each(
    connection: Connection,
    owners: FromClause,
    ids: Sequence[Any],
    rows: Table,
    *,
    which: ColumnElement[bool],
    order: Sequence[ColumnElement[Any]],
    most: int,
) -> Select[Any]:
    """Select the first rows of each owner, for `which` joins the two; looked up owner by owner on either engine.

    PostgreSQL has to be told so with LATERAL: after a sudden rush it believes that next to nothing waits, and would go
    through all of it. SQLite has no LATERAL, and takes the owners first by itself.
    """
    is_wanted = owners.c.id.in_(ids)
    if connection.dialect.name == "postgresql":
        each = select(rows).where(which).order_by(*order).limit(most).correlate(owners).lateral()
        return select(each).select_from(owners).join(each, true()).where(is_wanted)
    place = func.row_number().over(partition_by=(rows.c.connection, rows.c.peer), order_by=order)
    placed = select(rows, place.label("place")).select_from(owners).join(rows, which).where(is_wanted).subquery()
    return select(placed).where(placed.c.place <= most).order_by(placed.c.place)


def to_address(row: Row[Any]) -> Address:
    """Read `connection`, `peer`."""
    return Address(connection=ConnectionId(row.connection), peer=row.peer)


def to_conversation(row: Row[Any]) -> Conversation:
    """Read a row of `conversations`."""
    return Conversation(
        id=ConversationId(row.id),
        address=to_address(row),
        version=row.version,
        draft=row.draft,
        lang=row.lang,
        silent_until=row.silent_until,
        wants_person_since=row.wants_person_since,
        unreachable_since=row.unreachable_since,
        draft_touched_at=row.draft_touched_at,
        reminded_at=row.reminded_at,
    )


def part_rows(address: Address, parts: Sequence[Part], *, due: datetime | None) -> list[Columns]:
    """Return rows of `outgoing_parts`, in the order in which they are said."""
    return [
        {
            "connection": address.connection,
            "peer": address.peer,
            "body": storable(part.body),
            "once": part.once,
            "expires_at": part.expires_at,
            "due_at": due,
            "attempts": 0,
            "failures": 0,
            "ended": None,
            "ended_at": None,
            "reason": None,
        }
        for part in parts
    ]
