"""`ports.Speaking` in the database.

The first part that waits for a peer stands for all of them: who takes it, by moving the time when it is due, has the
peer. Parts of one peer get their places while its conversation is locked, so none can slip in before one that is taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    case,
    delete,
    func,
    literal,
    select,
    union_all,
    update,
)

from gateway.adapters.sql.chats import first_of_each, lock_conversations, of_chats, part_rows, to_address
from gateway.adapters.sql.engine import Database
from gateway.adapters.sql.prepared import insert_once, insert_rows
from gateway.adapters.sql.rows import Columns
from gateway.adapters.sql.tables import conversations, outgoing_keys, outgoing_parts
from gateway.domain.connection import Address, ConnectionId
from gateway.domain.conversation import (
    Outcome,
    Part,
    QueuedPart,
    Refused,
    SendLater,
    Sent,
    Unreachable,
    Unsure,
)

_MOST_PARTS = 20

_Outcomes = Sequence[tuple[QueuedPart, Outcome, datetime | None]]


class SqlSpeaking:
    """The queue of what is said in messengers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, address: Address, parts: Sequence[Part], *, key: str, now: datetime) -> None:
        """Queue parts once: a second call with the same key changes nothing."""
        await self._database.write_grouped(_put_all, _Put(address, tuple(parts), key, now))

    async def claim(
        self, *, now: datetime, until: datetime, most: int
    ) -> Sequence[tuple[Address, Sequence[QueuedPart]]]:
        """Take peers that have something due, each with what waits for it in order, for nobody else before `until`."""
        if not await self._database.read(lambda c: c.execute(_due(now, 1)).first()):
            return []  # the usual case: looking costs no write
        return await self._database.write(lambda c: _claim(c, now, until, most))

    async def hold(self, part: int, *, until: datetime) -> None:
        """Keep a peer whose first part this is until then."""
        keep = update(outgoing_parts).where(outgoing_parts.c.id == part, _WAITS, outgoing_parts.c.due_at.is_not(None))
        await self._database.write(lambda c: c.execute(keep.values(due_at=until)))

    async def begin(self, parts: Sequence[int]) -> None:
        """Note that these are being sent now; after a crash they are known to be unsure."""
        if parts:
            await self._database.write_grouped(_begin_all, parts)

    async def settle(self, address: Address, outcomes: _Outcomes, *, now: datetime) -> None:
        """Write how sending ended and give the peer back."""
        await self._database.write_grouped(_settle_all, _Settling(address, outcomes, now))

    async def counts(self) -> Mapping[ConnectionId, Mapping[str, int]]:
        """Count by page what waits, was refused, is unsure, and who cannot be reached."""
        return await self._database.read(_count)

    async def forget_ended(self, *, before: datetime) -> None:
        """Drop what was refused or unsure before then, and the keys of what was put before then."""

        def forget(connection: Connection) -> None:
            connection.execute(delete(outgoing_parts).where(outgoing_parts.c.ended_at < before))
            connection.execute(delete(outgoing_keys).where(outgoing_keys.c.put_at < before))

        await self._database.write(forget)


@dataclass(frozen=True, slots=True)
class _Put:
    address: Address
    parts: tuple[Part, ...]
    key: str
    now: datetime


@dataclass(frozen=True, slots=True)
class _Settling:
    address: Address
    outcomes: _Outcomes
    now: datetime

    @property
    def until(self) -> datetime | None:
        """When the part that has to wait is sent again."""
        later = (at for _, outcome, at in self.outcomes if isinstance(outcome, SendLater | Unsure))
        return next(filter(None, later), None)

    @property
    def is_unreachable(self) -> bool:
        return any(isinstance(outcome, Unreachable) for _, outcome, _ in self.outcomes)


_WAITS = outgoing_parts.c.ended.is_(None)


def _put_all(connection: Connection, puts: Sequence[_Put]) -> Sequence[None]:
    known = lock_conversations(connection, [put.address for put in puts], now=puts[0].now)
    new = _note_keys(connection, puts)
    rows: list[Columns] = []
    for put in puts:
        if put.key in new:
            new.remove(put.key)
            is_unreachable = known[put.address].unreachable_since is not None
            rows += part_rows(put.address, put.parts, due=None if is_unreachable else put.now)
    insert_rows(connection, outgoing_parts, rows)
    return [None] * len(puts)


