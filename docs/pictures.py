"""Take the pictures in `docs/pictures`: real pages of `otklik demo` in a real browser. Run by `make pictures`."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter
from playwright.async_api import Browser, Page, ViewportSize, async_playwright
from rich.progress import track

from tests.browser import AS_ROOT, CHROMIUM_ARGUMENTS, DESKTOP, PHONE
from tests.parts import find_chromium

FOLDER = Path(__file__).parent / "pictures"
PORT = 8480
GATEWAY = f"http://127.0.0.1:{PORT}"
CITY, MINISTRY = f"http://127.0.0.1:{PORT + 1}/", f"http://127.0.0.1:{PORT + 3}/"
TEXT = "Во дворе дома 5 по улице Мира глубокая яма у детской площадки. Вчера в неё упал велосипедист."

Act = Callable[[Page], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A picture: its file's `name`, what is done before it is taken, and on what kind of screen."""

    name: str
    act: Act
    viewport: ViewportSize = field(default_factory=lambda: PHONE)
    scheme: str = "light"
    forced_colors: str = "none"


async def open_form(page: Page) -> None:
    await page.goto(f"{GATEWAY}/f/demo")


async def fill_in(page: Page) -> None:
    await open_form(page)
    await page.fill("#text", TEXT)
    await page.set_input_files("#files", {"name": "яма.jpg", "mimeType": "image/jpeg", "buffer": draw_photo()})
    await page.locator(".kept-state", has_text="Добавлен").wait_for()
    await page.fill("#topic_query", "яма")
    await page.locator("#found_topics [name=topic]").first.check()
    await page.fill("[name='place.address']", "г. N, ул. Мира, 5")
    await page.evaluate("scrollTo(0, document.querySelector('#files').closest('.step').offsetTop - 16)")


async def make_mistakes(page: Page) -> None:
    await open_form(page)
    await page.fill("#text", "Яма")
    await page.click("button[value=send]")
    await page.locator("#problems").wait_for()


async def send(page: Page) -> None:
    await fill_in(page)
    await page.fill("[name='contact.name']", "Житель дома")
    await page.fill("[name='contact.email']", "resident@example.org")
    await page.check("#consent")
    await page.click("button[value=send]")
    await page.locator("[data-sent]").wait_for()


async def chat(page: Page) -> None:
    await page.goto(f"{GATEWAY}/chat?channel=vk")
    await page.set_input_files("#chat-photo", {"name": "яма.jpg", "mimeType": "image/jpeg", "buffer": draw_photo()})
    await page.click(".phone-write button")
    await page.locator(".own img").evaluate("image => image.decode()")
    await page.locator(".theirs").first.wait_for()
    await page.fill("#chat-text", TEXT)
    await page.mouse.move(0, 0)
    await page.evaluate("scrollTo(0, document.querySelector('.phone').offsetTop - 8)")


async def open_dialog(page: Page) -> None:
    await page.goto(CITY)
    await page.locator("otklik-widget .box > a").first.click()
    await page.locator("otklik-widget iframe").first.wait_for(state="visible")
    await page.frame_locator("otklik-widget iframe").locator("h1:focus").first.wait_for()


async def scroll_to_inline(page: Page) -> None:
    await page.goto(MINISTRY)
    await page.locator("otklik-widget").first.scroll_into_view_if_needed()
    await page.locator("otklik-widget iframe").first.wait_for(state="visible")


def follow(track_url: str) -> Act:
    async def open_status(page: Page) -> None:
        await page.goto(track_url)

    return open_status


def scenes(answered: str) -> list[Scene]:
    """Every picture; `answered` is the address of an appeal that has its answer."""
    return [
        Scene(name="site", act=open_dialog, viewport=DESKTOP),
        Scene(name="inline", act=scroll_to_inline, viewport=DESKTOP),
        Scene(name="form", act=open_form, viewport=DESKTOP),
        Scene(name="form-phone", act=fill_in),
        Scene(name="form-phone-dark", act=fill_in, scheme="dark"),
        Scene(name="form-forced-colours", act=fill_in, forced_colors="active"),
        Scene(name="mistakes-phone", act=make_mistakes),
        Scene(name="sent-phone", act=send),
        Scene(name="chat-phone", act=chat),
        Scene(name="status", act=follow(answered), viewport=DESKTOP),
        Scene(name="status-phone", act=follow(answered)),
    ]


def draw_photo() -> bytes:
    """A road with a hole in it, so that no photograph of anybody's street is needed."""
    image = Image.new("RGB", (1600, 1200), (168, 190, 210))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 420, 1600, 1200), fill=(92, 94, 98))
    draw.rectangle((0, 400, 1600, 440), fill=(126, 140, 96))
    draw.polygon([(760, 440), (800, 440), (900, 1200), (700, 1200)], fill=(224, 224, 218))
    draw.ellipse((300, 700, 1000, 960), fill=(48, 44, 42))
    draw.ellipse((360, 760, 940, 940), fill=(74, 82, 92))
    content = BytesIO()
    image.filter(ImageFilter.GaussianBlur(3)).save(content, "JPEG", quality=88)
    return content.getvalue()


async def take(browser: Browser, scene: Scene) -> None:
    context = await browser.new_context(
        viewport=scene.viewport,
        locale="ru-RU",
        color_scheme=scene.scheme,
        forced_colors=scene.forced_colors,
        device_scale_factor=2 if scene.viewport is PHONE else 1,
        has_touch=scene.viewport is PHONE,
    )
    page = await context.new_page()
    await scene.act(page)
    await page.evaluate("document.fonts.ready")
    save(await page.screenshot(animations="disabled", caret="hide"), FOLDER / f"{scene.name}.png")
    await context.close()


def save(screenshot: bytes, path: Path) -> None:
    """Write a picture with the few colours that our pages have: a fifth of the size."""
    Image.open(BytesIO(screenshot)).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)


def environment(folder: Path) -> dict[str, str]:
    return os.environ | {"OTKLIK_PORT": str(PORT), "OTKLIK_DATA_DIR": str(folder), "OTKLIK_LOG__LEVEL": "error"}


@contextmanager
def running_demo(folder: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "gateway", "demo"]
    demo = subprocess.Popen(command, env=environment(folder), stdout=subprocess.DEVNULL)
    try:
        wait_until_ready()
        yield
    finally:
        demo.terminate()
        demo.wait(timeout=20)


def wait_until_ready() -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            connection = HTTPConnection("127.0.0.1", PORT, timeout=1)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        assert time.monotonic() < deadline, "the demo does not get ready"
        time.sleep(0.2)


def find_answered(folder: Path) -> str:
    """The address of the demo's appeal that was answered."""
    listed = subprocess.run(
        [sys.executable, "-m", "gateway", "case", "list", "--json"],
        env=environment(folder),
        capture_output=True,
        check=True,
    )
    number = next(case["number"] for case in json.loads(listed.stdout) if case["status"] == "answered")
    with sqlite3.connect(folder / "otklik.db") as database:
        (key,) = database.execute("SELECT key FROM appeals WHERE number = ?", (number,)).fetchone()
    return f"{GATEWAY}/track/{number}?key={key}"


async def main() -> None:
    """Take every picture anew."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, running_demo(Path(name)):
        await take_all(scenes(find_answered(Path(name))))


async def take_all(wanted: list[Scene]) -> None:
    arguments = CHROMIUM_ARGUMENTS + (AS_ROOT if os.geteuid() == 0 else [])
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        for scene in track(wanted, description="Taking pictures"):
            await take(browser, scene)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
