"""What residents are written about, and what they are not."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.case import CaseEvent, EventId, EventKind, Status
from gateway.domain.notice import Notice, is_told, notice_of
from tests.properties import many

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OWN = {EventKind.REPLIED, EventKind.RATED, EventKind.COMMENTED, EventKind.CONSENT_WITHDRAWN}
QUIET = OWN | {EventKind.TOPIC_CORRECTED, EventKind.JOINED}


def event(kind: EventKind, status: Status, *, id: str = "e", text: str | None = None) -> CaseEvent:
    return CaseEvent(id=EventId(id), at=NOW, kind=kind, status=status, answer_by=NOW, text=text)


def moved(before: Status, after: Status, text: str | None = None) -> Notice | None:
    first, last = event(EventKind.MOVED, before, id="1"), event(EventKind.MOVED, after, id="2", text=text)
    return notice_of(last, [first, last, event(EventKind.ANSWERED, Status.ANSWERED, id="3")])


@pytest.mark.parametrize("kind", EventKind)
def test_residents_hear_of_everything_but_their_own_doings_and_a_better_topic(kind: EventKind) -> None:
    one = event(kind, Status.WORK)
    assert is_told(one) is (kind not in QUIET)
    assert (notice_of(one, [one]) is None) is (kind in QUIET)


def test_a_move_is_told_by_where_it_leads() -> None:
    assert moved(Status.MODERATION, Status.REVIEW) is Notice.REVIEW
    assert moved(Status.REVIEW, Status.WORK) is Notice.WORK
    assert moved(Status.WORK, Status.MODERATION) is Notice.MOVED


def test_a_move_that_moves_nothing_is_told_only_for_its_words() -> None:
    assert moved(Status.WORK, Status.WORK) is None
    assert moved(Status.WORK, Status.WORK, text="Бригада выехала") is Notice.WORK


history = st.lists(st.tuples(st.sampled_from(EventKind), st.sampled_from(Status)), min_size=1, max_size=8)


@many
@given(history)
def test_whatever_happens_each_event_is_told_or_not_by_what_came_before_alone(
    steps: list[tuple[EventKind, Status]],
) -> None:
    events = [event(kind, status, id=str(number)) for number, (kind, status) in enumerate(steps)]
    for count, now in enumerate(events, start=1):
        assert notice_of(now, events) == notice_of(now, events[:count])
        if now.kind not in QUIET | {EventKind.MOVED}:
            assert notice_of(now, events) is not None
