"""What goes on by itself: the outbox is carried, the core store's changes are received, what is unused is forgotten."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

import structlog

from gateway.actions.carry_outbox import CarryOutbox
from gateway.actions.forget_unused import ForgetUnused
from gateway.actions.receive_changes import ReceiveChanges
from gateway.errors import OtklikError

_LOOK_SECONDS = 1.0
_FORGET_EVERY_SECONDS = 600.0
# Taking appeals comes first: while they come in, the worker rests many times as long as it has worked. What waits
# meanwhile is on the disk, and leaves at full speed as soon as fewer come.
_REST_WHILE_APPEALS_COME = 15.0
_LONGEST_REST_SECONDS = 2.0

log = structlog.get_logger("worker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Keeps the background verbs going until it is cancelled. Any number may run over one PostgreSQL.

    `carry` takes what goes to the core store, `tell` what goes to residents: neither waits for the other.
    """

    carry: CarryOutbox
    tell: CarryOutbox
    receive: ReceiveChanges
    forget: ForgetUnused
    poll_seconds: float
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _to_tell: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Say that there is something to carry."""
        self._woken.set()
        self._to_tell.set()

    async def run(self) -> None:
        """Work until cancelled; a failure is logged and tried again."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._repeat("carry", self._carry, partial(_until, self._woken)))
            group.create_task(self._repeat("tell", self._tell, partial(_until, self._to_tell)))
            group.create_task(self._repeat("receive", self._receive, partial(asyncio.sleep, self.poll_seconds)))
            group.create_task(self._repeat("forget", self.forget, partial(asyncio.sleep, _FORGET_EVERY_SECONDS)))

    async def drain(self) -> None:
        """Carry what is due and receive what came of it, once; for demos and tests."""
        while await self.carry() or await self.receive() or await self.tell():
            pass

    async def _carry(self) -> int:
        self._woken.clear()
        carried = await self.carry()
        if carried:
            await self._receive()  # the embedded core answers at once: residents see it at once
        return carried

    async def _receive(self) -> int:
        received = await self.receive()
        if received:
            self._to_tell.set()
        return received

    async def _tell(self) -> int:
        self._to_tell.clear()
        return await self.tell()

    async def _repeat(
        self, name: str, work: Callable[[], Awaitable[int]], pause: Callable[[], Awaitable[None]]
    ) -> None:
        """Work again and again; rest while appeals come, pause where there was nothing to do."""
        while True:
            started = time.monotonic()
            done = await _try(name, work)
            if self._woken.is_set():
                worked = time.monotonic() - started
                await asyncio.sleep(min(_REST_WHILE_APPEALS_COME * worked, _LONGEST_REST_SECONDS))
            if not done:
                await pause()


async def _until(woken: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LOOK_SECONDS):
            await woken.wait()


async def _try(name: str, work: Callable[[], Awaitable[int]]) -> int:
    try:
        return await work()
    except OtklikError as error:
        log.warning("work failed", work=name, code=error.code)
    except Exception:  # the outermost loop: nothing may end it
        log.exception("work failed", work=name)
    return 0
