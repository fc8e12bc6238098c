"""What the browser tests rely on: `assert_accessible` and `open_page` see a fault wherever it is."""

import pytest
from playwright.async_api import Browser, Page

from tests.browser import PHONE, assert_accessible, open_page

# No server is asked: the browser itself answers for this address.
ADDRESS = "http://127.0.0.1/form?key=1"
POLICY = {"Content-Security-Policy": "default-src 'self'", "Content-Type": "text/html; charset=utf-8"}
PICTURE_WITHOUT_TEXT = '<img src="/photo.png">'


async def _show(page: Page, content: str) -> None:
    document = f'<!doctype html><html lang="ru"><title>Форма</title><main><h1>Форма</h1>{content}</main></html>'
    await page.context.route("**/*", lambda route: route.fulfill(body=document, headers=POLICY))
    await page.goto(ADDRESS)


async def _throw(page: Page, words: str) -> None:
    async with page.expect_event("pageerror"):
        await page.evaluate("words => { setTimeout(() => { throw new Error(words) }) }", words)


async def test_axe_sees_a_picture_without_a_text(page: Page) -> None:
    await _show(page, PICTURE_WITHOUT_TEXT)
    with pytest.raises(AssertionError, match="image-alt"):
        await assert_accessible(page)


async def test_axe_sees_what_only_a_reader_without_javascript_gets(page_without_javascript: Page) -> None:
    await _show(page_without_javascript, f"<noscript>{PICTURE_WITHOUT_TEXT}</noscript>")
    with pytest.raises(AssertionError, match="image-alt"):
        await assert_accessible(page_without_javascript)


async def test_axe_leaves_a_good_page_alone(page: Page, page_without_javascript: Page) -> None:
    for reader in (page, page_without_javascript):
        await _show(reader, "<p>Опишите проблему.</p>")
        await assert_accessible(reader)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("<script>1</script>", "Content Security Policy"),
        ('<p style="color: red">Красный</p>', "Content Security Policy"),
        ('<img alt="" src="http://elsewhere.example/photo.png">', "elsewhere.example"),
    ],
)
async def test_a_page_that_breaks_its_policy_or_turns_elsewhere_fails_its_test(
    browser: Browser, content: str, fault: str
) -> None:
    with pytest.raises(AssertionError, match=fault):
        async with open_page(browser, PHONE) as page:
            await _show(page, content)


async def test_a_page_that_throws_fails_its_test(browser: Browser) -> None:
    with pytest.raises(AssertionError, match="the map is not there"):
        async with open_page(browser, PHONE) as page:
            await _throw(page, "the map is not there")
