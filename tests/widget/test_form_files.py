"""Photos and documents in the form, where scripts run: real Chromium, real uploads."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw
from playwright.async_api import Browser, Error, FilePayload, Locator, Page, Route, expect

from gateway.domain.agency import AgencyKey
from gateway.domain.attachment import Attachment
from gateway.domain.number import AppealNumber
from tests.application import AGENCY, ServedGateway, served, settings_for
from tests.browser import DESKTOP, PHONE, assert_accessible
from tests.pictures import PUSHKIN_SQUARE, camera_heic, camera_jpeg, encoded, gps, noise
from tests.web.pages import number_in, send_form
from tests.widget.form import fill, heard

SOURCES = Path(__file__).parents[2] / "widget" / "src"
PDF = b"%PDF-1.4\n%%EOF"
FILE_BYTES = 3_000_000

EVERY_POINT = """() => {
  window.points = [];
  document.querySelector("form").addEventListener("otklik:point", ({ detail }) => window.points.push(detail));
}"""

# What a browser does with files that are dropped or pasted: [event, name, type, where]
BRING_FILE = """([kind, name, type, where]) => {
  const brought = new DataTransfer();
  brought.items.add(new File([`content of ${name}`], name, { type }));
  const made = { bubbles: true, cancelable: true, dataTransfer: brought, clipboardData: brought };
  const event = kind === "paste" ? new ClipboardEvent(kind, made) : new DragEvent(kind, made);
  document.querySelector(where).dispatchEvent(event);
}"""

POST_FORM = """async () => {
  const form = document.querySelector("form");
  const body = new FormData(form);
  body.append("do", "send");
  const answer = await fetch(form.action, { method: "POST", body });
  return answer.url;
}"""


@pytest.fixture(scope="module")
async def gateway(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServedGateway]:
    settings = settings_for(tmp_path_factory.mktemp("files"), form={"file_bytes": FILE_BYTES})
    async with served(settings) as gateway:
        yield gateway


@pytest.fixture
async def form(page: Page, gateway: ServedGateway) -> Page:
    """The page with its scripts at work."""
    return await open_form(page, gateway)


async def open_form(page: Page, gateway: ServedGateway) -> Page:
    page.on("filechooser", lambda _: None)  # listening from the start: the first key may be faster than the listening
    await page.goto(f"{gateway.url}/f/{AGENCY}")
    await expect(page.get_by_text("Выбрать файлы")).to_be_visible()
    await page.evaluate(EVERY_POINT)
    return page


def jpeg(name: str, content: bytes | None = None) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content or camera_jpeg(image=noise(40, 30))}


def pdf(name: str, content: bytes = PDF) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def row(page: Page, name: str) -> Locator:
    return page.locator(".kept li", has_text=name)


async def wait_for(page: Page, state: str, count: int = 1) -> None:
    await expect(page.locator(f".kept li[data-state={state}]")).to_have_count(count, timeout=20_000)


async def ids_of(page: Page) -> list[str]:
    """What the form would post."""
    return list(await page.evaluate("() => new FormData(document.querySelector('form')).getAll('attachments')"))


async def unsent(page: Page) -> list[str]:
    """The names of files that would go along with a form that is posted now."""
    names = "files => files.filter(file => file.size).map(file => file.name)"
    return list(await page.evaluate(f"() => ({names})(new FormData(document.querySelector('form')).getAll('files'))"))


async def stored(gateway: ServedGateway, page: Page) -> list[Attachment]:
    """What the gateway keeps for the form."""
    ids = await ids_of(page)
    found = await gateway.app.edge.attachments.unused(AgencyKey(AGENCY), ids)
    return [found[id] for id in ids]


async def content(gateway: ServedGateway, file: Attachment) -> bytes:
    return b"".join([chunk async for chunk in gateway.app.edge.blobs.read(file.id)])


class Line:
    """The line to the gateway's uploads: `open`, `dead`, or `silent`, where requests hang until it opens."""

    def __init__(self) -> None:
        self.state = "open"
        self.tried = 0
        self._opened = asyncio.Event()

    async def over(self, page: Page, state: str) -> "Line":
        await page.route("**/api/v1/attachments?*", self._pass)
        self.state = state
        return self

    def open(self) -> None:
        self.state = "open"
        self._opened.set()

    async def _pass(self, route: Route) -> None:
        self.tried += 1
        if self.state == "dead":
            await route.abort()
            return
        if self.state == "silent":
            await self._opened.wait()
        with suppress(Error):  # the page has given the request up meanwhile
            await route.continue_()


