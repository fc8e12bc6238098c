"""The field of the address completes what is typed, where the gateway knows addresses."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from gateway.domain.number import AppealNumber
from gateway.domain.place import Place, Point
from tests.application import ServedGateway, served, settings_for
from tests.browser import assert_accessible
from tests.web.test_api_places import lay_houses
from tests.widget.form import SEND, fill, frames, heard, is_at, open_form, thanked
from tests.widget.test_form_place import give_point

FIELD = "[name='place.address']"
OPTIONS = "[role=option]"
POINT = "[name='place.point']"
HOUSE = "город Калуга, улица Ленина, 5"


@pytest.fixture(scope="module")
async def gateway(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServedGateway]:
    """A gateway with a gazetteer of a small town."""
    folder = tmp_path_factory.mktemp("addresses")
    lay_houses(folder)
    async with served(settings_for(folder)) as gateway:
        yield gateway


async def type_address(page: Page, words: str) -> None:
    await page.fill(FIELD, "")
    await page.locator(FIELD).press_sequentially(words)


async def test_address_is_chosen_with_the_keyboard_and_brings_its_point(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await type_address(page, "ленина 5")
    await expect(page.locator(OPTIONS)).to_have_text([HOUSE, "город Калуга, улица Ленина, 50"])
    await heard(page, "Подходящих адресов: 2.")
    await assert_accessible(page)
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowDown")
    active = await page.get_attribute(FIELD, "aria-activedescendant")
    assert await page.locator(f"#{active}[aria-selected=true]").inner_text() == HOUSE
    await assert_accessible(page)
    await page.keyboard.press("Enter")
    await expect(page.locator(FIELD)).to_have_value(HOUSE)
    await expect(page.locator(OPTIONS)).to_have_count(0)
    assert await is_at(page, FIELD)
    await expect(page.locator(POINT)).to_have_value("54.5101,36.2601")


async def test_tapped_address_reaches_the_case_with_its_point(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await fill(page, place="")
    await type_address(page, "лен 50")
    await page.locator(OPTIONS).first.click()
    await page.click(SEND)
    number = AppealNumber(await thanked(page))
    await gateway.drain()
    assert gateway.app.cases is not None
    case, _ = await gateway.app.cases.find(number)
    assert case.place == Place(address="город Калуга, улица Ленина, 50", point=Point(lat=54.5103, lon=36.2621))


async def test_another_address_takes_the_point_away_and_escape_closes_the_list(
    gateway: ServedGateway, page: Page
) -> None:
    await open_form(page, gateway)
    await type_address(page, "ленина 50")
    await page.locator(OPTIONS).first.click()
    await expect(page.locator(POINT)).to_have_count(1)
    await page.locator(FIELD).press("Backspace")
    await expect(page.locator(POINT)).to_have_count(0)
    await expect(page.locator(OPTIONS).first).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator(OPTIONS)).to_have_count(0)
    assert await page.get_attribute(FIELD, "aria-expanded") == "false"


async def test_street_has_no_point_and_a_point_of_the_resident_stays(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await type_address(page, "лен")
    await page.locator(OPTIONS).first.click()
    await expect(page.locator(FIELD)).to_have_value("город Калуга, улица Ленина")
    await expect(page.locator(POINT)).to_have_count(0)
    await give_point(page, 54.7, 36.3, "map")
    await type_address(page, "ленина 50")
    await page.locator(OPTIONS).first.click()
    await expect(page.locator(FIELD)).to_have_value("город Калуга, улица Ленина, 50")
    await expect(page.locator(POINT)).to_have_value("54.7,36.3")


async def test_gateway_that_knows_no_places_shows_nothing(tmp_path: Path, page: Page) -> None:
    async with served(settings_for(tmp_path)) as gateway:
        await open_form(page, gateway)
        async with page.expect_response("**/api/v1/places?*") as answered:
            await type_address(page, "лен")
        assert await (await answered.value).json() == {"places": []}
        await frames(page)
        await expect(page.locator(OPTIONS)).to_have_count(0)
        assert await page.get_attribute(FIELD, "role") is None
        await page.locator(FIELD).press("Enter")  # as ever: the form is posted
        await page.wait_for_selector("#text:focus, [aria-invalid]")


async def test_each_of_several_problems_has_its_own_address_and_point(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await fill(page, text="Не горит фонарь во дворе, и неделю не вывозят мусор, и не пришла пенсия", place="")
    await page.click(SEND)
    lamp, waste = "[name='part.0.address']", "[name='part.1.address']"
    await page.locator(waste).press_sequentially("лен 50")
    await page.locator(OPTIONS).first.click()
    await page.locator(lamp).press_sequentially("ленина 5")
    await expect(page.locator(OPTIONS)).to_have_count(2)
    await assert_accessible(page)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator(lamp)).to_have_value(HOUSE)
    await expect(page.locator("[name='part.0.point']")).to_have_value("54.5101,36.2601")
    await expect(page.locator("[name='part.1.point']")).to_have_value("54.5103,36.2621")
    await page.locator(waste).press("End")
    await page.locator(waste).press("Backspace")
    await expect(page.locator("[name='part.1.point']")).to_have_count(0)
    await expect(page.locator("[name='part.0.point']")).to_have_count(1)
