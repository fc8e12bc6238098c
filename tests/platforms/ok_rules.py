"""The rules of Odnoklassniki's bot API for what a group sends: its documentation, and careful numbers elsewhere.

No copy of the documentation tells limits of texts and keyboards; those here are what every client gets by with.
Every function raises Refusal, in the words of the rule that is broken, and returns what it has read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.platforms.chats import Key, text_units
from tests.platforms.gate import NOT_JSON, Refusal

# Of the error codes of the REST API, in the answers of the graph too.
UNKNOWN_METHOD = 3
PARAM = 100
TOKEN_EXPIRED = 102
NOT_FOUND = 300
DENIED = 10
TOO_MANY = 704
NOT_PROCESSED = 2  # "temporarily unavailable": nothing published names a code for a file that is still processed

TEXT = 2000
ATTACHMENTS = 5  # the keyboard is one of them
ROWS = 6
PER_ROW = 3
PAYLOAD = 64  # bytes
LABEL = 40

UPLOADED = {"IMAGE", "VIDEO", "AUDIO", "FILE"}
UPDATE_TYPES = {"MESSAGE_CREATED", "MESSAGE_CALLBACK", "CHAT_SYSTEM"}
ACTIONS = {"mark_seen", "typing_on", "sending_photo", "sending_video", "sending_audio", "sending_file"}

_BUTTONS: dict[str, dict[str, Any]] = {
    "CALLBACK": {"intent": str, "payload!": str},
    "LINK": {"intent": str, "url!": str},
    "REQUEST_CONTACT": {"intent": str},
    "REQUEST_GEO_LOCATION": {"intent": str, "quick": bool},
}
_KINDS = {"LINK": "link", "REQUEST_CONTACT": "contact", "REQUEST_GEO_LOCATION": "location"}

Fields = Mapping[str, Any]


def refused(words: str, code: int = PARAM) -> Refusal:
    """A refusal as the platform words it for a wrong parameter."""
    return Refusal(code, words)


def check_fields(value: Any, fields: Fields, where: str) -> dict[str, Any]:
    """An object with these fields alone: `name!` must be there; nothing may be null."""
    if not isinstance(value, dict):
        raise refused("the body is not JSON" if value is NOT_JSON else f"{where} is no object")
    rules = {name.rstrip("!"): (name, kind) for name, kind in fields.items()}
    if unknown := sorted(value.keys() - rules.keys()):
        raise refused(f"{where} has the unknown {', '.join(unknown)}")
    for name, (rule, kind) in rules.items():
        if name not in value:
            if "!" in rule:
                raise refused(f"{where} lacks {name}")
        elif not isinstance(value[name], kind) or (isinstance(value[name], bool) and kind is not bool):
            raise refused(f"{where}.{name} is of the wrong type")
    return value


def check_query(query: Mapping[str, str], *names: str) -> dict[str, str]:
    """The parameters of an address, these alone; `name!` must be there, `name#` is a whole number."""
    rules = {name.rstrip("!#"): name for name in names}
    if unknown := sorted(query.keys() - rules.keys()):
        raise refused(f"unknown parameter {', '.join(unknown)}")
    for name, rule in rules.items():
        if "!" in rule and not query.get(name):
            raise refused(f"the parameter {name} is missing")
        if "#" in rule and not re.fullmatch(r"\d+", query.get(name, "0")):
            raise refused(f"{name}={query[name]} is no number")
    return dict(query)


def check_id(value: str, kind: str) -> str:
    """An id with its kind before it: `user:1`, `chat:C3ecb`, `mid:C3ecb.15ce`."""
    if not re.fullmatch(rf"{kind}:[0-9A-Za-z.]+", value):
        raise refused(f"{value} is no {kind}:id")
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message as a group asks for it. `media` are (type, token or address) in order."""

    text: str
    attachments: list[dict[str, Any]]
    media: tuple[tuple[str, str], ...]
    keys: tuple[Key, ...]
    reply_to: str | None


def read_message(message: Any, *, text_limit: int = TEXT) -> Draft:
    """A message; one attachment may stand alone, several stand in a list, never both."""
    fields = {"text": str, "attachment": dict, "attachments": list, "reply_to": str, "privacyWarning": str}
    check_fields(message, fields, "message")
    text = message.get("text", "")
    if "attachment" in message and "attachments" in message:
        raise refused("attachment and attachments at once")
    attachments = [message["attachment"]] if "attachment" in message else message.get("attachments", [])
    if text_units(text) > text_limit:
        raise refused(f"the text has {text_units(text)} of {text_limit} characters")
    if not text.strip() and not attachments:
        raise refused("neither text nor attachments")
    if message.get("privacyWarning", "SCREENSHOT") not in ("SCREENSHOT", "SCREENCAST"):
        raise refused(f"unknown privacyWarning {message['privacyWarning']}")
    if "reply_to" in message:
        check_id(message["reply_to"], "mid")
    return Draft(
        text=text,
        attachments=attachments,
        keys=_check_attachments(attachments, has_text=bool(text.strip())),
        media=tuple(_medium(one) for one in attachments if one["type"] in UPLOADED),
        reply_to=message.get("reply_to"),
    )


