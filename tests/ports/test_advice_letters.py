"""An agency gets no letter about the same thing twice in a week, whoever sends and however often."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from gateway.adapters.sql.advice_letters import SqlAdviceLetters
from gateway.adapters.sql.agencies import SqlAgencies
from gateway.adapters.sql.engine import Database
from gateway.adapters.sql.migrate import migrate
from gateway.domain.agency import Agency, AgencyKey

NOW = datetime(2030, 5, 6, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
SCHOOL, CLINIC = AgencyKey("school"), AgencyKey("clinic")
ABOUT = "no_widget https://school.example"


@pytest.fixture
async def letters(database_url: str) -> AsyncIterator[SqlAdviceLetters]:
    database = Database(database_url)
    await migrate(database)
    await SqlAgencies(database).save([Agency(key=key, name=key, legal_name=key) for key in (SCHOOL, CLINIC)])
    yield SqlAdviceLetters(database)
    await database.close()


async def claim(letters: SqlAdviceLetters, at: datetime, *, agency: AgencyKey = SCHOOL, about: str = ABOUT) -> bool:
    return await letters.claim(agency, about, at=at, since=at - WEEK)


async def test_same_letter_goes_again_after_a_week(letters: SqlAdviceLetters) -> None:
    moments = [NOW, NOW + WEEK - timedelta(seconds=1), NOW + WEEK, NOW + WEEK + timedelta(seconds=1)]
    assert [await claim(letters, moment) for moment in moments] == [True, False, True, False]


async def test_other_matters_and_other_agencies_have_letters_of_their_own(letters: SqlAdviceLetters) -> None:
    assert await claim(letters, NOW)
    assert await claim(letters, NOW, about="csp_both https://school.example")
    assert await claim(letters, NOW, agency=CLINIC)


async def test_letter_that_did_not_go_may_go(letters: SqlAdviceLetters) -> None:
    assert await claim(letters, NOW)
    await letters.release(SCHOOL, ABOUT)
    assert await claim(letters, NOW)


async def test_of_many_senders_at_once_one_sends(letters: SqlAdviceLetters) -> None:
    assert sum(await asyncio.gather(*[claim(letters, NOW) for _ in range(20)])) == 1
