"""What a turn of the conversation comes to: the draft as it is now, what is said, and what is to be done."""

from dataclasses import dataclass
from enum import StrEnum

from gateway.dialog.draft import Draft
from gateway.dialog.events import KeptFile
from gateway.domain.attachment import AttachmentId
from gateway.domain.message import Message
from gateway.domain.number import AppealNumber
from gateway.domain.place import Place
from gateway.domain.topic import TopicCode
from gateway.form.answers import Answers


class Step(StrEnum):
    """The one thing that a turn asks."""

    TEXT = "text"
    PROBLEMS = "problems"
    FAULTS = "faults"
    FILES = "files"
    TOPIC = "topic"
    DETAILS = "details"
    PLACE = "place"
    NEARBY = "nearby"
    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    CONSENT = "consent"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Send:
    """Take these answers as an appeal; `draft` names the form, so that it is taken once."""

    draft: int
    answers: Answers


@dataclass(frozen=True, slots=True)
class ListAppeals:
    """Find the resident's appeals."""


@dataclass(frozen=True, slots=True)
class FindAppeal:
    """Find one of the resident's appeals."""

    number: str


@dataclass(frozen=True, slots=True)
class Rate:
    """Rate the answer to an appeal, 1 to 5, or add a comment to the score given before."""

    number: AppealNumber
    score: int
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """Reply to the agency's question."""

    number: AppealNumber
    text: str
    files: tuple[AttachmentId, ...]


@dataclass(frozen=True, slots=True)
class CopyFiles:
    """Have copies of files that another appeal uses already, for form `draft`."""

    draft: int
    files: tuple[KeptFile, ...]


@dataclass(frozen=True, slots=True)
class CallPerson:
    """Let the agency know that the resident wants to speak with a person; the bot keeps quiet meanwhile."""


@dataclass(frozen=True, slots=True)
class LookNearby:
    """Find out what is known of a topic at a place."""

    topic: TopicCode
    place: Place


Wish = Send | LookNearby | ListAppeals | FindAppeal | Rate | Reply | CopyFiles | CallPerson


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """`messages` are said in their order; `toast` is a short notice on the pressed button.

    With a `wish` the conversation goes on at once with the event that comes of it (all but CallPerson). `asks` is
    the step that the last message asks, None where it asks nothing of the form.
    """

    draft: Draft
    messages: tuple[Message, ...] = ()
    toast: str | None = None
    wish: Wish | None = None
    asks: Step | None = None
