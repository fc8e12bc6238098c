"""The whole way of an appeal in every messenger: the same moves, each on a strict fake of its platform."""

from pathlib import Path

import pytest

from tests.journeys.chats import PLATFORMS, Press, Say, Told
from tests.journeys.connected import connected
from tests.pictures import encoded, noise

PHOTO = encoded(noise(64, 48), "JPEG")
FORM = [
    Say("На Садовой 12 во дворе большая яма, машины объезжают её по тротуару", photos=[PHOTO]),
    Told("Какая тема подходит"),
    Press("chat.topic.unknown"),
    Told("Где это?"),
    Say("Садовая, 12"),
    Told("Как вас зовут?"),
    Say("Анна Иванова"),
    Told("согласны ли вы"),
    Press("chat.consent.accept"),
    Told("Проверьте и отправьте", "Садовая, 12", "Анна Иванова"),
    Press("chat.review.send"),
    Told("Отправлено! Номер"),
]


@pytest.mark.parametrize("channel", PLATFORMS)
async def test_resident_reports_a_pothole(channel: str, tmp_path: Path) -> None:
    async with connected(channel, tmp_path) as world:
        chat = world.chat()
        await chat.play(*FORM)
