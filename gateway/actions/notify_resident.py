"""A resident hears of a change: the letter about it is written and sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.domain.agency import Agency
from gateway.domain.appeal import SubmissionKind
from gateway.domain.case import CaseEvent, CaseFile, Status
from gateway.domain.mail import Enclosure, FileInLetter, Letter, NoticePage
from gateway.domain.notice import Notice, notice_of
from gateway.domain.outbox import Job
from gateway.domain.tracking import MessengerAddress, Tracked
from gateway.errors import UnknownAppeal, UnknownFile
from gateway.ports import Agencies, Appeals, Blobs, Mailer, NoticeDrawer
from gateway.texts import Say, Texts
from gateway.texts.words import day_in_words, size_in_words

ENCLOSED_MOST = 5 * 1024 * 1024
"""Bytes of files that go with a letter; what is over it is linked. Base64 makes a third more of it, and a common
mailbox takes 10 MB."""

_OPEN = (Status.MODERATION, Status.REVIEW, Status.WORK)


class Tell(Protocol):
    """Puts a notice into a messenger's queue, once."""

    async def __call__(self, address: MessengerAddress, tracked: Tracked, event: CaseEvent) -> None:
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
        notice = notice_of(event, tracked.events)
        if notice is None:
            return
        if self.tell is not None and tracked.messenger is not None:
            await self.tell(tracked.messenger, tracked, event)
        elif self.mailer is not None and tracked.letters_may_go and tracked.email is not None:
            await self.mailer.send(await self._letter(tracked.email, tracked, event, notice))

    async def _letter(self, email: str, tracked: Tracked, event: CaseEvent, notice: Notice) -> Letter:
        agency = await self.agencies.find(tracked.agency)
        enclosures, linked = await self._split(event.files)
        files = [*(file for file in event.files if file not in linked), *linked]
        page = _Wording(
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
            id=event.id,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wording:
    """Says an event in the words of its notice."""

    say: Say
    texts: Texts
    tracked: Tracked
    agency: Agency
    event: CaseEvent
    notice: Notice
    public_url: str

    def page(self, files: Sequence[CaseFile], linked: Sequence[CaseFile]) -> NoticePage:
        return NoticePage(
            lang=self.tracked.lang,
            owner=self.agency.name,
            title=self.say(f"mail.notice.{self.notice}.title"),
            lead=self._lead(),
            said=self.event.text,
            facts=tuple(self._facts()),
            files=[self._file(file, is_linked=file in linked) for file in files],
            action=self._action(),
            url=self._page_of(self._part()),
            note=self._note(),
            links=self._links(),
            stop_url=self._url("/notices"),
        )

    def _lead(self) -> str:
        match self.notice:
            case Notice.FORWARDED if self.event.forwarded_to:
                return self.say("mail.notice.forwarded.lead", to=self.event.forwarded_to)
            case Notice.FORWARDED:
                return self.say("mail.notice.forwarded.lead_nameless")
            case Notice.MOVED:
                status = self.say(f"status.{self.event.status}")
                return self.say("mail.notice.moved.lead", status=status)
            case Notice.POSTPONED:
                return self.say("mail.notice.postponed.lead", day=self._deadline())
            case _:
                return self.say(f"mail.notice.{self.notice}.lead")

    def _facts(self) -> list[tuple[str, str]]:
        facts = [
            (self.say("mail.notice.number"), str(self.tracked.number)),
            (self.say("mail.notice.about"), self.tracked.gist),
        ]
        if self.event.status in _OPEN:
            facts.append((self.say("track.answer_by"), self._deadline()))
        return facts

    def _action(self) -> str:
        match self.notice:
            case Notice.QUESTION:
                return self.say("mail.notice.question.action")
            case Notice.ANSWER:
                return self.say("mail.notice.answer.action")
            case _:
                return self.say("mail.notice.action")

    def _part(self) -> str:
        """Return the part of the status page that the letter is about, as a fragment of its address."""
        return {Notice.QUESTION: "#question", Notice.ANSWER: "#answer"}.get(self.notice, "")

    def _note(self) -> str | None:
        match self.notice:
            case Notice.DECLINED if self.tracked.kind is SubmissionKind.APPEAL:
                return None  # there is no better way to file it
            case Notice.ACCEPTED | Notice.ANSWER | Notice.DECLINED | Notice.QUESTION:
                return self.say(f"mail.notice.{self.notice}.note")
            case _:
                return None

    def _links(self) -> Sequence[tuple[str, str]]:
        if self.notice is not Notice.DECLINED or self.tracked.kind is SubmissionKind.APPEAL:
            return ()
        anew = (
            self.say("mail.notice.declined.anew"),
            f"{self.public_url}/f/{self.agency.key}?lang={self.tracked.lang}",
        )
        portal = self.agency.appeal_ways.portal
        return (anew,) if portal is None else (anew, (self.say("form.appeal_ways.title"), portal))

    def _file(self, file: CaseFile, *, is_linked: bool) -> FileInLetter:
        size = size_in_words(self.texts, self.tracked.lang, file.size)
        return FileInLetter(name=file.name, size=size, href=self._url(f"/files/{file.id}") if is_linked else None)

    def _page_of(self, part: str) -> str:
        return self._url("") + part

    def _url(self, path: str) -> str:
        return f"{self.public_url}/track/{self.tracked.number}{path}?key={self.tracked.key}&lang={self.tracked.lang}"

    def _deadline(self) -> str:
        return day_in_words(self.event.answer_by, time_zone=self.agency.time_zone, lang=self.tracked.lang)
