"""The link that the launcher puts into pages of agencies, before anybody clicks on it."""

import pytest
from playwright.async_api import Browser, Page, ViewportSize

from gateway.texts import LANGUAGES
from tests.application import AGENCY
from tests.browser import DESKTOP, PHONE, assert_accessible, open_page
from tests.sites import Site, form_in, link_in

EXAMPLES = ["modern", "strict", "server", "three", "spa", "hostile", "cms"]

IS_ON_TOP = """link => {
  const { x, y, width, height } = link.getBoundingClientRect();
  return link.getRootNode().elementFromPoint(x + width / 2, y + height / 2) === link;
}"""


@pytest.fixture
def viewport() -> ViewportSize:
    return DESKTOP


@pytest.mark.parametrize("example", EXAMPLES)
async def test_link_stands_in_every_kind_of_page(page: Page, site: Site, example: str) -> None:
    await page.goto(site.url(example))
    link = link_in(page)
    await link.wait_for()
    box = await link.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert await link.evaluate(IS_ON_TOP)
    assert (await link.get_attribute("href") or "").startswith(f"{site.gateway.url}/f/{AGENCY}?lang=ru")
    assert await link.evaluate("link => link.referrerPolicy") == "origin"
    await assert_accessible(page)


@pytest.mark.parametrize("example", ["modern", "strict", "hostile", "cms"])
async def test_link_opens_the_form_itself_on_a_phone(browser: Browser, site: Site, example: str) -> None:
    async with open_page(browser, PHONE) as page:
        await page.goto(site.url(example))
        await link_in(page).click()
        await page.wait_for_url(f"{site.gateway.url}/f/{AGENCY}?**")
        assert await page.locator("form").count() >= 1
        assert await page.evaluate("document.referrer") == f"{site.origin}/"


async def test_link_is_all_that_an_old_browser_gets(page: Page, site: Site) -> None:
    await page.add_init_script("delete Document.prototype.adoptedStyleSheets; delete window.HTMLDialogElement")
    await page.goto(site.url("three"))
    for link in await page.locator("otklik-widget a").all():
        assert await link.is_visible()
    await link_in(page).click()
    await page.wait_for_url(f"{site.gateway.url}/f/{AGENCY}?**")


POLLUTED = """
Object.prototype.$extend = function (other) { for (const name in other) this[name] = other[name]; };
Object.prototype.agency = "elsewhere";
Array.prototype.toJSON = Array.prototype.each = function (deed) { this.forEach(deed); };
Array.from = JSON.stringify = () => { throw new Error("not the one you know"); };
HTMLElement.prototype.update = HTMLElement.prototype.select = function () { return this; };
"""


async def test_page_that_has_changed_the_language_itself_changes_no_address(page: Page, site: Site) -> None:
    await page.add_init_script(POLLUTED)
    await page.goto(site.url("modern"))
    address = await link_in(page).get_attribute("href") or ""
    assert address.startswith(f"{site.gateway.url}/f/{AGENCY}?lang=ru")
    assert "extend" not in address
    await link_in(page).click()
    assert await (await form_in(page)).locator("form").count() >= 1


async def test_browser_that_refuses_a_canvas_still_has_the_link(page: Page, site: Site) -> None:
    await page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    await page.goto(site.url("modern"))
    await link_in(page).evaluate("link => link.getRootNode().host.setAttribute('accent', 'red')")
    await link_in(page).click()
    assert await (await form_in(page)).locator("form").count() >= 1


async def test_page_gets_one_global_and_no_style(page: Page, site: Site) -> None:
    await page.goto(f"{site.origin}/site.css")
    before = set(await page.evaluate("Object.getOwnPropertyNames(window)"))
    await page.goto(site.url("strict"))
    await link_in(page).wait_for()
    after = set(await page.evaluate("Object.getOwnPropertyNames(window)"))
    assert after - before == {"otklik"}
    assert await page.evaluate("document.documentElement.getAttribute('style')") is None
    assert await page.evaluate("document.adoptedStyleSheets.length + document.querySelectorAll('style').length") == 0


