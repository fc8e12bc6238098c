"""An open case nearby is joined instead of filed again: the API and the form page as plain posts use it."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.actions.publish_outage import PublishOutage
from gateway.domain.agency import LegalBasis
from gateway.domain.appeal import Receipt, SubmissionKind
from gateway.domain.case import Status
from gateway.domain.connection import Address, ConnectionId
from gateway.domain.consent import ConsentText
from gateway.domain.nearby import Outage
from gateway.domain.number import AppealNumber
from gateway.domain.refusal import Ground
from gateway.domain.topic import TopicCode
from gateway.errors import Invalid, UnknownAppeal
from gateway.form.answers import Answers
from tests.application import AGENCY, OTHER_AGENCY, ServedGateway, served, settings_for
from tests.catalogues import DOCTOR, PIT, SHARED, write_catalogue
from tests.mailbox import html, mailbox, plain
from tests.pictures import camera_jpeg
from tests.web.api import appeal, codes_of, send
from tests.web.pages import GOOD, REVIEW, SEND, Page, number_in, open_form, open_page, post

FIRST_WORDS = "У дома бабушки Агафьи провалился асфальт, чуть не сломала ногу."
SECRETS = ("Агафьи", "Агафья", "Тихоновна", "agafya", "9120000001", "акт-осмотра", "Какой у вас подъезд", "Третий")
"""What is the first resident's own, and what the agency has said to her alone."""


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[ServedGateway]:
    write_catalogue(tmp_path / "data", SHARED)
    async with served(settings_for(tmp_path, nearby={"metres": 150})) as gateway:
        yield gateway


def by(email: str) -> dict[str, str]:
    return {"name": "Сосед", "email": email}


def place(address: str = "ул. Садовая, 12", lat: float = 55.03, lon: float = 82.92) -> dict[str, Any]:
    return {"address": address, "lat": lat, "lon": lon}


async def report(gateway: ServedGateway, **changes: Any) -> dict[str, Any]:
    """The first resident's case."""
    contact = {"name": "Агафья Тихоновна", "email": "agafya@example.org", "phone": "+79120000001"}
    given = {"text": FIRST_WORDS, "topic": PIT, "place": place(), "contact": contact} | changes
    receipt = await send(gateway, **given)
    await gateway.drain()
    return receipt


