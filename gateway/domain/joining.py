"""Several people with one problem: who has joined the appeal of whom, and what of it they may see.

Whoever joins follows the case of the first, but sees nothing of the first: neither words, nor photos, nor questions.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.anonymous import strip_personal
from gateway.domain.appeal import AppealId
from gateway.domain.case import CaseEvent, EventId, EventKind, Status, last_of
from gateway.domain.connection import Address
from gateway.domain.contact import Contact
from gateway.domain.nearby import NearbyCase
from gateway.domain.topic import TopicCode

OPEN = frozenset({Status.MODERATION, Status.REVIEW, Status.WORK})
"""Where a case stands while it may be joined."""

MOST_SHOWN = 3
_STEP_METRES = 10
_SHORTEST_NAME = 3

_OF_THE_AGENCY = frozenset(
    {
        EventKind.REGISTERED,
        EventKind.MOVED,
        EventKind.FORWARDED,
        EventKind.POSTPONED,
        EventKind.ANSWERED,
        EventKind.DECLINED,
        EventKind.SENT_BACK,
        EventKind.TOPIC_CORRECTED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """One more person waits for a case; `id` is the appeal by which they joined."""

    id: AppealId
    at: datetime


def seen_by_joiner(
    events: Sequence[CaseEvent], join: Join, *, answer_by: datetime, first: str | None = None
) -> tuple[CaseEvent, ...]:
    """Return the history of a case as one who has joined it may see it, with the joining where it belongs.

    What passed between the agency and the first resident is left out, and so are files: an answer may be a scanned
    letter with a name and an address on it. Free text goes without personal data, and without the name of the `first`
    in any of its forms. `answer_by` is the deadline that holds until an event says otherwise.
    """
    kept = [_stripped(event, first or "") for event in events if is_shown_to_joiners(event)]
    before = [event for event in kept if event.at <= join.at]
    last = before[-1] if before else None
    joined = CaseEvent(
        id=joining_id(join.id),
        at=join.at,
        kind=EventKind.JOINED,
        status=Status.MODERATION if last is None else last.status,
        answer_by=answer_by if last is None else last.answer_by,
    )
    return (*before, joined, *(event for event in kept if event.at > join.at))


def is_shown_to_joiners(event: CaseEvent) -> bool:
    """Tell whether it is what the agency did, not what passed between it and the first resident."""
    return event.kind in _OF_THE_AGENCY


def is_told_to_joiners(event: CaseEvent) -> bool:
    """Tell whether those who joined are written about it: that it was registered is no news to them."""
    return is_shown_to_joiners(event) and event.kind is not EventKind.REGISTERED


def joining_id(appeal: AppealId) -> EventId:
    """Return the id of the event by which an appeal joined another: each does so once."""
    return EventId(appeal)


def _stripped(event: CaseEvent, first: str) -> CaseEvent:
    # A ground for declining speaks of the words of the first; whom it was forwarded to is a body's name.
    text = None if event.text is None else _without_name(strip_personal(event.text), first)
    return replace(event, text=text, files=(), ground=None, about=None)


def _without_name(text: str, name: str) -> str:
    """Return a text without the words of a name: «Анна Смирнова» goes, and so do «Анне» and «Смирновой»."""
    for word in name.split():
        if len(word) >= _SHORTEST_NAME:
            stem = re.escape(word[: max(2, len(word) - 1)].capitalize())
            text = re.sub(rf"\b{stem}\w{{0,3}}\b", "[имя]", text)
    return text


def topic_of(events: Sequence[CaseEvent], chosen: TopicCode | None) -> TopicCode | None:
    """Return the topic of a case: the one that the agency found to be right, else the one that was `chosen`."""
    corrected = last_of(tuple(events), EventKind.TOPIC_CORRECTED)
    return chosen if corrected is None or corrected.topic_code is None else corrected.topic_code


def ways_to(contact: Contact, chat: Address | None) -> frozenset[str]:
    """Return the ways to reach somebody, by which a person is known again: chat, mail, telephone."""
    written = None if chat is None else f"{chat.connection}/{chat.peer}"
    return frozenset(way for way in (written, contact.email, contact.phone) if way)


def count_people(ways: Iterable[frozenset[str]]) -> int:
    """Count people by the `ways` to reach each (chat, mail, telephone): who shares one with another is the same."""
    people: list[frozenset[str]] = []
    nameless = 0
    for reached in ways:
        if not reached:
            nameless += 1
            continue
        same = [known for known in people if known & reached]
        people = [known for known in people if not known & reached]
        people.append(frozenset.union(reached, *same))
    return len(people) + nameless


def nearest(cases: Iterable[NearbyCase]) -> tuple[NearbyCase, ...]:
    """Return the few that are shown: the nearest first, of those alike far the one that most people wait for."""
    ordered = sorted(cases, key=lambda case: (case.metres or 0, -case.people, case.since))
    return tuple(ordered[:MOST_SHOWN])


def rounded(metres: float) -> int:
    """Return a distance as it is told: to ten metres, so that nobody learns a point exactly."""
    return round(metres / _STEP_METRES) * _STEP_METRES
