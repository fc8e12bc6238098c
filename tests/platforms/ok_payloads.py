"""What Odnoklassniki tells a group's bot, in the shapes of its documentation; no schema of them is published."""

from typing import Any

from tests.platforms.chats import Message

GROUP = {"user_id": "group:57212027273260", "name": "Администрация города"}


def message(kept: Message, chat: str, user: dict[str, str]) -> dict[str, Any]:
    """A message with who sent it and where; `seq` is past 2**53."""
    said: dict[str, Any] = {"text": kept.text, "seq": kept.seq, "mid": kept.id}
    if kept.attachments:
        said["attachments"] = kept.attachments
    return {
        "sender": user if kept.by == "resident" else GROUP,
        "recipient": {"chat_id": chat},
        "message": said,
        "timestamp": kept.at,
    }


def created(kept: Message, chat: str, user: dict[str, str], *, old_shape: bool = False) -> dict[str, Any]:
    """MESSAGE_CREATED; the oldest documentation shows it without a type."""
    kind = {} if old_shape else {"webhookType": "MESSAGE_CREATED"}
    return {**kind, **message(kept, chat, user)}


def pressed(id: str, payload: str, mid: str, chat: str, user: dict[str, str], at: int) -> dict[str, Any]:
    """MESSAGE_CALLBACK: `mid` is the message with the button."""
    return {
        "webhookType": "MESSAGE_CALLBACK",
        "sender": user,
        "recipient": {"chat_id": chat},
        "callbackId": id,
        "payload": payload,
        "mid": mid,
        "timestamp": at,
    }


def started(chat: str, user: dict[str, str], at: int) -> dict[str, Any]:
    """CHAT_SYSTEM: somebody has pressed the button that opens the dialog."""
    return {
        "webhookType": "CHAT_SYSTEM",
        "type": "CHAT_STARTED",
        "sender": user,
        "recipient": {"chat_id": chat},
        "timestamp": at,
    }


def image(url: str) -> dict[str, Any]:
    return {"type": "IMAGE", "payload": {"url": url}}


def location(latitude: float, longitude: float) -> dict[str, Any]:
    return {"type": "LOCATION", "payload": {"latitude": latitude, "longitude": longitude, "zoom": 16}}


def contact(name: str, phone: str) -> dict[str, Any]:
    return {"type": "CONTACT", "payload": {"name": name, "phone": phone}}


def odd(kind: str, url: str) -> dict[str, Any]:
    """What a resident sends besides: a voice message, a sticker, a video, and what may be thought of later."""
    return {
        "voice": {"type": "AUDIO", "payload": {"url": url}},
        "sticker": {"type": "STICKER", "payload": {"url": url}},
        "video": {"type": "VIDEO", "payload": {"url": url, "id": "1519bf4"}},
        "unknown": {"type": "HOLOGRAM", "payload": {"url": url, "depth": 3}},
    }[kind]
