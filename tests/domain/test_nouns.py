"""Small nouns: places, topics, registration, what crosses to the core store, what a resident follows."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.agency import Agency, AgencyKey
from gateway.domain.appeal import Appeal, Submission, SubmissionKind, Terms, TrackingKey, register
from gateway.domain.case import CaseEvent, EventId, EventKind, Status
from gateway.domain.contact import Contact
from gateway.domain.place import Place, Point
from gateway.domain.topic import Catalogue, Topic, TopicCode
from gateway.domain.tracking import Rating, Reply, Tracked
from gateway.domain.transfer import new_case

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SCHOOL = Agency(key=AgencyKey("school"), name="Школа", legal_name="МБОУ «Школа»", time_zone="Asia/Omsk")
PIT = Topic(code=TopicCode("0116"), path=("Дороги", "Ямы"), fast_track=True, days=10)
SIGN = Topic(code=TopicCode("0103"), path=("Дороги", "Знаки"), fast_track=True, days=10)
YARD = Topic(code=TopicCode("0201"), path=("Благоустройство", "Дворы", "Лавочки"), fast_track=False, days=30)


@pytest.mark.parametrize(
    ("lat", "lon"), [(90.01, 0), (-90.01, 0), (0, 180.01), (0, -180.01), (math.nan, 0), (0, math.nan), (math.inf, 0)]
)
def test_a_point_off_the_earth_is_refused(lat: float, lon: float) -> None:
    with pytest.raises(ValueError, match="between -90 and 90"):
        Point(lat=lat, lon=lon)


def test_a_point_may_lie_on_the_edge() -> None:
    assert Point(lat=-90, lon=180) == Point(lat=-90.0, lon=180.0)


def test_a_catalogue_finds_by_code_and_keeps_its_order() -> None:
    catalogue = Catalogue([PIT, SIGN, YARD])
    assert catalogue.find("0103") is SIGN
    assert catalogue.find("0104") is None
    assert list(catalogue.by_subject()) == [("Дороги", (PIT, SIGN)), ("Благоустройство", (YARD,))]


def test_a_topic_is_called_by_the_end_of_the_way_to_it() -> None:
    assert (YARD.name, YARD.subject) == ("Лавочки", "Благоустройство")


def submission(topic: Topic | None = PIT, consent: str | None = "2") -> Submission:
    return Submission(
        agency=SCHOOL,
        kind=SubmissionKind.MESSAGE,
        channel="page",
        lang="ru",
        text="Яма у дома 12",
        gist="Яма",
        topic=topic,
        place=Place(address="ул. Садовая, 12"),
        attachments=(),
        contact=Contact(name="Житель", email="resident@example.org"),
        consent_version=consent,
    )


def registered(sent: Submission | None = None) -> Appeal:
    return register(sent or submission(), now=NOW, terms=Terms(days=20))


def test_registration_sets_our_time_and_the_deadline_of_the_topic_in_the_agencys_zone() -> None:
    appeal = registered()
    assert appeal.received_at == NOW
    assert appeal.answer_by == datetime(2026, 11, 30, 17, 59, 59, tzinfo=UTC)  # midnight of Omsk
    assert registered(submission(topic=None)).answer_by == appeal.answer_by + timedelta(days=10)


def test_consent_is_kept_with_its_version_time_and_channel() -> None:
    consent = registered().consent
    assert consent is not None
    assert (consent.version, consent.given_at, consent.channel) == ("2", NOW, "page")
    assert registered(submission(consent=None)).consent is None


def test_two_registrations_of_one_submission_share_nothing_that_must_be_secret() -> None:
    one, other = registered(), registered()
    assert len({one.id, other.id}) == len({one.key, other.key}) == len({one.number, other.number}) == 2


def test_a_tracking_key_holds_128_bits() -> None:
    assert len(registered().key) == 22  # characters of six bits


def test_the_tracking_key_does_not_cross_to_the_core_store() -> None:
    appeal = registered()
    crossed = new_case(appeal, (), days=10)
    assert appeal.key not in repr(crossed)
    assert (crossed.appeal_id, crossed.number, crossed.time_zone) == (appeal.id, appeal.number, "Asia/Omsk")
    assert (crossed.topic_code, crossed.topic_path, crossed.fast_track) == ("0116", ("Дороги", "Ямы"), True)


def test_a_case_without_a_topic_crosses_too() -> None:
    crossed = new_case(registered(submission(topic=None)), (), days=30)
    assert (crossed.topic_code, crossed.topic_path, crossed.fast_track, crossed.days) == (None, (), False, 30)


def tracked() -> Tracked:
    appeal = registered()
    return Tracked(
        appeal_id=appeal.id,
        number=appeal.number,
        key=TrackingKey("k"),
        agency=SCHOOL.key,
        kind=SubmissionKind.MESSAGE,
        lang="ru",
        gist="Яма",
        topic_path=PIT.path,
        address=None,
        received_at=NOW,
        accepted_answer_by=appeal.answer_by,
        consent_given=True,
        consent_withdrawn_at=None,
    )


def event(id: str, kind: EventKind, status: Status) -> CaseEvent:
    return CaseEvent(id=EventId(id), at=NOW, kind=kind, status=status, answer_by=NOW + timedelta(days=40))


def test_until_the_core_store_reports_an_appeal_waits_for_moderation() -> None:
    waiting = tracked()
    assert (waiting.status, waiting.answer_by) == (Status.MODERATION, waiting.accepted_answer_by)
    assert (waiting.question, waiting.answer, waiting.rating) == (None, None, None)


def test_what_the_core_store_reports_counts_from_then_on() -> None:
    moved = replace(tracked(), events=(event("e", EventKind.MOVED, Status.WORK),))
    assert (moved.status, moved.answer_by) == (Status.WORK, NOW + timedelta(days=40))


def test_a_question_with_a_reply_on_its_way_is_not_asked_again() -> None:
    asked = replace(tracked(), events=(event("q", EventKind.ASKED, Status.WORK),))
    assert asked.question is not None
    reply = Reply(id=EventId("r"), question=EventId("q"), text="Вот", attachments=(), at=NOW)
    assert replace(asked, replies=(reply,)).question is None


def test_a_rating_shows_with_its_own_answer_and_not_with_the_next() -> None:
    answered = event("a1", EventKind.ANSWERED, Status.ANSWERED)
    low = Rating(answer=EventId("a1"), score=2, comment=None, at=NOW)
    rated = replace(tracked(), events=(answered,), ratings=(low,))
    assert rated.rating == low
    back = event("b", EventKind.SENT_BACK, Status.REVIEW)
    assert replace(rated, events=(answered, back)).rating is None
    again = event("a2", EventKind.ANSWERED, Status.ANSWERED)
    assert replace(rated, events=(answered, back, again)).rating is None
