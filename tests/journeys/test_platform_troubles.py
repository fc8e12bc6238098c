"""A platform that is away, slow, hurried or forgetful: what is said arrives later, in order, once."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.app import Gateway, build
from tests.journeys.appeals import PHOTO, TEXT
from tests.journeys.chats import PLATFORMS, Chat, Clerk, Say, Told
from tests.journeys.connected import Connected, connected, settled, until
from tests.platforms.platform import Broken, Fault

SENDING = {"telegram": "sendMessage", "vk": "messages.send", "ok": "POST me/messages", "max": "POST /messages"}
FETCHING = {"telegram": "file", "vk": "file", "ok": "GET file", "max": "GET file"}
TYPED = [
    Say(TEXT),
    Say("Пропустить"),
    Say("Не знаю"),
    Say("Садовая, 12"),
    Say("Анна Иванова"),
    Say("Согласен"),
]
every = pytest.mark.parametrize("channel", PLATFORMS)


@dataclass(slots=True)
class Time:
    """The gateway's clock, moved by hand."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **spans: float) -> None:
        self.now += timedelta(**spans)


async def go_on(world: Connected) -> None:
    """Let everything happen that is due now."""
    for platform in world.platforms.values():
        await platform.idle()
    await world.gateway.drain()


async def pass_hours(world: Connected, time: Time, hours: float, *, steps: int = 8) -> None:
    for _ in range(steps):
        time.pass_by(hours=hours / steps)
        await go_on(world)


def calls_of(platform: Any, method: str) -> int:
    return sum(call.method == method for call in platform.calls)


def texts(chat: Chat) -> list[str]:
    return [shown.text for shown in chat.resident.chat]


async def typed(world: Connected, chat: Chat, moves: list[Any]) -> None:
    for move in moves:
        await chat.play(move)
        await go_on(world)


@every
async def test_what_was_said_while_the_platform_was_away_leaves_later_in_order_once(
    channel: str, tmp_path: Path
) -> None:
    time = Time()
    async with connected(channel, tmp_path, clock=time, work=False) as world:
        easy, hard = world.chat(1), world.chat(2)
        await typed(world, easy, [Say("Здравствуйте"), *TYPED])
        await typed(world, hard, [Say("Здравствуйте")])
        world.platform.broken.append(Broken(Fault.DOWN, times=None))
        await typed(world, hard, TYPED)
        await pass_hours(world, time, 1.5)
        before = len(texts(hard))
        assert texts(hard) == texts(easy)[:before]
        world.platform.broken[:] = [Broken(Fault.SERVER_ERROR, times=2)]
        await pass_hours(world, time, 6)
        assert texts(hard) == texts(easy)


@every
async def test_platform_that_wants_time_gets_it_and_nobody_else_waits(channel: str, tmp_path: Path) -> None:
    time = Time()
    async with connected(channel, tmp_path, clock=time, work=False) as world:
        hurried, other = world.chat(1), world.chat(2)
        world.platform.broken.append(Broken(Fault.TOO_MANY, method=SENDING[channel], seconds=7))
        await typed(world, hurried, [Say("Здравствуйте")])
        started = time.now
        tried = calls_of(world.platform, SENDING[channel])
        await go_on(world)
        assert (texts(hurried), calls_of(world.platform, SENDING[channel])) == ([], tried)
        await other.play(Say("Здравствуйте"))
        await until(lambda: arrives(world, other, time))
        assert time.now < started + timedelta(seconds=6)
        await until(lambda: arrives(world, hurried, time))
        assert texts(hurried) == texts(other)
        if channel == "telegram":  # the one that names its time
            assert time.now >= started + timedelta(seconds=7)


async def arrives(world: Connected, chat: Chat, time: Time) -> bool:
    time.pass_by(seconds=0.1)
    await go_on(world)
    return "Опишите проблему" in "".join(texts(chat))


@every
async def test_lost_answer_never_makes_a_second_word_of_sending(channel: str, tmp_path: Path) -> None:
    time = Time()
    async with connected(channel, tmp_path, clock=time, work=False) as world:
        chat = world.chat()
        await typed(world, chat, [Say("Здравствуйте"), *TYPED[:-1]])
        world.platform.broken.append(Broken(Fault.LOST_ANSWER, method=SENDING[channel]))
        await typed(world, chat, TYPED[-1:])
        await pass_hours(world, time, 2, steps=4)
        assert chat.count("Проверьте и отправьте") == (2 if channel == "telegram" else 1)  # who cannot know asks again
        world.platform.broken.append(Broken(Fault.LOST_ANSWER, method=SENDING[channel]))
        await typed(world, chat, [Say("Отправить")])
        await pass_hours(world, time, 2, steps=4)
        assert chat.count("Отправлено! Номер") == 1, chat.transcript()
        assert chat.count("») приняли") == 1, chat.transcript()
        assert world.platform.broken == []


@every
async def test_who_has_blocked_the_page_is_left_alone_until_they_write_again(channel: str, tmp_path: Path) -> None:
    time = Time()
    async with connected(channel, tmp_path, clock=time, work=False) as world:
        app, chat = world.gateway.app, world.chat()
        await typed(world, chat, [Say("Здравствуйте"), *TYPED, Say("Отправить")])
        await chat.play(Told("Отправлено! Номер"))
        await chat.resident.block()
        await go_on(world)
        await chat.play(Clerk("ask", "Первый вопрос?"))
        await pass_hours(world, time, 1, steps=2)
        tried = len(world.platform.calls)
        assert await unreachable(app) == 1
        await pass_hours(world, time, 24, steps=3)
        assert len(world.platform.calls) == tried
        seen = len(chat.resident.chat)
        await typed(world, chat, [Say("Мои сообщения")])
        await pass_hours(world, time, 1, steps=2)
        assert any("Ваши сообщения" in text for text in texts(chat)[seen:]), chat.transcript()
        assert await unreachable(app) == 0


async def unreachable(app: Gateway) -> int:
    return sum(counts["unreachable"] for counts in (await app.speaking.counts()).values())


async def test_deliveries_are_acknowledged_at_once_and_others_answered_while_a_photo_hangs(tmp_path: Path) -> None:
    async with connected(list(PLATFORMS), tmp_path) as world:

        async def hang(channel: str) -> None:
            platform = world.platforms[channel]
            platform.broken.append(Broken(Fault.SLOW, method=FETCHING[channel], times=None, seconds=60))
            slow, other = world.chat(1, channel=channel), world.chat(2, channel=channel)
            await slow.play(Say(TEXT, photos=[PHOTO]))
            await platform.idle()
            await other.play(Say("Здравствуйте"), Told("Опишите проблему"), Say(TEXT), Told("фото"))
            platform.broken[:] = [Broken(Fault.DOWN, times=None)]
            await other.play(Say("Пропустить"))
            await platform.idle()
            assert platform.courier.slowest < 1
            assert texts(slow) == []

        await asyncio.wait_for(asyncio.gather(*map(hang, PLATFORMS)), 12)


async def test_what_was_acknowledged_is_answered_though_the_process_ended_right_then(tmp_path: Path) -> None:
    async with connected(list(PLATFORMS), tmp_path, work=False) as world:
        chats = [world.chat(channel=channel) for channel in PLATFORMS]
        for chat in chats:
            await chat.play(Say("Здравствуйте"))
            await chat.platform.idle()
            assert chat.platform.answers[-1][0] == 200
        after = await build(world.gateway.app.settings, work=False)  # the first one has read nothing, and never will
        try:
            await settled(after, [chat.platform for chat in chats])
        finally:
            await after.close()
        for chat in chats:
            await chat.play(Told("Опишите проблему"))
