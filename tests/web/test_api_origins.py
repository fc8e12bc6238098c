"""Which sites may call the API: those that the agency concerned has registered, and our own."""

import pytest

from gateway.domain.case import Status
from tests.application import AGENCY, ORIGIN, OTHER_AGENCY, ServedGateway, served, settings_for
from tests.web.api import appeal, error_of, send

REGISTERED = [
    ORIGIN,
    "https://www.school.example",
    "https://school.example:443",
    "https://SCHOOL.example",
    "https://xn---5-6kc3bfr2e.xn--p1ai",
    "http://127.0.0.1:8000",
    "http://127.0.0.1",
]
FOREIGN = [
    "https://evil.example",
    "http://school.example",
    "https://school.example:8443",
    "https://school.example.evil.example",
    "https://evil-school.example",
    "https://m.school.example",
    "https://clinic.example",
    "null",
    "file://",
    "not an origin",
    "x" * 1000,
]


@pytest.fixture
def gateway(standing_gateway: ServedGateway) -> ServedGateway:
    return standing_gateway


@pytest.mark.parametrize("origin", REGISTERED)
async def test_registered_site_may_send_and_read(gateway: ServedGateway, origin: str) -> None:
    answer = await gateway.http.post("/api/v1/appeals", json=appeal(), headers={"Origin": origin})
    assert answer.status_code == 201
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert answer.headers["Vary"] == "Origin"
    assert "Idempotency-Replayed" in answer.headers["Access-Control-Expose-Headers"]
    assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("origin", FOREIGN)
async def test_foreign_site_is_refused_everywhere(gateway: ServedGateway, origin: str) -> None:
    receipt = await send(gateway)
    address, headers = f"/api/v1/appeals/{receipt['number']}", {"Origin": origin}
    key = {"key": receipt["key"]}
    answers = [
        await gateway.http.get("/api/v1/form", params={"agency": AGENCY}, headers=headers),
        await gateway.http.get("/api/v1/topics", params={"agency": AGENCY, "q": "яма"}, headers=headers),
        await gateway.http.post("/api/v1/readings", json={"agency": AGENCY, "text": "Яма."}, headers=headers),
        await gateway.http.post("/api/v1/attachments", params={"agency": AGENCY}, headers=headers),
        await gateway.http.post("/api/v1/appeals", json=appeal(), headers=headers),
        await gateway.http.get(address, params=key, headers=headers),
        await gateway.http.post(f"{address}/rating", json=key | {"score": 5}, headers=headers),
        await gateway.http.post(f"{address}/reply", json=key | {"text": "Да."}, headers=headers),
        await gateway.http.post(f"{address}/withdrawal", json=key, headers=headers),
    ]
    for answer in answers:
        assert error_of(answer, 403)["code"] == "foreign_origin"
        is_known = origin == "https://clinic.example"  # another agency's: it may read why, and nothing else
        assert answer.headers.get("Access-Control-Allow-Origin") == (origin if is_known else None)
    state = await gateway.http.get(address, params=key)
    assert state.json()["status"] == Status.MODERATION.value


async def test_no_origin_is_no_foreign_one(gateway: ServedGateway) -> None:
    answer = await gateway.http.post("/api/v1/appeals", json=appeal())
    assert answer.status_code == 201
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Vary"] == "Origin"


async def test_our_own_pages_may_call_for_any_agency(gateway: ServedGateway) -> None:
    for agency in (AGENCY, OTHER_AGENCY):
        answer = await gateway.http.post("/api/v1/appeals", json=appeal(agency=agency), headers={"Origin": gateway.url})
        assert answer.status_code == 201


async def test_our_own_pages_are_those_of_the_public_address_too(tmp_path) -> None:
    async with served(settings_for(tmp_path, public_url="https://otklik.example")) as gateway:
        body = appeal(agency=OTHER_AGENCY)
        for origin in ("https://otklik.example", gateway.url):
            answer = await gateway.http.post("/api/v1/appeals", json=body, headers={"Origin": origin})
            assert answer.status_code == 201
        http = await gateway.http.post("/api/v1/appeals", json=body, headers={"Origin": "http://otklik.example"})
        assert error_of(http, 403)["code"] == "foreign_origin"


async def test_own_address_behind_a_trusted_proxy_has_the_scheme_that_it_tells(tmp_path) -> None:
    origin = {"Origin": "https://otklik.example", "Host": "otklik.example", "X-Forwarded-Proto": "https"}
    body = appeal(agency=OTHER_AGENCY)
    async with served(settings_for(tmp_path / "a", trusted_proxies=["127.0.0.1/32"])) as gateway:
        answer = await gateway.http.post("/api/v1/appeals", json=body, headers=origin)
        assert answer.status_code == 201
        assert answer.json()["url"].startswith("https://otklik.example/track/")
    async with served(settings_for(tmp_path / "b")) as gateway:
        answer = await gateway.http.post("/api/v1/appeals", json=body, headers=origin)
        assert error_of(answer, 403)["code"] == "foreign_origin"


@pytest.mark.parametrize("origin", [*REGISTERED, "https://clinic.example"])
async def test_preflight_lets_any_agencys_site_go_on(gateway: ServedGateway, origin: str) -> None:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,idempotency-key",
    }
    answer = await gateway.http.options("/api/v1/appeals", headers=headers)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Headers"] == "Content-Type, Idempotency-Key"
    assert answer.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_preflight_stops_a_foreign_site(gateway: ServedGateway, origin: str) -> None:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    answer = await gateway.http.options("/api/v1/appeals", headers=headers)
    assert error_of(answer, 403)["code"] == "foreign_origin"
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", ["/api/v1/cases", "/api/v1/changes", "/metrics", "/health"])
async def test_what_is_not_for_pages_has_no_preflight(gateway: ServedGateway, path: str) -> None:
    headers = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET"}
    answer = await gateway.http.options(path, headers=headers)
    assert error_of(answer, 405)["code"] == "method_not_allowed"


async def test_options_without_a_page_tell_the_methods(gateway: ServedGateway) -> None:
    answer = await gateway.http.options("/api/v1/appeals")
    assert answer.status_code == 204
    assert answer.headers["Allow"] == "OPTIONS, POST"


async def test_registered_site_may_read_why_it_was_refused(gateway: ServedGateway) -> None:
    answers = [
        await gateway.http.post("/api/v1/appeals", content=b"{", headers={"Origin": ORIGIN}),
        await gateway.http.post("/api/v1/appeals", json={}, headers={"Origin": ORIGIN}),
        await gateway.http.get("/api/v1/form", params={"agency": "no-such"}, headers={"Origin": ORIGIN}),
        await gateway.http.get("/api/v1/appeals/1", params={"key": "x"}, headers={"Origin": ORIGIN}),
    ]
    for answer in answers:
        assert answer.status_code >= 400
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