def _note_keys(connection: Connection, puts: Sequence[_Put]) -> set[str]:
    """Note the keys, in the same order everywhere so that two processes do not cross; return the new ones."""
    rows = [{"key": put.key, "put_at": put.now} for put in sorted(puts, key=lambda put: put.key)]
    noted = insert_once(outgoing_keys, connection.dialect).returning(outgoing_keys.c.key)
    return set(connection.execute(noted, rows).scalars())


def _due(now: datetime, most: int) -> Any:
    """Select the first waiting parts of peers, where they are due."""
    part, other = outgoing_parts, outgoing_parts.alias()
    # Looked up row by row: as an anti-join, PostgreSQL would go through everything that waits.
    first = (
        select(other.c.id)
        .where(other.c.connection == part.c.connection, other.c.peer == part.c.peer, other.c.ended.is_(None))
        .order_by(other.c.id)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(outgoing_parts.c.id, outgoing_parts.c.connection, outgoing_parts.c.peer)
        .where(_WAITS, outgoing_parts.c.due_at <= now, outgoing_parts.c.id == first)
        .order_by(outgoing_parts.c.due_at, outgoing_parts.c.id)
        .limit(most)
    )


def _claim(
    connection: Connection, now: datetime, until: datetime, most: int
) -> list[tuple[Address, Sequence[QueuedPart]]]:
    first = connection.execute(_due(now, most).with_for_update(skip_locked=True, of=outgoing_parts)).all()
    found = _waiting_of(connection, first)
    _drop_expired(connection, found, now)
    alive = {chat: [row for row in rows if not _is_expired(row, now)] for chat, rows in found.items()}
    taken = update(outgoing_parts).where(outgoing_parts.c.id.in_([rows[0].id for rows in alive.values() if rows]))
    connection.execute(taken.values(due_at=until))
    return [(chat, [_to_part(row) for row in rows]) for chat, rows in alive.items() if rows]


def _waiting_of(connection: Connection, first: Sequence[Row[Any]]) -> dict[Address, list[Row[Any]]]:
    """Return what waits behind each of these first parts and the part itself, in order."""
    found: dict[Address, list[Row[Any]]] = {to_address(row): [] for row in first}
    head = outgoing_parts.alias()
    query = first_of_each(
        connection,
        head,
        [row.id for row in first],
        outgoing_parts,
        which=(head.c.connection == outgoing_parts.c.connection) & (head.c.peer == outgoing_parts.c.peer) & _WAITS,
        order=(outgoing_parts.c.id,),
        most=_MOST_PARTS,
    )
    for row in connection.execute(query):
        found[to_address(row)].append(row)
    return found


def _is_expired(row: Row[Any], now: datetime) -> bool:
    return row.expires_at is not None and row.expires_at <= now


def _drop_expired(connection: Connection, waiting: Mapping[Address, Sequence[Row[Any]]], now: datetime) -> None:
    expired = [row.id for rows in waiting.values() for row in rows if _is_expired(row, now)]
    if expired:
        connection.execute(delete(outgoing_parts).where(outgoing_parts.c.id.in_(expired)))


def _to_part(row: Row[Any]) -> QueuedPart:
    part = Part(body=row.body, once=row.once, expires_at=row.expires_at)
    return QueuedPart(id=row.id, part=part, attempts=row.attempts, failures=row.failures)


def _begin_all(connection: Connection, begun: Sequence[Sequence[int]]) -> Sequence[None]:
    ids = [id for parts in begun for id in parts]
    change = update(outgoing_parts).where(outgoing_parts.c.id.in_(ids))
    connection.execute(change.values(attempts=outgoing_parts.c.attempts + 1))
    return [None] * len(begun)


