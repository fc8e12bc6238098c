"""Each rule of Telegram's that a bot may break is noticed by the fake, and refused in Telegram's words."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.platforms.telegram import TelegramPlatform
from tests.platforms.telegram_residents import TelegramResident


@pytest.fixture
async def platform() -> AsyncIterator[TelegramPlatform]:
    async with TelegramPlatform() as platform:
        yield platform


@pytest.fixture
async def person(platform: TelegramPlatform) -> TelegramResident:
    person = platform.resident(100, "Житель")
    await person.start()
    return person


def inline(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": rows}


BUTTON = {"text": "Да", "callback_data": "yes"}


@pytest.mark.parametrize(
    ("method", "parameters", "told"),
    [
        ("sendMesage", {}, "method not found"),
        ("sendMessage", {"chat_id": 100}, "lacks text"),
        ("sendMessage", {"text": "Да"}, "lacks chat_id"),
        ("sendMessage", {"chat_id": 100, "text": " \n"}, "message text is empty"),
        ("sendMessage", {"chat_id": 100, "text": "я" * 4097}, "message is too long"),
        ("sendMessage", {"chat_id": 100, "text": "Да", "colour": "red"}, "no field colour"),
        ("sendMessage", {"chat_id": 100, "text": "Да", "message_thread_id": "one"}, "not of type Integer"),
        ("sendMessage", {"chat_id": 100, "text": "Да", "disable_notification": "perhaps"}, "not of type Boolean"),
        ("sendMessage", {"chat_id": 100, "text": "<b>Да", "parse_mode": "HTML"}, "can't parse entities"),
        ("sendMessage", {"chat_id": 100, "text": "1 < 2", "parse_mode": "HTML"}, "can't parse entities"),
        ("sendMessage", {"chat_id": 100, "text": "<p>Да</p>", "parse_mode": "HTML"}, "can't parse entities"),
        ("sendMessage", {"chat_id": 100, "text": "Да", "reply_markup": {"inline_keyboard": [[{}]]}}, "lacks text"),
        ("sendMessage", {"chat_id": 100, "text": "Да", "reply_markup": {"buttons": []}}, "no field buttons"),
        ("sendMessage", {"chat_id": 100, "text": "Да", "reply_markup": inline([BUTTON | {"data": 1}])}, "field data"),
        ("sendMessage", {"chat_id": 100, "text": "Да", "reply_markup": inline([{"text": "Да"}])}, "one kind"),
        (
            "sendMessage",
            {"chat_id": 100, "text": "Да", "reply_markup": inline([BUTTON | {"url": "https://x.org"}])},
            "one",
        ),
        (
            "sendMessage",
            {"chat_id": 100, "text": "Да", "reply_markup": inline([BUTTON | {"callback_data": "я" * 33}])},
            "BUTTON_DATA_INVALID",
        ),
        ("sendMessage", {"chat_id": 100, "text": "Да", "reply_markup": inline([{"text": "К", "url": "map"}])}, "URL"),
        ("sendMessage", {"chat_id": 100, "text": "Да", "reply_markup": inline([BUTTON] * 9)}, "TOO_LONG"),
        ("sendMessage", {"chat_id": 100, "text": "Да", "reply_markup": inline(*[[BUTTON]] * 101)}, "TOO_LONG"),
        ("sendMessage", {"chat_id": 100, "text": "Да", "reply_markup": {"keyboard": []}}, "keyboard is empty"),
        (
            "sendMessage",
            {"chat_id": 100, "text": "Да", "reply_markup": {"keyboard": [[{"text": "Да", "callback_data": "a"}]]}},
            "no field callback_data",
        ),
        ("sendPhoto", {"chat_id": 100, "photo": "https://otklik.example.org/a.jpg"}, "failed to get HTTP URL"),
        ("sendPhoto", {"chat_id": 100, "photo": "attach://missing"}, "missing"),
        ("sendMediaGroup", {"chat_id": 100, "media": [{"type": "photo", "media": "x"}]}, "2-10"),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "я" * 201}, "longer than 200"),
        ("setMyCommands", {"commands": [{"command": "Начать", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ("sendChatAction", {"chat_id": 100, "action": "thinking"}, "action"),
        ("setWebhook", {"url": "https://otklik.example.org", "allowed_updates": ["messages"]}, "no messages"),
        ("getFile", {"file_id": "guessed"}, "wrong file_id"),
    ],
)
async def test_broken_rule_is_refused_and_noted(method, parameters, told, platform, person):
    form = {name: one if isinstance(one, str) else json.dumps(one) for name, one in parameters.items()}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{platform.base}/bot{platform.token}/{method}", data=form) as answer,
    ):
        body = await answer.json()
    assert (body["ok"], body["error_code"]) == (False, answer.status)
    assert told in body["description"]
    assert platform.offences == [f"{method}: {body['description']}"]
    assert person.chat == []
