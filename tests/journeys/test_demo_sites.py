"""`otklik demo` as it is typed: a start page and made-up sites on ports of their own, each as it says it is."""

import asyncio
import io
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Browser

from tests.browser import DESKTOP, PHONE, assert_accessible, open_page
from tests.server import SECONDS_TO_START, SECONDS_TO_STOP, free_port

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """The addresses that a running demo prints: start, then its sites; the port after its own is taken."""
    folder = tmp_path_factory.mktemp("demo")
    port = free_port()
    with socket.create_server(("127.0.0.1", port + 1)):
        yield from _run(folder, port)


def _run(folder: Path, port: int) -> Iterator[list[str]]:
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "OTKLIK_PORT": str(port)}
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "gateway", "demo", "--empty"], cwd=folder, env=environment, stdout=out, stderr=out
        )
    try:
        deadline = time.monotonic() + SECONDS_TO_START
        while "Ctrl-C" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield [line.split()[-1] for line in log.read_text().splitlines()[:5]]
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS_TO_STOP) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


async def test_start_page_lists_every_site_and_each_leads_back(demo: list[str], browser: Browser) -> None:
    start, *sites = demo
    taken = int(start.rstrip("/").rpartition(":")[2]) + 1
    assert len({*sites}) == 4
    assert f"http://127.0.0.1:{taken}/" not in sites
    async with open_page(browser, DESKTOP) as page:
        await page.goto(start)
        links = await page.locator("a").evaluate_all("all => all.map(a => a.href)")
        assert set(sites) <= set(links)
        await assert_accessible(page)
        for site in sites:
            await page.goto(site)
            assert await page.locator(f'a[href="{start}"]').count() == 1, site


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_every_site_is_sound_and_carries_a_way_to_the_form(
    demo: list[str], browser: Browser, viewport: dict[str, int]
) -> None:
    start, *sites = demo
    for site in sites:
        async with open_page(browser, viewport) as page:
            failed: list[str] = []
            page.on("requestfailed", lambda request, failed=failed: failed.append(request.url))
            page.on("response", lambda answer, failed=failed: answer.status < 400 or failed.append(answer.url))
            await page.goto(site, wait_until="load")
            assert failed == [], site
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), site
            assert start in await page.content()
            await assert_accessible(page)


async def test_sites_are_of_the_kinds_that_they_claim(demo: list[str], browser: Browser) -> None:
    start, city, old, ministry, school = demo
    host = start.rstrip("/")
    async with httpx.AsyncClient() as http:
        answers = [await http.get(site) for site in (city, old, ministry, school)]
    policies = [answer.headers.get("Content-Security-Policy") for answer in answers]
    assert policies[:2] == [None, None]
    assert {"default-src 'self'", f"script-src 'self' {host}", f"frame-src {host}"} <= set(policies[2].split("; "))
    assert "unsafe-inline" not in policies[2] + policies[3]
    assert "script-src 'none'" in policies[3]
    assert [f'data-mode="{mode}"' in answers[0].text for mode in ("banner", "button")] == [True, True]
    assert '<otklik-widget agency="demo" mode="inline">' in answers[2].text
    assert "<script" not in answers[3].text
    assert answers[1].headers["Content-Type"] == "text/html; charset=windows-1251"
    assert "Городское хозяйство" in answers[1].content.decode("cp1251")
    async with open_page(browser, DESKTOP) as page:
        await page.goto(old)
        assert await page.evaluate("[document.characterSet, document.compatMode]") == ["windows-1251", "BackCompat"]


async def test_school_leads_to_the_form_by_link_and_by_code(demo: list[str], browser: Browser) -> None:
    start, *_, school = demo
    async with open_page(browser, PHONE, javascript=False) as page:
        await page.goto(school, wait_until="load")
        picture = Image.open(io.BytesIO(await page.screenshot(full_page=True)))
        codes = await asyncio.to_thread(zxingcpp.read_barcodes, picture)
        assert [code.text for code in codes] == [f"{start}f/demo"]
        await page.get_by_role("link", name="Сообщить о проблеме").click()
        assert page.url == f"{start}f/demo"
        assert await page.locator("form").count() >= 1
