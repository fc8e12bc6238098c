"""`ports.Inbox` in the database.

Storing is one INSERT and nothing else, since a platform waits for it. What is due follows from the events that wait:
the first of a conversation says when it is read (see docs/decisions/conversations.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Row,
    Table,
    bindparam,
    case,
    delete,
    func,
    insert,
    null,
    or_,
    select,
    update,
)

from gateway.adapters.sql.chats import (
    begin_conversations,
    first_of_each,
    in_order_of_locks,
    of_chat,
    of_chats,
    part_rows,
    storable,
    to_address,
    to_conversation,
)
from gateway.adapters.sql.engine import Clash, Database
from gateway.adapters.sql.prepared import insert_rows
from gateway.adapters.sql.rows import Columns
from gateway.adapters.sql.tables import conversations, cursors, incoming_events, outgoing_parts
from gateway.domain.agency import AgencyKey
from gateway.domain.connection import Address, ConnectionId
from gateway.domain.conversation import (
    Conversation,
    ConversationId,
    Part,
    RawEvent,
    Spoken,
    Stamp,
    StoredEvent,
)
from gateway.errors import OtklikError, StaleConversation
from gateway.ports import Clock

_MOST_EVENTS = 16
_LONGEST_NAME = 200
_LARGEST_ORDER = 2**63 - 1
_FORGET_AT_ONCE = 2000


class SqlInbox:
    """Deliveries of messengers, and the conversations that they belong to."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def store(self, events: Sequence[RawEvent], *, due: datetime) -> None:
        """Store what came, each event once; they are read from `due` on."""
        if events:
            await self._database.write_grouped(_store_all, [_event_columns(event, due) for event in events])

    async def claim(
        self, *, now: datetime, until: datetime, most: int
    ) -> Sequence[tuple[Conversation, Sequence[StoredEvent]]]:
        """Take conversations with events that are due; nobody else gets them before `until`."""
        if not await self._database.read(lambda c: c.execute(_due(now, 1)).first()):
            return []  # the usual case: looking costs no write
        return await self._database.write(lambda c: _claim(c, now, until, most))

    async def save(self, spoken: Spoken, *, now: datetime, claim_next: bool = False) -> Conversation:
        """Write the conversation, mark its events as read and queue what is said; raises StaleConversation."""
        written = _Writing(
            before=spoken.before,
            after=spoken.after,
            agency=spoken.agency,
            read=spoken.read,
            parts=spoken.parts,
            now=now,
            gives_back=not claim_next,
        )
        return await self._database.write_grouped(_write_all, written)

    async def put_off(self, conversation: Conversation, event: int, *, until: datetime, reason: str) -> None:
        """Give a conversation back: its event failed and is tried again later; those behind it wait."""

        def give_back(connection: Connection) -> None:
            connection.execute(_failed(event, reason))
            _hold(connection, conversation, until)

        await self._database.write(give_back)

    async def park(self, conversation: Conversation, event: int, *, reason: str, now: datetime) -> None:
        """Set an event aside for the operator and let those behind it go on."""

        def set_aside(connection: Connection) -> None:
            connection.execute(_failed(event, reason).values(parked_at=now))
            _hold(connection, conversation, None)

        await self._database.write(set_aside)

    async def hold(self, conversation: Conversation, *, until: datetime) -> None:
        """Keep a conversation that was taken until then."""
        is_taken = (conversations.c.id == conversation.id) & conversations.c.held_until.is_not(None)
        keep = update(conversations).where(is_taken).values(held_until=until)
        await self._database.write(lambda c: c.execute(keep))

    async def release(self, conversation: Conversation, *, due: datetime | None) -> None:
        """Give a conversation back unread, to be taken again from `due` on (None: when something new comes)."""

        def give_back(connection: Connection) -> None:
            _hold(connection, conversation, due)
            if due is None:
                waiting = update(incoming_events).where(of_chat(incoming_events, conversation.address), _waits())
                connection.execute(waiting.values(due_at=None))

        await self._database.write(give_back)

    async def find(self, address: Address) -> Conversation | None:
        """Return a conversation, or None where there was none."""
        return await self._one(of_chat(conversations, address))

    async def by_id(self, id: ConversationId) -> Conversation | None:
        """Return a conversation by its id."""
        return await self._one(conversations.c.id == id)

    async def change(
        self, before: Conversation, after: Conversation, *, parts: Sequence[Part] = (), now: datetime
    ) -> None:
        """Write a conversation outside a turn and queue what is said; raises StaleConversation."""
        written = _Writing(before=before, after=after, parts=tuple(parts), now=now)
        await self._database.write_grouped(_write_all, written)

    async def resting(self, *, before: datetime, reminded: bool, most: int) -> Sequence[Conversation]:
        """Return conversations with a draft that nobody touched since, reminded of (again) or not yet."""
        at = conversations.c.reminded_at
        query = (
            select(conversations)
            .where(conversations.c.draft_touched_at < before, at.is_not(None) if reminded else at.is_(None))
            .order_by(conversations.c.draft_touched_at)
            .limit(most)
        )
        return await self._database.read(lambda c: [to_conversation(row) for row in c.execute(query)])

    async def wanting_person(self, agency: AgencyKey | None) -> Sequence[tuple[Conversation, AgencyKey]]:
        """Return conversations that wait for a person or are in one's hands, longest first."""
        wants, silent = conversations.c.wants_person_since, conversations.c.silent_until
        query = select(conversations).where(
            or_(wants.is_not(None), silent > self._clock()), conversations.c.agency.is_not(None)
        )
        if agency is not None:
            query = query.where(conversations.c.agency == agency)
        query = query.order_by(func.coalesce(wants, silent), conversations.c.id)
        return await self._database.read(
            lambda c: [(to_conversation(row), AgencyKey(row.agency)) for row in c.execute(query)]
        )

    async def parked(self) -> Sequence[tuple[ConnectionId, StoredEvent]]:
        """Return the events that were set aside."""
        query = select(incoming_events).where(incoming_events.c.parked_at.is_not(None)).order_by(incoming_events.c.id)
        return await self._database.read(
            lambda c: [(ConnectionId(row.connection), _to_event(row)) for row in c.execute(query)]
        )

    async def nobodys(self) -> Mapping[ConnectionId, int]:
        """Count by page the deliveries that belong to no dialog."""
        page = incoming_events.c.connection
        query = select(page, func.count()).where(incoming_events.c.peer.is_(None)).group_by(page)
        rows = await self._database.read(lambda c: c.execute(query).all())
        return {ConnectionId(connection): count for connection, count in rows}

    async def unpark(self, events: Sequence[int], *, now: datetime) -> int:
        """Make parked events due again, all of them if none is named; return how many."""
        change = update(incoming_events).where(incoming_events.c.parked_at.is_not(None))
        if events:
            change = change.where(incoming_events.c.id.in_(events))
        change = change.values(parked_at=None, attempts=0, due_at=now)
        return await self._database.write(lambda c: c.execute(change).rowcount)

    async def hold_poll(self, connection: ConnectionId, *, holder: str, now: datetime, until: datetime) -> bool:
        """Have a page polled by one process only; return whether that is `holder` until then."""
        stream, claim = f"poller:{connection}", f"{holder} {until.isoformat()}"

        def hold(c: Connection) -> bool:
            held = c.execute(select(cursors.c.position).where(cursors.c.stream == stream).with_for_update()).scalar()
            if held is None:
                c.execute(insert(cursors), [{"stream": stream, "position": claim}])
                return True
            other, ends = held.split(" ", 1)
            if other != holder and datetime.fromisoformat(ends) > now:
                return False
            c.execute(update(cursors).where(cursors.c.stream == stream).values(position=claim))
            return True

        try:
            return await self._database.write(hold)
        except Clash:
            return False  # another process was faster with the first claim

    async def poll_position(self, connection: ConnectionId) -> str:
        """Return how far a page that is polled has been read; empty at the beginning."""
        query = select(cursors.c.position).where(cursors.c.stream == _poll_of(connection))
        return await self._database.read(lambda c: c.execute(query).scalar()) or ""

    async def save_poll_position(self, connection: ConnectionId, position: str) -> None:
        """Note how far it has been read."""
        row = {"stream": _poll_of(connection), "position": position}

        def save(c: Connection) -> None:
            moved = update(cursors).where(cursors.c.stream == row["stream"]).values(position=position)
            if c.execute(moved).rowcount == 0:
                c.execute(insert(cursors), [row])

        await self._database.write(save)

    async def forget_read(self, *, before: datetime) -> int:
        """Drop events that were read before, some thousands at once so that nobody waits for it."""
        old = select(incoming_events.c.id).where(incoming_events.c.read_at < before).limit(_FORGET_AT_ONCE)
        forget = delete(incoming_events).where(incoming_events.c.id.in_(old))
        forgotten = 0
        while dropped := await self._database.write(lambda c: c.execute(forget).rowcount):
            forgotten += dropped
        return forgotten

    async def _one(self, which: ColumnElement[bool]) -> Conversation | None:
        row = await self._database.read(lambda c: c.execute(select(conversations).where(which)).first())
        return None if row is None else to_conversation(row)


