"""An agency's page in a messenger is connected: its token is tried, its secrets are drawn, its events are asked for."""

import secrets
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.actions.connected_pages import ConnectedPage, ConnectedPages
from gateway.channels import Channel, Finding
from gateway.domain.agency import Agency
from gateway.domain.connection import Connection, ConnectionId
from gateway.errors import ChannelRefused, UnknownConnection
from gateway.ports import Connections
from gateway.texts import Say

_SIGNS = string.ascii_letters + string.digits
_ID_SIGNS = 22  # of 62: 130 bits
_SECRET_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """The page as it is stored, and what the platform still lacks or wants told."""

    page: ConnectedPage
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectPage:
    """Connects pages; the same page of the same agency once more is mended. `address` is where platforms reach us."""

    pages: ConnectedPages
    connections: Connections
    address: str
    say: Say

    async def __call__(self, name: str, agency: Agency, given: Mapping[str, str]) -> Connected:
        """Connect the page that the token among the `given` settings opens.

        Raises ChannelRefused for a wrong token and where the law forbids it, UnknownConnection for a channel that is
        not here, ValueError for settings that are no good, Unavailable.
        """
        channel = self.pages.channels.get(name)
        if channel is None:
            raise UnknownConnection
        page = self._page(channel, agency, given)
        await require_allowed(self.pages, page, self.say)
        named = await self._named(page)
        is_new = named.connection.id == page.connection.id
        await self.connections.save(named.connection)  # before the platform asks: some call the hook at once
        try:
            client = await self.pages.client(named)
            return Connected(page=named, findings=await client.connect(self.address + named.hook))
        except BaseException:
            if is_new:
                await self.connections.remove(named.connection.id)
            raise

    def _page(self, channel: Channel, agency: Agency, given: Mapping[str, str]) -> ConnectedPage:
        own = channel.options.model_fields
        # Where the platform shows a secret with what it delivers, that is drawn; else the hook's address is secret.
        drawn = {"secret" if "secret" in own else "hook_key": secrets.token_hex(_SECRET_BYTES)}
        id = ConnectionId("".join(secrets.choice(_SIGNS) for _ in range(_ID_SIGNS)))
        options = {**drawn, **given}
        return self.pages.of_options(Connection(id=id, channel=channel.name, agency=agency.key, options=options))

    async def _named(self, page: ConnectedPage) -> ConnectedPage:
        """Return the page as its platform calls it, under the id that it had if it was connected before."""
        client = await self.pages.client(page)
        told = await client.look()
        connection = replace(page.connection, name=told.name, handle=told.handle)
        for known in await self.connections.all():
            if told.handle and _same(known) == _same(connection):
                connection = replace(connection, id=known.id)
        return self.pages.of_options(connection)


async def require_allowed(pages: ConnectedPages, page: ConnectedPage, say: Say) -> None:
    """Return if the law lets the agency use that messenger; raises ChannelRefused, which names it (41-ФЗ)."""
    if not await pages.is_allowed(page):
        name = page.channel.name
        setting = f"OTKLIK_CHANNELS__{name.upper()}__OVERRIDE_41FZ"
        told = say("channel_law.foreign", agency=page.connection.agency, channel=name.capitalize(), setting=setting)
        raise ChannelRefused(told)


def _same(connection: Connection) -> tuple[str, str, str]:
    return connection.channel, connection.agency, connection.handle
