"""`ports.Outbox`: nothing is lost, nothing is carried twice at once, each appeal's jobs leave in order."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from gateway.adapters.sql.engine import Database
from gateway.adapters.sql.migrate import migrate
from gateway.adapters.sql.outbox import SqlOutbox
from gateway.domain.appeal import AppealId
from gateway.domain.outbox import TO_CORE, TO_RESIDENTS, Job, Task, TaskKind

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LEASE = NOW + timedelta(minutes=5)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await migrate(database)
    yield database
    await database.close()


@pytest.fixture
def outbox(database: Database) -> SqlOutbox:
    return SqlOutbox(database, lambda: NOW)


def task(appeal: str, kind: TaskKind = TaskKind.SUBMIT) -> Task:
    return Task(kind=kind, appeal=AppealId(appeal), body={})


async def lease(
    outbox: SqlOutbox, now: datetime = NOW, most: int = 10, kinds: frozenset[TaskKind] = TO_CORE
) -> list[Job]:
    return list(await outbox.lease(now=now, until=now + timedelta(minutes=5), most=most, kinds=kinds))


async def test_a_leased_job_is_nobody_elses_until_its_time_is_over(outbox: SqlOutbox) -> None:
    await outbox.add(task("a"))
    (job,) = await lease(outbox)
    assert job.attempts == 1
    assert await lease(outbox) == []
    (again,) = await lease(outbox, LEASE)
    assert (again.id, again.attempts) == (job.id, 2)


async def test_jobs_of_an_appeal_leave_one_after_the_other(outbox: SqlOutbox) -> None:
    await outbox.add(task("a"))
    await outbox.add(task("a", TaskKind.RATE))
    await outbox.add(task("b"))
    jobs = await lease(outbox)
    assert [(job.task.appeal, job.task.kind) for job in jobs] == [("a", TaskKind.SUBMIT), ("b", TaskKind.SUBMIT)]
    await outbox.done(jobs)
    (rating,) = await lease(outbox)
    assert rating.task.kind is TaskKind.RATE


async def test_a_job_given_back_comes_when_it_is_due(outbox: SqlOutbox) -> None:
    await outbox.add(task("a"))
    (job,) = await lease(outbox)
    later = NOW + timedelta(seconds=30)
    await outbox.try_again(job, at=later, reason="core_unavailable")
    assert await lease(outbox, later - timedelta(seconds=1)) == []
    (again,) = await lease(outbox, later)
    assert again.reason == "core_unavailable"


async def test_a_parked_job_waits_for_a_person_and_holds_what_is_behind_it(outbox: SqlOutbox) -> None:
    await outbox.add(task("a"))
    await outbox.add(task("a", TaskKind.REPLY))
    (job,) = await lease(outbox)
    await outbox.park(job, reason="core_refused")
    assert await lease(outbox, LEASE) == []
    assert [parked.id for parked in await outbox.parked()] == [job.id]
    assert await outbox.waiting() == 1
    assert await outbox.unpark([], now=NOW) == 1
    (again,) = await lease(outbox)
    assert (again.id, again.attempts) == (job.id, 1)


async def test_what_goes_to_residents_and_what_goes_to_the_core_store_hold_each_other_up_in_nothing(
    outbox: SqlOutbox,
) -> None:
    await outbox.add(task("a", TaskKind.NOTIFY))
    await outbox.add(task("a", TaskKind.RATE))
    await outbox.add(task("a", TaskKind.NOTIFY))
    (rating,) = await lease(outbox)
    assert rating.task.kind is TaskKind.RATE
    (first,) = await lease(outbox, kinds=TO_RESIDENTS)
    later = NOW + timedelta(hours=1)
    await outbox.try_again(first, at=later, reason="unavailable")
    assert await lease(outbox, later - timedelta(seconds=1), kinds=TO_RESIDENTS) == []  # none overtakes it
    (again,) = await lease(outbox, later, kinds=TO_RESIDENTS)
    assert again.id == first.id


async def test_a_parked_notice_lets_the_next_one_by(outbox: SqlOutbox) -> None:
    await outbox.add(task("a", TaskKind.NOTIFY))
    await outbox.add(task("a", TaskKind.NOTIFY))
    (first,) = await lease(outbox, kinds=TO_RESIDENTS)
    await outbox.park(first, reason="refused")
    (second,) = await lease(outbox, kinds=TO_RESIDENTS)
    assert second.id > first.id


async def test_rivals_never_share_a_job(outbox: SqlOutbox, database_url: str) -> None:
    for number in range(40):
        await outbox.add(task(f"appeal-{number}"))
    other = Database(database_url)
    rivals = [outbox, SqlOutbox(other, lambda: NOW)]
    try:
        taken: list[int] = []
        while batches := await asyncio.gather(*(lease(rival, most=7) for rival in rivals)):
            got = [job.id for batch in batches for job in batch]
            if not got:
                break
            taken += got
    finally:
        await other.close()
    assert len(taken) == len(set(taken)) == 40
