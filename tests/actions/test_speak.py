"""What is said in messengers: sent once, in order, whatever else of it breaks."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.config import DialogSettings
from gateway.domain.connection import Address, ConnectionId
from gateway.domain.conversation import Part
from gateway.domain.retry import TryAgain, decide_retry
from tests.journeys.chats import Start, Told
from tests.journeys.connected import RESIDENT, connected
from tests.platforms.platform import Broken, Fault

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def said(text: str) -> Part:
    return Part(body=json.dumps({"message": {"text": text, "attachments": None, "link": None}, "files": []}))


async def test_a_part_that_breaks_is_the_one_that_is_given_up(tmp_path: Path) -> None:
    async with connected("max", tmp_path) as world:
        chat = world.chat()
        await chat.play(Start(), Told("Опишите"))
        address = Address(connection=ConnectionId("max"), peer=str(RESIDENT))
        parts = [said("1"), said("2"), Part(body=json.dumps({"files": []})), said("4")]
        await world.gateway.app.speaking.put(address, parts, key="k", now=datetime.now(UTC))
        await chat.until(lambda shown: shown.text == "4", "4")
        assert [shown.text for shown in chat.resident.chat if shown.text.isdecimal()] == ["1", "2", "4"]
        counts = (await world.gateway.app.speaking.counts())[ConnectionId("max")]
        assert counts == {"waiting": 0, "refused": 1, "unsure": 0, "unreachable": 0}


async def test_a_message_that_takes_longer_than_the_lease_is_sent_once(tmp_path: Path) -> None:
    async with connected("max", tmp_path, dialogs={"lease_seconds": 0.3}) as world:
        chat = world.chat()
        await chat.play(Start(), Told("Опишите"))
        world.platform.broken.append(Broken(fault=Fault.SLOW, method=world.platform.sending, seconds=1.5))
        address = Address(connection=ConnectionId("max"), peer=str(RESIDENT))
        speaking = world.gateway.app.speaking
        await speaking.put(address, [said("1"), said("2")], key="k", now=datetime.now(UTC))
        await chat.until(lambda shown: shown.text == "2", "2")
        assert [shown.text for shown in chat.resident.chat if shown.text.isdecimal()] == ["1", "2"]


async def test_what_was_sent_before_the_process_was_stopped_is_not_sent_again(tmp_path: Path) -> None:
    async with connected("max", tmp_path) as world:
        chat = world.chat()
        await chat.play(Start(), Told("Опишите"))
        world.platform.world.messages_a_second = None
        world.platform.broken.append(Broken(fault=Fault.SLOW, method=world.platform.sending, seconds=0.0))
        world.platform.broken.append(Broken(fault=Fault.SLOW, method=world.platform.sending, seconds=30.0))
        address = Address(connection=ConnectionId("max"), peer=str(RESIDENT))
        speaking, crew = world.gateway.app.speaking, world.gateway.app.worker.talking.speak.crew
        await speaking.put(address, [said("1"), said("2"), said("3")], key="k", now=datetime.now(UTC))
        await chat.until(lambda shown: shown.text == "2", "2")
        await crew.stop()
        await chat.until(lambda shown: shown.text == "3", "3")
        assert [shown.text for shown in chat.resident.chat].count("1") == 1


def test_a_platform_that_is_away_for_half_a_day_loses_nothing() -> None:
    now, attempts = NOW, 1
    while isinstance(
        again := decide_retry(attempts=attempts, now=now, job=1, most=DialogSettings().send_tries), TryAgain
    ):
        now, attempts = again.at, attempts + 1
    assert now - NOW >= timedelta(hours=12)
