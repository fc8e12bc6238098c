"""The life of a case in the core store: statuses, what may follow what, and the events it leaves.

A case is changed only by appending an event; the events, in order, are its history.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from gateway.domain.agency import AgencyKey
from gateway.domain.appeal import AppealId, SubmissionKind, answer_by
from gateway.domain.attachment import AttachmentId, FileType
from gateway.domain.number import AppealNumber
from gateway.domain.refusal import Ground, may_decline
from gateway.domain.topic import TopicCode
from gateway.errors import AlreadyRated, AlreadyWithdrawn, NoQuestion, NotAnswered, WrongStep

EventId = NewType("EventId", str)

LOWEST_SCORE, HIGHEST_SCORE = 1, 5
_SENT_BACK_AT_MOST = 2
_LONGEST_PROLONGATION_DAYS = 30  # 59-ФЗ art. 12(2)
_FURTHEST_PROMISE = timedelta(days=2 * 366)  # a date beyond it is a slip of the pen; no rule for messages says more


class Status(StrEnum):
    """The five words that a resident sees: На модерации → На рассмотрении → В работе → Получен ответ / Отклонено."""

    MODERATION = "moderation"
    REVIEW = "review"
    WORK = "work"
    ANSWERED = "answered"
    DECLINED = "declined"


_MAY_FOLLOW: dict[Status, frozenset[Status]] = {
    Status.MODERATION: frozenset({Status.REVIEW, Status.WORK, Status.ANSWERED, Status.DECLINED}),
    Status.REVIEW: frozenset({Status.WORK, Status.ANSWERED, Status.DECLINED}),
    Status.WORK: frozenset({Status.REVIEW, Status.ANSWERED, Status.DECLINED}),
    Status.ANSWERED: frozenset(),  # only a low rating leads on
    Status.DECLINED: frozenset({Status.REVIEW}),  # declined by mistake
}

_CLOSED = (Status.ANSWERED, Status.DECLINED)


class EventKind(StrEnum):
    """What happened to a case."""

    REGISTERED = "registered"
    MOVED = "moved"
    FORWARDED = "forwarded"
    POSTPONED = "postponed"
    ASKED = "asked"
    REPLIED = "replied"
    ANSWERED = "answered"
    DECLINED = "declined"
    RATED = "rated"
    COMMENTED = "commented"
    SENT_BACK = "sent_back"
    TOPIC_CORRECTED = "topic_corrected"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    JOINED = "joined"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A file of an event, under its id in the core store."""

    id: AttachmentId
    name: str
    type: FileType
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """One line of a case's history.

    `status` and `answer_by` hold from this event on; `about` names the question or answer that a reply, rating or
    comment belongs to; `score` is 1 to 5; `forwarded_to` is the body that a forwarded case went to, in words;
    `topic_code` is the topic that the agency found to be the right one. `about` of one that joined is the appeal by
    which somebody did.
    """

    id: EventId
    at: datetime
    kind: EventKind
    status: Status
    answer_by: datetime
    text: str | None = None
    files: tuple[CaseFile, ...] = ()
    ground: Ground | None = None
    about: EventId | None = None
    score: int | None = None
    forwarded_to: str | None = None
    topic_code: TopicCode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as its events make it."""

    appeal_id: AppealId
    number: AppealNumber
    agency: AgencyKey
    kind: SubmissionKind
    days: int
    time_zone: str
    events: tuple[CaseEvent, ...] = field(default=())

    @property
    def status(self) -> Status:
        """Where the case stands."""
        return self.events[-1].status

    @property
    def answer_by(self) -> datetime:
        """The deadline in force."""
        return self.events[-1].answer_by

    @property
    def corrected_topic(self) -> TopicCode | None:
        """The topic that the agency found to be the right one, if it has corrected the resident's."""
        newest = last_of(self.events, EventKind.TOPIC_CORRECTED)
        return None if newest is None else newest.topic_code

    @property
    def people(self) -> int:
        """How many wait for it: who sent it, and who joined."""
        return 1 + joined(self.events)

    @property
    def question(self) -> CaseEvent | None:
        """The last question, if it still waits for a reply."""
        return open_question(self.events)

    @property
    def answer(self) -> CaseEvent | None:
        """The answer in force: the last one, unless the case was sent back since."""
        return answer_in_force(self.events)


def last_of(events: tuple[CaseEvent, ...], *kinds: EventKind) -> CaseEvent | None:
    """Return the newest event of these kinds, or None."""
    return next((event for event in reversed(events) if event.kind in kinds), None)


def open_question(events: tuple[CaseEvent, ...]) -> CaseEvent | None:
    """Return the question that waits for the resident's reply; an answer or a refusal closes it too."""
    newest = last_of(events, EventKind.ASKED, EventKind.REPLIED, EventKind.ANSWERED, EventKind.DECLINED)
    return newest if newest is not None and newest.kind is EventKind.ASKED else None


