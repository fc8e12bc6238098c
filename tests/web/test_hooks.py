"""The addresses at which messengers deliver, as strangers meet them: nothing gets in without its secret."""

import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.application import AGENCY, ServedGateway, served, settings_for

MESSAGE_OF_OK = {
    "webhookType": "MESSAGE_CREATED",
    "sender": {"user_id": "user:1", "name": "Чужой"},
    "recipient": {"chat_id": "chat:C1"},
    "message": {"text": "Начать", "seq": 1, "mid": "mid:C1.1"},
    "timestamp": 1_790_000_000_000,
}
MESSAGE_OF_VK = {
    "type": "message_new",
    "group_id": 42,
    "event_id": "e1",
    "v": "5.199",
    "object": {"message": {"id": 1, "from_id": 1, "peer_id": 1, "text": "Начать", "conversation_message_id": 1}},
}
MESSAGE_OF_TELEGRAM = {
    "update_id": 1,
    "message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "from": {"id": 1}, "text": "Яма"},
}
MESSAGE_OF_MAX = {
    "update_type": "message_created",
    "timestamp": 1_790_000_000_000,
    "message": {"sender": {"user_id": 1}, "recipient": {"chat_type": "dialog"}, "body": {"mid": "m1", "text": "Яма"}},
}


async def is_taken(gateway: ServedGateway) -> bool:
    """Whether anything that was delivered waits to be read."""
    now = gateway.app.edge.clock()
    return bool(await gateway.app.inbox.claim(now=now, until=now, most=1))


@pytest.mark.parametrize(
    ("channel", "section", "message"),
    [
        pytest.param("ok", {"token": "t"}, MESSAGE_OF_OK, id="no hook key"),
        pytest.param("ok", {"token": "t", "hook_key": ""}, MESSAGE_OF_OK, id="an empty hook key"),
        pytest.param("vk", {"token": "t", "group_id": "42", "secret": ""}, MESSAGE_OF_VK, id="an empty secret"),
        pytest.param("max", {"token": "t", "secret": ""}, MESSAGE_OF_MAX, id="an empty secret of MAX"),
        pytest.param("telegram", {"token": "1:t", "secret": ""}, MESSAGE_OF_TELEGRAM, id="an empty secret of Telegram"),
        pytest.param("telegram", {"token": ""}, MESSAGE_OF_TELEGRAM, id="an empty token"),
    ],
)
async def test_page_without_a_secret_takes_nothing_from_strangers(
    tmp_path: Path, channel: str, section: Mapping[str, str], message: Any
) -> None:
    channels = {channel: {**section, "agency": AGENCY, "override_41fz": "a test"}}
    async with served(settings_for(tmp_path, channels=channels)) as gateway:
        secret = hmac.new(b"", b"otklik telegram hook", hashlib.sha256).hexdigest()  # of no token at all
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
        answer = await gateway.http.post(f"/hooks/{channel}", json=message, headers=headers)
        assert answer.status_code in (401, 403)
        assert not await is_taken(gateway)