async def test_files_go_up_as_they_are_chosen_and_are_sent_once(form: Page, gateway: ServedGateway) -> None:
    line = await Line().over(form, "silent")
    photos = [jpeg("яма.jpg"), jpeg("лужа.jpg", camera_jpeg(image=noise(60, 40))), jpeg("люк.jpg", camera_jpeg())]
    await form.set_input_files("#files", [*photos, pdf("акт.pdf")])

    # Two at a time, each with a progress that has a name; the control is empty, so that nothing is sent twice
    await wait_for(form, "uploads", 2)
    await wait_for(form, "queued", 2)
    await expect(form.get_by_role("progressbar", name="Загрузка файла яма.jpg")).to_be_visible()
    assert await form.evaluate("document.querySelector('#files').files.length") == 0
    assert await unsent(form) == ["яма.jpg", "лужа.jpg", "люк.jpg", "акт.pdf"]
    await assert_accessible(form)

    line.open()
    await wait_for(form, "stored", 4)
    await expect(row(form, "яма.jpg").locator("img")).to_be_visible()
    await heard(form, "добавлен")
    await assert_accessible(form)
    assert [file.name for file in await stored(gateway, form)] == ["яма.jpg", "лужа.jpg", "люк.jpg", "акт.pdf"]
    assert await unsent(form) == []

    # One is taken away; the focus goes to what stands there now
    await row(form, "лужа.jpg").get_by_role("button", name="Убрать лужа.jpg").click()
    await expect(row(form, "люк.jpg").get_by_role("button")).to_be_focused()

    # The form is sent, and once more, as after an answer that was lost
    await fill(form)
    thanks = await form.evaluate(POST_FORM)
    assert "/track/" in thanks
    assert await form.evaluate(POST_FORM) == thanks


async def stop_the_clock(page: Page) -> None:
    """From here on timers of the page run when a test says so."""
    await page.clock.install()
    await page.clock.pause_at(await page.evaluate("Date.now() + 1000"))


async def test_upload_goes_on_by_itself_when_the_network_is_back(form: Page) -> None:
    await stop_the_clock(form)
    await form.context.set_offline(True)
    await form.set_input_files("#files", [pdf("акт.pdf"), pdf("план.pdf", PDF + b"2")])
    await wait_for(form, "later", 2)
    await expect(row(form, "акт.pdf")).to_contain_text("Нет связи")
    await expect(row(form, "акт.pdf").get_by_role("button", name="Повторить акт.pdf")).to_be_visible()
    assert await unsent(form) == ["акт.pdf", "план.pdf"]
    await form.context.set_offline(False)
    await wait_for(form, "stored", 2)
    assert len(await ids_of(form)) == 2


async def test_dead_line_is_tried_again_after_ever_longer_pauses(form: Page) -> None:
    await stop_the_clock(form)
    line = await Line().over(form, "dead")
    await form.set_input_files("#files", pdf("акт.pdf"))
    for pause in (2, 4, 8, 16, 30, 30):
        await wait_for(form, "later")
        tried = line.tried
        await form.clock.run_for(pause * 1000 - 100)
        assert line.tried == tried
        async with form.expect_event("requestfailed"):
            await form.clock.run_for(200)
    line.open()
    await wait_for(form, "later")
    await form.clock.resume()  # axe has timers of its own
    await assert_accessible(form)
    await form.clock.run_for(30_000)
    await wait_for(form, "stored")


