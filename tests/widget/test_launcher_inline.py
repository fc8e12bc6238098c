"""The form in its place in a page of an agency, as high as what it holds."""

from playwright.async_api import Browser, Page

from tests.browser import DESKTOP, PHONE, assert_accessible, open_page
from tests.sites import LISTEN, Site, form_in, link_in, wait_for_events

SHIFT = """
window.shift = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => (shift += entry.value)))
  .observe({ type: "layout-shift", buffered: true });
"""


async def height_of_frame(page: Page) -> float:
    box = await page.locator("otklik-widget iframe").bounding_box()
    assert box is not None
    return box["height"]


async def test_form_stands_in_its_place_and_is_as_high_as_it_needs(browser: Browser, site: Site) -> None:
    async with open_page(browser, DESKTOP) as page:
        await page.add_init_script(LISTEN + SHIFT)
        await page.goto(site.url("inline"))
        form = await form_in(page)
        await wait_for_events(page, "open")
        assert form.url.endswith("frame=inline")
        assert await link_in(page).is_hidden()
        await page.locator("otklik-widget iframe[style*=height]").wait_for()
        assert await height_of_frame(page) == await form.evaluate("document.documentElement.offsetHeight")
        assert await page.evaluate("shift") <= 0.1
        assert await page.evaluate("document.activeElement === document.body")
        await assert_accessible(page)

        before = await height_of_frame(page)
        await form.locator("details").first.evaluate("details => details.open = true")
        style = page.locator("otklik-widget iframe")
        while await height_of_frame(page) == before:
            await style.evaluate("() => new Promise(requestAnimationFrame)")
        assert await height_of_frame(page) == await form.evaluate("document.documentElement.offsetHeight")

        await form.locator("button[value=send]").click()  # empty: the page comes back with problems
        await form.locator(".summary:focus-within, .summary:focus").wait_for()
        await wait_for_events(page, "open")


async def test_form_is_loaded_when_the_reader_comes_near(browser: Browser, site: Site) -> None:
    async with open_page(browser, DESKTOP) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(site.url("modern"))
        await link_in(page).wait_for()
        await page.evaluate(
            "() => { const far = document.createElement('otklik-widget'); far.setAttribute('mode', 'inline');"
            " far.setAttribute('agency', 'school'); document.querySelector('main').append(far); }"
        )
        await page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        assert [url for url in asked if "/f/" in url] == []
        await page.locator("main otklik-widget").scroll_into_view_if_needed()
        await form_in(page)


async def test_phone_gets_the_link_instead_and_no_empty_room(browser: Browser, site: Site) -> None:
    async with open_page(browser, PHONE) as page:
        await page.goto(site.url("inline"))
        await link_in(page).wait_for()
        box = await page.locator("otklik-widget").bounding_box()
        assert box is not None
        assert box["height"] < 100
        await assert_accessible(page)
        await link_in(page).click()
        await page.wait_for_url(f"{site.gateway.url}/f/**")