def _poll_of(connection: ConnectionId) -> str:
    return f"poll:{connection}"


def _event_columns(event: RawEvent, due: datetime) -> Columns:
    stamp = event.stamp
    # A name that no index holds is nobody's chat: kept for the operator, like what has no peer.
    peer = None if stamp.peer is None or len(stamp.peer) > _LONGEST_NAME else storable(stamp.peer)
    return {
        "connection": event.connection,
        "key": _short(storable(stamp.key)),
        "peer": peer,
        "position": max(-_LARGEST_ORDER, min(stamp.order, _LARGEST_ORDER)),
        "together": None if stamp.together is None else storable(stamp.together),
        "payload": storable(event.payload),
        "received_at": event.received_at,
        "due_at": due,
        "attempts": 0,
        "reason": None,
        "read_at": event.received_at if peer is None else None,
        "parked_at": None,
    }


def _short(key: str) -> str:
    return key if len(key) <= _LONGEST_NAME else blake2b(key.encode(), digest_size=32).hexdigest()


def _store_all(connection: Connection, stored: Sequence[Sequence[Columns]]) -> Sequence[None]:
    insert_rows(connection, incoming_events, [row for rows in stored for row in rows], once=True)
    return [None] * len(stored)


def _waits(table: Any = incoming_events) -> ColumnElement[bool]:
    is_waiting: ColumnElement[bool] = table.c.read_at.is_(None) & table.c.parked_at.is_(None)
    return is_waiting


