"""A pothole that is known already: the others join it, in messengers and on the page without scripts."""

from pathlib import Path

from playwright.async_api import Page

from gateway.domain.case import EventKind
from tests.application import AGENCY
from tests.browser import assert_accessible
from tests.catalogues import PIT, SHARED, write_catalogue
from tests.journeys.chats import PLATFORMS, Chat, Clerk, Move, Press, Say, Told
from tests.journeys.connected import connected, until
from tests.journeys.keys import Keys

FIRST = "На Садовой 12 у бабушки Агафьи во дворе провалился асфальт, большая яма"
SECOND = "Во дворе на Садовой глубокая яма на дороге, объезжаем по газону"
SECRETS = ("Агафь", "Тихоновн", "подъезд")
HERE, NEAR = (55.0300, 82.9200), (55.03036, 82.9200)
"""Forty metres from one another."""


def reported(text: str, name: str, *where: Move, joins: bool = False) -> list[Move]:
    """A resident says what is wrong and where; `where` is all that is said before the contact."""
    return [
        Say(text),
        Told("Тема: Яма на дороге", "Пришлите фото"),
        Press("chat.files.without"),
        Told("Где это?"),
        *where,
        Told("Как вас зовут?"),
        Say(name),
        Told("согласны ли вы"),
        Press("chat.consent.accept"),
        Told("Проверьте и отправьте"),
        Press("chat.review.send"),
        Told("Вы присоединились!" if joins else "Отправлено! Номер"),
    ]


FOR_THE_FIRST_TIME: list[Move] = [Say("Садовая, 12"), Told("Как вас зовут?"), Say(place=HERE)]
JOINS: list[Move] = [
    Say(place=NEAR),
    Told("Яма на дороге", "Уже сообщил", "40 м отсюда", buttons=["chat.nearby.join", "chat.nearby.other"]),
    Press("chat.nearby.join"),
]


async def test_others_join_an_open_pothole_and_all_hear_the_answer_once(
    tmp_path: Path, page_without_javascript: Page
) -> None:
    write_catalogue(tmp_path / "data", SHARED)
    async with connected(list(PLATFORMS), tmp_path, nearby={"metres": 150}) as world:
        first, *others = [world.chat(channel=channel) for channel in PLATFORMS]
        await first.play(*reported(FIRST, "Агафья Тихоновна", *FOR_THE_FIRST_TIME))
        for chat in others:  # one after the other, so that each is told of one person more
            await chat.play(*reported(SECOND, "Сосед", *JOINS, joins=True))
        address = await join_on_the_page(page_without_javascript, world.gateway.url, people="Уже сообщили 4 человека")
        await until(lambda: is_waited_for_by(first, 5))
        await first.play(
            Clerk("ask", "Агафья Тихоновна, у какого подъезда?"),
            Told("вам вопрос", "у какого подъезда"),
            Clerk("answer", "Агафья Тихоновна, яму засыпали."),
            Told("пришёл ответ", "Агафья Тихоновна, яму засыпали", buttons=["5"]),
        )
        for chat in others:
            await chat.play(Told("пришёл ответ", "яму засыпали", "ответ дали всем"))
        await world.settle()
        for chat in others:
            assert chat.count("пришёл ответ") == 1, chat.transcript()
            assert chat.count("вам вопрос") == 0, chat.transcript()
            assert not [secret for secret in SECRETS if chat.count(secret)], chat.transcript()
            await chat.play(Say("мои сообщения"), Told("Ваши сообщения", "вы присоединились"))
        await page_without_javascript.goto(address)
        shown = await page_without_javascript.inner_text("main")
        assert "яму засыпали" in shown
        assert not [secret for secret in SECRETS if secret in await page_without_javascript.content()]
        await assert_accessible(page_without_javascript)


async def is_waited_for_by(chat: Chat, people: int) -> bool:
    case = await chat.case_when(lambda case: case is not None)
    return case.people == people and not any(event.kind is EventKind.ANSWERED for event in case.events)


async def join_on_the_page(page: Page, url: str, *, people: str) -> str:
    """Fill the form in with the keyboard alone and join what is known; the address to follow it."""
    keys = Keys(page)
    await page.goto(f"{url}/f/{AGENCY}?topic={PIT}")
    await keys.type("#text", SECOND)
    await keys.type("[name='place.address']", "ул. Садовая, 12")
    await keys.type("[name='contact.name']", "Соседка")
    await keys.type("[name='contact.email']", "neighbour@example.org")
    await keys.tick("[name=consent]")
    await keys.press("button[value=send]")
    if "Присоединиться" not in await page.inner_text("main"):
        raise AssertionError(await page.inner_text("main"))
    assert people in await page.inner_text("main")
    await assert_accessible(page)
    await keys.press("button[name=joins]")
    assert await page.inner_text("h1") == "Вы присоединились"
    await assert_accessible(page)
    address = await page.get_attribute("a.track", "href")
    return f"{url}{address}"
