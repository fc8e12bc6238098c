"""What is said to a resident, drawn as calls of the Bot API within its limits: https://core.telegram.org/bots/api."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bots.drawing import NO_WORDS, Rows, file_of_json, file_to_json, in_groups
from gateway.channels import Bubble, Json, Speech
from gateway.domain.conversation import Part
from gateway.domain.long_text import clean, pieces, shortened, utf16_units
from gateway.domain.message import Button, ButtonKind, Message, SentFile, Tone
from gateway.lenient import obj, objects, text

TEXT_CHARACTERS = 4096
_CAPTION_CHARACTERS = 1024
_TOAST_CHARACTERS = 200
_ALBUM_FILES = 10
# Telegram forgets a pressed button after a quarter of a minute or so and says "query is too old".
_PRESS_LIVES = timedelta(seconds=30)
_STYLES = {Tone.GOOD: "success", Tone.BAD: "danger"}
_TONES = {style: tone for tone, style in _STYLES.items()}
_NEEDS_REPLY_KEYBOARD = (ButtonKind.LOCATION, ButtonKind.CONTACT)


def draw(speech: Speech, *, now: datetime) -> Sequence[Part]:
    """Draw the answer to the press first (its spinner is what the resident looks at), then the messages."""
    parts = [part for message in speech.messages for part in _message(message)]
    return parts if speech.press is None else [_answer(speech.press, speech.toast, now), *parts]


def show(part: Part) -> Bubble | None:
    """Read a drawn part back."""
    body = json.loads(part.body)
    params = obj(body["params"])
    if body["method"] == "answerCallbackQuery":
        return Bubble(text=params["text"], is_toast=True) if params.get("text") else None
    files = tuple(file_of_json(file) for file in objects(body.get("files")))
    return Bubble(text=text(params.get("text")) or text(params.get("caption")), rows=_rows_of(params), files=files)


def _answer(press: str, toast: str | None, now: datetime) -> Part:
    params = {"callback_query_id": press, "text": shortened(toast or "", _TOAST_CHARACTERS)}
    return _part("answerCallbackQuery", {name: value for name, value in params.items() if value}, expires=now)


def _message(message: Message) -> Iterator[Part]:
    """Files come first, so that the buttons stand at the end of the chat, where the resident looks."""
    rows, told = _drawable(message.rows)
    said = "\n\n".join(filter(None, (message.text.strip(), told)))
    if len(message.files) == 1 and said and utf16_units(said) <= _CAPTION_CHARACTERS:
        yield _document(message.files[0], message.once, caption=pieces(said, _CAPTION_CHARACTERS)[0], rows=rows)
        return
    yield from _files(message)
    texts = pieces(said, TEXT_CHARACTERS) or ([NO_WORDS] if rows else [])
    for at, piece in enumerate(texts, start=1):
        yield _text(piece, rows if at == len(texts) else (), message.once)


def _text(piece: str, rows: Rows, once: bool) -> Part:
    params: dict[str, Any] = {"text": piece, "link_preview_options": {"is_disabled": True}}
    # A keyboard for a place or a phone number stays under the text field until somebody removes it.
    return _part("sendMessage", params | {"reply_markup": _markup(rows) or {"remove_keyboard": True}}, once=once)


def _files(message: Message) -> Iterator[Part]:
    for files in in_groups(message.files, _ALBUM_FILES):
        if len(files) == 1:
            yield _document(files[0], message.once)
        else:
            yield _part("sendMediaGroup", {}, files=files, once=message.once)


def _document(file: SentFile, once: bool, *, caption: str = "", rows: Rows = ()) -> Part:
    """Photos go as files too: as photos Telegram would make them smaller."""
    params = {"caption": caption, "reply_markup": _markup(rows)}
    return _part("sendDocument", {name: value for name, value in params.items() if value}, files=(file,), once=once)


def _part(
    method: str,
    params: dict[str, Any],
    *,
    files: Sequence[SentFile] = (),
    once: bool = False,
    expires: datetime | None = None,
) -> Part:
    body: dict[str, Any] = {"method": method, "params": params}
    if files:
        body["files"] = [file_to_json(file) for file in files]
    return Part(
        body=json.dumps(body, ensure_ascii=False),
        once=once,
        expires_at=None if expires is None else expires + _PRESS_LIVES,
    )


def _drawable(rows: Rows) -> tuple[Rows, str]:
    """Return the buttons that can be drawn, and as a text the links that cannot.

    A reply keyboard, which alone can ask for a place or a phone number, has no links. And Telegram refuses the whole
    message for the address of a machine without a domain.
    """
    is_reply = any(button.kind in _NEEDS_REPLY_KEYBOARD for row in rows for button in row)
    told = [button for row in rows for button in row if _is_told(button, is_reply=is_reply)]
    kept = (tuple(button for button in row if button.label.strip() and button not in told) for row in rows)
    return tuple(filter(None, kept)), "\n".join(f"{button.label}: {button.url}" for button in told if button.url)


def _is_told(button: Button, *, is_reply: bool) -> bool:
    if button.kind is not ButtonKind.LINK:
        return False
    address = urlsplit(button.url or "")
    return is_reply or address.scheme not in ("http", "https") or "." not in (address.hostname or "")


def _markup(rows: Rows) -> dict[str, Any]:
    if not rows:
        return {}
    if any(button.kind in _NEEDS_REPLY_KEYBOARD for row in rows for button in row):
        keyboard = [[_reply_button(button) for button in row] for row in rows]
        return {"keyboard": keyboard, "resize_keyboard": True, "one_time_keyboard": True}
    return {"inline_keyboard": [[_inline_button(button) for button in row] for row in rows]}


def _inline_button(button: Button) -> dict[str, Any]:
    does = (
        {"url": button.url} if button.kind is ButtonKind.LINK else {"callback_data": button.data or button.label[:16]}
    )
    return {"text": clean(button.label), **does, **_style(button)}


def _reply_button(button: Button) -> dict[str, Any]:
    asks = {ButtonKind.LOCATION: {"request_location": True}, ButtonKind.CONTACT: {"request_contact": True}}
    return {"text": clean(button.label), **asks.get(button.kind, {}), **_style(button)}


def _style(button: Button) -> dict[str, str]:
    return {"style": _STYLES[button.tone]} if button.tone in _STYLES else {}


def _rows_of(params: dict[str, Json]) -> Rows:
    markup = obj(params.get("reply_markup"))
    rows = markup.get("inline_keyboard") or markup.get("keyboard") or ()
    return tuple(tuple(_button_of(button) for button in objects(row)) for row in rows)


def _button_of(button: dict[str, Json]) -> Button:
    kind = ButtonKind.CHOICE
    if button.get("request_location"):
        kind = ButtonKind.LOCATION
    elif button.get("request_contact"):
        kind = ButtonKind.CONTACT
    elif button.get("url"):
        kind = ButtonKind.LINK
    return Button(
        label=text(button.get("text")),
        data=text(button.get("callback_data")),
        kind=kind,
        tone=_TONES.get(text(button.get("style")), Tone.PLAIN),
        url=button.get("url"),
    )