async def test_busy_gateway_is_asked_again_when_it_says_and_a_broken_one_by_hand(form: Page) -> None:
    answers = [(503, {"Retry-After": "7"}, "{}"), (500, {}, '{"error": {"message": "Что-то сломалось у нас."}}')]

    async def refuse(route: Route) -> None:
        if answers:
            status, headers, body = answers.pop(0)
            await route.fulfill(status=status, headers=headers, body=body, content_type="application/json")
        else:
            await route.continue_()

    await stop_the_clock(form)
    await form.route("**/api/v1/attachments?*", refuse)
    await form.set_input_files("#files", pdf("акт.pdf"))
    await expect(row(form, "акт.pdf")).to_contain_text("Сервис занят")
    await form.evaluate("dispatchEvent(new Event('online'))")  # that says nothing of the gateway
    await form.clock.run_for(6900)
    assert len(answers) == 1
    await form.clock.run_for(200)
    await wait_for(form, "failed")
    await expect(row(form, "акт.pdf")).to_contain_text("Что-то сломалось у нас.")
    await form.clock.resume()
    await assert_accessible(form)
    again = row(form, "акт.pdf").get_by_role("button", name="Повторить")
    await again.focus()
    await form.keyboard.press("Enter")
    await expect(row(form, "акт.pdf").get_by_role("button", name="Убрать")).to_be_focused()
    await wait_for(form, "stored")


async def test_removed_file_is_not_uploaded_any_further(form: Page) -> None:
    line = await Line().over(form, "silent")
    await form.set_input_files("#files", pdf("акт.pdf"))
    await wait_for(form, "uploads")
    async with form.expect_event("requestfailed", lambda request: "/attachments" in request.url):
        await row(form, "акт.pdf").get_by_role("button", name="Убрать").click()
    await expect(form.locator("#files")).to_be_focused()
    await expect(form.locator(".kept-title")).to_be_hidden()
    assert await unsent(form) == []
    line.open()


async def test_big_photo_is_made_smaller_after_its_place_was_read(form: Page, gateway: ServedGateway) -> None:
    photo = camera_jpeg(6, gps(*PUSHKIN_SQUARE), noise(500, 375).resize((4000, 3000)))
    assert len(photo) > FILE_BYTES
    await form.set_input_files("#files", jpeg("яма.jpg", photo))
    await wait_for(form, "stored")
    points = await form.evaluate("window.points")
    lat, lon = PUSHKIN_SQUARE
    assert points == [pytest.approx({"lat": lat, "lon": lon, "from": "photo"}, abs=1e-5)]
    [file] = await stored(gateway, form)
    assert Image.open(BytesIO(await content(gateway, file))).size == (1920, 2560)  # upright, as the camera was held
    assert file.suggested_place is None  # the gateway has never learned it


async def test_screenshot_stays_a_png_where_that_is_smaller(form: Page, gateway: ServedGateway) -> None:
    screenshot = Image.new("RGB", (1000, 800), "white")
    for line in range(0, 800, 12):
        ImageDraw.Draw(screenshot).text((4, line), "Окно с ошибкой: страница не найдена. " * 4, fill="black")
    raw = encoded(screenshot, "PNG", compress_level=0)
    await form.set_input_files("#files", {"name": "экран.png", "mimeType": "image/png", "buffer": raw})
    await wait_for(form, "stored")
    [file] = await stored(gateway, form)
    assert file.digest != hashlib.sha256(raw).hexdigest()
    drawn = Image.open(BytesIO(await content(gateway, file))).convert("RGB")
    assert ImageChops.difference(drawn, screenshot).getbbox() is None


async def test_heic_goes_up_as_it_is_and_the_gateway_says_where_it_was_taken(
    form: Page, gateway: ServedGateway
) -> None:
    photo = camera_heic(place=gps(*PUSHKIN_SQUARE))
    await form.set_input_files("#files", {"name": "IMG_1.HEIC", "mimeType": "", "buffer": photo})
    await wait_for(form, "stored")
    [file] = await stored(gateway, form)
    assert file.digest == hashlib.sha256(photo).hexdigest()
    [point] = await form.evaluate("window.points")
    assert (point["lat"], point["lon"]) == pytest.approx(PUSHKIN_SQUARE, abs=1e-5)


