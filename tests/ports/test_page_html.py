"""Long pages are read like short ones, in a process of their own, and one that would take minutes is let go."""

import time

from gateway.adapters.page_html import HtmlReader, read_page
from gateway.domain.seen_page import FetchedPage
from gateway.domain.web_address import read_address

SNIPPET = '<script async src="https://form.example/widget.js" data-agency="school"></script>'


def page(html: str) -> FetchedPage:
    url = read_address("https://school.example/")
    assert url is not None
    return FetchedPage(url=url, status=200, headers=(("content-type", "text/html"),), body=html.encode())


async def test_long_page_reads_as_a_short_one_does() -> None:
    long = page("<p>Школа</p>\n" * 40_000 + SNIPPET)
    seen = await HtmlReader()(long)
    assert seen == read_page(long)
    assert seen is not None
    assert [(tag.name, tag.line) for tag in seen.tags] == [("script", 40_001)]


async def test_page_that_would_take_minutes_is_let_go() -> None:
    begun = time.monotonic()
    assert await HtmlReader(seconds=1)(page("<" * 2_000_000)) is None
    assert time.monotonic() - begun < 20
