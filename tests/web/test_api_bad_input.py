"""What bad input gets: a clear error in the one shape, all problems at once, nothing stored, nothing repeated."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.application import AGENCY, ServedGateway, served, settings_for
from tests.web.api import appeal, codes_of, error_of, post, send, speak

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def gateway(standing_gateway: ServedGateway) -> ServedGateway:
    return standing_gateway


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"[1]",
        b"{} {}",
        b"{'agency': 1}",
        b"\xef\xbb\xbf{}",
        b'{"agency": "\xff"}',
        '{"agency": "школа"}'.encode("utf-16"),
        b'{"place": {"lat": NaN}}',
        b'{"place": {"lat": -Infinity}}',
        b'{"text": "\x00"}',
        b'{"number": ' + b"1" * 5000 + b"}",
        b'{"a":' * 40_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"text": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    ],
    ids=lambda body: repr(body[:24]),
)
async def test_what_is_no_json_object_is_not_understood(gateway: ServedGateway, body: bytes) -> None:
    answer = await gateway.http.post("/api/v1/appeals", content=body, headers=JSON)
    assert error_of(answer, 400)["code"] == "not_understood"


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=windows-1251", "json", "", ";;;"],
)
async def test_body_that_is_not_called_json_is_not_understood(gateway: ServedGateway, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    answer = await gateway.http.post("/api/v1/appeals", content=json.dumps(appeal()), headers=headers)
    assert error_of(answer, 400)["code"] == "not_understood"


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=UTF-8", "APPLICATION/JSON", "application/vnd.x+json"]
)
async def test_json_is_understood_by_all_its_names(gateway: ServedGateway, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    answer = await gateway.http.post("/api/v1/appeals", content=json.dumps(appeal()), headers=headers)
    assert answer.status_code == 201


async def test_wrong_types_and_broken_rules_are_reported_together(gateway: ServedGateway) -> None:
    body = {
        "agency": AGENCY,
        "kind": "жалоба",
        "text": "яма",
        "gist": 5,
        "topic": "нет такой",
        "place": {"address": ["x"], "lat": True, "lon": 181, "city": "Москва"},
        "attachments": ["a", 7, "b c"],
        "contact": {"name": "", "email": "не адрес", "phone": {}},
        "consent": "да",
        "consent_version": "нет такой",
        "lang": "de",
        "captcha": 1,
    }
    assert codes_of(await gateway.http.post("/api/v1/appeals", json=body)) == {
        "kind": "unknown",
        "text": "too_short",
        "gist": "wrong_type",
        "topic": "unknown",
        "place.address": "wrong_type",
        "place.lat": "wrong_type",
        "place.lon": "out_of_range",
        "place.city": "unknown_field",
        "attachments.0": "unknown",
        "attachments.1": "wrong_type",
        "attachments.2": "unknown",
        "contact.name": "required",
        "contact.email": "not_email",
        "contact.phone": "wrong_type",
        "consent": "wrong_type",
        "consent_version": "outdated",
        "lang": "unknown",
        "captcha": "unknown_field",
    }


async def test_empty_form_names_all_that_is_demanded(gateway: ServedGateway) -> None:
    demanded = {
        "text": "required",
        "place.address": "required",
        "contact.name": "required",
        "contact.email": "no_way_to_answer",
        "consent": "required",
    }
    assert codes_of(await gateway.http.post("/api/v1/appeals", json={"agency": AGENCY})) == demanded
    empty = {"agency": AGENCY, "text": None, "place": None, "contact": None}
    assert codes_of(await gateway.http.post("/api/v1/appeals", json=empty)) == demanded
    assert codes_of(await gateway.http.post("/api/v1/appeals", json={"text": ""})) == {"agency": "required"}


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"text": "я" * 4001}, {"text": "too_long"}),
        ({"text": "текст с нулём \0"}, {"text": "bad_characters"}),
        ({"text": "половина знака \ud83d"}, {"text": "bad_characters"}),
        ({"gist": "я" * 121}, {"gist": "too_long"}),
        ({"place": {"address": "я" * 301}}, {"place.address": "too_long"}),
        ({"place": {"address": "\0"}}, {"place.address": "bad_characters"}),
        ({"place": {"lat": 55.0}}, {"place.lon": "pair"}),
        ({"place": {"lat": 10**400, "lon": 1e308}}, {"place.lat": "wrong_type", "place.lon": "out_of_range"}),
        ({"place": []}, {"place": "wrong_type"}),
        ({"place": {}}, {"place.address": "required"}),
        ({"contact": {"name": "\0", "phone": "\0"}}, {"contact.name": "bad_characters", "contact.phone": "not_phone"}),
        (
            {"contact": {"name": "\ud800", "email": "\udfff@example.org"}},
            {"contact.name": "bad_characters", "contact.email": "not_email"},
        ),
        ({"topic": "\0"}, {"topic": "unknown"}),
        ({"topic": "\udfff"}, {"topic": "unknown"}),
        (
            {"attachments": ["\0", "\ud800", "a'; DROP TABLE"]},
            {f"attachments.{index}": "unknown" for index in range(3)},
        ),
        ({"attachments": "abc"}, {"attachments": "wrong_type"}),
        ({"kind": "appeal"}, {"kind": "appeals_off"}),
        ({"consent": 1}, {"consent": "wrong_type"}),
        ({"consent": False}, {"consent": "required"}),
        ({"lang": "\ud800"}, {"lang": "unknown"}),
        ({"\ud800": 1}, {"?": "unknown_field"}),
        ({"place": {"address": "x", "\ud800": 1}, "a b": 1}, {"place.?": "unknown_field", "?": "unknown_field"}),
        ({"text": [[[[[]]]]]}, {"text": "wrong_type"}),
    ],
    ids=lambda part: ascii(part)[:60],
)
async def test_problem_is_named_at_its_field(
    gateway: ServedGateway, changes: dict[str, Any], problems: dict[str, str]
) -> None:
    answer = await gateway.http.post("/api/v1/appeals", content=json.dumps(appeal(**changes)), headers=JSON)
    assert codes_of(answer) == problems


@pytest.mark.parametrize("agency", ["нет", "", "no-such", "\0", "x" * 10_000, "../school", "SCHOOL"])
async def test_unknown_agency_is_not_found(gateway: ServedGateway, agency: str) -> None:
    answer = await gateway.http.post("/api/v1/appeals", json=appeal(agency=agency, text=""))
    assert error_of(answer, 404)["code"] == "unknown_agency"
    if agency:
        answer = await gateway.http.get("/api/v1/form", params={"agency": agency[:1000]})
        assert error_of(answer, 404)["code"] == "unknown_agency"


async def test_nothing_that_was_sent_is_repeated(gateway: ServedGateway) -> None:
    secret = "Тайна4711"
    body = appeal(
        text=[secret],
        gist=secret * 50,
        topic=secret,
        place={"address": secret * 100, "lat": secret, secret: secret},
        attachments=[secret, {secret: secret}],
        contact={"name": [secret], "email": secret, "phone": secret},
        lang=secret,
        **{secret: secret, f"a {secret}": 1},
    )
    answer = await gateway.http.post("/api/v1/appeals", json=body, headers={"Idempotency-Key": "x" * 300})
    assert len(codes_of(answer)) > 8
    assert secret not in answer.text
    assert secret not in str(answer.headers)


async def test_a_flood_of_unknown_fields_gets_a_short_answer(gateway: ServedGateway) -> None:
    body = appeal(**{f"field{number}": 1 for number in range(10_000)})
    answer = await gateway.http.post("/api/v1/appeals", json=body)
    assert len(codes_of(answer)) == 100
    assert len(answer.content) < 30_000


async def test_a_flood_of_attachments_is_too_many(gateway: ServedGateway) -> None:
    for ids in (["x"] * 60_000, [1] * 60_000):
        answer = await gateway.http.post("/api/v1/appeals", json=appeal(attachments=ids))
        assert codes_of(answer)["attachments"] == "too_many"


async def test_last_of_two_fields_of_one_name_counts(gateway: ServedGateway) -> None:
    twice = json.dumps(appeal()).replace('"agency"', '"agency": "no-such", "agency"', 1)
    answer = await gateway.http.post("/api/v1/appeals", content=twice, headers=JSON)
    assert answer.status_code == 201


async def test_problems_of_a_rating_and_of_a_reply_come_together(gateway: ServedGateway) -> None:
    receipt = await send(gateway)
    address = f"/api/v1/appeals/{receipt['number']}"
    rating = {"key": receipt["key"], "score": 9, "comment": "я" * 2001, "stars": 5}
    assert codes_of(await gateway.http.post(f"{address}/rating", json=rating)) == {
        "score": "score",
        "comment": "too_long",
        "stars": "unknown_field",
    }
    reply = {"key": receipt["key"], "text": "\0", "attachments": [1]}
    assert codes_of(await gateway.http.post(f"{address}/reply", json=reply)) == {
        "text": "bad_characters",
        "attachments.0": "wrong_type",
    }
    for path in ("rating", "reply", "withdrawal"):
        assert (
            codes_of(await gateway.http.post(f"{address}/{path}", json={"score": 5, "text": ""}))["key"] == "required"
        )
    more = {"key": receipt["key"], "reason": "передумал"}
    assert codes_of(await gateway.http.post(f"{address}/withdrawal", json=more)) == {"reason": "unknown_field"}
    for score in (0, 6, -1, 10**30):
        answer = await gateway.http.post(f"{address}/rating", json={"key": receipt["key"], "score": score})
        assert codes_of(answer) == {"score": "score"}
    for score in ("5", 4.5, True, None):
        answer = await gateway.http.post(f"{address}/rating", json={"key": receipt["key"], "score": score})
        assert codes_of(answer) == {"score": "required" if score is None else "wrong_type"}


async def test_problems_are_told_in_the_readers_language(gateway: ServedGateway) -> None:
    async def told(query: str = "", accept: str | None = None) -> str:
        headers = {} if accept is None else {"Accept-Language": accept}
        answer = await gateway.http.post(f"/api/v1/appeals{query}", json={"agency": AGENCY}, headers=headers)
        error = error_of(answer, 422)
        return str(error["message"] + error["fields"]["text"]["message"])

    russian, english = await told(), await told("?lang=en")
    assert russian != english
    assert await told(accept="en-GB,ru;q=0.5") == english
    assert await told(accept="de, fr;q=0.9, en;q=0.1") == english
    assert await told("?lang=ru", accept="en") == russian
    assert await told("?lang=de", accept="de") == russian
    assert await told(accept=";;;q=x,\t,") == russian


async def test_method_that_an_address_does_not_take_is_refused_with_those_it_takes(gateway: ServedGateway) -> None:
    answer = await gateway.http.put("/api/v1/appeals", json=appeal())
    assert error_of(answer, 405)["code"] == "method_not_allowed"
    assert "POST" in answer.headers["Allow"]
    assert error_of(await gateway.http.get("/api/v1/nowhere"), 404)["code"] == "not_found"


@pytest.fixture
async def strict_gateway(tmp_path: Path) -> AsyncIterator[ServedGateway]:
    """A gateway that takes 10,000 bytes and waits for a fifth of a second."""
    limits = {"per_address": 0, "per_agency": 0, "json_bytes": 10_000, "idle_seconds": 0.2, "upload_seconds": 0.7}
    async with served(settings_for(tmp_path, limits=limits)) as gateway:
        yield gateway


async def test_body_that_says_it_is_too_large_is_refused_before_it_comes(strict_gateway: ServedGateway) -> None:
    request = post("/api/v1/appeals", "Content-Type: application/json", "Content-Length: 10001")
    answer = await speak(strict_gateway, request, seconds=5)
    assert answer.startswith(b"HTTP/1.1 413")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["code"] == "too_large"
    assert b"connection: close" in answer.lower()


async def test_body_without_a_length_is_refused_as_soon_as_it_is_too_large(strict_gateway: ServedGateway) -> None:
    head = post("/api/v1/appeals", "Content-Type: application/json", "Transfer-Encoding: chunked")
    chunk = b"1000\r\n" + b" " * 0x1000 + b"\r\n"
    answer = await speak(strict_gateway, head + 3 * chunk, seconds=5)  # and no end
    assert answer.startswith(b"HTTP/1.1 413")


async def test_packed_body_counts_unpacked(strict_gateway: ServedGateway) -> None:
    import gzip

    packed = gzip.compress(json.dumps(appeal()).encode() + b" " * 1_000_000)
    headers = JSON | {"Content-Encoding": "gzip"}
    answer = await strict_gateway.http.post("/api/v1/appeals", content=packed, headers=headers)
    assert error_of(answer, 413)["code"] == "too_large"


async def test_body_that_stops_coming_is_refused_in_time(strict_gateway: ServedGateway) -> None:
    head = post("/api/v1/appeals", "Content-Type: application/json", "Content-Length: 100", body=b'{"agency"')
    answer = await speak(strict_gateway, head, seconds=5)
    assert answer.startswith(b"HTTP/1.1 408")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["code"] == "too_slow"


async def test_limit_is_a_bit_above_what_the_form_takes(gateway: ServedGateway) -> None:
    answer = await gateway.http.post("/api/v1/appeals", json=appeal(text="я" * 4000, gist="я" * 120))
    assert answer.status_code == 201
