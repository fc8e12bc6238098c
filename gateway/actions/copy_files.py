"""A photo that shows two problems goes with both messages: a file belongs to one appeal, so the others get copies."""

import hashlib
import tempfile
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gateway.domain.agency import AgencyKey
from gateway.domain.attachment import Attachment, AttachmentId, thumbnail_key
from gateway.ports import Attachments, Blobs, Clock

_ID_BYTES = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyFiles:
    """Makes copies of uploads that wait for their appeal; one that nothing uses in the end is forgotten like any."""

    attachments: Attachments
    blobs: Blobs
    clock: Clock

    async def __call__(self, agency: AgencyKey, wanted: Mapping[AttachmentId, Attachment]) -> None:
        """Copy each file to the id that it is wanted under; a copy that is there already stays as it is.

        Raises UnknownFile and StoreUnavailable; the copies made so far wait for the next try.
        """
        there = await self.attachments.unused(agency, list(wanted)) if wanted else {}
        for id, original in wanted.items():
            if id not in there:
                await self._copy(agency, original, id)

    async def _copy(self, agency: AgencyKey, original: Attachment, id: AttachmentId) -> None:
        await self._copy_bytes(original.id, id)
        if original.has_thumbnail:
            await self._copy_bytes(thumbnail_key(original.id), thumbnail_key(id))
        await self.attachments.add(agency, replace(original, id=id, created_at=self.clock()))

    async def _copy_bytes(self, key: str, copy: str) -> None:
        with tempfile.TemporaryDirectory(prefix="otklik-") as folder:
            path = Path(folder) / "file"
            with path.open("wb") as file:
                async for chunk in self.blobs.read(key):
                    file.write(chunk)
            await self.blobs.put(copy, path)


def copy_id(original: str, owner: str) -> AttachmentId:
    """Return the id of the copy that `owner` gets: the same at every try, and a guess to nobody but who knows both."""
    digest = hashlib.sha256(f"{owner}\n{original}".encode()).digest()
    return AttachmentId(urlsafe_b64encode(digest[:_ID_BYTES]).decode())
