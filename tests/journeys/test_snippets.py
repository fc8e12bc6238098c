"""What `otklik agency show` prints and saves works when it is pasted, also where no script may run."""

import io
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import zxingcpp
from aiohttp import web
from PIL import Image
from playwright.async_api import Browser, Page

from gateway.domain.snippets import Launcher, Snippets, in_references
from gateway.texts import load_texts
from tests.browser import PHONE, assert_accessible, open_page
from tests.journeys.test_command_line import otklik
from tests.loopback import serve
from tests.server import AGENCY, RunningGateway

WORDS = "Сообщить о проблеме"


@pytest.fixture
def place(running_gateway: RunningGateway) -> dict[str, str]:
    return {
        "OTKLIK_DATA_DIR": str(running_gateway.folder / "data"),
        "OTKLIK_PUBLIC_URL": running_gateway.url,
    }


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[tuple[str, dict[str, str]]]:
    """An agency's site that serves the folder `site`; its headers are what a test puts in."""
    headers: dict[str, str] = {}

    async def show(request: web.Request) -> web.Response:
        path = tmp_path / "site" / request.match_info["name"]
        kind = "text/html" if path.suffix == ".html" else f"image/{path.suffix[1:].replace('svg', 'svg+xml')}"
        return web.Response(body=path.read_bytes(), headers={"Content-Type": kind, **headers})

    app = web.Application()
    app.router.add_get("/{name}", show)
    async with serve(app) as url:
        yield url, headers


def shown(folder: Path, place: dict[str, str], *options: str) -> dict:
    told = otklik(folder, "agency", "show", AGENCY, "--json", *options, **place)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def read_codes(picture: bytes) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))]


def pasted(*snippets: str) -> str:
    """A page of a site in windows-1251, as old systems have them."""
    return (
        '<!doctype html><html lang="ru"><head><meta charset="windows-1251"><link rel="icon" href="data:,">'
        f"<title>Школа</title></head><body><main><h1>Школа</h1>{''.join(snippets)}</main></body></html>"
    )


async def test_printed_lines_bring_the_link_under_the_printed_policy(
    page: Page, site: tuple[str, dict[str, str]], place: dict[str, str], tmp_path: Path
) -> None:
    address, headers = site
    told = shown(tmp_path, place)
    (tmp_path / "site").mkdir()
    policy = "; ".join(f"{name} {source}" for name, source in told["csp"].items())
    headers["Content-Security-Policy"] = f"default-src 'none'; img-src data:; {policy}"
    for snippet in (told["script"], told["pinned"]):
        (tmp_path / "site" / "page.html").write_bytes(pasted(snippet).encode("cp1251"))
        await page.goto(f"{address}/page.html")
        link = page.get_by_role("link", name=WORDS)
        await link.wait_for()
        assert (await link.get_attribute("href")).startswith(told["form"])


async def test_deep_link_opens_the_form_with_topic_and_address(
    page: Page, place: dict[str, str], tmp_path: Path
) -> None:
    told = shown(tmp_path, place, "--topic", "0116", "--address", "ул. Лесная, 4 & двор")
    await page.goto(told["deep_link"])
    values = await page.locator("form").last.evaluate("form => Object.fromEntries(new FormData(form))")
    assert (values["topic"], values["place.address"]) == ("0116", "ул. Лесная, 4 & двор")


@pytest.mark.parametrize(("name", "charset"), [("snippet.html", "UTF-8"), ("snippet-1251.html", "windows-1251")])
async def test_saved_page_shows_button_and_code_without_any_script(
    browser: Browser, site: tuple[str, dict[str, str]], place: dict[str, str], tmp_path: Path, name: str, charset: str
) -> None:
    address, headers = site
    headers["Content-Security-Policy"] = "default-src 'none'; img-src 'self'"
    told = shown(tmp_path, place, "--save", "site")
    assert in_references((tmp_path / "site" / name).read_text("utf-8")).count(told["without_script"]) == 1
    async with open_page(browser, PHONE, javascript=False) as page:
        await page.goto(f"{address}/{name}", wait_until="load")
        assert await page.evaluate("document.characterSet") == charset
        link = page.get_by_role("link", name=WORDS)
        assert await link.get_attribute("href") == told["form"]
        images = await page.locator("img").evaluate_all(
            "all => all.map(i => [i.naturalWidth > 0, i.width, i.height, +i.getAttribute('width'), i.alt.length > 9])"
        )
        assert [(loaded, width == given, named) for loaded, width, _, given, named in images] == [(True,) * 3] * 2
        assert images[0][2] >= 44
        assert read_codes(await page.screenshot(full_page=True)) == [told["form"]]
        await assert_accessible(page)


