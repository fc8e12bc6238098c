"""An appeal as its resident follows it, and what the resident may say on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gateway.domain.agency import AgencyKey
from gateway.domain.appeal import AppealId, SubmissionKind, TrackingKey
from gateway.domain.attachment import AttachmentId
from gateway.domain.case import CaseEvent, EventId, EventKind, Status, answer_in_force, joined, last_of, open_question
from gateway.domain.connection import Address
from gateway.domain.number import AppealNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A resident's opinion of an `answer`: `score` from 1 to 5."""

    answer: EventId
    score: int
    comment: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """Words that come after a rating of an `answer` had none."""

    answer: EventId
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A resident's reply to a `question` of the agency."""

    id: EventId
    question: EventId
    text: str
    attachments: tuple[AttachmentId, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """What the gateway knows of an appeal: its own facts and what the core store has reported so far.

    `chat` is where it came from, None for the widget's; `email` is where letters may go, `letters_stopped_at`
    says since when the resident wants none about this appeal. `details` are answers to the topic's questions.
    `joins` is the appeal of somebody else that is waited for; then `events` are what may be seen of that one
    (domain.joining), and there is nothing to reply to or to rate.
    """

    appeal_id: AppealId
    number: AppealNumber
    key: TrackingKey
    agency: AgencyKey
    kind: SubmissionKind
    lang: str
    gist: str
    topic_path: tuple[str, ...]
    address: str | None
    received_at: datetime
    accepted_answer_by: datetime
    consent_given: bool
    consent_withdrawn_at: datetime | None
    chat: Address | None = None
    email: str | None = field(default=None, repr=False)
    letters_stopped_at: datetime | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    events: tuple[CaseEvent, ...] = ()
    ratings: tuple[Rating, ...] = ()
    replies: tuple[Reply, ...] = ()
    joins: AppealNumber | None = None

    @property
    def status(self) -> Status:
        """Where the case stands; until the core store reports, it waits for moderation."""
        return self.events[-1].status if self.events else Status.MODERATION

    @property
    def answer_by(self) -> datetime:
        """The deadline in force."""
        return self.events[-1].answer_by if self.events else self.accepted_answer_by

    @property
    def question(self) -> CaseEvent | None:
        """The agency's question that waits for a reply; one that has a reply on its way does not."""
        question = open_question(self.events)
        replied = {reply.question for reply in self.replies}
        return None if question is None or question.id in replied else question

    @property
    def answer(self) -> CaseEvent | None:
        """The answer that stands."""
        return answer_in_force(self.events)

    @property
    def may_rate(self) -> bool:
        """Whether there is an answer that waits for this resident's rating.

        Who joined does not rate: 1 or 2 takes the case up again, and one person decides about that, the one with whom
        the agency has spoken.
        """
        return self.joins is None and self.answer is not None and self.rating is None

    @property
    def history(self) -> tuple[CaseEvent, ...]:
        """What happened, as the resident reads it: those who have joined are counted, not listed."""
        return tuple(event for event in self.events if self.joins is not None or event.kind is not EventKind.JOINED)

    @property
    def joined(self) -> int:
        """How many have joined this appeal."""
        return 0 if self.joins is not None else joined(self.events)

    @property
    def rating(self) -> Rating | None:
        """The resident's rating of the answer that stands."""
        return self._rating_of(self.answer)

    @property
    def last_rating(self) -> Rating | None:
        """The resident's rating of the last answer, also when that has sent the case back."""
        return self._rating_of(last_of(self.events, EventKind.ANSWERED))

    @property
    def chat_may_hear(self) -> Address | None:
        """The chat that is told of this appeal; who has withdrawn consent is not written to any more."""
        return self.chat if self.consent_withdrawn_at is None else None

    @property
    def letters_may_go(self) -> bool:
        """Whether letters about this appeal may be written: there is an address for them, and they are wanted."""
        return self.takes_letters and self.letters_stopped_at is None

    @property
    def takes_letters(self) -> bool:
        """Whether there is an address that may be written to; who came from a messenger is told there."""
        return self.email is not None and self.chat is None and self.consent_withdrawn_at is None

    def _rating_of(self, answer: CaseEvent | None) -> Rating | None:
        return next((rating for rating in self.ratings if answer and rating.answer == answer.id), None)