def _free(now: datetime) -> ColumnElement[bool]:
    return conversations.c.held_until.is_(None) | (conversations.c.held_until <= now)


def _due(now: datetime, most: int) -> Any:
    """Select the chats whose first waiting event is due and that nobody holds."""
    event, other = incoming_events, incoming_events.alias()
    # Looked up row by row: as an anti-join, PostgreSQL would go through everything that waits.
    first = (
        select(other.c.id)
        .where(
            other.c.connection == event.c.connection,
            other.c.peer == event.c.peer,
            _waits(other),
            other.c.due_at.is_not(None),
        )
        .order_by(other.c.position, other.c.id)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(event.c.connection, event.c.peer, conversations.c.id)
        .outerjoin(conversations, _same_chat())
        .where(_waits(), event.c.due_at <= now, _free(now), event.c.id == first)
        .order_by(event.c.due_at, event.c.id)
        .limit(most)
    )


def _claim(
    connection: Connection, now: datetime, until: datetime, most: int
) -> list[tuple[Conversation, Sequence[StoredEvent]]]:
    due = connection.execute(_due(now, most)).all()
    chats = [to_address(row) for row in due]
    if not chats:
        return []
    begin_conversations(connection, [to_address(row) for row in due if row.id is None], now=now)
    taken = _take(connection, chats, now)
    # Looked at after the locks: what the last holder has read meanwhile is not seen as waiting any more.
    waiting = _waiting_of(connection, taken)
    claimed: list[tuple[Conversation, Sequence[StoredEvent]]] = [
        (to_conversation(taken[chat]), ready)
        for chat in chats
        if chat in taken and (ready := _ready(waiting[chat], now))
    ]
    ids = [conversation.id for conversation, _ in claimed]
    connection.execute(update(conversations).where(conversations.c.id.in_(ids)).values(held_until=until))
    return claimed


def _take(connection: Connection, chats: Sequence[Address], now: datetime) -> dict[Address, Row[Any]]:
    query = select(conversations).where(of_chats(conversations, chats), _free(now))
    return {to_address(row): row for row in connection.execute(query.with_for_update(skip_locked=True))}


def _waiting_of(connection: Connection, taken: Mapping[Address, Row[Any]]) -> dict[Address, list[Row[Any]]]:
    """Return the first events that wait in each of these, in order."""
    found: dict[Address, list[Row[Any]]] = {chat: [] for chat in taken}
    query = first_of_each(
        connection,
        conversations,
        [row.id for row in taken.values()],
        incoming_events,
        which=_same_chat() & _waits(),
        order=(incoming_events.c.position, incoming_events.c.id),
        most=_MOST_EVENTS,
    )
    for row in connection.execute(query):
        found[to_address(row)].append(row)
    return found


def _same_chat() -> ColumnElement[bool]:
    event, chat = incoming_events.c, conversations.c
    is_same: ColumnElement[bool] = (chat.connection == event.connection) & (chat.peer == event.peer)
    return is_same


def _ready(rows: Sequence[Row[Any]], now: datetime) -> list[StoredEvent]:
    """Read those up to the first that is not due yet; what is said together with one that is comes with it."""
    ready: list[StoredEvent] = []
    for row in rows:
        is_due = row.due_at is None or row.due_at <= now
        if not is_due and not any(row.together == event.stamp.together for event in ready if row.together):
            break
        ready.append(_to_event(row))
    return ready


