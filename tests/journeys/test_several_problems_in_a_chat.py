"""What a text tells of itself in every messenger: three problems, where they are, what would be refused, gas first."""

import asyncio
import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.domain.transfer import NewCase
from tests.catalogues import COLUMNS
from tests.journeys.appeals import PHOTO
from tests.journeys.chats import PLATFORMS, Chat, Edit, Operator, Press, Quiet, Say, Told, label
from tests.journeys.connected import Connected, connected
from tests.journeys.test_people_behind_the_page import step_by_step
from tests.journeys.test_platform_troubles import Time
from tests.readings import LAMP, PENSION, THREE, WASTE, read_by_words

TOPICS = (
    ("Дворы", "Не горит фонарь", LAMP, "public"),
    ("Дворы", "Не вывозят мусор", WASTE, "public"),
    ("Деньги", "Не пришла пенсия", PENSION, "none"),
)
GAS = "В подъезде пахнет газом, не горит фонарь на Ленина 5"
CALL = "112 или 104"
HOUSES = {channel: str(place) for place, channel in enumerate(PLATFORMS, 5)}
"""Each resident lives elsewhere: nobody's lamp is another's."""
CURSED = "Чёрт побери, не горит фонарь у школы"


@pytest.fixture(autouse=True)
def reader(tmp_path: Path) -> Iterator[None]:
    folder = tmp_path / "data" / "topics"
    folder.mkdir(parents=True)
    with (folder / "all.csv").open("w", encoding="utf-8", newline="") as sheet:
        rows = [(subject, name, code, "yes", "10", "", "", "none", place) for subject, name, code, place in TOPICS]
        csv.writer(sheet).writerows([(*COLUMNS, "place"), *rows])
    with pytest.MonkeyPatch.context() as patch:
        read_by_words(patch)
        yield


async def cases_of(world: Connected) -> list[NewCase]:
    assert world.gateway.app.cases is not None
    return [new for new, _ in await world.gateway.app.cases.list(agency=None, status=None, most=99)]


async def test_three_problems_become_three_appeals_with_three_topics_in_every_messenger(tmp_path: Path) -> None:
    async with connected(list(PLATFORMS), tmp_path) as world:

        async def file(channel: str) -> None:
            house = HOUSES[channel]
            await world.chat(channel=channel).play(
                Say(THREE.replace("5", house), photos=[PHOTO]),
                Told("несколько разных проблем (3)", "2. Неделю не вывозят мусор\n   Не вывозят мусор"),
                Press("chat.problems.apart"),
                Told("Тема: Не горит фонарь.", f"Место: улица Ленина, {house}."),
                Told("Как вас зовут?"),
                Say("Анна Иванова"),
                Told("согласны ли вы"),
                Press("chat.consent.accept"),
                Told("Проверьте и отправьте", f"Место: улица Ленина, {house}", buttons=["chat.review.place"]),
                Press("chat.review.send"),
                Told("Отправлено! Номер"),
                Told("следующая проблема: «Неделю не вывозят мусор»", "останется: 1"),
                Told("фото"),
                Press(label("chat.files.same", count=1)),
                Told("Где это?"),
                Press(label("chat.place.before", place=f"улица Ленина, {house}")),
                Told("Проверьте и отправьте", "Неделю не вывозят мусор", "Файлы: 1", "Анна Иванова"),
                Press("chat.review.send"),
                Told("Отправлено! Номер"),
                Told("следующая проблема: «Не пришла пенсия»", "Тема: Не пришла пенсия."),
                Press("chat.files.without"),
                Told("Проверьте и отправьте", "Описание: Не пришла пенсия"),
                Press("chat.review.send"),
                Told("Отправлено! Номер", buttons=["chat.menu.new_short"]),
            )

        await asyncio.gather(*map(file, PLATFORMS))
        await world.settle()
        cases = await cases_of(world)
        told = sorted((new.topic_code or "", new.place.address if new.place else "", len(new.files)) for new in cases)
        heres = [f"улица Ленина, {house}" for house in HOUSES.values()]
        assert told == sorted(case for here in heres for case in [(LAMP, here, 1), (WASTE, here, 1), (PENSION, "", 0)])
        files = [file.id for new in cases for file in new.files]
        assert len(set(files)) == len(files) == 2 * len(PLATFORMS)


async def test_gas_is_met_before_anything_else_and_once_in_every_messenger(tmp_path: Path) -> None:
    async with connected(list(PLATFORMS), tmp_path) as world:

        async def smell(channel: str) -> None:
            chat = world.chat(channel=channel)
            await chat.play(Say(GAS), Told(CALL), Told("Место: улица Ленина, 5"), Told("фото"))
            said = [shown.text for shown in chat.resident.chat]
            assert [CALL in words for words in said].index(True) == 0, chat.transcript()
            await chat.play(Say(GAS), Told("Добавил"))
            assert chat.count(CALL) == 1, chat.transcript()

        await asyncio.gather(*map(smell, PLATFORMS))


@pytest.mark.parametrize("channel", ["vk"])
async def test_gas_is_met_where_a_person_speaks_and_in_an_edit(channel: str, tmp_path: Path) -> None:
    time = Time()
    async with connected(channel, tmp_path, clock=time, work=False) as world:
        chat = world.chat()
        await step_by_step(world, chat, Say("Здравствуйте"), Told("отвечаю автоматически"))
        await step_by_step(world, chat, Operator("Добрый день, чем помочь?"))
        time.pass_by(minutes=5)
        await step_by_step(world, chat, Say("Не горит фонарь на Ленина 5"), Quiet(), Say(GAS), Told(CALL))
        assert not said_after(chat, CALL), chat.transcript()
        await step_by_step(world, chat, Say(GAS), Quiet(), Edit(f"{GAS}!"), Told(CALL))
        time.pass_by(hours=13)
        await step_by_step(world, chat, Say("Не горит фонарь на Ленина 5"), Told("Пришлите фото"))


def said_after(chat: Chat, words: str) -> list[str]:
    """What the gateway said after these words."""
    said = [shown.text for shown in chat.resident.chat]
    return said[[words in one for one in said].index(True) + 1 :]


async def test_warning_comes_once_and_the_text_goes_as_it_is_or_mended(tmp_path: Path) -> None:
    async with connected(list(PLATFORMS), tmp_path) as world:

        async def warn(channel: str) -> None:
            await world.chat(channel=channel).play(
                Say(CURSED),
                Told("лучше поправить", "«Чёрт»", buttons=["chat.faults.mend", "chat.faults.keep"]),
                Press("chat.faults.keep"),
                Told("фото"),
                Press("chat.files.without"),
                Told("Где это?"),
                Say(f"Школьная, {HOUSES[channel]}"),
                Told("Как вас зовут?"),
                Say("Анна Иванова"),
                Told("согласны ли вы"),
                Press("chat.consent.accept"),
                Told("Проверьте и отправьте", "Обратите внимание", "«Чёрт»"),
                Press("chat.review.send"),
                Told("Отправлено! Номер"),
                Say(CURSED),
                Told("лучше поправить"),
                Press("chat.faults.mend"),
                Told("Напишите описание заново"),
                Say("Не горит фонарь на Мира 7"),
                Told("Место: улица Мира, 7"),
                Told("фото"),
            )

        await asyncio.gather(*map(warn, PLATFORMS))
