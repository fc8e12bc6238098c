"""What MAX tells a bot and answers to it, in the shapes of its published examples."""

import hashlib
import hmac
from typing import Any

from tests.platforms.chats import Message

BOT = {
    "user_id": 229229229,
    "first_name": "Отклик",
    "username": "otklik_test_bot",
    "is_bot": True,
    "last_activity_time": 1775026702261,
    "name": "Отклик",
}


def person(id: int, name: str, at: int) -> dict[str, Any]:
    """A resident; MAX gives no `username` to those who have none, whatever its schema says."""
    first, _, last = name.partition(" ")
    return {
        "user_id": id,
        "first_name": first,
        "last_name": last,
        "is_bot": False,
        "last_activity_time": at - at % 1000,
        "name": name,
    }


def message(kept: Message, chat: int, user: dict[str, Any], *, mine: bool) -> dict[str, Any]:
    """A Message; `attachments` are absent where there are none, as in the published examples."""
    body: dict[str, Any] = {"mid": kept.id, "seq": kept.seq, "text": kept.text}
    if kept.attachments:
        body["attachments"] = kept.attachments
    return {
        "recipient": {
            "chat_id": chat,
            "chat_type": "dialog",
            "user_id": user["user_id"] if mine else BOT["user_id"],
        },
        "timestamp": kept.at,
        "body": body,
        "sender": BOT if mine else user,
    }


def update(kind: str, at: int, **fields: Any) -> dict[str, Any]:
    """An Update of that type."""
    return {**fields, "timestamp": at, "user_locale": "ru", "update_type": kind}


def image(url: str, number: int) -> dict[str, Any]:
    return {"type": "image", "payload": {"photo_id": number, "token": f"photo-{number}", "url": url}}


def file(url: str, name: str, size: int) -> dict[str, Any]:
    return {"type": "file", "payload": {"url": url, "token": f"file-{size}"}, "filename": name, "size": size}


def location(latitude: float, longitude: float) -> dict[str, Any]:
    """Its numbers stand beside the type, not in a payload."""
    return {"type": "location", "latitude": latitude, "longitude": longitude}


def contact(phone: str, user: dict[str, Any], token: str | None) -> dict[str, Any]:
    """A contact: the phone stands in the card alone; `hash` signs a card that MAX has made, by the bot's token."""
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"TEL;TYPE=cell:{phone}", f"FN:{user['name']}", "END:VCARD", ""]
    card = "\r\n".join(lines)
    signed = {"hash": hmac.new(token.encode(), card.encode(), hashlib.sha256).hexdigest()} if token else {}
    return {"type": "contact", "payload": {"vcf_info": card, **signed, "max_info": user}}


def odd(kind: str, url: str) -> dict[str, Any]:
    """What a resident sends besides: a voice message, a sticker, a video, and what MAX may think of later."""
    kinds: dict[str, dict[str, Any]] = {
        "voice": {"type": "audio", "payload": {"url": url, "token": "audio-1"}, "transcription": None},
        "sticker": {"type": "sticker", "payload": {"url": url, "code": "a1b2c3"}, "width": 512, "height": 512},
        "video": {
            "type": "video",
            "payload": {"url": url, "token": "video-1"},
            "thumbnail": {"url": url},
            "width": 1280,
            "height": 720,
            "duration": 12,
        },
        "unknown": {"type": "hologram", "payload": {"url": url, "depth": 3}},
    }
    return kinds[kind]
