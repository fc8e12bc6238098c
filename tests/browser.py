"""A real Chromium for tests: pages with and without JavaScript, on a phone and a desktop, and what axe says.

The browser is the machine's own. A page that throws, breaks its own Content-Security-Policy or turns to
another host fails its test.
"""

import os
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urlsplit

import axe_playwright_python
import pytest
from playwright.async_api import Browser, Frame, Page, Route, ViewportSize, async_playwright

from tests.parts import BROWSER, Part, find_chromium

PHONE: ViewportSize = {"width": 360, "height": 740}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}

# WCAG 2.2 at level AA is all of these; best-practice adds landmarks, headings and the like.
AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    "iframes": False,  # a frame is checked by a call of its own
}
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"

# The browser talks to the test's own server and to nobody else.
CHROMIUM_ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--no-first-run",
]
AS_ROOT = ["--no-sandbox", "--disable-dev-shm-usage"]


@pytest.fixture(scope="session")
async def browser(need_part: Callable[[Part], None]) -> AsyncIterator[Browser]:
    """The machine's Chromium, started for the first test that needs it."""
    need_part(BROWSER)
    async with _launched() as chromium:
        yield chromium


@asynccontextmanager
async def keeping_browser() -> AsyncIterator[Browser]:
    """Another Chromium, which keeps pages as they were left for whoever goes back, as browsers of people do."""
    async with _launched(without=["--disable-back-forward-cache"]) as chromium:
        yield chromium


@asynccontextmanager
async def _launched(without: Sequence[str] = ()) -> AsyncIterator[Browser]:
    arguments = CHROMIUM_ARGUMENTS + (AS_ROOT if os.geteuid() == 0 else [])
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=find_chromium(), args=arguments, ignore_default_args=list(without)
        )
        yield chromium
        await chromium.close()


@pytest.fixture
def viewport() -> ViewportSize:
    """A phone's; `@pytest.mark.parametrize("viewport", [PHONE, DESKTOP])` runs a test on both."""
    return PHONE


@pytest.fixture
async def page(browser: Browser, viewport: ViewportSize) -> AsyncIterator[Page]:
    """A new page of a new visitor who reads Russian."""
    async with open_page(browser, viewport) as page:
        yield page


@pytest.fixture
async def page_without_javascript(browser: Browser, viewport: ViewportSize) -> AsyncIterator[Page]:
    """The same in a browser whose JavaScript is switched off."""
    async with open_page(browser, viewport, javascript=False) as page:
        yield page


@asynccontextmanager
async def open_page(
    browser: Browser,
    viewport: ViewportSize,
    *,
    javascript: bool = True,
    touch: bool = False,
    may_break: str | None = None,
) -> AsyncIterator[Page]:
    """A visitor's page; AssertionError at the end if it threw, broke its policy or turned to another host.

    `may_break` is the one directive of a policy, such as `frame-src`, that the page is there to break.
    """
    context = await browser.new_context(
        viewport=viewport, locale="ru-RU", java_script_enabled=javascript, has_touch=touch
    )
    context.set_default_timeout(10_000)
    faults: list[str] = []
    context.on("weberror", lambda thrown: faults.append(f"The page threw {thrown.error}"))
    context.on("console", lambda message: faults.extend(_broken_policy(message.text, may_break)))
    context.on("request", lambda request: faults.extend(_foreign_host(request.url)))
    try:
        yield await context.new_page()
    finally:
        await context.close()
    if faults:
        raise AssertionError("\n".join(faults))


async def assert_accessible(page: Page | Frame) -> None:
    """Axe finds nothing on the page as it stands, JavaScript on or off; AssertionError says what it finds."""
    if await page.evaluate("matchMedia('(scripting: none)').matches"):
        async with _copy_with_javascript(page) as copy:
            violations = await _run_axe(copy)
    else:
        violations = await _run_axe(page)
    if violations:
        raise AssertionError("\n\n".join(map(_in_words, violations)))


async def _run_axe(page: Page | Frame) -> list[dict[str, Any]]:
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    results = await page.evaluate("options => axe.run(document, options)", AXE_OPTIONS)
    return results["violations"]


@asynccontextmanager
async def _copy_with_javascript(page: Page) -> AsyncIterator[Page]:
    """The same document at the same address, where axe can run: without JavaScript its promises stand still.

    The page's own scripts stay off, and what it shows instead of them (<noscript>) are plain elements here.
    """
    document = re.sub("</?noscript[^>]*>", "", await page.content())
    address = urldefrag(page.url).url

    async def answer(route: Route) -> None:
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "script-src 'none'"}
        await route.fulfill(body=document, headers=headers)

    context = await page.context.browser.new_context(viewport=page.viewport_size, locale="ru-RU")
    try:
        await context.route(lambda url: urldefrag(url).url == address, answer)
        copy = await context.new_page()
        await copy.goto(page.url)
        yield copy
    finally:
        await context.close()


def _in_words(violation: dict[str, Any]) -> str:
    heading = f"{violation['id']} ({violation['impact']}): {violation['help']}"
    places = [f"  at {node['target']}: {node['html']}\n  {node['failureSummary']}" for node in violation["nodes"]]
    return "\n".join([heading, *places])


def _broken_policy(message: str, may_break: str | None) -> list[str]:
    is_expected = may_break is not None and f"{may_break} " in message
    return [message] if "Content Security Policy" in message and not is_expected else []


def _foreign_host(url: str) -> list[str]:
    host = urlsplit(url).hostname
    return [] if host in {None, "127.0.0.1", "localhost"} else [f"The page turned to {url}"]
