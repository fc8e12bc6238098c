"""`ports.Appeals`: what residents see of their appeals, and what they say to them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, bindparam, insert, select, update

from gateway.adapters.sql.engine import Clash, Database
from gateway.adapters.sql.intake import claim_files, free_files
from gateway.adapters.sql.outbox import to_rating, to_reply
from gateway.adapters.sql.rows import event_columns, files_used_by, task_columns, to_chat, to_event
from gateway.adapters.sql.tables import (
    appeal_events,
    appeals,
    attachments,
    cursors,
    outbox,
    ratings,
    replies,
)
from gateway.domain.agency import AgencyKey
from gateway.domain.appeal import AppealId, SubmissionKind, TrackingKey
from gateway.domain.case import CaseEvent
from gateway.domain.connection import Address
from gateway.domain.joining import Join, is_told_to_joiners, seen_by_joiner
from gateway.domain.notice import is_told
from gateway.domain.number import AppealNumber
from gateway.domain.outbox import Task, TaskKind
from gateway.domain.problem import Problem
from gateway.domain.tracking import Comment, Rating, Reply, Tracked
from gateway.domain.transfer import CaseChange
from gateway.errors import AlreadyRated, AlreadyWithdrawn, Invalid, NoQuestion, UnknownAppeal
from gateway.ports import START, Cursor

_CORE_STREAM = "core"
_MOST_OF_A_CONTACT = 20


class SqlAppeals:
    """Appeals as their residents follow them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, number: AppealNumber) -> Tracked:
        """Return the appeal with its history; raises UnknownAppeal."""
        return await self._found(appeals.c.number == number)

    async def of_id(self, appeal: AppealId) -> Tracked:
        """Return the appeal with its history; raises UnknownAppeal."""
        return await self._found(appeals.c.id == appeal)

    async def _found(self, key: Any) -> Tracked:
        tracked = await self._database.read(lambda c: _find(c, key))
        if tracked is None:
            raise UnknownAppeal
        return tracked

    async def rate(self, appeal: AppealId, rating: Rating, job: Task) -> None:
        """Store the rating and its outbox job; raises AlreadyRated if its answer has one."""
        row = {
            "answer": rating.answer,
            "appeal_id": appeal,
            "score": rating.score,
            "comment": rating.comment,
            "at": rating.at,
        }

        def store(connection: Connection) -> None:
            connection.execute(insert(ratings), [row])
            connection.execute(insert(outbox), [task_columns(job, now=rating.at)])

        try:
            await self._database.write(store)
        except Clash:
            raise AlreadyRated from None

    async def comment(self, appeal: AppealId, comment: Comment, job: Task) -> None:
        """Add words to a rating and store their outbox job; raises AlreadyRated unless it has none so far."""
        change = (
            update(ratings)
            .where(ratings.c.answer == comment.answer, ratings.c.appeal_id == appeal, ratings.c.comment.is_(None))
            .values(comment=comment.text)
        )

        def store(connection: Connection) -> None:
            if connection.execute(change).rowcount == 0:
                raise AlreadyRated
            connection.execute(insert(outbox), [task_columns(job, now=comment.at)])

        await self._database.write(store)

    async def reply(self, appeal: AppealId, agency: AgencyKey, reply: Reply, job: Task) -> None:
        """Store the reply and its outbox job; raises NoQuestion if its question has one, Invalid for unusable files."""
        row = {
            "id": reply.id,
            "question": reply.question,
            "appeal_id": appeal,
            "text": reply.text,
            "at": reply.at,
        }

        def store(connection: Connection) -> None:
            _check_free(connection, agency, reply)
            connection.execute(insert(replies), [row])
            claim_files(connection, [(reply.id, reply.attachments)])
            connection.execute(insert(outbox), [task_columns(job, now=reply.at)])

        try:
            await self._database.write(store)
        except Clash:
            raise NoQuestion from None

    async def withdraw_consent(self, appeal: AppealId, at: datetime, job: Task | None) -> None:
        """Store the withdrawal and its outbox job, if there is one; raises AlreadyWithdrawn."""
        change = (
            update(appeals)
            .where(appeals.c.id == appeal, appeals.c.consent_withdrawn_at.is_(None))
            .values(consent_withdrawn_at=at)
        )

        def store(connection: Connection) -> None:
            if connection.execute(change).rowcount == 0:
                raise AlreadyWithdrawn
            if job is not None:
                connection.execute(insert(outbox), [task_columns(job, now=at)])

        await self._database.write(store)

    async def stop_letters(self, appeal: AppealId, at: datetime | None) -> None:
        """Note since when the resident wants no letters about this appeal; None: they are wanted."""
        change = update(appeals).where(appeals.c.id == appeal).values(letters_stopped_at=at)
        await self._database.write(lambda c: c.execute(change))

    async def of_contact(self, agency: AgencyKey, email: str) -> Sequence[Tracked]:
        """Return the appeals that gave this address, newest first, without their histories."""
        query = (
            select(appeals)
            .where(appeals.c.email == email, appeals.c.agency == agency)
            .order_by(appeals.c.received_at.desc())
            .limit(_MOST_OF_A_CONTACT)
        )
        return await self._database.read(lambda c: [_to_tracked(row) for row in c.execute(query)])

    async def of_chat(self, chat: Address, *, most: int) -> Sequence[Tracked]:
        """Return the appeals that were sent from this chat, newest first, with their histories."""
        asked = {"page": chat.connection, "chat": chat.peer, "most": most}
        return await self._database.read(lambda c: _with_histories(c, c.execute(_OF_CHAT, asked).all()))

    async def record(self, changes: Sequence[CaseChange], cursor: Cursor, *, now: datetime, letters: bool) -> None:
        """Store what the core store reported, each once, with a task to tell the resident, and how far it was read."""

        def store(connection: Connection) -> None:
            fresh = _record(connection, changes)
            _notify(connection, fresh, now=now, letters=letters)
            _move_cursor(connection, cursor)

        await self._database.write(store)

    async def cursor(self) -> Cursor:
        """Return how far the core store's changes have been read."""
        query = select(cursors.c.position).where(cursors.c.stream == _CORE_STREAM)
        found = await self._database.read(lambda c: c.execute(query).scalar_one_or_none())
        return START if found is None else Cursor(found)


