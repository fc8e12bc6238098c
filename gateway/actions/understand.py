"""What a resident wrote is made ready for the dialog: files are stored, the text is read, the rest is looked up."""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from gateway.actions.attach import Attach
from gateway.actions.connected_pages import ConnectedPage, ConnectedPages
from gateway.actions.read_text import ReadText
from gateway.channels import FileRef, Incoming, Started, Wrote
from gateway.dialog.draft import Draft
from gateway.dialog.events import Edited, Event, KeptFile, Opened, Pressed, Said
from gateway.domain.agency import Agency
from gateway.domain.connection import Address
from gateway.domain.fact import Fact
from gateway.domain.number import AppealNumber
from gateway.domain.page_link import PageLink
from gateway.domain.problem import Problem
from gateway.errors import TooLarge, UnknownFile, UnsupportedFile
from gateway.form.limits import FormLimits
from gateway.ports import Appeals, Attachments, Clock, FactFinder, PageLinks, Topics

_SUGGESTED = 5
_AT_ONCE = 3
_RECENT_APPEALS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Understand:
    """Gathers what the dialog needs to know about an event; all input and output is here, none in the dialog."""

    pages: ConnectedPages
    attach: Attach
    attachments: Attachments
    appeals: Appeals
    read_text: ReadText
    topics: Topics
    facts: FactFinder
    links: PageLinks
    limits: FormLimits
    clock: Clock
    keep_files: timedelta

    async def __call__(
        self, page: ConnectedPage, agency: Agency, address: Address, incoming: Incoming, draft: Draft
    ) -> Event | None:
        """Return the event, or None for one that the dialog need not hear of; raises Unavailable."""
        match incoming.what:
            case Wrote(data=str(data)):
                return Pressed(data=data)
            case Wrote() as wrote:
                return await self._said(page, agency, address, wrote, draft, name=incoming.profile_name)
            case Pressed() as pressed:
                return pressed
            case Edited() as edited:
                reading = await self.read_text(agency, edited.text) if edited.text else None
                return Edited(message=edited.message, text=edited.text, reading=reading)
            case Started(code=code):
                return Opened(link=await self._link(agency, code))
        return None

    async def _said(
        self,
        page: ConnectedPage,
        agency: Agency,
        address: Address,
        wrote: Wrote,
        draft: Draft,
        *,
        name: str | None,
    ) -> Said:
        files, refused = await self._take_files(page, agency, wrote.files, room=self._room(draft))
        text = wrote.text
        return Said(
            text=text,
            files=files,
            refused=refused,
            place=wrote.place,
            contact=wrote.contact,
            odd=wrote.odd,
            message=wrote.message,
            reading=await self.read_text(agency, text) if text.strip() else None,
            matches=tuple(self.topics.search(text, most=_SUGGESTED)) if text.strip() else (),
            fact=await self._fact(agency, text),
            question=None if draft.is_open else await self._question(address),
            profile_name=name,
        )

    def _room(self, draft: Draft) -> int:
        return max(0, self.limits.files_max - len(draft.files))

    async def _take_files(
        self, page: ConnectedPage, agency: Agency, refs: Sequence[FileRef], *, room: int
    ) -> tuple[tuple[KeptFile, ...], tuple[Problem, ...]]:
        gate = asyncio.Semaphore(_AT_ONCE)

        async def take(ref: FileRef) -> KeptFile | Problem:
            async with gate:
                return await self._take(page, agency, ref)

        taken = await asyncio.gather(*(take(ref) for ref in refs[:room]))
        files = tuple(file for file in taken if isinstance(file, KeptFile))
        if files:
            await self.attachments.keep([file.id for file in files], until=self.clock() + self.keep_files)
        beyond = [_problem(ref, "too_many", most=self.limits.files_max) for ref in refs[room:]]
        return files, (*(problem for problem in taken if isinstance(problem, Problem)), *beyond)

    async def _take(self, page: ConnectedPage, agency: Agency, ref: FileRef) -> KeptFile | Problem:
        megabytes = self.limits.file_bytes // (1024 * 1024)
        if ref.size is not None and ref.size > min(page.channel.capabilities.file_bytes, self.limits.file_bytes):
            return _problem(ref, "too_large", most=megabytes)
        client = await self.pages.client(page)
        with tempfile.TemporaryDirectory(prefix="otklik-") as folder:
            copy = Path(folder) / "file"
            try:
                await client.fetch(ref, copy)
                if copy.stat().st_size > self.limits.file_bytes:
                    return _problem(ref, "too_large", most=megabytes)
                stored = await self.attach(agency.key, name=ref.name, source=copy)
            except TooLarge:
                return _problem(ref, "too_large", most=megabytes)
            except UnsupportedFile as refusal:
                return _problem(ref, refusal.reason)
            except UnknownFile:
                return _problem(ref, "not_stored")
        return KeptFile(id=stored.id, name=stored.name, place=stored.suggested_place)

    async def _fact(self, agency: Agency, text: str) -> Fact | None:
        return await self.facts.find(agency.key, text) if text.strip() else None

    async def _question(self, address: Address) -> AppealNumber | None:
        recent = await self.appeals.of_chat(address, most=_RECENT_APPEALS)
        return next((tracked.number for tracked in recent if tracked.question is not None), None)

    async def _link(self, agency: Agency, code: str | None) -> PageLink | None:
        return await self.links.find(agency.key, code) if code else None


def _problem(ref: FileRef, code: str, **values: object) -> Problem:
    return Problem(field="files", code=code, values={"name": ref.name, **values})
