"""Odnoklassniki and MAX: what is said, as their chats show it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bots.ok.draw import MARK
from gateway.channels import Speech
from gateway.domain.attachment import FileType
from gateway.domain.message import (
    Button,
    Message,
    SentFile,
)
from tests.channels.connected import CHANNELS, KINDS
from tests.channels.limits import TAKES

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

CHOICE = Button(label="Да", data="y")
FULL = (
    Message(text="Больше некуда", rows=((CHOICE,) * 5, *((CHOICE,),) * 5)),
    Message(
        text="Пять фото", files=tuple(SentFile(key=str(n), name="f", type=FileType.JPEG, size=1) for n in range(5))
    ),
)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("message", [*FULL, replace(FULL[1], rows=FULL[0].rows)])
def test_what_is_full_keeps_the_platform_s_rules_too(name, message):
    parts = CHANNELS[name].draw(Speech(messages=(message,)), now=NOW)
    for part in parts:
        TAKES[name](part)
    shown = [CHANNELS[name].show(part) for part in parts]
    assert sum(len(row) for bubble in shown for row in bubble.rows) == sum(map(len, message.rows))
    assert sum(len(bubble.files) for bubble in shown) == len(message.files)


@pytest.mark.parametrize("name", KINDS)
def test_buttons_stand_under_the_last_piece_of_a_long_text(name):
    message = Message(text="Слово. " * 1500, rows=((Button(label="Да", data="y"),),), once=True)
    parts = CHANNELS[name].draw(Speech(messages=(message,)), now=NOW)
    shown = [CHANNELS[name].show(part) for part in parts]
    assert len(shown) > 2
    assert [len(bubble.rows) for bubble in shown] == [0] * (len(shown) - 1) + [1]
    assert all(bubble.text.endswith("Слово.") for bubble in shown)
    assert all(part.once for part in parts)


def test_max_answers_a_press_that_nothing_is_said_to_before_it_is_stale():
    (part,) = CHANNELS["max"].draw(Speech(press="id"), now=NOW)
    assert json.loads(part.body) == {"callback": "id", "notification": "✓"}
    assert NOW < part.expires_at <= NOW + timedelta(minutes=2)


def test_odnoklassniki_answers_a_press_with_its_first_message_alone():
    """What has no buttons is marked: in the chat's history it must not look like words of a person."""
    speech = Speech(messages=(Message(text="Раз"), Message(text="Два")), press="id", toast="Хорошо")
    bodies = [json.loads(part.body) for part in CHANNELS["ok"].draw(speech, now=NOW)]
    assert [body.get("callback") for body in bodies] == ["id", None]
    assert bodies[0]["message"] == {"text": "Хорошо\n\nРаз" + MARK}
    (alone,) = CHANNELS["ok"].draw(Speech(press="id", toast="Этот шаг пройден"), now=NOW)
    assert json.loads(alone.body)["message"] == {"text": "Этот шаг пройден" + MARK}
