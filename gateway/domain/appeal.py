"""What a resident sent, and what it became when it was accepted."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NewType
from zoneinfo import ZoneInfo

from gateway.domain.agency import Agency
from gateway.domain.attachment import AttachmentId
from gateway.domain.connection import Address
from gateway.domain.consent import Consent
from gateway.domain.contact import Contact
from gateway.domain.lots import draw_id, draw_lot
from gateway.domain.number import AppealNumber, draw_number
from gateway.domain.place import Place
from gateway.domain.topic import Topic

AppealId = NewType("AppealId", str)
"""Ours alone: the idempotency key on the way to the core store."""

TrackingKey = NewType("TrackingKey", str)
"""128 random bits that open the status page; separate from the number, which is read aloud."""


_KEY_BYTES = 16


class SubmissionKind(StrEnum):
    """Message (сообщение, platform's rules) or appeal (обращение, 59-ФЗ, identified residents only)."""

    MESSAGE = "message"
    APPEAL = "appeal"


class Channel(StrEnum):
    """Which way in the resident took."""

    API = "api"
    PAGE = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """The answers to the form, checked: every one is good, and all that the agency demands are there.

    `details` are the answers to the topic's questions, by their keys. `chat` is where the resident hears of it, for
    those who wrote in a messenger. `joins` is the open appeal of somebody else about the same thing: it is waited for
    instead of a case of one's own.
    """

    agency: Agency
    kind: SubmissionKind
    channel: str
    lang: str
    text: str
    gist: str
    topic: Topic | None
    place: Place | None
    attachments: tuple[AttachmentId, ...]
    contact: Contact
    consent_version: str | None
    details: Mapping[str, str] = field(default_factory=dict)
    chat: Address | None = None
    joins: AppealNumber | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Days to answer where the topic does not say: 10 on the fast track, 30 otherwise (59-ФЗ art. 12)."""

    fast_track_days: int = 10
    days: int = 30

    def of(self, topic: Topic | None) -> int:
        """Return the term of a topic, in calendar days."""
        return self.days if topic is None else topic.days


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """An accepted submission: our number, our time, the deadline by our own catalogue. Times are UTC."""

    id: AppealId
    number: AppealNumber
    key: TrackingKey
    received_at: datetime
    answer_by: datetime
    consent: Consent | None
    submission: Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A client's promise that a repeat is the same request: its idempotency `key` and the `fingerprint` of the body."""

    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the resident gets for an accepted appeal; `replayed` when it had been accepted before."""

    number: AppealNumber
    key: TrackingKey
    answer_by: datetime
    replayed: bool = False


def register(submission: Submission, *, now: datetime, terms: Terms) -> Appeal:
    """Make an appeal of a submission: draw its id, number and key, and set its deadline."""
    version = submission.consent_version
    return Appeal(
        id=AppealId(draw_id(now)),
        number=draw_number(),
        key=TrackingKey(urlsafe_b64encode(draw_lot(_KEY_BYTES)).decode().rstrip("=")),
        received_at=now,
        answer_by=answer_by(now, days=terms.of(submission.topic), time_zone=submission.agency.time_zone),
        consent=None if version is None else Consent(version=version, given_at=now, channel=submission.channel),
        submission=submission,
    )


def answer_by(start: datetime, *, days: int, time_zone: str) -> datetime:
    """Return the last second of the day by which to answer: `days` calendar days after the day of `start`, there."""
    return end_of_day(start.astimezone(ZoneInfo(time_zone)).date() + timedelta(days=days), time_zone=time_zone)


@lru_cache(maxsize=1024)
def end_of_day(day: date, *, time_zone: str) -> datetime:
    """Return the last second of a day there."""
    next_day = day + timedelta(days=1)
    midnight = datetime(next_day.year, next_day.month, next_day.day, tzinfo=ZoneInfo(time_zone))
    # In UTC, since some clocks are put back at midnight: 23:59:59 comes twice there.
    return midnight.astimezone(UTC) - timedelta(seconds=1)


def first_sentence(text: str, *, most: int) -> str:
    """Return the first sentence of a text as its gist, cut at a word to `most` characters."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    sentence = _up_to_first_stop(line)
    if len(sentence) <= most:
        return sentence
    cut = sentence[: most - 1].rsplit(" ", 1)[0] if " " in sentence[: most - 1] else sentence[: most - 1]
    return cut.rstrip(" ,;:—-") + "…"


_SHORTENED = (
    "ул",
    "д",
    "кв",
    "корп",
    "стр",
    "пр",
    "пер",
    "г",
    "мкр",
    "пл",
    "им",
    "т",
    "п",
    "руб",
    "тел",
    "наб",
    "ш",
)


def _up_to_first_stop(line: str) -> str:
    words: Sequence[str] = line.split()
    has_begun = False  # the «1.» of a list is no sentence
    for count, word in enumerate(words, start=1):
        has_begun = has_begun or any(map(str.isalpha, word))
        if has_begun and _ends_sentence(word.rstrip('»")')):
            return " ".join(words[:count]).rstrip(".")
    return " ".join(words)


def _ends_sentence(word: str) -> bool:
    return word.endswith(("!", "?")) or (word.endswith(".") and not _is_shortened(word))


def _is_shortened(word: str) -> bool:
    stem = word.rstrip(".").rsplit(".", 1)[-1].strip('(«"').lower()
    return stem in _SHORTENED or (len(stem) == 1 and stem.isalpha())
