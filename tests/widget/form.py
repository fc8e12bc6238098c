"""The form page as a resident with scripts uses it: filled, sent, looked into, listened to."""

import asyncio
import re
import time

from playwright.async_api import Page, Route

from gateway.domain.number import AppealNumber
from gateway.domain.transfer import NewCase
from tests.application import AGENCY, ServedGateway

TEXT = "У дома 12 на Садовой большая яма. Машины объезжают её по встречной полосе."
PLACE = "ул. Садовая, 12"
CONTACT = {"contact.name": "Житель дома", "contact.email": "resident@example.org", "contact.phone": "+7 912 345-67-89"}

POSTS = f"**/f/{AGENCY}?posted=1*"

SEND = "button[name=do][value=send]"
STATUS = ".send-status p"
SHELF = ".draft-shelf p"
NOTICE = ".flash p"


async def open_form(page: Page, gateway: ServedGateway, query: str = "") -> None:
    await page.goto(f"{gateway.url}/f/{AGENCY}{query}")


async def fill(page: Page, *, text: str = TEXT, place: str = PLACE, contact: bool = True, consent: bool = True) -> None:
    """Fill in what a message needs."""
    await page.fill("#text", text)
    await page.fill("[name='place.address']", place)
    for name, value in CONTACT.items() if contact else ():
        await page.fill(f"[name='{name}']", value)
    if consent:
        await page.check("#consent")


async def fill_folded(page: Page, control: str, text: str) -> None:
    """Fill in a control that may be folded away."""
    await page.locator(control).evaluate("control => control.closest('details')?.setAttribute('open', '')")
    await page.fill(control, text)


async def send(page: Page, gateway: ServedGateway, *, place: str = PLACE) -> NewCase:
    """Fill in the rest, send, and see the case that the core store has of it."""
    await fill(page, text=await page.input_value("#text") or TEXT, place=place)
    await page.click(SEND)
    number = AppealNumber(await thanked(page))
    await gateway.drain()
    assert gateway.app.cases is not None
    case, _ = await gateway.app.cases.find(number)
    return case


async def lose_answer(route: Route) -> None:
    """The request reaches the gateway; its answer does not reach the page."""
    await route.fetch(max_redirects=0)
    await route.abort("connectionreset")


async def values(page: Page, *names: str) -> dict[str, str]:
    """What stands in these controls."""
    return {name: await page.input_value(f"[name='{name}'] >> nth=0") for name in names}


async def key_of(page: Page) -> str:
    return await page.input_value("[name=idempotency_key]")


async def thanked(page: Page) -> str:
    """The number on the thank-you page, as soon as that is there."""
    await page.wait_for_selector("[data-sent]", timeout=30_000)  # tries after a lost network grow apart
    return await page.inner_text(".number")


async def is_at(page: Page, selector: str) -> bool:
    """Whether the focus is there."""
    return bool(await page.evaluate("selector => document.activeElement.matches(selector)", selector))


async def heard(page: Page, words: str) -> None:
    """Wait until those who listen to the page have been told this."""
    await page.locator("[role=status]", has_text=words).first.wait_for(state="attached")


async def frames(page: Page) -> None:
    """Let the page draw what it has got: two frames."""
    await page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


async def accepted(gateway: ServedGateway) -> int:
    """How many appeals the gateway has taken."""
    metrics = (await gateway.http.get("/metrics")).text
    return sum(
        int(float(n)) for n in re.findall(r"^otklik_appeals_accepted_total\{[^}]*\} (\S+)$", metrics, re.MULTILINE)
    )


async def kept_in_browser(page: Page) -> str:
    """All that this browser keeps of us, as one text."""
    return str(await page.evaluate(_EVERYTHING_KEPT))


async def has_kept(page: Page, words: str, *, never: bool = False) -> None:
    """Wait until the browser keeps these words, or none of them; AssertionError if it does not come to it."""
    deadline = time.monotonic() + 10
    while (words in await kept_in_browser(page)) is never:
        assert time.monotonic() < deadline, await kept_in_browser(page)
        await asyncio.sleep(0.05)


_EVERYTHING_KEPT = """async () => {
    const kept = [JSON.stringify({...sessionStorage}), JSON.stringify({...localStorage})];
    for (const { name } of await indexedDB.databases()) {
        const opening = indexedDB.open(name);
        await new Promise(resolve => opening.onsuccess = resolve);
        for (const store of opening.result.objectStoreNames) {
            const reading = opening.result.transaction(store).objectStore(store).getAll();
            await new Promise(resolve => reading.onsuccess = resolve);
            kept.push(JSON.stringify(reading.result));
        }
        opening.result.close();
    }
    return kept.join("\\n");
}"""
