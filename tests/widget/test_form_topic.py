"""The step "topic" with scripts: found while one types, suggested from the text, one choice in two places."""

from collections.abc import AsyncIterator
from urllib.parse import quote_plus

import pytest
from playwright.async_api import Browser, Page, Route, ViewportSize, expect

from tests.application import ServedGateway, served, settings_for
from tests.browser import PHONE, assert_accessible, open_page
from tests.widget.form import TEXT, frames, heard, is_at, open_form, send

WHOLE_FORM: ViewportSize = {"width": 900, "height": 3000}
FOUND = "#found_topics"
ROWS = f"{FOUND} label"
LIST = "select#topic"


@pytest.fixture(scope="module")
async def gateway(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServedGateway]:
    async with served(settings_for(tmp_path_factory.mktemp("topic"))) as gateway:
        yield gateway


async def type_words(page: Page, words: str) -> None:
    """Type words for a topic, and wait for what the gateway says to the last of them."""
    await page.fill("#topic_query", "")
    async with page.expect_response(lambda answer: f"&q={quote_plus(words)}&" in answer.url):
        await page.locator("#topic_query").press_sequentially(words, delay=5)


async def chosen(page: Page) -> set[str]:
    """The topics that the form would send as it stands."""
    sent = await page.evaluate("() => new FormData(document.querySelector('form')).getAll('topic')")
    return set(filter(None, sent))


# While one types


async def test_topic_is_found_in_whatever_form_and_chosen_with_a_tap(gateway: ServedGateway, browser: Browser) -> None:
    async with open_page(browser, PHONE, touch=True) as page:
        await open_form(page, gateway)
        await type_words(page, "ямами")
        row = page.locator(ROWS, has_text="Ямы, выбоины Автомобильные дороги")
        await expect(row).to_be_visible()
        assert await is_at(page, "#topic_query")
        await heard(page, "Подходящих тем: ")
        await assert_accessible(page)
        await row.tap()
        code = await row.locator("input").input_value()
        assert await chosen(page) == {code}
        assert (await send(page, gateway)).topic_code == code


