"""A resident adds a file: it is recognised, cleaned and stored, and waits for its appeal."""

import asyncio
import hashlib
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from gateway.domain.agency import AgencyKey
from gateway.domain.attachment import (
    HEAD_BYTES,
    Attachment,
    AttachmentId,
    CleanPhoto,
    FileType,
    draw_attachment_id,
    sniff,
    thumbnail_key,
)
from gateway.errors import UnsupportedFile
from gateway.ports import Attachments, Blobs, Clock, Photos

_NAME_MAX = 120
_NOT_IN_NAMES = {"Cc", "Cf", "Cn", "Cs", "Zl", "Zp"}  # what breaks lines, hides, or turns the direction of reading
_SUFFIXES = {
    FileType.JPEG: ".jpg",
    FileType.PNG: ".png",
    FileType.WEBP: ".webp",
    FileType.HEIC: ".heic",
    FileType.PDF: ".pdf",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attach:
    """Takes an uploaded file into the store. Pictures are re-encoded; PDFs stay as they are."""

    attachments: Attachments
    blobs: Blobs
    photos: Photos
    clock: Clock

    async def __call__(self, agency: AgencyKey, *, name: str, source: Path) -> Attachment:
        """Return what was stored of the temporary file `source`, which the caller removes.

        Raises UnsupportedFile for what is none of the kinds that are taken, whatever its name says.
        """
        stored = await self.store(name=name, source=source)
        await self.attachments.add(agency, stored)
        return stored

    async def store(self, *, name: str, source: Path) -> Attachment:
        """Clean and store the bytes without telling anybody that they are there."""
        kind, digest = await asyncio.to_thread(_recognise, source)
        photo = await self.photos.clean(source, kind) if kind.is_image else None
        try:
            return await self._put(name, source, kind, digest, photo)
        finally:
            if photo is not None:
                await asyncio.to_thread(_remove, photo)

    async def _put(self, name: str, source: Path, kind: FileType, digest: str, photo: CleanPhoto | None) -> Attachment:
        id = draw_attachment_id()
        content, kind = (source, kind) if photo is None else (photo.path, photo.type)
        size = content.stat().st_size
        await self.blobs.put(id, content)
        if photo is not None:
            await self.blobs.put(thumbnail_key(id), photo.thumbnail)
        return Attachment(
            id=AttachmentId(id),
            name=tidy_name(name, kind),
            type=kind,
            size=size,
            digest=digest,
            has_thumbnail=photo is not None,
            created_at=self.clock(),
            suggested_place=None if photo is None else photo.place,
        )


def tidy_name(given: str, kind: FileType) -> str:
    """Return a file name without folders and control characters, with the suffix of what the file really is."""
    shown = "".join(character for character in given if unicodedata.category(character) not in _NOT_IN_NAMES)
    bare = PurePosixPath(PureWindowsPath(shown).name).name
    stem = unicodedata.normalize("NFC", bare).rsplit(".", 1)[0].strip(" .")[:_NAME_MAX].strip(" .")
    return (stem or "file") + _SUFFIXES[kind]


def _recognise(source: Path) -> tuple[FileType, str]:
    with source.open("rb") as file:
        kind = sniff(file.read(HEAD_BYTES))
        if kind is None:
            raise UnsupportedFile
        file.seek(0)
        return kind, hashlib.file_digest(file, "sha256").hexdigest()


def _remove(photo: CleanPhoto) -> None:
    photo.path.unlink(missing_ok=True)
    photo.thumbnail.unlink(missing_ok=True)
