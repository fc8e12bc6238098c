"""VK's events, understood: payload in, `Incoming` out, and nothing else happens.

Source: https://dev.vk.com/ru/api/community-events/json-schema. Plain JSON is read: fields come and go.
"""

import json
import re
from typing import Any

from bots.reading import digest, read_name, read_order, read_point
from bots.vk.attached import Found, found_in
from gateway.channels import Incoming, Json, Left, Occurrence, OperatorWrote, Started, Wrote
from gateway.dialog.events import Edited, Odd, Pressed
from gateway.domain.conversation import Stamp
from gateway.domain.place import Point
from gateway.lenient import obj, text, whole

DATA = "otklik"
"""Name of a button's data in its payload, by which our buttons are told from those of other bots on the page."""

FIRST_CHAT = 2_000_000_000
"""Peers from this number on are chats of many: https://dev.vk.com/ru/method/messages.send."""

_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_BEGINNINGS = ("", "начать", "start", "/start")
# https://dev.vk.com/ru/reference/languages
_LANGUAGES = {0: "ru", 1: "uk", 2: "be", 3: "en"}


def stamp(payload: Json) -> Stamp:
    """Tell which event it is. A repeat has the same event_id; an event without one is known by all that it says."""
    event = obj(payload)
    id = read_name(event.get("event_id")) or f"#{digest(payload)}"
    peer = peer_of(event)
    # The number of the message in its dialog: a pressed button has the number of the message that it stands under.
    order = read_order(message_of(event).get("conversation_message_id")) or 0
    return Stamp(key=id, peer=None if peer is None else str(peer), order=order)


def receive(payload: Json) -> Incoming | None:
    """Understand an event; None for chats of many, other communities, and what is nobody's message."""
    event = obj(payload)
    peer = peer_of(event)
    what = None if peer is None else _occurred(event)
    if what is None:
        return None
    press = None
    if isinstance(what, Pressed):
        pressed = obj(event.get("object"))
        press = json.dumps([text(pressed.get("event_id")), whole(pressed.get("user_id")), peer])
    client = obj(obj(event.get("object")).get("client_info"))
    lang = _LANGUAGES.get(whole(client.get("lang_id")) or 0) if client else None
    return Incoming(peer=str(peer), what=what, press=press, lang=lang)


def message_of(event: dict[str, Json]) -> dict[str, Json]:
    """Return the message of an event, in the shape since version 5.103 or the one before."""
    about = obj(event.get("object"))
    return obj(about.get("message")) or about


def peer_of(event: dict[str, Json]) -> int | None:
    """Return whose dialog with the community it is."""
    about = message_of(event)
    peer = next((number for name in ("peer_id", "user_id", "from_id") if (number := whole(about.get(name)))), None)
    return peer if peer is not None and 0 < peer < FIRST_CHAT else None


def _occurred(event: dict[str, Json]) -> Occurrence | None:
    message = message_of(event)
    match event.get("type"):
        case "message_new":
            return _wrote(message) if _is_theirs(message) else None
        case "message_edit":
            return _edited(message) if _is_theirs(message) else None
        case "message_event":
            data = data_of(message.get("payload"))
            return None if data is None or not text(message.get("event_id")) else Pressed(data=data)
        case "message_reply":
            return OperatorWrote() if whole(message.get("admin_author_id")) else None
        case "message_deny":
            return Left()
    return None


def _is_theirs(message: dict[str, Json]) -> bool:
    author = whole(message.get("from_id")) or whole(message.get("user_id")) or 0
    return author > 0 and not whole(message.get("out"))


def data_of(payload: Json) -> str | None:
    """Return the data of our button in a payload, which is an object or a text with one."""
    data = _parsed(payload).get(DATA)
    return data if isinstance(data, str) else None


def _parsed(payload: Json) -> dict[str, Any]:
    if isinstance(payload, str):
        try:
            return obj(json.loads(payload))
        except ValueError:
            return {}
    return obj(payload)


def _edited(message: dict[str, Json]) -> Edited | None:
    number, said = whole(message.get("id")), text(message.get("text"))
    return Edited(message=str(number), text=said) if number and said else None


def _wrote(message: dict[str, Json]) -> Occurrence | None:
    found = found_in(message)
    data = data_of(message.get("payload"))
    if data is None and _is_start(message, found):
        code = text(message.get("ref"))
        return Started(code=code if _CODE.fullmatch(code) else None)
    place, number = _place(message), whole(message.get("id"))
    is_empty = not (found.text or found.files or place or data or found.odd)
    if is_empty and message.get("action"):
        return None  # VK's own notice in the dialog
    return Wrote(
        text=found.text,
        files=found.files,
        place=place,
        odd=Odd.OTHER if is_empty else found.odd,
        message=str(number) if number else None,
        data=data or None,
        is_cut=message.get("is_cropped") is True,
    )


def _is_start(message: dict[str, Json], found: Found) -> bool:
    """Tell whether nothing but the beginning was meant: the button «Начать», or a link opened without a word."""
    if _parsed(message.get("payload")).get("command") == "start":
        return True
    said = text(message.get("text")).strip().casefold()
    is_link = bool(text(message.get("ref")))
    return not (found.files or found.odd or message.get("geo")) and said in _BEGINNINGS and (is_link or bool(said))


def _place(message: dict[str, Json]) -> Point | None:
    where = obj(obj(message.get("geo")).get("coordinates"))
    return read_point(where.get("latitude"), where.get("longitude"))
