"""A resident with the keyboard alone, in a Chromium whose JavaScript is switched off, and a clerk at a terminal."""

import asyncio
import re
import time
from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.browser import assert_accessible
from tests.journeys.installation import Installation
from tests.journeys.keys import Keys
from tests.pictures import SECRET, camera_jpeg, gps
from tests.server import AGENCY, RunningGateway

TEXT = "У дома 12 на Садовой большая яма. Машины объезжают её по встречной полосе."


def contents(path: Path) -> bytes:
    return path.read_bytes()


async def shows(page: Page, words: str) -> None:
    """Reload the page until it shows these words, as a waiting resident does."""
    deadline = time.monotonic() + 20
    while words not in await page.inner_text("main"):
        assert time.monotonic() < deadline, await page.inner_text("main")
        await asyncio.sleep(0.2)
        await page.reload()


async def test_resident_reports_a_pothole_and_sees_it_through(
    installation: Installation, page_without_javascript: Page, tmp_path: Path
) -> None:
    page, keys = page_without_javascript, Keys(page_without_javascript)
    photo = {"name": "яма.jpg", "mimeType": "image/jpeg", "buffer": camera_jpeg(place=gps(55.765621, 37.605679))}

    # Fills the form, with two mistakes
    await page.goto(f"{installation.front.url}/f/{AGENCY}")
    assert "Это не обращение по закону" in await page.inner_text("main")
    await keys.type("#text", "Яма")
    await keys.reach("#files")
    await page.set_input_files("#files", photo)
    await keys.type("[name='place.address']", "ул. Садовая, 12")
    await keys.type("[name='contact.name']", "Житель дома")
    await keys.type("[name='contact.email']", "resident@example")
    await keys.tick("[name=consent]")
    await keys.press("button[value=send]")

    # Learns of both at once, and mends them
    assert (await page.title()).startswith("Ошибка: ")
    await keys.find("#problems")
    links = [await link.inner_text() for link in await page.locator("#problems a").all()]
    assert len(links) == 2
    assert "яма.jpg" in await page.inner_text("main")
    await keys.reach("#problems a[href='#text']")
    await page.keyboard.press("Enter")
    await keys.find("#text")
    await keys.type("#text", TEXT)
    await keys.type("#topic_query", "яма")
    await keys.press("#topic_query")
    await keys.find("#found_topics")
    await assert_accessible(page)
    await keys.tick("[type=radio][name=topic]")
    await keys.tick("[name='place.point']")
    await keys.type("[name='contact.email']", "resident@example.org")
    await keys.press("button[value=send]")

    # Gets a number
    assert await page.inner_text("h1") == "Сообщение отправлено"
    number = await page.inner_text(".number")
    assert re.fullmatch(r"\d{3}-\d{3}-\d{4}", number)
    await keys.press("a.track")
    assert number in await page.inner_text("h1")

    # The case is in the core store, with the photo cleaned
    case = await installation.case_when(number, lambda case: bool(case["history"]))
    assert case["text"] == TEXT
    assert case["topic"] is not None
    assert case["address"] == "ул. Садовая, 12"
    assert case["point"] == pytest.approx({"lat": 55.765621, "lon": 37.605679}, abs=1e-4)
    assert [file["name"] for file in case["files"]] == ["яма.jpg"]
    stored = [path.read_bytes() for path in (installation.core.folder / "data" / "files").rglob("*") if path.is_file()]
    assert len(stored) >= 2
    assert not [content for content in stored if SECRET.encode() in content or b"Exif" in content]

    # Is asked, and replies
    await installation.clerk("status", number, "work")
    await installation.clerk("ask", number, "--text", "На какой полосе яма?")
    await shows(page, "На какой полосе яма?")
    await assert_accessible(page)
    await keys.type("#reply", "На правой, у бордюра.")
    await keys.press("button[value=reply]")
    await keys.find("[role=status]")
    assert "Ваш ответ отправлен" in await page.inner_text("[role=status]")
    await installation.case_when(number, lambda case: case["history"][-1]["text"] == "На правой, у бордюра.")

    # Is answered, with a file
    document = tmp_path / "акт.pdf"
    document.write_bytes(b"%PDF-1.4\n%%EOF")
    await installation.clerk("answer", number, "--text", "Яму заделали.", "--file", str(document))
    await shows(page, "Яму заделали.")
    await assert_accessible(page)
    await keys.reach(".card a[href*='/files/']")
    async with page.expect_download() as download:
        await page.keyboard.press("Enter")
    assert contents(await (await download.value).path()) == contents(document)

    # Rates it 2, and the case is looked at again
    await keys.tick("[name=score]")
    for _ in range(3):
        await page.keyboard.press("ArrowDown")
    await keys.type("#comment", "Яма снова на месте.")
    await keys.press("button[value=rate]")
    assert "повторное рассмотрение" in await page.inner_text("[role=status]")
    case = await installation.case_when(number, lambda case: case["sent_back"] == 1)
    assert case["status"] == "review"
    rated = next(event for event in case["history"] if event["kind"] == "rated")
    assert (rated["score"], rated["text"]) == (2, "Яма снова на месте.")
    await shows(page, "По вашей оценке дело рассматривают снова")
    await assert_accessible(page)


async def test_back_after_sending_and_sending_again_is_harmless(
    running_gateway: RunningGateway, page_without_javascript: Page
) -> None:
    page, keys = page_without_javascript, Keys(page_without_javascript)
    await page.goto(f"{running_gateway.url}/f/{AGENCY}")
    await keys.type("#text", TEXT)
    await keys.type("[name='place.address']", "ул. Садовая, 12")
    await keys.type("[name='contact.name']", "Житель дома")
    await keys.type("[name='contact.email']", "resident@example.org")
    await keys.tick("[name=consent]")
    await keys.press("button[value=send]")
    number = await page.inner_text(".number")
    await page.go_back()
    assert await page.input_value("#text") == TEXT
    await keys.press("button[value=send]")
    assert await page.inner_text(".number") == number

    await page.go_back()
    await keys.type("#text", "Теперь здесь две ямы, и обе глубокие.")
    await keys.press("button[value=send]")
    assert "уже принято" in await page.inner_text("[role=alert]")
    await assert_accessible(page)
    await keys.press("button[value=send_new]")
    assert await page.inner_text(".number") != number


async def test_enter_in_a_field_never_sends(running_gateway: RunningGateway, page_without_javascript: Page) -> None:
    page, keys = page_without_javascript, Keys(page_without_javascript)
    await page.goto(f"{running_gateway.url}/f/{AGENCY}")
    await keys.type("#text", TEXT)
    await keys.type("[name='place.address']", "ул. Садовая, 12")
    await keys.type("[name='contact.name']", "Житель дома")
    await keys.tick("[name=consent]")
    await page.keyboard.press("Shift+Tab")  # over the phone
    await page.keyboard.press("Shift+Tab")
    await keys.type("[name='contact.email']", "resident@example.org")
    await keys.press("[name='contact.email']")
    assert await page.inner_text("h1") == "Проверьте перед отправкой"
    await keys.press("#gist")
    assert await page.inner_text("h1") == "Проверьте перед отправкой"
    await keys.press("button[name=edit][value='place.address']")
    await keys.find("[name='place.address']")
    await keys.type("#topic_query", "снег")
    await keys.press("#topic_query")
    await keys.find("#found_topics")
