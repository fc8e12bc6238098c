"""The plainest page there can be: a webhook that remembers what came and answers as it was told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.loopback import serve


@dataclass(slots=True)
class Page:
    """What came to `url`, with headers in lower case. `statuses` are the next answers, then 200 with `answer`."""

    url: str = ""
    updates: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    answer: Callable[[dict[str, Any]], str] = lambda body: "ok"
    held: asyncio.Event | None = None
    """While it is there and not set, nothing is answered."""
    together: int = 0
    most_together: int = 0
    _came: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def has(self, count: int) -> None:
        """Return when so many updates have come."""
        async with self._came:
            await self._came.wait_for(lambda: len(self.updates) >= count)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.updates.append(body)
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        async with self._came:
            self._came.notify_all()
        self.together += 1
        self.most_together = max(self.most_together, self.together)
        if self.held:
            await self.held.wait()
        self.together -= 1
        status = self.statuses.pop(0) if self.statuses else 200
        return web.Response(status=status, text=self.answer(body))


@asynccontextmanager
async def listening() -> AsyncIterator[Page]:
    """A page whose hook listens meanwhile."""
    page, app = Page(), web.Application()
    app.router.add_post("/hook", page.take)
    async with serve(app) as base:
        page.url = f"{base}/hook"
        yield page


async def until(true: Callable[[], object]) -> None:
    """Return as soon as it is true; the test's own time limit ends the wait."""
    while not true():  # noqa: ASYNC110  what is waited for may be anything
        await asyncio.sleep(0.005)