async def test_file_that_is_no_good_says_why_and_stands_in_nobodys_way(form: Page, gateway: ServedGateway) -> None:
    bad: list[FilePayload] = [
        jpeg("письмо.jpg", b"Dear all, this is no photo."),
        {"name": "письмо.docx", "mimeType": "application/msword", "buffer": b"Dear all"},
        pdf("пустой.pdf", b""),
        pdf("книга.pdf", PDF + bytes(FILE_BYTES)),
    ]
    await form.set_input_files("#files", [*bad, pdf("акт.pdf")])
    await wait_for(form, "refused", 4)
    await wait_for(form, "stored", 1)
    await expect(row(form, "письмо.jpg")).to_contain_text("Этот файл добавить нельзя")  # so says the gateway
    await expect(row(form, "письмо.docx")).to_contain_text("Такой файл добавить нельзя")
    await expect(row(form, "пустой.pdf")).to_contain_text("Файл пустой")
    await expect(row(form, "книга.pdf")).to_contain_text("Можно до 2,9 МБ")
    await expect(form.get_by_role("button", name="Повторить")).to_have_count(0)
    await assert_accessible(form)
    assert [file.name for file in await stored(gateway, form)] == ["акт.pdf"]
    assert await unsent(form) == []


async def test_file_that_has_gone_from_the_device_is_told_from_a_dead_line(form: Page, tmp_path: Path) -> None:
    line = await Line().over(form, "dead")
    file = tmp_path / "акт.pdf"
    file.write_bytes(PDF)
    await form.set_input_files("#files", file)
    await wait_for(form, "later")
    file.unlink()
    line.open()
    await row(form, "акт.pdf").get_by_role("button", name="Повторить").click()
    await wait_for(form, "refused")
    await expect(row(form, "акт.pdf")).to_contain_text("Файл не читается")


@pytest.mark.parametrize("viewport", [{"width": 320, "height": 256}])
async def test_limit_of_files_and_doubles_are_told(form: Page) -> None:
    alert = form.locator("#files-trouble")
    twelve = [pdf(f"{number}.pdf", PDF + bytes([number])) for number in range(12)]
    await form.set_input_files("#files", twelve)
    await wait_for(form, "stored", 10)
    await expect(alert).to_have_text("Можно не больше 10 файлов. Не добавлены: 10.pdf, 11.pdf.")
    assert await form.evaluate("document.documentElement.scrollWidth") == 320  # nothing to scroll sideways
    assert "files-trouble" in (await form.get_attribute("#files", "aria-describedby") or "")
    await assert_accessible(form)
    await row(form, "0.pdf").get_by_role("button").first.click()
    await expect(alert).to_have_text("")

    # The same content under another name: the gateway knows it again
    await form.set_input_files("#files", pdf("копия.pdf", PDF + bytes([1])))
    await expect(alert).to_have_text("Файл «копия.pdf» уже добавлен.")
    await wait_for(form, "stored", 9)
    assert len(await ids_of(form)) == 9


@pytest.mark.parametrize("viewport", [DESKTOP])
async def test_files_can_be_dropped_and_pasted(form: Page) -> None:
    await form.evaluate(BRING_FILE, ["dragover", "акт.pdf", "application/pdf", "h1"])
    await expect(form.locator(".drop-here #files")).to_have_count(1)
    await form.evaluate(BRING_FILE, ["drop", "акт.pdf", "application/pdf", "h1"])
    await expect(form.locator(".drop-here")).to_have_count(0)
    await form.evaluate(BRING_FILE, ["paste", "image.png", "image/png", "body"])
    await expect(form.locator(".kept li")).to_have_count(2)
    await expect(row(form, "акт.pdf")).to_be_visible()
    await expect(row(form, "image.png")).to_be_visible()


@pytest.mark.parametrize("viewport", [DESKTOP])
async def test_files_with_the_keyboard_alone(form: Page) -> None:
    await form.focus("#text")
    while not await form.evaluate("document.activeElement.id === 'files'"):
        await form.keyboard.press("Tab")
    outline = await form.get_by_text("Выбрать файлы").evaluate("button => getComputedStyle(button).outlineStyle")
    assert outline == "solid"
    async with form.expect_file_chooser() as chooser:
        await form.keyboard.press("Space")
    await (await chooser.value).set_files([pdf("акт.pdf"), pdf("план.pdf", PDF + b"2")])
    await wait_for(form, "stored", 2)
    await form.keyboard.press("Shift+Tab")
    await expect(row(form, "план.pdf").get_by_role("button")).to_be_focused()
    await form.keyboard.press("Enter")
    await expect(row(form, "акт.pdf").get_by_role("button")).to_be_focused()
    await form.keyboard.press("Space")
    await expect(form.locator("#files")).to_be_focused()
    await expect(form.locator(".kept li")).to_have_count(0)


