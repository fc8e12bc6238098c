"""A resident at an agency's own site, which lets in nothing but the widget: with the keyboard, then with one thumb."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Frame, Page, expect

from tests.browser import DESKTOP, PHONE, assert_accessible, open_page
from tests.journeys.installation import Installation
from tests.journeys.keys import Keys
from tests.loopback import serve
from tests.pictures import SECRET, camera_jpeg, gps
from tests.server import AGENCY, RunningGateway
from tests.sites import form_in, link_in

TEXT = "У дома 12 на Садовой большая яма. Машины объезжают её по встречной полосе."
PHOTO = {"name": "яма.jpg", "mimeType": "image/jpeg", "buffer": camera_jpeg(place=gps(55.765621, 37.605679))}
MOST_TAPS = 12

# Nothing more than the widget needs.
POLICY = "default-src 'self'; script-src 'self' {gateway}; frame-src {gateway}"
PAGE = """<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>Город N</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main><h1>Город N</h1>
<script async src="{gateway}/widget.js" data-agency="{agency}"></script></main></body></html>"""


@asynccontextmanager
async def site_with_the_widget_of(gateway: RunningGateway) -> AsyncIterator[str]:
    """The address of a page of the agency's site, on an origin of its own that the agency has registered."""

    async def show(_: web.Request) -> web.Response:
        policy = POLICY.format(gateway=gateway.url)
        page = PAGE.format(gateway=gateway.url, agency=AGENCY)
        return web.Response(text=page, content_type="text/html", headers={"Content-Security-Policy": policy})

    app = web.Application()
    app.router.add_get("/", show)
    async with serve(app) as url:
        await asyncio.to_thread(gateway.run, "agency", "edit", AGENCY, "--origin", url)
        yield url


async def shows(frame: Frame, words: str) -> None:
    """Reload the frame until it shows these words, as a waiting resident does."""
    deadline = time.monotonic() + 30
    while words not in await frame.inner_text("main"):
        assert time.monotonic() < deadline, await frame.inner_text("main")
        await asyncio.sleep(0.2)
        await frame.goto(frame.url)


async def test_resident_sees_a_pothole_through_with_the_keyboard_in_a_site_of_strict_policy(
    installation: Installation, browser: Browser, tmp_path: Path
) -> None:
    async with site_with_the_widget_of(installation.front) as site, open_page(browser, DESKTOP) as page:
        # Opens the form
        page.on("filechooser", lambda _: None)  # listening from the start: a key may be faster than the listening
        await page.goto(site)
        await link_in(page).wait_for()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        form = await form_in(page)
        keys = Keys(page, form)
        await keys.find("h1")
        await assert_accessible(page)
        await assert_accessible(form)

        # Fills it in, with two mistakes
        await keys.type("#text", "Яма")
        await keys.reach("#files")
        async with page.expect_file_chooser() as chooser:
            await page.keyboard.press("Enter")
        await (await chooser.value).set_files([PHOTO])
        await expect(form.locator(".kept-state")).to_have_text("Добавлен")
        await keys.type("#topic_query", "яма на дороге")
        await keys.tick("#found_topics [name=topic]")
        await keys.type("[name='place.address']", "ул. Садовая, 12")
        await keys.reach("[name='place.point']", key="Shift+Tab")  # back to what the photo has offered meanwhile
        await page.keyboard.press("Space")
        await keys.type("[name='contact.name']", "Житель дома")
        await keys.type("[name='contact.email']", "resident@example")
        await keys.tick("[name=consent]")
        await keys.reach("button[value=send]")
        await page.keyboard.press("Enter")

        # Learns of both at once, and mends them
        await keys.find("#problems")
        assert len(await form.locator("#problems a").all()) == 2
        await assert_accessible(form)
        await keys.reach("#problems a[href='#text']")
        await page.keyboard.press("Enter")
        await keys.find("#text")
        await keys.type("#text", TEXT)
        await keys.type("[name='contact.email']", "resident@example.org")

        # Sends while the network is gone; it goes by itself when that is back
        await keys.reach("button[value=send]")
        await page.context.set_offline(True)
        await page.keyboard.press("Enter")
        await expect(form.locator(".send-status p")).to_contain_text("Нет связи")
        await assert_accessible(form)
        await page.context.set_offline(False)
        await form.locator("[data-sent]").wait_for()
        number = await form.inner_text(".number")
        assert re.fullmatch(r"\d{3}-\d{3}-\d{4}", number)
        await assert_accessible(form)

        # The case is in the core store, once, with the photo cleaned
        case = await installation.case_when(number, lambda case: bool(case["history"]))
        assert (case["text"], case["address"]) == (TEXT, "ул. Садовая, 12")
        assert case["topic"] is not None
        assert case["point"] == pytest.approx({"lat": 55.765621, "lon": 37.605679}, abs=1e-4)
        assert [file["name"] for file in case["files"]] == ["яма.jpg"]
        files = (installation.core.folder / "data" / "files").rglob("*")
        assert not [path for path in files if path.is_file() and SECRET.encode() in path.read_bytes()]
        assert len(json.loads(await installation.clerk("list", "--json"))) == 1

        # Closes it, and comes back to where it was
        await page.keyboard.press("Escape")
        await page.locator("otklik-widget dialog").wait_for(state="hidden")
        await page.keyboard.press("Enter")
        form = await form_in(page)
        keys = Keys(page, form)
        assert await form.inner_text(".number") == number
        await keys.reach("a.track")
        await page.keyboard.press("Enter")
        await form.wait_for_url("**/track/*")

        # Is asked, replies, is answered, and rates it 2
        await installation.clerk("status", number, "work")
        await installation.clerk("ask", number, "--text", "На какой полосе яма?")
        await shows(form, "На какой полосе яма?")
        await keys.type("#reply", "На правой, у бордюра.")
        await keys.reach("button[value=reply]")
        await page.keyboard.press("Enter")
        await form.locator("[role=status]", has_text="Ваш ответ отправлен").wait_for()
        await installation.case_when(number, lambda case: case["history"][-1]["text"] == "На правой, у бордюра.")
        await installation.clerk("answer", number, "--text", "Яму заделали.")
        await shows(form, "Яму заделали.")
        await assert_accessible(form)
        await keys.tick("[name=score]")
        for _ in range(3):
            await page.keyboard.press("ArrowDown")
        await keys.reach("button[value=rate]")
        await page.keyboard.press("Enter")
        await form.locator("[role=status]", has_text="повторное рассмотрение").wait_for()
        assert (await installation.case_when(number, lambda case: case["sent_back"] == 1))["status"] == "review"