async def test_button_moves_nothing(page: Page, site: Site) -> None:
    await page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(e => shift += e.value))"
        ".observe({ type: 'layout-shift', buffered: true })"
    )
    await page.goto(site.url("modern"))
    await link_in(page).wait_for()
    assert await page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(() => done(shift))))") == 0


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_widget_speaks_the_language_around_it(page: Page, site: Site, lang: str) -> None:
    await page.goto(site.url("strict"))
    await link_in(page).wait_for()
    await page.evaluate(f"document.querySelector('otklik-widget').setAttribute('lang', '{lang}-x')")
    say = site.gateway.app.texts.say
    assert await link_in(page).inner_text() == say(lang, "widget.link")
    assert await page.locator(f"otklik-widget .box[lang={lang}]").count() == 1
    await page.evaluate("document.querySelector('otklik-widget').setAttribute('mode', 'banner')")
    assert say(lang, "widget.title") in await page.locator("otklik-widget .box").inner_text()


async def test_looks_reach_the_form(page: Page, site: Site) -> None:
    await page.goto(site.url("modern"))
    await link_in(page).hover()
    href = await link_in(page).get_attribute("href")
    assert href == f"{site.gateway.url}/f/{AGENCY}?lang=ru&accent=006933&corner=20"
    await page.goto(site.url("three"))
    first, second, third = [await link.get_attribute("href") for link in await page.locator("otklik-widget a").all()]
    assert first == f"{site.gateway.url}/f/{AGENCY}?lang=ru&accent=ffdd2d&corner=22"
    assert second == f"{site.gateway.url}/f/{AGENCY}?lang=ru&scheme=dark"
    assert third == f"{site.gateway.url}/f/{AGENCY}?lang=en&topic=yard"


async def test_framework_may_do_with_the_element_as_it_likes(page: Page, site: Site) -> None:
    await page.goto(site.url("spa"))
    await link_in(page).wait_for()
    await page.evaluate(
        "() => { const widget = document.querySelector('otklik-widget'); widget.remove(); app.prepend(widget);"
        " widget.setAttribute('agency', 'clinic'); widget.setAttribute('text', '<b>Беда?</b>');"
        " widget.setAttribute('topic', 'yard'); widget.setAttribute('q', 'lift'); }"
    )
    assert await link_in(page).inner_text() == "<b>Беда?</b>"
    assert await link_in(page).get_attribute("href") == f"{site.gateway.url}/f/clinic?lang=ru&topic=yard&q=lift"
    await page.evaluate("document.querySelector('otklik-widget').hidden = true")
    await link_in(page).wait_for(state="hidden")


async def test_second_script_of_a_page_keeps_silent(page: Page, site: Site) -> None:
    await page.goto(site.url("modern"))
    await link_in(page).wait_for()
    await page.add_script_tag(url=f"{site.gateway.url}/widget.js")
    await page.evaluate(
        """src => new Promise((done) => {
            const ran = document.querySelector("header script"); // some frameworks run a kept page's scripts again
            const again = document.createElement("script");
            for (const { name, value } of ran.attributes) again.setAttribute(name, value);
            ran.after(again);
            const other = Object.assign(document.createElement("script"), { src, onload: done });
            other.dataset.agency = "clinic";
            again.onload = () => document.head.append(other);
        })""",
        f"{site.gateway.url}/widget.js",
    )
    await page.locator("body > otklik-widget a").wait_for()
    hrefs = [await link.get_attribute("href") for link in await page.locator("otklik-widget a").all()]
    assert [(href or "").partition("?")[0] for href in hrefs] == [
        f"{site.gateway.url}/f/school",
        f"{site.gateway.url}/f/clinic",
    ]


async def test_foreign_global_of_our_name_stays(page: Page, site: Site) -> None:
    await page.add_init_script("window.otklik = { theirs: true }")
    await page.goto(site.url("modern"))
    await link_in(page).wait_for()
    assert await page.evaluate("otklik") == {"theirs": True}
