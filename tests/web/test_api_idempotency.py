"""The same request sent again is the same appeal: DESIGN's paragraph on idempotency, line by line."""

import asyncio
import json

import pytest

from tests.application import OTHER_AGENCY, ServedGateway
from tests.web.api import appeal, codes_of, error_of, post, speak


async def test_repeat_is_answered_as_the_first_time(gateway: ServedGateway) -> None:
    headers = {"Idempotency-Key": "one"}
    first = await gateway.http.post("/api/v1/appeals", json=appeal(), headers=headers)
    again = await gateway.http.post("/api/v1/appeals", json=appeal(), headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_bodies_are_compared_as_data_not_as_text(gateway: ServedGateway) -> None:
    headers = {"Idempotency-Key": "one", "Content-Type": "application/json"}
    turned = dict(reversed(appeal().items()))
    first = await gateway.http.post("/api/v1/appeals", content=json.dumps(appeal()), headers=headers)
    again = await gateway.http.post(
        "/api/v1/appeals", content=json.dumps(turned, indent=3, ensure_ascii=False), headers=headers
    )
    assert again.json() == first.json()


async def test_another_body_under_the_same_key_is_a_conflict(gateway: ServedGateway) -> None:
    headers = {"Idempotency-Key": "one"}
    await gateway.http.post("/api/v1/appeals", json=appeal(), headers=headers)
    other = await gateway.http.post(
        "/api/v1/appeals", json=appeal(text="Совсем другая беда у дома 13."), headers=headers
    )
    assert error_of(other, 409)["code"] == "idempotency_conflict"
    bad = await gateway.http.post("/api/v1/appeals", json=appeal(text=""), headers=headers)
    assert error_of(bad, 409)["code"] == "idempotency_conflict"


async def test_refused_request_leaves_its_key_free(gateway: ServedGateway) -> None:
    headers = {"Idempotency-Key": "one"}
    refused = await gateway.http.post("/api/v1/appeals", json=appeal(text=""), headers=headers)
    assert refused.status_code == 422
    mended = await gateway.http.post("/api/v1/appeals", json=appeal(), headers=headers)
    assert mended.status_code == 201
    assert "Idempotency-Replayed" not in mended.headers


async def test_each_agency_has_its_own_keys(gateway: ServedGateway) -> None:
    headers = {"Idempotency-Key": "one"}
    first = await gateway.http.post("/api/v1/appeals", json=appeal(), headers=headers)
    other = await gateway.http.post("/api/v1/appeals", json=appeal(agency=OTHER_AGENCY), headers=headers)
    assert (first.status_code, other.status_code) == (201, 201)
    assert other.json()["number"] != first.json()["number"]


async def test_repeats_that_come_at_once_are_one_appeal(gateway: ServedGateway) -> None:
    headers = {"Idempotency-Key": "one"}
    answers = await asyncio.gather(
        *(gateway.http.post("/api/v1/appeals", json=appeal(), headers=headers) for _ in range(8))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["number"] for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1


async def test_without_a_key_each_request_is_an_appeal(gateway: ServedGateway) -> None:
    numbers = {(await gateway.http.post("/api/v1/appeals", json=appeal())).json()["number"] for _ in range(2)}
    assert len(numbers) == 2


@pytest.mark.parametrize("key", [b"x" * 256, b"", "ключ".encode(), b"a\tb", b"\xff"])
async def test_key_that_is_no_printable_ascii_is_a_problem_of_its_own(gateway: ServedGateway, key: bytes) -> None:
    body = json.dumps(appeal(text="")).encode()
    head = ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    request = post("/api/v1/appeals", *head, body=body).replace(b"\r\n", b"\r\nIdempotency-Key: " + key + b"\r\n", 1)
    answer = await speak(gateway, request)
    assert answer.startswith(b"HTTP/1.1 422")
    fields = json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["fields"]
    assert {name: field["code"] for name, field in fields.items()} == {"Idempotency-Key": "bad_key", "text": "required"}


async def test_longest_key_is_taken(gateway: ServedGateway) -> None:
    answer = await gateway.http.post("/api/v1/appeals", json=appeal(), headers={"Idempotency-Key": "~ " * 127 + "!"})
    assert answer.status_code == 201


async def test_bad_key_is_reported_with_everything_else(gateway: ServedGateway) -> None:
    wrong = appeal(text=5, place={"lat": 91, "lon": "x"})
    answer = await gateway.http.post("/api/v1/appeals", json=wrong, headers={"Idempotency-Key": "x" * 300})
    assert codes_of(answer) == {
        "Idempotency-Key": "bad_key",
        "text": "wrong_type",
        "place.lon": "wrong_type",
        "place.lat": "out_of_range",
    }
