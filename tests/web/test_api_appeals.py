"""The API on good days: an appeal is sent and followed, the form is read as data."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from gateway.domain.case import Status
from gateway.domain.number import AppealNumber
from tests.application import AGENCY, ServedGateway, served, settings_for
from tests.web.api import appeal, codes_of, error_of, send


async def test_accepted_appeal_gets_number_key_status_page_and_deadline(gateway: ServedGateway) -> None:
    answer = await gateway.http.post("/api/v1/appeals", json=appeal())
    assert answer.status_code == 201
    receipt = answer.json()
    assert set(receipt) == {"number", "key", "url", "answer_by"}
    assert re.fullmatch(r"\d{3}-\d{3}-\d{4}", receipt["number"])
    assert len(receipt["key"]) >= 22
    assert receipt["url"] == f"{gateway.url}/track/{receipt['number']}?key={receipt['key']}"
    answer_by = datetime.fromisoformat(receipt["answer_by"])
    assert answer_by.utcoffset() == timedelta(hours=3)
    assert (answer_by.hour, answer_by.minute) == (23, 59)
    assert "Idempotency-Replayed" not in answer.headers


async def test_appeal_may_leave_out_what_the_form_does_not_demand(gateway: ServedGateway) -> None:
    await send(gateway, gist=None, topic=None, attachments=[], kind="message", consent_version=None, lang="en")
    await send(gateway, place={"lat": 55, "lon": 37.5})
    await send(gateway, place={"address": "у школы", "lat": None, "lon": None}, gist="")
    await send(gateway, contact={"name": "Анна", "phone": "8 912 345-67-89"})


async def test_status_page_of_the_receipt_is_under_the_public_address(tmp_path: Any) -> None:
    async with served(settings_for(tmp_path, public_url="https://otklik.example/")) as gateway:
        receipt = await send(gateway)
    assert receipt["url"].startswith("https://otklik.example/track/")


async def test_new_appeal_waits_for_moderation(gateway: ServedGateway) -> None:
    receipt = await send(gateway)
    answer = await gateway.http.get(f"/api/v1/appeals/{receipt['number']}", params={"key": receipt["key"]})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json() == {
        "number": receipt["number"],
        "kind": "message",
        "status": "moderation",
        "status_text": "На модерации",
        "answer_by": receipt["answer_by"],
        "history": [],
        "question": None,
        "answer": None,
        "rating": None,
    }


async def test_number_is_understood_as_people_write_it(gateway: ServedGateway) -> None:
    receipt = await send(gateway)
    digits = receipt["number"].replace("-", "")
    for written in (digits, f"№ {digits[:5]} {digits[5:]}"):
        answer = await gateway.http.get(f"/api/v1/appeals/{written}", params={"key": receipt["key"]})
        assert answer.json()["number"] == receipt["number"]


async def test_history_tells_each_step_in_the_readers_words(gateway: ServedGateway) -> None:
    receipt = await send(gateway)
    await gateway.drain()
    assert gateway.app.work_on_case is not None
    number = AppealNumber(receipt["number"])
    await gateway.app.work_on_case.move(number, Status.WORK, text="Передано подрядчику.")
    await gateway.drain()
    query = {"key": receipt["key"], "lang": "en"}
    state = (await gateway.http.get(f"/api/v1/appeals/{number}", params=query)).json()
    assert [line["status"] for line in state["history"]] == ["moderation", "work"]
    assert state["history"][-1]["text"] == f"{state['status_text']}\nПередано подрядчику."
    assert all(datetime.fromisoformat(line["at"]).utcoffset() == timedelta(hours=3) for line in state["history"])


@pytest.mark.parametrize("lang", ["ru", "en"])
async def test_rated_answer_shows_the_rating(gateway: ServedGateway, lang: str) -> None:
    receipt = await send(gateway)
    await gateway.drain()
    assert gateway.app.work_on_case is not None
    await gateway.app.work_on_case.answer(AppealNumber(receipt["number"]), "Яма засыпана.")
    await gateway.drain()
    rating = {"key": receipt["key"], "score": 4, "comment": "Спасибо."}
    address = f"/api/v1/appeals/{receipt['number']}/rating"
    rated = await gateway.http.post(address, json=rating, params={"lang": lang})
    assert rated.status_code == 200
    assert rated.json()["rating"].items() >= {"score": 4, "comment": "Спасибо."}.items()
    assert (await gateway.http.post(address, json=rating)).status_code == 200  # a repeat changes nothing
    again = await gateway.http.post(address, json=rating | {"score": 5})
    assert error_of(again, 409)["code"] == "already_rated"


async def test_what_comes_too_early_or_too_late_is_a_conflict(gateway: ServedGateway) -> None:
    receipt = await send(gateway)
    address, key = f"/api/v1/appeals/{receipt['number']}", receipt["key"]

    async def refused(path: str, **body: Any) -> str:
        return str(error_of(await gateway.http.post(f"{address}/{path}", json={"key": key, **body}), 409)["code"])

    assert await refused("rating", score=5) == "not_answered"
    assert await refused("reply", text="Со двора.") == "no_question"
    assert (await gateway.http.post(f"{address}/withdrawal", json={"key": key})).status_code == 200
    assert await refused("withdrawal") == "no_consent"


@pytest.mark.parametrize("number", ["000-000-0000", "123-456-7890", "1", "%00", "%D1%8F" * 50])
async def test_wrong_number_and_wrong_key_look_the_same(gateway: ServedGateway, number: str) -> None:
    receipt = await send(gateway)
    wrong_number = await gateway.http.get(f"/api/v1/appeals/{number}", params={"key": receipt["key"]})
    wrong_key = await gateway.http.get(f"/api/v1/appeals/{receipt['number']}", params={"key": "x" * 22})
    assert error_of(wrong_number, 404) == error_of(wrong_key, 404)
    for path, body in (("rating", {"score": 5}), ("reply", {"text": "Да."}), ("withdrawal", {})):
        answer = await gateway.http.post(f"/api/v1/appeals/{number}/{path}", json=body | {"key": receipt["key"]})
        assert error_of(answer, 404)["code"] == "unknown_appeal"


async def test_form_is_given_as_data_in_the_language_asked_for(gateway: ServedGateway) -> None:
    forms = {}
    for lang in ("ru", "en"):
        answer = await gateway.http.get("/api/v1/form", params={"agency": AGENCY, "lang": lang})
        assert answer.status_code == 200
        forms[lang] = answer.json()
    kinds = [field["kind"] for field in forms["ru"]["fields"]]
    assert kinds == ["text", "gist", "files", "topic", "place", "contact", "consent", "review"]
    controls = [control["name"] for field in forms["ru"]["fields"] for control in field["controls"]]
    assert {"text", "place.address", "place.lat", "contact.email", "consent"} <= set(controls)
    assert forms["ru"]["fields"][0]["controls"][0].items() >= {"min_length": 10, "max_length": 4000}.items()
    assert forms["ru"]["title"] != forms["en"]["title"]
    assert forms["ru"]["appeal_ways"]["portal"] == "https://portal.example/appeals"


async def test_topics_are_found_in_any_word_form(gateway: ServedGateway) -> None:
    answer = await gateway.http.get("/api/v1/topics", params={"agency": AGENCY, "q": "ямы на дорогах", "limit": 3})
    topics = answer.json()["topics"]
    assert 1 <= len(topics) <= 3
    shown = {"code", "name", "path", "kind", "days", "fast_track", "score", "sure", "tell", "questions", "photo_hint"}
    assert set(topics[0]) == shown | {"place"}
    assert topics[0]["place"] == "public"
    assert [topic["score"] for topic in topics] == sorted((topic["score"] for topic in topics), reverse=True)
    await send(gateway, topic=topics[0]["code"])


async def test_catalogue_is_read_without_words(gateway: ServedGateway) -> None:
    everything = await gateway.http.get("/api/v1/topics", params={"agency": AGENCY, "limit": 1000})
    few = await gateway.http.get("/api/v1/topics", params={"agency": AGENCY})
    assert len(everything.json()["topics"]) > 100
    codes = [topic["code"] for topic in everything.json()["topics"]]
    assert [topic["code"] for topic in few.json()["topics"]] == codes[:5]


async def test_wrong_query_is_told_at_once(gateway: ServedGateway) -> None:
    query = {"agency": AGENCY, "q": "я" * 301, "limit": "0"}
    assert codes_of(await gateway.http.get("/api/v1/topics", params=query)) == {
        "q": "too_long",
        "limit": "out_of_range",
    }
    query = {"agency": AGENCY, "q": "\0", "limit": "пять"}
    codes = codes_of(await gateway.http.get("/api/v1/topics", params=query))
    assert codes == {"q": "bad_characters", "limit": "wrong_type"}
    codes = codes_of(await gateway.http.get("/api/v1/topics", params={"limit": "1.5"}))
    assert codes == {"agency": "required", "limit": "wrong_type"}
    assert codes_of(await gateway.http.get("/api/v1/form")) == {"agency": "required"}
    receipt = await send(gateway)
    assert codes_of(await gateway.http.get(f"/api/v1/appeals/{receipt['number']}")) == {"key": "required"}


async def test_reading_gives_the_text_as_its_problems(gateway: ServedGateway) -> None:
    text = "Во дворе не горит фонарь"
    answer = await gateway.http.post("/api/v1/readings", json={"agency": AGENCY, "text": text})
    assert answer.status_code == 200
    (problem,) = answer.json()["problems"]
    assert text[problem["start"] : problem["end"]] == problem["text"]
    assert answer.json()["warnings"] == []
    too_long = await gateway.http.post("/api/v1/readings", json={"agency": AGENCY, "text": "я" * 4001})
    assert codes_of(too_long) == {"text": "too_long"}