async def nearby(gateway: ServedGateway, **query: Any) -> dict[str, Any]:
    asked = {"agency": AGENCY, "topic": PIT, "lat": 55.03, "lon": 82.92} | query
    answer = await gateway.http.get("/api/v1/nearby", params=asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def clerk_sees(gateway: ServedGateway, number: str) -> int:
    assert gateway.app.cases is not None
    await gateway.drain()
    return (await gateway.app.cases.find(AppealNumber(number)))[1].people


async def test_a_case_nearby_is_told_with_nothing_but_what_anybody_may_know(gateway: ServedGateway) -> None:
    first = await report(gateway, place=place(lat=55.03 + 44 / 111_195))
    told = await nearby(gateway)
    (case,) = told["cases"]
    assert set(case) == {"number", "topic", "people", "metres", "since", "text"}
    assert (case["number"], case["people"], case["metres"]) == (first["number"], 1, 40)
    assert case["text"] == "Уже сообщил 1 человек, 40 м отсюда"
    assert len(case["since"]) == len("2026-11-20")
    assert not any(secret in json.dumps(told, ensure_ascii=False) for secret in SECRETS)
    english = await nearby(gateway, lang="en")
    assert english["cases"][0]["text"] == "1 person has reported this, 40 m from here"


@pytest.mark.parametrize(
    ("people", "words"),
    [(2, "сообщили 2 человека"), (5, "сообщили 5 человек"), (12, "сообщили 12 человек"), (21, "сообщил 21 человек")],
)
async def test_people_are_counted_in_right_russian(gateway: ServedGateway, people: int, words: str) -> None:
    first = await report(gateway)
    for index in range(people - 1):
        await send(gateway, joins=first["number"], contact=by(f"r{index}@example.org"))
    assert (await nearby(gateway))["cases"][0]["text"] == f"Уже {words}, это здесь же"
    assert await clerk_sees(gateway, first["number"]) == people


async def test_what_nobody_else_may_know_is_not_told(gateway: ServedGateway) -> None:
    await report(gateway, topic=DOCTOR)
    await report(gateway, topic=None)
    await report(gateway, agency=OTHER_AGENCY)
    for topic in (PIT, DOCTOR):
        assert await nearby(gateway, topic=topic, address="ул. Садовая, 12") == {"cases": [], "outages": []}


async def test_bad_questions_are_refused_each_at_its_field(gateway: ServedGateway) -> None:
    async def codes(**query: Any) -> dict[str, str]:
        return codes_of(await gateway.http.get("/api/v1/nearby", params={"agency": AGENCY, "topic": PIT} | query))

    assert await codes(topic="", lat="north", lon="181") == {
        "topic": "required",
        "lat": "not_number",
        "lon": "out_of_range",
    }
    assert await codes(lat="nan", address="я" * 301) == {"lat": "not_number", "address": "too_long"}
    assert await codes(lon="5") == {"lat": "pair"}
    assert await codes(topic="no such") == {"topic": "unknown"}
    assert (await gateway.http.get("/api/v1/nearby", params={"agency": "nobody", "topic": PIT})).status_code == 404


async def test_lookups_have_the_limit_of_lookups(tmp_path: Path) -> None:
    write_catalogue(tmp_path / "data", SHARED)
    async with served(settings_for(tmp_path, limits={"per_address": 1, "per_agency": 0})) as gateway:
        asked = {"agency": AGENCY, "topic": PIT}
        answers = [(await gateway.http.get("/api/v1/nearby", params=asked)).status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]


async def test_joining_is_an_appeal_of_ones_own_that_is_no_case(gateway: ServedGateway) -> None:
    first = await report(gateway)
    body = appeal(topic=PIT, joins=first["number"], contact=by("second@example.org"))
    key = {"Idempotency-Key": "second"}
    answer = await gateway.http.post("/api/v1/appeals", json=body, headers=key)
    again = await gateway.http.post("/api/v1/appeals", json=body, headers=key)
    assert (answer.status_code, again.status_code, answer.json()) == (201, 201, again.json())
    second = answer.json()
    assert second["number"] != first["number"]
    assert second["answer_by"] == first["answer_by"]
    assert await clerk_sees(gateway, first["number"]) == 2
    assert gateway.app.cases is not None
    with pytest.raises(UnknownAppeal):
        await gateway.app.cases.find(AppealNumber(second["number"]))
    assert await gateway.app.outbox.waiting() == 0
    assert await gateway.app.outbox.parked() == []


async def test_what_cannot_be_joined_is_refused_with_its_reason(gateway: ServedGateway) -> None:
    first, own, other, closed = [
        await report(gateway, **given) for given in ({}, {"topic": DOCTOR}, {"agency": OTHER_AGENCY}, {})
    ]
    joined = await send(gateway, joins=first["number"], contact=by("b@example.org"))
    work = gateway.app.work_on_case
    assert work is not None
    await work.answer(AppealNumber(closed["number"]), "Засыпали.")
    await gateway.drain()
    reasons = {
        own["number"]: "unknown",  # not of a public place
        other["number"]: "unknown",
        joined["number"]: "unknown",  # who joined is not joined: the number of the first is
        "482-915-3066": "unknown",
        "не число": "unknown",
        closed["number"]: "closed",
    }
    for number, code in reasons.items():
        answer = await gateway.http.post("/api/v1/appeals", json=appeal(joins=number))
        assert codes_of(answer) == {"joins": code}, number
    assert codes_of(await gateway.http.post("/api/v1/appeals", json=appeal(joins=5))) == {"joins": "wrong_type"}
    both = await gateway.http.post("/api/v1/appeals", json=appeal(joins=closed["number"], text=""))
    assert codes_of(both) == {"joins": "closed", "text": "required"}


async def test_ones_own_contact_joins_and_counts_once_so_that_nobody_learns_whose_case_it_is(
    gateway: ServedGateway,
) -> None:
    first = await report(gateway)
    for _ in range(2):
        await send(gateway, joins=first["number"], contact=by("agafya@example.org"))
    assert await clerk_sees(gateway, first["number"]) == 1
    assert (await nearby(gateway))["cases"][0]["people"] == 1


async def test_ones_own_case_is_not_joined_from_the_chat_that_it_came_from(gateway: ServedGateway) -> None:
    agency, chat = await gateway.app.agencies.find(AGENCY), Address(connection=ConnectionId("vk"), peer="7")

    async def accept(**given: Any) -> Receipt:
        answers = Answers(text=FIRST_WORDS, topic=PIT, address="Садовая, 12", name="Она", consent=True, **given)
        accept_appeal = gateway.app.edge.accept_appeal
        return await accept_appeal(agency, SubmissionKind.MESSAGE, answers, channel="vk", lang="ru", chat=chat)

    first = await accept()
    with pytest.raises(Invalid) as refused:
        await accept(joins=first.number)
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [("joins", "own")]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"topics": ["9999"]}, "no topic 9999"),
        ({"until": datetime(2000, 1, 1)}, "over already"),  # noqa: DTZ001 - in the agency's zone
        ({"streets": ["ул."]}, "names no street"),
        ({"text": " "}, "the text needs"),
    ],
)
async def test_an_outage_that_makes_no_sense_is_not_published(
    gateway: ServedGateway, given: dict[str, Any], why: str
) -> None:
    publish = PublishOutage(outages=gateway.app.outages, topics=gateway.app.topics, clock=gateway.app.parts.clock)
    agency = await gateway.app.agencies.find(AGENCY)
    with pytest.raises(ValueError, match=why):
        await publish(agency, **({"topics": ["Дороги"], "text": "Чиним дорогу."} | given))
    assert await gateway.app.outages.of_agency(agency.key) == []
    lasting = await publish(agency, topics=["дороги"], text="Чиним дорогу.")
    assert (lasting.topics, lasting.until - lasting.since) == ((PIT,), timedelta(days=1))


