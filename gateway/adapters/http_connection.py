"""Requests over HTTP to one server, within bounds of time and size; the only place that imports the HTTP client.

A `Visit` asks servers of others, shows them no token and believes none of them.

httpx is used for as much as its maintained continuation has too, so that a move is this one import
(docs/decisions/core-door.md). What goes wrong on the way becomes CoreUnavailable: the other side may or may not have
done what was asked, and everything that is asked through here may be asked again.
"""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import httpx

from gateway.errors import CoreUnavailable

_MOST_CONNECTIONS = 16
_CONNECT_SECONDS = 5.0
# An answer that trickles is no better than none: so many times the patience for each step is all there is.
_PATIENCE = 10

for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)  # their lines name every appeal


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server said; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpConnection:
    """A server at `base` to which every request shows the `token`, if there is one, in the way of its `scheme`.

    `seconds` is the patience for one step.
    """

    def __init__(self, base: str, token: str, *, seconds: float, scheme: str = "Bearer") -> None:
        self._base = base.rstrip("/")
        self._seconds = seconds
        shown = {b"Authorization": f"{scheme} {token.strip()}".encode()} if token.strip() else {}
        self._client = httpx.AsyncClient(
            # No compressed answers: their size would be known only after unpacking.
            headers={b"Accept-Encoding": b"identity", **shown},
            timeout=httpx.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS), pool=seconds * _PATIENCE),
            limits=httpx.Limits(max_connections=_MOST_CONNECTIONS),
            verify=ssl.create_default_context(),  # the machine's own authorities, national ones included
            trust_env=False,  # appeals go where the settings say, through nobody's proxy
        )

    async def send(
        self,
        method: str,
        path: str,
        *,
        content: bytes | AsyncIterator[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        most: int,
    ) -> Answer:
        """Return the answer, of `most` bytes at most; raises CoreUnavailable."""
        with _translated():
            request = self._client.build_request(
                method, self._base + path, content=content, headers=headers, params=query
            )
            async with asyncio.timeout(self._seconds * _PATIENCE), self._answer(request) as response:
                body = b"".join([chunk async for chunk in _bounded(response, most)])
                return Answer(status=response.status_code, headers=_lowered(response), body=body)

    @asynccontextmanager
    async def open(self, path: str, *, most: int) -> AsyncIterator[tuple[Answer, AsyncIterator[bytes]]]:
        """Give an answer without its body, and the body in chunks, of `most` bytes in all at most."""
        with _translated():
            request = self._client.build_request("GET", self._base + path)
            async with self._answer(request) as response:
                head = Answer(status=response.status_code, headers=_lowered(response), body=b"")
                yield head, _bounded(response, most)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    @asynccontextmanager
    async def _answer(self, request: httpx.Request) -> AsyncIterator[httpx.Response]:
        response = await self._client.send(request, stream=True)
        try:
            yield response
        finally:
            await response.aclose()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        raise CoreUnavailable(type(error).__name__) from None


async def _bounded(response: httpx.Response, most: int) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in response.aiter_raw():
        size += len(chunk)
        if size > most:
            raise CoreUnavailable("the answer is too long")
        yield chunk


def _lowered(response: httpx.Response) -> Mapping[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


class NoAnswer(Exception):
    """A server of others gave no answer; its chain of causes says why, as the system said it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAnswer:
    """What a server of others said: every header in order, names in lower case, and the body as it was sent."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes
    is_cut: bool


class Visit:
    """One visitor to servers of others, who keeps their cookies as long as the visit lasts; `seconds` for each step."""

    def __init__(self, tls: ssl.SSLContext, *, seconds: float, headers: Mapping[str, str]) -> None:
        self._client = httpx.AsyncClient(headers=dict(headers), timeout=seconds, verify=tls, trust_env=False)

    async def get(self, url: str, *, most: int) -> OpenAnswer:
        """Return the answer, its body cut off after `most` bytes; raises NoAnswer, TimeoutError."""
        try:
            request = self._client.build_request("GET", url)
            response = await self._client.send(request, stream=True)
            try:
                body, is_cut = await _first(response, most)
            finally:
                await response.aclose()
        except httpx.TimeoutException:
            raise TimeoutError from None
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise NoAnswer from error
        headers = [(name.lower(), value) for name, value in response.headers.multi_items()]
        return OpenAnswer(status=response.status_code, headers=headers, body=body, is_cut=is_cut)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()


async def _first(response: httpx.Response, most: int) -> tuple[bytes, bool]:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > most:
            return bytes(body[:most]), True
    return bytes(body), False
