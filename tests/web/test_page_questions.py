"""What a topic asks, on the form page as plain posts use it: shown with the topic, offered again by the review."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.domain.number import AppealNumber
from tests.application import ServedGateway, served, settings_for
from tests.catalogues import BUS, CONTRACT, PIT, write_catalogue
from tests.web.pages import GOOD, REVIEW, SEND, TOPICS, Page, number_in, open_form, post

ROUTE, STOP, CONTRACT_NUMBER = "details.route", "details.stop", "details.Номер договора"


@pytest.fixture(scope="module")
async def gateway(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServedGateway]:
    folder: Path = tmp_path_factory.mktemp("questions")
    write_catalogue(folder / "data")
    async with served(settings_for(folder)) as gateway:
        yield gateway


async def press(gateway: ServedGateway, page: Page, button: tuple[str, str], **typed: str | None) -> Page:
    return Page(await post(gateway, page, button, **typed))


async def sent(gateway: ServedGateway, page: Page, **typed: str | None) -> dict[str, str]:
    """The answers of the case that the page becomes."""
    answer = await post(gateway, page, SEND, **typed)
    assert answer.status_code == 303, answer.text
    await gateway.drain()
    assert gateway.app.cases is not None
    case, _ = await gateway.app.cases.find(AppealNumber(number_in(answer.headers["Location"])))
    return dict(case.details)


def asked(page: Page) -> list[str]:
    """The questions that can be seen, by the names of their controls."""
    shown = [e for e in page.all("input") if e["name"].startswith("details.") and e.get("type") != "hidden"]
    return [element["name"] for element in shown]


async def test_blank_form_asks_nothing(gateway: ServedGateway) -> None:
    page = await open_form(gateway)
    assert asked(page) == []
    assert page.one("p", class_="photo-hint").get("hidden") is not None


async def test_link_with_a_topic_opens_its_questions_and_says_which_photo_helps(gateway: ServedGateway) -> None:
    page = await open_form(gateway, f"?topic={BUS}")
    assert asked(page) == [ROUTE, STOP]
    label = next(e for e in page.all("label") if e in page.by_id(ROUTE).within)
    assert " ".join(label.text.split()) == "Номер маршрута Например: автобус 12"
    hint = page.one("p", class_="photo-hint")
    assert (hint.text, hint.get("hidden")) == ("Поможет фото, на котором виден номер.", None)
    answers = {"details__route": "12", "details__stop": " "}
    assert await sent(gateway, page, **GOOD, **answers) == {"route": "12"}


async def test_questions_may_all_be_left_out(gateway: ServedGateway) -> None:
    assert await sent(gateway, await open_form(gateway, f"?topic={BUS}"), **GOOD) == {}
    assert await sent(gateway, await open_form(gateway), **GOOD, topic=BUS) == {}


async def test_next_page_has_the_questions_of_the_topic_that_was_chosen(gateway: ServedGateway) -> None:
    page = await press(gateway, await open_form(gateway), TOPICS, topic=BUS, topic_query="яма")
    assert asked(page) == [ROUTE, STOP]
    page = await press(gateway, page, SEND, details__route="12")  # nothing else is there yet
    assert page.status == 422
    assert page.values(ROUTE) == ["12"]


async def test_answers_outlive_a_change_of_the_topic(gateway: ServedGateway) -> None:
    page = await open_form(gateway, f"?topic={BUS}")
    page = await press(gateway, page, TOPICS, details__route="12", topic=CONTRACT)
    assert asked(page) == [CONTRACT_NUMBER]
    page = await press(gateway, page, TOPICS, **{CONTRACT_NUMBER: "17/2"}, topic=BUS)
    assert asked(page) == [ROUTE, STOP]
    assert await sent(gateway, page, **GOOD) == {"route": "12"}


async def test_review_offers_what_the_form_has_not_asked(gateway: ServedGateway) -> None:
    review = await press(gateway, await open_form(gateway), REVIEW, **GOOD, topic=BUS)
    assert asked(review) == [ROUTE, STOP]
    assert await sent(gateway, review, details__stop="Вокзал") == {"stop": "Вокзал"}


async def test_review_shows_what_was_answered_and_leads_back_to_it(gateway: ServedGateway) -> None:
    form = await open_form(gateway, f"?topic={BUS}")
    review = await press(gateway, form, REVIEW, **GOOD, details__route="12 <б>")
    assert asked(review) == []
    assert "Номер маршрута 12 <б>" in review.text
    assert "Остановка" not in review.text
    back = await press(gateway, review, ("edit", ROUTE))
    assert back.by_id(ROUTE).get("autofocus") is not None
    assert await sent(gateway, review) == {"route": "12 <б>"}


async def test_review_of_a_topic_that_asks_nothing_asks_nothing(gateway: ServedGateway) -> None:
    assert asked(await press(gateway, await open_form(gateway), REVIEW, **GOOD, topic=PIT)) == []


async def test_answer_that_is_too_long_is_told_at_its_question(gateway: ServedGateway) -> None:
    page = await open_form(gateway, f"?topic={CONTRACT}")
    page = await press(gateway, page, SEND, **GOOD, **{CONTRACT_NUMBER: "1" * 201})
    assert page.status == 422
    assert list(page.problems) == ["details.Номер_договора"]
    control = page.by_id("details.Номер_договора")
    assert "200" in page.by_id(control["aria-describedby"]).text
    assert await sent(gateway, page, **{CONTRACT_NUMBER: "17/2"}) == {"Номер договора": "17/2"}


async def test_what_no_topic_asks_is_passed_over(gateway: ServedGateway) -> None:
    page = await open_form(gateway, f"?topic={BUS}")
    stray = {f"details.stray{index}": "1" for index in range(30)}
    assert await sent(gateway, page, **GOOD, **{ROUTE: "12"}, **stray) == {"route": "12"}


async def test_sending_the_same_page_again_is_the_same_message(gateway: ServedGateway) -> None:
    page = await open_form(gateway, f"?topic={BUS}")
    first = await post(gateway, page, SEND, **GOOD, details__route="12")
    again = await post(gateway, page, SEND, **GOOD, details__route="12")
    assert first.headers["Location"] == again.headers["Location"]
    other = await post(gateway, page, SEND, **GOOD, details__route="14")
    assert other.status_code == 409
