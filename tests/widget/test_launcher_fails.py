"""Where the form cannot stand in a page of an agency, the link works, and says why it is a link."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from gateway import __version__
from tests.application import AGENCY, served, settings_for
from tests.browser import DESKTOP, assert_accessible, open_page
from tests.certificates import new_authority
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


@asynccontextmanager
async def silent_server(context: ssl.SSLContext | None) -> AsyncIterator[str]:
    """The origin of a server that accepts whoever comes and never says a word."""
    ends = asyncio.Event()

    async def keep_silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await ends.wait()
        writer.transport.abort()

    server = await asyncio.start_server(keep_silent, "127.0.0.1", ssl=context)
    try:
        scheme = "http" if context is None else "https"
        yield f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        ends.set()
        server.close()
        await server.wait_closed()


ADD_WIDGET = """host => {
  const widget = document.createElement("otklik-widget");
  for (const [name, value] of Object.entries({ agency: "school", host })) widget.setAttribute(name, value);
  document.body.append(widget);
}"""


@pytest.mark.parametrize("script", ["/widget.js", f"/widget/{__version__}.js"], ids=["in two parts", "in one piece"])
@pytest.mark.parametrize("is_bad_certificate", [False, True], ids=["silent server", "certificate nobody trusts"])
async def test_server_that_nobody_can_talk_to_leaves_the_link_after_five_seconds(
    browser: Browser, site: Site, tmp_path: Path, script: str, is_bad_certificate: bool
) -> None:
    context = new_authority(tmp_path).server() if is_bad_certificate else None
    async with silent_server(context) as dead, open_page(browser, DESKTOP) as page:
        await page.add_init_script(LISTEN)
        await page.clock.install()
        await page.goto(f"{site.origin}/site.css")
        await page.add_script_tag(url=site.gateway.url + script)
        await page.evaluate(ADD_WIDGET, dead)
        await link_in(page).click()
        await page.clock.fast_forward(5_000)
        await page.locator("otklik-widget .box > [role=status]", has_text="Форма не открылась").wait_for(
            state="attached"
        )
        heard = await page.evaluate("heard")
        assert heard[-1] == "failed"
        assert await page.locator("otklik-widget iframe").count() == 0
        if "open" in heard:
            assert await page.locator("otklik-widget dialog a:focus").count() == 1
            await page.keyboard.press("Escape")
        async with page.expect_request(f"{dead}/f/{AGENCY}?**") as asked:
            await link_in(page).click(no_wait_after=True)
        assert (await asked.value).is_navigation_request()


@pytest.mark.parametrize("host", ["javascript:window.hacked=1//", "data:text/html,", "about:"])
async def test_host_that_is_no_server_leaves_the_page_as_it_is(page: Page, site: Site, host: str) -> None:
    await page.set_viewport_size(DESKTOP)
    await page.goto(f"{site.origin}/site.css")
    await page.add_script_tag(url=f"{site.gateway.url}/widget/{__version__}.js")
    for mode in ("button", "inline"):
        await page.evaluate(f"({ADD_WIDGET})({host!r}); document.body.lastChild.setAttribute('mode', {mode!r})")
    assert await page.evaluate("[...document.querySelectorAll('otklik-widget')].map(one => one.shadowRoot)") == [
        None,
        None,
    ]
    assert await page.locator("iframe").count() == 0
