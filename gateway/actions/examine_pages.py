"""How each connected page lives: what its platform says of it, what waits for it, what could not be read."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.actions.connected_pages import ConnectedPage, ConnectedPages
from gateway.channels import Finding
from gateway.domain.connection import Connection, ConnectionId
from gateway.domain.conversation import StoredEvent
from gateway.errors import OtklikError
from gateway.ports import Connections, Inbox, Speaking

_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageState:
    """A page: `page` is None where its channel is not here or its settings are no good.

    `counts` are those of `Speaking.counts`; `nobodys` are deliveries of no dialog; `override` is why a public body may
    use a foreign messenger, if it does.
    """

    connection: Connection
    page: ConnectedPage | None
    findings: Sequence[Finding]
    counts: Mapping[str, int]
    parked: Sequence[StoredEvent]
    nobodys: int = 0
    override: str | None = None

    @property
    def is_well(self) -> bool:
        """Whether nobody has to do anything."""
        return not self.parked and not any(finding.is_fault for finding in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminePages:
    """Looks at every page that the settings or the database name; `address` is where platforms reach us."""

    pages: ConnectedPages
    connections: Connections
    inbox: Inbox
    speaking: Speaking
    address: str

    async def __call__(self) -> Sequence[PageState]:
        """Return how they live, those of the settings first; a platform that is silent is a finding."""
        counts = await self.speaking.counts()
        nobodys = await self.inbox.nobodys()
        parked: dict[ConnectionId, list[StoredEvent]] = {}
        for connection, event in await self.inbox.parked():
            parked.setdefault(connection, []).append(event)
        own = [(page.connection, page) for page in await self.pages.of_settings()]
        stored = [(connection, self.pages.usable(connection)) for connection in await self.connections.all()]
        known = [*own, *stored]
        findings = await asyncio.gather(*(self._examine(page) for _, page in known))
        return [
            PageState(
                connection=connection,
                page=page,
                findings=found,
                counts=counts.get(connection.id, {}),
                parked=parked.get(connection.id, ()),
                nobodys=nobodys.get(connection.id, 0),
                override=None if page is None else page.options.override_41fz,
            )
            for (connection, page), found in zip(known, findings, strict=True)
        ]

    async def _examine(self, page: ConnectedPage | None) -> Sequence[Finding]:
        if page is None:
            return [Finding(code="not_here", is_fault=True)]
        if not await self.pages.is_allowed(page):
            return [Finding(code="not_allowed", is_fault=True)]
        try:
            async with asyncio.timeout(_SECONDS):
                client = await self.pages.client(page)
                return await client.examine(self.address + page.hook)
        except TimeoutError:
            return [Finding(code="silent", is_fault=True)]
        except OtklikError as error:
            return [Finding(code="no_answer", is_fault=True, values={"reason": str(error)})]
