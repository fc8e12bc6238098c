"""A place is demanded only where the topic has one: on the form page without scripts, and in the API."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.application import ServedGateway, served, settings_for
from tests.suggestions import POTHOLE, Told, tell
from tests.web.api import appeal, codes_of
from tests.web.pages import GOOD, SEND, Page, case_of, open_form, post

PENSION = "400303"
LATE = GOOD | {"text": "Третий месяц не приходит пенсия, на почте разводят руками", "place.address": ""}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    return tell(monkeypatch, {"пенсия": [(PENSION, 0.95)], "яма": [(POTHOLE, 0.95)]})


@pytest.fixture
async def gateway(told: Told, tmp_path: Path) -> AsyncIterator[ServedGateway]:
    async with served(settings_for(tmp_path)) as gateway:
        yield gateway


def is_optional(page: Page) -> bool:
    (word,) = (word for word in page.all("span") if "by-topic" in (word.get("class") or ""))
    assert any(label.get("for") == "place.address" for label in word.within)
    return word.text == "(необязательно)" and word.get("hidden") is None


async def test_a_pension_is_sent_without_a_place(gateway: ServedGateway) -> None:
    sent = await post(gateway, await open_form(gateway), SEND, **LATE)
    assert sent.status_code == 303, sent.text
    case = await case_of(gateway, sent.headers["Location"])
    assert (case.topic_code, case.place) == (PENSION, None)


async def test_the_page_says_whether_the_place_of_the_topic_may_be_left_out(gateway: ServedGateway) -> None:
    blank = await open_form(gateway)
    assert not is_optional(blank)
    assert is_optional(Page(await post(gateway, blank, SEND, **LATE | {"contact.email": "no"})))
    pit = Page(await post(gateway, blank, SEND, **LATE | {"text": "На дороге у школы яма"}))
    assert not is_optional(pit)
    assert pit.by_id("place.address").get("aria-invalid") == "true"


async def test_api_takes_a_message_without_a_place_only_of_a_topic_that_has_none(gateway: ServedGateway) -> None:
    url = "/api/v1/appeals"
    taken = await gateway.http.post(url, json=appeal(topic=PENSION, place=None))
    assert taken.status_code == 201, taken.text
    for topic in (POTHOLE, None):
        assert codes_of(await gateway.http.post(url, json=appeal(topic=topic, place=None))) == {
            "place.address": "required"
        }
