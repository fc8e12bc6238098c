"""A gateway composed in the test's own process and served over real HTTP on loopback."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web, web_app

from gateway.actions.enter_agencies import EnterAgencies
from gateway.adapters.clock import utc_now
from gateway.app import Gateway, build
from gateway.config import Settings
from gateway.ports import Clock

AGENCY = "school"
OTHER_AGENCY = "clinic"
ORIGIN = "https://school.example"

AGENCIES = [
    {
        "key": AGENCY,
        "name": "Школа № 5",
        "legal_name": "МБОУ «Школа № 5»",
        "origins": f"{ORIGIN} https://школа-5.рф http://127.0.0.1:*",
        "portal": "https://portal.example/appeals",
        "post": "000000, город N, ул. Школьная, 5",
        "reception": "по четвергам с 10 до 12",
    },
    {"key": OTHER_AGENCY, "name": "Поликлиника № 1", "origins": "https://clinic.example"},
]


@dataclass(slots=True)
class ServedGateway:
    """A gateway that listens on `url`; `http` is a client of it, `app` its insides, for the clerk's side."""

    app: Gateway
    url: str
    http: httpx.AsyncClient

    async def drain(self) -> None:
        """Let everything that waits reach the core store and come back."""
        await self.app.worker.drain()


Serve = Callable[..., AbstractAsyncContextManager[ServedGateway]]


def settings_for(folder: Path, **given: Any) -> Settings:
    """Settings of a test: data in `folder`; no limits of rate or reading, nothing nearby of others, unless `given`."""
    quiet = {"limits": {"per_address": 0, "per_agency": 0, "reading_seconds": 30}, "nearby": {"metres": 0}}
    return Settings(**{"data_dir": folder / "data"} | quiet | given)


@asynccontextmanager
async def served(
    settings: Settings, *, work: bool = False, demo: bool = False, clock: Clock = utc_now, port: int = 0
) -> AsyncIterator[ServedGateway]:
    """Serve a gateway with two agencies; with `work` it works by itself, else by `drain`; `port` 0 is any."""
    async with AsyncExitStack() as stack:
        # aiohttp keeps the last thousand applications that answered, some megabytes each.
        stack.callback(web_app._cached_build_middleware.cache_clear)
        app = await build(settings, work=work, demo=demo, clock=clock)
        stack.push_async_callback(app.close)
        await EnterAgencies(agencies=app.agencies, texts=app.texts)(list(enumerate(AGENCIES)))
        runner = web.AppRunner(app.web, access_log=None, shutdown_timeout=5)
        stack.push_async_callback(runner.cleanup)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=30))
        yield ServedGateway(app, url, http)


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[ServedGateway]:
    """A gateway on SQLite."""
    async with served(settings_for(tmp_path)) as gateway:
        yield gateway


@pytest.fixture
async def stored_gateway(tmp_path: Path, database_url: str) -> AsyncIterator[ServedGateway]:
    """A gateway on SQLite, and the same test again on PostgreSQL."""
    async with served(settings_for(tmp_path, database_url=database_url)) as gateway:
        yield gateway