async def test_rows_that_came_with_an_error_are_the_same_rows(form: Page) -> None:
    await form.set_input_files("#files", [pdf("акт.pdf"), pdf("план.pdf", PDF + b"2")])
    await wait_for(form, "stored", 2)
    await form.click("button[value=send]")
    await expect(form.locator("#problems")).to_be_visible()
    await expect(form.get_by_text("Выбрать файлы")).to_be_visible()
    await expect(form.locator(".kept li")).to_have_count(2)
    await form.set_input_files("#files", pdf("смета.pdf", PDF + b"3"))
    await wait_for(form, "stored")
    await row(form, "акт.pdf").get_by_role("button").click()
    await expect(row(form, "план.pdf").get_by_role("button")).to_be_focused()
    await expect(form.locator("#problems")).to_be_visible()  # no other page has come
    assert len(await ids_of(form)) == 2

    # What is here already is known again
    await form.set_input_files("#files", pdf("план-2.pdf", PDF + b"2"))
    await expect(form.locator("#files-trouble")).to_have_text("Файл «план-2.pdf» уже добавлен.")
    await assert_accessible(form)


async def test_what_is_not_uploaded_yet_goes_along_with_the_form(form: Page, gateway: ServedGateway) -> None:
    await Line().over(form, "dead")
    await form.set_input_files("#files", pdf("акт.pdf"))
    await wait_for(form, "later")
    await form.evaluate("document.querySelector('form').submit()")
    await expect(form.locator("#problems")).to_be_visible()
    await expect(form.locator(".kept li")).to_have_count(1)
    assert [file.name for file in await stored(gateway, form)] == ["акт.pdf"]


async def test_reply_to_a_question_takes_files_too(page: Page, gateway: ServedGateway) -> None:
    sent = await send_form(gateway)
    await gateway.drain()
    assert gateway.app.work_on_case is not None
    await gateway.app.work_on_case.ask(AppealNumber(number_in(sent)), "Пришлите план двора.")
    await gateway.drain()
    await page.goto(gateway.url + sent.removesuffix("&sent=1"))
    await page.set_input_files("#files", pdf("план.pdf"))
    await wait_for(page, "stored")
    await assert_accessible(page)
    await page.fill("#reply", "Вот он.")
    await page.click("button[value=reply]")
    await expect(page.get_by_text("Ваш ответ отправлен")).to_be_visible()
    await gateway.drain()
    await page.reload()
    await expect(page.get_by_role("link", name="план.pdf")).to_be_visible()


async def test_camera_opens_in_one_tap_where_there_is_a_touch_screen(browser: Browser, gateway: ServedGateway) -> None:
    context = await browser.new_context(viewport=PHONE, locale="ru-RU", has_touch=True, is_mobile=True)
    try:
        page = await open_form(await context.new_page(), gateway)
        async with page.expect_file_chooser() as chooser:
            await page.get_by_text("Снять").tap()
        camera = (await chooser.value).element
        assert await camera.get_attribute("capture") == "environment"
        assert await camera.get_attribute("name") is None
        await (await chooser.value).set_files(jpeg("image.jpg"))
        await wait_for(page, "stored")
        await assert_accessible(page)
    finally:
        await context.close()


@pytest.mark.parametrize("viewport", [DESKTOP])
async def test_camera_is_not_offered_where_there_is_none(form: Page) -> None:
    await expect(form.get_by_text("Снять", exact=True)).to_have_count(0)