async def test_a_second_resident_joins_the_open_pit_without_scripts(gateway: ServedGateway) -> None:
    first = await report(gateway)
    form = await open_form(gateway, f"?topic={PIT}")
    typed = GOOD | {"contact__email": "second@example.org"}
    known = Page(await post(gateway, form, SEND, **typed, files=[("моя-яма.jpg", camera_jpeg())]))
    assert known.status == 200
    assert "Уже сообщил 1 человек, адрес тот же" in known.text
    thanks = await post(gateway, known, ("joins", first["number"]))
    assert thanks.status_code == 303, thanks.text
    address = thanks.headers["Location"]
    sent = await open_page(gateway, address)
    assert "Вы присоединились" in sent.title
    assert await clerk_sees(gateway, first["number"]) == 2
    await follows(gateway, first, address.replace("&sent=1", ""))


async def follows(gateway: ServedGateway, first: dict[str, Any], address: str) -> None:
    """Whatever happens, the second resident sees what the agency did and nothing of the first."""
    number, work = AppealNumber(first["number"]), gateway.app.work_on_case
    assert work is not None
    shown = [await open_page(gateway, address)]
    await work.ask(number, "Какой у вас подъезд, Агафья Тихоновна?")
    await gateway.drain()
    shown.append(await open_page(gateway, address))
    assert shown[-1].all("textarea") == []
    reply = {"key": first["key"], "text": "Третий, у Агафьи."}
    await gateway.http.post(f"/api/v1/appeals/{number}/reply", json=reply)
    await work.move(number, Status.WORK)
    scan = Path(gateway.app.settings.data_dir) / "акт-осмотра.pdf"
    scan.write_bytes(b"%PDF-1.7\n% act\n%%EOF\n")
    await work.answer(number, "Агафья Тихоновна, яму засыпали 5 ноября. Телефон: +7 912 000-00-01.", files=[scan])
    await gateway.drain()
    shown.append(await open_page(gateway, address))
    assert "яму засыпали 5 ноября" in shown[-1].text
    assert shown[-1].all("input", name="score") == []
    own = (await gateway.http.get(f"/api/v1/appeals/{number}", params={"key": first["key"]})).json()
    (file,) = own["answer"]["files"]
    assert (await gateway.http.get(file["url"])).status_code == 200
    stolen = address.replace("?", f"/files/{file['id']}?")
    assert (await gateway.http.get(stolen)).status_code == 404
    key = address.partition("key=")[2].partition("&")[0]
    told = await gateway.http.get(f"/api/v1/appeals/{number_in(address)}", params={"key": key})
    assert told.json()["status"] == "answered"
    for page in (*(page.answer for page in shown), told):
        assert not [secret for secret in (*SECRETS, file["id"], "подъезд") if secret in page.text]
    rated = await gateway.http.post(f"/api/v1/appeals/{number_in(address)}/rating", json={"key": key, "score": 1})
    assert rated.status_code == 409
    await gateway.http.post(f"/api/v1/appeals/{number}/rating", json={"key": first["key"], "score": 1})
    await gateway.drain()
    assert "дело рассматривают снова" in (await open_page(gateway, address)).text
    assert "Вместе с вами ждёт ещё 1 человек" in (await open_page(gateway, f"/track/{number}?key={first['key']}")).text


