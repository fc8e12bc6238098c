"""VK's rules for keyboards, on which its schema is silent. https://dev.vk.com/ru/api/bots/development/keyboard."""

import json
from collections.abc import Mapping
from typing import Any

from tests.platforms.vk_rules import Refused, bad

LABEL, PAYLOAD, WIDE = 40, 255, 5

# What each kind of button must and may have; the last ones take a whole row.
KINDS = {
    "text": ({"label"}, {"payload"}),
    "callback": ({"label", "payload"}, set()),
    "open_link": ({"label", "link"}, {"payload"}),
    "location": (set(), {"payload"}),
    "vkpay": ({"hash"}, {"payload"}),
    "open_app": ({"app_id", "label"}, {"owner_id", "hash", "payload"}),
}
WHOLE_ROW = {"location", "vkpay", "open_app"}
COLOURED = {"text", "callback"}
COLOURS = {"primary", "secondary", "negative", "positive"}


def keyboard_of(text: str) -> dict[str, Any]:
    """Return a keyboard. Raises Refused, error 911, for one that VK would not show."""
    try:
        keyboard = json.loads(text)
    except ValueError:
        raise _amiss("not JSON") from None
    if not isinstance(keyboard, dict) or not isinstance(keyboard.get("buttons"), list):
        raise _amiss("no buttons")
    if unknown := keyboard.keys() - {"one_time", "inline", "buttons"}:
        raise _amiss(f"unknown fields {', '.join(sorted(unknown))}")
    if any(not isinstance(keyboard.get(name, False), bool) for name in ("one_time", "inline")):
        raise _amiss("one_time and inline are true or false")
    _check_rows(keyboard)
    return keyboard


def _amiss(what: str) -> Refused:
    return bad(f"Keyboard format is invalid: {what}", 911)


def _check_rows(keyboard: Mapping[str, Any]) -> None:
    inline = keyboard.get("inline", False)
    if inline and keyboard.get("one_time"):
        raise _amiss("one_time does not go with inline")
    rows = keyboard["buttons"]
    if any(not isinstance(row, list) or not row for row in rows) or (inline and not rows):
        raise _amiss("a row is empty")
    high, total = (6, 10) if inline else (10, 40)
    if len(rows) > high or sum(map(len, rows)) > total or any(len(row) > WIDE for row in rows):
        raise _amiss(f"at most {WIDE} in a row, {high} rows, {total} buttons")
    for row in rows:
        for button in row:
            _check_button(button)
            if button["action"]["type"] in WHOLE_ROW and len(row) > 1:
                raise _amiss(f"a button of type {button['action']['type']} takes a whole row")


def _check_button(button: Any) -> None:
    if (
        not isinstance(button, dict)
        or button.keys() - {"action", "color"}
        or not isinstance(button.get("action"), dict)
    ):
        raise _amiss("a button has an action and may have a color")
    action = button["action"]
    kind = action.get("type")
    if kind not in KINDS:
        raise _amiss(f"there is no button of type {kind}")
    needed, allowed = KINDS[kind]
    if needed - action.keys() or action.keys() - needed - allowed - {"type"}:
        raise _amiss(f"fields of a button of type {kind}: {', '.join(sorted(action))}")
    if "color" in button and (kind not in COLOURED or button["color"] not in COLOURS):
        raise _amiss(f"color of a button of type {kind}")
    _check_texts(action)


def _check_texts(action: Mapping[str, Any]) -> None:
    label = action.get("label", "x")
    if not isinstance(label, str) or not label.strip() or len(label) > LABEL:
        raise _amiss(f"a label has 1 to {LABEL} characters")
    payload = action.get("payload")
    payload = "{}" if payload is None else payload  # vk_api writes null, and VK takes it
    if not isinstance(payload, str) or len(payload) > PAYLOAD:
        raise _amiss(f"a payload is text of at most {PAYLOAD} characters")
    try:
        json.loads(payload)
    except ValueError:
        raise _amiss("a payload is JSON") from None
    if not str(action.get("link", "https://")).startswith(("https://", "http://")):
        raise _amiss("a link is an address")
