"""A resident who never saw the tree of topics files a smell from a manhole: in messengers, on the page, by keyboard."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from gateway.domain.number import AppealNumber
from tests.application import AGENCY, ServedGateway, served, settings_for
from tests.browser import DESKTOP, assert_accessible, open_page
from tests.journeys.chats import PLATFORMS, Press, Say, Told
from tests.journeys.connected import connected
from tests.journeys.keys import Keys
from tests.suggestions import HATCH, SEWER, SMELL, STOP, tell

NARROW: ViewportSize = {"width": 320, "height": 640}
SMELLS = "1301"
NAME = "Воняет или льётся из канализационного люка на улице"
REST = (
    Told("Где это?"),
    Say("Садовая, 12"),
    Told("Как вас зовут?"),
    Say("Анна Иванова"),
    Told("согласны ли вы"),
    Press("chat.consent.accept"),
)


@pytest.fixture
def unsure() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        tell(patch, {"воняет": [(SEWER, 0.5), (HATCH, 0.3), (STOP, 0.1)]})
        yield


@pytest.fixture
async def unsure_gateway(unsure: None, tmp_path: Path) -> AsyncIterator[ServedGateway]:
    async with served(settings_for(tmp_path)) as gateway:
        yield gateway


async def test_every_messenger_takes_the_topic_from_the_text_without_a_tap(tmp_path: Path) -> None:
    async with connected(list(PLATFORMS), tmp_path) as world:

        async def file(channel: str) -> None:
            await world.chat(channel=channel).play(
                Say(SMELL),
                Told(f"Тема: {NAME}.", "фото"),
                Press("chat.files.without"),
                *REST,
                Told("Проверьте и отправьте", f"Тема: Водоснабжение → Водоотведение → {NAME}"),
                Press("chat.review.send"),
                Told("Отправлено! Номер"),
            )

        await asyncio.gather(*map(file, PLATFORMS))
        assert world.gateway.app.cases is not None
        cases = await world.gateway.app.cases.list(agency=None, status=None, most=10)
        assert [new.topic_code for new, _ in cases] == [SMELLS] * len(PLATFORMS)


@pytest.mark.usefixtures("unsure")
async def test_every_messenger_asks_about_an_unsure_topic_with_one_tap(tmp_path: Path) -> None:
    async with connected(list(PLATFORMS), tmp_path) as world:

        async def file(channel: str) -> None:
            await world.chat(channel=channel).play(
                Say(SMELL),
                Told("фото"),
                Press("chat.files.without"),
                Told("Какая тема подходит?", "Канализационные люки → Канализация вытекает во двор", "Нечистоты из"),
                Press("1. Канализация вытекает во двор"),
                Told("Ещё немного по этой теме"),
                Press("Пропустить"),
                *REST,
                Told("Проверьте и отправьте", "Канализация вытекает во двор"),
                Press("chat.review.send"),
                Told("Отправлено! Номер"),
            )

        await asyncio.gather(*map(file, PLATFORMS))
        assert world.gateway.app.cases is not None
        cases = await world.gateway.app.cases.list(agency=None, status=None, most=10)
        assert [new.topic_code for new, _ in cases] == [SEWER] * len(PLATFORMS)


@pytest.mark.parametrize("viewport", [NARROW, DESKTOP], ids=["narrow", "desktop"])
async def test_page_takes_the_topic_while_the_resident_types(
    gateway: ServedGateway, browser: Browser, viewport: ViewportSize
) -> None:
    async with open_page(browser, viewport) as page:
        await page.goto(f"{gateway.url}/f/{AGENCY}")
        keys = Keys(page)
        await keys.type("#text", SMELL)
        await expect(page.locator(".taken")).to_contain_text(NAME)
        await assert_accessible(page)
        await fits(page)
        await fill_in_the_rest(keys)
        await keys.reach("button[value=send]")
        await page.keyboard.press("Enter")
        await page.locator("[data-sent]").wait_for()
        assert await topic_of(gateway, page) == SMELLS


@pytest.mark.parametrize("viewport", [NARROW, DESKTOP], ids=["narrow", "desktop"])
async def test_page_without_scripts_shows_the_topic_in_the_review(
    gateway: ServedGateway, browser: Browser, viewport: ViewportSize
) -> None:
    async with open_page(browser, viewport, javascript=False) as page:
        await page.goto(f"{gateway.url}/f/{AGENCY}")
        keys = Keys(page)
        await keys.type("#text", SMELL)
        await fill_in_the_rest(keys)
        await keys.press("button[value=review]")
        await expect(page.locator("dl.review")).to_contain_text(f"{NAME} Подошла по тексту.")
        await assert_accessible(page)
        await fits(page)
        await keys.press("button[value=send]")
        assert await topic_of(gateway, page) == SMELLS


async def test_page_without_scripts_asks_about_an_unsure_topic_in_the_review(
    page_without_javascript: Page, unsure_gateway: ServedGateway
) -> None:
    page, keys = page_without_javascript, Keys(page_without_javascript)
    await page.goto(f"{unsure_gateway.url}/f/{AGENCY}")
    await keys.type("#text", SMELL)
    await fill_in_the_rest(keys)
    await keys.press("button[value=review]")
    await assert_accessible(page)
    await keys.tick("[name=topic][type=radio]")
    await keys.press("button[value=send]")
    assert await topic_of(unsure_gateway, page) == SEWER


async def fill_in_the_rest(keys: Keys) -> None:
    await keys.type("[name='place.address']", "остановка «Садовая»")
    await keys.type("[name='contact.name']", "Анна Иванова")
    await keys.type("[name='contact.email']", "resident@example.org")
    await keys.tick("[name=consent]")


async def fits(page: Page) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def topic_of(gateway: ServedGateway, page: Page) -> str | None:
    await gateway.drain()
    assert gateway.app.cases is not None
    case, _ = await gateway.app.cases.find(AppealNumber(await page.inner_text(".number")))
    return case.topic_code
