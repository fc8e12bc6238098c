"""Where the form cannot stand in a page of an agency, the link works, and says why it is a link."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from tests.application import AGENCY, served, settings_for
from tests.browser import DESKTOP, assert_accessible, open_page
from tests.sites import LISTEN, Site, link_in, wait_for_events


async def assert_link_is_left(page: Page, site: Site) -> None:
    """The open dialog offers the link, and later clicks follow the one in the page."""
    failed = site.gateway.app.texts.say("ru", "widget.failed")
    dialog = page.locator("otklik-widget dialog")
    assert await dialog.locator("[role=status]").inner_text() == failed
    assert await dialog.locator("a:focus").count() == 1
    assert await page.locator("otklik-widget iframe").count() == 0
    await assert_accessible(page)
    await page.keyboard.press("Escape")
    await wait_for_events(page, "open", "failed", "close")
    assert await page.locator("otklik-widget .box > [role=status]").inner_text() == failed
    await assert_accessible(page)
    await link_in(page).click()
    await page.wait_for_url(f"{site.gateway.url}/f/{AGENCY}?**")
    assert await page.locator("form").count() >= 1


async def test_origin_that_is_not_registered_keeps_the_link(browser: Browser, site: Site) -> None:
    async with open_page(browser, DESKTOP, may_break="frame-ancestors") as page:
        await page.add_init_script(LISTEN)
        await page.goto(site.foreign_url("strict"))
        await link_in(page).click()
        await page.locator(
            "otklik-widget dialog", has_text=site.gateway.app.texts.say("ru", "widget.loading")
        ).wait_for()
        await wait_for_events(page, "open", "failed")
        await assert_link_is_left(page, site)


async def test_policy_that_forbids_the_frame_keeps_the_link_at_once(browser: Browser, site: Site) -> None:
    async with open_page(browser, DESKTOP, may_break="frame-src") as page:
        await page.add_init_script(LISTEN)
        await page.goto(site.url("no-frames"))
        await link_in(page).click()
        async with asyncio.timeout(3):
            await wait_for_events(page, "open", "failed")
        await assert_link_is_left(page, site)


async def test_report_of_a_policy_that_forbids_nothing_changes_nothing(browser: Browser, site: Site) -> None:
    async with open_page(browser, DESKTOP) as page:
        await page.add_init_script(LISTEN)
        await page.goto(site.url("strict"))
        await link_in(page).click()
        await page.locator("otklik-widget iframe").wait_for(state="visible")
        await page.evaluate(
            """host => { for (const disposition of ["report", "enforce"]) document.dispatchEvent(
                new SecurityPolicyViolationEvent("securitypolicyviolation", {
                    blockedURI: disposition === "report" ? host : "https://elsewhere.example", disposition,
                    effectiveDirective: "frame-src", violatedDirective: "frame-src", documentURI: location.href,
                    originalPolicy: "", statusCode: 200,
                })) }""",
            site.gateway.url,
        )
        assert await page.locator("otklik-widget iframe").is_visible()
        await wait_for_events(page, "open")


@pytest.mark.parametrize("mode", ["button", "inline"])
async def test_server_that_has_gone_leaves_the_link(browser: Browser, site: Site, tmp_path: Path, mode: str) -> None:
    async with open_page(browser, DESKTOP) as page:
        await page.add_init_script(LISTEN)
        async with served(settings_for(tmp_path)) as gateway:
            await page.goto(site.url("modern", gateway=gateway.url))
            await link_in(page).wait_for()
        if mode == "inline":
            await page.evaluate("document.querySelector('otklik-widget').setAttribute('mode', 'inline')")
        else:
            await link_in(page).click()
        await wait_for_events(page, "failed")
        assert await link_in(page).is_visible()
        words = await page.locator("otklik-widget [role=status]").inner_text()
        assert words == site.gateway.app.texts.say("ru", "widget.failed")
        assert await page.locator("otklik-widget .box").evaluate("box => box.style.minHeight") == ""
        await assert_accessible(page)


async def test_command_that_cannot_be_obeyed_leads_to_the_form_page(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    async with open_page(browser, DESKTOP) as page:
        async with served(settings_for(tmp_path)) as gateway:
            await page.goto(site.url("spa", gateway=gateway.url))
            await link_in(page).wait_for()
        async with page.expect_request(f"{gateway.url}/f/{AGENCY}?**") as asked:
            await page.locator("#ask").click()
        assert (await asked.value).is_navigation_request()
