"""The step "text" with scripts: a count near the limits, a field that grows."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.application import ServedGateway, served, settings_for
from tests.browser import assert_accessible
from tests.widget.form import heard, open_form

MOST = 200


@pytest.fixture(scope="module")
async def gateway(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServedGateway]:
    settings = settings_for(tmp_path_factory.mktemp("text"), form={"text_max": MOST})
    async with served(settings) as gateway:
        yield gateway


async def test_count_speaks_only_near_the_limits(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    counter = page.locator(".counter")
    await page.fill("#text", "я" * 100)
    await expect(counter).to_be_empty()
    await page.fill("#text", "😀" * (MOST - 5))  # a character is one, as the gateway counts
    await expect(counter).to_have_text("Осталось знаков: 5.")
    await heard(page, "Осталось знаков: 5.")
    await page.fill("#text", "я" * (MOST + 7))
    await expect(counter).to_have_text("Лишних знаков: 7. Сократите, пожалуйста.")
    assert await page.input_value("#text") == "я" * (MOST + 7)  # nothing of it is cut off
    await assert_accessible(page)


async def test_text_that_is_left_too_short_is_no_mistake_yet(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    counter = page.locator(".counter")
    height = await page.locator(".step", has=counter).evaluate("step => step.offsetHeight")
    await page.fill("#text", "Яма")
    await expect(counter).to_be_empty()
    await page.keyboard.press("Tab")
    await expect(counter).to_have_text("Пока коротко: знаков 3, а нужно хотя бы 10.")
    assert await page.locator("[aria-invalid], .problem:visible").count() == 0
    assert await page.locator(".step", has=counter).evaluate("step => step.offsetHeight") == height
    await page.fill("#text", "Яма у дома 12")
    await expect(counter).to_be_empty()


async def test_field_grows_with_its_text(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    text = page.locator("#text")
    blank = await text.evaluate("text => text.offsetHeight")
    await text.fill("строка\n" * 12)
    assert await text.evaluate("text => text.offsetHeight") > blank
    assert await text.evaluate("text => text.scrollHeight <= text.clientHeight")


async def test_count_takes_no_room_without_scripts(gateway: ServedGateway, page_without_javascript: Page) -> None:
    await open_form(page_without_javascript, gateway)
    assert not await page_without_javascript.is_visible(".counter")
