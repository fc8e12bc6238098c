"""What a topic asks, through the API: offered with the topic, answered or not, kept with the case."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.domain.number import AppealNumber
from tests.application import AGENCY, ServedGateway, served, settings_for
from tests.catalogues import BUS, CONTRACT, PIT, write_catalogue
from tests.web.api import appeal, codes_of, error_of, send


@pytest.fixture
async def asking(tmp_path: Path) -> AsyncIterator[ServedGateway]:
    """A gateway whose topics ask something."""
    write_catalogue(tmp_path / "data")
    async with served(settings_for(tmp_path)) as gateway:
        yield gateway


async def topics(gateway: ServedGateway, lang: str = "ru") -> dict[str, dict[str, Any]]:
    answer = await gateway.http.get("/api/v1/topics", params={"agency": AGENCY, "lang": lang})
    return {topic["code"]: topic for topic in answer.json()["topics"]}


async def details_of_case(gateway: ServedGateway, receipt: dict[str, Any]) -> dict[str, str]:
    await gateway.drain()
    assert gateway.app.cases is not None
    new, _ = await gateway.app.cases.find(AppealNumber(receipt["number"]))
    return dict(new.details)


async def test_topic_says_what_it_asks_and_which_photo_helps(asking: ServedGateway) -> None:
    shown = await topics(asking, "en")
    assert shown[BUS]["questions"] == [
        {"name": "route", "label": "Route number", "example": "bus 12"},
        {"name": "stop", "label": "Stop", "example": "Lenin Square"},
    ]
    assert shown[BUS]["photo_hint"] == "A photo that shows the number helps."
    assert (shown[PIT]["questions"], shown[PIT]["photo_hint"]) == ([], None)
    assert (await topics(asking, "ru"))[BUS]["questions"][0]["label"] == "Номер маршрута"


async def test_topic_is_found_by_its_code(asking: ServedGateway) -> None:
    for code, found in ((CONTRACT, [CONTRACT]), ("9999", [])):
        answer = await asking.http.get("/api/v1/topics", params={"agency": AGENCY, "code": code, "q": "автобус"})
        assert [topic["code"] for topic in answer.json()["topics"]] == found


@pytest.mark.parametrize("lang", ["ru", "en"])
async def test_words_of_a_region_stand_for_themselves(asking: ServedGateway, lang: str) -> None:
    topic = (await topics(asking, lang))[CONTRACT]
    assert topic["questions"] == [{"name": "Номер договора", "label": "Номер договора", "example": None}]
    assert topic["photo_hint"] == "Снимите первую страницу"


async def test_reading_of_a_text_says_it_too(asking: ServedGateway) -> None:
    body = {"agency": AGENCY, "text": "Автобус опять не пришёл на остановку."}
    read = (await asking.http.post("/api/v1/readings", json=body)).json()
    (topic, *_) = read["problems"][0]["topics"]
    assert [question["name"] for question in topic["questions"]] == ["route", "stop"]


async def test_answers_reach_the_case_in_the_order_of_the_questions(asking: ServedGateway) -> None:
    receipt = await send(asking, topic=BUS, details={"stop": "  Площадь\nЛенина ", "route": "12"})
    assert list((await details_of_case(asking, receipt)).items()) == [("route", "12"), ("stop", "Площадь Ленина")]


async def test_nothing_has_to_be_answered(asking: ServedGateway) -> None:
    assert await details_of_case(asking, await send(asking, topic=BUS)) == {}
    assert await details_of_case(asking, await send(asking, topic=BUS, details={"route": " ", "stop": None})) == {}
    assert await details_of_case(asking, await send(asking, topic=BUS, details=None)) == {}


async def test_only_what_the_chosen_topic_asks_is_kept(asking: ServedGateway) -> None:
    answers = {"route": "12", "Номер договора": "17/2"}
    assert await details_of_case(asking, await send(asking, topic=CONTRACT, details=answers)) == {
        "Номер договора": "17/2"
    }
    assert await details_of_case(asking, await send(asking, topic=PIT, details=answers)) == {}
    assert await details_of_case(asking, await send(asking, topic=None, details=answers)) == {}


async def test_what_no_topic_asks_is_refused_at_its_name(asking: ServedGateway) -> None:
    answer = await asking.http.post(
        "/api/v1/appeals", json=appeal(topic=BUS, details={"shoe_size": "43", "route": "1"})
    )
    assert codes_of(answer) == {"details.shoe_size": "unknown_field"}
    sent = json.dumps(appeal(topic=BUS, details={"<b>": "43", "\ud800": ""}))
    headers = {"Content-Type": "application/json"}
    answer = await asking.http.post("/api/v1/appeals", content=sent, headers=headers)
    assert codes_of(answer) == {"details.?": "unknown_field"}


async def test_wrong_answers_are_named_with_everything_else(asking: ServedGateway) -> None:
    sent = appeal(topic=BUS, text="", details={"route": "1" * 201, "stop": 5})
    answer = await asking.http.post("/api/v1/appeals", json=sent)
    assert codes_of(answer) == {"text": "required", "details.route": "too_long", "details.stop": "wrong_type"}
    assert "200" in error_of(answer, 422)["fields"]["details.route"]["message"]
    await send(asking, topic=BUS, details={"route": "1" * 200})
    answer = await asking.http.post("/api/v1/appeals", json=appeal(topic=BUS, details=["route"]))
    assert codes_of(answer) == {"details": "wrong_type"}


async def test_resident_sees_the_answers_on_the_page_of_the_message(asking: ServedGateway) -> None:
    receipt = await send(asking, topic=BUS, details={"route": "12 <b>"})
    page = (await asking.http.get(receipt["url"])).text
    assert "<dt>Номер маршрута</dt>\n<dd>12 &lt;b&gt;</dd>" in page
    assert "Остановка" not in page