def _check_attachments(attachments: list[Any], *, has_text: bool) -> tuple[Key, ...]:
    if len(attachments) > ATTACHMENTS:
        raise refused(f"{len(attachments)} of {ATTACHMENTS} attachments, with the keyboard")
    for attachment in attachments:
        _check_attachment(attachment)
    keyboards = [one for one in attachments if one["type"] == "INLINE_KEYBOARD"]
    if len(keyboards) > 1:
        raise refused("more than one keyboard")
    if keyboards and len(attachments) == 1 and not has_text:
        raise refused("a keyboard without a message")
    if sum("url" in one["payload"] for one in attachments if one["type"] == "IMAGE") > 1:
        raise refused("more than one image by its address")
    return tuple(key for keyboard in keyboards for key in _keys_in(keyboard["payload"]["keyboard"]["buttons"]))


def _check_attachment(attachment: Any) -> None:
    check_fields(attachment, {"type!": str, "payload!": dict}, "attachment")
    kind, payload = attachment["type"], attachment["payload"]
    if kind == "IMAGE":
        check_fields(payload, {"token": str, "url": str}, "IMAGE payload")
        if len(payload) != 1:
            raise refused("an image has either a token or a url")
    elif kind in UPLOADED:
        check_fields(payload, {"token!": str}, f"{kind} payload")
    elif kind == "INLINE_KEYBOARD":
        keyboard = check_fields(payload, {"keyboard!": dict}, "keyboard payload")["keyboard"]
        _check_rows(check_fields(keyboard, {"buttons!": list}, "keyboard")["buttons"])
    elif kind == "LOCATION":
        numbers = {"latitude!": (int, float), "longitude!": (int, float), "zoom": (int, float)}
        check_fields(payload, numbers, "LOCATION payload")
    elif kind == "CONTACT":
        check_fields(payload, {"name!": str, "phone!": str, "photoUrl": str}, "CONTACT payload")
    else:
        raise refused(f"{kind} is nothing that a group sends")


def _check_rows(rows: list[Any]) -> None:
    if not 1 <= len(rows) <= ROWS:
        raise refused(f"{len(rows)} of {ROWS} rows")
    for row in rows:
        if not isinstance(row, list) or not 1 <= len(row) <= PER_ROW:
            raise refused(f"a row has 1 to {PER_ROW} buttons")
        for button in row:
            _check_button(button)


def _check_button(button: Any) -> None:
    kind = button.get("type") if isinstance(button, dict) else None
    if kind not in _BUTTONS:
        raise refused(f"unknown button {kind}")
    check_fields(button, {"type!": str, "text!": str} | _BUTTONS[kind], f"{kind} button")
    if not button["text"].strip() or text_units(button["text"]) > LABEL:
        raise refused(f"the label «{button['text']}» is empty or longer than {LABEL}")
    if len(button.get("payload", "").encode()) > PAYLOAD:
        raise refused(f"a payload is longer than {PAYLOAD} bytes")
    if button.get("intent", "DEFAULT") not in ("DEFAULT", "POSITIVE", "NEGATIVE"):
        raise refused(f"unknown intent {button['intent']}")
    if kind == "LINK" and not re.fullmatch(r"https?://\S+", button["url"]):
        raise refused("the url of a button is no address")


def _keys_in(rows: list[list[dict[str, Any]]]) -> list[Key]:
    return [
        Key(
            label=button["text"],
            row=number,
            kind=_KINDS.get(button["type"], "choice"),
            payload=button.get("payload", ""),
        )
        for number, row in enumerate(rows)
        for button in row
    ]


def _medium(attachment: dict[str, Any]) -> tuple[str, str]:
    payload = attachment["payload"]
    return attachment["type"], payload.get("token") or payload["url"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What is posted to me/messages: a message to one chat or to people, or a sign that the group is typing."""

    chat: str | None
    users: tuple[str, ...]
    is_single: bool
    message: Draft | None


def read_sending(body: Any, chat: str | None, *, text_limit: int = TEXT) -> Sending:
    """The body of POST me/messages; `chat` is the one in the path, which the recipient has to repeat."""
    check_fields(body, {"recipient!": dict, "message": dict, "sender_action": str}, "body")
    recipient = check_fields(body["recipient"], {"chat_id": str, "user_id": str, "user_ids": list}, "recipient")
    if len(recipient) != 1:
        raise refused("a recipient is one of chat_id, user_id, user_ids")
    to = recipient.get("chat_id")
    if chat is not None and to != chat:
        raise refused(f"the path says {chat}, the recipient {to}")
    if ("message" in body) == ("sender_action" in body):
        raise refused("either message or sender_action")
    if body.get("sender_action", "typing_on") not in ACTIONS:
        raise refused(f"unknown sender_action {body['sender_action']}")
    users = recipient.get("user_ids", [recipient["user_id"]] if "user_id" in recipient else [])
    return Sending(
        chat=None if to is None else check_id(to, "chat"),
        users=tuple(check_id(str(user), "user") for user in users),
        is_single="user_id" in recipient,
        message=read_message(body["message"], text_limit=text_limit) if "message" in body else None,
    )


def read_subscription(body: Any) -> dict[str, Any]:
    """A body of me/subscribe: an address, or long polling with the types that are wanted."""
    check_fields(body, {"url": str, "types": list, "longPolling": bool}, "subscription")
    if ("url" in body) == bool(body.get("longPolling")) or ("types" in body) != bool(body.get("longPolling")):
        raise refused("either url, or types and longPolling")
    if "url" in body and not re.match(r"https?://[^/]", body["url"]):
        raise refused(f"{body['url']} is no address")
    if unknown := [kind for kind in body.get("types", []) if kind not in UPDATE_TYPES]:
        raise refused(f"unknown types {unknown}")
    return dict(body)
