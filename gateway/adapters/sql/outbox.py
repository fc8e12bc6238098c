"""`ports.Outbox` in the database: leases instead of locks, so that a killed worker's jobs come back by themselves."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, func, insert, select, update

from gateway.adapters.sql.agencies import load_agencies
from gateway.adapters.sql.engine import Database
from gateway.adapters.sql.rows import files_used_by, task_columns, to_chat, to_consent, to_contact, to_place
from gateway.adapters.sql.tables import appeals, attachments, outbox, ratings, replies
from gateway.domain.appeal import Appeal, AppealId, Submission, SubmissionKind, TrackingKey
from gateway.domain.attachment import Attachment
from gateway.domain.case import EventId
from gateway.domain.number import AppealNumber
from gateway.domain.outbox import Job, Task, TaskKind
from gateway.domain.topic import Topic, TopicCode
from gateway.domain.tracking import Rating, Reply
from gateway.errors import UnknownAppeal
from gateway.ports import Clock


class SqlOutbox:
    """Deliveries that wait."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, task: Task) -> None:
        """Put a task that belongs to no other transaction."""
        row = task_columns(task, now=self._clock())
        await self._database.write(lambda c: c.execute(insert(outbox), [row]))

    async def lease(self, *, now: datetime, until: datetime, most: int, kinds: Collection[TaskKind]) -> Sequence[Job]:
        """Take jobs of these kinds that are due; nobody else gets them before `until`."""
        if not await self._database.read(lambda c: c.execute(_due(now, 1, kinds)).first()):
            return []  # the usual case: looking costs no write
        return await self._database.write(lambda c: _lease(c, _due(now, most, kinds), until))

    async def done(self, jobs: Sequence[Job]) -> None:
        """Forget jobs that were delivered."""
        ids = [job.id for job in jobs]
        await self._database.write(lambda c: c.execute(delete(outbox).where(outbox.c.id.in_(ids))))

    async def try_again(self, job: Job, *, at: datetime, reason: str) -> None:
        """Give a job back for a later try."""
        change = update(outbox).where(outbox.c.id == job.id).values(due_at=at, reason=reason)
        await self._database.write(lambda c: c.execute(change))

    async def park(self, job: Job, *, reason: str) -> None:
        """Set a job aside for an operator."""
        change = update(outbox).where(outbox.c.id == job.id).values(parked=True, reason=reason)
        await self._database.write(lambda c: c.execute(change))

    async def parked(self) -> Sequence[Job]:
        """Return what was set aside."""
        query = select(outbox).where(outbox.c.parked).order_by(outbox.c.id)
        return await self._database.read(lambda c: [_to_job(row) for row in c.execute(query)])

    async def unpark(self, jobs: Sequence[int], *, now: datetime) -> int:
        """Make parked jobs due again, all of them if none is named; return how many."""
        change = update(outbox).where(outbox.c.parked).values(parked=False, attempts=0, due_at=now)
        if jobs:
            change = change.where(outbox.c.id.in_(jobs))
        return await self._database.write(lambda c: c.execute(change).rowcount)

    async def waiting(self) -> int:
        """Count the jobs that are not parked."""
        query = select(func.count()).select_from(outbox).where(outbox.c.parked.is_(False))
        return await self._database.read(lambda c: c.execute(query).scalar_one())

    async def appeals(self, ids: Sequence[AppealId]) -> dict[AppealId, tuple[Appeal, Sequence[Attachment]]]:
        """Load what jobs deliver."""
        return await self._database.read(lambda c: _load_appeals(c, ids)) if ids else {}

    async def rating(self, answer: EventId) -> Rating:
        """Load a rating that a job delivers; raises UnknownAppeal."""
        query = select(ratings).where(ratings.c.answer == answer)
        row = await self._database.read(lambda c: c.execute(query).first())
        if row is None:
            raise UnknownAppeal
        return to_rating(row)

    async def reply(self, reply: EventId) -> tuple[Reply, Sequence[Attachment]]:
        """Load a reply that a job delivers; raises UnknownAppeal."""
        found = await self._database.read(lambda c: _load_reply(c, reply))
        if found is None:
            raise UnknownAppeal
        return found


