"""What is said in MAX: messages of its bot API within its limits, as JSON that `client.py` sends.

A part is `{"message": NewMessageBody, "files": […]}`, whose files are uploaded on the way, or the answer to a pressed
button, `{"callback": ID, "notification": …}`. Limits: max-bot-api 0.0.30 and, for keyboards, dev.max.ru.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bots import drawing
from gateway.channels import Bubble, Speech
from gateway.domain.conversation import Part
from gateway.domain.long_text import shortened
from gateway.domain.message import Button, ButtonKind, Tone

TEXT_CHARACTERS = 4000
_PICTURES = 10
_PER_ROW = 7
_PER_WIDE_ROW = 3
_ROWS = 30
_LABEL = 128
_NOTICE_CHARACTERS = 200
_ANSWER_WITHIN = timedelta(minutes=1)

_SEEN = "✓"
"""Tells whoever pressed that it worked, where nothing is to be said: MAX takes no empty answer."""

_KINDS = {
    ButtonKind.CHOICE: "callback",
    ButtonKind.LOCATION: "request_geo_location",
    ButtonKind.CONTACT: "request_contact",
    ButtonKind.LINK: "link",
}
_INTENTS = {Tone.PLAIN: "default", Tone.GOOD: "positive", Tone.BAD: "negative"}
_KINDS_BACK = {written: kind for kind, written in _KINDS.items()}
_TONES = {written: tone for tone, written in _INTENTS.items()}


def draw(speech: Speech, *, now: datetime) -> Sequence[Part]:
    """Draw the answer to the pressed button, if one was, and the messages."""
    parts = [] if speech.press is None else [_answer(speech.press, speech.toast, now)]
    for message in speech.messages:
        sheets = drawing.lay_out(message, characters=TEXT_CHARACTERS, pictures=_PICTURES)
        parts.extend(Part(body=json.dumps(_written(sheet)), once=message.once) for sheet in sheets)
    return parts


def show(part: Part) -> Bubble | None:
    """Read a drawn part back."""
    body = json.loads(part.body)
    if "callback" in body:
        return Bubble(text=body["notification"], is_toast=True)
    message = body["message"]
    rows = [row for attachment in message["attachments"] or () for row in attachment["payload"]["buttons"]]
    return Bubble(
        text=message["text"] or "",
        rows=tuple(tuple(_button(written) for written in row) for row in rows),
        files=tuple(drawing.file_of_json(file) for file in body["files"]),
    )


def _answer(press: str, toast: str | None, now: datetime) -> Part:
    notice = shortened(toast or "", _NOTICE_CHARACTERS) or _SEEN
    return Part(body=json.dumps({"callback": press, "notification": notice}), expires_at=now + _ANSWER_WITHIN)


def _written(sheet: drawing.Sheet) -> dict[str, Any]:
    rows = drawing.fold(sheet.rows, per_row=_PER_ROW, wide=_PER_WIDE_ROW, most_rows=_ROWS)
    keyboard = {"type": "inline_keyboard", "payload": {"buttons": [[_drawn(one) for one in row] for row in rows]}}
    # The schema wants all three keys, though two may be null.
    message = {"text": sheet.text or None, "attachments": [keyboard] if rows else None, "link": None}
    return {"message": message, "files": [drawing.file_to_json(file) for file in sheet.files]}


def _drawn(button: Button) -> dict[str, Any]:
    label = shortened(button.label, _LABEL) or drawing.NO_WORDS
    drawn: dict[str, Any] = {"type": _KINDS[button.kind], "text": label}
    if button.kind is ButtonKind.CHOICE:
        drawn |= {"payload": button.data, "intent": _INTENTS[button.tone]}
    if button.kind is ButtonKind.LINK:
        drawn["url"] = button.url
    return drawn


def _button(written: dict[str, Any]) -> Button:
    return Button(
        label=written["text"],
        data=written.get("payload", ""),
        kind=_KINDS_BACK[written["type"]],
        tone=_TONES[written.get("intent", "default")],
        url=written.get("url"),
    )
