"""A resident hears of a change: the letter about it is written and sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.actions.word_notice import NoticeWording
from gateway.domain.case import CaseEvent, CaseFile, EventKind
from gateway.domain.connection import Address
from gateway.domain.mail import Enclosure, Letter
from gateway.domain.notice import Notice, notice_of
from gateway.domain.outbox import Job
from gateway.domain.tracking import Tracked
from gateway.errors import UnknownAppeal, UnknownFile
from gateway.ports import Agencies, Appeals, Blobs, Mailer, NoticeDrawer
from gateway.texts import Texts

ENCLOSED_MOST = 5 * 1024 * 1024
"""Bytes of files that go with a letter; what is over it is linked. Base64 makes a third more of it, and a common
mailbox takes 10 MB."""


class Tell(Protocol):
    """Puts a notice into a messenger's queue, once."""

    async def __call__(self, address: Address, tracked: Tracked, event: CaseEvent) -> None:
        """Queue it; a repeat changes nothing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyResident:
    """Tells the resident of an event where they wrote from: in the messenger by `tell`, others by letter.

    Without `tell` there are no messengers, without a `mailer` no letters; who cannot be told any more is not.
    """

    agencies: Agencies
    appeals: Appeals
    blobs: Blobs
    mailer: Mailer | None
    draw: NoticeDrawer
    texts: Texts
    public_url: str
    tell: Tell | None = None

    async def __call__(self, job: Job) -> None:
        """Send what there is to say; raises UnknownAppeal for an event that is not there, and what the mailer does."""
        if job.task.appeal is None:
            raise UnknownAppeal
        tracked = await self.appeals.of_id(job.task.appeal)
        event = next((event for event in tracked.events if event.id == job.task.body["event"]), None)
        if event is None:
            raise UnknownAppeal
        notice = _notice(tracked, event)
        if notice is None:
            return
        if self.tell is not None and (chat := tracked.chat_may_hear) is not None:
            await self.tell(chat, tracked, event)
        elif self.mailer is not None and tracked.letters_may_go and tracked.email is not None:
            await self.mailer.send(await self._letter(tracked.email, tracked, event, notice))

    async def _letter(self, email: str, tracked: Tracked, event: CaseEvent, notice: Notice) -> Letter:
        agency = await self.agencies.find(tracked.agency)
        enclosures, linked = await self._split(event.files)
        files = [*(file for file in event.files if file not in linked), *linked]
        page = NoticeWording(
            say=self.texts.speaker(tracked.lang),
            texts=self.texts,
            tracked=tracked,
            agency=agency,
            event=event,
            notice=notice,
            public_url=self.public_url,
        ).page(files, linked)
        text, html = self.draw(page)
        subject = self.texts.say(tracked.lang, f"mail.notice.{notice}.subject", number=tracked.number)
        return Letter(
            to=email,
            subject=subject,
            text=text,
            html=html,
            enclosures=enclosures,
            id=event.id if tracked.joins is None else f"{event.id}.{tracked.appeal_id}",
            stop_url=page.stop_url,
        )

    async def _split(self, files: Sequence[CaseFile]) -> tuple[Sequence[Enclosure], Sequence[CaseFile]]:
        """Return the files that go with the letter, in order while there is room, and those that are linked."""
        enclosures: list[Enclosure] = []
        linked: list[CaseFile] = []
        room = ENCLOSED_MOST
        for file in files:
            content = await self._read(file, room)
            if content is None:
                linked.append(file)
            else:
                enclosures.append(Enclosure(name=file.name, type=file.type, content=content))
                room -= len(content)
        return enclosures, linked

    async def _read(self, file: CaseFile, room: int) -> bytes | None:
        if file.size > room:
            return None
        content = bytearray()
        try:
            async for chunk in self.blobs.read(file.id):
                content += chunk
                if len(content) > room:
                    return None
        except UnknownFile:  # lost where it came from; its page says so
            return None
        return bytes(content)


def _notice(tracked: Tracked, event: CaseEvent) -> Notice | None:
    """Return what an event is to this resident: who has joined hears that they have, the first one does not."""
    if event.kind is EventKind.JOINED and tracked.joins is not None:
        return Notice.JOINED
    return notice_of(event, tracked.events)
