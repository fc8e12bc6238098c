"""Where a place has to be named: by the law, and by what the topic is about."""

from dataclasses import replace

import pytest

from gateway.domain.appeal import Submission, SubmissionKind
from gateway.domain.problem import Problem
from gateway.domain.topic import Catalogue, Topic, TopicCode, TopicPlace
from gateway.form.appeal_form import AppealForm
from gateway.form.check import check
from gateway.form.place_rule import place_needed
from tests.form.test_check import GOOD, LIMITS, SCHOOL

TOPICS = {
    place: Topic(code=TopicCode(place.value), path=(place.value,), fast_track=False, days=30, place=place)
    for place in TopicPlace
}


def form(kind: SubmissionKind = SubmissionKind.MESSAGE) -> AppealForm:
    return AppealForm(agency=SCHOOL, kind=kind, limits=LIMITS)


def placeless(topic: str | None, kind: SubmissionKind = SubmissionKind.MESSAGE) -> Submission | tuple[Problem, ...]:
    answers = replace(GOOD, topic=topic, address=None)
    return check(form(kind), answers, catalogue=Catalogue(TOPICS.values()), channel="page", lang="ru")


@pytest.mark.parametrize("topic", [TOPICS[TopicPlace.PUBLIC], TOPICS[TopicPlace.OWN], None])
def test_a_message_needs_a_place_where_its_topic_has_one_or_nobody_knows_the_topic(topic: Topic | None) -> None:
    assert place_needed(form(), topic)
    found = placeless(topic and topic.code)
    assert isinstance(found, tuple)
    assert [(problem.field, problem.code) for problem in found] == [("place.address", "required")]


def test_a_message_about_a_pension_is_taken_without_a_place() -> None:
    assert not place_needed(form(), TOPICS[TopicPlace.NONE])
    found = placeless("none")
    assert isinstance(found, Submission)
    assert found.place is None


@pytest.mark.parametrize("topic", [*TOPICS.values(), None])
def test_a_place_is_never_demanded_of_an_appeal_under_the_law(topic: Topic | None) -> None:
    assert not place_needed(form(SubmissionKind.APPEAL), topic)
    found = placeless(topic and topic.code, SubmissionKind.APPEAL)
    assert isinstance(found, tuple)
    assert [problem.field for problem in found] == ["kind"]
