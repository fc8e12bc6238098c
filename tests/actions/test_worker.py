"""What goes on by itself in a gateway that works: nobody calls anything, and yet things arrive."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from gateway.domain.agency import AgencyKey
from gateway.domain.number import read_number
from gateway.domain.outbox import TO_CORE, Task, TaskKind
from gateway.ports import START
from tests.application import AGENCY, ServedGateway, served, settings_for
from tests.pictures import camera_jpeg
from tests.ports.core_worlds import StoppedClock
from tests.server import free_port
from tests.web.api import send

SOON = {"kind": "embedded", "poll_seconds": 0.05}


async def eventually(is_so: Callable[[], Awaitable[Any]], seconds: float = 10) -> Any:
    """What `is_so` gives as soon as that is something; AssertionError if it never is."""
    until = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < until:
        if found := await is_so():
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(f"not so within {seconds} s")


async def status_of(gateway: ServedGateway, receipt: dict[str, Any]) -> dict[str, Any]:
    answer = await gateway.http.get(f"/api/v1/appeals/{receipt['number']}", params={"key": receipt["key"]})
    return dict(answer.json())


async def test_an_appeal_gets_to_the_core_store_by_itself(tmp_path: Path) -> None:
    async with served(settings_for(tmp_path, core=SOON), work=True) as gateway:
        receipt = await send(gateway)

        async def registered() -> bool:
            return bool((await status_of(gateway, receipt))["history"])

        await eventually(registered)
        assert await gateway.app.outbox.waiting() == 0


async def test_what_the_agency_says_gets_to_the_resident_by_itself(tmp_path: Path) -> None:
    async with served(settings_for(tmp_path, core=SOON), work=True) as gateway:
        receipt = await send(gateway)
        number = read_number(receipt["number"])
        assert number is not None
        assert gateway.app.work_on_case is not None

        async def registered() -> bool:
            return bool((await status_of(gateway, receipt))["history"])

        await eventually(registered)
        await gateway.app.work_on_case.answer(number, "Засыпали.")

        async def answered() -> Any:
            return (await status_of(gateway, receipt))["answer"]

        assert (await eventually(answered))["text"] == "Засыпали."


async def test_a_failure_ends_nothing(tmp_path: Path) -> None:
    nobody = {"kind": "http", "url": f"http://127.0.0.1:{free_port()}", "token": "t", "poll_seconds": 0.05}
    async with served(settings_for(tmp_path, core=nobody), work=True) as gateway:
        for _ in range(2):
            await send(gateway)

            async def tried() -> bool:
                later = gateway.app.worker.carrying.carry.clock() + timedelta(hours=1)
                jobs = await gateway.app.outbox.lease(now=later, until=later, most=10, kinds=TO_CORE)
                return bool(jobs) and all(job.attempts > 1 for job in jobs)

            await eventually(tried)
        assert await gateway.app.outbox.waiting() == 2
        assert await gateway.app.appeals.cursor() == START


async def test_what_no_try_can_deliver_is_set_aside_with_its_reason(gateway: ServedGateway) -> None:
    lost = Task(kind=TaskKind.RATE, appeal=None, body={"answer": "nothing"})
    await gateway.app.outbox.add(lost)
    await gateway.drain()
    parked = await gateway.app.outbox.parked()
    assert [(job.task.kind, job.reason) for job in parked] == [(TaskKind.RATE, "unknown_appeal")]
    assert await gateway.app.outbox.waiting() == 0


async def test_an_upload_that_nobody_sent_is_gone_after_a_day(tmp_path: Path) -> None:
    clock = StoppedClock()
    async with served(settings_for(tmp_path), clock=clock) as gateway:
        photo = tmp_path / "yama.jpg"
        photo.write_bytes(camera_jpeg())
        kept = await gateway.app.edge.attach(AgencyKey(AGENCY), name="яма.jpg", source=photo)
        await send(gateway, attachments=[kept.id])
        forgotten = await gateway.app.edge.attach(AgencyKey(AGENCY), name="яма.jpg", source=photo)

        clock.now += timedelta(hours=23, minutes=59)
        assert await gateway.app.worker.carrying.forget() == 0
        clock.now += timedelta(minutes=2)
        assert await gateway.app.worker.carrying.forget() == 1
        blobs = gateway.app.edge.blobs
        assert [await blobs.exists(file.id) for file in (kept, forgotten)] == [True, False]
        assert [await blobs.exists(f"{file.id}.thumb") for file in (kept, forgotten)] == [True, False]


async def test_an_appeal_wakes_what_carries_it_and_nothing_else(tmp_path: Path) -> None:
    clock = StoppedClock()
    async with served(settings_for(tmp_path, core=SOON | {"poll_seconds": 60}), clock=clock, work=True) as gateway:
        await asyncio.sleep(0.3)  # everything has had its first turn
        photo = tmp_path / "yama.jpg"
        photo.write_bytes(camera_jpeg())
        unused = await gateway.app.edge.attach(AgencyKey(AGENCY), name="яма.jpg", source=photo)
        clock.now += timedelta(days=2)
        receipt = await send(gateway)

        async def registered() -> bool:
            return bool((await status_of(gateway, receipt))["history"])

        await eventually(registered)
        await asyncio.sleep(0.3)
        assert await gateway.app.edge.blobs.exists(unused.id)
