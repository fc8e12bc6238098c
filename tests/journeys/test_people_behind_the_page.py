"""The bot keeps quiet where a person speaks, and knows a form from a word of thanks; forms that rest are remembered."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.domain.agency import AgencyKey
from gateway.domain.connection import Address
from gateway.domain.fact import Fact
from tests.application import AGENCY
from tests.journeys.appeals import PHOTO, TEXT
from tests.journeys.chats import (
    PLATFORMS,
    Chat,
    Edit,
    Move,
    Operator,
    Press,
    Quiet,
    Say,
    Send,
    Share,
    Start,
    Told,
    label,
)
from tests.journeys.connected import Connected, connected
from tests.journeys.test_platform_troubles import Time, go_on

every = pytest.mark.parametrize("channel", PLATFORMS)


async def step_by_step(world: Connected, chat: Chat, *moves: Move) -> None:
    """Play moves; after each, everything happens that is due."""
    for move in moves:
        await chat.play(move)
        await go_on(world)


@pytest.mark.parametrize("channel", ["vk", "ok"])  # elsewhere nobody but the bot writes in its dialogs
async def test_bot_keeps_quiet_for_twelve_hours_after_a_person_or_until_it_is_released(
    channel: str, tmp_path: Path
) -> None:
    time = Time()
    async with connected(channel, tmp_path, clock=time, work=False) as world:
        inbox, chat = world.gateway.app.inbox, world.chat()
        await step_by_step(world, chat, Say("Здравствуйте"), Told("отвечаю автоматически", "Школа № 5"))
        await step_by_step(world, chat, Operator("Добрый день, чем помочь?"))
        time.pass_by(minutes=5)
        await step_by_step(world, chat, Say(TEXT), Quiet())
        ((waiting, agency),) = await inbox.wanting_person(AgencyKey(AGENCY))
        assert agency == AGENCY
        time.pass_by(hours=11)
        await step_by_step(world, chat, Say("Алло?"), Quiet())
        time.pass_by(hours=1, minutes=5)
        await step_by_step(world, chat, Say(TEXT), Told("Пришлите фото"))
        await step_by_step(world, chat, Say("оператор"), Told("хотите поговорить с человеком"), Say("Жду"), Quiet())
        ((waiting, _),) = await inbox.wanting_person(None)
        assert waiting.wants_person_since is not None
        released = replace(waiting, silent_until=time.now, wants_person_since=None)
        await inbox.change(waiting, released, now=time.now)
        assert await inbox.wanting_person(None) == []
        await step_by_step(world, chat, Say("Пропустить"), Told("Какая тема"), Say("оператор"), Told("с человеком"))
        assert len(await inbox.wanting_person(None)) == 1
        await step_by_step(world, chat, Press("chat.person.back"), Told("Какая тема"))
        assert await inbox.wanting_person(None) == []


@every
async def test_no_form_is_begun_by_thanks_greetings_or_questions_and_every_way_out_works(
    channel: str, tmp_path: Path
) -> None:
    time = Time()
    async with connected(channel, tmp_path, clock=time, work=False) as world:
        await world.gateway.app.facts.save(
            Fact(agency=AgencyKey(AGENCY), name="вода", asked=("когда дадут воду",), answer="Воду дадут в 18:00.")
        )
        chat = world.chat()
        await step_by_step(world, chat, Start(), Told("отвечаю автоматически", "Школа № 5"))
        await step_by_step(world, chat, Say("Спасибо большое!"), Told("Пожалуйста!", buttons=["chat.menu.new"]))
        await step_by_step(world, chat, Say("Когда дадут воду?"), Told("Воду дадут в 18:00"))
        for kind, words in (("voice", "надиктуйте"), ("sticker", "Стикеры"), ("video", "Видео"), ("unknown", "Такое")):
            await step_by_step(world, chat, Send(kind), Told(words))
        await step_by_step(world, chat, Share("+79120000000", own=False))
        await step_by_step(world, chat, Say("статус 123-456-7894"), Told("Такого номера среди ваших"))
        await step_by_step(world, chat, Say(photos=[PHOTO]), Told("Опишите"), Say(place=(56.8, 60.6)), Told("Место"))
        await step_by_step(world, chat, Say(TEXT), Told("Какая тема"))
        if channel != "ok":  # which tells nobody of edits
            await step_by_step(world, chat, Edit(f"{TEXT}, уже неделю"), Told("Описание исправлено"))
        await step_by_step(world, chat, Say("отмена"), Told("ничего не отправлено"), Start())
        await step_by_step(world, chat, Press("chat.menu.resume"), Told("Какая тема"), Say("English"))
        assert await world.gateway.app.inbox.parked() == []


@every
async def test_much_at_once_several_problems_and_old_buttons(channel: str, tmp_path: Path) -> None:
    several = "1. На Садовой 12 большая яма на дороге.\n2. У школы бегают стаей бездомные собаки."
    ending = list(map(Say, ("Пропустить", "Не знаю", "Садовая, 12", "Анна", "Согласен", "Отправить")))
    rest = list(map(Say, ("Пропустить", "Пропустить все вопросы", "Садовая, 12", "Отправить")))
    time = Time()
    async with connected(channel, tmp_path, clock=time, work=False) as world:
        chat = world.chat()
        await step_by_step(world, chat, Say(TEXT, photos=[PHOTO], place=(56.8, 60.6)))
        time.pass_by(minutes=1)
        await go_on(world)
        await step_by_step(world, chat, Told("Какая тема"), Press("chat.topic.unknown"), Told("Как вас зовут"))
        first = next(shown for shown in chat.resident.chat if "Какая тема" in shown.text)
        asked = Told("несколько разных проблем", "собаки")
        await step_by_step(world, chat, Say("отмена"), Say(several), asked, Say("1"))
        chat.seen = len(chat.resident.chat)
        await chat.resident.press(label("chat.topic.unknown"), of=first)
        await go_on(world)
        await chat.play(Told("Пришлите фото"))  # said again: the button is of another form
        await step_by_step(world, chat, *ending, Told("Теперь следующая проблема", "собаки"), *rest)
        assert chat.count("Отправлено! Номер") == 2, chat.transcript()
        await step_by_step(world, chat, Say("Очень длинно. " * 700), Told("можно не больше 4000"))
        await step_by_step(world, chat, Press("chat.text.cut"), Told("Пришлите фото"), Say("отмена"))
        assert world.gateway.app.cases is not None
        cases = await world.gateway.app.cases.list(agency=None, status=None, most=9)
        assert sorted("собаки" in new.text for new, _ in cases) == [False, True]


@pytest.mark.parametrize("channel", ["vk"])
async def test_number_of_somebody_else_tells_nothing(channel: str, tmp_path: Path) -> None:
    time = Time()
    async with connected(channel, tmp_path, clock=time, work=False) as world:
        anna, boris = world.chat(1), world.chat(2)
        said = [Say(TEXT), *map(Say, ("Пропустить", "Не знаю", "Садовая, 12", "Анна", "Согласен", "Отправить"))]
        await step_by_step(world, anna, *said, Told("Отправлено! Номер"))
        boris.number = anna.number
        await step_by_step(world, boris, Say("статус {number}"), Told("Такого номера среди ваших сообщений нет"))
        assert "яма" not in boris.transcript().split("offences")[0].replace("Опишите", "")
        await step_by_step(world, anna, Say("{number}"), Told("Состояние"))


@pytest.mark.parametrize("channel", ["ok", "telegram"])
async def test_form_that_rests_is_brought_to_mind_once_its_photos_live_and_in_the_end_it_is_forgotten(
    channel: str, tmp_path: Path
) -> None:
    time = Time()
    async with connected(channel, tmp_path, clock=time, work=False) as world:
        app, chat = world.gateway.app, world.chat()
        await step_by_step(world, chat, Say(TEXT, photos=[PHOTO]), Told("Какая тема"), Press("chat.topic.unknown"))
        reminder = "осталось неотправленное сообщение"
        for day in range(1, 29):
            time.pass_by(days=1)
            await app.worker.talking.tend()
            await app.worker.carrying.forget()
            await go_on(world)
            assert chat.count(reminder) == (day >= 4)  # three days and a bit after the last word
        await step_by_step(world, chat, Say("Садовая, 12"), Told("Как вас зовут"))
        for _ in range(28):  # as long again: the photo is as young as the draft
            time.pass_by(days=1)
            await app.worker.talking.tend()
            await app.worker.carrying.forget()
        await go_on(world)
        await step_by_step(world, chat, Say("Анна"), Say("Согласен"), Say("Отправить"), Told("Отправлено! Номер"))
        assert app.cases is not None
        ((new, _),) = await app.cases.list(agency=None, status=None, most=9)
        assert len(new.files) == 1
        await step_by_step(world, chat, Say(f"{TEXT}, снова"), Told("Пришлите фото"))
        time.now += timedelta(days=31)
        for _ in range(2):
            await app.worker.talking.tend()
            time.now += timedelta(days=31)
        (address,) = {
            Address(connection=page.connection.id, peer=peer)
            for page in await app.pages.all()
            for peer in await peers(world)
        }
        conversation = await app.inbox.find(address)
        assert conversation is not None
        assert "снова" not in conversation.draft


async def peers(world: Connected) -> list[str]:
    database = world.gateway.app.parts.database
    return await database.read(lambda c: [row.peer for row in c.execute(text("SELECT peer FROM conversations"))])