# Composed once: each message of a resident asks for it.
_OF_CHAT = (
    select(appeals)
    .where(appeals.c.connection == bindparam("page"), appeals.c.peer == bindparam("chat"))
    .order_by(appeals.c.received_at.desc(), appeals.c.id.desc())
    .limit(bindparam("most"))
)


def _find(connection: Connection, key: Any) -> Tracked | None:
    rows = connection.execute(select(appeals).where(key)).all()
    return next(iter(_with_histories(connection, rows)), None)


def _with_histories(connection: Connection, rows: Sequence[Row[Any]]) -> list[Tracked]:
    if not rows:
        return []
    ids = [row.id for row in rows]
    events = _of_each(connection, appeal_events, ids, order=appeal_events.c.seq)
    rated = _of_each(connection, ratings, ids, order=ratings.c.at)
    replied = _of_each(connection, replies, ids, order=replies.c.at)
    files = files_used_by(connection, attachments, [reply.id for said in replied.values() for reply in said])
    joined = _histories_of_joined(connection, rows)
    return [
        _to_tracked(
            row,
            events=joined[row.id] if row.joins else tuple(to_event(event) for event in events[row.id]),
            ratings=tuple(to_rating(rating) for rating in rated[row.id]),
            replies=tuple(to_reply(reply, files[reply.id]) for reply in replied[row.id]),
        )
        for row in rows
    ]


def _histories_of_joined(connection: Connection, rows: Sequence[Row[Any]]) -> dict[str, tuple[CaseEvent, ...]]:
    """Return, for each of these appeals that joins another, what may be seen of that one."""
    numbers = {row.joins for row in rows if row.joins}
    if not numbers:
        return {}
    firsts = {row.number: row for row in connection.execute(select(appeals).where(appeals.c.number.in_(numbers)))}
    events = _of_each(connection, appeal_events, [row.id for row in firsts.values()], order=appeal_events.c.seq)
    return {row.id: _seen(row, firsts[row.joins], events[firsts[row.joins].id]) for row in rows if row.joins}


def _seen(row: Row[Any], first: Row[Any], events: Sequence[Row[Any]]) -> tuple[CaseEvent, ...]:
    join = Join(id=AppealId(row.id), at=row.received_at)
    return seen_by_joiner([to_event(event) for event in events], join, answer_by=first.answer_by, first=first.name)