async def test_without_its_script_the_control_is_a_plain_one(page: Page, gateway: ServedGateway) -> None:
    await page.route("**/assets/*.js", lambda route: route.abort())
    await page.goto(f"{gateway.url}/f/{AGENCY}")
    await page.set_input_files("#files", pdf("акт.pdf"))
    assert (await page.locator("#files").bounding_box() or {})["height"] >= 44
    await page.click("button[value=send]")
    await expect(page.locator("#problems")).to_be_visible()
    assert [file.name for file in await stored(gateway, page)] == ["акт.pdf"]


async def test_files_chosen_before_the_script_came_go_up_as_well(page: Page, gateway: ServedGateway) -> None:
    arrived = asyncio.Event()

    async def late(route: Route) -> None:
        await arrived.wait()
        await route.continue_()

    await page.route("**/assets/*.js", late)
    await page.goto(f"{gateway.url}/f/{AGENCY}", wait_until="commit")
    await page.set_input_files("#files", pdf("акт.pdf"))
    arrived.set()
    await wait_for(page, "stored")
    assert len(await ids_of(page)) == 1
    assert await unsent(page) == []


@pytest.fixture
async def opened(page: Page, gateway: ServedGateway) -> Page:
    """The form by unbundled scripts, so that a test can ask the module what other modules ask it: `window.files`."""
    script = 'import "/src/form/main.js"; import * as files from "/src/form/files.js"; window.files = files;'

    async def serve(route: Route) -> None:
        name = route.request.url.partition("/src/")[2]
        body = (SOURCES / name).read_text(encoding="utf-8") if name else script
        await route.fulfill(body=body, content_type="text/javascript")

    await page.route("**/assets/form.*.js", serve)
    await page.route("**/src/**", serve)
    return await open_form(page, gateway)


async def ask(page: Page, question: str) -> Any:
    return await page.evaluate(f"async () => {{ const form = document.querySelector('form'); {question} }}")


async def test_draft_can_keep_files_and_put_them_back(opened: Page, gateway: ServedGateway) -> None:
    await ask(opened, "window.told = 0; form.addEventListener('otklik:changed', () => window.told++);")
    line = await Line().over(opened, "open")
    await opened.set_input_files("#files", pdf("акт.pdf"))
    await wait_for(opened, "stored")
    assert await ask(opened, "return files.filesSettled(form);")
    line.state = "dead"
    photo = jpeg("яма.jpg", camera_jpeg(1, gps(*PUSHKIN_SQUARE), noise(400, 300).resize((4000, 3000))))
    await opened.set_input_files("#files", [photo, pdf("пустой.pdf", b"")])
    assert not await ask(opened, "return files.filesSettled(form);")
    assert await ask(opened, "return window.told;") >= 3

    # What a draft keeps: the document by its id, the photo as it was made smaller, and nothing that was refused
    kept = await ask(opened, "window.kept = files.listFiles(form); return window.kept;")
    assert [(file["name"], bool(file["id"])) for file in kept] == [("акт.pdf", True), ("яма.jpg", False)]
    small = await ask(opened, "return window.kept.map(file => file.content?.size ?? 0);")
    assert small[0] == 0
    assert 0 < small[1] < len(photo["buffer"])

    # They come back into a form that has none of them
    for name in ("акт.pdf", "яма.jpg", "пустой.pdf"):
        await row(opened, name).get_by_role("button", name="Убрать").click()
    assert await ask(opened, "return files.listFiles(form);") == []
    line.open()
    await ask(opened, "files.restoreFiles(form, window.kept); files.restoreFiles(form, window.kept);")
    await wait_for(opened, "stored", 2)
    assert [file.name for file in await stored(gateway, opened)] == ["акт.pdf", "яма.jpg"]
    digests = await ask(opened, "return new FormData(form).getAll('digests').map(pair => pair.split(':')[1].length);")
    assert digests == [64, 64]


async def test_settled_waits_for_what_is_under_way(opened: Page) -> None:
    line = await Line().over(opened, "silent")
    await opened.set_input_files("#files", pdf("акт.pdf"))
    await wait_for(opened, "uploads")
    settled = asyncio.ensure_future(ask(opened, "return files.filesSettled(form);"))
    await expect(row(opened, "акт.pdf")).to_contain_text("Загружаем")
    assert not settled.done()
    line.open()
    assert await settled
