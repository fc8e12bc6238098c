"""What a topic asks, with scripts: there as soon as the topic is chosen, and nothing typed is lost."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.application import ServedGateway, served, settings_for
from tests.browser import PHONE, assert_accessible, open_page
from tests.catalogues import BUS, CONTRACT, PIT, write_catalogue
from tests.widget.form import SEND, fill, has_kept, heard, open_form, send

CHOOSE = "(code, value) => { code.value = value; code.dispatchEvent(new Event('change', { bubbles: true })); }"
QUESTIONS = ".questions input:not([type=hidden])"
ROUTE = "[name='details.route']:not([type=hidden])"
CONTRACT_NUMBER = "[name='details.Номер договора']:not([type=hidden])"


@pytest.fixture(scope="module")
async def gateway(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServedGateway]:
    folder = tmp_path_factory.mktemp("questions")
    write_catalogue(folder / "data")
    async with served(settings_for(folder)) as gateway:
        yield gateway


async def choose(page: Page, code: str) -> None:
    await page.focus("#topic_query")
    await page.eval_on_selector("[name=topic]", CHOOSE, code)


async def test_questions_come_with_the_topic_and_their_answers_with_the_message(
    gateway: ServedGateway, browser: Browser
) -> None:
    async with open_page(browser, PHONE, touch=True) as page:
        await open_form(page, gateway)
        assert await page.locator(QUESTIONS).count() == 0
        await page.fill("#topic_query", "маршрутка")
        await page.locator("#found_topics label", has_text="Автобус не пришёл").tap()
        await expect(page.locator(QUESTIONS)).to_have_count(2)
        await expect(page.locator(".questions")).to_contain_text("Например: автобус 12")
        await heard(page, "К теме есть вопросы: 2")
        await assert_accessible(page)
        await page.get_by_label("Номер маршрута").fill("12")
        case = await send(page, gateway)
        assert (case.topic_code, case.details) == (BUS, {"route": "12"})


async def test_what_was_typed_comes_back_with_its_topic(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await choose(page, BUS)
    await page.fill(ROUTE, "12")
    await choose(page, CONTRACT)
    await expect(page.locator(CONTRACT_NUMBER)).to_be_visible()
    await expect(page.locator(QUESTIONS)).to_have_count(1)
    await page.fill(CONTRACT_NUMBER, "17/2")
    await choose(page, PIT)
    await expect(page.locator(QUESTIONS)).to_have_count(0)
    await choose(page, BUS)
    await expect(page.locator(ROUTE)).to_have_value("12")
    assert (await send(page, gateway)).details == {"route": "12"}


async def test_answers_belong_to_the_draft(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await choose(page, CONTRACT)
    await page.fill(CONTRACT_NUMBER, "17/2")
    await has_kept(page, "17/2")
    await page.reload()
    await expect(page.locator(CONTRACT_NUMBER)).to_have_value("17/2")
    assert (await send(page, gateway)).details == {"Номер договора": "17/2"}


async def test_photo_that_helps_is_told_under_the_topic_and_at_the_photos(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await expect(page.locator(".photo-hint")).to_be_hidden()
    await choose(page, BUS)
    await expect(page.locator(".questions .photo")).to_contain_text("виден номер")
    await page.focus("#text")
    await expect(page.locator(".photo-hint")).to_have_text("Поможет фото, на котором виден номер.")
    await choose(page, PIT)
    await expect(page.locator(".questions .photo")).to_have_count(0)


async def test_gateway_that_does_not_say_leaves_the_questions_to_the_review(gateway: ServedGateway, page: Page) -> None:
    async def fail(route: Route) -> None:
        await route.abort()

    await page.route("**/api/v1/topics?*code=*", fail)
    await open_form(page, gateway)
    await fill(page)
    await choose(page, BUS)
    await page.click("button[name=do][value=review].second")
    await page.get_by_label("Остановка").fill("Вокзал")
    await page.click(SEND)
    await page.wait_for_selector("[data-sent]")
    number = await page.inner_text(".number")
    await gateway.drain()
    assert gateway.app.cases is not None
    (case,) = [
        new for new, _ in await gateway.app.cases.list(agency=None, status=None, most=100) if new.number == number
    ]
    assert case.details == {"stop": "Вокзал"}


async def test_link_with_a_topic_keeps_its_questions_and_takes_answers(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway, f"?topic={BUS}")
    await page.fill(ROUTE, "12")
    await assert_accessible(page)
    assert (await send(page, gateway)).details == {"route": "12"}
