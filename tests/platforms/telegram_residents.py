"""People on the fake Telegram: what they see of the bot's messages, and the updates that their deeds become."""

import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.platforms.platform import Button, Shown

if TYPE_CHECKING:
    from tests.platforms.telegram import TelegramPlatform

_ODD: dict[str, dict[str, Any]] = {
    "voice": {"voice": {"duration": 4, "mime_type": "audio/ogg", "file_size": 9000}},
    "sticker": {
        "sticker": {
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": "👍",
            "set_name": "Thumbs",
        }
    },
    "video": {"video": {"width": 640, "height": 360, "duration": 7, "mime_type": "video/mp4", "file_size": 500_000}},
    "unknown": {"hologram": {"depth": 3, "frames": 24}},
}


@dataclass(slots=True)
class Written:
    """A message of the bot as it stands now."""

    message: dict[str, Any]
    files: tuple[bytes, ...] = ()


@dataclass(slots=True)
class TelegramResident:
    """One private chat with the bot. `thread` is the topic in it in which they write, if there are any."""

    platform: "TelegramPlatform"
    id: int
    name: str
    written: list[Written] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)
    said: dict[str, dict[str, Any]] = field(default_factory=dict)
    started: bool = False
    blocked: bool = False
    keyboard: tuple[int, Mapping[str, Any]] | None = None
    """The reply keyboard under their text field, and the message that brought it."""
    thread: int | None = None

    @property
    def user(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": "ru"}

    @property
    def private_chat(self) -> dict[str, Any]:
        return {"id": self.id, "type": "private", "first_name": self.name}

    @property
    def chat(self) -> Sequence[Shown]:
        return [self._shown(one) for one in self.written]

    async def start(self, payload: str | None = None) -> None:
        if payload is not None:
            assert self.platform.is_start_payload(payload), f"no link to Telegram can carry {payload!r}"
        await self.say("/start" if payload is None else f"/start {payload}")

    async def say(
        self,
        text: str = "",
        *,
        photos: Sequence[bytes] = (),
        place: tuple[float, float] | None = None,
        times: int = 1,
    ) -> str:
        """One message, or an album of those photos; a place is a message of its own, after the others."""
        contents = self._photos(photos, text) if photos else [{"text": text} | _command(text)] if text else []
        if place:
            contents.append({"location": {"latitude": place[0], "longitude": place[1]}})
        assert contents, "nothing was said"
        ids = [self._send(content, times) for content in contents]
        return ids[0]

    async def send_file(self, data: bytes, name: str, kind: str, text: str = "") -> str:
        """Send a file as it is, a photo without compression for instance; `kind` is its MIME type."""
        document = self.platform.keep(data, name) | {"file_name": name, "mime_type": kind}
        return self._send({"document": document} | ({"caption": text} if text else {}))

    async def edit(self, message: str, text: str) -> None:
        old = self.said[message]
        name = "text" if "text" in old else "caption"
        self.said[message] = old | {name: text, "edit_date": _now()}
        self.platform.happen("edited_message", self.said[message], self.id)

    async def share_contact(self, phone: str, *, own: bool = True) -> None:
        owner = self.id if own else self.id + 1_000_000
        self._send({"contact": {"phone_number": phone, "first_name": self.name, "user_id": owner}})

    async def send_odd(self, kind: str) -> None:
        kept = {} if kind == "unknown" else self.platform.keep(b"\0" * 64, kind)
        self._send({name: value | kept for name, value in _ODD[kind].items()})

    async def press(self, label: str, *, times: int = 1, of: Shown | None = None) -> None:
        """An inline button becomes callback queries, a button under the text field a message with its label."""
        for one in reversed([one for one in self.written if of is None or str(one.message["message_id"]) == of.id]):
            button = next((button for _, button in self._buttons(one) if button["text"] == label), None)
            if button is None:
                continue
            for _ in range(times):
                self._press(one, button)
            return
        there = [[button.label for button in shown.buttons] for shown in self.chat if shown.buttons]
        raise AssertionError(f"no button {label!r}; there are {there[-3:]}")

    async def block(self) -> None:
        self.blocked = True
        self._member("member", "kicked")

    def receive(self, message: dict[str, Any], files: Sequence[bytes], markup: Mapping[str, Any] | None) -> None:
        """Take a message of the bot; its keyboard replaces the one that was under the text field."""
        if markup and "inline_keyboard" in markup:
            message["reply_markup"] = dict(markup)
        elif markup and "keyboard" in markup:
            self.keyboard = (message["message_id"], markup)
        elif markup and "remove_keyboard" in markup:
            self.keyboard = None
        self.written.append(Written(message, tuple(files)))

    def find(self, message_id: int) -> Written | None:
        """Return the bot's message with that number, or None."""
        return next((one for one in self.written if one.message["message_id"] == message_id), None)

    def _press(self, one: Written, button: Mapping[str, Any]) -> None:
        if "url" in button or "web_app" in button or "copy_text" in button:
            return
        if "callback_data" in button:
            self.platform.query(self, one.message, button["callback_data"])
            return
        assert not button.get("request_contact"), "this button is pressed by share_contact"
        assert not button.get("request_location"), "this button is pressed by say(place=…)"
        if self.keyboard and self.keyboard[1].get("one_time_keyboard"):
            self.keyboard = None
        self._send({"text": button["text"]})

    def _photos(self, photos: Sequence[bytes], caption: str) -> list[dict[str, Any]]:
        contents: list[dict[str, Any]] = [{"photo": self.platform.sizes(photo)} for photo in photos]
        if caption:
            contents[0]["caption"] = caption
        if len(photos) > 1:
            album = str(13_800_000_000_000_000 + next(self.platform.numbers))
            contents = [content | {"media_group_id": album} for content in contents]
        return contents

    def _send(self, content: dict[str, Any], times: int = 1) -> str:
        self.started = True
        if self.blocked:
            self.blocked = False
            self._member("kicked", "member")
        message = {
            "message_id": next(self.platform.numbers),
            "from": self.user,
            "chat": self.private_chat,
            "date": _now(),
        }
        if self.thread is not None:
            message |= {"message_thread_id": self.thread, "is_topic_message": True}
        message |= content
        self.said[str(message["message_id"])] = message
        alone = "media_group_id" in content
        self.platform.happen("message", message, None if alone else self.id, times)
        return str(message["message_id"])

    def _member(self, old: str, new: str) -> None:
        bot = self.platform.me
        states = {"member": {"status": "member", "user": bot}}
        states["kicked"] = {"status": "kicked", "user": bot, "until_date": 0}
        change = {"old_chat_member": states[old], "new_chat_member": states[new]}
        about = {"chat": self.private_chat, "from": self.user, "date": _now()}
        self.platform.happen("my_chat_member", about | change, self.id)

    def _buttons(self, one: Written) -> list[tuple[int, Mapping[str, Any]]]:
        rows = one.message.get("reply_markup", {}).get("inline_keyboard", [])
        if self.keyboard and self.keyboard[0] == one.message["message_id"]:
            rows = rows or self.keyboard[1]["keyboard"]
        return list(itertools.chain.from_iterable(((at, button) for button in row) for at, row in enumerate(rows)))

    def _shown(self, one: Written) -> Shown:
        text = one.message.get("text") or one.message.get("caption") or ""
        buttons = (Button(label=button["text"], row=at, kind=_kind(button)) for at, button in self._buttons(one))
        return Shown(id=str(one.message["message_id"]), text=text, buttons=tuple(buttons), files=one.files)


def _kind(button: Mapping[str, Any]) -> str:
    if button.get("request_location"):
        return "location"
    if button.get("request_contact"):
        return "contact"
    return "link" if "url" in button or "web_app" in button else "choice"


def _command(text: str) -> dict[str, Any]:
    if not text.startswith("/"):
        return {}
    return {"entities": [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]}


def _now() -> int:
    return int(time.time())
