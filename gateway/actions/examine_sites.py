"""All sites of all agencies are looked at: several at once, one at a time on each host, and a bad one stops nothing."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.actions.examine_page import ExaminePage
from gateway.domain.agency import Agency
from gateway.domain.installation import Examination
from gateway.domain.origin import Origin
from gateway.domain.seen_page import Obstacle, Unseen
from gateway.domain.web_address import WebAddress, read_address

AT_ONCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The main page of a registered origin, with all agencies that have registered it."""

    address: WebAddress
    agencies: tuple[Agency, ...]


def sites_of(agencies: Sequence[Agency]) -> tuple[list[Site], list[tuple[Agency, Origin]]]:
    """Return the sites to look at, each once, and the origins that are no address since they have any port."""
    found: dict[WebAddress, list[Agency]] = defaultdict(list)
    skipped = []
    for agency in agencies:
        for origin in agency.origins:
            address = None if origin.port == "*" else read_address(str(origin))
            if address is None:
                skipped.append((agency, origin))
            else:
                found[address].append(agency)
    return [Site(address=address, agencies=tuple(of)) for address, of in found.items()], skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamineSites:
    """Looks at sites; what comes of each is told as soon as it is known, so that stopping early loses nothing."""

    examine: ExaminePage
    tell: Callable[[Site, Examination], None]
    at_once: int = AT_ONCE

    async def __call__(self, sites: Sequence[Site]) -> None:
        """Look at all of them."""
        turns = asyncio.Semaphore(self.at_once)
        queues: dict[str, list[Site]] = defaultdict(list)
        for site in sites:
            queues[site.address.host].append(site)
        async with asyncio.TaskGroup() as group:
            for queue in queues.values():
                group.create_task(self._one_by_one(queue, turns))

    async def _one_by_one(self, queue: Sequence[Site], turns: asyncio.Semaphore) -> None:
        for site in queue:
            async with turns:
                self.tell(site, await self._look(site))

    async def _look(self, site: Site) -> Examination:
        only = site.agencies[0] if len(site.agencies) == 1 else None
        try:
            return await self.examine(site.address, expected=only)
        except Exception:
            unseen = Unseen(obstacle=Obstacle.BROKEN, at=str(site.address))
            return Examination(asked=str(site.address), agency=site.agencies[0].key, unseen=unseen)
