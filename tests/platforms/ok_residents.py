"""People on the fake Odnoklassniki who write to the group: what they do is told to the group's bot."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.platforms import ok_payloads
from tests.platforms.chats import Clock, Files, Message, find_key
from tests.platforms.platform import Shown

IMAGES = 4  # more photos than that go in several messages

_SEQ = itertools.count(98_211_023_614_189_660, 65_537)
_CALLBACKS = itertools.count(1)


@dataclass(slots=True, kw_only=True)
class Callback:
    """A pressed button that waits for its answer."""

    id: str
    resident: "OkResident"
    answered: bool = False


@dataclass(slots=True, kw_only=True)
class OkResident:
    """A person with a dialog with the group. `tell` brings updates: `await tell(resident, *updates, times=1)`."""

    id: int
    name: str
    tell: Callable[..., Any]
    old_shape: Callable[[], bool]
    clock: Clock
    files: Files
    callbacks: dict[str, Callback]
    messages: list[Message] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)
    """Always empty: an answer to a pressed button is a message here."""
    known: bool = False
    blocked: bool = False

    @property
    def chat(self) -> Sequence[Shown]:
        return [message.shown for message in self.messages if message.by == "page"]

    @property
    def chat_id(self) -> str:
        return f"chat:C3ecb{self.id:x}"

    @property
    def user_id(self) -> str:
        return f"user:{self.id}"

    @property
    def user(self) -> dict[str, str]:
        return {"user_id": self.user_id, "name": self.name}

    async def start(self, payload: str | None = None) -> None:
        """Open the dialog. There are no deep links into it, so a payload gets lost."""
        await self._tell(ok_payloads.started(self.chat_id, self.user, self.clock()))

    async def say(
        self,
        text: str = "",
        *,
        photos: Sequence[bytes] = (),
        place: tuple[float, float] | None = None,
        times: int = 1,
    ) -> str:
        attachments = [ok_payloads.image(self.files.keep(photo, "jpg")) for photo in photos[:IMAGES]]
        if place is not None:
            attachments.append(ok_payloads.location(*place))
        first = await self._say(text, attachments, times=times)
        if photos[IMAGES:]:
            await self.say(photos=photos[IMAGES:], times=times)
        return first

    async def edit(self, message: str, text: str) -> None:
        """Change it where only the chat's history shows it: the group is told nothing."""
        next(one for one in self.messages if one.id == message and one.by == "resident").text = text

    async def share_contact(self, phone: str, *, own: bool = True) -> None:
        await self._say("", [ok_payloads.contact(self.name if own else "Другой Человек", phone)])

    async def send_odd(self, kind: str) -> None:
        await self._say("", [ok_payloads.odd(kind, self.files.keep(b"odd", "bin"))])

    async def press(self, label: str, *, times: int = 1, of: Shown | None = None) -> None:
        message, key = find_key(self.messages, label, of)
        await self._tell(*(self._callback(message, key.payload) for _ in range(times)))

    async def block(self) -> None:
        """Forbid the group to write; it learns that from its next message alone."""
        self.blocked = True

    def take(self, message: Message) -> None:
        """Have a message of the group in the dialog."""
        self.messages.append(message)

    def new_message(self, by: str, text: str) -> Message:
        """A message with a number of its own; bigger numbers are newer."""
        at, seq = self.clock(), next(_SEQ)
        return Message(id=f"mid:{self.chat_id.removeprefix('chat:')}.{seq:x}", seq=seq, at=at, by=by, text=text)

    async def _say(self, text: str, attachments: list[dict[str, Any]], *, times: int = 1) -> str:
        message = self.new_message("resident", text)
        message.attachments = attachments
        self.messages.append(message)
        self.blocked = False
        told = ok_payloads.created(message, self.chat_id, self.user, old_shape=self.old_shape())
        await self._tell(told, times=times)
        return message.id

    def _callback(self, message: Message, payload: str) -> dict[str, Any]:
        at = self.clock()
        callback = Callback(id=f"cb{next(_CALLBACKS):x}.{at:x}", resident=self)
        self.callbacks[callback.id] = callback
        return ok_payloads.pressed(callback.id, payload, message.id, self.chat_id, self.user, at)

    async def _tell(self, *updates: dict[str, Any], times: int = 1) -> None:
        self.known = True
        await self.tell(self, *updates, times=times)
