"""Conversations as data: what a resident does on a fake platform, and what they are told.

A journey is a list of moves; the same list is played on every channel that can carry it.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.app import Gateway
from gateway.domain.case import Case, EventKind
from gateway.domain.number import AppealNumber
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
UNHURRIED = {**PLATFORMS, "max": lambda: MaxPlatform(messages_a_second=None)}
"""Platforms without a limit of speed, for tests whose clock stands still."""

TEXTS = load_texts()
_SECONDS = 30
_NUMBER = re.compile(r"\b\d{3}-\d{3}-\d{4}\b")


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
class Edit:
    """Change the last message."""

    text: str


@dataclass(frozen=True, slots=True)
class Send:
    """Send a voice message, a sticker, a video, or a kind that nobody knows."""

    kind: str


@dataclass(frozen=True, slots=True)
class Share:
    """Share a contact."""

    phone: str
    own: bool = True


@dataclass(frozen=True, slots=True)
class Operator:
    """A person of the agency writes in the dialog by hand."""

    text: str


@dataclass(frozen=True, slots=True)
class Clerk:
    """The agency works on the resident's case: `ask`, `answer`, `move` …, a verb of the clerk."""

    verb: str
    values: tuple[Any, ...]
    files: tuple[Path, ...] = ()

    def __init__(self, verb: str, *values: object, files: Sequence[Path] = ()) -> None:
        object.__setattr__(self, "verb", verb)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "files", tuple(files))


@dataclass(frozen=True, slots=True)
class Noted:
    """Wait until the case in the core store has an event of that kind."""

    kind: EventKind


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nothing is said, nor will be, to what was done last."""


@dataclass(frozen=True, slots=True)
class Told:
    """Wait until a message of the gateway has all of these in it, and buttons of these labels.

    «{number}» stands for the number of the resident's newest appeal.
    """

    words: tuple[str, ...]
    buttons: tuple[str, ...] = ()

    def __init__(self, *words: str, buttons: Sequence[str] = ()) -> None:
        object.__setattr__(self, "words", words)
        object.__setattr__(self, "buttons", tuple(buttons))


Move = Say | Press | Start | Edit | Send | Share | Operator | Clerk | Noted | Quiet | Told


@dataclass(slots=True)
class Chat:
    """One resident's dialog on a platform, played move by move.

    `office` is where the clerk works; `settle` returns when nothing is under way any more.
    """

    platform: Any
    resident: Resident
    office: Gateway
    settle: Callable[[], Awaitable[None]]
    seen: int = 0
    number: AppealNumber | None = None
    last: str = ""

    async def play(self, *moves: Move) -> None:
        """Play moves in order; AssertionError with the whole dialog where it goes astray."""
        for move in moves:
            await self._play(move)

    async def _play(self, move: Move) -> None:
        match move:
            case Told(words=words, buttons=buttons):
                wanted = tuple(word.replace("{number}", self.number or "") for word in words)
                shown = await self.until(lambda shown: _fits(shown, wanted, buttons), f"{wanted} {buttons}")
                if "Отправлено! Номер" in shown.text or "») приняли" in shown.text:
                    self.number = AppealNumber(_NUMBER.findall(shown.text)[0])
            case Noted(kind=kind):
                await self.case_when(lambda case: any(event.kind is kind for event in case.events))
            case Quiet():
                await self.settle()
                assert self.resident.chat[self.seen :] == [], self.transcript()
            case _:
                self.seen = len(self.resident.chat)
                await self._do(move)

    async def _do(self, move: Move) -> None:
        resident = self.resident
        match move:
            case Start(payload=payload):
                await resident.start(payload)
            case Say(text=text, photos=photos, place=place, times=times):
                said = text.replace("{number}", self.number or "")
                self.last = await resident.say(said, photos=photos, place=place, times=times)
            case Press(key=key, times=times):
                await resident.press(_label(key), times=times)
            case Edit(text=text):
                await resident.edit(self.last, text)
            case Send(kind=kind):
                await resident.send_odd(kind)
            case Share(phone=phone, own=own):
                await resident.share_contact(phone, own=own)
            case Operator(text=text):
                await self.platform.operator_says(resident, text)
            case Clerk(verb=verb, values=values, files=files):
                await self._work(verb, *values, **({"files": files} if files else {}))

    async def _work(self, verb: str, *values: object, **more: object) -> None:
        assert self.office.work_on_case is not None
        await self.case_when(lambda case: case is not None)
        await getattr(self.office.work_on_case, verb)(self.number, *values, **more)

    async def case_when(self, is_so: Callable[[Case], bool]) -> Case:
        """Return the resident's case as soon as it is so."""
        assert self.office.cases is not None
        assert self.number is not None, self.transcript()
        deadline = time.monotonic() + _SECONDS
        while True:
            cases = await self.office.cases.list(agency=None, status=None, most=10_000)
            case = next((case for _, case in cases if case.number == self.number), None)
            if case is not None and is_so(case):
                return case
            assert time.monotonic() < deadline, case
            await asyncio.sleep(0.05)

    async def until(self, is_so: Callable[[Shown], bool], what: str) -> Shown:
        """Return the first message since the resident's last move that is so."""
        deadline = time.monotonic() + _SECONDS
        while True:
            for shown in self.resident.chat[self.seen :]:
                if is_so(shown):
                    return shown
            assert time.monotonic() < deadline, f"nobody said {what}:\n{self.transcript()}"
            await asyncio.sleep(0.02)

    def count(self, words: str) -> int:
        """Return how many messages of the gateway have these words."""
        return sum(words in shown.text for shown in self.resident.chat)

    def transcript(self) -> str:
        """The dialog as the resident sees it."""
        shown = self.resident.chat
        told = [f"{message.text}\n   {[button.label for button in message.buttons]}" for message in shown]
        return "\n".join([*told, f"offences: {self.platform.offences}", f"answers: {self.platform.answers[-5:]}"])


def _fits(shown: Shown, words: Sequence[str], buttons: Sequence[str]) -> bool:
    labels = {button.label for button in shown.buttons}
    return all(word in shown.text for word in words) and {_label(key) for key in buttons} <= labels


def _label(key: str) -> str:
    return TEXTS.say("ru", key) if TEXTS.has("ru", key) else key
