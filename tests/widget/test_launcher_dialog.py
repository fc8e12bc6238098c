"""The form over a page of an agency: in a dialog, from another origin, with the keyboard alone."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.application import AGENCY
from tests.browser import DESKTOP, assert_accessible, open_page
from tests.sites import LISTEN, Site, form_in, link_in, wait_for_events

# What the launcher has hung up in the page, as far as it outlives an element.
COUNT = """
window.hung = { listeners: 0, timers: new Set() };
const ours = ["message", "securitypolicyviolation", "keydown", "scroll", "resize"];
for (const place of [window, document]) {
  for (const [method, step] of [["addEventListener", 1], ["removeEventListener", -1]]) {
    const original = place[method];
    place[method] = function (type, ...rest) {
      if (ours.includes(type)) hung.listeners += step;
      return original.call(this, type, ...rest);
    };
  }
}
const { setTimeout, clearTimeout } = window;
window.setTimeout = (what, ms, ...rest) => {
  const made = setTimeout(what, ms, ...rest);
  if (ms > 1000) hung.timers.add(made);
  return made;
};
window.clearTimeout = (timer) => { hung.timers.delete(timer); clearTimeout(timer); };
"""
HUNG = "[hung.listeners, hung.timers.size]"


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    async with open_page(browser, DESKTOP) as page:
        await page.add_init_script(LISTEN)
        yield page


async def inner_focus(page: Page) -> str:
    """Where the focus is, as far as the host page can tell: a tag in the shadow, or of the page."""
    return await page.evaluate(
        "() => { const outer = document.activeElement;"
        " return (outer.shadowRoot?.activeElement ?? outer).tagName.toLowerCase(); }"
    )


async def can_scroll(page: Page) -> None:
    """Wait until the host page is free again; not by a script, which a strict policy forbids to be waited with."""
    await expect(page.locator("html")).not_to_have_css("overflow", "hidden")


@pytest.mark.parametrize("example", ["strict", "hostile", "cms"])
async def test_resident_opens_and_closes_the_form_with_the_keyboard_alone(page: Page, site: Site, example: str) -> None:
    await page.goto(site.url(example))
    await link_in(page).wait_for()
    await page.keyboard.press("Tab")
    assert await inner_focus(page) == "a"
    await page.keyboard.press("Enter")
    form = await form_in(page)
    assert form.url.startswith(f"{site.gateway.url}/f/{AGENCY}?lang=ru&")
    assert form.url.endswith("frame=dialog")
    await form.locator("h1:focus").wait_for()
    await assert_accessible(page)
    assert await page.evaluate("getComputedStyle(document.documentElement).overflow") == "hidden"

    await form.locator("textarea").first.focus()
    await page.keyboard.type("У крыльца нет перил.")
    await page.keyboard.press("Escape")  # inside the frame
    await page.locator("otklik-widget dialog").wait_for(state="hidden")
    assert await inner_focus(page) == "a"
    await can_scroll(page)

    await page.keyboard.press("Enter")
    assert await (await form_in(page)).locator("textarea").first.input_value() == "У крыльца нет перил."
    assert await inner_focus(page) == "iframe"
    await page.locator("otklik-widget dialog button").click()
    await wait_for_events(page, "open", "close", "open", "close")
    assert await page.evaluate("scrollY") == 0


@pytest.mark.parametrize("policy", ["require-corp", "credentialless"])
async def test_site_that_isolates_itself_shows_the_form(page: Page, site: Site, policy: str) -> None:
    await page.goto(f"{site.url('modern')}?isolated={policy}")
    assert await page.evaluate("crossOriginIsolated")
    await link_in(page).click()
    assert await (await form_in(page)).locator("form").count() >= 1


async def test_tab_never_leads_behind_the_dialog(page: Page, site: Site) -> None:
    await page.goto(site.url("strict"))
    await link_in(page).click()
    form = await form_in(page)
    seen = set()
    for key in ["Shift+Tab"] * 4 + ["Tab"] * 6:
        await page.keyboard.press(key)
        seen.add(await inner_focus(page))
    assert seen <= {"iframe", "button", "body", "dialog"}
    assert {"iframe", "button"} <= seen
    assert await form.evaluate("document.hasFocus()") or await inner_focus(page) != "iframe"


async def test_site_reads_nothing_of_the_form_and_closes_nothing_by_message(page: Page, site: Site) -> None:
    await page.goto(site.url("strict"))
    await page.evaluate("window.messages = []; addEventListener('message', ({ data }) => messages.push(data))")
    await link_in(page).click()
    form = await form_in(page)
    await form.locator("textarea").first.fill("Никому не говорите.")
    frame = page.locator("otklik-widget iframe")
    assert await frame.evaluate("frame => frame.contentDocument") is None
    assert await frame.get_attribute("allow") == "geolocation; camera"
    assert await frame.get_attribute("title") == site.gateway.app.texts.say("ru", "widget.link")
    assert await form.evaluate("document.referrer") == f"{site.origin}/"

    await page.evaluate("postMessage({ otklik: 1, type: 'close' }, '*')")
    await page.evaluate("new Promise(done => setTimeout(done))")  # it has arrived
    assert {"otklik": 1, "type": "close"} in await page.evaluate("messages")
    assert await page.locator("otklik-widget dialog").is_visible()
    assert {"otklik": 1, "type": "hello"} in await page.evaluate("messages")
    assert "Никому" not in str(await page.evaluate("messages"))


async def test_form_speaks_only_to_the_site_that_named_itself(page: Page, site: Site) -> None:
    await page.goto(site.url("modern"))
    heard = await page.evaluate(
        """async (src) => {
            const heard = [];
            addEventListener("message", ({ data }) => heard.push(data));
            for (const name of ["", "otklik 1 https://alien.example", "otklik 1 *", "otklik 0 " + location.origin]) {
                const frame = Object.assign(document.createElement("iframe"), { name, src });
                document.body.append(frame);
                await new Promise((done) => (frame.onload = done));
            }
            return heard;
        }""",
        f"{site.gateway.url}/f/{AGENCY}",
    )
    assert heard == []


async def test_site_hears_that_something_was_sent_and_nothing_more(page: Page, site: Site) -> None:
    await page.goto(site.url("strict"))
    await link_in(page).click()
    form = await form_in(page)
    await form.get_by_role("textbox", name="Что случилось").fill("У дома 12 большая яма. Машины её объезжают.")
    await form.locator("[name='place.address']").fill("ул. Садовая, 12")
    await form.locator("[name='contact.name']").fill("Житель дома")
    await form.locator("[name='contact.email']").fill("resident@example.org")
    await form.locator("[name=consent]").check()
    await form.locator("button[value=send]").click()
    await wait_for_events(page, "open", "sent")
    thanks = await form_in(page)
    await thanks.locator("[data-sent]").wait_for()
    assert await inner_focus(page) == "iframe"


async def test_nothing_is_left_of_a_widget_that_was_removed(page: Page, site: Site) -> None:
    await page.add_init_script(COUNT)
    await page.goto(site.url("strict"))
    await link_in(page).wait_for()
    assert await page.evaluate(HUNG) == [0, 0]
    assert await link_in(page).evaluate(f"link => {{ link.click(); return {HUNG} }}") == [0, 1]
    await form_in(page)
    assert await page.evaluate(HUNG) == [2, 0]
    await page.evaluate("document.querySelector('otklik-widget').remove()")
    assert await page.evaluate(HUNG) == [0, 0]
    await can_scroll(page)

    await page.evaluate("otklik.push(['open', { agency: 'school' }])")
    await page.locator("otklik-widget dialog[open]").wait_for()
    await page.evaluate("document.querySelector('otklik-widget').remove()")
    assert await page.evaluate(HUNG) == [0, 0]


async def test_commands_open_and_close_before_and_after_the_script(page: Page, site: Site) -> None:
    await page.add_init_script("window.otklik = [['open', { agency: 'school', topic: 'yard' }]]")
    await page.goto(site.url("spa"))
    assert "topic=yard" in (await form_in(page)).url
    await page.evaluate("otklik.push(['close'])")
    await page.locator("dialog[open]").wait_for(state="detached")
    await page.locator("#ask").click()
    address = page.locator("otklik-widget[mode=none] iframe")
    await address.wait_for()
    assert "address=" in (await form_in(page)).url
    await page.keyboard.press("Escape")
    await page.locator("dialog[open]").wait_for(state="detached")
    assert await page.evaluate("document.activeElement.id") == "ask"


async def test_three_widgets_open_their_own_forms(page: Page, site: Site) -> None:
    await page.goto(site.url("three"))
    for number, lang in enumerate(["ru", "ru", "en"]):
        widget = page.locator("otklik-widget").nth(number)
        await widget.locator("a").first.click()
        frame = widget.locator("iframe")
        await frame.wait_for(state="visible")
        handle = await frame.element_handle()
        form = await handle.content_frame()
        assert form is not None
        assert f"lang={lang}" in form.url
        await widget.locator("dialog button").click()
        await widget.locator("dialog").wait_for(state="hidden")


async def test_changed_looks_keep_what_was_typed(page: Page, site: Site) -> None:
    await page.goto(site.url("modern"))
    await link_in(page).click()
    await (await form_in(page)).locator("textarea").first.fill("Ещё не всё написано.")
    await page.locator("otklik-widget dialog button").click()
    await page.evaluate("document.querySelector('otklik-widget').setAttribute('accent', 'tomato')")
    await link_in(page).click()
    assert await (await form_in(page)).locator("textarea").first.input_value() == "Ещё не всё написано."


async def test_click_with_a_key_held_opens_the_form_in_a_tab_of_its_own(page: Page, site: Site) -> None:
    await page.goto(site.url("strict"))
    async with page.context.expect_page() as opened:
        await link_in(page).click(modifiers=["ControlOrMeta"])
    tab = await opened.value
    await tab.wait_for_url(f"{site.gateway.url}/f/{AGENCY}?**")
    assert await page.locator("otklik-widget dialog").count() == 0
