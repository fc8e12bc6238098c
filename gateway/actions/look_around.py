"""Before a resident sends: is it known already? A help, on which no appeal depends."""

import asyncio
from dataclasses import dataclass

import structlog

from gateway.domain.agency import Agency
from gateway.domain.connection import Address
from gateway.domain.nearby import Known
from gateway.domain.place import Place
from gateway.errors import OtklikError
from gateway.ports import Clock, Neighbours, Topics

log = structlog.get_logger("nearby")


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAround:
    """Asks what is known of a topic at a place, within a time that nobody notices."""

    neighbours: Neighbours
    topics: Topics
    clock: Clock
    seconds: float = 1.0

    async def __call__(
        self, agency: Agency, code: str | None, place: Place | None, *, but: Address | None = None
    ) -> Known:
        """Return what is known; nothing for a topic that there is not, and where it could not be told in time."""
        topic = self.topics.of(agency.key).catalogue.find(code or "")
        if topic is None:
            return Known()
        try:
            async with asyncio.timeout(self.seconds):
                return await self.neighbours.known(agency, topic, place, now=self.clock(), but=but)
        except (OtklikError, TimeoutError) as error:
            log.warning("nobody looked around", error=type(error).__name__)
            return Known()
