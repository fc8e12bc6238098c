"""What tests of the API say to it, and how they read what it says."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.application import AGENCY, ServedGateway


def appeal(**changes: Any) -> dict[str, Any]:
    """A body that is accepted, with some fields changed."""
    return {
        "agency": AGENCY,
        "text": "У дома 12 большая яма. Машины объезжают её по встречной полосе.",
        "place": {"address": "ул. Садовая, 12"},
        "contact": {"name": "Житель дома", "email": "resident@example.org"},
        "consent": True,
    } | changes


async def send(gateway: ServedGateway, **changes: Any) -> dict[str, Any]:
    """The receipt of an accepted appeal."""
    answer = await gateway.http.post("/api/v1/appeals", json=appeal(**changes))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def error_of(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The error of a refusal, which has the one shape; AssertionError if it has not."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    body = answer.json()
    assert set(body) == {"ok", "error"}
    assert body["ok"] is False
    error = body["error"]
    assert set(error) == {"code", "message", "fields"}
    assert error["message"]
    for field in error["fields"].values():
        assert set(field) == {"code", "message"}
        assert field["message"]
    return dict(error)


def codes_of(answer: httpx.Response, status: int = 422) -> dict[str, str]:
    """The code of each field's problem."""
    return {name: field["code"] for name, field in error_of(answer, status)["fields"].items()}


async def speak(gateway: ServedGateway, said: bytes, *, seconds: float = 10) -> bytes:
    """What comes back for these very bytes until the connection is closed or there is nothing more for a while."""
    address = urlsplit(gateway.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        writer.write(said)
        await writer.drain()
        async with asyncio.timeout(seconds):
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            return head + await reader.readexactly(int(length.partition(b":")[2]))
    finally:
        writer.close()


def post(path: str, *headers: str, body: bytes = b"") -> bytes:
    """A request as bytes; the headers say how long the body is."""
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]).encode() + body
