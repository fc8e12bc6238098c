"""Grounds for declining: one table for messages, one for appeals, and nothing that stops an appeal beforehand."""

import pytest

from gateway.domain.appeal import SubmissionKind
from gateway.domain.refusal import APPEAL_GROUNDS, MESSAGE_GROUNDS, Ground, may_decline, may_demand

# What the platform's rules of filing name.
OF_MESSAGES = {"obscene", "unreadable", "agitation", "others_data", "spam", "no_place", "unclear", "several"}
# What 59-ФЗ art. 11 names: parts 1, 2, 3, 4, 4.1, 5, 6.
OF_APPEALS = {"no_sender", "court", "obscene", "unreadable", "unclear", "answered_before", "protected"}


@pytest.mark.parametrize("ground", Ground)
def test_no_check_stops_an_appeal_before_it_is_registered(ground: Ground) -> None:
    assert not may_decline(SubmissionKind.APPEAL, ground, registered=False)


def test_the_two_tables_are_those_of_the_rules_and_of_the_law() -> None:
    assert {ground.value for ground in MESSAGE_GROUNDS} == OF_MESSAGES
    assert {ground.value for ground in APPEAL_GROUNDS} == OF_APPEALS


@pytest.mark.parametrize("ground", [Ground.NO_PLACE, Ground.SEVERAL, Ground.SPAM, Ground.AGITATION, Ground.OTHERS_DATA])
def test_what_only_the_rules_of_messages_know_never_declines_an_appeal(ground: Ground) -> None:
    assert may_decline(SubmissionKind.MESSAGE, ground, registered=True)
    assert not may_decline(SubmissionKind.APPEAL, ground, registered=True)


@pytest.mark.parametrize("ground", Ground)
def test_a_message_may_be_declined_at_once_an_appeal_only_later(ground: Ground) -> None:
    assert may_decline(SubmissionKind.MESSAGE, ground, registered=False) is (ground.value in OF_MESSAGES)
    assert may_decline(SubmissionKind.APPEAL, ground, registered=True) is (ground.value in OF_APPEALS)


def test_every_ground_stands_in_a_table() -> None:
    assert set(Ground) == MESSAGE_GROUNDS | APPEAL_GROUNDS


def test_only_a_message_may_be_made_to_name_a_place_or_a_topic() -> None:
    assert may_demand(SubmissionKind.MESSAGE)
    assert not may_demand(SubmissionKind.APPEAL)
