"""What bots send to MAX, for the tests of the fake one."""

from typing import Any


def message(text: str | None = "Здравствуйте!", *attachments: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"text": text, "attachments": list(attachments), "link": None, **fields}


def keyboard(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "inline_keyboard", "payload": {"buttons": list(rows)}}


def callback(text: str = "Да", payload: str = "f:1") -> dict[str, Any]:
    return {"type": "callback", "text": text, "payload": payload}


def image(**payload: Any) -> dict[str, Any]:
    return {"type": "image", "payload": payload}
