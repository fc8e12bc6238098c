"""The outbox is carried, the core store's changes are received, what is unused is forgotten."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from gateway.actions.carry_outbox import CarryOutbox
from gateway.actions.forget_unused import ForgetUnused
from gateway.actions.receive_changes import ReceiveChanges
from gateway.worker.loops import Bell, at_the_bell, every, try_once

_LOOK_SECONDS = 1.0
_FORGET_EVERY_SECONDS = 600.0
# Taking appeals comes first: while they come in, the worker rests many times as long as it has worked. What waits
# meanwhile is on the disk, and leaves at full speed as soon as fewer come.
_REST_WHILE_APPEALS_COME = 15.0
_LONGEST_REST_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrying:
    """Brings appeals to the core store, changes back, and word of them to residents.

    `carry` takes what goes to the core store, `tell` what goes to residents: neither waits for the other.
    """

    carry: CarryOutbox
    tell: CarryOutbox
    receive: ReceiveChanges
    forget: ForgetUnused
    poll_seconds: float
    _bell: Bell = field(default_factory=partial(Bell, _LOOK_SECONDS))
    _to_tell: Bell = field(default_factory=partial(Bell, _LOOK_SECONDS))

    def wake(self) -> None:
        """Say that there is something to carry."""
        self._bell.ring()
        self._to_tell.ring()

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._repeat("carry", self._carry, self._bell.wait))
            group.create_task(at_the_bell("tell", self._to_tell, self.tell))
            group.create_task(self._repeat("receive", self._receive, partial(asyncio.sleep, self.poll_seconds)))
            group.create_task(every("forget", _FORGET_EVERY_SECONDS, self.forget))

    async def drain(self) -> int:
        """Carry what is due, receive what came of it and tell it; return how much there was."""
        done = 0
        while now_done := await self.carry() + await self.receive() + await self.tell():
            done += now_done
        return done

    async def _carry(self) -> int:
        self._bell.silence()
        carried = await self.carry()
        if carried:
            await self._receive()  # the embedded core answers at once: residents see it at once
        return carried

    async def _receive(self) -> int:
        received = await self.receive()
        if received:
            self._to_tell.ring()
        return received

    async def _repeat(
        self, name: str, work: Callable[[], Awaitable[int]], pause: Callable[[], Awaitable[None]]
    ) -> None:
        """Work again and again; rest while appeals come, pause where there was nothing to do."""
        while True:
            started = time.monotonic()
            done = await try_once(name, work)
            if self._bell.is_rung:
                worked = time.monotonic() - started
                await asyncio.sleep(min(_REST_WHILE_APPEALS_COME * worked, _LONGEST_REST_SECONDS))
            if not done:
                await pause()
