"""What goes on by itself: the outbox is carried, residents in messengers are answered."""

import asyncio
from dataclasses import dataclass

from gateway.worker.carrying import Carrying
from gateway.worker.talking import Talking


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Keeps the background verbs going until it is cancelled. Any number may run over one PostgreSQL."""

    carrying: Carrying
    talking: Talking

    def wake(self) -> None:
        """Say that there is something to carry."""
        self.carrying.wake()

    async def run(self) -> None:
        """Work until cancelled; a failure is logged and tried again."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.carrying.run())
            group.create_task(self.talking.run())

    async def drain(self) -> None:
        """Do what is due and what comes of it, once; for demos and tests."""
        while await self.talking.drain() or await self.carrying.drain():
            pass
