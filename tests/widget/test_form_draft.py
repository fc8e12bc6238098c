"""What a resident has typed stays: over a reload, a tab that was killed, a browser that keeps nothing."""

import asyncio
import time

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.application import AGENCY, OTHER_AGENCY, ServedGateway
from tests.browser import DESKTOP, PHONE, assert_accessible, keeping_browser, open_page
from tests.widget.form import (
    CONTACT,
    NOTICE,
    PLACE,
    SEND,
    SHELF,
    TEXT,
    accepted,
    fill,
    fill_folded,
    has_kept,
    kept_in_browser,
    key_of,
    open_form,
    thanked,
    values,
)

NO_STORAGE = """
    for (const name of ["indexedDB", "sessionStorage", "localStorage"])
        Object.defineProperty(window, name, { get() { throw new DOMException("refused", "SecurityError"); } });
"""

CHOOSE = "(list, code) => { list.value = code; list.dispatchEvent(new Event('change', { bubbles: true })); }"


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_draft_survives_a_reload_with_its_key_but_not_the_consent(
    gateway: ServedGateway, page: Page, viewport: ViewportSize
) -> None:
    await open_form(page, gateway)
    await expect(page.locator(SHELF)).to_be_hidden()
    await fill(page)
    await fill_folded(page, "#gist", "Яма")
    await page.eval_on_selector("[name=topic]", CHOOSE, "0116")
    await page.fill("#topic_query", "яма")
    await expect(page.locator(SHELF)).to_contain_text("Черновик сохраняется в этом браузере")
    key = await key_of(page)
    await page.reload()  # at once: the last letter is not half a second old
    await expect(page.locator(NOTICE)).to_contain_text("Это ваш неотправленный черновик")
    assert await values(page, "text", "gist", "topic", "topic_query", "place.address", *CONTACT) == {
        "text": TEXT,
        "gist": "Яма",
        "topic": "0116",
        "topic_query": "яма",
        "place.address": PLACE,
        **CONTACT,
    }
    assert await key_of(page) == key
    assert await page.evaluate("document.activeElement === document.body")
    await assert_accessible(page)


