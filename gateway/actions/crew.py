"""Jobs that go on side by side: what is slow holds up nobody but itself."""

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field

import structlog

AT_ONCE = 64
"""So many jobs make a batch."""

log = structlog.get_logger("worker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """At most `most` jobs at once. A batch is waited for `patience` seconds; what takes longer goes on by itself."""

    most: int
    patience: float
    _busy: set[asyncio.Task[None]] = field(default_factory=set)

    async def room(self) -> int:
        """Return how many more jobs may begin, once there is room for any."""
        while len(self._busy) >= self.most:
            await asyncio.wait(self._busy, return_when=asyncio.FIRST_COMPLETED)
        return self.most - len(self._busy)

    async def work(self, jobs: Iterable[Coroutine[None, None, None]]) -> None:
        """Begin the jobs; return when they are done, or when the slow ones have been waited for long enough."""
        begun = [asyncio.create_task(job) for job in jobs]
        for task in begun:
            self._busy.add(task)
            task.add_done_callback(self._ended)
        if begun:
            await asyncio.wait(begun, timeout=self.patience)

    async def finish(self) -> None:
        """Return when nothing is under way any more."""
        while self._busy:
            await asyncio.wait(set(self._busy))

    async def stop(self, *, grace: float = 0.0) -> None:
        """Let what is under way end within `grace` seconds, and leave the rest; it is done again from its lease on."""
        if self._busy:
            await asyncio.wait(set(self._busy), timeout=grace)
        busy = set(self._busy)
        for task in busy:
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._busy.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("job failed", error=type(error).__name__)
