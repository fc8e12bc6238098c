"""What a text brings up while one types, with scripts: quiet notes, put away with a tap, and the page of its parts."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Page, Route, expect

from gateway.domain.number import AppealNumber
from tests.application import ServedGateway, served, settings_for
from tests.browser import assert_accessible
from tests.pictures import camera_jpeg
from tests.readings import LAMP, PENSION, THREE, WASTE, read_by_words
from tests.widget.form import POSTS, SEND, accepted, fill, has_kept, heard, is_at, lose_answer, open_form

NOTES, DISMISS = ".findings > *", ".dismiss"
EMERGENCY, SEVERAL, WARNED = ".findings .emergency", ".findings .several", ".findings .warned"
OFFER = ".place-offer button"
PARTS, SEND_PARTS = "h1#parts", "button[value=send_parts]"
GAS = "В подъезде пахнет газом, второй этаж"


@pytest.fixture(scope="module")
def words() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        read_by_words(patch)
        yield


@pytest.fixture(scope="module")
async def gateway(words: None, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServedGateway]:
    async with served(settings_for(tmp_path_factory.mktemp("findings"))) as gateway:
        yield gateway


async def fill_and_look_back(page: Page, **typed: str) -> None:
    """Fill everything in; notes wait while something below them is in use."""
    await fill(page, **typed)
    await page.focus("#text")


async def test_text_is_read_once_for_topics_and_notes_and_they_stand_in_order(
    gateway: ServedGateway, page: Page
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await open_form(page, gateway)
    await page.fill("#text", f"{THREE}, пахнет газом, чёрт")
    await expect(page.locator(NOTES)).to_have_count(3)
    classes = [await note.get_attribute("class") for note in await page.locator(NOTES).all()]
    assert classes == ["summary emergency", "notice several", "notice warned"]
    assert [await link.get_attribute("href") for link in await page.locator(".findings a").all()] == [
        "tel:112",
        "tel:104",
    ]
    assert await page.inner_text(f"{WARNED} mark") == "чёрт"
    await page.locator("#found_topics").wait_for()
    await heard(page, "Разных проблем: 3.")
    assert await is_at(page, "body") or await is_at(page, "#text")  # nothing has taken the focus
    assert len([address for address in asked if "/api/v1/readings" in address]) == 1
    await assert_accessible(page)


async def test_note_that_was_put_away_comes_again_when_the_text_changes_there(
    gateway: ServedGateway, page: Page
) -> None:
    await open_form(page, gateway)
    await page.fill("#text", "Какого чёрта яма у дома 12")
    await page.click(f"{WARNED} {DISMISS}")
    await expect(page.locator(NOTES)).to_have_count(0)
    assert await is_at(page, "#text")
    async with page.expect_response("**/api/v1/readings*"):
        await page.fill("#text", "Какого чёрта яма у дома 12, третий день")
    async with page.expect_response("**/api/v1/readings*"):
        await page.fill("#text", "Какого чёрта яма у дома 12, третий день, passport")
    await expect(page.locator(NOTES)).to_have_count(1)
    assert await page.inner_text(f"{WARNED} mark") == "passport"


async def test_what_was_put_away_is_not_asked_about_again_at_sending(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await fill_and_look_back(page, text=GAS)
    await page.click(f"{EMERGENCY} {DISMISS}")
    await page.click(SEND)
    await page.wait_for_selector("[data-sent]")


async def test_danger_that_was_not_seen_yet_stands_first_and_takes_the_focus(
    gateway: ServedGateway, page: Page
) -> None:
    await page.route("**/api/v1/readings*", lambda route: route.abort())
    await open_form(page, gateway)
    await fill(page, text=GAS)
    await page.click(SEND)
    await page.locator("main .summary.emergency").wait_for()
    assert await is_at(page, ".summary.emergency")
    await assert_accessible(page)
    await page.click(".summary.emergency button[value=send]")
    await page.wait_for_selector("[data-sent]")


async def test_address_from_the_text_is_taken_with_one_tap(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await page.fill("#text", "Не горит фонарь на Ленина 5")
    await page.click(OFFER)
    assert await page.input_value("[name='place.address']") == "улица Ленина, 5"
    assert await is_at(page, "[name='place.address']")
    await expect(page.locator(OFFER)).to_have_count(0)
    await has_kept(page, "улица Ленина, 5")


async def test_address_that_is_typed_is_offered_no_other(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await page.fill("[name='place.address']", "Садовая, 1")
    await page.fill("#text", f"{THREE}.")
    await page.locator(SEVERAL).wait_for()
    assert await page.locator(OFFER).count() == 0


async def test_parts_are_opened_from_the_note_with_files_and_a_reload_keeps_the_whole_text(
    gateway: ServedGateway, page: Page
) -> None:
    await open_form(page, gateway)
    await fill_and_look_back(page, text=THREE, place="")
    await page.set_input_files("#files", {"name": "двор.jpg", "mimeType": "image/jpeg", "buffer": camera_jpeg()})
    await page.click(f"{SEVERAL} button[value=parts]")
    await page.locator(PARTS).wait_for()
    assert await is_at(page, PARTS)
    assert await page.locator("[name='part.0.files']").is_checked()
    assert not await page.locator("[name='part.1.files']").is_checked()
    await assert_accessible(page)
    await open_form(page, gateway)
    await expect(page.locator("#text")).to_have_value(THREE)


async def test_text_that_is_sent_comes_back_in_parts_which_go_once_though_the_answer_is_lost(
    gateway: ServedGateway, page: Page
) -> None:
    before = await accepted(gateway)
    await open_form(page, gateway)
    await fill_and_look_back(page, text=THREE, place="")
    await page.locator(SEVERAL).wait_for()
    await page.click(SEND)
    await page.locator(PARTS).wait_for()
    await page.route(POSTS, lose_answer, times=1)
    await page.click(SEND_PARTS)
    await page.wait_for_selector("[data-sent]")
    numbers = [AppealNumber(number) for number in await page.locator(".number").all_inner_texts()]
    await gateway.drain()
    assert gateway.app.cases is not None
    assert [(await gateway.app.cases.find(number))[0].topic_code for number in numbers] == [LAMP, WASTE, PENSION]
    assert await accepted(gateway) == before + 3
    await has_kept(page, THREE, never=True)
    await assert_accessible(page)


async def test_nothing_is_loaded_or_said_where_there_is_nothing_to_tell(gateway: ServedGateway, page: Page) -> None:
    scripts: list[str] = []

    async def note(route: Route) -> None:
        scripts.append(route.request.url)
        await route.continue_()

    await page.route("**/assets/*.js", note)
    await open_form(page, gateway)
    await page.locator(".draft-shelf").wait_for()
    at_once = len(scripts)
    async with page.expect_response("**/api/v1/readings*"):
        await page.fill("#text", "У дома 12 большая яма")
    await page.wait_for_load_state("networkidle")
    assert not [address for address in scripts[:at_once] if "topic" in address]
    assert [address for address in scripts[at_once:] if "topic" in address]
    assert not [address for address in scripts if "findings" in address]
    assert await page.inner_text(".findings") == ""
