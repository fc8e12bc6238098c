"""People on the fake VK: what they see of the community's messages, and the events that their deeds become."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.platforms.platform import Button, Shown

if TYPE_CHECKING:
    from tests.platforms.vk import VkPlatform

CLIENT = {
    "button_actions": [
        "text",
        "vkpay",
        "open_app",
        "location",
        "open_link",
        "open_photo",
        "callback",
        "intent_subscribe",
        "intent_unsubscribe",
    ],
    "keyboard": True,
    "inline_keyboard": True,
    "carousel": True,
    "lang_id": 0,
}
"""What a current client says that it can show."""

_ODD: dict[str, dict[str, Any]] = {
    "sticker": {
        "type": "sticker",
        "sticker": {"sticker_id": 9008, "product_id": 279, "inner_type": "base_sticker_new", "images": []},
    },
    "video": {
        "type": "video",
        "video": {"id": 456239021, "owner_id": 1, "title": "Видео", "duration": 7, "access_key": "a1b2", "date": 1},
    },
    "unknown": {"type": "hologram", "hologram": {"depth": 3, "frames": 24}},
}


@dataclass(slots=True)
class Written:
    """A message of the community as it stands now."""

    message: dict[str, Any]
    keyboard: Mapping[str, Any] | None = None
    files: tuple[bytes, ...] = ()


@dataclass(slots=True)
class VkResident:
    """One dialog with the community. `client` is the client_info of their messages."""

    platform: "VkPlatform"
    id: int
    name: str
    written: list[Written] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)
    client: dict[str, Any] = field(default_factory=lambda: dict(CLIENT))
    allowed: bool = False
    keyboard: tuple[int, Mapping[str, Any]] | None = None
    """The keyboard under their text field, and the message that brought it."""
    count: int = 0
    denied: bool = False

    @property
    def chat(self) -> Sequence[Shown]:
        return [self._shown(one) for one in self.written]

    async def start(self, payload: str | None = None) -> None:
        """Press «Начать»; a deep link gives the message its `ref`."""
        link = {} if payload is None else {"ref": payload, "ref_source": "link"}
        self._send({"text": "Начать", "payload": '{"command":"start"}'} | link)

    async def say(
        self,
        text: str = "",
        *,
        photos: Sequence[bytes] = (),
        place: tuple[float, float] | None = None,
        times: int = 1,
    ) -> str:
        """One message with all of it; photos beyond the tenth go into more."""
        assert text or photos or place, "nothing was said"
        content: dict[str, Any] = {"text": text}
        if place:
            where = {"latitude": place[0], "longitude": place[1]}
            content["geo"] = {"type": "point", "coordinates": where}
        pictures = [{"type": "photo", "photo": self.platform.store.photo(photo, self.id)} for photo in photos]
        first = self._send(content | {"attachments": pictures[:10]}, times)
        for at in range(10, len(pictures), 10):
            self._send({"attachments": pictures[at : at + 10]}, times)
        return first

    async def send_file(self, data: bytes, name: str, kind: str, text: str = "") -> str:
        """Send a file as it is, a photo without compression for instance."""
        document = {"type": "doc", "doc": self.platform.store.document(data, name, self.id, kind)}
        return self._send({"text": text, "attachments": [document]})

    async def edit(self, message: str, text: str) -> None:
        changed = self.platform.messages[int(message)]
        changed |= {"text": text, "update_time": _now()}
        self.platform.happen("message_edit", dict(changed), self.id)

    async def share_contact(self, phone: str, *, own: bool = True) -> None:
        """VK has no contacts to share: write the number."""
        await self.say(phone)

    async def send_odd(self, kind: str) -> None:
        odd = _ODD[kind] if kind in _ODD else self._voice()
        self._send({"attachments": [odd]})

    async def press(self, label: str, *, times: int = 1, of: Shown | None = None) -> None:
        """A callback button becomes events, a text button messages with its label and payload."""
        for one in reversed([one for one in self.written if of is None or str(one.message["id"]) == of.id]):
            buttons = (button for row in self._rows(one) for button in row)
            button = next((button for button in buttons if button["action"].get("label") == label), None)
            if button is None:
                continue
            for _ in range(times):
                self._press(one, button["action"])
            return
        there = [[button.label for button in shown.buttons] for shown in self.chat if shown.buttons]
        raise AssertionError(f"no button {label!r}; there are {there[-3:]}")

    async def block(self) -> None:
        """Forbid the community to write."""
        self.allowed, self.denied = False, True
        self.platform.happen("message_deny", {"user_id": self.id}, self.id)

    async def allow(self, key: str = "") -> None:
        """Let the community write first, as from a widget on a page."""
        self.allowed, self.denied = True, False
        self.platform.happen("message_allow", {"user_id": self.id, "key": key}, self.id)

    def receive(self, message: dict[str, Any], files: Sequence[bytes], keyboard: Mapping[str, Any] | None) -> None:
        """Take a message of the community; a keyboard that is not inline replaces the one under the text field."""
        inline = keyboard if keyboard and keyboard.get("inline") else None
        if keyboard and not inline:
            self.keyboard = (message["id"], keyboard) if keyboard["buttons"] else None
        self.written.append(Written(message, inline, tuple(files)))

    def next_number(self) -> int:
        """Return the number of the next message within this dialog."""
        self.count += 1
        return self.count

    def _press(self, one: Written, action: Mapping[str, Any]) -> None:
        match action["type"]:
            case "callback":
                self.platform.press(self, one.message, json.loads(action.get("payload") or "{}"))
            case "text":
                if self.keyboard and self.keyboard[1].get("one_time"):
                    self.keyboard = None
                payload = {"payload": action["payload"]} if action.get("payload") else {}
                self._send({"text": action["label"]} | payload)

    def _send(self, content: dict[str, Any], times: int = 1) -> str:
        if self.denied:
            self.platform.happen("message_allow", {"user_id": self.id, "key": ""}, self.id)
        self.allowed, self.denied = True, False
        message = self.platform.message(self, self.id, content)
        self.platform.written_to_page(self, message, times)
        return str(message["id"])

    def _rows(self, one: Written) -> Sequence[Sequence[Mapping[str, Any]]]:
        if one.keyboard:
            return one.keyboard["buttons"]
        if self.keyboard and self.keyboard[0] == one.message["id"]:
            return self.keyboard[1]["buttons"]
        return []

    def _shown(self, one: Written) -> Shown:
        rows = enumerate(self._rows(one))
        buttons = tuple(_button(at, button["action"]) for at, row in rows for button in row)
        return Shown(id=str(one.message["id"]), text=one.message["text"], buttons=buttons, files=one.files)

    def _voice(self) -> dict[str, Any]:
        address = self.platform.store.keep(b"OggS" + b"\0" * 60, "voice.ogg")
        voice = {"id": 615_000_001, "owner_id": self.id, "duration": 4, "access_key": "4b2c", "waveform": [1, 9, 3]}
        voice |= {"link_ogg": address, "link_mp3": address, "transcript_state": "in_progress"}
        return {"type": "audio_message", "audio_message": voice}


def _button(row: int, action: Mapping[str, Any]) -> Button:
    kind = {"location": "location", "open_link": "link", "open_app": "link"}.get(action["type"], "choice")
    return Button(label=action.get("label", "Отправить местоположение"), row=row, kind=kind)


def _now() -> int:
    return int(time.time())
