"""What a notice to a resident says: the same words whatever carries them."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.agency import Agency
from gateway.domain.appeal import SubmissionKind
from gateway.domain.case import CaseEvent, CaseFile, Status
from gateway.domain.mail import FileInLetter, NoticePage
from gateway.domain.notice import Notice
from gateway.domain.tracking import Tracked
from gateway.form.wording import day_in_words, size_in_words
from gateway.texts import Say, Texts

_OPEN = (Status.MODERATION, Status.REVIEW, Status.WORK)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWording:
    """Says an `event` of an appeal, which is that `notice` to its resident; links begin with `public_url`."""

    say: Say
    texts: Texts
    tracked: Tracked
    agency: Agency
    event: CaseEvent
    notice: Notice
    public_url: str

    def page(self, files: Sequence[CaseFile], linked: Sequence[CaseFile]) -> NoticePage:
        """Return the notice with those files of the event, of which some are `linked` and the others go along."""
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
            case Notice.ANSWER | Notice.DECLINED | Notice.SENT_BACK if self.tracked.joins is not None:
                return self.say(f"mail.joined.{self.notice}")
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
            case Notice.ANSWER if self.tracked.may_rate:
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
            case Notice.DECLINED if self.tracked.joins is not None:
                return self.say("mail.joined.declined_note")
            case Notice.ANSWER if self.tracked.joins is not None:
                return None  # who joined does not rate
            case Notice.ACCEPTED | Notice.JOINED | Notice.ANSWER | Notice.DECLINED | Notice.QUESTION:
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