async def test_who_means_something_else_is_asked_once(gateway: ServedGateway) -> None:
    await report(gateway)
    known = Page(await post(gateway, await open_form(gateway, f"?topic={PIT}"), REVIEW, **GOOD))
    assert "Присоединиться" in known.text
    review = Page(await post(gateway, known, REVIEW))
    assert review.one("dl", class_="review")
    sent = await post(gateway, review, SEND)
    assert sent.status_code == 303
    await gateway.drain()
    assert gateway.app.cases is not None
    assert (await gateway.app.cases.find(AppealNumber(number_in(sent.headers["Location"]))))[1].people == 1


async def test_going_back_keeps_what_was_typed_and_what_was_shown(gateway: ServedGateway) -> None:
    await report(gateway)
    known = Page(await post(gateway, await open_form(gateway, f"?topic={PIT}"), SEND, **GOOD))
    form = Page(await post(gateway, known, ("edit", "text")))
    assert form.by_id("text").text.strip() == GOOD["text"]
    assert (await post(gateway, form, SEND)).status_code == 303


async def test_the_same_page_sent_again_is_not_its_own_neighbour(gateway: ServedGateway) -> None:
    form = await open_form(gateway, f"?topic={PIT}")
    first = await post(gateway, form, SEND, **GOOD)
    again = await post(gateway, form, SEND, **GOOD)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.headers["Location"] == again.headers["Location"]


async def test_a_case_that_was_closed_meanwhile_is_said_so_and_nothing_typed_is_lost(gateway: ServedGateway) -> None:
    first = await report(gateway)
    known = Page(await post(gateway, await open_form(gateway, f"?topic={PIT}"), SEND, **GOOD))
    work = gateway.app.work_on_case
    assert work is not None
    await work.answer(AppealNumber(first["number"]), "Засыпали.")
    await gateway.drain()
    form = Page(await post(gateway, known, ("joins", first["number"])))
    assert form.status == 422
    assert "уже ответили" in form.problems["text"]
    assert (await post(gateway, form, SEND)).status_code == 303


