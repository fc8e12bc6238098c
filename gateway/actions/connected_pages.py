"""The pages that are connected: those of the environment and those of the database, each with its channel."""

import asyncio
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic

import structlog

from gateway.channels import Channel, ChannelOptions, Client
from gateway.domain.agency import AgencyKey
from gateway.domain.connection import Connection, ConnectionId
from gateway.errors import UnknownAgency, UnknownConnection
from gateway.ports import Agencies, Blobs, Clock, Connections

_LOOK_EVERY_SECONDS = 3.0
_LOOK_AGAIN_SECONDS = 0.3  # where a page is asked for that is not known: it may have been connected just now

log = structlog.get_logger("pages")


@dataclass(frozen=True, slots=True)
class ConnectedPage:
    """A page, its channel, and the channel's settings for it."""

    connection: Connection
    channel: Channel
    options: ChannelOptions

    @property
    def is_of_environment(self) -> bool:
        """Whether the settings name it, not the database."""
        return self.connection.id == self.channel.name

    @property
    def hook(self) -> str:
        """The path of its webhook; some of it may be secret."""
        if self.options.hook_key is not None:
            return f"/hooks/{self.channel.name}/{self.options.hook_key.get_secret_value()}"
        own_name = "" if self.is_of_environment else f"/{self.connection.id}"
        return f"/hooks/{self.channel.name}{own_name}"


@dataclass(slots=True, kw_only=True)
class ConnectedPages:
    """Finds pages and opens the clients that speak for them; what a command connects is seen within seconds.

    `channels` are all that were found; `options` their sections of the settings, for the channels that have one.
    """

    channels: Mapping[str, Channel]
    options: Mapping[str, ChannelOptions]
    connections: Connections
    agencies: Agencies
    blobs: Blobs
    clock: Clock
    _sources: list[Callable[[], Iterable[ConnectedPage]]] = field(default_factory=list)
    _pages: Mapping[ConnectionId, ConnectedPage] = field(default_factory=dict)
    _clients: dict[ConnectionId, tuple[ConnectedPage, asyncio.Task[Client]]] = field(default_factory=dict)
    _looked_at: float | None = None
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)
    _homeless: set[str] = field(default_factory=set)

    async def all(self) -> Sequence[ConnectedPage]:
        """Return every page that is connected."""
        await self._look()
        return tuple(self._pages.values())

    async def find(self, id: str) -> ConnectedPage:
        """Return a page; raises UnknownConnection."""
        for patience in (_LOOK_EVERY_SECONDS, _LOOK_AGAIN_SECONDS):
            await self._look(patience)
            if page := self._pages.get(ConnectionId(id)):
                return page
        raise UnknownConnection

    async def at_hook(self, path: str) -> ConnectedPage:
        """Return the page whose webhook has this path; raises UnknownConnection."""
        asked = path.encode()
        for patience in (_LOOK_EVERY_SECONDS, _LOOK_AGAIN_SECONDS):
            await self._look(patience)
            found = [page for page in self._pages.values() if secrets.compare_digest(page.hook.encode(), asked)]
            if found:
                return found[0]
        raise UnknownConnection

    async def client(self, page: ConnectedPage) -> Client:
        """Return what makes the calls for a page, opened once; opening may take seconds and blocks nobody else."""
        known = self._clients.get(page.connection.id)
        if known is None or known[0] != page:
            if known is not None:
                await _close(known[1])
            opening = asyncio.create_task(
                page.channel.open(page.connection, page.options, self.blobs, self.clock), name="open a channel"
            )
            known = self._clients[page.connection.id] = (page, opening)
        try:
            return await asyncio.shield(known[1])
        except BaseException:
            if known[1].done() and (known[1].cancelled() or known[1].exception()):
                self._clients.pop(page.connection.id, None)
            raise

    def of_options(self, connection: Connection) -> ConnectedPage:
        """Return the page that a connection describes; raises UnknownConnection for a channel that is not here."""
        channel = self.channels.get(connection.channel)
        if channel is None:
            raise UnknownConnection
        shared = self.options.get(channel.name)
        common = {} if shared is None else shared.model_dump(exclude=set(channel.options.of_page), exclude_unset=True)
        return ConnectedPage(connection, channel, channel.options(**{**common, **connection.options}))

    def usable(self, connection: Connection) -> ConnectedPage | None:
        """Return that page, None for one whose channel is not here or does not know its settings any more."""
        try:
            return self.of_options(connection)
        except (UnknownConnection, ValueError) as error:
            log.warning("page unusable", connection=connection.id, reason=type(error).__name__)
            return None

    async def is_allowed(self, page: ConnectedPage) -> bool:
        """Tell whether the law lets the page's agency use that messenger, or its operator has taken that on (41-ФЗ)."""
        if not page.channel.capabilities.is_foreign or (page.options.override_41fz or "").strip():
            return True
        try:
            return not (await self.agencies.find(page.connection.agency)).is_public_body
        except UnknownAgency:
            return True

    async def of_settings(self) -> Sequence[ConnectedPage]:
        """Return the pages that the settings name; one of which it is not clear whose it is does not count."""
        return [
            page
            for name, options in self.options.items()
            if options.token is not None and (page := await self._of_environment(name, options))
        ]

    def add_source(self, source: Callable[[], Iterable[ConnectedPage]]) -> None:
        """Have pages besides those of the settings and the database; whatever the source gives is there."""
        self._sources.append(source)
        self.forget()

    def forget(self) -> None:
        """Look anew before the next answer."""
        self._looked_at = None

    async def close(self) -> None:
        """Close every client."""
        clients, self._clients = self._clients, {}
        for _, opening in clients.values():
            await _close(opening)

    async def _look(self, patience: float = _LOOK_EVERY_SECONDS) -> None:
        if self._is_fresh(patience):
            return
        async with self._looking:
            if not self._is_fresh(patience):
                self._pages = {page.connection.id: page for page in await self._found()}
                self._looked_at = monotonic()

    def _is_fresh(self, patience: float) -> bool:
        return self._looked_at is not None and monotonic() - self._looked_at < patience

    async def _found(self) -> list[ConnectedPage]:
        own = await self.of_settings()
        stored = [page for one in await self.connections.all() if (page := self.usable(one)) is not None]
        others = [page for source in self._sources for page in source()]
        allowed = [page for page in (*own, *stored) if await self.is_allowed(page)]
        return [*allowed, *others]

    async def _of_environment(self, name: str, options: ChannelOptions) -> ConnectedPage | None:
        agency = options.agency or await self._only_agency(name)
        if agency is None:
            return None
        connection = Connection(id=ConnectionId(name), channel=name, agency=AgencyKey(agency))
        return ConnectedPage(connection, self.channels[name], options)

    async def _only_agency(self, name: str) -> str | None:
        agencies = await self.agencies.all()
        if len(agencies) == 1:
            self._homeless.discard(name)
            return agencies[0].key
        if name not in self._homeless:
            self._homeless.add(name)  # said once, not every few seconds
            setting = f"OTKLIK_CHANNELS__{name.upper()}__AGENCY"
            log.warning("whose page is it", channel=name, agencies=len(agencies), set=setting)
        return None


async def _close(opening: asyncio.Task[Client]) -> None:
    if not opening.done():
        opening.cancel()
    elif not opening.cancelled() and opening.exception() is None:
        await opening.result().close()
