"""What Odnoklassniki tells a group's bot, understood; the shapes are those of https://apiok.ru/dev/graph_api/bot_api.

Unknown fields and kinds are passed over. The oldest shape of a message has no `webhookType`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bots.reading import name_event, place_in_time, read_name, read_point
from gateway.channels import FileRef, Incoming, Json, Occurrence, Started, Wrote
from gateway.dialog.events import Odd, Pressed, SharedContact
from gateway.domain.conversation import Stamp
from gateway.domain.place import Point
from gateway.errors import NotUnderstood
from gateway.lenient import obj, objects, text, whole

Object: TypeAlias = Mapping[str, Any]

_ODD = {"AUDIO": Odd.VOICE, "VIDEO": Odd.VIDEO, "STICKER": Odd.STICKER}
_SILENT = {"INLINE_KEYBOARD"}
_GROUP = "group:"


def stamp(payload: Json) -> Stamp:
    """Tell which event an update is; one of no known shape is told by all that it says."""
    update = obj(payload)
    kind, message = _kind(update), obj(update.get("message"))
    pressed, at = update.get("callbackId"), update.get("timestamp")
    # Whether a callback's name is of the press or of the keyboard is not published: the moment tells presses apart.
    press = f"{pressed}.{at}" if isinstance(pressed, str | int) and pressed != "" else None
    name = {"MESSAGE_CREATED": message.get("mid"), "MESSAGE_CALLBACK": press}.get(kind)
    return Stamp(
        key=name_event(kind, name, payload),
        peer=_chat(update),
        order=place_in_time(update.get("timestamp"), message.get("seq")),
    )


def receive(payload: Json) -> Incoming | None:
    """Understand an update; None for what is no resident's. Raises NotUnderstood."""
    update = obj(payload)
    read = _READERS.get(_kind(update))
    sender = obj(update.get("sender"))
    if read is None or str(sender.get("user_id")).startswith(_GROUP):
        return None
    what = read(update)
    if what is None:
        return None
    peer = _chat(update)
    if peer is None:
        raise NotUnderstood("an update without a chat")
    callback = update.get("callbackId")
    return Incoming(
        peer=peer,
        what=what,
        press=str(callback) if isinstance(what, Pressed) and isinstance(callback, str | int) else None,
        profile_name=text(sender.get("name")).strip() or None,
    )


def _kind(update: Object) -> str:
    kind = text(update.get("webhookType"))
    return kind or ("MESSAGE_CREATED" if "message" in update else "")


def _chat(update: Object) -> str | None:
    """The chat, with its kind before it: the documentation warns that ids come as texts or as numbers."""
    name = read_name(obj(update.get("recipient")).get("chat_id"))
    if name is None or name.startswith((_GROUP, "user:")):
        return None
    return name if ":" in name else f"chat:{name}"


def _created(update: Object) -> Occurrence:
    message = obj(update.get("message"))
    if not message:
        raise NotUnderstood("a message that is none")
    found = _Found()
    found.take(message)
    found.take(obj(obj(message.get("forward")).get("message")))
    return found.wrote(message=read_name(message.get("mid")))


def _pressed(update: Object) -> Occurrence:
    data = update.get("payload")
    return Pressed(data=str(data) if isinstance(data, str | int) else "")


def _system(update: Object) -> Occurrence | None:
    return Started() if update.get("type") == "CHAT_STARTED" else None


_READERS = {"MESSAGE_CREATED": _created, "MESSAGE_CALLBACK": _pressed, "CHAT_SYSTEM": _system}


@dataclass(slots=True)
class _Found:
    """What the parts of one message bring."""

    texts: list[str] = field(default_factory=list)
    files: list[FileRef] = field(default_factory=list)
    place: Point | None = None
    contact: SharedContact | None = None
    odd: Odd | None = None

    def take(self, message: Object) -> None:
        if said := text(message.get("text")).strip():
            self.texts.append(said)
        several = message.get("attachments")
        for attachment in objects(several if isinstance(several, list) else [message.get("attachment")]):
            self._take_attachment(attachment)

    def _take_attachment(self, attachment: Object) -> None:
        kind, payload = text(attachment.get("type")).upper(), obj(attachment.get("payload"))
        if kind in {"IMAGE", "FILE"} and text(payload.get("url")):
            name = text(payload.get("name")) or text(payload.get("filename"))
            self.files.append(FileRef(ref=text(payload.get("url")), name=name, size=whole(payload.get("size"))))
        elif kind == "LOCATION":
            self.place = read_point(payload.get("latitude"), payload.get("longitude")) or self.place
        elif kind == "CONTACT":
            self.contact = _contact(payload) or self.contact
        elif kind == "SHARE":
            self._take_share(payload)
        elif kind not in _SILENT:
            self.odd = _ODD.get(kind, Odd.OTHER)

    def _take_share(self, payload: Object) -> None:
        """What was handed on counts by its words; a link that was typed is in the text already."""
        words = [text(payload.get(part)).strip() for part in ("title", "description", "text", "url")]
        self.texts.extend(word for word in words if word and not any(word in known for known in self.texts))

    def wrote(self, *, message: str | None) -> Wrote:
        return Wrote(
            text="\n\n".join(self.texts),
            files=tuple(self.files),
            place=self.place,
            contact=self.contact,
            odd=self.odd,
            message=message,
        )


def _contact(payload: Object) -> SharedContact | None:
    """The platform does not tell whose card it is, so it is nobody's own."""
    phone = payload.get("phone")
    if not isinstance(phone, str | int) or not str(phone).strip():
        return None
    return SharedContact(phone=str(phone).strip(), name=text(payload.get("name")).strip() or None)