_THIS = (outgoing_parts.c.id == bindparam("part")) & _WAITS
_END = (
    update(outgoing_parts)
    .where(_THIS)
    .values(
        ended=bindparam("how"),
        ended_at=bindparam("at", type_=outgoing_parts.c.ended_at.type),
        due_at=None,
        reason=bindparam("told"),
    )
)
_LATER = (
    update(outgoing_parts)
    .where(_THIS)
    .values(
        due_at=bindparam("at", type_=outgoing_parts.c.due_at.type),
        attempts=case((outgoing_parts.c.attempts > 0, outgoing_parts.c.attempts - bindparam("not_tried")), else_=0),
        failures=outgoing_parts.c.failures + bindparam("failed"),
        reason=bindparam("told"),
    )
)
_AT = bindparam("at", type_=outgoing_parts.c.due_at.type)
_WAITING_THERE = (
    (outgoing_parts.c.connection == bindparam("page")) & (outgoing_parts.c.peer == bindparam("chat")) & _WAITS
)
_GIVE_BACK = update(outgoing_parts).where(_WAITING_THERE, outgoing_parts.c.due_at > _AT).values(due_at=_AT)
_WAIT_BEHIND = update(outgoing_parts).where(_WAITING_THERE, outgoing_parts.c.due_at < _AT).values(due_at=_AT)


def _settle_all(connection: Connection, settlings: Sequence[_Settling]) -> Sequence[None]:
    _lose(connection, [settling for settling in settlings if settling.is_unreachable])
    told = [(part.id, outcome, at, settling.now) for settling in settlings for part, outcome, at in settling.outcomes]
    if sent := [id for id, outcome, _, _ in told if isinstance(outcome, Sent)]:
        connection.execute(delete(outgoing_parts).where(outgoing_parts.c.id.in_(sent)))
    if ended := [row for row in (_ended(*each) for each in told) if row]:
        connection.execute(_END, ended)
    # What was claimed is held by its first part; once that has ended or has a time of its own, nothing holds the rest.
    if given_back := [_there(settling, settling.now) for settling in settlings if not settling.outcomes]:
        connection.execute(_GIVE_BACK, given_back)
    if later := [row for row in (_later(*each) for each in told) if row]:
        connection.execute(_LATER, later)
        # What waits behind a part that waits is not looked at either: a platform may be down for hours.
        behind = [_there(settling, at) for settling in settlings if (at := settling.until)]
        if behind:
            connection.execute(_WAIT_BEHIND, behind)
    return [None] * len(settlings)


def _there(settling: _Settling, at: datetime) -> Columns:
    return {"page": settling.address.connection, "chat": settling.address.peer, "at": at}


def _lose(connection: Connection, lost: Sequence[_Settling]) -> None:
    """Note whom the platform does not let us reach, and drop what waits for them."""
    if not lost:
        return
    chats = [settling.address for settling in lost]
    now = lost[0].now
    known = lock_conversations(connection, chats, now=now)
    ids = [row.id for row in known.values() if row.unreachable_since is None]
    # A new version, so that a step under way does not write over what it has not seen.
    change = update(conversations).where(conversations.c.id.in_(ids))
    connection.execute(change.values(unreachable_since=now, version=conversations.c.version + 1))
    connection.execute(delete(outgoing_parts).where(of_chats(outgoing_parts, chats), _WAITS))


def _ended(id: int, outcome: Outcome, at: datetime | None, now: datetime) -> Columns | None:
    if isinstance(outcome, Refused):
        return {"part": id, "how": "refused", "at": now, "told": outcome.reason}
    if isinstance(outcome, Unsure) and at is None:
        return {"part": id, "how": "unsure", "at": now, "told": outcome.reason}
    return None


def _later(id: int, outcome: Outcome, at: datetime | None, now: datetime) -> Columns | None:
    if isinstance(outcome, SendLater):
        return {
            "part": id,
            "at": at or now,
            "not_tried": 1,
            "failed": int(outcome.seconds is None),
            "told": outcome.reason,
        }
    if isinstance(outcome, Unsure) and at is not None:
        return {"part": id, "at": at, "not_tried": 0, "failed": 1, "told": outcome.reason}
    return None


def _count(connection: Connection) -> dict[ConnectionId, dict[str, int]]:
    part, chat = outgoing_parts.c, conversations.c
    how = func.coalesce(part.ended, "waiting").label("how")
    parts = select(part.connection, how, func.count().label("total")).group_by(part.connection, how)
    lost = select(chat.connection, literal("unreachable"), func.count()).where(chat.unreachable_since.is_not(None))
    counts: dict[ConnectionId, dict[str, int]] = {}
    for row in connection.execute(union_all(parts, lost.group_by(chat.connection))):
        none = dict.fromkeys(("waiting", "refused", "unsure", "unreachable"), 0)
        counts.setdefault(ConnectionId(row.connection), none)[row.how] = row.total
    return counts
