"""What is said to a resident, drawn as calls of VK's API within its limits.

Sources: https://dev.vk.com/ru/method/messages.send, https://dev.vk.com/ru/api/bots/development/keyboard.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bots.drawing import NO_WORDS, Rows, file_of_json, file_to_json, in_groups
from bots.vk.receive import DATA, data_of
from gateway.channels import Bubble, Json, Speech
from gateway.domain.conversation import Part
from gateway.domain.long_text import pieces, shortened
from gateway.domain.message import (
    LABEL_CHARACTERS,
    MOST_BUTTONS,
    MOST_IN_ROW,
    MOST_ROWS,
    Button,
    ButtonKind,
    Message,
    SentFile,
    Tone,
)
from gateway.lenient import obj, objects, text

TEXT_CHARACTERS = 4096
"""Longer texts are refused with error 914, whatever the documentation says."""
MOST_ATTACHMENTS = 10
_TOAST_CHARACTERS = 90
_BESIDE_LOCATION = 5
"""Buttons beside one that asks for the place."""
# A pressed button waits for a minute, then the call fails: https://dev.vk.com/ru/method/messages.sendMessageEventAnswer.
_PRESS_LIVES = timedelta(seconds=55)
_COLOURS = {Tone.PLAIN: "secondary", Tone.GOOD: "positive", Tone.BAD: "negative"}
_TONES = {colour: tone for tone, colour in _COLOURS.items()}


def draw(speech: Speech, *, now: datetime) -> Sequence[Part]:
    """Draw the answer to the press first (its spinner is what the resident looks at), then the messages."""
    parts = [part for message in speech.messages for part in _message(message)]
    return parts if speech.press is None else [_answer(speech.press, speech.toast, now), *parts]


def show(part: Part) -> Bubble | None:
    """Read a drawn part back."""
    body = json.loads(part.body)
    params = obj(body["params"])
    if body["method"] == "messages.sendMessageEventAnswer":
        toast = text(obj(json.loads(params.get("event_data", "{}"))).get("text"))
        return Bubble(text=toast, is_toast=True) if toast else None
    files = tuple(file_of_json(file) for file in objects(body.get("files")))
    return Bubble(text=text(params.get("message")), rows=_rows_of(params, text(body.get("asks"))), files=files)


def without_keyboard(params: dict[str, Json], asks: str = "") -> dict[str, Json]:
    """Return a message with the labels of its buttons in its text: for a page whose owner forbids keyboards."""
    labels = [button for row in _rows_of(params, asks) for button in row if button.kind is not ButtonKind.LOCATION]
    told = [f"{button.label}: {button.url}" if button.url else f"— {button.label}" for button in labels]
    rest = {name: value for name, value in params.items() if name != "keyboard"}
    return rest | {"message": shortened("\n".join([text(params.get("message")), *told]), TEXT_CHARACTERS)}


def _answer(press: str, toast: str | None, now: datetime) -> Part:
    event, user, peer = json.loads(press)
    params = {"event_id": event, "user_id": user, "peer_id": peer}
    if words := shortened(toast or "", _TOAST_CHARACTERS):
        params["event_data"] = _written({"type": "show_snackbar", "text": words})
    return _part("messages.sendMessageEventAnswer", params, expires_at=now + _PRESS_LIVES)


def _message(message: Message) -> Iterator[Part]:
    """Texts and files share messages as far as they fit; the buttons stand under the last."""
    rows, told = _drawable(message.rows)
    texts = pieces("\n\n".join(filter(None, (message.text.strip(), told))), TEXT_CHARACTERS)
    files = list(in_groups(message.files, MOST_ATTACHMENTS))
    if rows and not texts:
        texts = [NO_WORDS]
    count = max(len(texts), len(files))
    texts, files = [""] * (count - len(texts)) + texts, [()] * (count - len(files)) + files
    for at, (words, attached) in enumerate(zip(texts, files, strict=True), start=1):
        yield _said(words, attached, rows if at == count else (), once=message.once)


def _said(words: str, files: Sequence[SentFile], rows: Rows, *, once: bool) -> Part:
    params: dict[str, Any] = {"message": words, "dont_parse_links": 1, "disable_mentions": 1}
    if rows:
        params["keyboard"] = _written({"inline": True, "buttons": [[_button(one) for one in row] for row in rows]})
    # VK writes its own words on the button that asks for the place; ours are kept for whoever looks at the part.
    asks = next((one.label for row in rows for one in row if one.kind is ButtonKind.LOCATION), "")
    return _part("messages.send", params, files=files, once=once, asks=asks)


def _part(
    method: str,
    params: dict[str, Any],
    *,
    files: Sequence[SentFile] = (),
    once: bool = False,
    expires_at: datetime | None = None,
    asks: str = "",
) -> Part:
    body: dict[str, Any] = {"method": method, "params": params} | ({"asks": asks} if asks else {})
    if files:
        body["files"] = [file_to_json(file) for file in files]
    return Part(body=_written(body), once=once, expires_at=expires_at)


def _drawable(rows: Rows) -> tuple[Rows, str]:
    """Return rows as VK takes them, and as a text the links that have no room or that VK would not open.

    VK has no button for a phone number; one that asks for the place fills a row.
    """
    buttons = [button for row in rows for button in row]
    asks = [button for button in buttons if button.kind is ButtonKind.LOCATION][:1]
    room = _BESIDE_LOCATION if asks else MOST_BUTTONS
    fitted: list[list[Button]] = []
    told: list[Button] = []
    for row in rows:
        plain = [button for button in row if _is_plain(button)]
        fitted.append(plain[:room])
        told += [button for button in row if button.url and (button in plain[room:] or not _is_plain(button))]
        room -= len(fitted[-1])
    lines = [part for row in fitted for part in in_groups(row, MOST_IN_ROW)]
    if len(lines) + len(asks) > MOST_ROWS:
        lines = list(in_groups([button for row in fitted for button in row], MOST_IN_ROW))
    drawn = [(ask,) for ask in asks] + lines
    return tuple(drawn), "\n".join(f"{button.label}: {button.url}" for button in told)


def _is_plain(button: Button) -> bool:
    if not button.label.strip():
        return False
    address = urlsplit(button.url or "")
    opens = address.scheme in ("http", "https") and "." in (address.hostname or "")
    return button.kind is ButtonKind.CHOICE or (button.kind is ButtonKind.LINK and opens)


def _button(button: Button) -> dict[str, Any]:
    label = shortened(button.label, LABEL_CHARACTERS)
    if button.kind is ButtonKind.LOCATION:
        return {"action": {"type": "location"} | ({"payload": _written({DATA: button.data})} if button.data else {})}
    if button.kind is ButtonKind.LINK:
        return {"action": {"type": "open_link", "link": button.url, "label": label}}
    action = {"type": "callback", "label": label, "payload": _written({DATA: button.data})}
    return {"action": action, "color": _COLOURS[button.tone]}


def _rows_of(params: dict[str, Json], asks: str) -> Rows:
    keyboard = params.get("keyboard")
    rows = obj(json.loads(keyboard)).get("buttons") if isinstance(keyboard, str) else ()
    return tuple(tuple(_button_of(button, asks) for button in objects(row)) for row in rows or ())


def _button_of(button: dict[str, Json], asks: str) -> Button:
    action = obj(button.get("action"))
    kinds = {"location": ButtonKind.LOCATION, "open_link": ButtonKind.LINK}
    return Button(
        label=text(action.get("label")) or asks,
        data=data_of(action.get("payload")) or "",
        kind=kinds.get(text(action.get("type")), ButtonKind.CHOICE),
        tone=_TONES.get(text(button.get("color")), Tone.PLAIN),
        url=action.get("link"),
    )


def _written(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
