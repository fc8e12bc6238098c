"""Every state of every page, without scripts, in a real Chromium: nothing for axe to find, nothing to scroll sideways.

What scripts add is looked at in tests/widget.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize

from gateway.demo import prepare
from gateway.domain.case import Status
from gateway.domain.number import AppealNumber
from gateway.domain.refusal import Ground
from tests.application import ServedGateway, served, settings_for
from tests.browser import DESKTOP, PHONE, assert_accessible, open_page
from tests.pictures import camera_jpeg, gps
from tests.readings import THREE, read_by_words

SMALLEST: ViewportSize = {"width": 320, "height": 256}  # 1280 by 1024 at 400 %: WCAG 1.4.10
PHOTO = {"name": "яма на очень длинном имени файла без единого пробела_" * 2 + ".jpg", "mimeType": "image/jpeg"}
LONG = "Оченьдлинноесловобезпробелов" * 3
TEXT = f"У дома 12 {LONG} большая яма. Объехать её нельзя."

Look = Callable[[Page], Awaitable[None]]


@pytest.fixture
async def gateway(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[ServedGateway]:
    read_by_words(monkeypatch)
    smtp = {"host": "127.0.0.1", "port": 1}
    async with served(settings_for(tmp_path, smtp=smtp), demo=True) as gateway:
        await prepare(gateway.app, empty=True)
        yield gateway


async def visit_every_state(gateway: ServedGateway, page: Page, look: Look) -> None:
    """Go through all that a resident may come to see, and look at each state."""
    await start(gateway, page, look)
    number = await fill_in_the_form(gateway, page, look)
    await follow_the_case(gateway, page, look, number)
    await decline_another(gateway, page, look)
    await send_parts(gateway, page, look)


async def start(gateway: ServedGateway, page: Page, look: Look) -> None:
    for path in ("/", "/f/demo/lost", "/f/nobody", "/track/123-456-7897?key=x"):
        await page.goto(gateway.url + path)
        await look(page)
    await page.goto(gateway.url + "/f/demo/lost")
    await page.fill("#email", "не почта")
    await press(page, "button[value=send]", look)
    await page.fill("#email", "resident@example.org")
    await press(page, "button[value=send]", look)


async def fill_in_the_form(gateway: ServedGateway, page: Page, look: Look) -> AppealNumber:
    await page.goto(gateway.url + "/f/demo")
    await look(page)
    for details in await page.locator("summary").all():
        await details.click()
    await look(page)
    await page.set_input_files("#files", {**PHOTO, "buffer": camera_jpeg(place=gps(55.7656, 37.6057))})
    await press(page, "button[value=send]", look)
    await page.fill("#text", TEXT)
    await page.fill("#topic_query", "яма")
    await page.click("button[value=topics]")
    await page.locator("#found_topics").wait_for()
    await look(page)
    await page.check("[type=radio][name=topic] >> nth=0")
    await page.check("[name='place.point']")
    await page.fill("[name='contact.name']", "Житель дома")
    await page.fill("[name='contact.email']", "resident@example.org")
    await page.check("[name=consent]")
    await press(page, "button[value=review]", look)
    await press(page, "button[value=send]", look)
    return AppealNumber(await page.inner_text(".number"))


async def follow_the_case(gateway: ServedGateway, page: Page, look: Look, number: AppealNumber) -> None:
    clerk = gateway.app.work_on_case
    assert clerk is not None
    await page.click("a.track")
    await look(page)
    await gateway.drain()
    await clerk.move(number, Status.WORK, text=f"Бригада выехала. {LONG}")
    await clerk.forward(number, LONG, text="Дорога областная.")
    await clerk.postpone(number, datetime.now(UTC).date() + timedelta(days=90), LONG)
    await clerk.ask(number, f"На какой полосе яма? {LONG}")
    await reload(gateway, page, look)
    await press(page, "button[value=reply]", look)
    await page.fill("#reply", "На правой.")
    await page.set_input_files("#files", {**PHOTO, "buffer": camera_jpeg()})
    await press(page, "button[value=reply]", look)
    await clerk.answer(number, f"Яму заделали.\n\nСпасибо. {LONG}")
    await reload(gateway, page, look)
    await press(page, "button[value=rate]", look)
    await page.check("[name=score][value='2']")
    await press(page, "button[value=rate]", look)
    await press(page, "button[value=comment]", look)
    await page.fill("#comment", f"Засыпали щебнем. {LONG}")
    await press(page, "button[value=comment]", look)
    await reload(gateway, page, look)
    await press(page, "a[href*=notices]", look)
    await press(page, "button[value=stop]", look)
    await press(page, "button[value=start]", look)
    await press(page, "main p > a", look)
    await page.click("summary")
    await look(page)
    await press(page, "button[value=withdraw]", look)


async def decline_another(gateway: ServedGateway, page: Page, look: Look) -> None:
    await page.goto(gateway.url + "/f/demo")
    await page.fill("#text", TEXT)
    await page.fill("[name='place.address']", LONG)
    await page.fill("[name='contact.name']", "Житель дома")
    await page.fill("[name='contact.phone']", "+7 912 345-67-89")
    await page.check("[name=consent]")
    await press(page, "button[value=send]", look)
    number, thanks = AppealNumber(await page.inner_text(".number")), page.url
    await page.go_back()
    await page.fill("#text", "Теперь здесь две ямы, и обе глубокие.")
    await press(page, "button[value=send]", look)
    await page.goto(thanks)
    await gateway.drain()
    assert gateway.app.work_on_case is not None
    await gateway.app.work_on_case.decline(number, Ground.UNCLEAR, "Непонятно, о чём речь.")
    await reload(gateway, page, look)


async def send_parts(gateway: ServedGateway, page: Page, look: Look) -> None:
    """Danger and warnings at the text, then several problems with danger, warnings and a file, one of them wrong."""
    await page.goto(gateway.url + "/f/demo")
    await page.fill("#text", f"{TEXT} Пахнет газом, чёрт, example.org")
    await press(page, ".last button[value=send]", look)
    await page.fill("#text", f"{THREE} {LONG}, и чёрт, опять пожар")
    await page.set_input_files("#files", {**PHOTO, "buffer": camera_jpeg()})
    await press(page, ".last button[value=send]", look)
    await page.fill("[name='contact.name']", "Житель дома")
    await page.fill("[name='contact.email']", "resident@example.org")
    await page.check("[name=consent]")
    await page.fill("[name='part.1.address']", "")
    await press(page, "button[value=send_parts]", look)
    await page.fill("[name='part.1.address']", LONG)
    await page.fill("[name='part.3.address']", LONG)
    await press(page, "button[value=send_parts]", look)
    assert await page.locator(".number").count() == 4


async def press(page: Page, button: str, look: Look) -> None:
    async with page.expect_navigation():
        await page.click(button)
    await look(page)


async def reload(gateway: ServedGateway, page: Page, look: Look) -> None:
    await gateway.drain()
    await page.reload()
    await look(page)


@pytest.fixture
async def page(page: Page) -> Page:
    """A page whose own scripts never come: axe runs there at once, where it would need a copy without JavaScript."""
    await page.route("**/assets/form.*.js", lambda route: route.abort())
    return page


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_axe_finds_nothing_in_any_state(gateway: ServedGateway, page: Page, viewport: ViewportSize) -> None:
    await visit_every_state(gateway, page, assert_accessible)


async def test_axe_finds_nothing_in_the_dark(gateway: ServedGateway, page: Page) -> None:
    await page.emulate_media(color_scheme="dark")
    await visit_every_state(gateway, page, assert_accessible)


async def test_nothing_scrolls_sideways_and_every_button_is_large_enough(
    gateway: ServedGateway, browser: Browser
) -> None:
    async def look(page: Page) -> None:
        assert await page.evaluate("document.scrollingElement.scrollWidth") <= SMALLEST["width"], page.url
        assert await page.evaluate(TOO_SMALL) == [], page.url

    async with open_page(browser, SMALLEST, javascript=False) as page:
        await visit_every_state(gateway, page, look)


# Targets of 44 CSS pixels (WCAG 2.5.5); a box to tick counts with its label.
TOO_SMALL = """
() => [...document.querySelectorAll("button, .button, select, textarea, summary, label.choice, input")]
  .filter(e => !["hidden", "checkbox", "radio"].includes(e.type) && e.tabIndex >= -1 && !e.ariaHidden)
  .filter(e => e.getBoundingClientRect().height < 44)
  .map(e => `${e.outerHTML.slice(0, 80)} is ${e.getBoundingClientRect().height}`)
"""
