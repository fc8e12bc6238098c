"""What a chat may not do: fill the agency's desk by itself, or go on writing to who has withdrawn consent."""

from functools import partial
from pathlib import Path

import pytest

from gateway.domain.connection import Address, ConnectionId
from tests.journeys.appeals import TEXT, form
from tests.journeys.chats import Clerk, Press, Say, Told
from tests.journeys.connected import RESIDENT, connected
from tests.journeys.test_platform_troubles import Time, go_on

CHAT = Address(connection=ConnectionId("max"), peer=str(RESIDENT))


async def test_more_appeals_of_one_chat_than_anybody_writes_wait_in_their_forms(tmp_path: Path) -> None:
    async with connected("max", tmp_path, dialogs={"appeals_an_hour": 1}) as world:
        chat = world.chat()
        await chat.play(*form())
        await chat.play(
            Say(f"{TEXT}, и ещё одна рядом"),
            Told("фото"),
            Press("chat.files.without"),
            Told("Какая тема подходит"),
            Press("chat.topic.unknown"),
            Told("Где это?"),
            Say("Садовая, 14"),
            Told("согласны ли вы"),
            Press("chat.consent.accept"),
            Told("Проверьте и отправьте"),
            Press("chat.review.send"),
            Told("Слишком много сообщений", "Проверьте и отправьте"),
        )
        assert len(await world.gateway.app.appeals.of_chat(CHAT, most=10)) == 1


async def test_who_has_withdrawn_consent_is_not_written_to_any_more(tmp_path: Path) -> None:
    async with connected("max", tmp_path) as world:
        chat = world.chat()
        await chat.play(*form())
        await chat.settle()
        (sent,) = await world.gateway.app.appeals.of_chat(CHAT, most=10)
        address = f"/api/v1/appeals/{sent.number}/withdrawal"
        assert (await world.gateway.http.post(address, json={"key": sent.key})).status_code == 200
        await chat.play(Clerk("answer", "Яму засыпали щебнем"))
        await chat.settle()
        assert chat.count("Яму засыпали щебнем") == 0
        await chat.play(Say(f"статус {sent.number}"), Told("Яму засыпали щебнем"))


@pytest.mark.parametrize("last", ["отмена", "/start"])
async def test_what_was_put_aside_is_forgotten_like_what_is_under_way(tmp_path: Path, last: str) -> None:
    time = Time()
    async with connected("max", tmp_path, clock=time, work=False) as world:
        for said in (TEXT, last):
            await world.chat().play(Say(said))
            await go_on(world)
        find = partial(world.gateway.app.inbox.find, CHAT)
        before = await find()
        assert before is not None
        assert "Садовой" in before.draft
        for days in (4, 31):
            time.pass_by(days=days)
            await world.gateway.app.worker.talking.tend()
        after = await find()
        assert after is not None
        assert "Садовой" not in after.draft
        assert "Житель" not in after.draft
        assert await world.gateway.app.speaking.counts() == {}  # nobody is reminded of what they have put aside