def _to_event(row: Row[Any]) -> StoredEvent:
    return StoredEvent(
        id=row.id,
        stamp=Stamp(key=row.key, peer=row.peer, order=row.position, together=row.together),
        payload=row.payload,
        received_at=row.received_at,
        attempts=row.attempts,
        reason=row.reason,
    )


def _failed(event: int, reason: str) -> Any:
    failed = update(incoming_events).where(incoming_events.c.id == event, _waits())
    return failed.values(attempts=incoming_events.c.attempts + 1, reason=storable(reason))


def _hold(connection: Connection, conversation: Conversation, until: datetime | None) -> None:
    """Let nobody take a conversation before then, and let no look at what is due come upon its events."""
    connection.execute(update(conversations).where(conversations.c.id == conversation.id).values(held_until=until))
    if until is not None:
        early = of_chat(incoming_events, conversation.address) & _waits() & (incoming_events.c.due_at < until)
        connection.execute(update(incoming_events).where(early).values(due_at=until))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writing:
    before: Conversation
    after: Conversation
    parts: tuple[Part, ...]
    now: datetime
    agency: AgencyKey | None = None
    read: tuple[int, ...] = ()
    gives_back: bool = False

    @property
    def is_unreachable(self) -> bool:
        return self.after.unreachable_since is not None

    @property
    def due(self) -> datetime | None:
        return None if self.is_unreachable else self.now


_WRITE = (
    update(conversations)
    .where(conversations.c.id == bindparam("written"))
    .values(
        version=bindparam("next_version"),
        agency=func.coalesce(bindparam("of_agency"), conversations.c.agency),
        held_until=case((bindparam("gives_back", type_=Boolean), null()), else_=conversations.c.held_until),
        **{
            name: bindparam(f"new_{name}", type_=conversations.c[name].type)
            for name in (
                "draft",
                "lang",
                "silent_until",
                "wants_person_since",
                "unreachable_since",
                "draft_touched_at",
                "reminded_at",
            )
        },
    )
)


def _write_all(connection: Connection, writings: Sequence[_Writing]) -> list[Conversation | OtklikError]:
    known = _versions(connection, [writing.before.id for writing in writings])
    outcomes: list[Conversation | OtklikError] = []
    written: list[_Writing] = []
    for writing in writings:
        row = known.pop(writing.before.id, None)
        if row is None or row.version != writing.before.version:
            outcomes.append(StaleConversation())
            continue
        outcomes.append(replace(writing.after, version=row.version + 1))
        written.append(writing)
        if (row.unreachable_since is not None) != writing.is_unreachable:
            _wake_or_rest(connection, outgoing_parts, writing)
    _write(connection, written)
    return outcomes


def _versions(connection: Connection, ids: Sequence[str]) -> dict[str, Row[Any]]:
    columns = conversations.c.id, conversations.c.version, conversations.c.unreachable_since
    query = in_order_of_locks(select(*columns).where(conversations.c.id.in_(ids)))
    return {row.id: row for row in connection.execute(query)}


def _wake_or_rest(connection: Connection, table: Table, writing: _Writing) -> None:
    """Let what waits to be said go on, now that the resident can be reached again, or wait until then."""
    waiting = update(table).where(of_chat(table, writing.before.address), table.c.ended.is_(None))
    connection.execute(waiting.values(due_at=writing.due))


def _write(connection: Connection, written: Sequence[_Writing]) -> None:
    if not written:
        return
    connection.execute(_WRITE, [_written_columns(writing) for writing in written])
    if read := [event for writing in written for event in writing.read]:
        these = update(incoming_events).where(incoming_events.c.id.in_(read), incoming_events.c.read_at.is_(None))
        connection.execute(these.values(read_at=written[-1].now))
    parts = [row for writing in written for row in part_rows(writing.before.address, writing.parts, due=writing.due)]
    insert_rows(connection, outgoing_parts, parts)


def _written_columns(writing: _Writing) -> Columns:
    after = writing.after
    return {
        "written": writing.before.id,
        "next_version": writing.before.version + 1,
        "of_agency": writing.agency,
        "gives_back": writing.gives_back,
        "new_draft": storable(after.draft),
        "new_lang": after.lang,
        "new_silent_until": after.silent_until,
        "new_wants_person_since": after.wants_person_since,
        "new_unreachable_since": after.unreachable_since,
        "new_draft_touched_at": after.draft_touched_at,
        "new_reminded_at": after.reminded_at,
    }