def _due(now: datetime, most: int, kinds: Collection[TaskKind]) -> Any:
    named = sorted(kind.value for kind in kinds)
    earlier = outbox.alias()
    holds = (earlier.c.parked.is_(False)) | (earlier.c.kind != TaskKind.NOTIFY.value)
    is_behind = exists().where(
        earlier.c.appeal_id == outbox.c.appeal_id, earlier.c.id < outbox.c.id, earlier.c.kind.in_(named), holds
    )
    return (
        select(outbox)
        .where(outbox.c.parked.is_(False), outbox.c.due_at <= now, outbox.c.kind.in_(named), ~is_behind)
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(most)
    )


def _lease(connection: Connection, due: Any, until: datetime) -> list[Job]:
    rows = connection.execute(due.with_for_update(skip_locked=True, of=outbox)).all()
    taken = update(outbox).where(outbox.c.id.in_([row.id for row in rows]))
    connection.execute(taken.values(due_at=until, attempts=outbox.c.attempts + 1))
    return [_to_job(row, attempts=row.attempts + 1) for row in rows]


def _to_job(row: Row[Any], attempts: int | None = None) -> Job:
    task = Task(kind=TaskKind(row.kind), appeal=row.appeal_id, body=row.body)
    return Job(id=row.id, task=task, attempts=row.attempts if attempts is None else attempts, reason=row.reason)


def _load_appeals(
    connection: Connection, ids: Sequence[AppealId]
) -> dict[AppealId, tuple[Appeal, Sequence[Attachment]]]:
    rows = connection.execute(select(appeals).where(appeals.c.id.in_(ids))).all()
    agencies = load_agencies(connection, [row.agency for row in rows])
    files = files_used_by(connection, attachments, ids)
    return {AppealId(row.id): (_to_appeal(row, agencies), files[row.id]) for row in rows}


def _to_appeal(row: Row[Any], agencies: dict[str, Any]) -> Appeal:
    return Appeal(
        id=AppealId(row.id),
        number=AppealNumber(row.number),
        key=TrackingKey(row.key),
        received_at=row.received_at,
        answer_by=row.answer_by,
        consent=to_consent(row),
        submission=Submission(
            agency=agencies[row.agency],
            kind=SubmissionKind(row.kind),
            channel=row.channel,
            lang=row.lang,
            text=row.text,
            gist=row.gist,
            topic=_to_topic(row),
            details=row.details or {},
            place=to_place(row),
            attachments=(),
            contact=to_contact(row),
            consent_version=row.consent_version,
            chat=to_chat(row),
            joins=None if row.joins is None else AppealNumber(row.joins),
        ),
    )


def _to_topic(row: Row[Any]) -> Topic | None:
    if row.topic_code is None:
        return None
    return Topic(
        code=TopicCode(row.topic_code),
        path=tuple(row.topic_path),
        fast_track=row.fast_track,
        days=row.topic_days,
    )


def to_rating(row: Row[Any]) -> Rating:
    """Read a row of `ratings`."""
    return Rating(answer=EventId(row.answer), score=row.score, comment=row.comment, at=row.at)


def to_reply(row: Row[Any], files: Sequence[Attachment]) -> Reply:
    """Read a row of `replies`."""
    return Reply(
        id=EventId(row.id),
        question=EventId(row.question),
        text=row.text,
        attachments=tuple(file.id for file in files),
        at=row.at,
    )


def _load_reply(connection: Connection, id: EventId) -> tuple[Reply, Sequence[Attachment]] | None:
    row = connection.execute(select(replies).where(replies.c.id == id)).first()
    if row is None:
        return None
    files = files_used_by(connection, attachments, [id])[id]
    return to_reply(row, files), files
