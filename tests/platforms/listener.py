"""A page's hook that does nothing but listen, for the tests of the fake platforms themselves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.loopback import serve


@dataclass(slots=True)
class Page:
    """`url` is its hook. `statuses` are its next answers, then 200; `held` lets no answer out until it is set."""

    url: str = ""
    updates: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    held: asyncio.Event | None = None
    _came: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def has(self, count: int) -> None:
        """Return when so many updates have come."""
        async with self._came:
            await self._came.wait_for(lambda: len(self.updates) >= count)

    async def take(self, request: web.Request) -> web.Response:
        self.updates.append(await request.json())
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        async with self._came:
            self._came.notify_all()
        if self.held is not None:
            await self.held.wait()
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200, text="taken")


@asynccontextmanager
async def listening() -> AsyncIterator[Page]:
    """A page whose hook listens meanwhile."""
    page, app = Page(), web.Application()
    app.router.add_post("/hook", page.take)
    async with serve(app) as base:
        page.url = f"{base}/hook"
        yield page
