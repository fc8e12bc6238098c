"""Worlds for the contract of `ports.Core`: a gateway on one side, the core store with its clerks on the other.

Embedded, both are one process over SQLite or PostgreSQL; over HTTP, the core store is a second Otklik on loopback.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from gateway.actions.work_on_case import WorkOnCase
from gateway.adapters.core_http import CoreHttp
from gateway.adapters.sql.cases import SqlCases
from gateway.adapters.sql.embedded_core import EmbeddedCore
from gateway.adapters.sql.engine import Database
from gateway.domain.agency import AgencyKey
from gateway.domain.attachment import Attachment
from gateway.domain.case import Case, CaseEvent
from gateway.domain.transfer import CaseChange, NewCase
from gateway.ports import START, Core, Cursor
from tests.application import ServedGateway, served, settings_for

TOKENS = {"north": "token-of-the-north", "south": "token-of-the-south"}


@dataclass(slots=True)
class StoppedClock:
    """Shows the time that a test gives it."""

    now: datetime = datetime(2026, 3, 2, 9, 31, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class World:
    """`core` is the gateway's way to the store, `foreign` another gateway's way to the same store."""

    gateway: ServedGateway
    store: ServedGateway
    foreign: Core
    clock: StoppedClock
    folder: Path
    stop_store: Callable[[], Awaitable[None]] | None = None

    @property
    def core(self) -> Core:
        return self.gateway.app.parts.core

    @property
    def clerk(self) -> WorkOnCase:
        assert self.store.app.work_on_case is not None
        return self.store.app.work_on_case

    async def upload(self, name: str, content: bytes) -> Attachment:
        """What a resident uploads, as the gateway stores it."""
        return await self.gateway.app.edge.attach(AgencyKey("school"), name=name, source=self.file(name, content))

    def file(self, name: str, content: bytes) -> Path:
        folder = self.folder / uuid4().hex
        folder.mkdir()
        (folder / name).write_bytes(content)
        return folder / name

    async def registered(self, case: NewCase) -> tuple[NewCase, Case]:
        assert self.store.app.cases is not None
        return await self.store.app.cases.find(case.number)

    async def content(self, file: Attachment) -> bytes:
        """What the core store keeps of a file of a case."""
        return b"".join([chunk async for chunk in self.store.app.edge.blobs.read(file.id)])

    async def all_changes(self, core: Core | None = None, since: Cursor = START) -> list[CaseChange]:
        changes: list[CaseChange] = []
        while True:
            page, since = await (core or self.core).changes(since)
            if not page:
                return changes
            changes.extend(page)

    async def events(self, case: NewCase) -> list[CaseEvent]:
        return [change.event for change in await self.all_changes() if change.appeal_id == case.appeal_id]

    @asynccontextmanager
    async def second_clerk(self) -> AsyncIterator[WorkOnCase]:
        """A clerk who works through another process: a connection of its own to the store's database."""
        database = Database(self.store.app.settings.database)
        yield WorkOnCase(cases=SqlCases(database), attach=self.store.app.edge.attach, clock=self.clock)
        await database.close()


@asynccontextmanager
async def embedded(folder: Path, clock: StoppedClock, *, database_url: str | None = None) -> AsyncIterator[World]:
    async with served(settings_for(folder, database_url=database_url), clock=clock) as gateway:
        parts = gateway.app.parts
        foreign = EmbeddedCore(parts.database, parts.blobs, clock, gateway="south")
        yield World(gateway, gateway, foreign, clock, folder)


@asynccontextmanager
async def over_http(folder: Path, clock: StoppedClock) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(AsyncExitStack())
        store_settings = settings_for(folder / "store", door={"tokens": TOKENS})
        store = await running.enter_async_context(served(store_settings, clock=clock))
        core = {"kind": "http", "url": store.url, "token": TOKENS["north"], "timeout_seconds": 5}
        gateway_settings = settings_for(folder / "gateway", core=core)
        gateway = await stack.enter_async_context(served(gateway_settings, clock=clock))
        foreign = CoreHttp(store.url, TOKENS["south"], gateway.app.parts.blobs, timeout_seconds=5)
        stack.push_async_callback(foreign.close)
        yield World(gateway, store, foreign, clock, folder, stop_store=running.aclose)
