"""Files that a resident or an agency attaches: which kinds there are, and how their first bytes tell."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NewType

from gateway.domain.place import Point

AttachmentId = NewType("AttachmentId", str)
"""128 random bits or more: whoever does not know it cannot guess it."""


class FileType(StrEnum):
    """Kinds of file that are taken, by media type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    HEIC = "image/heic"
    PDF = "application/pdf"

    @property
    def is_image(self) -> bool:
        """Whether it can be shown as a picture."""
        return self is not FileType.PDF


HEAD_BYTES = 32
"""How many first bytes `sniff` wants."""

_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


def sniff(head: bytes) -> FileType | None:
    """Tell a file's kind by its first bytes; its name and declared type say nothing."""
    if head.startswith(b"\xff\xd8\xff"):
        return FileType.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileType.PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return FileType.WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return FileType.HEIC
    return FileType.PDF if head.startswith(b"%PDF-") else None


def draw_attachment_id() -> AttachmentId:
    """Draw an id of 144 random bits."""
    return AttachmentId(secrets.token_urlsafe(18))


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file in the store. `size` is in bytes; `digest` is the SHA-256 of what was uploaded, before it was cleaned."""

    id: AttachmentId
    name: str
    type: FileType
    size: int
    digest: str
    has_thumbnail: bool
    created_at: datetime
    suggested_place: Point | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanPhoto:
    """A picture without metadata: two temporary files, which whoever asked for them moves or removes.

    `path` is the picture, of `type` (HEIC becomes JPEG), upright and in sRGB; `thumbnail` is a small JPEG of it;
    `place` is where the camera was, if it knew.
    """

    path: Path
    thumbnail: Path
    type: FileType
    place: Point | None


def thumbnail_key(id: AttachmentId) -> str:
    """Return the key under which the store keeps the small picture of a photo."""
    return f"{id}.thumb"
