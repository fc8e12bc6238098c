"""A page is fetched and judged: does the widget stand on it properly?"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from gateway.domain.agency import Agency
from gateway.domain.installation import Examination, Form, Register
from gateway.domain.integrity import integrity_of
from gateway.domain.launch import find_launches
from gateway.domain.page_rules import Judged, PageRules, ServedScript
from gateway.domain.seen_page import FetchedPage, Obstacle, SeenPage, Unseen
from gateway.domain.snippets import Launcher
from gateway.domain.web_address import WebAddress, read_address
from gateway.ports import PageFetcher, PageReader

_HTML = ("text/html", "application/xhtml+xml")

# With these the site itself may be well under its other name: a certificate or a record that has only `www.`.
_ANOTHER_NAME_MAY_HELP = {Obstacle.DNS, Obstacle.REFUSED, Obstacle.CERTIFICATE_NAME}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedScripts:
    """Asks the gateway at its public address for its scripts, for each once: what residents' browsers would get."""

    fetch: PageFetcher
    asked: dict[str, "asyncio.Task[FetchedPage | Unseen]"] = field(default_factory=dict)

    async def __call__(self, address: WebAddress) -> ServedScript | None:
        """Return what is served there; None where the gateway could not be asked."""
        written = str(address)
        if written not in self.asked:
            self.asked[written] = asyncio.create_task(self.fetch(address))
        answer = await asyncio.shield(self.asked[written])
        return None if isinstance(answer, Unseen) else ServedScript(status=answer.status, body=answer.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminePage:
    """Looks at one page; nothing of it is kept or logged."""

    fetch: PageFetcher
    read: PageReader
    scripts: ServedScripts
    register: Register
    launcher: Launcher

    async def __call__(self, address: WebAddress, *, expected: Agency | None = None) -> Examination:
        """Return what is to mend on the page, which should be the `expected` agency's, where that is known."""
        blank = Examination(asked=str(address), agency=None if expected is None else expected.key)
        page = await self._fetched(address)
        if isinstance(page, Unseen):
            return replace(blank, unseen=page)
        seen = await self.read(page)
        if seen is None:
            return replace(blank, page=page.url, unseen=Unseen(obstacle=Obstacle.BROKEN, at=str(page.url)))
        judged = await self._judged(page, seen, expected)
        if not judged.placements and page.is_cut:
            return replace(blank, page=page.url, unseen=Unseen(obstacle=Obstacle.TOO_LONG, at=str(page.url)))
        return Examination(
            asked=str(address),
            agency=None if judged.agency is None else judged.agency.key,
            page=page.url,
            placements=judged.placements,
            findings=judged.findings,
        )

    async def _judged(self, page: FetchedPage, seen: SeenPage, expected: Agency | None) -> Judged:
        launcher = await self.served_launcher()
        rules = PageRules(
            page=page,
            seen=seen,
            launcher=launcher,
            register=self.register,
            expected=expected,
            served=await self._served(seen, launcher),
        )
        return rules()

    async def _fetched(self, address: WebAddress) -> FetchedPage | Unseen:
        page = _html(await self.fetch(address))
        is_name = not address.host.startswith("www.") and "." in address.host and not address.host[-1].isdigit()
        if isinstance(page, Unseen) and page.obstacle in _ANOTHER_NAME_MAY_HELP and is_name:
            other = _html(await self.fetch(replace(address, host=f"www.{address.host}")))
            return page if isinstance(other, Unseen) else other
        return page

    async def served_launcher(self) -> Launcher:
        """Return the launcher with the hash of its version as residents get it; without one where they get none."""
        pinned = await self._ask_all([self.launcher.pinned])
        if (served := pinned.get(self.launcher.pinned)) is None or served.status != 200:
            return self.launcher
        return replace(self.launcher, integrity=integrity_of(served.body))

    async def _served(self, seen: SeenPage, launcher: Launcher) -> dict[str, ServedScript]:
        """Return the scripts that the page pins or names by a hash."""
        launches = find_launches(seen, launcher, self.register)
        asked = [launch for launch in launches if launch.is_ours and launch.is_script]
        pinned = [launch for launch in asked if launch.form is Form.PINNED or "integrity" in launch.tag.attributes]
        return await self._ask_all([str(launch.url) for launch in pinned])

    async def _ask_all(self, written: Iterable[str]) -> dict[str, ServedScript]:
        addresses = {str(address): address for url in written if (address := read_address(url)) is not None}
        answers = {url: await self.scripts(address) for url, address in addresses.items()}
        return {url: served for url, served in answers.items() if served is not None}


def _html(page: FetchedPage | Unseen) -> FetchedPage | Unseen:
    """Pass a page on, and what is none as an obstacle."""
    if isinstance(page, Unseen):
        return page
    if page.status != 200:
        return Unseen(obstacle=Obstacle.STATUS, at=str(page.url), status=page.status)
    told = [value.partition(";")[0].strip().lower() for value in page.values("content-type")]
    # A browser looks into a page that does not say what it is (MIME Sniffing, 7.1).
    is_html = told[0] in _HTML if told and told[0] else b"<" in page.body[:1024]
    return page if is_html else Unseen(obstacle=Obstacle.NOT_HTML, at=str(page.url), status=page.status)
