"""What a resident is written about: which changes of a case, and what each is to them."""

from collections.abc import Sequence
from enum import StrEnum

from gateway.domain.case import CaseEvent, EventKind, Status

_OWN_DOINGS = frozenset({EventKind.REPLIED, EventKind.RATED, EventKind.COMMENTED, EventKind.CONSENT_WITHDRAWN})
_QUIET = _OWN_DOINGS | {EventKind.TOPIC_CORRECTED, EventKind.JOINED}


class Notice(StrEnum):
    """What a change is to the resident."""

    ACCEPTED = "accepted"
    FORWARDED = "forwarded"
    REVIEW = "review"
    WORK = "work"
    MOVED = "moved"
    POSTPONED = "postponed"
    QUESTION = "question"
    ANSWER = "answer"
    DECLINED = "declined"
    SENT_BACK = "sent_back"
    JOINED = "joined"


_OF_KIND = {
    EventKind.REGISTERED: Notice.ACCEPTED,
    EventKind.FORWARDED: Notice.FORWARDED,
    EventKind.POSTPONED: Notice.POSTPONED,
    EventKind.ASKED: Notice.QUESTION,
    EventKind.ANSWERED: Notice.ANSWER,
    EventKind.DECLINED: Notice.DECLINED,
    EventKind.SENT_BACK: Notice.SENT_BACK,
}
_OF_STATUS = {Status.REVIEW: Notice.REVIEW, Status.WORK: Notice.WORK}


def is_told(event: CaseEvent) -> bool:
    """Tell whether the resident should hear of it: of everything but what they did themselves, who else has joined, and
    a better topic.
    """
    return event.kind not in _QUIET


def notice_of(event: CaseEvent, history: Sequence[CaseEvent]) -> Notice | None:
    """Return what an event of that history is to the resident, None where there is nothing to say.

    A move that moves nothing is what an older gateway makes of a kind of event that it does not know.
    """
    if not is_told(event):
        return None
    if event.kind is not EventKind.MOVED:
        return _OF_KIND[event.kind]
    before = [earlier.status for earlier in history[: history.index(event)]]
    is_new = not before or before[-1] is not event.status or event.text is not None
    return _OF_STATUS.get(event.status, Notice.MOVED) if is_new else None
