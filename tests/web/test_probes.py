"""Health, metrics and the log: what operators see, and what nobody may see."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import httpx
import pytest
from aiohttp import web

from gateway.errors import StoreUnavailable
from gateway.web.application import make_application
from tests.application import ServedGateway
from tests.server import RunningGateway
from tests.web.api import appeal, error_of, send


async def test_ready_and_live(standing_gateway: ServedGateway) -> None:
    for path in ("/health", "/health/live"):
        answer = await standing_gateway.http.get(path)
        assert (answer.status_code, answer.json()) == (200, {"ok": True})


async def refuse() -> None:
    raise StoreUnavailable("secret 4711")


async def hang() -> None:
    await asyncio.sleep(60)


async def test_part_that_does_not_answer_is_named_in_time_and_nothing_more_is_said(
    standing_gateway: ServedGateway,
) -> None:
    checks = {**standing_gateway.app.edge.checks, "mail": refuse, "files": hang}
    runner = web.AppRunner(make_application(replace(standing_gateway.app.edge, checks=checks)), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{runner.addresses[0][1]}", timeout=8) as http:
            answer = await http.get("/health")
            error = error_of(answer, 503)
            assert set(error["fields"]) == {"mail", "files"}
            assert "4711" not in answer.text
            assert int(answer.headers["Retry-After"]) > 0
            assert (await http.get("/health/live")).status_code == 200
    finally:
        await runner.cleanup()


async def test_metrics_count_by_route_and_never_by_what_was_asked(gateway: ServedGateway) -> None:
    receipt = await send(gateway)
    await gateway.http.post("/api/v1/appeals", json=appeal(), headers={"Idempotency-Key": "one"})
    await gateway.http.post("/api/v1/appeals", json=appeal(), headers={"Idempotency-Key": "one"})
    await gateway.http.post("/api/v1/appeals", json=appeal(text=""))
    await gateway.http.get(f"/api/v1/appeals/{receipt['number']}", params={"key": receipt["key"]})
    await gateway.http.get("/secret-4711")
    await gateway.http.request("PROPFIND", "/health")
    answer = await gateway.http.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain")
    lines = answer.text.splitlines()
    assert 'otklik_appeals_accepted_total{channel="api"} 2.0' in lines
    assert 'otklik_http_requests_total{method="POST",route="/api/v1/appeals",status="201"} 3.0' in lines
    assert 'otklik_http_requests_total{method="GET",route="/api/v1/appeals/{number}",status="200"} 1.0' in lines
    assert 'otklik_http_requests_total{method="GET",route="unknown",status="404"} 1.0' in lines
    assert 'otklik_http_requests_total{method="OTHER",route="unknown",status="405"} 1.0' in lines
    assert 'otklik_http_seconds_count{route="/api/v1/appeals"} 4.0' in lines
    assert 'otklik_refusals_total{code="invalid"} 1.0' in lines
    for secret in ("4711", receipt["number"], receipt["key"], "127.0.0.1"):
        assert secret not in answer.text


SECRETS = [
    "Тайна",
    "resident@example.org",
    "Садовая",
    "+7912",
    "KEY4711",
    "127.0.0.1",
    "secret-path",
    "Browser4711",
    "name4711",
]


def test_log_is_json_and_tells_nobodys_secrets(start_gateway: Callable[..., RunningGateway]) -> None:
    gateway = start_gateway()
    headers = {"User-Agent": "Browser4711", "Idempotency-Key": "KEY4711", "Referer": "http://127.0.0.1/secret-path"}
    with httpx.Client(base_url=gateway.url, headers=headers) as http:
        body = appeal(agency="demo", text="Тайна: у дома 12 яма.", contact={"name": "Тайна", "phone": "+79123456789"})
        receipt = http.post("/api/v1/appeals", json=body).json()
        http.post("/api/v1/appeals", json=body | {"contact": {"email": "Тайна"}, "Тайна": 1})
        http.get(f"/api/v1/appeals/{receipt['number']}", params={"key": receipt["key"]})
        http.get(f"/api/v1/appeals/{receipt['number']}", params={"key": "KEY4711"})
        http.get("/secret-path", params={"KEY4711": "Тайна"})
        http.get("/f/demo/secret-path?KEY4711=1")
        part = b'--B\r\nContent-Disposition: form-data; name4711; "Browser4711"\r\n\r\nx\r\n--B--\r\n'
        http.post(
            "/api/v1/attachments?agency=demo", content=part, headers={"Content-Type": "multipart/form-data; boundary=B"}
        )
        http.post("/api/v1/appeals", content=b"KEY4711", headers={"Content-Encoding": "gzip"} | json_type())
        with suppress(httpx.TransportError):  # an address longer than HTTP servers take
            http.get("/api/v1/topics", params={"q": "KEY4711" * 2000})
    gateway.stop()
    events = [json.loads(line) for line in gateway.log.splitlines() if line.startswith("{")]
    requests = [event for event in events if event["event"] == "request"]
    assert len(requests) >= 8
    sent = requests[[event["route"] for event in requests].index("/api/v1/appeals")]
    assert set(sent) == {"event", "level", "at", "request_id", "method", "route", "status", "ms", "bytes"}
    assert (sent["method"], sent["status"]) == ("POST", 201)
    for secret in [*SECRETS, receipt["number"], receipt["key"]]:
        assert secret not in gateway.log.replace(gateway.url, ""), secret


def json_type() -> dict[str, str]:
    return {"Content-Type": "application/json"}


@pytest.mark.parametrize("given", ["abcdef0123456789", "an id with blanks", "x" * 100])
async def test_request_id_of_a_stranger_is_not_taken_over(standing_gateway: ServedGateway, given: str) -> None:
    answer = await standing_gateway.http.get("/health/live", headers={"X-Request-ID": given})
    assert answer.headers["X-Request-ID"] != given
