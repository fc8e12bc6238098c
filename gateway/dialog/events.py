"""What can happen in a conversation, in any order."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.domain.attachment import AttachmentId
from gateway.domain.fact import Fact
from gateway.domain.nearby import Known
from gateway.domain.number import AppealNumber
from gateway.domain.page_link import PageLink
from gateway.domain.place import Point
from gateway.domain.problem import Problem
from gateway.domain.reading import Reading
from gateway.domain.tracking import Tracked


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file of the resident that is in the store already; `place` is where its camera was."""

    id: AttachmentId
    name: str
    place: Point | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedContact:
    """A contact card; `is_own` only where the platform vouches that it is the sender's."""

    phone: str
    name: str | None = None
    is_own: bool = False


class Odd(StrEnum):
    """What residents send that no form can take."""

    VOICE = "voice"
    STICKER = "sticker"
    VIDEO = "video"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Something written or sent, whatever was in it at once.

    `refused` are its files that could not be taken, as problems of `files`. `message` is the platform's name for it,
    by which an edit finds it. What others found out about the text comes along, where they could: `reading` (its
    problems and topics, places, faults and danger), `fact` (the agency's own answer to it), `question` (the one appeal
    of this resident whose question waits for a reply), `address_point` (where that house is, should it be an address).
    `profile_name` is what the platform calls the resident.
    """

    text: str = ""
    files: tuple[KeptFile, ...] = ()
    refused: tuple[Problem, ...] = ()
    place: Point | None = None
    address_point: Point | None = None
    contact: SharedContact | None = None
    odd: Odd | None = None
    message: str | None = None
    reading: Reading | None = None
    fact: Fact | None = None
    question: AppealNumber | None = None
    profile_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A button was pressed; `data` is what it carried, perhaps from long ago or made up."""

    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A message that was sent before reads differently now."""

    message: str
    text: str
    reading: Reading | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The dialog was opened or started again, perhaps by a link that knows the topic or the place."""

    link: PageLink | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeToRemind:
    """A form has been resting for long."""


# What came of the turn's wish:


@dataclass(frozen=True, slots=True, kw_only=True)
class WasAccepted:
    """The appeal is taken."""

    number: AppealNumber
    answer_by: datetime
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WasInvalid:
    """The form found problems after all (its rules or the catalogue changed meanwhile, a file is gone)."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WasKnown:
    """What others have reported where the problem is, and what the agency has published; perhaps nothing."""

    known: Known


@dataclass(frozen=True, slots=True, kw_only=True)
class WereFound:
    """The resident's appeals, newest first."""

    appeals: tuple[Tracked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WasFound:
    """One appeal with its history, or None: no such number here, or not this resident's."""

    number: str
    tracked: Tracked | None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WasRated:
    """The rating (and its comment, if there was one) is taken."""

    tracked: Tracked


@dataclass(frozen=True, slots=True, kw_only=True)
class WasReplied:
    """The reply to the agency's question is taken."""

    tracked: Tracked


@dataclass(frozen=True, slots=True, kw_only=True)
class WereCopied:
    """Copies of files that were sent before, those that are still there."""

    files: tuple[KeptFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WasRefused:
    """The wish could not be fulfilled: `code` is that of the error (already_rated, no_question, not_answered …)."""

    code: str


Event = (
    Said
    | Pressed
    | Edited
    | Opened
    | TimeToRemind
    | WasAccepted
    | WasInvalid
    | WasKnown
    | WereFound
    | WasFound
    | WasRated
    | WasReplied
    | WereCopied
    | WasRefused
)
