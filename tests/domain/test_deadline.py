"""Deadlines: the last second of a day, by the clocks of the agency's place."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.appeal import Terms, answer_by
from gateway.domain.topic import Topic, TopicCode
from tests.properties import many

RUSSIAN = {
    "Europe/Kaliningrad": 2,
    "Europe/Moscow": 3,
    "Europe/Samara": 4,
    "Asia/Yekaterinburg": 5,
    "Asia/Omsk": 6,
    "Asia/Novosibirsk": 7,
    "Asia/Irkutsk": 8,
    "Asia/Yakutsk": 9,
    "Asia/Vladivostok": 10,
    "Asia/Magadan": 11,
    "Asia/Kamchatka": 12,
}
# Clocks that are put back or forward at midnight or near it, and halves of hours.
AWKWARD = ["Europe/Berlin", "America/Santiago", "America/Havana", "Africa/Cairo", "Asia/Beirut", "Asia/Kolkata", "UTC"]


def at(written: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(("zone", "hours"), RUSSIAN.items())
def test_a_deadline_ends_with_the_day_of_the_agency(zone: str, hours: int) -> None:
    noon = at("2026-11-20T12:00:00", zone)
    assert answer_by(noon, days=10, time_zone=zone) == datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC) - timedelta(
        hours=hours
    )


def test_one_moment_is_another_day_in_kaliningrad_and_in_kamchatka() -> None:
    evening = at("2026-11-20T20:30:00", "Europe/Kaliningrad")
    ends = [answer_by(evening, days=30, time_zone=zone).astimezone(ZoneInfo(zone)).date() for zone in RUSSIAN]
    assert ends[0] == date(2026, 12, 20)
    assert ends[-1] == date(2026, 12, 21)


@pytest.mark.parametrize(
    ("start", "days", "ends"),
    [
        ("2026-11-20T00:00:00", 30, "2026-12-20"),
        ("2026-11-20T23:59:59", 30, "2026-12-20"),
        ("2026-12-20T12:00:00", 30, "2027-01-19"),
        ("2026-12-31T23:59:59", 10, "2027-01-10"),
        ("2028-02-19T12:00:00", 10, "2028-02-29"),
        ("2027-02-19T12:00:00", 10, "2027-03-01"),
        ("2026-11-20T12:00:00", 1, "2026-11-21"),
    ],
)
def test_days_are_counted_from_the_next_one_over_months_and_years(start: str, days: int, ends: str) -> None:
    moscow = "Europe/Moscow"
    deadline = answer_by(at(start, moscow), days=days, time_zone=moscow)
    assert deadline == at(f"{ends}T23:59:59", moscow)


def test_a_deadline_is_in_utc() -> None:
    assert answer_by(at("2026-11-20T12:00:00"), days=10, time_zone="Asia/Omsk").tzinfo is UTC


def test_a_change_of_the_clocks_moves_no_day() -> None:
    berlin = "Europe/Berlin"  # clocks go back on 2026-10-25
    assert answer_by(at("2026-10-20T12:00:00", berlin), days=10, time_zone=berlin) == at("2026-10-30T23:59:59", berlin)


@many
@given(
    start=st.integers(0, 25 * 366 * 86_400).map(lambda seconds: at("2015-01-01T00:00:00") + timedelta(seconds=seconds)),
    days=st.integers(1, 365),
    zone=st.sampled_from([*RUSSIAN, *AWKWARD]),
)
def test_a_second_after_the_deadline_it_is_the_next_day(start: datetime, days: int, zone: str) -> None:
    there = ZoneInfo(zone)
    last_day = start.astimezone(there).date() + timedelta(days=days)
    deadline = answer_by(start, days=days, time_zone=zone)
    assert deadline.astimezone(there).date() == last_day
    assert (deadline + timedelta(seconds=1)).astimezone(there).date() == last_day + timedelta(days=1)


@pytest.mark.parametrize("day", ["2025-04-05", "2025-09-06"], ids=["put back at midnight", "put forward at midnight"])
def test_a_day_on_which_the_clocks_change_at_midnight_ends_when_it_ends(day: str) -> None:
    santiago = ZoneInfo("America/Santiago")
    start = datetime.fromisoformat(day).replace(hour=12, tzinfo=santiago) - timedelta(days=10)
    deadline = answer_by(start, days=10, time_zone="America/Santiago")
    assert deadline.astimezone(santiago).date() == date.fromisoformat(day)
    assert (deadline + timedelta(seconds=1)).astimezone(santiago).date() == date.fromisoformat(day) + timedelta(days=1)


def topic(days: int) -> Topic:
    return Topic(code=TopicCode("1"), path=("Дороги", "Ямы"), fast_track=days == 10, days=days)


def test_a_topic_says_its_term_and_without_one_it_is_thirty_days() -> None:
    assert Terms().of(topic(10)) == 10
    assert Terms().of(topic(3)) == 3
    assert Terms().of(None) == 30
    assert Terms(days=20).of(None) == 20
