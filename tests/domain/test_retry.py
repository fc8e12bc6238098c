"""Waits between tries: they grow, they are spread, and they end."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.retry import Park, TryAgain, decide_retry
from tests.properties import many

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MOST = 60


def wait(attempts: int, job: int = 1) -> timedelta:
    decision = decide_retry(attempts=attempts, now=NOW, job=job, most=MOST)
    assert isinstance(decision, TryAgain)
    return decision.at - NOW


@many
@given(attempts=st.integers(1, MOST - 1), job=st.integers(1, 2**62))
def test_a_wait_is_from_two_seconds_to_an_hour_and_a_quarter(attempts: int, job: int) -> None:
    assert timedelta(seconds=2) <= wait(attempts, job) <= timedelta(hours=1, minutes=15)


@many
@given(attempts=st.integers(1, MOST - 2), job=st.integers(1, 2**62))
def test_waits_grow_until_they_are_an_hour(attempts: int, job: int) -> None:
    assert wait(attempts + 1, job) > wait(attempts, job) or wait(attempts + 1, job) >= timedelta(hours=1)


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 2), (2, 4), (3, 8), (5, 32), (10, 1024), (11, 2048), (12, 3600), (59, 3600)]
)
def test_a_wait_is_twice_the_one_before_and_up_to_a_quarter_more(attempts: int, seconds: int) -> None:
    least = timedelta(seconds=seconds)
    assert all(least <= wait(attempts, job) < least * 1.25 for job in range(50))


def test_the_first_wait_is_short_and_all_of_them_together_outlast_a_weekend() -> None:
    assert wait(1) < timedelta(seconds=3)
    assert sum((wait(attempts) for attempts in range(1, MOST)), timedelta()) > timedelta(days=2)


@many
@given(attempts=st.integers(MOST, 10**9), job=st.integers(1, 2**62))
def test_after_the_last_try_a_job_is_parked(attempts: int, job: int) -> None:
    assert decide_retry(attempts=attempts, now=NOW, job=job, most=MOST) == Park()


def test_the_last_try_but_one_is_followed_by_the_last() -> None:
    assert isinstance(decide_retry(attempts=MOST - 1, now=NOW, job=1, most=MOST), TryAgain)
    assert decide_retry(attempts=1, now=NOW, job=1, most=1) == Park()


def test_what_failed_together_does_not_come_back_together() -> None:
    waits = {wait(10, job) for job in range(100)}
    assert len(waits) > 90
    assert max(waits) - min(waits) > timedelta(minutes=3)  # a quarter of 17 minutes, nearly


def test_the_same_job_gets_the_same_decision() -> None:
    assert wait(5, 7) == wait(5, 7)
