"""Telegram's updates, understood: payload in, `Incoming` out, and nothing else happens.

Plain JSON is read, not aiogram's models: those refuse a whole update when one field that they require is missing, and
then a resident's message is lost (docs/decisions/telegram-and-vk-clients.md).
"""

import re

from bots.reading import digest, read_name, read_order, read_point
from gateway.channels import FileRef, Incoming, Json, Left, Occurrence, Started, Wrote
from gateway.dialog.events import Edited, Odd, Pressed, SharedContact
from gateway.domain.conversation import Stamp
from gateway.domain.place import Point
from gateway.lenient import obj, objects, text, whole

_START = re.compile(r"/start(?:@\w+)?(?:\s+(?P<code>[A-Za-z0-9_-]{1,64}))?\s*")
_GONE = ("kicked", "left")
_FILE_TYPES = ("image/", "application/pdf")
_FILE_NAMES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".pdf")
_ODD = {
    "voice": Odd.VOICE,
    "audio": Odd.VOICE,
    "sticker": Odd.STICKER,
    "dice": Odd.STICKER,
    "video": Odd.VIDEO,
    "video_note": Odd.VIDEO,
    "animation": Odd.VIDEO,
}
# What Telegram says by itself in a private chat; nobody sent it to us.
_NOTICES = frozenset({
    "boost_added", "chat_background_set", "chat_owner_changed", "chat_owner_left", "connected_website",
    "forum_topic_closed", "forum_topic_created", "forum_topic_edited", "forum_topic_reopened",
    "general_forum_topic_hidden", "general_forum_topic_unhidden", "giveaway_completed", "giveaway_created",
    "managed_bot_created", "message_auto_delete_timer_changed", "pinned_message", "refunded_payment",
    "successful_payment", "video_chat_ended", "video_chat_scheduled", "video_chat_started", "write_access_allowed",
})  # fmt: skip


def stamp(payload: Json) -> Stamp:
    """Tell which update it is: https://core.telegram.org/bots/api#update."""
    update = obj(payload)
    number = read_order(update.get("update_id"))
    if number is None:
        return Stamp(key=f"#{digest(payload)}", peer=_peer(update))
    return Stamp(key=str(number), peer=_peer(update), order=number, together=_together(obj(update.get("message"))))


def receive(payload: Json) -> Incoming | None:
    """Understand an update; None for groups, channels, other bots, and what is nobody's message."""
    update = obj(payload)
    peer = _peer(update)
    if peer is None:
        return None
    query = obj(update.get("callback_query"))
    author = obj((query or _about(update)).get("from"))
    what = _pressed(query) if query else _occurred(update)
    if what is None or author.get("is_bot") is True:
        return None
    return Incoming(
        peer=peer,
        what=what,
        press=text(query.get("id")) or None,
        profile_name=" ".join(filter(None, (text(author.get("first_name")), text(author.get("last_name"))))) or None,
        lang=text(author.get("language_code")).partition("-")[0] or None,
    )


def _about(update: dict[str, Json]) -> dict[str, Json]:
    return next((obj(update[kind]) for kind in ("message", "edited_message", "my_chat_member") if kind in update), {})


def _peer(update: dict[str, Json]) -> str | None:
    """Return the private chat, with its topic where it has topics: answers must go there."""
    query = obj(update.get("callback_query"))
    message = obj(query.get("message")) if query else _about(update)
    chat = obj(message.get("chat"))
    number = whole(chat.get("id")) if chat else whole(obj(query.get("from")).get("id"))
    if number is None or (chat and chat.get("type", "private") != "private"):
        return None
    if message.get("sender_chat") or message.get("is_automatic_forward"):
        return None
    thread = whole(message.get("message_thread_id")) if message.get("is_topic_message") is True else None
    return str(number) if thread is None else f"{number}.{thread}"


def _together(message: dict[str, Json]) -> str | None:
    """Name what an album or a forwarded burst has in common; each of its messages is an update of its own."""
    album = read_name(message.get("media_group_id"))
    if album:
        return f"album.{album}"
    is_forwarded = "forward_origin" in message or "forward_date" in message
    return f"forwarded.{whole(message.get('date'))}" if is_forwarded else None


def _pressed(query: dict[str, Json]) -> Pressed | None:
    return Pressed(data=text(query.get("data"))) if text(query.get("id")) else None


def _occurred(update: dict[str, Json]) -> Occurrence | None:
    if "message" in update:
        return _wrote(obj(update["message"]))
    if "edited_message" in update:
        return _edited(obj(update["edited_message"]))
    member = obj(obj(update.get("my_chat_member")).get("new_chat_member"))
    return Left() if member.get("status") in _GONE else None


def _edited(message: dict[str, Json]) -> Edited | None:
    """A live location moves by edits without any text: those are nobody's words."""
    number, said = whole(message.get("message_id")), _said(message)
    return Edited(message=str(number), text=said) if number is not None and said else None


def _wrote(message: dict[str, Json]) -> Occurrence | None:
    start = _START.fullmatch(text(message.get("text")))
    if start:
        return Started(code=start["code"])
    files, place, contact = _files(message), _place(message), _contact(message)
    said = _said(message) or _venue(message)
    odd = None if files else next((odd for kind, odd in _ODD.items() if kind in message), None)
    if not (said or files or place or contact or odd):
        if _NOTICES & message.keys():
            return None
        odd = Odd.OTHER
    number = whole(message.get("message_id"))
    return Wrote(
        text=said,
        files=files,
        place=place,
        contact=contact,
        odd=odd,
        message=None if number is None else str(number),
    )


def _said(message: dict[str, Json]) -> str:
    return text(message.get("text")) or text(message.get("caption"))


def _venue(message: dict[str, Json]) -> str:
    venue = obj(message.get("venue"))
    return ", ".join(filter(None, (text(venue.get("title")), text(venue.get("address")))))


def _place(message: dict[str, Json]) -> Point | None:
    found = obj(message.get("location")) or obj(obj(message.get("venue")).get("location"))
    return read_point(found.get("latitude"), found.get("longitude"))


def _contact(message: dict[str, Json]) -> SharedContact | None:
    contact = obj(message.get("contact"))
    phone = text(contact.get("phone_number"))
    if not phone:
        return None
    owner = whole(contact.get("user_id"))
    is_own = owner is not None and owner == whole(obj(message.get("from")).get("id"))
    if is_own and phone.isdecimal():
        phone = f"+{phone}"  # Telegram knows its own users' numbers by their country, and may leave the plus away
    name = " ".join(filter(None, (text(contact.get("first_name")), text(contact.get("last_name")))))
    return SharedContact(phone=phone, name=name or None, is_own=is_own)


def _files(message: dict[str, Json]) -> tuple[FileRef, ...]:
    sizes = [size for size in objects(message.get("photo")) if text(size.get("file_id"))]
    if sizes:
        return (_file(max(sizes, key=lambda size: (whole(size.get("width")) or 0) * (whole(size.get("height")) or 0))),)
    document = obj(message.get("document"))
    return (_file(document),) if text(document.get("file_id")) and _is_ours(message, document) else ()


def _is_ours(message: dict[str, Json], document: dict[str, Json]) -> bool:
    """Tell whether a form may take it; an animation is sent as a document too."""
    if "animation" in message:
        return False
    type, name = text(document.get("mime_type")).lower(), text(document.get("file_name")).lower()
    return type.startswith(_FILE_TYPES) or name.endswith(_FILE_NAMES) or not (type or name)


def _file(file: dict[str, Json]) -> FileRef:
    return FileRef(ref=text(file.get("file_id")), name=text(file.get("file_name")), size=whole(file.get("file_size")))
