"""The chat of `otklik demo` in a real Chromium: the same dialog with JavaScript and without, in every look."""

import asyncio
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.browser import PHONE, assert_accessible, open_page
from tests.journeys.keys import Keys
from tests.pictures import camera_jpeg, gps
from tests.server import SECONDS_TO_START, SECONDS_TO_STOP, RunningGateway, free_port

ROOT = Path(__file__).parents[2]
SMALLEST: ViewportSize = {"width": 320, "height": 568}
TEXT = "Во дворе дома 5 глубокая яма у детской площадки."
PHOTO = {"name": "яма.jpg", "mimeType": "image/jpeg", "buffer": camera_jpeg(place=gps(55.75, 37.62))}
NUMBER = re.compile(r"\d{3}-\d{3}-\d{4}")


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo: its address, and the commands of whoever works on its cases."""

    url: str
    folder: Path
    environment: dict[str, str]

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "gateway", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder, port = tmp_path_factory.mktemp("demo"), free_port()
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "OTKLIK_PORT": str(port),
        "OTKLIK_NEARBY__METRES": "0",
    }
    command, log = [sys.executable, "-m", "gateway", "demo", "--empty"], folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=out)
    try:
        deadline = time.monotonic() + SECONDS_TO_START
        while "Ctrl-C" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield Demo(f"http://127.0.0.1:{port}", folder, environment)
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS_TO_STOP) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat in the browser, as a resident uses it."""

    page: Page

    async def press(self, label: str) -> None:
        await self.page.locator(".keys button", has_text=re.compile(rf"^(\d\. )?{label}$")).last.click()

    async def say(self, text: str) -> None:
        await self.page.fill("#chat-text", text)
        await self.page.get_by_role("button", name="Отправить", exact=True).last.click()

    async def hear(self, words: str | re.Pattern[str]) -> str:
        """Wait for a bubble of the page with these words, the last one; without scripts, ask for it again."""
        deadline = time.monotonic() + 20
        bubbles = self.page.locator(".theirs .said")
        while time.monotonic() < deadline:
            texts = await bubbles.all_inner_texts()
            if texts and re.search(words, texts[-1]):
                return texts[-1]
            if await self.page.locator("a.refresh").count():
                await self.page.locator("a.refresh").click()
            await asyncio.sleep(0.05)
        raise AssertionError(f"{words} is not said; last: {(await bubbles.all_inner_texts())[-1:]}")

    async def report(self) -> str:
        """Report a pothole and return the number."""
        await self.page.get_by_role("button", name="Начать", exact=True).click()
        await self.hear("Я бот, отвечаю автоматически")
        await self.page.set_input_files("#chat-photo", PHOTO)
        await self.page.fill("#chat-text", TEXT)
        await self.page.locator(".phone-write button").click()
        await self.hear("Какая тема подходит")
        await self.press("Яма во дворе")
        await self.hear("Где это|снимок сделан|сделано фото|здесь")
        await self.press("Я на этом месте")
        await self.hear("Номер дома")
        await self.press("5")
        await self.hear("Как вас зовут")
        await self.say("Житель дома")
        await self.hear("согласны ли вы")
        await self.press("Согласен")
        await self.hear("Файлы: 1")
        await self.press("Отправить")
        sent = await self.hear(NUMBER)
        return NUMBER.search(sent)[0]  # type: ignore[index]


async def test_resident_reports_in_the_chat_and_rates_the_answer_there(demo: Demo, browser: Browser) -> None:
    async with open_page(browser, PHONE) as page:
        await page.context.grant_permissions(["geolocation"], origin=demo.url)
        await page.context.set_geolocation({"latitude": 55.7512, "longitude": 37.6184})
        await page.goto(f"{demo.url}/")
        await page.locator("main").get_by_role("link", name="Чат, как в мессенджере").click()
        await page.get_by_role("link", name="ВКонтакте").click()
        await page.evaluate("window.isSamePage = true")
        chat = Chat(page)
        number = await chat.report()
        await expect(page.locator(".own", has_text="Место: 55.75120, 37.61840")).to_have_count(1)
        picture = page.locator(".own img")
        assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
        await assert_accessible(page)
        case = json.loads(await asyncio.to_thread(demo.run, "case", "show", number, "--json"))
        assert case["point"] == {"lat": 55.7512, "lon": 37.6184}
        assert len(case["files"]) == 1

        await asyncio.to_thread(demo.run, "case", "answer", number, "--text", "Яму засыпали щебнем.")
        await chat.hear("Яму засыпали щебнем")
        await chat.press("2")
        await expect(page.locator(".theirs .said").last).not_to_contain_text("щебнем")
        assert await page.evaluate("window.isSamePage")
        assert await page.locator(".bubbles > li").count() == await reloaded(page)
    case = json.loads(await asyncio.to_thread(demo.run, "case", "show", number, "--json"))
    assert case["status"] == "review"


