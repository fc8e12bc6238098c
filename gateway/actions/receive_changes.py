"""What the core store reports is brought to where residents see it."""

import contextlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.domain.attachment import AttachmentId
from gateway.domain.transfer import CaseChange
from gateway.errors import UnknownFile
from gateway.ports import Appeals, Blobs, Clock, Core


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveChanges:
    """Reads the core store's stream of changes from where it stopped last; `letters` tells whether any are sent."""

    core: Core
    appeals: Appeals
    blobs: Blobs
    clock: Clock
    letters: bool

    async def __call__(self) -> int:
        """Read one page of changes and store it; return how many there were."""
        changes, cursor = await self.core.changes(await self.appeals.cursor())
        await self._fetch_files(changes)
        if changes:
            await self.appeals.record(changes, cursor, now=self.clock(), letters=self.letters)
        return len(changes)

    async def _fetch_files(self, changes: Sequence[CaseChange]) -> None:
        # A copy of our own: an answer stays readable when the core store is away.
        for file in (file for change in changes for file in change.event.files):
            if not await self.blobs.exists(file.id):
                with contextlib.suppress(UnknownFile):  # lost over there; the answer is worth showing without it
                    await self._fetch(file.id)

    async def _fetch(self, id: AttachmentId) -> None:
        with tempfile.TemporaryDirectory(prefix="otklik-") as folder:
            copy = Path(folder) / "file"
            with copy.open("wb") as sink:
                async for chunk in self.core.read_file(id):
                    sink.write(chunk)
            await self.blobs.put(id, copy)