async def test_every_saved_picture_draws_and_every_code_leads_to_the_form(
    page: Page, site: tuple[str, dict[str, str]], place: dict[str, str], tmp_path: Path
) -> None:
    address, _ = site
    told = shown(tmp_path, place, "--save", "site")
    pictures = sorted(path.name for path in (tmp_path / "site").iterdir() if path.suffix in (".svg", ".png"))
    assert len(pictures) == 6
    images = "".join(f'<p><img src="{name}" alt=""></p>' for name in pictures)
    (tmp_path / "site" / "all.html").write_bytes(pasted(images).encode("cp1251"))
    await page.goto(f"{address}/all.html")
    for image in await page.locator("img").all():
        name = await image.get_attribute("src")
        assert await image.evaluate("async image => (await image.decode(), image.naturalWidth)") > 100, name
        expected = [told["form"]] if "-qr-" in name else []
        assert read_codes(await image.screenshot()) == expected, name


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_buttons_say_what_the_widget_says(place: dict[str, str], tmp_path: Path, lang: str) -> None:
    shown(tmp_path, place, "--save", "site", "--lang", lang)
    button = (tmp_path / "site" / f"otklik-button-{lang}.svg").read_text("utf-8")
    words = load_texts().say(lang, "widget.link")
    assert f"<title>{words}</title>" in button
    assert f'alt="{words}"' in (tmp_path / "site" / "snippet.html").read_text("utf-8")


def test_saving_again_changes_nothing_and_spares_what_is_not_ours(place: dict[str, str], tmp_path: Path) -> None:
    shown(tmp_path, place, "--save", "site")
    saved = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (tmp_path / "site").glob("*[!n]")}
    shown(tmp_path, place, "--save", "site")
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in saved} == saved
    elsewhere = {**place, "OTKLIK_PUBLIC_URL": "https://otklik.example"}
    moved = otklik(tmp_path, "agency", "show", AGENCY, "--save", "site", **elsewhere)
    assert moved.returncode == 0  # what was ours may be renewed
    assert b"https://otklik.example" in (tmp_path / "site" / "snippet.html").read_bytes()
    (tmp_path / "site" / "snippet.html").write_text("my own")
    refused = otklik(tmp_path, "agency", "show", AGENCY, "--save", "site", **place)
    assert refused.returncode == 1
    assert refused.stderr.endswith("move them away: snippet.html\n")
    assert (tmp_path / "site" / "snippet.html").read_text() == "my own"
    assert b"https://otklik.example" in (tmp_path / "site" / "snippet-1251.html").read_bytes()


def test_what_is_not_known_ends_with_one_line(place: dict[str, str], tmp_path: Path) -> None:
    for arguments in (["nobody"], [AGENCY, "--topic", "no-such-topic"]):
        told = otklik(tmp_path, "agency", "show", *arguments, **place)
        assert (told.returncode, told.stdout, told.stderr.count("\n")) == (1, "", 1)


def test_hosts_in_letters_become_ascii_for_machines_and_stay_letters_for_people(
    place: dict[str, str], tmp_path: Path
) -> None:
    told = shown(tmp_path, {**place, "OTKLIK_PUBLIC_URL": "https://отклик.школа-5.рф/"}, "--save", "site")
    machine = "https://xn--h1adbcny.xn---5-6kc3bfr2e.xn--p1ai"
    assert told["csp"] == {"script-src": machine, "frame-src": machine}
    assert told["form"] == f"{machine}/f/{AGENCY}"
    assert all(part.isascii() for part in (told["script"], told["pinned"], told["without_script"], told["noscript"]))
    code = (tmp_path / "site" / f"otklik-qr-{AGENCY}.svg").read_text("utf-8")
    assert f"<title>отклик.школа-5.рф/f/{AGENCY}</title>" in code
    assert read_codes((tmp_path / "site" / f"otklik-qr-{AGENCY}.png").read_bytes()) == [told["form"]]


def test_words_are_escaped_and_survive_windows_1251() -> None:
    snippets = Snippets(launcher=Launcher(base="https://otklik.example", version="1.0.0"), key="school")
    link = snippets.link("Двор <&> «ё» — жалоба")
    assert re.fullmatch(r'<a href="https://otklik.example/f/school">.*</a>', link)
    assert "<&>" not in link
    assert in_references(link).encode("ascii").decode("cp1251") == in_references(link)
