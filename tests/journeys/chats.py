"""Conversations as data: what a resident does on a fake platform, and what they are told.

A journey is a list of moves; the same list is played on every channel that can carry it.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

from gateway.texts import load_texts
from tests.platforms.max import MaxPlatform
from tests.platforms.ok import OkPlatform
from tests.platforms.platform import Platform, Resident, Shown
from tests.platforms.telegram import TelegramPlatform
from tests.platforms.vk import VkPlatform

PLATFORMS: Mapping[str, Callable[[], AbstractAsyncContextManager[Platform]]] = {
    "telegram": TelegramPlatform,
    "vk": VkPlatform,
    "ok": OkPlatform,
    "max": MaxPlatform,
}

TEXTS = load_texts()
_SECONDS = 30


def label(key: str, **values: object) -> str:
    """The label of a button, by its key in the texts."""
    return TEXTS.say("ru", key, **values)


@dataclass(frozen=True, slots=True)
class Say:
    """Write a message; `times` delivers each of its updates so often, all at once."""

    text: str = ""
    photos: Sequence[bytes] = ()
    place: tuple[float, float] | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Press:
    """Press the button whose label has that key in the texts (or is that label)."""

    key: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class Start:
    """Open the dialog."""

    payload: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """Wait until the newest message of the gateway has all of these in it, or buttons of these labels."""

    words: tuple[str, ...]
    buttons: tuple[str, ...] = ()

    def __init__(self, *words: str, buttons: Sequence[str] = ()) -> None:
        object.__setattr__(self, "words", words)
        object.__setattr__(self, "buttons", tuple(buttons))


Move = Say | Press | Start | Told


@dataclass(slots=True)
class Chat:
    """One resident's dialog on a platform, played move by move."""

    platform: Any
    resident: Resident
    seen: int = 0
    notes: list[str] = field(default_factory=list)

    async def play(self, *moves: Move) -> Shown:
        """Play moves in order; return the newest message. AssertionError with the whole dialog where it goes astray."""
        for move in moves:
            await self._play(move)
        return self.resident.chat[-1]

    async def _play(self, move: Move) -> None:
        match move:
            case Start(payload=payload):
                self._mark()
                await self.resident.start(payload)
            case Say(text=text, photos=photos, place=place, times=times):
                self._mark()
                await self.resident.say(text, photos=photos, place=place, times=times)
            case Press(key=key, times=times):
                self._mark()
                await self.resident.press(TEXTS.say("ru", key) if TEXTS.has("ru", key) else key, times=times)
            case Told(words=words, buttons=buttons):
                await self.until(lambda shown: _fits(shown, words, buttons), f"{words} {buttons}")

    async def until(self, is_so: Callable[[Shown], bool], what: str) -> Shown:
        """Return the first message since the resident's last move that is so."""
        deadline = time.monotonic() + _SECONDS
        while True:
            for shown in self.resident.chat[self.seen :]:
                if is_so(shown):
                    return shown
            assert time.monotonic() < deadline, f"nobody said {what}:\n{self.transcript()}"
            await asyncio.sleep(0.02)

    def transcript(self) -> str:
        """The dialog as the resident sees it."""
        shown = self.resident.chat
        told = [f"{message.text}\n   {[button.label for button in message.buttons]}" for message in shown]
        return "\n".join([*told, f"offences: {self.platform.offences}", f"answers: {self.platform.answers[-5:]}"])

    def _mark(self) -> None:
        self.seen = len(self.resident.chat)


def _fits(shown: Shown, words: Sequence[str], buttons: Sequence[str]) -> bool:
    labels = {button.label for button in shown.buttons}
    wanted = {TEXTS.say("ru", key) if TEXTS.has("ru", key) else key for key in buttons}
    return all(word in shown.text for word in words) and wanted <= labels
