"""A page that carries the state platform's own snippet: one line changes, and its banner opens our form."""

from playwright.async_api import Browser

from tests.application import AGENCY
from tests.browser import DESKTOP, PHONE, assert_accessible, open_page
from tests.sites import LISTEN, Site, form_in, wait_for_events

BANNER = "#js-show-iframe-wrapper"


async def test_banner_opens_our_form(browser: Browser, site: Site) -> None:
    async with open_page(browser, DESKTOP) as page:
        await page.add_init_script(LISTEN)
        await page.goto(site.url("legacy"))
        assert await page.locator(f"{BANNER} button").inner_text() == site.gateway.app.texts.say("ru", "widget.link")
        await assert_accessible(page)
        await page.locator(f"{BANNER} button").focus()
        await page.keyboard.press("Enter")
        form = await form_in(page)
        assert form.url.startswith(f"{site.gateway.url}/f/{AGENCY}?")
        await assert_accessible(page)
        await page.keyboard.press("Escape")
        await wait_for_events(page, "open", "close")
        assert await page.evaluate("document.activeElement.className") == "pos-banner-btn_2"
        await page.evaluate("Widget(); Widget(null, {}, 3)")
        await page.locator(BANNER).click()
        await wait_for_events(page, "open", "close", "open")


async def test_banner_without_a_button_can_be_used_with_the_keyboard(browser: Browser, site: Site) -> None:
    async with open_page(browser, DESKTOP) as page:
        await page.goto(site.url("legacy"))
        await page.evaluate(
            f"document.querySelector('{BANNER} button').remove(); Widget('https://platform.example', 1)"
        )
        banner = page.get_by_role("button", name="Знаете, как сделать школу лучше?")
        await banner.focus()
        await page.keyboard.press("Space")
        await form_in(page)


async def test_banner_is_a_link_on_a_phone(browser: Browser, site: Site) -> None:
    async with open_page(browser, PHONE) as page:
        await page.goto(site.url("legacy"))
        await page.locator(BANNER).click()
        await page.wait_for_url(f"{site.gateway.url}/f/{AGENCY}?**")
