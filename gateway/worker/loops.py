"""Work that is done again and again: woken by a bell or after a pause, and never ended by a failure."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

import structlog

from gateway.actions.crew import AT_ONCE
from gateway.errors import OtklikError

# Whoever brings something is served first: while they come without a pause, little is done at once, and the work rests
# many times as long as it took. When they pause it does twice as much each time.
_MOMENT = 0.02
_REST = 15.0
_SHORTEST_REST_SECONDS, _LONGEST_REST_SECONDS = 0.1, 5.0
_LITTLE = 2

log = structlog.get_logger("worker")


@dataclass(slots=True)
class Bell:
    """Wakes a loop of this process; what other processes put into the store is found by looking every `seconds`."""

    seconds: float = 0.5
    _rung: asyncio.Event = field(default_factory=asyncio.Event)
    _last_rung: float = 0.0
    _coming: int = 0

    def ring(self) -> None:
        """Say that there is something to do."""
        self._rung.set()
        self._last_rung = time.monotonic()

    def __enter__(self) -> None:
        """Say that something is being brought; it rings once it is there."""
        self._coming += 1

    def __exit__(self, *_: object) -> None:
        """Ring."""
        self._coming -= 1
        self.ring()

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

    async def fall_silent(self, *, since: float, most: float) -> bool:
        """Return True once nothing was brought for a moment, or not `since`; False after `most` seconds."""
        until = time.monotonic() + most
        while self._coming or self._last_rung > since:
            if (since := time.monotonic()) >= until:
                return False
            await asyncio.sleep(_MOMENT)
        return True


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


async def in_the_pauses(name: str, bell: Bell, work: Callable[[int], Awaitable[int]], *, of: Bell) -> None:
    """Work like `at_the_bell`, but give way while the bell `of` rings without a pause. `work` is told the most to do.

    What waits meanwhile is on the disk, and is done soon after.
    """
    started, worked, most = time.monotonic(), 0.0, _LITTLE
    while True:
        rest = min(max(_REST * worked, _SHORTEST_REST_SECONDS), _LONGEST_REST_SECONDS)
        is_silent = await of.fall_silent(since=started, most=rest)
        most = min(2 * most, AT_ONCE) if is_silent else _LITTLE
        bell.silence()
        started = time.monotonic()
        done = await try_once(name, partial(work, most))
        worked = time.monotonic() - started
        if not done:
            await bell.wait()


async def every(name: str, seconds: float, work: Callable[[], Awaitable[int]]) -> None:
    """Work, pause, work again, until cancelled."""
    while True:
        await try_once(name, work)
        await asyncio.sleep(seconds)
