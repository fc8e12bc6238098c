"""A lamp, the rubbish and a pension in one breath: three appeals for three bodies, with scripts and without."""

import pytest
from playwright.async_api import Browser, Page

from gateway.domain.number import AppealNumber
from gateway.domain.transfer import NewCase
from tests.application import AGENCY, ServedGateway
from tests.browser import PHONE, assert_accessible, open_page
from tests.journeys.keys import Keys
from tests.pictures import camera_jpeg

THREE = "Не горит фонарь на Ленина 5, и неделю не вывозят мусор, и не пришла пенсия"
PLACE = "Ленина, 5"
LAMP, WASTE, PENSION = "0107", "0603", "400303"


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
async def test_three_problems_in_one_breath_become_three_appeals(
    gateway: ServedGateway, browser: Browser, javascript: bool
) -> None:
    async with open_page(browser, PHONE, javascript=javascript) as page:
        keys = Keys(page)

        # Writes it all down at once, with a photo, and no address but the one in the text
        await page.goto(f"{gateway.url}/f/{AGENCY}")
        await keys.type("#text", THREE)
        await page.set_input_files("#files", {"name": "двор.jpg", "mimeType": "image/jpeg", "buffer": camera_jpeg()})
        await keys.type("[name='contact.name']", "Житель дома")
        await keys.type("[name='contact.email']", "resident@example.org")
        await keys.tick("[name=consent]")
        await press(keys, "button[value=send]")

        # Is shown three problems, gives the photo to the second one too, and sends them
        await page.locator("h1#parts").wait_for()
        await keys.find("h1#parts")
        assert await page.input_value("[name='part.0.address']") == PLACE
        assert await page.input_value("[name='part.1.address']") == PLACE
        await assert_accessible(page)
        await keys.tick("[name='part.1.files']")
        await press(keys, "button[value=send_parts]")

        # Gets three numbers
        await page.locator("[data-sent]").wait_for()
        await assert_accessible(page)
        cases = await cases_of(gateway, page)

    assert [case.topic_code for case in cases] == [LAMP, WASTE, PENSION]
    assert [case.text for case in cases] == [
        "Не горит фонарь на Ленина 5",
        "Неделю не вывозят мусор",
        "Не пришла пенсия",
    ]
    assert [case.place and case.place.address for case in cases][:2] == [PLACE, PLACE]
    assert [len(case.files) for case in cases] == [1, 1, 0]
    assert {case.contact.email for case in cases} == {"resident@example.org"}


async def press(keys: Keys, selector: str) -> None:
    """Press a button that brings another page, or with scripts other content into this one."""
    await keys.reach(selector)
    await keys.page.keyboard.press("Enter")


async def cases_of(gateway: ServedGateway, page: Page) -> list[NewCase]:
    await gateway.drain()
    assert gateway.app.cases is not None
    numbers = [AppealNumber(number) for number in await page.locator(".number").all_inner_texts()]
    return [(await gateway.app.cases.find(number))[0] for number in numbers]
