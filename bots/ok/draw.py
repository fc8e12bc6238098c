"""What is said in Odnoklassniki: messages of a group's bot, as JSON that `client.py` sends.

A part is `{"message": …, "files": […]}`, with `"callback": ID` where it answers a pressed button: such an answer has to
carry a message, so the first one does it. No copy of the documentation tells how long texts and keyboards may be; the
numbers here are what every client gets by with.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bots import drawing
from gateway.channels import Bubble, Speech
from gateway.domain.conversation import Part
from gateway.domain.long_text import shortened
from gateway.domain.message import LABEL_CHARACTERS, Button, ButtonKind, Message, Tone

TEXT_CHARACTERS = 1999  # and the mark
_PICTURES = 4  # of five attachments; the keyboard is one of them
_PER_ROW = 3
_ROWS = 6

_KINDS = {
    ButtonKind.CHOICE: "CALLBACK",
    ButtonKind.LOCATION: "REQUEST_GEO_LOCATION",
    ButtonKind.CONTACT: "REQUEST_CONTACT",
    ButtonKind.LINK: "LINK",
}
MARK = "\u2060"
"""Ends a text without buttons. Nobody sees it; in the chat's history it tells our words, those of every process, from
those that a person wrote as the group."""

_INTENTS = {Tone.PLAIN: "DEFAULT", Tone.GOOD: "POSITIVE", Tone.BAD: "NEGATIVE"}
_KINDS_BACK = {written: kind for kind, written in _KINDS.items()}
_TONES = {written: tone for tone, written in _INTENTS.items()}


def draw(speech: Speech, *, now: datetime) -> Sequence[Part]:  # noqa: ARG001 - nothing here expires
    """Draw the messages; the first one is the answer to the pressed button, and begins with its toast."""
    sheets = [(sheet, message.once) for message in _with_toast(speech) for sheet in _sheets(message)]
    return [
        Part(body=json.dumps(_written(sheet, speech.press if place == 0 else None)), once=once)
        for place, (sheet, once) in enumerate(sheets)
    ]


def show(part: Part) -> Bubble | None:
    """Read a drawn part back."""
    body = json.loads(part.body)
    keyboards = body["message"].get("attachments", [])
    rows = [row for keyboard in keyboards for row in keyboard["payload"]["keyboard"]["buttons"]]
    return Bubble(
        text=body["message"].get("text", "").removesuffix(MARK),
        rows=tuple(tuple(_button(written) for written in row) for row in rows),
        files=tuple(drawing.file_of_json(file) for file in body["files"]),
    )


def _with_toast(speech: Speech) -> Iterator[Message]:
    """There are no short notices here: what one would say stands above the message, or alone."""
    toast = (speech.toast or "").strip()
    if not toast:
        yield from speech.messages
    elif not speech.messages:
        yield Message(text=toast)
    else:
        first, *others = speech.messages
        yield replace(first, text="\n\n".join(filter(None, (toast, first.text))))
        yield from others


def _sheets(message: Message) -> Sequence[drawing.Sheet]:
    return drawing.lay_out(message, characters=TEXT_CHARACTERS, pictures=_PICTURES)


def _written(sheet: drawing.Sheet, callback: str | None) -> dict[str, Any]:
    message: dict[str, Any] = {"text": sheet.text} if sheet.text else {}
    rows = drawing.fold(sheet.rows, per_row=_PER_ROW, most_rows=_ROWS)
    if sheet.text and not rows:
        message["text"] = sheet.text + MARK
    if rows:
        buttons = [[_drawn(button) for button in row] for row in rows]
        message["attachments"] = [{"type": "INLINE_KEYBOARD", "payload": {"keyboard": {"buttons": buttons}}}]
    body = {"message": message, "files": [drawing.file_to_json(file) for file in sheet.files]}
    return body if callback is None else {"callback": callback, **body}


def _drawn(button: Button) -> dict[str, Any]:
    label = shortened(button.label, LABEL_CHARACTERS) or drawing.NO_WORDS
    drawn: dict[str, Any] = {"type": _KINDS[button.kind], "text": label, "intent": _INTENTS[button.tone]}
    if button.kind is ButtonKind.CHOICE:
        drawn["payload"] = button.data
    if button.kind is ButtonKind.LINK:
        drawn["url"] = button.url
    return drawn


def _button(written: dict[str, Any]) -> Button:
    return Button(
        label=written["text"],
        data=written.get("payload", ""),
        kind=_KINDS_BACK[written["type"]],
        tone=_TONES[written["intent"]],
        url=written.get("url"),
    )
