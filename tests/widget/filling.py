"""A resident at the form with scripts: what is filled in besides what a test is about, and what came of it."""

from playwright.async_api import Page

from gateway.domain.number import AppealNumber
from gateway.domain.transfer import NewCase
from tests.application import AGENCY, ServedGateway

TEXT = "На дороге у дома 12 огромная яма, машины объезжают её по встречной полосе."


async def open_form(gateway: ServedGateway, page: Page) -> None:
    """The blank form; its scripts have run."""
    await page.goto(f"{gateway.url}/f/{AGENCY}")


async def send(gateway: ServedGateway, page: Page, *, address: str = "ул. Садовая, 12") -> NewCase:
    """Fill in the rest, send, and see the case that the core store has of it."""
    if not await page.input_value("#text"):
        await page.fill("#text", TEXT)
    await page.fill("[name='place.address']", address)
    await page.fill("[name='contact.name']", "Житель дома")
    await page.fill("[name='contact.email']", "resident@example.org")
    await page.check("[name=consent]")
    await page.click("button[value=send]")
    number = AppealNumber(await page.inner_text(".number"))
    await gateway.drain()
    assert gateway.app.cases is not None
    case, _ = await gateway.app.cases.find(number)
    return case


async def is_at(page: Page, selector: str) -> bool:
    """Whether the focus is there."""
    return bool(await page.evaluate("selector => document.activeElement.matches(selector)", selector))


async def heard(page: Page, words: str) -> None:
    """Wait until those who listen to the page have been told this."""
    await page.locator("[role=status]", has_text=words).first.wait_for(state="attached")


async def frames(page: Page) -> None:
    """Let the page draw what it has got: two frames."""
    await page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
