"""What is known nearby, where scripts run: the same page, in the place of the form."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from gateway.domain.number import AppealNumber
from tests.application import ServedGateway, served, settings_for
from tests.browser import assert_accessible
from tests.catalogues import PIT, SHARED, write_catalogue
from tests.web import api
from tests.widget.form import PLACE, SEND, TEXT, fill, has_kept, open_form, thanked


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[ServedGateway]:
    write_catalogue(tmp_path / "data", SHARED)
    async with served(settings_for(tmp_path, nearby={"metres": 150})) as gateway:
        await api.send(gateway, topic=PIT, place={"address": PLACE}, contact={"name": "Она", "email": "a@example.org"})
        await gateway.drain()
        yield gateway


async def people(gateway: ServedGateway) -> list[int]:
    assert gateway.app.cases is not None
    await gateway.drain()
    return sorted(case.people for _, case in await gateway.app.cases.list(agency=None, status=None, most=9))


async def test_a_resident_joins_and_nothing_of_the_draft_stays(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway, f"?topic={PIT}")
    await fill(page)
    await page.click(SEND)
    await page.wait_for_selector("button[name=joins]")
    assert await page.evaluate("document.activeElement.matches('h1')")
    await assert_accessible(page)
    await page.click("button[name=joins]")
    number = AppealNumber(await thanked(page))
    assert "Вы присоединились" in await page.inner_text("h1")
    assert (await gateway.app.appeals.find(number)).joins is not None
    assert await people(gateway) == [2]
    await has_kept(page, TEXT, never=True)


async def test_what_is_something_else_is_sent_by_the_next_press(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway, f"?topic={PIT}")
    await fill(page)
    await page.click(SEND)
    await page.wait_for_selector("button[name=joins]")
    await page.click(SEND)
    await thanked(page)
    assert await people(gateway) == [1, 1]
