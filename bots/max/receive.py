"""What MAX tells a bot, understood: an Update of its bot API becomes an Incoming.

Unknown fields and kinds are passed over.
Dialogs go by the resident's number, not by the dialog's: presses of buttons come without the latter.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bots.reading import name_event, place_in_time, read_name, read_point
from gateway.channels import FileRef, Incoming, Json, Left, Occurrence, Started, Wrote
from gateway.dialog.events import Edited, Odd, Pressed, SharedContact
from gateway.domain.conversation import Stamp
from gateway.domain.place import Point
from gateway.errors import NotUnderstood
from gateway.lenient import obj, objects, text, whole

Object: TypeAlias = Mapping[str, Any]

_ODD = {"audio": Odd.VOICE, "video": Odd.VIDEO, "sticker": Odd.STICKER}
_SILENT = {"inline_keyboard", "reply_keyboard", "share", "data"}
"""Attachments that add nothing to the text: a link's preview, what came with a forwarded message."""
_PHONE = re.compile(r"^(?:item\d+\.)?TEL[^:\r\n]*:(?:tel:)?([^\r\n]+)", re.IGNORECASE | re.MULTILINE)
_CARD_NAME = re.compile(r"^FN[^:\r\n]*:([^\r\n]+)", re.IGNORECASE | re.MULTILINE)


def stamp(payload: Json) -> Stamp:
    """Tell which event an update is; one of no known shape is told by all that it says."""
    update = obj(payload)
    kind, at = text(update.get("update_type")), update.get("timestamp")
    body = obj(obj(update.get("message")).get("body"))
    if kind == "message_callback":
        # Its description is "current keyboard identifier": two buttons of one message may share it, not the moment.
        pressed = text(obj(update.get("callback")).get("callback_id"))
        name = f"{pressed}.{at}" if pressed else ""
    elif kind == "message_created":
        name = text(body.get("mid"))
    else:
        name = f"{_person(update).get('user_id')}.{text(body.get('mid'))}.{at}" if whole(at) else ""
    own_seq = body.get("seq") if kind == "message_created" else None
    return Stamp(key=name_event(kind, name, payload), peer=_peer(update), order=place_in_time(at, own_seq))


def receive(payload: Json) -> Incoming | None:
    """Understand an update; None for what is no resident's in a dialog. Raises NotUnderstood."""
    update = obj(payload)
    read = _READERS.get(str(update.get("update_type")))
    if read is None or _is_elsewhere(update):
        return None
    if _person(update).get("is_bot") is True:
        return None
    peer = _peer(update)
    if peer is None:
        raise NotUnderstood("an update without a person")
    what = read(update)
    callback = obj(update.get("callback")).get("callback_id")
    return Incoming(
        peer=peer,
        what=what,
        press=callback if isinstance(what, Pressed) and isinstance(callback, str) and callback else None,
        profile_name=_name(_person(update)),
        lang=text(update.get("user_locale")).partition("-")[0].lower() or None,
    )


def _peer(update: Object) -> str | None:
    """The person whose dialog it is, None where it is not a dialog's."""
    return None if _is_elsewhere(update) else read_name(_person(update).get("user_id"))


def _person(update: Object) -> Object:
    kind = text(update.get("update_type"))
    if kind == "message_callback":
        return obj(obj(update.get("callback")).get("user"))
    if kind in {"message_created", "message_edited"}:
        return obj(obj(update.get("message")).get("sender"))
    return obj(update.get("user")) or {"user_id": update.get("user_id")}


def _is_elsewhere(update: Object) -> bool:
    """Whether it happened in a group or a channel: their numbers are negative."""
    recipient = obj(obj(update.get("message")).get("recipient"))
    chat = whole(recipient.get("chat_id")) or whole(update.get("chat_id")) or 0
    return text(recipient.get("chat_type")) not in {"", "dialog"} or chat < 0


def _created(update: Object) -> Occurrence:
    message = obj(update.get("message"))
    if not message:
        raise NotUnderstood("a message_created without a message")
    found = _Found()
    body = obj(message.get("body"))
    found.take(body)
    link = obj(message.get("link"))
    if link.get("type") == "forward":  # what somebody else wrote, handed on; a reply quotes what is known
        found.take(obj(link.get("message")))
    return found.wrote(message=text(body.get("mid")) or None, sender=_person(update).get("user_id"))


def _edited(update: Object) -> Occurrence:
    body = obj(obj(update.get("message")).get("body"))
    mid = text(body.get("mid"))
    if not mid:
        raise NotUnderstood("an edited message without its name")
    return Edited(message=mid, text=text(body.get("text")))


def _pressed(update: Object) -> Occurrence:
    return Pressed(data=text(obj(update.get("callback")).get("payload")))


def _started(update: Object) -> Occurrence:
    return Started(code=text(update.get("payload")) or None)


_READERS: Mapping[str, Callable[[Object], Occurrence]] = {
    "message_created": _created,
    "message_edited": _edited,
    "message_callback": _pressed,
    "bot_started": _started,
    "bot_stopped": lambda _: Left(),
    "dialog_removed": lambda _: Left(),
}


@dataclass(slots=True)
class _Found:
    """What the parts of one message bring."""

    texts: list[str] = field(default_factory=list)
    files: list[FileRef] = field(default_factory=list)
    place: Point | None = None
    card: Object | None = None
    odd: Odd | None = None

    def take(self, body: Object) -> None:
        said = text(body.get("text")).strip()
        if said:
            self.texts.append(said)
        for attachment in objects(body.get("attachments")):
            self._take_attachment(attachment, has_text=bool(said))

    def _take_attachment(self, attachment: Object, *, has_text: bool) -> None:
        kind, payload = text(attachment.get("type")), obj(attachment.get("payload"))
        if kind in {"image", "file"} and text(payload.get("url")):
            self.files.append(_file(attachment, payload))
        elif kind == "location":
            self.place = _point(attachment) or _point(payload) or self.place
        elif kind == "contact":
            self.card = payload
        elif kind == "share" and not has_text:
            self.texts.extend(filter(None, [text(attachment.get("title")), text(payload.get("url"))]))
        elif kind not in _SILENT:
            self.odd = _ODD.get(kind, Odd.OTHER)

    def wrote(self, *, message: str | None, sender: object) -> Wrote:
        return Wrote(
            text="\n\n".join(self.texts),
            files=tuple(self.files),
            place=self.place,
            contact=None if self.card is None else _contact(self.card, sender),
            odd=self.odd,
            message=message,
        )


def _file(attachment: Object, payload: Object) -> FileRef:
    return FileRef(
        ref=text(payload.get("url")), name=text(attachment.get("filename")), size=whole(attachment.get("size"))
    )


def _point(where: Object) -> Point | None:
    return read_point(where.get("latitude"), where.get("longitude"))


def _contact(card: Object, sender: object) -> SharedContact | None:
    """The phone number of a card; it is the sender's own if MAX says that the card is of the same person."""
    written = text(card.get("vcf_info"))
    phone = _PHONE.search(written)
    if phone is None:
        return None
    name, person = _CARD_NAME.search(written), obj(card.get("max_info"))
    return SharedContact(
        phone=phone[1].strip(),
        name=(name[1].strip() if name else "") or _name(person),
        is_own=sender is not None and str(person.get("user_id")) == str(sender),
    )


def _name(person: Object) -> str | None:
    parts = [text(person.get(part)) for part in ("first_name", "last_name")]
    return " ".join(filter(None, parts)) or text(person.get("name")) or None