@dataclass(slots=True)
class Thumb:
    """One thumb on a telephone: it counts its taps; letters are not taps."""

    page: Page
    taps: int = field(default=0, init=False)

    async def tap(self, selector: str) -> None:
        await self.page.locator(selector).first.tap()
        self.taps += 1

    async def type(self, selector: str, text: str) -> None:
        await self.tap(selector)
        await self.page.keyboard.insert_text(text)


async def reopen(context: BrowserContext, page: Page) -> Page:
    """What a telephone does to a tab while its camera needs the memory: it is gone, and is opened anew."""
    address = page.url
    await page.close(run_before_unload=False)
    page = await context.new_page()
    await page.goto(address)
    return page


async def test_resident_sees_it_through_with_one_thumb_though_the_tab_is_killed_and_the_network_is_cut(
    start_gateway: Callable[..., RunningGateway], browser: Browser
) -> None:
    gateway = start_gateway()
    installation = Installation(gateway, gateway)
    async with site_with_the_widget_of(gateway) as site, open_page(browser, PHONE, touch=True) as page:
        # Begins, and the camera takes the memory that the tab needs
        await page.goto(site)
        thumb = Thumb(page)
        await thumb.tap("otklik-widget .box > a")
        await page.wait_for_url(f"{gateway.url}/f/{AGENCY}*")  # the form page itself: there is no room for a dialog
        await thumb.type("#text", TEXT)
        async with page.expect_file_chooser() as chooser:
            await thumb.tap(".kept-camera")
        await (await chooser.value).set_files([PHOTO])
        await expect(page.locator(".kept-state")).to_have_text("Добавлен")
        thumb.page = form = await reopen(page.context, page)

        # Goes on where it was
        await expect(form.locator(".flash")).to_contain_text("черновик", ignore_case=True)
        assert await form.input_value("#text") == TEXT
        assert await form.locator(".kept li").count() == 1
        await thumb.type("#topic_query", "яма на дороге")
        await thumb.tap("#found_topics [name=topic]")
        await thumb.tap("[name='place.point']")
        await thumb.type("[name='place.address']", "ул. Садовая, 12")
        await thumb.type("[name='contact.name']", "Житель дома")
        await thumb.type("[name='contact.email']", "resident@example.org")
        await thumb.tap("#consent")
        await assert_accessible(form)
        assert await form.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
        await form.context.set_offline(True)
        await thumb.tap("button[value=send]")
        await expect(form.locator(".send-status p")).to_contain_text("Нет связи")
        await form.context.set_offline(False)
        await form.locator("[data-sent]").wait_for()
        assert thumb.taps <= MOST_TAPS
        await assert_accessible(form)
        number = await form.inner_text(".number")
        assert len(json.loads(await installation.clerk("list", "--json"))) == 1

        # One problem more is quicker still: the contact is there
        await thumb.tap("main a.button")
        await expect(form.locator("[name='contact.email']")).to_have_value("resident@example.org")
        assert await form.input_value("#text") == ""
        await form.go_back()

        # Is asked, replies, is answered, and rates it 2
        await thumb.tap("a.track")
        await installation.case_when(number, lambda case: bool(case["history"]))
        await installation.clerk("ask", number, "--text", "На какой полосе яма?")
        await shows(form.main_frame, "На какой полосе яма?")
        await thumb.type("#reply", "На правой, у бордюра.")
        await thumb.tap("button[value=reply]")
        await form.locator("[role=status]", has_text="Ваш ответ отправлен").wait_for()
        await installation.case_when(number, lambda case: case["history"][-1]["text"] == "На правой, у бордюра.")
        await installation.clerk("answer", number, "--text", "Яму заделали.")
        await shows(form.main_frame, "Яму заделали.")
        await thumb.tap("[name=score][value='2']")
        await thumb.tap("button[value=rate]")
        await form.locator("[role=status]", has_text="повторное рассмотрение").wait_for()
        assert (await installation.case_when(number, lambda case: case["sent_back"] == 1))["status"] == "review"
