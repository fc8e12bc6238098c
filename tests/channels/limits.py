"""What each platform takes of a drawn part, by the rules of its fake; they raise what the fake answers with."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from gateway.domain.conversation import Part
from tests.platforms import max_rules, ok_rules
from tests.platforms.telegram_limits import check, shown_caption, shown_text
from tests.platforms.telegram_rules import parameters_of as telegram_parameters
from tests.platforms.vk_keyboard import keyboard_of
from tests.platforms.vk_rules import parameters_of as vk_parameters


def units(text: str) -> int:
    """The length as platforms count it, in units of UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def telegram_takes(part: Part) -> None:
    body = json.loads(part.body)
    method, params, files = body["method"], dict(body["params"]), body.get("files", [])
    if method == "sendDocument":
        params["document"] = "attach://1"
    if method == "sendMediaGroup":
        assert 2 <= len(files) <= 10
        params["media"] = [{"type": "document", "media": "attach://1"}] * len(files)
    chat = {} if method == "answerCallbackQuery" else {"chat_id": "1"}
    raw = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}
    values = telegram_parameters(method, chat | raw)
    check(method, values)
    if method == "sendMessage":
        assert units(shown_text(values)) <= 4096
    assert units(shown_caption(values)) <= 1024


def vk_takes(part: Part) -> None:
    body = json.loads(part.body)
    raw = {name: str(value) for name, value in body["params"].items()}
    if body["method"] == "messages.send":
        raw |= {"peer_id": "1", "random_id": "1"}
        assert raw["message"] or body["files"]
        assert units(raw["message"]) <= 4096
        assert len(body.get("files", ())) <= 10
    vk_parameters(body["method"], raw)
    if "keyboard" in raw:
        buttons = [button for row in keyboard_of(raw["keyboard"])["buttons"] for button in row]
        asks = [button for button in buttons if button["action"]["type"] == "location"]
        assert not asks or len(buttons) <= 6


def ok_takes(part: Part) -> None:
    body = json.loads(part.body)
    ok_rules.read_message(_with_files(body, str.upper))


def max_takes(part: Part) -> None:
    body = json.loads(part.body)
    if "notification" in body:
        max_rules.read_answer({"notification": body["notification"]})
    else:
        max_rules.read_message(_with_files(body, str.lower))


def _with_files(body: dict[str, Any], written: Callable[[str], str]) -> dict[str, Any]:
    """The message with its attachments where the client puts them when they are uploaded."""
    message: dict[str, Any] = body["message"]
    kinds = ["image" if file["type"].startswith("image/") else "file" for file in body["files"]]
    media = [{"type": written(kind), "payload": {"token": "t"}} for kind in kinds]
    attachments = [*media, *(message.get("attachments") or [])]
    return message | {"attachments": attachments} if attachments else message


TAKES: Mapping[str, Callable[[Part], None]] = {
    "telegram": telegram_takes,
    "vk": vk_takes,
    "ok": ok_takes,
    "max": max_takes,
}
