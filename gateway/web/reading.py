"""Request bodies: read within bounds of size and time, and understood or refused.

Who sends slower than a byte in `idle_seconds`, or longer than `upload_seconds` in all, gets 408.
"""

import asyncio
import json
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Never, TypeVar

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from gateway.errors import NotUnderstood, TooLarge, TooSlow
from gateway.web.edge import EDGE

_Result = TypeVar("_Result")


async def read_json(request: web.Request) -> dict[str, object]:
    """Return the object that the body is; raises NotUnderstood, TooLarge, TooSlow."""
    if not _is_json(request.content_type) or (request.charset or "utf-8").lower() not in ("utf-8", "utf8"):
        raise NotUnderstood
    return _parse_object(await read_body(request, most=request.app[EDGE].limits.json_bytes))


async def read_body(request: web.Request, *, most: int) -> bytes:
    """Return the body, of `most` bytes at most; raises NotUnderstood, TooLarge, TooSlow."""
    if (request.content_length or 0) > most:
        raise TooLarge
    with broken_bodies_refused():
        if request.content.is_eof():  # it came along with the headers, as small ones do
            body = request.content.read_nowait()
        else:
            body = await in_time(request, _gather(request, most))
    if len(body) > most:
        raise TooLarge
    return body


async def in_time(request: web.Request, reading: Awaitable[_Result]) -> _Result:
    """Return what is read, if that takes no longer than any body may; raises TimeoutError."""
    async with asyncio.timeout(request.app[EDGE].limits.upload_seconds):
        return await reading


async def while_it_flows(request: web.Request, step: Awaitable[_Result]) -> _Result:
    """Return what one step of reading gives, if something comes soon; raises TimeoutError."""
    async with asyncio.timeout(request.app[EDGE].limits.idle_seconds):
        return await step


@contextmanager
def broken_bodies_refused() -> Iterator[None]:
    """Turn what the connection and its framing may raise into NotUnderstood and TooSlow."""
    try:
        yield
    except TimeoutError as error:
        raise TooSlow from error
    except (ConnectionError, web.RequestPayloadError, HttpProcessingError) as error:
        raise NotUnderstood from error


async def _gather(request: web.Request, most: int) -> bytes:
    body = bytearray()
    while chunk := await while_it_flows(request, request.content.readany()):
        body += chunk
        if len(body) > most:
            break
    return bytes(body)


def _is_json(media_type: str) -> bool:
    return media_type == "application/json" or (
        media_type.startswith("application/") and media_type.endswith("+json")  # RFC 6839, 3.1
    )


def _parse_object(body: bytes) -> dict[str, object]:
    try:
        parsed = _DECODER.decode(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise NotUnderstood from error
    if not isinstance(parsed, dict):
        raise NotUnderstood
    return parsed


def _refuse_constant(name: str) -> Never:
    raise ValueError(f"{name} is no JSON")  # RFC 8259, 6


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)