async def test_killed_tab_leaves_the_draft_behind_and_no_contact(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await fill(page)
    key = await key_of(page)
    await has_kept(page, TEXT)
    await page.close(run_before_unload=False)
    page = await page.context.new_page()
    await open_form(page, gateway)
    await expect(page.locator(NOTICE)).to_contain_text("черновик")
    assert await values(page, "text", "place.address") == {"text": TEXT, "place.address": PLACE}
    assert await values(page, *CONTACT) == dict.fromkeys(CONTACT, "")
    assert not await page.is_checked("#consent")
    assert await key_of(page) == key
    assert CONTACT["contact.email"] not in await kept_in_browser(page)


async def test_starting_anew_asks_nothing_and_can_be_undone_once(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await fill(page)
    key = await key_of(page)
    await has_kept(page, TEXT)
    await page.reload()
    await page.focus(".flash button")
    await page.keyboard.press("Enter")
    await expect(page.locator("#text")).to_have_value("")
    assert await values(page, "place.address", "contact.name") == {
        "place.address": "",
        "contact.name": CONTACT["contact.name"],
    }
    assert await key_of(page) != key
    await has_kept(page, TEXT, never=True)
    await assert_accessible(page)
    await page.keyboard.press("Enter")  # the focus is on the button that puts it back
    await expect(page.locator("#text")).to_have_value(TEXT)
    assert await key_of(page) == key
    await has_kept(page, TEXT)
    await expect(page.locator(".flash button")).to_have_count(0)
    await expect(page.locator(".flash")).to_be_focused()


async def test_what_a_link_gives_wins_over_the_draft(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await fill(page)
    await has_kept(page, TEXT)
    await page.goto("about:blank")
    await open_form(page, gateway, "?topic=0116&address=ул. Лесная, 1")
    await expect(page.locator("#text")).to_have_value(TEXT)
    assert await values(page, "topic", "place.address") == {"topic": "0116", "place.address": "ул. Лесная, 1"}


async def test_what_the_gateway_has_drawn_wins_over_the_draft(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await fill(page)
    await fill_folded(page, "#gist", "Яма")
    await has_kept(page, "Яма")
    await fill_folded(page, "#gist", "")
    await page.fill("#topic_query", "снег")
    await page.uncheck("#consent")
    await page.click("button[name=do][value=review]")
    await page.wait_for_selector("#problems")
    await has_kept(page, '"topic_query":"снег"')
    assert await page.input_value("#gist") == ""
    await expect(page.locator(".flash")).to_have_count(0)
    await page.goto("about:blank")
    await open_form(page, gateway)
    await expect(page.locator("#topic_query")).to_have_value("снег")
    assert await page.input_value("#gist") == ""


async def test_old_drafts_are_forgotten(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await fill(page, contact=False)
    await has_kept(page, TEXT)
    await page.clock.install(time=time.time() + 29 * 86400)
    await page.goto("about:blank")
    await open_form(page, gateway)
    await expect(page.locator("#text")).to_have_value(TEXT)
    await page.clock.set_system_time(time.time() + 61 * 86400)
    await page.goto("about:blank")
    await open_form(page, gateway)
    await has_kept(page, TEXT, never=True)
    assert await page.input_value("#text") == ""


async def test_where_storage_is_refused_the_page_says_so_and_works(gateway: ServedGateway, page: Page) -> None:
    await page.add_init_script(NO_STORAGE)
    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.type) or asyncio.ensure_future(dialog.accept()))
    await open_form(page, gateway)
    await page.fill("#text", TEXT)
    await expect(page.locator(SHELF)).to_have_text("Черновик сохраняется, только пока открыта эта страница.")
    await assert_accessible(page)
    await page.reload()
    assert asked == ["beforeunload"]
    await expect(page.locator(".flash")).to_have_count(0)
    await fill(page, consent=False)
    await page.click(SEND)
    await page.wait_for_selector("#problems")
    await page.check("#consent")
    await page.click(SEND)
    await thanked(page)
    assert asked == ["beforeunload"]
    assert await accepted(gateway) == 1


async def test_nothing_is_asked_where_nothing_would_be_lost(gateway: ServedGateway, page: Page) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.type) or asyncio.ensure_future(dialog.accept()))
    await open_form(page, gateway)
    await page.type("#text", TEXT)
    await page.reload()
    await page.click("button[name=do][value=review]")
    await page.wait_for_selector("#problems")
    await page.goto("about:blank")
    assert asked == []


async def test_shared_computer_keeps_nothing(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await fill(page)
    await has_kept(page, TEXT)
    await has_kept(page, CONTACT["contact.email"])
    await page.focus(".draft-shelf input")
    await page.keyboard.press("Space")
    await has_kept(page, TEXT, never=True)
    await page.fill("#text", f"{TEXT} И ещё одна.")
    await expect(page.locator(SHELF)).to_contain_text("Ничего не сохраняем")
    await assert_accessible(page)
    await page.evaluate("removeEventListener('beforeunload', null)")
    await page.goto("about:blank")
    await open_form(page, gateway)
    kept = await kept_in_browser(page)
    assert not [word for word in (TEXT, PLACE, *CONTACT.values()) if word in kept]
    assert await values(page, "text", *CONTACT) == dict.fromkeys(["text", *CONTACT], "")
    assert await page.is_checked(".draft-shelf input")


async def test_shared_computer_forgets_who_wrote_to_another_agency(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await fill(page)
    await has_kept(page, CONTACT["contact.email"])
    await page.goto(f"{gateway.url}/f/{OTHER_AGENCY}")
    assert await values(page, "text", *CONTACT) == dict.fromkeys(["text", *CONTACT], "")
    await page.check(".draft-shelf input")
    await has_kept(page, TEXT, never=True)
    await has_kept(page, CONTACT["contact.email"], never=True)


async def test_shared_computer_shows_nothing_to_whoever_goes_back(gateway: ServedGateway, browser: Browser) -> None:
    async with keeping_browser() as keeping, open_page(keeping, DESKTOP) as page:
        await open_form(page, gateway)
        await fill(page)
        await page.check(".draft-shelf input")
        await page.click("button[name=do][value=review]")
        await page.wait_for_url("**posted=1")
        await page.click(SEND)
        await thanked(page)
        await page.evaluate("setTimeout(() => history.back())")
        await page.wait_for_url(f"{gateway.url}/f/{AGENCY}", wait_until="commit")
        await page.wait_for_selector("#text")
        assert await values(page, "text", *CONTACT) == dict.fromkeys(["text", *CONTACT], "")


async def test_own_computer_shows_the_form_as_it_was_left(gateway: ServedGateway, browser: Browser) -> None:
    async with keeping_browser() as keeping, open_page(keeping, DESKTOP) as page:
        await page.add_init_script("addEventListener('pageshow', (event) => (window.persisted = event.persisted))")
        await open_form(page, gateway)
        await fill(page)
        await page.goto(f"{gateway.url}/f/{AGENCY}/lost")
        await page.evaluate("setTimeout(() => history.back())")
        await page.wait_for_url(f"{gateway.url}/f/{AGENCY}", wait_until="commit")
        await page.wait_for_function("window.persisted")
        assert await values(page, "text", *CONTACT) == {"text": TEXT, **CONTACT}


async def test_draft_is_kept_on_after_the_browser_has_closed_its_database(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await fill(page)
    await has_kept(page, TEXT)
    await page.evaluate("new Promise((done) => (indexedDB.deleteDatabase('otklik').onsuccess = () => done()))")
    await page.fill("#text", f"{TEXT} И ещё одна.")
    await has_kept(page, "И ещё одна")
    await expect(page.locator(SHELF)).to_contain_text("Черновик сохраняется в этом браузере")


async def test_tab_that_remembers_nonsense_keeps_the_draft(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await page.evaluate("for (const what of ['contact', 'draft']) sessionStorage.setItem(`otklik:${what}:school`, '{')")
    await page.reload()
    await fill(page)
    await has_kept(page, TEXT)
    await has_kept(page, CONTACT["contact.email"])


async def test_two_tabs_write_the_same_draft_without_a_quarrel(gateway: ServedGateway, page: Page) -> None:
    other = await page.context.new_page()
    for tab in (page, other):
        await open_form(tab, gateway)
    await page.fill("#text", TEXT)
    await has_kept(page, TEXT)
    await other.fill("#text", "Другая вкладка: здесь упало дерево.")
    await has_kept(page, "упало дерево")
    await fill_folded(page, "#gist", "Яма")
    await has_kept(other, TEXT)
    await other.goto("about:blank")
    await open_form(other, gateway)
    await expect(other.locator("#text")).to_have_value(TEXT)
