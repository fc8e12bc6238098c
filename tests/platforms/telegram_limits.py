"""Limits of Telegram that its types do not tell: lengths, keyboards, markup. https://core.telegram.org/bots/api."""

import html
import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from PIL import Image

from tests.platforms.telegram_rules import UPDATES, bad, words

# The longest text of each parameter, in characters.
LONGEST = {
    "answerCallbackQuery.text": 200,
    "setMyDescription.description": 512,
    "setMyShortDescription.short_description": 120,
    "setMyName.name": 64,
}

PHOTO_BYTES, FILE_BYTES, DOWNLOAD_BYTES = 10 << 20, 50 << 20, 20 << 20

ACTIONS = words(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker"
    " find_location record_video_note upload_video_note"
)

_TAG = re.compile(r"<(/?)([a-z][a-z0-9-]*)((?:\s[^<>]*)?)>", re.IGNORECASE)
_TAGS = words("b strong i em u ins s strike del span tg-spoiler a tg-emoji code pre blockquote tg-time")
_BUTTON_KINDS = ("url", "callback_data", "web_app", "copy_text")


def plain(text: str, mode: str | None) -> str:
    """Return a text without its markup. Raises Refused for markup that Telegram does not know."""
    if mode is None:
        return text.strip()
    if mode.lower() != "html":
        raise bad(f"parse_mode {mode}: only HTML is read here")
    out, opened, at = [], [], 0
    while (less := text.find("<", at)) >= 0:
        tag = _TAG.match(text, less)
        if not tag or tag[2].lower() not in _TAGS:
            raise bad(f"can't parse entities: Unsupported start tag at byte offset {len(text[:less].encode())}")
        out.append(text[at:less])
        if not tag[1]:
            opened.append(tag[2].lower())
        elif not opened or opened.pop() != tag[2].lower():
            raise bad(f"can't parse entities: Unexpected end tag </{tag[2]}>")
        at = tag.end()
    if opened:
        raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{opened[-1]}\"")
    return html.unescape("".join((*out, text[at:]))).strip()


def shown_text(values: Mapping[str, Any]) -> str:
    """Return the text of a message as people see it. Raises Refused when it is empty or too long."""
    text = plain(values["text"], values.get("parse_mode"))
    if not text:
        raise bad("message text is empty")
    if len(text) > 4096:
        raise bad("message is too long")
    return text


def shown_caption(values: Mapping[str, Any]) -> str:
    """Return the caption as people see it. Raises Refused when it is too long."""
    caption = plain(values.get("caption", ""), values.get("parse_mode"))
    if len(caption) > 1024:
        raise bad("message caption is too long")
    return caption


def check(method: str, values: Mapping[str, Any]) -> None:
    """Raise Refused for what breaks a limit of the method."""
    for name, value in values.items():
        longest = LONGEST.get(f"{method}.{name}")
        if longest is not None and len(value) > longest:
            raise bad(f"{name} is longer than {longest}")
    if markup := values.get("reply_markup"):
        check_markup(markup)
    if method == "setMyCommands":
        _check_commands(values["commands"])
    if method == "sendChatAction" and values["action"] not in ACTIONS:
        raise bad("wrong parameter action in request")
    if unknown := set(values.get("allowed_updates", ())) - UPDATES:
        raise bad(f"allowed_updates: there is no {', '.join(sorted(unknown))}")


def check_webhook(values: Mapping[str, Any]) -> None:
    """Raise Refused for a webhook that Telegram would not take; plain HTTP may only be this machine."""
    address = urlsplit(values["url"])
    if values["url"] and address.scheme != "https" and address.hostname not in ("127.0.0.1", "localhost"):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", values.get("secret_token", "x")):
        raise bad("secret token contains unallowed characters or is too long")
    if not 1 <= values.get("max_connections", 40) <= 100:
        raise bad("max_connections must be 1-100")


def _check_commands(commands: list[Mapping[str, str]]) -> None:
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")


def check_markup(markup: Mapping[str, Any]) -> None:
    """Raise Refused for a keyboard that breaks Telegram's rules or that no client would show well."""
    if "inline_keyboard" in markup:
        _check_size(markup["inline_keyboard"], 8, 100)
        for row in markup["inline_keyboard"]:
            for button in row:
                _check_inline(button)
    elif "keyboard" in markup:
        if not markup["keyboard"]:
            raise bad("object expected as reply markup: keyboard is empty")
        _check_size(markup["keyboard"], 12, 300)
        for row in markup["keyboard"]:
            for button in row:
                _check_reply(button)
    if not 1 <= len(markup.get("input_field_placeholder", "x")) <= 64:
        raise bad("input_field_placeholder must be 1-64 characters")


def _check_size(rows: list[list[Any]], wide: int, total: int) -> None:
    if any(not row for row in rows):
        raise bad("a row of the keyboard is empty")
    if any(len(row) > wide for row in rows) or sum(map(len, rows)) > total:
        raise bad("REPLY_MARKUP_TOO_LONG")


def _check_inline(button: Mapping[str, Any]) -> None:
    if not button["text"].strip():
        raise bad("can't parse inline keyboard button: Text is empty")
    if sum(kind in button for kind in _BUTTON_KINDS) != 1:
        raise bad("can't parse inline keyboard button: exactly one kind of button is needed")
    if not 1 <= len(button.get("callback_data", "x").encode()) <= 64:
        raise bad("BUTTON_DATA_INVALID")
    if not re.match(r"(https?|tg)://[^\s]+$", button.get("url", "https://x")):
        raise bad("BUTTON_URL_INVALID")
    _check_style(button)


def _check_reply(button: Mapping[str, Any]) -> None:
    if not button["text"].strip():
        raise bad("can't parse keyboard button: Text is empty")
    if sum(bool(button.get(kind)) for kind in ("request_contact", "request_location", "web_app")) > 1:
        raise bad("can't parse keyboard button: at most one kind of request")
    _check_style(button)


def _check_style(button: Mapping[str, Any]) -> None:
    if button.get("style", "danger") not in ("danger", "success", "primary"):
        raise bad("can't parse keyboard button: unknown style")


def check_photo(data: bytes) -> tuple[int, int]:
    """Return width and height. Raises Refused for what Telegram does not take as a photo."""
    if len(data) > PHOTO_BYTES:
        raise bad(f"file of size {len(data)} bytes is too big for a photo; the maximum size is {PHOTO_BYTES} bytes")
    try:
        with Image.open(BytesIO(data)) as image:
            width, height = image.size
            format = image.format
    except OSError:
        raise bad("IMAGE_PROCESS_FAILED") from None
    if format not in {"JPEG", "PNG", "WEBP", "GIF", "BMP"}:
        raise bad("IMAGE_PROCESS_FAILED")
    if width + height > 10000 or max(width, height) > 20 * min(width, height):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return width, height


def check_document(data: bytes) -> None:
    """Raise Refused for a file that is empty or too big."""
    if not data:
        raise bad("file must be non-empty")
    if len(data) > FILE_BYTES:
        raise bad("Request Entity Too Large")
