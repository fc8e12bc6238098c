"""Calls to a platform's API: bounded in time and size, telling what certainly did not arrive from what perhaps did.

Addresses may hold a token (Odnoklassniki's do), so no error here names one, and the HTTP client's own lines are off.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bots import fetching
from bots.trusting import trusted
from gateway.channels import FILE_BYTES, ChannelOptions, Json
from gateway.domain.web_address import WebAddress, read_address
from gateway.errors import ChannelRefused, ChannelUnavailable, UnknownFile

_CONNECT_SECONDS = 5.0
_MOST_CONNECTIONS = 16
_MOST_BYTES = 4 * 1024 * 1024
# An answer that trickles is no better than none: so many times the patience for each step is all there is.
_PATIENCE = 3
_PATIENCE_WITH_FILES = 10
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)


class NotSent(Exception):
    """The call did not leave: the platform has not seen it."""


class NoAnswer(Exception):
    """The call left and no answer came: the platform may have done it or not. `was_late`: it may be doing it now."""

    def __init__(self, reason: str, *, was_late: bool = False) -> None:
        super().__init__(reason)
        self.was_late = was_late


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the platform answered: header names in lower case, and the JSON of the body, None where it is none."""

    status: int
    headers: Mapping[str, str]
    json: Json = field(default=None, repr=False)

    @property
    def object(self) -> Mapping[str, Any]:
        """The body if it is an object, an empty one otherwise."""
        return self.json if isinstance(self.json, dict) else {}


class Calls:
    """The API at `base`; `query` and `headers` go with every call to it, and nowhere else."""

    def __init__(
        self,
        base: str,
        *,
        seconds: float,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        ca_file: str | None = None,
    ) -> None:
        own = read_address(base)
        if own is None:
            raise ChannelRefused("api_base is no address")
        self.own: WebAddress = own
        self._base = base.rstrip("/")
        self._query = dict(query or {})
        self._headers = {**(headers or {}), "Accept-Encoding": "identity"}
        self._seconds = seconds
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS), pool=seconds * _PATIENCE),
            limits=httpx.Limits(max_connections=_MOST_CONNECTIONS),
            verify=trusted(ca_file),
            trust_env=False,
        )

    async def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Json = None,
        seconds: float | None = None,
    ) -> Reply:
        """Return the answer to a call; raises NotSent, NoAnswer. `seconds` is more patience than usual."""
        headers = dict(self._headers)
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json;charset=utf-8"
            content = json.dumps(body, ensure_ascii=False).encode(errors="replace")
        request = self._client.build_request(
            method,
            self._base + path,
            params={**self._query, **{name: str(value) for name, value in (query or {}).items()}},
            headers=headers,
            content=content,
            timeout=httpx.Timeout(seconds, connect=_CONNECT_SECONDS) if seconds else httpx.USE_CLIENT_DEFAULT,
        )
        return await self._exchange(request, seconds or self._seconds)

    async def read(
        self, path: str, *, query: Mapping[str, str | int] | None = None, seconds: float | None = None
    ) -> Reply:
        """Return the answer to a call that changes nothing; raises ChannelUnavailable."""
        try:
            return await self.ask("GET", path, query=query, seconds=seconds)
        except (NotSent, NoAnswer) as error:
            raise ChannelUnavailable(str(error)) from None

    async def upload(self, url: str, *, field: str = "data", name: str, type: str, content: bytes) -> Reply:
        """Bring a file where the platform wants it, as a `field` of a form; raises ChannelUnavailable."""
        files = {field: (name, content, type)}
        return await self._elsewhere(
            "upload", "POST", url, seconds=self._seconds, most=_PATIENCE_WITH_FILES, files=files
        )

    async def wait(self, url: str, *, query: Mapping[str, str], seconds: float) -> Reply:
        """Return what is told at an address that the platform names, where that is long in coming.

        Raises ChannelUnavailable.
        """
        return await self._elsewhere("long poll", "GET", url, seconds=seconds + self._seconds, query=query)

    async def fetch(self, url: str, sink: Path) -> None:
        """Write a file of the platform into `sink`; raises TooLarge, UnknownFile, ChannelUnavailable."""
        if self._client.is_closed:
            raise ChannelUnavailable("closed")
        await fetching.fetch(self._client, url, sink, own=self.own, most=FILE_BYTES)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def _elsewhere(
        self,
        what: str,
        method: str,
        url: str,
        *,
        seconds: float,
        most: float = _PATIENCE,
        query: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> Reply:
        """Ask an address that the platform named; it is shown no token."""
        try:
            await fetching.check_address(url, self.own)
            timeout = httpx.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS))
            headers = {"Accept-Encoding": "identity"}
            request = self._client.build_request(
                method, url, params=query, files=files, headers=headers, timeout=timeout
            )
            return await self._exchange(request, seconds, most=most)
        except (NotSent, NoAnswer, UnknownFile) as error:
            raise ChannelUnavailable(f"{what}: {error}") from None
        except httpx.InvalidURL:
            raise ChannelUnavailable(f"{what}: the platform names no address") from None

    async def _exchange(self, request: httpx.Request, seconds: float, *, most: float = _PATIENCE) -> Reply:
        if self._client.is_closed:
            raise NotSent("closed")  # the page was connected anew meanwhile, or the gateway ends
        try:
            async with asyncio.timeout(seconds * most):
                response = await self._client.send(request, stream=True)
                try:
                    content = await _read(response)
                finally:
                    await response.aclose()
        except _NOT_SENT as error:
            raise NotSent(_name_of(error)) from None
        except (httpx.HTTPError, httpx.StreamError, TimeoutError, ValueError) as error:
            was_late = isinstance(error, (httpx.TimeoutException, TimeoutError))
            raise NoAnswer(type(error).__name__, was_late=was_late) from None
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Reply(status=response.status_code, headers=headers, json=_parsed(content))


async def _read(response: httpx.Response) -> bytes:
    content = bytearray()
    async for chunk in response.aiter_raw():
        content += chunk
        if len(content) > _MOST_BYTES:
            raise ValueError("the answer is too long")
    return bytes(content)


def _parsed(content: bytes) -> Json:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _name_of(error: BaseException) -> str:
    """What went wrong in a word: a certificate that nobody here trusts is worth telling from a dead line."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(cause):
            return "CertificateNotTrusted"
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__


def token_of(options: ChannelOptions) -> str:
    """Return the page's token; raises ChannelRefused for what cannot stand in a header or an address."""
    token = "" if options.token is None else options.token.get_secret_value().strip()
    if not token.isascii() or not token.isprintable():
        raise ChannelRefused("the token has characters that no token has")
    return token


async def read_blob(chunks: AsyncIterator[bytes]) -> bytes:
    """Return a file of the store whole: platforms take files of some megabytes."""
    return b"".join([chunk async for chunk in chunks])
