"""The rules of MAX for what a bot sends: its published schema 0.0.30, and the numbers that its clients have found.

Every function raises Refusal, in the words of the rule that is broken, and returns what it has read.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.platforms.chats import Key, text_units
from tests.platforms.gate import NOT_JSON, Refusal

TEXT = 4000
ATTACHMENTS = 12
LABEL = 128
PAYLOAD = 1024
URL = 2048
BUTTONS = 210
ROWS = 30
PER_ROW = 7
PER_ROW_OF_WIDE = 3
WIDE = {"link", "open_app", "request_contact", "request_geo_location"}

UPDATE_TYPES = {
    *("message_created", "message_callback", "message_edited", "message_removed", "message_chat_created"),
    *("bot_started", "bot_stopped", "bot_added", "bot_removed", "user_added", "user_removed", "chat_title_changed"),
    *("dialog_cleared", "dialog_removed", "dialog_muted", "dialog_unmuted"),
}
ACTIONS = {"typing_on", "sending_photo", "sending_video", "sending_audio", "sending_file", "mark_seen"}

# What a button may carry besides its type and text; `!` marks what it must.
_BUTTONS: dict[str, dict[str, Any]] = {
    "callback": {"payload!": str, "intent": str},
    "link": {"url!": str},
    "request_contact": {},
    "request_geo_location": {"quick": bool},
    "message": {},
    "open_app": {"web_app!": str, "payload": str, "contact_id": int},
    "clipboard": {"payload!": str},
}
_KINDS = {"link": "link", "open_app": "link", "request_contact": "contact", "request_geo_location": "location"}
_MEDIA = {"image", "video", "audio", "file"}

Fields = Mapping[str, Any]


def refused(words: str, *, code: str = "proto.payload", status: int = 400) -> Refusal:
    """A refusal as MAX words it for what it cannot read."""
    return Refusal(code, words, status=status)


def is_kind(value: object, kind: Any) -> bool:
    """Whether it is of that type of JSON; true is no number there."""
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def check_fields(value: Any, fields: Fields, where: str) -> dict[str, Any]:
    """An object with these fields alone: `name!` must be there, `name?` may be null."""
    if not isinstance(value, dict):
        raise refused(f"{where} is no object" if value is not NOT_JSON else "the body is not JSON")
    rules = {name.rstrip("!?"): (name, kind) for name, kind in fields.items()}
    if unknown := sorted(value.keys() - rules.keys()):
        raise refused(f"{where} has the unknown {', '.join(unknown)}")
    for name, (rule, kind) in rules.items():
        if name not in value:
            if "!" in rule:
                raise refused(f"{where} lacks {name}")
        elif not is_kind(value[name], kind) and not ("?" in rule and value[name] is None):
            raise refused(f"{where}.{name} is of the wrong type")
    return value


def check_query(query: Mapping[str, str], rules: Mapping[str, Callable[[str], Any]]) -> dict[str, Any]:
    """The parameters of an address, read by these rules alone; `name!` must be there."""
    readers = {name.rstrip("!"): read for name, read in rules.items()}
    if unknown := sorted(query.keys() - readers.keys() - {"v"}):
        raise refused(f"unknown parameter {', '.join(unknown)}")
    if missing := [name.rstrip("!") for name in rules if name.endswith("!") and not query.get(name.rstrip("!"))]:
        raise refused(f"the parameter {', '.join(missing)} is missing")
    try:
        return {name: readers[name](value) for name, value in query.items() if name != "v"}
    except ValueError as error:
        raise refused(f"a parameter is of the wrong type: {error}") from None


def whole(least: int = -(2**63), most: int = 2**63 - 1) -> Callable[[str], int]:
    """A reader of whole numbers in these bounds."""

    def read(value: str) -> int:
        if not re.fullmatch(r"-?\d+", value) or not least <= int(value) <= most:
            raise ValueError(value)
        return int(value)

    return read


def truth(value: str) -> bool:
    """A reader of true and false."""
    if value not in ("true", "false"):
        raise ValueError(value)
    return value == "true"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message as a bot asks for it. `media` are (type, token or address) in order; None leaves a thing as it is."""

    text: str | None
    format: str | None
    attachments: list[dict[str, Any]] | None
    media: tuple[tuple[str, str], ...]
    keys: tuple[Key, ...]
    reply_to: str | None