def answer_in_force(events: tuple[CaseEvent, ...]) -> CaseEvent | None:
    """Return the answer that stands and may be rated."""
    newest = last_of(events, EventKind.ANSWERED, EventKind.SENT_BACK)
    return newest if newest is not None and newest.kind is EventKind.ANSWERED else None


def joined(events: tuple[CaseEvent, ...]) -> int:
    """Count those who have joined a case."""
    return sum(event.kind is EventKind.JOINED for event in events)


def goes_back(score: int) -> bool:
    """Tell whether an answer of that rating goes to re-review by itself: 1 or 2 (the platform's rule)."""
    return score <= _SENT_BACK_AT_MOST


def check_move(case: Case, status: Status) -> None:
    """Refuse a step that a case cannot take; raises WrongStep. Answers and refusals have commands of their own."""
    _check_step(case, status)
    if status in _CLOSED:
        raise WrongStep(f"to {status.value}: give the {'answer' if status is Status.ANSWERED else 'ground'} with it")


def check_answer(case: Case) -> None:
    """Refuse an answer to a case that has one; raises WrongStep."""
    _check_step(case, Status.ANSWERED)


def check_forwarding(case: Case) -> None:
    """Refuse to forward what nobody looks into any more; raises WrongStep."""
    if case.status in _CLOSED:
        raise WrongStep(f"a case that is {case.status.value} is not forwarded")


def check_postponement(case: Case, until: datetime, *, now: datetime) -> None:
    """Refuse a new deadline that is none, or that the law does not give; raises WrongStep.

    An appeal's term is prolonged once, by 30 days at most (59-ФЗ art. 12(2)); a term that began anew when the case was
    sent back counts by itself. For a message the rules ask for a date alone (answer type POSTPONED).
    """
    if case.status in _CLOSED:
        raise WrongStep(f"a case that is {case.status.value} is not postponed")
    if until <= max(case.answer_by, now):
        raise WrongStep("the new date has to be later than the deadline in force")
    if until > max(case.answer_by, now) + _FURTHEST_PROMISE:
        raise WrongStep("the new date is too far off")
    if case.kind is SubmissionKind.APPEAL:
        _check_prolongation(case, until)


def _check_prolongation(case: Case, until: datetime) -> None:
    newest = last_of(case.events, EventKind.POSTPONED, EventKind.SENT_BACK)
    if newest is not None and newest.kind is EventKind.POSTPONED:
        raise WrongStep("the term of an appeal is prolonged once (59-ФЗ art. 12)")
    if until > answer_by(case.answer_by, days=_LONGEST_PROLONGATION_DAYS, time_zone=case.time_zone):
        raise WrongStep(
            f"the term of an appeal is prolonged by {_LONGEST_PROLONGATION_DAYS} days at most (59-ФЗ art. 12)"
        )


def check_question(case: Case) -> None:
    """Refuse a question where nothing is open; raises WrongStep."""
    if case.status in _CLOSED:
        raise WrongStep(f"a case that is {case.status.value} takes no question")


def check_decline(case: Case, ground: Ground) -> None:
    """Refuse a refusal that the rules do not know; raises WrongStep."""
    _check_step(case, Status.DECLINED)
    if not may_decline(case.kind, ground, registered=True):
        raise WrongStep(f"{ground.value} is no ground for declining this kind of submission")


def check_rating(case: Case, answer: EventId) -> None:
    """Refuse a rating of what is not the answer in force, or a second one; raises NotAnswered or AlreadyRated."""
    if case.answer is None or case.answer.id != answer:
        raise NotAnswered
    if any(event.kind is EventKind.RATED and event.about == answer for event in case.events):
        raise AlreadyRated


def check_comment(case: Case, answer: EventId) -> None:
    """Refuse words about an answer that has no rating, or has words already; raises NotAnswered or AlreadyRated.

    A comment may come when the rating has sent the case back: it says what was wrong.
    """
    said = [event for event in case.events if event.about == answer]
    rated = next((event for event in said if event.kind is EventKind.RATED), None)
    if rated is None:
        raise NotAnswered
    if rated.text or any(event.kind is EventKind.COMMENTED for event in said):
        raise AlreadyRated


def check_reply(case: Case, question: EventId) -> None:
    """Refuse a reply to what is not the last question, and a second one; raises NoQuestion.

    One that was on its way when the answer was given is worth reading all the same.
    """
    asked = last_of(case.events, EventKind.ASKED)
    is_replied = any(event.kind is EventKind.REPLIED and event.about == question for event in case.events)
    if asked is None or asked.id != question or is_replied:
        raise NoQuestion


def check_withdrawal(case: Case) -> None:
    """Refuse a second withdrawal of consent; raises AlreadyWithdrawn."""
    if last_of(case.events, EventKind.CONSENT_WITHDRAWN) is not None:
        raise AlreadyWithdrawn


def _check_step(case: Case, status: Status) -> None:
    if status not in _MAY_FOLLOW[case.status]:
        raise WrongStep(f"a case that is {case.status.value} cannot go to {status.value}")
