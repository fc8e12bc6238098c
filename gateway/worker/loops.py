"""Work that is done again and again: woken by a bell or after a pause, and never ended by a failure."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from gateway.errors import OtklikError

log = structlog.get_logger("worker")


@dataclass(frozen=True, slots=True)
class Bell:
    """Wakes a loop of this process; what other processes put into the store is found by looking every `seconds`."""

    seconds: float
    _rung: asyncio.Event = field(default_factory=asyncio.Event)

    def ring(self) -> None:
        """Say that there is something to do."""
        self._rung.set()

    @property
    def is_rung(self) -> bool:
        """Whether it rang since the work began."""
        return self._rung.is_set()

    def silence(self) -> None:
        """Begin the work that it rang for."""
        self._rung.clear()

    async def wait(self) -> None:
        """Return when it rings, or when it is time to look."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.seconds):
                await self._rung.wait()


async def try_once(name: str, work: Callable[[], Awaitable[int]]) -> int:
    """Return how much was done; 0 where it failed, which is logged."""
    try:
        return await work()
    except OtklikError as error:
        log.warning("work failed", work=name, code=error.code)
    except Exception:  # the outermost loop: nothing may end it
        log.exception("work failed", work=name)
    return 0


async def at_the_bell(name: str, bell: Bell, work: Callable[[], Awaitable[int]]) -> None:
    """Work whenever the bell rings, until there is nothing left, until cancelled."""
    while True:
        bell.silence()
        if not await try_once(name, work):
            await bell.wait()


async def every(name: str, seconds: float, work: Callable[[], Awaitable[int]]) -> None:
    """Work, pause, work again, until cancelled."""
    while True:
        await try_once(name, work)
        await asyncio.sleep(seconds)
