"""People on the fake MAX: what they do becomes updates of the bot."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.platforms import max_payloads
from tests.platforms.chats import Clock, Files, Message, find_key
from tests.platforms.platform import Shown

Tell = Callable[..., Any]

_SEQ = itertools.count(116_327_994_376_978_687, 65_537)
_PHOTOS = itertools.count(9_007_199_254_740_993)


@dataclass(slots=True, kw_only=True)
class Callback:
    """A pressed button that waits for its answer."""

    id: str
    resident: "MaxResident"
    message: Message
    answered: bool = False


@dataclass(slots=True, kw_only=True)
class MaxResident:
    """A person with a dialog with the bot. `tell` brings updates: `await tell(chat, *updates, times=1)`."""

    id: int
    name: str
    token: str
    tell: Tell
    clock: Clock
    files: Files
    callbacks: dict[str, Callback]
    messages: list[Message] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)
    known: bool = False
    stopped: bool = False

    @property
    def chat(self) -> Sequence[Shown]:
        return [message.shown for message in self.messages if message.by == "page"]

    @property
    def chat_id(self) -> int:
        """The dialog's number, another one than the person's."""
        return self.id + 59_059_059

    @property
    def user(self) -> dict[str, Any]:
        return max_payloads.person(self.id, self.name, self.clock())

    async def start(self, payload: str | None = None) -> None:
        self.stopped = False
        more: dict[str, Any] = {} if payload is None else {"payload": payload}
        await self._tell("bot_started", chat_id=self.chat_id, user=self.user, user_id=self.id, **more)

    async def say(
        self,
        text: str = "",
        *,
        photos: Sequence[bytes] = (),
        place: tuple[float, float] | None = None,
        times: int = 1,
    ) -> str:
        attachments = [max_payloads.image(self.files.keep(photo, "jpg"), next(_PHOTOS)) for photo in photos]
        if place is not None:
            attachments.append(max_payloads.location(*place))
        return await self._say(text, attachments, times=times)

    async def edit(self, message: str, text: str) -> None:
        kept = next(one for one in self.messages if one.id == message and one.by == "resident")
        kept.text = text
        await self._tell("message_edited", message=self._wire(kept))

    async def remove(self, message: str) -> None:
        """Delete a message, which MAX tells of too."""
        self.messages = [one for one in self.messages if one.id != message]
        await self._tell("message_removed", message_id=message, chat_id=self.chat_id, user_id=self.id)

    async def share_contact(self, phone: str, *, own: bool = True) -> None:
        user = self.user if own else max_payloads.person(self.id + 1, "Другой Человек", self.clock())
        await self._say("", [max_payloads.contact(phone, user, self.token if own else None)])

    async def send_odd(self, kind: str) -> None:
        await self._say("", [max_payloads.odd(kind, self.files.keep(b"odd", "bin"))])

    async def press(self, label: str, *, times: int = 1, of: Shown | None = None) -> None:
        message, key = find_key(self.messages, label, of)
        if key.payload.startswith("say:"):
            await self.say(key.payload.removeprefix("say:"), times=times)
            return
        await self.tell(self, *(self._callback(message, key.payload) for _ in range(times)))

    async def block(self) -> None:
        self.stopped = True
        await self._tell("bot_stopped", chat_id=self.chat_id, user=self.user)

    async def dialog(self, event: str) -> None:
        """Clear or remove the dialog, mute it or let it be heard again: `cleared`, `removed`, `muted`, `unmuted`."""
        more = {"muted_until": self.clock() + 3_600_000} if event == "muted" else {}
        await self._tell(f"dialog_{event}", chat_id=self.chat_id, user=self.user, **more)

    def take(self, message: Message) -> None:
        """Have a message of the bot in the dialog."""
        self.messages.append(message)

    def new_message(self, by: str, text: str) -> Message:
        """A message with a number of its own; bigger numbers are newer."""
        at, seq = self.clock(), next(_SEQ)
        return Message(id=f"mid.{self.chat_id:016x}{seq:016x}", seq=seq, at=at, by=by, text=text)

    async def _say(self, text: str, attachments: list[dict[str, Any]], *, times: int = 1) -> str:
        message = self.new_message("resident", text)
        message.attachments = attachments
        self.stopped = False
        self.messages.append(message)
        await self._tell("message_created", times=times, message=self._wire(message))
        return message.id

    def _callback(self, message: Message, payload: str) -> dict[str, Any]:
        at = self.clock()
        callback = Callback(id=f"f9LHodD0cOJf4_{self.id:x}-{at:x}", resident=self, message=message)
        self.callbacks[callback.id] = callback
        pressed = {"timestamp": at, "callback_id": callback.id, "user": self.user, "payload": payload}
        return max_payloads.update("message_callback", at, callback=pressed, message=self._wire(message))

    def _wire(self, message: Message) -> dict[str, Any]:
        return max_payloads.message(message, self.chat_id, self.user, mine=message.by == "page")

    async def _tell(self, kind: str, *, times: int = 1, **fields: Any) -> None:
        self.known = True
        await self.tell(self, max_payloads.update(kind, self.clock(), **fields), times=times)