async def test_an_outage_is_shown_the_same_way_and_stops_nobody(gateway: ServedGateway) -> None:
    now = datetime.now(UTC)
    outage = Outage(
        id="o1",
        agency=AGENCY,
        text="Приём в поликлинике закрыт до конца недели: ремонт.",
        topics=(TopicCode(DOCTOR),),
        streets=("Садовая",),
        since=now,
        until=now + timedelta(days=1),
    )
    await gateway.app.outages.publish(outage)
    told = await nearby(gateway, topic=DOCTOR, address="ул. Садовая, 3")
    assert [one["text"] for one in told["outages"]] == [outage.text]
    known = Page(await post(gateway, await open_form(gateway, f"?topic={DOCTOR}"), SEND, **GOOD))
    assert outage.text in known.text
    assert known.all("button", name="joins") == []
    assert (await post(gateway, known, SEND)).status_code == 303


async def test_consent_of_who_joined_is_withdrawn_here_and_the_case_goes_on(tmp_path: Path) -> None:
    write_catalogue(tmp_path / "data", SHARED)
    async with served(settings_for(tmp_path, nearby={"metres": 150})) as gateway:
        agency = await gateway.app.agencies.find(AGENCY)
        asks = replace(agency, legal_basis=LegalBasis.CONSENT, consent=ConsentText(version="1", text="Согласие"))
        await gateway.app.agencies.save([asks])
        first = await report(gateway)
        second = await send(gateway, joins=first["number"], contact=by("second@example.org"))
        path = f"/api/v1/appeals/{second['number']}/withdrawal"
        withdrawn = await gateway.http.post(path, json={"key": second["key"]})
        assert withdrawn.status_code == 200, withdrawn.text
        assert await clerk_sees(gateway, first["number"]) == 2
        assert await gateway.app.outbox.parked() == []
        page = await open_page(gateway, f"/track/{second['number']}?key={second['key']}")
        assert "Согласие на обработку персональных данных отозвано" in page.text


async def test_who_joined_by_mail_gets_every_change_as_a_letter_and_the_first_ones_name_in_none(tmp_path: Path) -> None:
    write_catalogue(tmp_path / "data", SHARED)
    with mailbox() as box:
        async with served(settings_for(tmp_path, smtp=box.settings, nearby={"metres": 150})) as gateway:
            first = await report(gateway)
            second = await send(gateway, joins=first["number"], contact=by("second@example.org"))
            await gateway.drain()
            work = gateway.app.work_on_case
            assert work is not None
            number = AppealNumber(first["number"])
            await work.ask(number, "Агафья Тихоновна, какой подъезд?")
            await work.move(number, Status.WORK)
            await work.answer(number, "Агафья Тихоновна, яму засыпали.")
            await gateway.drain()
            rating = {"key": first["key"], "score": 2}
            assert (await gateway.http.post(f"/api/v1/appeals/{number}/rating", json=rating)).status_code == 200
            await gateway.drain()
            await work.decline(number, Ground.UNCLEAR, "Не нашли.")
            await gateway.drain()
    letters = [letter for letter in box.letters if letter["To"] == "second@example.org"]
    assert {str(letter["Subject"]).replace(second["number"], "N") for letter in letters} == {
        "Вы присоединились: сообщение N",
        "Сообщение N в работе",
        "Ответ на сообщение N",
        "Сообщение N рассмотрят снова",
        "Сообщение N отклонено",
    }
    assert len(letters) == 5
    said = {str(letter["Subject"]).split()[0]: plain(letter) for letter in letters}
    assert "к которому вы присоединились" in said["Ответ"]
    assert "яму засыпали" in said["Ответ"]
    for letter in letters:
        body = plain(letter) + html(letter)
        assert not [secret for secret in (*SECRETS, "Оценить ответ", "подъезд", "низкую оценку") if secret in body]
        assert f"/track/{second['number']}?key={second['key']}" in plain(letter)
    assert len({str(letter["Message-ID"]) for letter in box.letters}) == len(box.letters)
