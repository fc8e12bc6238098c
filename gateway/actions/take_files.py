"""Files that residents sent in a messenger are fetched, cleaned and stored, or refused in words."""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from gateway.actions.attach import Attach
from gateway.actions.connected_pages import ConnectedPage, ConnectedPages
from gateway.channels import Client, FileRef
from gateway.dialog.events import KeptFile
from gateway.domain.agency import AgencyKey
from gateway.domain.attachment import AttachmentId
from gateway.domain.problem import Problem
from gateway.errors import TooLarge, Unavailable, UnknownFile, UnsupportedFile
from gateway.form.limits import MEGABYTE, FormLimits
from gateway.ports import Attachments, Clock

_AT_ONCE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeFiles:
    """Takes files over from a platform; they are kept for `keep_for`, as long as a draft may hold them."""

    pages: ConnectedPages
    attach: Attach
    attachments: Attachments
    limits: FormLimits
    clock: Clock
    keep_for: timedelta

    async def __call__(
        self, page: ConnectedPage, agency: AgencyKey, refs: Sequence[FileRef], *, room: int, patient: bool
    ) -> tuple[tuple[KeptFile, ...], tuple[Problem, ...]]:
        """Return what was stored of the first `room` of them, and a problem of `files` for each of the others.

        Raises Unavailable while `patient`; else the resident is told that a file did not come, so that a platform
        whose files are away does not silence the dialog.
        """
        if not refs:
            return (), ()
        client = await self.pages.client(page)
        gate = asyncio.Semaphore(_AT_ONCE)

        async def take(ref: FileRef) -> KeptFile | Problem:
            async with gate:
                return await self._take(page, client, agency, ref, patient=patient)

        taken = await asyncio.gather(*(take(ref) for ref in refs[:room]))
        files = tuple(file for file in taken if isinstance(file, KeptFile))
        if files:
            await self.keep([file.id for file in files])
        beyond = [_problem(ref, "too_many", most=self.limits.files_max) for ref in refs[room:]]
        return files, (*(problem for problem in taken if isinstance(problem, Problem)), *beyond)

    async def keep(self, files: Sequence[AttachmentId]) -> None:
        """Let files that wait in a draft outlive the clean-up."""
        await self.attachments.keep(files, until=self.clock() + self.keep_for)

    async def _take(
        self, page: ConnectedPage, client: Client, agency: AgencyKey, ref: FileRef, *, patient: bool
    ) -> KeptFile | Problem:
        if ref.size is not None and ref.size > min(page.channel.capabilities.file_bytes, self.limits.file_bytes):
            return self._too_large(ref)
        try:
            return await self._fetch(client, agency, ref)
        except TooLarge:
            return self._too_large(ref)
        except UnsupportedFile as refusal:
            return _problem(ref, refusal.reason)
        except UnknownFile:
            return _problem(ref, "not_stored")
        except Unavailable:
            if patient:
                raise
            return _problem(ref, "not_stored")

    async def _fetch(self, client: Client, agency: AgencyKey, ref: FileRef) -> KeptFile:
        with tempfile.TemporaryDirectory(prefix="otklik-") as folder:
            copy = Path(folder) / "file"
            await client.fetch(ref, copy)
            if copy.stat().st_size > self.limits.file_bytes:
                raise TooLarge
            stored = await self.attach(agency, name=ref.name, source=copy)
        return KeptFile(id=stored.id, name=stored.name, place=stored.suggested_place)

    def _too_large(self, ref: FileRef) -> Problem:
        return _problem(ref, "too_large", most=self.limits.file_bytes // MEGABYTE)


def _problem(ref: FileRef, code: str, **values: object) -> Problem:
    return Problem(field="files", code=code, values={"name": ref.name, **values})
