"""What telling deliveries apart has in common where events carry no number of their own: Odnoklassniki and MAX."""

import hashlib
import json
import re
from typing import Any

_NAME = re.compile(r"[!-~]{1,200}")
_MILLISECONDS = 1 << 46  # far beyond this century
_HASHED = 22


def name_event(kind: str, name: object, payload: Any) -> str:
    """Return a key for an event: by the platform's own name for it, by all that it says where it has none."""
    written = str(name) if isinstance(name, (str, int)) else ""
    return f"{kind}:{written}" if _NAME.fullmatch(written) else f"#{digest(payload)}"


def digest(payload: Any) -> str:
    """Return a short name for some JSON, the same for the same content."""
    try:
        written = json.dumps(payload, sort_keys=True)
    except (RecursionError, ValueError, TypeError):
        written = type(payload).__name__  # no platform sends such a thing; one of them is kept and shown
    return hashlib.blake2b(written.encode()).hexdigest()[:_HASHED]


def name_peer(name: object) -> str | None:
    """Return a chat's name if it is one, whether it came as a text or as a number."""
    if isinstance(name, bool) or not isinstance(name, (str, int)):
        return None
    return str(name) if _NAME.fullmatch(str(name)) else None


def place_in_time(milliseconds: object, sequence: object = None) -> int:
    """Return where an event stands among those of its chat.

    A `seq` of these platforms is the time in milliseconds, 16 bits to the left, and a count within it. Not every
    event has one, so the time orders all of them and the count those within a millisecond.
    """
    seq = whole(sequence) or 0
    time = whole(milliseconds) or 0
    if 0 < time < _MILLISECONDS:
        return time << 16 | seq & 0xFFFF
    return seq if 0 < seq < 1 << 62 else 0


def whole(value: object) -> int | None:
    """Return a whole number, also from its digits; None for everything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,19}", value) else None
