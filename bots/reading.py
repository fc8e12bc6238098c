"""What reading deliveries has in common: names and places in a row that can be stored, points, people's names."""

import hashlib
import json
import re

from gateway.channels import Json
from gateway.domain.place import Point
from gateway.lenient import decimal, whole

_NAME = re.compile(r"[!-~]{1,200}")
_MILLISECONDS = 1 << 46  # far beyond this century
_HASHED = 22
_MOST = 1 << 62  # orders are stored in 64 bits


def name_event(kind: str, name: object, payload: Json) -> str:
    """Return a key for an event: by the platform's own name for it, by all that it says where it has none."""
    written = f"{kind}:{name}" if isinstance(name, str | int) and name != "" else ""
    return written if _NAME.fullmatch(written) else f"#{digest(payload)}"


def digest(payload: Json) -> str:
    """Return a short name for some JSON, the same for the same content."""
    try:
        written = json.dumps(payload, sort_keys=True)
    except (RecursionError, ValueError, TypeError):
        written = type(payload).__name__  # no platform sends such a thing; one of them is kept and shown
    return hashlib.blake2b(written.encode(errors="replace")).hexdigest()[:_HASHED]


def read_name(name: object) -> str | None:
    """Return what a platform calls a thing if that is a name, whether it came as a text or as a number."""
    if isinstance(name, bool) or not isinstance(name, (str, int)):
        return None
    return str(name) if _NAME.fullmatch(str(name)) else None


def read_order(number: object) -> int | None:
    """Return a platform's own count of its events, if it is one."""
    count = whole(number)
    return count if count is not None and 0 <= count < _MOST else None


def place_in_time(milliseconds: object, sequence: object = None) -> int:
    """Return where an event stands among those of its chat.

    A `seq` of these platforms is the time in milliseconds, 16 bits to the left, and a count within it. Not every
    event has one, so the time orders all of them and the count those within a millisecond.
    """
    seq = whole(sequence) or 0
    time = whole(milliseconds) or 0
    if 0 < time < _MILLISECONDS:
        return time << 16 | seq & 0xFFFF
    return seq if 0 < seq < _MOST else 0


def read_point(latitude: object, longitude: object) -> Point | None:
    """Return the place, if these are degrees."""
    lat, lon = decimal(latitude), decimal(longitude)
    try:
        return None if lat is None or lon is None else Point(lat=lat, lon=lon)
    except ValueError:
        return None
