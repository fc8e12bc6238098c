"""Requests that are being served, so that a process that is told to stop can finish them.

aiohttp waits for handlers when it shuts down, but no longer reads what their clients are still sending: a photo on
its way over a slow line would be lost. So the process stops listening, waits here, and only then shuts down.
"""

import asyncio
from contextlib import suppress

from aiohttp import web


class UnderWay:
    """Counts the requests of one application."""

    def __init__(self) -> None:
        self._count = 0
        self._last_is_done = asyncio.Event()
        self.is_ending = False

    def __enter__(self) -> None:
        """Count a request while it is served."""
        self._count += 1

    def __exit__(self, *_: object) -> None:
        self._count -= 1
        if self.is_ending and self._count == 0:
            self._last_is_done.set()

    async def finish(self, *, seconds: float) -> None:
        """Wait until nothing is under way, for so long at most; connections are closed after their answers now."""
        self.is_ending = True
        if self._count:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._last_is_done.wait()


UNDER_WAY = web.AppKey("under_way", UnderWay)
