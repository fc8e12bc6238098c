"""A resident sends the form: the answers become an appeal with a number, once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.actions.find_joined import FindJoined
from gateway.domain.agency import Agency
from gateway.domain.appeal import Appeal, Receipt, Submission, SubmissionKind, Terms, Ticket, register
from gateway.domain.connection import Address
from gateway.domain.problem import Problem
from gateway.domain.tracking import Tracked
from gateway.errors import IdempotencyConflict, Invalid, NumberTaken
from gateway.form.answers import Answers
from gateway.form.appeal_form import AppealForm
from gateway.form.check import check
from gateway.form.limits import FormLimits
from gateway.ports import Attachments, Clock, Intake, Topics

_DRAWS = 5  # of a thousand million numbers; five taken ones in a row do not happen


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptAppeal:
    """Checks answers and takes them; when it returns, the appeal is on the disk and on its way."""

    intake: Intake
    attachments: Attachments
    topics: Topics
    find_joined: FindJoined
    limits: FormLimits
    terms: Terms
    clock: Clock

    async def __call__(
        self,
        agency: Agency,
        kind: SubmissionKind,
        answers: Answers,
        *,
        channel: str,
        lang: str,
        ticket: Ticket | None = None,
        chat: Address | None = None,
        found: Sequence[Problem] = (),
    ) -> Receipt:
        """Return the receipt: the first time's, if this ticket had one.

        `chat` is where the resident hears of it, for those who wrote in a messenger. Answers that join another appeal
        make one that waits for it.
        `found` are problems that reading the request brought up; they are reported together with the form's own.
        Raises Invalid with every problem, IdempotencyConflict.
        """
        settled = frozenset(problem.field for problem in found)
        checked = self.check(agency, kind, answers, channel=channel, lang=lang, chat=chat, settled=settled)
        joined = await self.find_joined(agency, answers.joins, chat) if answers.joins else None
        if isinstance(joined, Problem):
            found, joined = (*found, joined), None
        if isinstance(checked, Submission) and not found:
            return await self._accept(checked, ticket, joined)
        if ticket and (receipt := await self.replay(agency, ticket)):
            return receipt  # it was good when it came first: rules that changed since do not undo it
        problems = () if isinstance(checked, Submission) else checked
        raise Invalid([*found, *problems, *await self._missing_files(agency, answers)])

    def check(
        self,
        agency: Agency,
        kind: SubmissionKind,
        answers: Answers,
        *,
        channel: str,
        lang: str,
        chat: Address | None = None,
        settled: frozenset[str] = frozenset(),
    ) -> Submission | tuple[Problem, ...]:
        """Return the submission that these answers make, or every problem in them; nothing is taken."""
        form = AppealForm(agency=agency, kind=kind, limits=self.limits, in_chat=chat is not None)
        catalogue = self.topics.of(agency.key).catalogue
        return check(form, answers, catalogue=catalogue, channel=channel, lang=lang, chat=chat, settled=settled)

    async def replay(self, agency: Agency, ticket: Ticket) -> Receipt | None:
        """Return the receipt that this ticket had before, None for none; raises IdempotencyConflict."""
        return await self.intake.replay(agency.key, ticket)

    async def was_sent(self, agency: Agency, ticket: Ticket) -> bool:
        """Tell whether an appeal was accepted with this ticket, with these answers or others; raises Unavailable."""
        try:
            return await self.intake.replay(agency.key, ticket) is not None
        except IdempotencyConflict:
            return True

    async def _accept(self, submission: Submission, ticket: Ticket | None, joined: Tracked | None) -> Receipt:
        for _ in range(_DRAWS):
            appeal = register(submission, now=self.clock(), terms=self.terms)
            try:
                return await self.intake.accept(appeal if joined is None else _joining(appeal, joined), ticket)
            except NumberTaken:
                continue
        raise NumberTaken

    async def _missing_files(self, agency: Agency, answers: Answers) -> list[Problem]:
        files = answers.attachments[: self.limits.files_max]
        if not files:
            return []
        usable = await self.attachments.unused(agency.key, files)
        return [unusable_file(index) for index, file in enumerate(files) if file not in usable]


def _joining(appeal: Appeal, joined: Tracked) -> Appeal:
    """Return an appeal that waits for another one: answered when that is, and without files, which nobody would see."""
    submission = replace(appeal.submission, joins=joined.number, attachments=())
    return replace(appeal, submission=submission, answer_by=joined.answer_by)


def unusable_file(index: int) -> Problem:
    """Return the problem of an attachment that is unknown, another agency's or used before."""
    return Problem(field=f"attachments.{index}", code="unknown")
