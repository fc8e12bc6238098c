"""What hangs on a message of VK: photos, documents, forwarded messages and posts, and what no form can take."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.channels import FileRef, Json
from gateway.dialog.events import Odd
from gateway.lenient import obj, objects, text, whole

_DEEPEST = 4
"""Forwarded messages hold forwarded messages; further down nobody means anything by it."""
_MOST_FILES = 50
_EXTENSIONS = ("jpg", "jpeg", "png", "webp", "heic", "heif", "pdf", "")
_ODD = {
    "audio_message": Odd.VOICE,
    "audio": Odd.VOICE,
    "video": Odd.VIDEO,
    "video_message": Odd.VIDEO,
    "clip": Odd.VIDEO,
    "sticker": Odd.STICKER,
    "ugc_sticker": Odd.STICKER,
    "graffiti": Odd.STICKER,
}
# What only decorates a text.
_SILENT = frozenset({"link"})
_POSTS = frozenset({"wall", "wall_reply"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """All that a message says and brings, with what was forwarded in it."""

    text: str
    files: tuple[FileRef, ...]
    odd: Odd | None


def found_in(message: dict[str, Json]) -> Found:
    """Read a message with its attachments."""
    texts, files, odd = [], [], []
    for said, attachment in _walk(message, 0):
        if said:
            texts.append(said)
        file = _file(attachment)
        if file is not None:
            files.append(file)
        elif attachment:
            odd.append(_ODD.get(text(attachment.get("type")), Odd.OTHER))
    return Found(text="\n\n".join(texts), files=tuple(files[:_MOST_FILES]), odd=odd[0] if odd else None)


def _walk(message: dict[str, Json], depth: int) -> Iterator[tuple[str, dict[str, Json]]]:
    """Yield texts and attachments in the order in which they are read."""
    yield text(message.get("text")).strip(), {}
    for attachment in objects(message.get("attachments")):
        kind = text(attachment.get("type"))
        if kind in _POSTS and depth < _DEEPEST:
            yield from _walk(obj(attachment.get(kind)), depth + 1)
        elif kind not in _SILENT:
            yield "", attachment
    inner = objects(message.get("fwd_messages")) + objects(message.get("copy_history"))
    for one in inner if depth < _DEEPEST else ():
        yield from _walk(one, depth + 1)


def _file(attachment: dict[str, Json]) -> FileRef | None:
    if attachment.get("type") == "photo":
        return _photo(obj(attachment.get("photo")))
    document = obj(attachment.get("doc")) if attachment.get("type") == "doc" else {}
    extension, url = text(document.get("ext")).lower(), text(document.get("url"))
    if not url or extension not in _EXTENSIONS:
        return None
    return FileRef(ref=url, name=text(document.get("title")), size=whole(document.get("size")))


def _photo(photo: dict[str, Json]) -> FileRef | None:
    sizes = [*objects(photo.get("sizes")), obj(photo.get("orig_photo"))]
    sizes = [size for size in sizes if text(size.get("url"))]
    if not sizes:
        return None
    largest = max(sizes, key=lambda size: (whole(size.get("width")) or 0) * (whole(size.get("height")) or 0))
    return FileRef(ref=text(largest.get("url")))
