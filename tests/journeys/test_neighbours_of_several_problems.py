"""One of several problems was reported by a neighbour: it is joined, with scripts and without, and the rest is sent."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from gateway.domain.number import AppealNumber
from tests.application import AGENCY, served, settings_for
from tests.browser import PHONE, assert_accessible, open_page
from tests.journeys.keys import Keys
from tests.web.api import send

THREE = "Не горит фонарь на Ленина 5, и неделю не вывозят мусор, и не пришла пенсия"
LAMP = {"text": "Темно у магазина, фонарь не горит", "topic": "0107", "place": {"address": "Ленина, 5"}}
NEIGHBOUR = {"name": "Сосед", "email": "neighbour@example.org"}


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
async def test_the_lamp_of_a_neighbour_is_joined(tmp_path: Path, browser: Browser, javascript: bool) -> None:
    async with (
        served(settings_for(tmp_path, nearby={"metres": 150})) as gateway,
        open_page(browser, PHONE, javascript=javascript) as page,
    ):
        lamp = await send(gateway, **LAMP, contact=NEIGHBOUR)
        await gateway.drain()
        keys = Keys(page)
        await page.goto(f"{gateway.url}/f/{AGENCY}")
        await keys.type("#text", THREE)
        await keys.type("[name='contact.name']", "Житель дома")
        await keys.type("[name='contact.email']", "resident@example.org")
        await keys.tick("[name=consent]")
        await keys.reach("button[value=send]")
        await page.keyboard.press("Enter")

        await page.locator("h1#parts").wait_for()
        assert "Уже сообщил 1 человек, адрес тот же" in await page.inner_text("main")
        await assert_accessible(page)
        await page.check(f"[name='part.0.joins'][value='{lamp['number']}']")
        await keys.reach("button[value=send_parts]")
        await page.keyboard.press("Enter")

        await page.locator("[data-sent]").wait_for()
        await gateway.drain()
        assert gateway.app.cases is not None
        assert (await gateway.app.cases.find(AppealNumber(lamp["number"])))[1].people == 2
        assert len(await gateway.app.cases.list(agency=None, status=None, most=10)) == 3
