"""Scripts, style sheets and long pages go out in the coding that the client takes, and are asked for once."""

import asyncio
import gzip
import json
from collections.abc import Callable

import brotli
import httpx
import pytest

from gateway.web.assets import asset_url
from tests.application import ServedGateway
from tests.server import RunningGateway
from tests.web.api import error_of, send
from tests.web.pages import open_form

UNPACK: dict[str | None, Callable[[bytes], bytes]] = {None: bytes, "br": brotli.decompress, "gzip": gzip.decompress}

FORM = "/f/school"


@pytest.fixture
def gateway(standing_gateway: ServedGateway) -> ServedGateway:
    return standing_gateway


@pytest.fixture
def style() -> str:
    return asset_url("style.css")


async def get(gateway: ServedGateway, path: str, method: str = "GET", **headers: str) -> tuple[httpx.Response, bytes]:
    """The answer, and its body as it came over the wire."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with gateway.http.stream(method, path, headers=named) as answer:
        return answer, b"".join([part async for part in answer.aiter_raw()])


@pytest.mark.parametrize(
    ("accepted", "file_coding", "page_coding"),
    [
        ("", None, None),
        ("identity", None, None),
        ("br", "br", None),
        ("gzip", "gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br", "gzip"),
        ("GZIP, BR", "br", "gzip"),
        ("x-gzip", "gzip", "gzip"),
        ("deflate", None, None),
        ("*", "br", "gzip"),
        ("br;q=0, *", "gzip", "gzip"),
        ("br;q=0, gzip;q=0", None, None),
        ("br;q=0.5, gzip;q=0.9", "gzip", "gzip"),
        ("br; q=0.9, gzip; q=0.5", "br", "gzip"),
        ("identity;q=1, br;q=0.5, gzip;q=0.2", None, None),
        ("identity;q=0.1, gzip;q=0.2", "gzip", "gzip"),
        ("br;q=often, gzip;q=0.1", "gzip", "gzip"),
        ("*;q=0, identity;q=0", None, None),
        ("bro, gzipped", None, None),
        (";;,,=", None, None),
    ],
)
async def test_client_gets_the_coding_it_takes(
    gateway: ServedGateway, style: str, accepted: str, file_coding: str | None, page_coding: str | None
) -> None:
    for path, coding in ((style, file_coding), ("/widget.js", file_coding), (FORM, page_coding)):
        answer, body = await get(gateway, path, accept_encoding=accepted)
        assert (answer.status_code, answer.headers.get("Content-Encoding")) == (200, coding)
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Content-Length"] == str(len(body))
        _, plain = await get(gateway, path, accept_encoding="identity")
        if path == FORM:  # each blank form has a key of its own
            assert UNPACK[coding](body).startswith(b"<!doctype html>")
        else:
            assert UNPACK[coding](body) == plain


async def test_asset_is_kept_for_good_and_no_other_site_may_load_it(gateway: ServedGateway, style: str) -> None:
    answer, _ = await get(gateway, style)
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "X-Request-ID" not in answer.headers  # a cache would give it to others


async def test_every_part_of_a_page_is_there(gateway: ServedGateway) -> None:
    page = await open_form(gateway)
    styles = [link["href"] for link in page.all("link", rel="stylesheet")]
    for path in (*styles, page.one("script", type="module")["src"]):
        answer, body = await get(gateway, path)
        assert (answer.status_code, bool(body)) == (200, True)


@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
async def test_who_has_it_in_that_coding_is_sent_nothing(gateway: ServedGateway, style: str, coding: str) -> None:
    for path in (style, "/widget.js"):
        whole, _ = await get(gateway, path, accept_encoding=coding)
        tag = whole.headers["ETag"]
        for known in (tag, f'"other", W/{tag}', "*"):
            answer, body = await get(gateway, path, accept_encoding=coding, if_none_match=known)
            assert (answer.status_code, body) == (304, b"")
            for name in ("ETag", "Cache-Control", "Vary"):
                assert answer.headers[name] == whole.headers[name]
            assert "Content-Length" not in answer.headers
        changed, _ = await get(gateway, path, accept_encoding=coding, if_none_match='"other"')
        assert changed.status_code == 200


async def test_codings_have_tags_of_their_own(gateway: ServedGateway, style: str) -> None:
    answers = [await get(gateway, style, accept_encoding=coding) for coding in ("identity", "gzip", "br")]
    assert len({answer.headers["ETag"] for answer, _ in answers}) == 3


@pytest.mark.parametrize("coding", ["identity", "br"])
async def test_head_tells_the_same_without_the_content(gateway: ServedGateway, style: str, coding: str) -> None:
    whole, body = await get(gateway, style, accept_encoding=coding)
    head, nothing = await get(gateway, style, method="HEAD", accept_encoding=coding)
    assert (head.status_code, nothing) == (200, b"")
    assert head.headers["Content-Length"] == str(len(body))
    assert {**head.headers, "date": ""} == {**whole.headers, "date": ""}


@pytest.mark.parametrize("name", ["nothing.css", "style.css", "..%2Fmanifest.json", "manifest.json", "%00"])
async def test_what_is_no_asset_is_not_found(gateway: ServedGateway, name: str) -> None:
    answer, _ = await get(gateway, f"/assets/{name}")
    assert answer.status_code == 404
    assert "immutable" not in answer.headers["Cache-Control"]


async def test_file_is_only_read(gateway: ServedGateway) -> None:
    assert error_of(await gateway.http.post("/widget.js"), 405)["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    ("version", "asked", "told"),
    [("1.1", "keep-alive", None), ("1.1", "close", "close"), ("1.0", "keep-alive", "keep-alive"), ("1.0", "", "close")],
)
async def test_connection_stays_open_as_the_client_asks(
    gateway: ServedGateway, version: str, asked: str, told: str | None
) -> None:
    request = f"GET /widget.js HTTP/{version}\r\nHost: 127.0.0.1\r\nConnection: {asked}\r\n\r\n"
    head = await ask_by_hand(gateway, request)
    connection = [line for line in head if line.lower().startswith("connection:")]
    assert head[0] == "HTTP/1.1 200 OK"
    assert connection == ([] if told is None else [f"Connection: {told}"])


async def ask_by_hand(gateway: ServedGateway, request: str) -> list[str]:
    reader, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(gateway.url).port)
    try:
        writer.write(request.encode())
        return (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
    finally:
        writer.close()
        await writer.wait_closed()


async def test_status_page_goes_out_as_it_is_for_its_key_is_a_secret(gateway: ServedGateway) -> None:
    receipt = await send(gateway)
    path = f"/track/{receipt['number']}?key={receipt['key']}"
    answer, body = await get(gateway, path, accept_encoding="gzip, br")
    assert receipt["key"] in body.decode()
    assert "Content-Encoding" not in answer.headers


def test_files_are_counted_and_only_those_that_are_not_there_get_a_line(
    start_gateway: Callable[..., RunningGateway],
) -> None:
    gateway = start_gateway()
    with httpx.Client(base_url=gateway.url) as http:
        for path in ("/widget.js", asset_url("style.css"), "/widget/0.0.0.js"):
            http.get(path)
        counted = http.get("/metrics").text.splitlines()
    gateway.stop()
    assert 'otklik_http_requests_total{method="GET",route="/widget.js",status="200"} 1.0' in counted
    assert 'otklik_http_requests_total{method="GET",route="/assets/{name}",status="200"} 1.0' in counted
    lines = [json.loads(line) for line in gateway.log.splitlines() if line.startswith("{")]
    logged = [(line["route"], line["status"]) for line in lines if line["route"].startswith(("/widget", "/assets"))]
    assert logged == [("/widget/{version}.js", 404)]