async def reloaded(page: Page) -> int:
    await page.reload()
    return await page.locator(".bubbles > li").count()


@pytest.mark.parametrize("channel", ["telegram", "vk", "ok", "max"])
async def test_resident_reports_without_javascript(demo: Demo, browser: Browser, channel: str) -> None:
    async with open_page(browser, SMALLEST, javascript=False) as page:
        await page.goto(f"{demo.url}/chat?channel={channel}")
        chat = Chat(page)
        await assert_accessible(page)
        number = await chat.report()
        assert page.url.endswith("#write") or "#" not in page.url
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await assert_accessible(page)
        case = json.loads(await asyncio.to_thread(demo.run, "case", "show", number, "--json"))
        assert (case["agency"], len(case["files"])) == ("demo", 1)
        assert case["details"] == {"house": "5"}
        assert case["point"] is not None


async def test_the_keyboard_alone_is_enough(demo: Demo, page: Page) -> None:
    await page.goto(f"{demo.url}/chat?channel=telegram")
    keys, chat = Keys(page), Chat(page)
    await keys.type("#chat-text", TEXT)
    await page.keyboard.press("Enter")
    await chat.hear("Пришлите фото")
    assert await page.input_value("#chat-text") == ""
    assert await keys.is_at("#chat-text")
    await keys.reach(".keys button[value$='.files.skip']", key="Shift+Tab")
    await page.keyboard.press("Enter")
    await chat.hear("Какая тема подходит")


async def test_a_file_that_is_no_picture_and_a_pressed_old_button_are_told(demo: Demo, page: Page) -> None:
    await page.goto(f"{demo.url}/chat?channel=vk")
    chat = Chat(page)
    await chat.say(TEXT)
    await chat.hear("Пришлите фото")
    await page.set_input_files("#chat-photo", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"words"})
    await page.locator(".phone-write button").click()
    await expect(page.locator(".theirs .said").last).to_contain_text("a.txt")
    await chat.press("Без фото")
    await chat.hear("Какая тема подходит")
    await page.locator(".keys button", has_text="Без фото").first.click()
    await expect(page.locator(".toasts p")).to_have_count(1)


async def test_two_chats_know_nothing_of_each_other_and_strangers_find_nothing(demo: Demo) -> None:
    async with httpx.AsyncClient(base_url=demo.url, timeout=30) as http:
        first, second = [(await http.get("/chat")).headers["Location"] for _ in range(2)]
        assert first != second
        await http.post(first, data={"text": TEXT})
        assert TEXT in (await http.get(first)).text
        assert TEXT not in (await http.get(second)).text
        for path in ("/chat/pigeon/0123456789abcdef", "/chat/vk/%2e%2e%2f", "/chat/vk/UP", "/chat/parts/chat.py"):
            assert (await http.get(path)).status_code == 404, path
        for path in (f"{first}/files/x", f"{first}/own/x", f"{first}/own/..%2f..%2fotklik.db"):
            assert (await http.get(path)).status_code == 404, path
        shown = await http.get(first)
        assert "unsafe" not in shown.headers["Content-Security-Policy"]
        assert "geolocation=(self)" in shown.headers["Permissions-Policy"]
        assert "Set-Cookie" not in shown.headers


async def test_there_is_no_chat_outside_the_demo(running_gateway: RunningGateway) -> None:
    async with httpx.AsyncClient(base_url=running_gateway.url) as http:
        for path in ("/chat", "/chat/vk/0123456789abcdef", "/chat/parts/chat.js"):
            assert (await http.get(path)).status_code == 404
        assert "/chat" not in (await http.get("/")).text
