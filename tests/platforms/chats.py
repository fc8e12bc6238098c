"""What a fake platform keeps of its chats: messages with buttons and files, as residents see them."""

import itertools
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.platforms.platform import Button, Shown

_SIGNATURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n": "image/png", b"GIF8": "image/gif", b"BM": "image/bmp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A button with what it carries."""

    label: str
    row: int
    kind: str
    payload: str = ""

    @property
    def shown(self) -> Button:
        return Button(label=self.label, row=self.row, kind=self.kind)


@dataclass(slots=True, kw_only=True)
class Message:
    """A message; `by` is page, operator or resident. `attachments` are those of the API, the keyboard among them."""

    id: str
    seq: int
    at: int
    by: str
    text: str
    attachments: list[dict[str, Any]] = field(default_factory=list)
    keys: tuple[Key, ...] = ()
    files: tuple[bytes, ...] = ()

    @property
    def shown(self) -> Shown:
        seen = self.text.replace("\u2060", "")  # a sign that nobody sees
        return Shown(id=self.id, text=seen, buttons=tuple(key.shown for key in self.keys), files=self.files)


def find_key(messages: Sequence[Message], label: str, of: Shown | None) -> tuple[Message, Key]:
    """The key with that label in the newest message that has it, or in `of`; AssertionError names what there is."""
    ours = [message for message in messages if message.by == "page" and (of is None or message.id == of.id)]
    for message in reversed(ours):
        for key in message.keys:
            if key.label == label:
                assert key.kind == "choice", f"«{label}» is no choice but a {key.kind}"
                return message, key
    there_are = [key.label for message in ours for key in message.keys]
    raise AssertionError(f"no button «{label}» among {there_are}")


def text_units(text: str) -> int:
    """Its length as these platforms count, in units of UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def image_type(content: bytes) -> str | None:
    """The type of a picture by its first bytes, None for what is no picture."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for signature, kind in _SIGNATURES.items() if content.startswith(signature)), None)


class Clock:
    """Milliseconds since 1970, never the same twice, as no two events of a platform are."""

    def __init__(self) -> None:
        self._last = 0

    def __call__(self) -> int:
        self._last = max(self._last + 1, time.time_ns() // 1_000_000)
        return self._last


@dataclass(slots=True)
class Files:
    """Everything that was sent or uploaded, each under an address on the fake server itself."""

    base: str = ""
    _kept: dict[str, bytes] = field(default_factory=dict)
    _numbers: Iterable[int] = field(default_factory=lambda: itertools.count(1))

    def keep(self, content: bytes, ending: str) -> str:
        """Keep it and return its address."""
        name = f"{next(iter(self._numbers)):x}.{ending}"
        self._kept[name] = content
        return f"{self.base}/files/{name}"

    def answer(self, name: str) -> web.Response:
        """The file of that name, or 404."""
        if name not in self._kept:
            return web.Response(status=404)
        content = self._kept[name]
        return web.Response(body=content, content_type=image_type(content) or "application/octet-stream")
