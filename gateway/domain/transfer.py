"""What passes between the gateway and a core store, on the network or inside one process."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gateway.domain.agency import AgencyKey
from gateway.domain.appeal import Appeal, AppealId, SubmissionKind
from gateway.domain.attachment import Attachment
from gateway.domain.case import CaseEvent
from gateway.domain.consent import Consent
from gateway.domain.contact import Contact
from gateway.domain.number import AppealNumber
from gateway.domain.place import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """An appeal as a core store registers it. `days` is its term, counted in `time_zone`.

    `details` are answers to the topic's questions, by the keys of the questions.
    """

    appeal_id: AppealId
    number: AppealNumber
    agency: AgencyKey
    agency_name: str
    kind: SubmissionKind
    channel: str
    lang: str
    text: str
    gist: str
    topic_code: str | None
    topic_path: tuple[str, ...]
    fast_track: bool
    days: int
    time_zone: str
    place: Place | None
    contact: Contact
    consent: Consent | None
    files: tuple[Attachment, ...]
    received_at: datetime
    answer_by: datetime
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """An event of a case, as it is reported to the gateway that submitted it."""

    appeal_id: AppealId
    event: CaseEvent


def new_case(appeal: Appeal, files: tuple[Attachment, ...], *, days: int) -> NewCase:
    """Make of an accepted appeal what the core store needs; the tracking key stays behind."""
    submission = appeal.submission
    topic = submission.topic
    return NewCase(
        appeal_id=appeal.id,
        number=appeal.number,
        agency=submission.agency.key,
        agency_name=submission.agency.name,
        kind=submission.kind,
        channel=submission.channel,
        lang=submission.lang,
        text=submission.text,
        gist=submission.gist,
        topic_code=None if topic is None else topic.code,
        topic_path=() if topic is None else topic.path,
        fast_track=topic is not None and topic.fast_track,
        days=days,
        time_zone=submission.agency.time_zone,
        place=submission.place,
        contact=submission.contact,
        consent=appeal.consent,
        files=files,
        received_at=appeal.received_at,
        answer_by=appeal.answer_by,
        details=submission.details,
    )
