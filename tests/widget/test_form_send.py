"""A message on its way: over a dead network, a lost answer, a busy gateway; it arrives once."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Route, ViewportSize, expect

from tests.application import AGENCY, ServedGateway, served, settings_for
from tests.browser import DESKTOP, PHONE, assert_accessible
from tests.pictures import camera_jpeg
from tests.widget.form import (
    CONTACT,
    NOTICE,
    PLACE,
    POSTS,
    SEND,
    SHELF,
    STATUS,
    TEXT,
    accepted,
    fill,
    has_kept,
    kept_in_browser,
    key_of,
    lose_answer,
    open_form,
    thanked,
    values,
)

PHOTO = {"name": "яма.jpg", "mimeType": "image/jpeg"}


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_message_waits_for_the_network_and_goes_by_itself(
    gateway: ServedGateway, page: Page, viewport: ViewportSize
) -> None:
    await open_form(page, gateway)
    await fill(page)
    await page.set_input_files("#files", {**PHOTO, "buffer": camera_jpeg()})
    await page.clock.install(time=1_000_000)
    await page.context.set_offline(True)
    await page.click(SEND)
    await expect(page.locator(STATUS)).to_contain_text("Нет связи. Отправим сами")
    await assert_accessible(page)
    await page.click(SEND, force=True)  # does nothing
    await page.clock.pause_at(1_900_000)  # no next try is due, however long this takes
    await page.context.set_offline(False)
    number = await thanked(page)
    await page.clock.resume()
    assert await accepted(gateway) == 1
    await assert_accessible(page)
    await page.click("a.track")
    assert number in await page.inner_text("h1")


async def test_lost_answer_makes_no_second_message(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await fill(page)
    await page.set_input_files("#files", {**PHOTO, "buffer": camera_jpeg()})
    await page.route(POSTS, lose_answer, times=1)
    await page.click(SEND)
    await thanked(page)
    assert await accepted(gateway) == 1


async def test_reload_after_a_lost_answer_makes_no_second_message(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await fill(page)
    await page.route(POSTS, lose_answer)
    await page.click(SEND)
    await expect(page.locator(STATUS)).to_contain_text("Нет связи")
    assert await accepted(gateway) == 1
    await page.unroute(POSTS)
    await page.route(POSTS, lambda route: route.abort())
    await page.reload()
    await expect(page.locator(NOTICE)).to_contain_text("черновик")
    await page.unroute(POSTS)
    await page.check("#consent")
    await page.click(SEND)
    await thanked(page)
    assert await accepted(gateway) == 1


async def test_sending_is_stopped_by_its_button_and_by_typing_on(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await fill(page)
    await page.context.set_offline(True)
    await page.click(SEND)
    await page.click(".send-status button:has-text('Не отправлять')")
    await expect(page.locator(STATUS)).to_contain_text("Отправку остановили")
    await expect(page.locator(SEND)).to_be_focused()
    await page.click(SEND)
    await expect(page.locator(STATUS)).to_contain_text("Нет связи")
    await page.type("#text", " И")
    await expect(page.locator(STATUS)).to_contain_text("Вы что-то изменили")
    await expect(page.locator("#text")).to_be_focused()
    await page.context.set_offline(False)
    await page.click(SEND)
    await thanked(page)
    assert await accepted(gateway) == 1


async def test_mistakes_are_told_and_mended_with_the_keyboard_alone(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await fill(page, text="Яма", consent=False)
    key, address = await key_of(page), page.url
    await page.focus(SEND)
    await page.keyboard.press("Enter")
    await expect(page.locator("#problems")).to_be_focused()
    assert (await page.title()).startswith("Ошибка: ")
    assert page.url == address
    assert await key_of(page) == key
    await assert_accessible(page)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#text")).to_be_focused()
    await page.keyboard.press("Control+A")
    await page.keyboard.type(TEXT)
    await page.focus(SEND)
    await page.keyboard.press("Enter")
    await expect(page.locator("#problems")).to_contain_text("согласие")
    await expect(page.locator("#problems")).to_be_focused()
    await page.focus("#consent")
    await page.keyboard.press("Space")
    await page.focus(SEND)
    await page.keyboard.press("Enter")
    await thanked(page)
    assert await accepted(gateway) == 1


async def test_review_page_sends_over_a_dead_network_too(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await fill(page)
    await page.click("button[name=do][value=review]")
    await page.wait_for_selector(".review")
    await page.fill("#gist", "Яма на Садовой")
    await page.context.set_offline(True)
    await page.click(SEND)
    await expect(page.locator(STATUS)).to_contain_text("Нет связи")
    await assert_accessible(page)
    await page.context.set_offline(False)
    await thanked(page)
    assert await accepted(gateway) == 1


async def test_double_click_and_back_after_sending_are_harmless(gateway: ServedGateway, page: Page) -> None:
    posts: list[str] = []
    page.on("request", lambda request: request.method == "POST" and posts.append(request.url))
    await open_form(page, gateway)
    await fill(page)
    posts.clear()
    await page.dblclick(SEND)
    number = await thanked(page)
    assert len([url for url in posts if "posted=1" in url]) == 1
    await page.go_back()
    await expect(page.locator("#text")).to_have_value(TEXT)
    await expect(page.locator(".flash")).to_have_count(0)
    await page.check("#consent")
    await page.click(SEND)
    assert await thanked(page) == number

    await page.go_back()
    await page.fill("#text", "Теперь здесь две ямы, и обе глубокие.")
    await page.check("#consent")
    await page.click(SEND)
    await page.wait_for_selector("button[value=send_new]")
    await page.route(POSTS, lose_answer, times=1)
    await page.click("button[value=send_new]")
    assert await thanked(page) != number
    assert await accepted(gateway) == 2


async def test_back_to_a_form_whose_draft_was_put_back_is_harmless_too(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await fill(page)
    await page.goto("about:blank")
    await open_form(page, gateway)
    await expect(page.locator("#text")).to_have_value(TEXT)
    await page.check("#consent")
    await page.click(SEND)
    number = await thanked(page)
    await page.go_back()
    await expect(page.locator("#text")).to_have_value(TEXT)
    await page.check("#consent")
    await page.click(SEND)
    assert await thanked(page) == number
    assert await accepted(gateway) == 1


async def test_another_problem_has_the_contact_and_nothing_else(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await fill(page)
    await page.click(SEND)
    await thanked(page)
    await page.click("main a:has-text('Сообщить о другой проблеме')")
    await expect(page.locator("[name='contact.name']")).to_have_value(CONTACT["contact.name"])
    assert await values(page, "text", "place.address", *CONTACT) == {"text": "", "place.address": "", **CONTACT}
    assert not await page.is_checked("#consent")
    await expect(page.locator(".flash")).to_have_count(0)

    await page.fill("#text", "Во дворе не горит фонарь.")
    await has_kept(page, "фонарь")
    await page.go_back()
    await page.wait_for_selector("[data-sent]")
    await page.go_forward()
    await expect(page.locator("#text")).to_have_value("Во дворе не горит фонарь.")
    await page.goto("about:blank")
    await open_form(page, gateway)
    await expect(page.locator("#text")).to_have_value("Во дворе не горит фонарь.")


async def test_link_is_copied(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await fill(page)
    await page.click(SEND)
    await thanked(page)
    await page.click("button:has-text('Скопировать ссылку')")
    await expect(page.locator(".noprint + [role=status]")).to_have_text("Ссылка скопирована.")
    await assert_accessible(page)


async def test_busy_gateway_is_given_the_time_that_it_asks_for(gateway: ServedGateway, page: Page) -> None:
    tries = 0

    async def refuse(route: Route) -> None:
        nonlocal tries
        tries += 1
        await route.fulfill(status=503, headers={"Retry-After": "60"}, content_type="text/html", body="<h1>503</h1>")

    await open_form(page, gateway)
    await fill(page)
    await page.clock.install()
    await page.route(POSTS, refuse)
    await page.click(SEND)
    await expect(page.locator(STATUS)).to_contain_text("Сервис сейчас занят")
    await page.clock.fast_forward(50_000)
    await page.evaluate("fetch('/health')")  # a try before it would have been seen by now
    assert tries == 1
    await page.unroute(POSTS)
    await page.clock.fast_forward(11_000)
    await thanked(page)
    assert await accepted(gateway) == 1


@pytest.mark.parametrize(
    ("status", "told"), [(200, "Нет связи"), (403, "Сервис сейчас занят")], ids=["portal", "proxy of the gateway"]
)
async def test_page_of_somebody_else_is_no_answer(gateway: ServedGateway, page: Page, status: int, told: str) -> None:
    async def portal(route: Route) -> None:
        await route.fulfill(status=status, content_type="text/html", body="<main><h1>Сюда нельзя</h1></main>")

    await open_form(page, gateway)
    await fill(page)
    await page.route(POSTS, portal, times=1)
    await page.click(SEND)
    await expect(page.locator(STATUS)).to_contain_text(told)
    await page.click(".send-status button:has-text('Отправить сейчас')")
    await thanked(page)
    assert await accepted(gateway) == 1


async def test_refusal_without_a_form_is_told_beside_what_was_typed(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await fill(page)
    await page.evaluate("document.querySelector('form').action = '/f/nobody?posted=1'")
    await page.click(SEND)
    await expect(page.locator(STATUS)).to_contain_text("Такой формы нет")
    assert await page.input_value("#text") == TEXT
    await assert_accessible(page)


async def test_limit_of_messages_is_waited_for(tmp_path: Path, page: Page) -> None:
    async with served(settings_for(tmp_path, limits={"per_address": 1, "per_agency": 0})) as gateway:
        await open_form(page, gateway)
        await fill(page, text="Яма", consent=False)
        await page.click(SEND)
        await page.wait_for_selector("#problems")
        await page.fill("#text", TEXT)
        await page.check("#consent")
        await page.clock.install()
        await page.click(SEND)
        await expect(page.locator(STATUS)).to_contain_text("Сервис сейчас занят")
        assert await values(page, "text", "place.address") == {"text": TEXT, "place.address": PLACE}


async def test_form_in_a_frame_sends_and_keeps_the_contact(gateway: ServedGateway, page: Page) -> None:
    await page.goto(f"{gateway.url}/f/{AGENCY}/lost")
    await page.evaluate(
        "src => document.body.append(Object.assign(document.createElement('iframe'), {src, height: 700}))",
        f"/f/{AGENCY}",
    )
    frame = page.frame_locator("iframe")
    await frame.locator("#text").fill(TEXT)
    await frame.locator("[name='place.address']").fill(PLACE)
    for name, value in CONTACT.items():
        await frame.locator(f"[name='{name}']").fill(value)
    await frame.locator("#consent").check()
    await frame.locator(SEND).click()
    await frame.locator("main a:has-text('Сообщить о другой проблеме')").click()
    await expect(frame.locator("[name='contact.name']")).to_have_value(CONTACT["contact.name"])
    await expect(frame.locator("#text")).to_have_value("")


TOO_OLD = """
    for (const kind of [Element, Document, DocumentFragment]) delete kind.prototype.replaceChildren;
    window.addEventListener("formdata", (event) => event.stopImmediatePropagation(), true);
"""


async def test_browser_that_lacks_something_has_the_plain_form(gateway: ServedGateway, page: Page) -> None:
    await page.add_init_script(TOO_OLD)
    await open_form(page, gateway)
    await fill(page)
    await expect(page.locator(f"{SHELF}, {STATUS}, #files.visually-hidden")).to_have_count(0)
    assert await kept_in_browser(page) == "{}\n{}"
    await page.click(SEND)
    await thanked(page)


async def test_part_of_the_form_that_fails_takes_no_other_along(gateway: ServedGateway, browser: Browser) -> None:
    context = await browser.new_context(viewport=PHONE, locale="ru-RU")
    page = await context.new_page()
    try:
        await page.add_init_script("delete window.matchMedia")
        async with context.expect_event("weberror") as thrown:
            await open_form(page, gateway)
        assert "matchMedia" in str((await thrown.value).error)
        await fill(page)
        await has_kept(page, TEXT)
        await page.click(SEND)
        await thanked(page)
    finally:
        await context.close()