def read_message(body: Any, *, editing: bool = False) -> Draft:
    """A NewMessageBody: the schema asks for the keys text, attachments and link, though each may be null."""
    fields = {"text!?": str, "attachments!?": list, "link!?": dict, "notify": bool, "format?": str}
    check_fields(body, fields, "message")
    text, attachments = body["text"] or "", body["attachments"]
    if text_units(text) > TEXT:
        raise refused(f"the text has {text_units(text)} of {TEXT} characters")
    if not text.strip() and not attachments and not (editing and attachments is None):
        raise refused("neither text nor attachments")
    if body.get("format") not in (None, "markdown", "html"):
        raise refused(f"unknown format {body['format']}")
    keys = check_attachments(attachments or [], has_text=bool(text.strip()))
    return Draft(
        text=body["text"],
        format=body.get("format"),
        attachments=attachments,
        media=tuple(one for attachment in attachments or [] for one in _media_in(attachment)),
        keys=keys,
        reply_to=_read_link(body["link"]),
    )


def check_attachments(attachments: list[Any], *, has_text: bool) -> tuple[Key, ...]:
    """Attachments that go together; the keys of their keyboard."""
    if len(attachments) > ATTACHMENTS:
        raise refused(f"{len(attachments)} of {ATTACHMENTS} attachments")
    for attachment in attachments:
        _check_attachment(attachment)
    kinds = [attachment["type"] for attachment in attachments]
    others = [kind for kind in kinds if kind != "inline_keyboard"]
    if len(kinds) - len(others) > 1:
        raise refused("more than one keyboard")
    if kinds and not others and not has_text:
        raise refused("a keyboard without a message")
    if len(others) > 1 and not set(others) <= {"image", "video"}:
        raise refused(f"{', '.join(others)} do not go together: only images and videos do")
    return tuple(key for attachment in attachments for key in _keys_in(attachment))


def _check_attachment(attachment: Any) -> None:
    kind = attachment.get("type") if isinstance(attachment, dict) else None
    if kind in _MEDIA or kind in ("inline_keyboard", "share", "contact", "sticker"):
        check_fields(attachment, {"type!": str, "payload!": dict}, str(kind))
        _PAYLOADS.get(kind, _check_media)(attachment["payload"])
    elif kind == "location":
        check_fields(attachment, {"type!": str, "latitude!": (int, float), "longitude!": (int, float)}, "location")
    else:
        raise refused(f"unknown attachment {kind}")


def _check_media(payload: dict[str, Any]) -> None:
    check_fields(payload, {"token!": str}, "payload")


def _check_image(payload: dict[str, Any]) -> None:
    check_fields(payload, {"token?": str, "url?": str, "photos?": dict}, "image payload")
    given = [name for name, value in payload.items() if value]
    if len(given) != 1:
        raise refused("No `photos`, `url` or `token` provided. Check payload." if not given else "more than one source")
    for photo in (payload.get("photos") or {}).values():
        check_fields(photo, {"token!": str}, "photo")
    if payload.get("url") and not re.match(r"https?://", payload["url"]):
        raise refused("the url of an image is no address")


def _check_keyboard(payload: dict[str, Any]) -> None:
    rows = check_fields(payload, {"buttons!": list}, "keyboard")["buttons"]
    if not 1 <= len(rows) <= ROWS:
        raise refused(f"{len(rows)} rows of {ROWS}")
    for row in rows:
        if not isinstance(row, list) or not row:
            raise refused("a row is no list of buttons")
        for button in row:
            _check_button(button)
        most = PER_ROW_OF_WIDE if WIDE & {button["type"] for button in row} else PER_ROW
        if len(row) > most:
            raise refused(f"{len(row)} of {most} buttons in a row")
    if sum(map(len, rows)) > BUTTONS:
        raise refused(f"more than {BUTTONS} buttons")


