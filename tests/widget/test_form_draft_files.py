"""Files in a draft: those that are uploaded and those that are not, over a reload and a lost answer."""

from playwright.async_api import Page, Route, expect

from tests.application import ServedGateway
from tests.browser import assert_accessible
from tests.pictures import camera_jpeg, gps
from tests.widget.form import (
    NOTICE,
    POSTS,
    SEND,
    STATUS,
    TEXT,
    accepted,
    fill,
    has_kept,
    key_of,
    lose_answer,
    open_form,
    thanked,
)

UPLOADS = "**/api/v1/attachments*"
ROWS = ".kept li:visible"
DAY = 24 * 60 * 60 * 1000


async def add_photo(page: Page, name: str = "яма.jpg", **exif: object) -> None:
    photo = {"name": name, "mimeType": "image/jpeg", "buffer": camera_jpeg(**exif)}
    await page.set_input_files("#files", photo)


async def is_uploaded(page: Page) -> None:
    await expect(page.locator("[name=attachments]:enabled")).to_have_count(1)


async def files_of(gateway: ServedGateway, number: str) -> list[str]:
    await gateway.drain()
    clerk = gateway.app.work_on_case
    assert clerk is not None
    case = await clerk.show(number)
    return [file.name for file in case.files]


async def test_uploaded_photo_and_its_place_are_back_after_a_reload(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await fill(page)
    await add_photo(page, place=gps(55.765621, 37.605679))
    await is_uploaded(page)
    await page.focus("#text")  # nothing is offered under the hand of who is at work below
    await page.check("[name='place.point']")
    await has_kept(page, '"place.point"')
    await page.close(run_before_unload=False)
    page = await page.context.new_page()
    await open_form(page, gateway)
    await is_uploaded(page)
    await expect(page.locator(ROWS)).to_contain_text("яма.jpg")
    await expect(page.locator("[name='place.point']")).to_be_checked()
    await assert_accessible(page)
    await fill(page)
    await page.click(SEND)
    await thanked(page)
    assert await accepted(gateway) == 1


async def test_photo_that_is_not_uploaded_yet_outlives_its_tab(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await page.route(UPLOADS, lambda route: route.abort())
    await fill(page)
    await add_photo(page)
    await has_kept(page, '"name":"яма.jpg"')
    await page.close(run_before_unload=False)
    page = await page.context.new_page()
    await open_form(page, gateway)
    await is_uploaded(page)
    await fill(page)
    await page.click(SEND)
    await thanked(page)
    assert await accepted(gateway) == 1


async def test_reload_after_a_lost_answer_sends_no_photo_twice(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await fill(page)
    await add_photo(page)
    await is_uploaded(page)
    await page.route(POSTS, lose_answer)
    await page.click(SEND)
    await expect(page.locator(STATUS)).to_contain_text("Нет связи")
    await page.unroute(POSTS)
    await page.route(POSTS, lambda route: route.abort())
    await page.reload()
    await is_uploaded(page)
    await page.unroute(POSTS)
    await page.check("#consent")
    await page.click(SEND)
    await thanked(page)
    assert await accepted(gateway) == 1


async def test_starting_anew_takes_the_files_too_and_gives_them_back(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await fill(page)
    await add_photo(page)
    await is_uploaded(page)
    await has_kept(page, '"name":"яма.jpg"')
    await page.reload()
    await is_uploaded(page)
    await page.click(".flash button:visible")
    await expect(page.locator("[name=attachments]:enabled")).to_have_count(0)
    await expect(page.locator(".flash button")).to_be_focused()
    await page.keyboard.press("Enter")
    await is_uploaded(page)
    assert await page.input_value("#text") == TEXT


async def test_files_that_the_gateway_has_forgotten_are_not_put_back(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await fill(page)
    await add_photo(page)
    await is_uploaded(page)
    key = await key_of(page)
    await has_kept(page, '"id":"')
    await page.clock.install()
    await page.clock.fast_forward(DAY)
    await page.goto("about:blank")
    await open_form(page, gateway)
    await expect(page.locator(NOTICE)).to_contain_text("Файлы лежали слишком долго")
    await expect(page.locator("[name=attachments]:enabled")).to_have_count(0)
    assert await key_of(page) == key


async def test_other_buttons_wait_for_files_that_are_being_uploaded(gateway: ServedGateway, page: Page) -> None:
    held: list[Route] = []

    async def hold(route: Route) -> None:
        held.append(route)

    await open_form(page, gateway)
    await page.route(UPLOADS, hold)
    await fill(page)
    await add_photo(page)
    await page.click("button[name=do][value=review]")
    await expect(page.locator(STATUS)).to_contain_text("Догружаем файлы")
    await assert_accessible(page)
    await held[0].continue_()
    await page.wait_for_selector(".review")
    await expect(page.locator(".kept")).to_contain_text("яма.jpg")
