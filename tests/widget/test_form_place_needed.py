"""With scripts the place is called optional as soon as a topic is chosen that has none."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.application import ServedGateway, served, settings_for
from tests.catalogues import PIT, write_catalogue
from tests.widget.form import open_form

PENSION = "400303"
TOPICS = (
    ("Дороги", "Яма на дороге", PIT, "yes", "10", "яма; выбоина", "", "none", "public"),
    ("Выплаты", "Не пришла пенсия", PENSION, "no", "30", "пенсия", "", "none", "none"),
)
CHOOSE = "(code, value) => { code.value = value; code.dispatchEvent(new Event('change', { bubbles: true })); }"


@pytest.fixture(scope="module")
async def gateway(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServedGateway]:
    folder = tmp_path_factory.mktemp("place_needed")
    write_catalogue(folder / "data", TOPICS)
    async with served(settings_for(folder)) as gateway:
        yield gateway


async def test_a_place_may_be_left_out_with_a_topic_that_has_none(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    place = page.get_by_label("Где это?")
    await expect(place).to_have_accessible_name("4 Где это?")
    await page.focus("#topic_query")
    await page.eval_on_selector("[name=topic][type=hidden]", CHOOSE, PENSION)
    await page.focus("#text")
    await expect(place).to_have_accessible_name("4 Где это? (необязательно)")
    await page.eval_on_selector("[name=topic][type=hidden]", CHOOSE, PIT)
    await expect(place).to_have_accessible_name("4 Где это?")