def _check_button(button: Any) -> None:
    kind = button.get("type") if isinstance(button, dict) else None
    if kind not in _BUTTONS:
        raise refused(f"unknown button {kind}")
    check_fields(button, {"type!": str, "text!": str} | _BUTTONS[kind], f"{kind} button")
    if not 1 <= text_units(button["text"]) <= LABEL or not button["text"].strip():
        raise refused(f"the label «{button['text']}» is empty or longer than {LABEL}")
    if len(button.get("payload", "").encode()) > PAYLOAD:
        raise refused(f"a payload is longer than {PAYLOAD}")
    if kind == "link" and not re.fullmatch(rf"[a-z][a-z0-9+.-]*:\S{{1,{URL}}}", button["url"]):
        raise refused("the url of a button is no address or too long")
    if button.get("intent", "default") not in ("positive", "negative", "default"):
        raise refused(f"unknown intent {button['intent']}")


_PAYLOADS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "image": _check_image,
    "inline_keyboard": _check_keyboard,
    "share": lambda payload: check_fields(payload, {"url?": str, "token?": str}, "share"),
    "sticker": lambda payload: check_fields(payload, {"code!": str}, "sticker"),
    "contact": lambda payload: check_fields(
        payload, {"name!?": str, "contact_id?": int, "vcf_info?": str, "vcf_phone?": str}, "contact"
    ),
}


def _keys_in(attachment: dict[str, Any]) -> list[Key]:
    if attachment["type"] != "inline_keyboard":
        return []
    return [
        Key(
            label=button["text"],
            row=number,
            kind=_KINDS.get(button["type"], "choice"),
            # A button of the type `message` says its label.
            payload=button.get("payload", "") if button["type"] == "callback" else f"say:{button['text']}",
        )
        for number, row in enumerate(attachment["payload"]["buttons"])
        for button in row
    ]


def _media_in(attachment: dict[str, Any]) -> list[tuple[str, str]]:
    if attachment["type"] not in _MEDIA:
        return []
    payload = attachment["payload"]
    tokens = [photo["token"] for photo in (payload.get("photos") or {}).values()]
    return [(attachment["type"], token) for token in tokens or [payload.get("token") or payload["url"]]]


def _read_link(link: Any) -> str | None:
    if link is None:
        return None
    check_fields(link, {"type!": str, "mid!": str}, "link")
    if link["type"] not in ("forward", "reply"):
        raise refused(f"unknown link {link['type']}")
    return str(link["mid"])


def read_answer(body: Any) -> tuple[Draft | None, str | None]:
    """A CallbackAnswer: a message that takes the place of the one with the button, a notice, or both."""
    check_fields(body, {"message?": dict, "notification?": str}, "answer")
    message, notice = body.get("message"), body.get("notification")
    if message is None and not notice:
        raise refused("an answer with neither message nor notification")
    return (None if message is None else read_message(message, editing=True)), notice


def read_subscription(body: Any) -> dict[str, Any]:
    """A SubscriptionRequestBody; only HTTPS on port 443 is served, and this machine itself for tests."""
    check_fields(body, {"url!": str, "secret": str, "update_types": list, "version": str}, "subscription")
    if not re.match(r"https://[^/:]+(:443)?(/|$)|http://(127\.0\.0\.1|localhost)[:/]", body["url"]):
        raise refused(f"a hook has to be HTTPS on port 443: {body['url']}")
    if "secret" in body and not re.fullmatch(r"[A-Za-z0-9_-]{5,256}", body["secret"]):
        raise refused("the secret has to be 5 to 256 of A-Z, a-z, 0-9, _ and -")
    types = body.get("update_types", [])
    if unknown := [kind for kind in types if kind not in UPDATE_TYPES]:
        raise refused(f"unknown update types {unknown}")
    if len(types) != len(set(types)):
        raise refused("an update type is there twice")
    return dict(body)