async def test_topic_is_chosen_by_keyboard_alone(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await type_words(page, "запись к врачу")
    await expect(page.locator(ROWS).first).to_contain_text("врач")
    await page.keyboard.press("Enter")  # finds, and does not leave the page
    await expect(page.locator(FOUND)).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    code = await page.locator(f"{ROWS} input").first.input_value()
    assert await chosen(page) == {code}
    assert (await send(page, gateway)).topic_code == code


async def test_words_that_fit_no_topic_are_told_so_calmly(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await type_words(page, "ъъъъъ")
    await expect(page.locator(".topics")).to_contain_text("Ничего не нашлось")
    await heard(page, "Ничего не нашлось")
    assert await page.locator(".topics .problem").count() == 0
    await assert_accessible(page)
    await page.fill("#topic_query", "")
    await expect(page.locator(".topics")).to_be_empty()


async def test_only_the_last_question_counts_however_late_the_others_are_answered(
    gateway: ServedGateway, page: Page
) -> None:
    held: list[Route] = []

    async def hold_the_pothole(route: Route) -> None:
        if f"&q={quote_plus('яма')}&" in route.request.url:
            held.append(route)
        else:
            await route.continue_()

    await page.route("**/api/v1/topics?*", hold_the_pothole)
    await open_form(page, gateway)
    address = page.url
    await page.fill("#topic_query", "яма")
    for _ in range(2):
        async with page.expect_request("**/api/v1/topics?*"):
            await page.keyboard.press("Enter")
    await type_words(page, "собака")
    await expect(page.locator(ROWS).first).to_contain_text("животных")
    assert len(held) >= 2
    for route in held:
        await route.abort()
    await frames(page)
    await expect(page.locator(ROWS).first).to_contain_text("животных")
    assert page.url == address


async def test_what_was_chosen_stays_above_what_is_found_next(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await type_words(page, "яма")
    await page.check(f"{ROWS} >> nth=0")
    before = await chosen(page)
    await type_words(page, "собака")
    await expect(page.locator(ROWS, has_text="животных").first).to_be_visible()
    assert await page.locator(f"{ROWS} input").first.is_checked()
    assert await chosen(page) == before


# Where the gateway does not answer


async def test_button_finds_topics_where_searching_while_typing_fails(gateway: ServedGateway, page: Page) -> None:
    await page.route("**/api/**", lambda route: route.abort())
    await open_form(page, gateway)
    async with page.expect_event("requestfailed", lambda request: "/api/v1/topics" in request.url):
        await page.fill("#topic_query", "яма")
    await frames(page)
    assert await page.inner_text(".topics") == ""
    async with page.expect_navigation():
        await page.click("button[value=topics]")
    await expect(page.locator(FOUND)).to_be_focused()
    await page.check(f"{ROWS} >> nth=0")
    code = await page.locator(f"{ROWS} input").first.input_value()
    assert (await send(page, gateway)).topic_code == code


async def test_button_without_a_network_keeps_the_page_and_says_why(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await page.fill("#text", TEXT)
    await page.context.set_offline(True)
    await page.click("button[value=topics]")
    await expect(page.locator(".topics")).to_have_text("Нет связи. Всё, что вы написали, на месте.")
    await heard(page, "Нет связи.")
    assert await page.input_value("#text") == TEXT


async def test_button_finds_topics_on_the_page_where_the_gateway_answers(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await page.fill("#text", TEXT)
    address = page.url
    await page.focus("button[value=topics]")
    await page.locator(FOUND).wait_for()
    await page.click("button[value=topics]")
    await expect(page.locator(FOUND)).to_be_focused()
    assert page.url == address


# From the text


async def test_topics_are_suggested_from_the_text_without_a_word_or_a_jump(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await page.fill("#text", TEXT)
    async with page.expect_request("**/api/v1/readings") as asked:
        await page.keyboard.press("Tab")
    assert TEXT not in (await asked.value).url
    await page.locator(FOUND).wait_for(state="attached")
    assert await is_at(page, "summary")
    assert 1 <= await page.locator(ROWS, has_text="Ответ за").count() <= 3
    await page.locator(ROWS, has_text="Ямы, выбоины").first.click()
    (code,) = await chosen(page)
    assert (await send(page, gateway)).topic_code == code


async def test_topics_are_suggested_again_on_a_page_that_came_back_with_mistakes(
    gateway: ServedGateway, page: Page
) -> None:
    await open_form(page, gateway)
    await page.fill("#text", TEXT)
    await page.click("button[value=send]")
    await page.locator(FOUND).wait_for()
    assert await is_at(page, "#problems")


async def test_nothing_is_suggested_from_a_text_too_short_or_beside_a_topic(gateway: ServedGateway, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await open_form(page, gateway)
    await page.fill("#text", "Яма")
    await page.keyboard.press("Tab")
    await page.click(".all-topics summary")
    await page.select_option(LIST, "0116")
    await page.fill("#text", TEXT)
    await page.keyboard.press("Tab")
    await frames(page)
    suggestions = [address for address in asked if "/api/" in address and "&code=" not in address]
    assert suggestions == []


async def test_suggestions_move_nothing_that_is_under_a_finger(gateway: ServedGateway, browser: Browser) -> None:
    async with open_page(browser, WHOLE_FORM) as page:
        await open_form(page, gateway)
        await page.fill("#text", TEXT)
        place = page.locator("[name='place.address']")
        before = await place.bounding_box()
        async with page.expect_response("**/api/v1/readings"):
            await place.click()
        await frames(page)
        assert await place.bounding_box() == before
        await page.focus("#topic_query")
        await page.locator(FOUND).wait_for()


# One choice in two places


async def test_rows_and_the_whole_list_never_say_two_things(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await type_words(page, "яма")
    await page.check(f"{ROWS} >> nth=0")
    await page.locator(ROWS, has_text="Другая").click()
    await expect(page.locator(LIST)).to_be_visible()
    assert await chosen(page) == set()
    await page.select_option(LIST, "0107")
    assert await chosen(page) == {"0107"}
    assert await page.locator(ROWS, has_text="Другая").locator("input").is_checked()
    await assert_accessible(page)
    await page.check(f"{ROWS} >> nth=0")
    code = await page.locator(f"{ROWS} input").first.input_value()
    assert await chosen(page) == {code}
    assert await page.input_value(LIST) == code
    await page.select_option(LIST, "")
    assert await chosen(page) == set()
    await page.select_option(LIST, "0107")
    assert (await send(page, gateway)).topic_code == "0107"


async def test_topic_that_a_draft_brings_back_is_seen(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await page.evaluate("""() => {
      document.querySelector("select#topic").value = "0107";
      document.querySelector("main form").dispatchEvent(new CustomEvent("otklik:changed"));
    }""")
    await expect(page.locator(LIST)).to_be_visible()
    assert await chosen(page) == {"0107"}


async def test_whole_list_is_folded_and_needs_no_script(gateway: ServedGateway, page_without_javascript: Page) -> None:
    page = page_without_javascript
    await open_form(page, gateway)
    assert not await page.is_visible(LIST)
    await page.click(".all-topics summary")
    await page.select_option(LIST, "0107")
    await page.click("button[value=send]")  # with mistakes: the page comes back
    assert await page.is_visible(LIST)
    assert (await send(page, gateway)).topic_code == "0107"
