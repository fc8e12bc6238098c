"""The launcher in a site of an agency: in real Chromium, under the strictest policy that a site may have."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from playwright.async_api import Page

from tests.application import AGENCY, ServedGateway
from tests.loopback import serve


@pytest.fixture
async def site(standing_gateway: ServedGateway) -> AsyncIterator[str]:
    """The address of a site whose page carries two snippets; `?lang` is the page's language."""
    snippets = (
        f'<main><script async src="{standing_gateway.url}/widget.js" data-agency="{AGENCY}"></script></main>'
        f'<p><script async src="{standing_gateway.url}/widget.js" data-agency="{AGENCY}" data-text="<b>Беда?</b>">'
        "</script></p>"
        f'<script async src="{standing_gateway.url}/widget.js"></script>'
    )

    async def show(request: web.Request) -> web.Response:
        page = f'<!doctype html><html lang="{request.query["lang"]}"><title>Школа</title><body>{snippets}</body></html>'
        policy = f"default-src 'none'; script-src {standing_gateway.url}; require-trusted-types-for 'script'"
        return web.Response(text=page, content_type="text/html", headers={"Content-Security-Policy": policy})

    app = web.Application()
    app.router.add_get("/", show)
    async with serve(app) as url:
        yield f"{url}/"


@pytest.mark.parametrize(("lang", "spoken"), [("ru-RU", "ru"), ("en", "en"), ("de", "ru"), ("", "ru")])
async def test_link_to_the_form_stands_after_its_script(
    page: Page, site: str, standing_gateway: ServedGateway, lang: str, spoken: str
) -> None:
    await page.goto(f"{site}?lang={lang}")
    await page.wait_for_load_state("load")
    links = await page.locator("a").all()
    assert [await link.inner_text() for link in links] == [
        standing_gateway.app.texts.say(spoken, "widget.link"),
        "<b>Беда?</b>",
    ]
    for link in links:
        assert await link.get_attribute("href") == f"{standing_gateway.url}/f/{AGENCY}?lang={spoken}"
        assert await link.evaluate("link => link.getRootNode().host.previousElementSibling.tagName") == "SCRIPT"
    names = await page.evaluate("Object.keys(window).filter(name => /texts|otklik|widget/i.test(name))")
    assert names == ["otklik"]


async def test_link_opens_the_form(page: Page, site: str) -> None:
    await page.goto(f"{site}?lang=ru")
    await page.locator("main a").click()
    await page.wait_for_url(f"**/f/{AGENCY}?lang=ru")
    assert await page.locator("form").count() >= 1