def _of_each(
    connection: Connection, table: Table, ids: Sequence[str], *, order: ColumnElement[Any]
) -> dict[str, list[Row[Any]]]:
    """Return the rows of each of these appeals, in order."""
    found: dict[str, list[Row[Any]]] = {id: [] for id in ids}
    for row in connection.execute(select(table).where(table.c.appeal_id.in_(ids)).order_by(order)):
        found[row.appeal_id].append(row)
    return found


def _to_tracked(row: Row[Any], **said: Any) -> Tracked:
    return Tracked(
        appeal_id=AppealId(row.id),
        number=AppealNumber(row.number),
        key=TrackingKey(row.key),
        agency=AgencyKey(row.agency),
        kind=SubmissionKind(row.kind),
        lang=row.lang,
        gist=row.gist,
        topic_path=tuple(row.topic_path),
        address=row.address,
        received_at=row.received_at,
        accepted_answer_by=row.answer_by,
        consent_given=row.consent_version is not None,
        consent_withdrawn_at=row.consent_withdrawn_at,
        chat=to_chat(row),
        email=row.email,
        letters_stopped_at=row.letters_stopped_at,
        details=row.details or {},
        joins=None if row.joins is None else AppealNumber(row.joins),
        **said,
    )


def _check_free(connection: Connection, agency: AgencyKey, reply: Reply) -> None:
    free = free_files(connection, reply.attachments)
    unusable = [index for index, file in enumerate(reply.attachments) if (file, agency) not in free]
    if unusable:
        raise Invalid([Problem(field=f"attachments.{index}", code="unknown") for index in unusable])


def _record(connection: Connection, changes: Sequence[CaseChange]) -> Sequence[CaseChange]:
    """Store the changes that are new; return them."""
    ids = [change.event.id for change in changes]
    known = set(connection.execute(select(appeal_events.c.id).where(appeal_events.c.id.in_(ids))).scalars())
    fresh = [change for change in changes if change.event.id not in known]
    if fresh:
        rows = [{**event_columns(change.event), "appeal_id": change.appeal_id} for change in fresh]
        connection.execute(insert(appeal_events), rows)
    return fresh


def _notify(connection: Connection, fresh: Sequence[CaseChange], *, now: datetime, letters: bool) -> None:
    told = [change for change in fresh if is_told(change.event)]
    waiting = _waiting_for(connection, {change.appeal_id for change in told})
    reached = _reached(connection, {id for ids in waiting.values() for id in ids}, letters=letters)
    tasks = [
        Task(kind=TaskKind.NOTIFY, appeal=id, body={"event": change.event.id})
        for change in told
        for id in waiting[change.appeal_id]
        if id in reached and (id == change.appeal_id or is_told_to_joiners(change.event))
    ]
    if tasks:
        connection.execute(insert(outbox), [task_columns(task, now=now) for task in tasks])


def _waiting_for(connection: Connection, ids: Collection[AppealId]) -> dict[AppealId, list[AppealId]]:
    """Return for each of these cases the appeals that wait for it: its own, and those that have joined."""
    waiting: dict[AppealId, list[AppealId]] = {id: [id] for id in ids}
    if ids:
        joining = appeals.alias()
        query = select(appeals.c.id.label("first"), joining.c.id).join(joining, joining.c.joins == appeals.c.number)
        for row in connection.execute(query.where(appeals.c.id.in_(ids)).order_by(joining.c.id)):
            waiting[AppealId(row.first)].append(AppealId(row.id))
    return waiting


def _reached(connection: Connection, ids: Collection[AppealId], *, letters: bool) -> set[str]:
    """Return those of the appeals whose residents can be told: in their chat, or as Tracked.letters_may_go says."""
    if not ids:
        return set()
    in_chat = appeals.c.connection.is_not(None)
    by_mail = (
        appeals.c.email.is_not(None) & appeals.c.letters_stopped_at.is_(None) & appeals.c.consent_withdrawn_at.is_(None)
    )
    reached = in_chat | by_mail if letters else in_chat
    return set(connection.execute(select(appeals.c.id).where(appeals.c.id.in_(ids), reached)).scalars())


def _move_cursor(connection: Connection, cursor: Cursor) -> None:
    moved = update(cursors).where(cursors.c.stream == _CORE_STREAM).values(position=cursor)
    if connection.execute(moved).rowcount == 0:
        connection.execute(insert(cursors), [{"stream": _CORE_STREAM, "position": cursor}])
