"""Thousands of sites are looked at: some at once, one at a time on a host, and a bad one stops nothing."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.actions.examine_page import ExaminePage, ServedScripts
from gateway.actions.examine_sites import AT_ONCE, ExamineSites, Site, sites_of
from gateway.adapters.page_html import HtmlReader
from gateway.domain.agency import Agency, AgencyKey
from gateway.domain.installation import Examination, Fault, Register
from gateway.domain.origin import read_origin
from gateway.domain.seen_page import FetchedPage, Obstacle, Unseen
from gateway.domain.snippets import Launcher, Snippets
from gateway.domain.web_address import WebAddress

LAUNCHER = Launcher(base="https://form.example", version="1.0.0")


@dataclass(slots=True)
class Web:
    """A web of pages in memory that sees how many ask at once; a page that is an exception is a bug of ours."""

    pages: dict[str, bytes | Unseen | Exception]
    now: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)

    async def __call__(self, address: WebAddress) -> FetchedPage | Unseen:
        self.asked[str(address)] += 1
        for counted in (address.host, "all"):
            self.now[counted] += 1
            self.most[counted] = max(self.most[counted], self.now[counted])
        for _ in range(5):
            await asyncio.sleep(0)
        for counted in (address.host, "all"):
            self.now[counted] -= 1
        page = self.pages.get(str(address), Unseen(obstacle=Obstacle.DNS, at=str(address)))
        if isinstance(page, Exception):
            raise page
        return page if isinstance(page, Unseen) else FetchedPage(url=address, status=200, headers=(), body=page)


def agency(key: str, *origins: str) -> Agency:
    read = tuple(origin for written in origins if (origin := read_origin(written)) is not None)
    return Agency(key=AgencyKey(key), name=key, legal_name=key, origins=read)


async def look(web: Web, agencies: Sequence[Agency]) -> dict[str, Examination]:
    told: dict[str, Examination] = {}

    def tell(site: Site, examination: Examination) -> None:
        told[str(site.address)] = examination

    examine = ExaminePage(
        fetch=web,
        read=HtmlReader(),
        scripts=ServedScripts(fetch=web),
        register=Register.of(agencies),
        launcher=LAUNCHER,
    )
    await ExamineSites(examine=examine, tell=tell)(sites_of(agencies)[0])
    return told


def page(key: str) -> bytes:
    return f"<p>{Snippets(launcher=LAUNCHER, key=key).script}".encode()


async def test_some_at_once_and_one_at_a_time_on_a_host() -> None:
    hosted = [agency(f"hosted-{n}", f"https://hosting.example:{8000 + n}") for n in range(20)]
    own = [agency(f"own-{n}", f"https://own-{n}.example") for n in range(50)]
    web = Web({f"{each.origins[0]}/": page(each.key) for each in hosted + own})
    told = await look(web, hosted + own)
    assert len(told) == 70
    assert all(examination.is_well for examination in told.values())
    assert web.most["hosting.example"] == 1
    assert 1 < web.most["all"] <= AT_ONCE + 1  # and the one that asks the gateway for its script
    assert web.asked[LAUNCHER.pinned] == 1


async def test_a_site_that_breaks_us_stops_no_other() -> None:
    web = Web({"https://bad.example/": RuntimeError("a bug"), "https://good.example/": page("good")})
    told = await look(web, [agency("bad", "https://bad.example"), agency("good", "https://good.example")])
    assert told["https://good.example/"].is_well
    unseen = told["https://bad.example/"].unseen
    assert unseen is not None
    assert unseen.obstacle is Obstacle.BROKEN


async def test_site_that_is_only_there_under_www_is_found() -> None:
    web = Web({"https://www.school.example/": page("school")})
    told = await look(web, [agency("school", "https://www.school.example")])
    assert told["https://school.example/"].is_well


async def test_site_that_two_agencies_share_is_visited_once_and_is_well_with_either_key() -> None:
    agencies = [agency("parent", "https://site.example"), agency("child", "https://site.example")]
    web = Web({"https://site.example/": page("child")})
    told = await look(web, agencies)
    assert told["https://site.example/"].is_well
    assert told["https://site.example/"].agency == "child"
    assert web.asked["https://site.example/"] == 1


async def test_page_nested_without_end_is_read_all_the_same() -> None:
    web = Web({"https://site.example/": b"<div>" * 20_000 + page("site")})
    told = await look(web, [agency("site", "https://site.example")])
    assert told["https://site.example/"].is_well


async def test_key_of_another_is_told_on_the_site_of_an_agency() -> None:
    agencies = [agency("one", "https://one.example"), agency("two", "https://two.example")]
    told = await look(Web({"https://one.example/": page("two")}), agencies)
    assert [finding.fault for finding in told["https://one.example/"].findings] == [Fault.OTHER_AGENCY]


def test_origin_on_any_port_is_no_address() -> None:
    sites, skipped = sites_of([agency("school", "http://127.0.0.1:*", "https://школа.рф:8443")])
    assert [site.address.host for site in sites] == ["xn--80atdl2c.xn--p1ai"]
    assert [str(origin) for _, origin in skipped] == ["http://127.0.0.1:*"]
