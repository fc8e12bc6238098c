"""The step "topic" with scripts: taken from the text or suggested while one types, found by words, chosen in a tree."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from urllib.parse import quote_plus

import pytest
from playwright.async_api import Browser, Page, Route, ViewportSize, expect

from tests.application import ServedGateway, served, settings_for
from tests.browser import PHONE, assert_accessible, open_page
from tests.suggestions import HATCH, POTHOLE, SEWER, SMELL, STOP, Told, tell
from tests.widget.form import TEXT, frames, heard, is_at, open_form, send

WHOLE_FORM: ViewportSize = {"width": 900, "height": 3000}
FOUND = "#found_topics"
ROWS = f"{FOUND} label"
BROWSE = ".all-topics > button"
TREE = "#all_topics"
TAKEN = ".taken"
TAKEN_WORDS = (
    "Тема: Дворы и территории общего пользования → Канализационные люки → Канализация вытекает во двор. Подошла"
)
DOGS = "2501"
CLERK = "350101"

TOLD = {
    "воняет": [(SEWER, 0.93), (HATCH, 0.04)],
    "яма": [(HATCH, 0.5), (POTHOLE, 0.3), (STOP, 0.1)],
    "ямами": [(POTHOLE, 0.6), (HATCH, 0.3)],
    "собака": [(DOGS, 0.7)],
    "запись к врачу": [(CLERK, 0.7)],
}


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    with pytest.MonkeyPatch.context() as patch:
        yield tell(patch, TOLD)


@pytest.fixture(scope="module")
async def gateway(told: Told, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServedGateway]:
    async with served(settings_for(tmp_path_factory.mktemp("topic"))) as gateway:
        yield gateway


async def type_words(page: Page, words: str) -> None:
    """Type words for a topic, and wait for what the gateway says to the last of them."""
    await page.fill("#topic_query", "")
    async with page.expect_response(lambda answer: f"&q={quote_plus(words)}&" in answer.url):
        await page.locator("#topic_query").press_sequentially(words, delay=5)


async def chosen(page: Page) -> set[str]:
    """The topics that the form would send as it stands."""
    sent = await page.evaluate("() => new FormData(document.querySelector('main form')).getAll('topic')")
    return set(filter(None, sent))


# While one types


async def test_topic_is_found_in_whatever_form_and_chosen_with_a_tap(gateway: ServedGateway, browser: Browser) -> None:
    async with open_page(browser, PHONE, touch=True) as page:
        await open_form(page, gateway)
        await type_words(page, "ямами")
        row = page.locator(ROWS, has_text="Яма на проезжей части Автомобильные дороги → Ямы, выбоины. Ответ за 10 дн.")
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
    await expect(page.locator(ROWS).first).to_contain_text("записи")
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
    await expect(page.locator(ROWS).first).to_contain_text("собак")
    assert len(held) >= 2
    for route in held:
        await route.abort()
    await frames(page)
    await expect(page.locator(ROWS).first).to_contain_text("собак")
    assert page.url == address


async def test_what_was_chosen_stays_above_what_is_found_next(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await type_words(page, "яма")
    await page.check(f"{ROWS} >> nth=0")
    before = await chosen(page)
    await type_words(page, "собака")
    await expect(page.locator(ROWS, has_text="собак").first).to_be_visible()
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
    async with page.expect_response("**/assets/topic.*.js"):  # it comes when somebody begins to fill the form in
        await page.fill("#text", TEXT)
    await page.wait_for_load_state("networkidle")
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


async def test_sure_topic_is_taken_while_one_types_and_told_once(gateway: ServedGateway, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/readings" in request.url else None)
    await open_form(page, gateway)
    await page.locator("#text").press_sequentially(SMELL, delay=10)
    await expect(page.locator(TAKEN)).to_contain_text(TAKEN_WORDS)
    assert await is_at(page, "#text")
    assert len(asked) == 1  # in the pause after the last letter, and not at each
    assert SMELL not in asked[0]
    await heard(page, TAKEN_WORDS)
    await assert_accessible(page)
    await page.evaluate("() => document.querySelector('[role=status].visually-hidden').textContent = ''")
    async with page.expect_response("**/api/v1/readings*"):
        await page.locator("#text").press_sequentially(" и воняет")
    await asyncio.sleep(1.2)  # longer than the pause that a listener is given
    assert await page.locator("[role=status].visually-hidden").inner_text() == ""
    assert (await send(page, gateway)).topic_code == SEWER


async def test_sure_topic_is_changed_by_keyboard_and_stays_changed(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await page.fill("#text", SMELL)
    await page.locator(TAKEN).wait_for()
    await page.focus(f"{TAKEN} button")
    await page.keyboard.press("Enter")
    await expect(page.locator(FOUND)).to_be_focused()
    assert await page.locator(f"{ROWS} input:checked").input_value() == SEWER
    await page.keyboard.press("Tab")
    await page.keyboard.press("ArrowDown")
    assert await chosen(page) == {HATCH}
    await page.locator("#text").press_sequentially(" и ещё раз воняет")
    await page.keyboard.press("Tab")
    await asyncio.sleep(0.8)
    assert await chosen(page) == {HATCH}
    assert (await send(page, gateway)).topic_code == HATCH


async def test_sure_topic_goes_when_the_text_is_about_something_else(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await page.fill("#text", SMELL)
    await page.locator(TAKEN).wait_for()
    await page.fill("#text", TEXT)
    await expect(page.locator(ROWS)).to_have_count(4)
    assert await chosen(page) == set()
    await page.fill("#text", SMELL)
    await page.locator(TAKEN).wait_for()
    assert await chosen(page) == {SEWER}


async def test_unsure_topics_are_offered_with_what_tells_them_apart(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await page.fill("#text", TEXT)
    rows = page.locator(ROWS)
    await expect(rows).to_have_count(4)
    await expect(rows.nth(0)).to_contain_text("Люк, колодец, решётка открыты")
    await expect(rows.nth(2)).not_to_contain_text("Остановка есть")
    await expect(rows.nth(3)).to_have_text("Не знаю")
    await heard(page, "Подходящих тем: 3.")
    await assert_accessible(page)
    await rows.nth(1).click()
    assert (await send(page, gateway)).topic_code == POTHOLE


async def test_topic_that_the_resident_does_not_know_is_left_open(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await page.fill("#text", TEXT)
    await page.locator(ROWS, has_text="Не знаю").click()
    await page.fill("#text", SMELL)
    await asyncio.sleep(0.8)
    assert await page.locator(TAKEN).count() == 0
    assert (await send(page, gateway)).topic_code is None


async def test_topics_are_suggested_on_a_page_that_came_back_with_mistakes(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await page.fill("#text", TEXT)
    await page.click("button[value=send]")
    await page.locator(FOUND).wait_for()
    assert await is_at(page, "#problems")


@pytest.mark.parametrize(
    ("query", "text", "rows"), [(f"?topic={POTHOLE}", SMELL, 2), ("", "Воняет, помогите!", 0)], ids=["chosen", "short"]
)
async def test_no_topic_is_offered_for_a_text_too_short_or_beside_a_chosen_one(
    gateway: ServedGateway, page: Page, query: str, text: str, rows: int
) -> None:
    await open_form(page, gateway, query)
    async with page.expect_response("**/api/v1/readings*"):  # for what a text brings up besides topics
        await page.fill("#text", text)
    await frames(page)
    await expect(page.locator(".topics [type=radio]")).to_have_count(rows)


async def test_gateway_that_does_not_answer_is_not_heard_of(gateway: ServedGateway, page: Page) -> None:
    await page.route("**/api/v1/readings*", lambda route: route.abort())
    await open_form(page, gateway)
    async with page.expect_event("requestfailed"):
        await page.fill("#text", SMELL)
    await frames(page)
    assert await page.inner_text(".topics") == ""
    await page.unroute("**/api/v1/readings*")
    await page.locator("#text").press_sequentially("!")
    await page.locator(TAKEN).wait_for()


async def test_suggestions_move_nothing_that_is_under_a_finger(gateway: ServedGateway, browser: Browser) -> None:
    async with open_page(browser, WHOLE_FORM) as page:
        await open_form(page, gateway)
        await page.fill("#text", TEXT)
        place = page.locator("[name='place.address']")
        before = await place.bounding_box()
        async with page.expect_response("**/api/v1/readings*"):
            await place.click()
        await frames(page)
        assert await place.bounding_box() == before
        await page.focus("#topic_query")
        await page.locator(FOUND).wait_for()


# The whole tree


async def test_tree_is_opened_and_a_topic_of_it_is_sent(gateway: ServedGateway, browser: Browser) -> None:
    async with open_page(browser, PHONE, touch=True) as page:
        await open_form(page, gateway)
        await page.fill("#text", TEXT)
        await page.locator(BROWSE).tap()
        await expect(page.locator(TREE)).to_be_focused()
        await page.locator(f"{TREE} > details > summary", has_text="Автомобильные дороги").tap()
        await page.locator("summary", has_text="Остановки общественного транспорта").first.tap()
        await assert_accessible(page)
        await page.locator(f"{TREE} label:has([value='{STOP}'])").tap()
        assert await chosen(page) == {STOP}
        assert (await send(page, gateway)).topic_code == STOP


async def test_rows_and_the_tree_never_say_two_things(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await type_words(page, "яма")
    await page.check(f"{ROWS} >> nth=0")
    await page.click(f"{FOUND} button")
    tree = page.locator(f"{TREE} input[value='{STOP}']")
    await tree.evaluate("row => { row.closest('details').open = row.closest('details details').open = true }")
    await tree.evaluate("row => row.click()")
    assert await chosen(page) == {STOP}
    await page.check(f"{ROWS} >> nth=0")
    assert await chosen(page) == {HATCH}
    assert (await send(page, gateway)).topic_code == HATCH


async def test_topic_that_a_draft_brings_back_is_seen(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await page.fill("#text", TEXT)
    await page.evaluate("""() => {
      const code = document.querySelector("[name=topic]");
      code.value = "0107";
      code.dispatchEvent(new Event("change", { bubbles: true }));
    }""")
    await expect(page.locator(f"{TREE} input[value='0107']")).to_be_visible()
    assert await chosen(page) == {"0107"}


async def test_tree_needs_no_script(gateway: ServedGateway, page_without_javascript: Page) -> None:
    page = page_without_javascript
    await open_form(page, gateway)
    await page.click(BROWSE)
    await page.locator(f"{TREE} > details > summary", has_text="Автомобильные дороги").click()
    await page.locator("summary", has_text="Остановки общественного транспорта").first.click()
    await page.locator(f"{TREE} label:has([value='{STOP}'])").click()
    await page.click("button[value=send]")  # with mistakes: the page comes back
    assert await page.locator(f"{ROWS} input:checked").input_value() == STOP
    assert (await send(page, gateway)).topic_code == STOP
