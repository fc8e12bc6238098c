"""The life of a case: from every status, what may follow and what may not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.agency import AgencyKey
from gateway.domain.appeal import AppealId, SubmissionKind
from gateway.domain.case import (
    HIGHEST_SCORE,
    LOWEST_SCORE,
    Case,
    CaseEvent,
    EventId,
    EventKind,
    Status,
    check_answer,
    check_comment,
    check_decline,
    check_forwarding,
    check_move,
    check_postponement,
    check_question,
    check_rating,
    check_reply,
    check_withdrawal,
    goes_back,
    last_of,
)
from gateway.domain.number import AppealNumber
from gateway.domain.refusal import APPEAL_GROUNDS, MESSAGE_GROUNDS, Ground
from gateway.errors import AlreadyRated, AlreadyWithdrawn, Conflict, NoQuestion, NotAnswered, WrongStep
from tests.properties import many

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=10)
MODERATION, REVIEW, WORK, ANSWERED, DECLINED = Status
APPEAL = SubmissionKind.APPEAL

# From each status: the moves that a clerk may make, and what else may be done.
MOVES = {
    MODERATION: {REVIEW, WORK},
    REVIEW: {WORK},
    WORK: {REVIEW},
    ANSWERED: set(),
    DECLINED: {REVIEW},
}
MAY_BE_ANSWERED = {MODERATION, REVIEW, WORK}
MAY_BE_DECLINED = {MODERATION, REVIEW, WORK}
MAY_BE_ASKED = {MODERATION, REVIEW, WORK}


def event(kind: EventKind, status: Status, *, id: str | None = None, about: str | None = None) -> CaseEvent:
    name = id or f"{kind.value}-{status.value}"
    return CaseEvent(
        id=EventId(name), at=NOW, kind=kind, status=status, answer_by=LATER, about=about and EventId(about)
    )


def case(*events: CaseEvent, kind: SubmissionKind = SubmissionKind.MESSAGE) -> Case:
    return Case(
        appeal_id=AppealId("a"),
        number=AppealNumber("000-000-5724"),
        agency=AgencyKey("school"),
        kind=kind,
        days=10,
        time_zone="Europe/Moscow",
        events=(event(EventKind.REGISTERED, MODERATION), *events),
    )


def case_that_is(status: Status, kind: SubmissionKind = SubmissionKind.MESSAGE) -> Case:
    return case(event(EventKind.MOVED, status), kind=kind)


ASKED = event(EventKind.ASKED, WORK, id="q1")
REPLIED = event(EventKind.REPLIED, WORK, about="q1")
FIRST_ANSWER = event(EventKind.ANSWERED, ANSWERED, id="a1")
RATED_LOW = event(EventKind.RATED, ANSWERED, about="a1")
SENT_BACK = event(EventKind.SENT_BACK, REVIEW, about="a1")
SECOND_ANSWER = event(EventKind.ANSWERED, ANSWERED, id="a2")
REFUSED = event(EventKind.DECLINED, DECLINED)


@pytest.mark.parametrize("to", Status)
@pytest.mark.parametrize("at", Status)
def test_a_clerk_moves_a_case_only_along_the_table(at: Status, to: Status) -> None:
    if to in MOVES[at]:
        check_move(case_that_is(at), to)
    else:
        with pytest.raises(WrongStep):
            check_move(case_that_is(at), to)


@pytest.mark.parametrize("at", Status)
def test_an_open_case_is_answered_once(at: Status) -> None:
    if at in MAY_BE_ANSWERED:
        check_answer(case_that_is(at))
    else:
        with pytest.raises(WrongStep):
            check_answer(case_that_is(at))


@pytest.mark.parametrize("at", Status)
def test_a_resident_is_asked_only_while_a_case_is_open(at: Status) -> None:
    if at in MAY_BE_ASKED:
        check_question(case_that_is(at))
    else:
        with pytest.raises(WrongStep):
            check_question(case_that_is(at))


@pytest.mark.parametrize("kind", SubmissionKind)
@pytest.mark.parametrize("ground", Ground)
@pytest.mark.parametrize("at", Status)
def test_a_case_is_declined_on_its_own_kind_of_ground_while_it_is_open(
    at: Status, ground: Ground, kind: SubmissionKind
) -> None:
    grounds = MESSAGE_GROUNDS if kind is SubmissionKind.MESSAGE else APPEAL_GROUNDS
    if at in MAY_BE_DECLINED and ground in grounds:
        check_decline(case_that_is(at, kind), ground)
    else:
        with pytest.raises(WrongStep):
            check_decline(case_that_is(at, kind), ground)


def test_a_wrong_step_says_which_one() -> None:
    with pytest.raises(WrongStep, match="answered cannot go to work"):
        check_move(case_that_is(ANSWERED), WORK)
    with pytest.raises(WrongStep, match="give the answer with it"):
        check_move(case_that_is(WORK), ANSWERED)
    with pytest.raises(WrongStep, match="give the ground with it"):
        check_move(case_that_is(WORK), DECLINED)


def test_a_case_stands_where_its_last_event_says() -> None:
    prolonged = replace(event(EventKind.MOVED, WORK), answer_by=LATER + timedelta(days=30))
    assert case(prolonged).status is WORK
    assert case(prolonged).answer_by == LATER + timedelta(days=30)


@pytest.mark.parametrize(
    ("events", "open"),
    [
        ((), False),
        ((ASKED,), True),
        ((ASKED, event(EventKind.MOVED, REVIEW)), True),
        ((ASKED, REPLIED), False),
        ((ASKED, FIRST_ANSWER), False),
        ((ASKED, REFUSED), False),
        ((ASKED, FIRST_ANSWER, RATED_LOW, SENT_BACK), False),
        ((ASKED, REPLIED, event(EventKind.ASKED, WORK, id="q2")), True),
    ],
)
def test_a_question_waits_until_it_is_replied_to_or_the_case_is_closed(
    events: tuple[CaseEvent, ...], open: bool
) -> None:
    assert (case(*events).question is not None) is open


@pytest.mark.parametrize(
    ("events", "answer"),
    [
        ((), None),
        ((FIRST_ANSWER,), "a1"),
        ((FIRST_ANSWER, RATED_LOW), "a1"),
        ((FIRST_ANSWER, RATED_LOW, SENT_BACK), None),
        ((FIRST_ANSWER, RATED_LOW, SENT_BACK, SECOND_ANSWER), "a2"),
        ((REFUSED,), None),
    ],
)
def test_an_answer_stands_until_the_case_is_sent_back(events: tuple[CaseEvent, ...], answer: str | None) -> None:
    in_force = case(*events).answer
    assert (in_force and in_force.id) == answer


def test_a_rating_needs_the_answer_in_force() -> None:
    with pytest.raises(NotAnswered):
        check_rating(case(), EventId("a1"))
    with pytest.raises(NotAnswered):
        check_rating(case(FIRST_ANSWER), EventId("a2"))
    with pytest.raises(NotAnswered):
        check_rating(case(FIRST_ANSWER, RATED_LOW, SENT_BACK), EventId("a1"))
    check_rating(case(FIRST_ANSWER), EventId("a1"))


def test_each_answer_is_rated_once() -> None:
    with pytest.raises(AlreadyRated):
        check_rating(case(FIRST_ANSWER, event(EventKind.RATED, ANSWERED, about="a1")), EventId("a1"))
    check_rating(case(FIRST_ANSWER, RATED_LOW, SENT_BACK, SECOND_ANSWER), EventId("a2"))


def test_words_are_added_to_a_rating_that_has_none_even_after_it_has_sent_the_case_back() -> None:
    commented = event(EventKind.COMMENTED, REVIEW, about="a1")
    check_comment(case(FIRST_ANSWER, RATED_LOW), EventId("a1"))
    check_comment(case(FIRST_ANSWER, RATED_LOW, SENT_BACK), EventId("a1"))
    check_comment(case(FIRST_ANSWER, RATED_LOW, SENT_BACK, SECOND_ANSWER), EventId("a1"))
    for unrated in (case(), case(FIRST_ANSWER), case(FIRST_ANSWER, RATED_LOW, SENT_BACK, SECOND_ANSWER)):
        with pytest.raises(NotAnswered):
            check_comment(unrated, EventId("a2"))
    for said in (
        case(FIRST_ANSWER, replace(RATED_LOW, text="Нет")),
        case(FIRST_ANSWER, RATED_LOW, SENT_BACK, commented),
    ):
        with pytest.raises(AlreadyRated):
            check_comment(said, EventId("a1"))


@pytest.mark.parametrize("at", Status)
def test_a_case_is_forwarded_and_postponed_while_it_is_open(at: Status) -> None:
    now, until = case_that_is(at), LATER + timedelta(days=1)
    if at in (MODERATION, REVIEW, WORK):
        check_forwarding(now)
        check_postponement(now, until, now=NOW)
    else:
        with pytest.raises(WrongStep):
            check_forwarding(now)
        with pytest.raises(WrongStep):
            check_postponement(now, until, now=NOW)


def test_a_new_date_is_later_than_the_deadline_and_than_today() -> None:
    for until in (LATER, LATER - timedelta(days=1), NOW):
        with pytest.raises(WrongStep, match="later"):
            check_postponement(case(), until, now=NOW)
    overdue = LATER + timedelta(days=40)
    with pytest.raises(WrongStep, match="later"):
        check_postponement(case(), overdue - timedelta(days=1), now=overdue)
    check_postponement(case(), overdue + timedelta(days=1), now=overdue)
    with pytest.raises(WrongStep, match="too far"):
        check_postponement(case(), LATER + timedelta(days=3 * 366), now=NOW)


def postponed(until: datetime) -> CaseEvent:
    return replace(event(EventKind.POSTPONED, WORK), answer_by=until)


def test_the_term_of_an_appeal_is_prolonged_once_by_thirty_days_at_most() -> None:
    last = datetime(2026, 12, 30, 20, 59, 59, tzinfo=UTC)  # the 30th day in Moscow after that of LATER
    check_postponement(case(kind=APPEAL), last, now=NOW)
    with pytest.raises(WrongStep, match="30 days"):
        check_postponement(case(kind=APPEAL), last + timedelta(seconds=1), now=NOW)
    with pytest.raises(WrongStep, match="once"):
        check_postponement(case(postponed(last), kind=APPEAL), last + timedelta(days=1), now=NOW)
    again = (postponed(last), FIRST_ANSWER, RATED_LOW, SENT_BACK)
    check_postponement(case(*again, kind=APPEAL), LATER + timedelta(days=1), now=NOW)  # the term began anew


def test_the_date_of_a_message_may_move_again() -> None:
    check_postponement(case(postponed(LATER + timedelta(days=90))), LATER + timedelta(days=91), now=NOW)


def test_a_reply_needs_its_own_question_and_may_come_after_the_answer() -> None:
    for waiting in (case(ASKED), case(ASKED, FIRST_ANSWER)):
        check_reply(waiting, EventId("q1"))
    for closed in (case(), case(ASKED, REPLIED), case(ASKED, REPLIED, FIRST_ANSWER)):
        with pytest.raises(NoQuestion):
            check_reply(closed, EventId("q1"))
    with pytest.raises(NoQuestion):
        check_reply(case(ASKED), EventId("q2"))


def test_consent_is_withdrawn_once() -> None:
    check_withdrawal(case())
    with pytest.raises(AlreadyWithdrawn):
        check_withdrawal(case(event(EventKind.CONSENT_WITHDRAWN, MODERATION)))


@pytest.mark.parametrize(("score", "back"), [(1, True), (2, True), (3, False), (4, False), (5, False)])
def test_one_and_two_send_a_case_back(score: int, back: bool) -> None:
    assert goes_back(score) is back


def test_the_scale_goes_from_one_to_five() -> None:
    assert (LOWEST_SCORE, HIGHEST_SCORE) == (1, 5)


def test_the_newest_event_of_a_kind_is_found() -> None:
    events = case(FIRST_ANSWER, RATED_LOW, SENT_BACK, SECOND_ANSWER).events
    assert last_of(events, EventKind.ANSWERED) is SECOND_ANSWER
    assert last_of(events, EventKind.DECLINED) is None


steps = st.lists(
    st.tuples(st.sampled_from(["move", "forward", "postpone", "ask", "answer", "decline"]), st.sampled_from(Status)),
    max_size=12,
)


@many
@given(steps)
def test_whatever_a_clerk_tries_a_case_that_is_closed_has_an_answer_or_a_refusal(
    tried: list[tuple[str, Status]],
) -> None:
    now = case()
    for word, status in tried:
        now = _after(now, word, status)
    closing = {ANSWERED: EventKind.ANSWERED, DECLINED: EventKind.DECLINED}
    if now.status in closing:
        assert now.events[-1].kind is closing[now.status]
        assert now.question is None
    assert (now.answer is not None) == (now.status is ANSWERED)


def _after(now: Case, word: str, status: Status) -> Case:
    """The case after a step, or as it was if the step is refused."""
    try:
        match word:
            case "move":
                check_move(now, status)
                new = event(EventKind.MOVED, status)
            case "forward":
                check_forwarding(now)
                new = event(EventKind.FORWARDED, REVIEW)
            case "postpone":
                check_postponement(now, now.answer_by + timedelta(days=1), now=NOW)
                new = replace(event(EventKind.POSTPONED, now.status), answer_by=now.answer_by + timedelta(days=1))
            case "ask":
                check_question(now)
                new = event(EventKind.ASKED, now.status)
            case "answer":
                check_answer(now)
                new = event(EventKind.ANSWERED, ANSWERED)
            case _:
                check_decline(now, Ground.SPAM)
                new = event(EventKind.DECLINED, DECLINED)
    except Conflict:
        return now
    return replace(now, events=(*now.events, new))
