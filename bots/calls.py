"""Calls to a platform's API: bounded in time and size, telling what certainly did not arrive from what perhaps did.

Addresses may hold a token (Odnoklassniki's do), so no error here names one, and the HTTP client's own lines are off.
"""

import asyncio
import json
import logging
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bots import fetching
from gateway.channels import ChannelOptions, Json
from gateway.domain.web_address import WebAddress, read_address
from gateway.errors import ChannelRefused, ChannelUnavailable, UnknownFile

_CONNECT_SECONDS = 5.0
_MOST_CONNECTIONS = 16
_MOST_BYTES = 4 * 1024 * 1024
# An answer that trickles is no better than none: so many times the patience for each step is all there is.
_PATIENCE = 3
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)

for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)  # their lines name addresses, tokens among them


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
        authorities: str | None = None,
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
            verify=_trust(authorities),
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

    async def upload(self, url: str, *, name: str, type: str, content: bytes) -> Reply:
        """Bring a file where the platform wants it, as the field `data` of a form; raises ChannelUnavailable."""
        try:
            await fetching.check_address(url, self.own)
            request = self._client.build_request(
                "POST", url, files={"data": (name, content, type)}, headers={"Accept-Encoding": "identity"}
            )
            return await self._exchange(request, self._seconds * _PATIENCE)
        except (NotSent, NoAnswer, UnknownFile) as error:
            raise ChannelUnavailable(f"upload: {error}") from None
        except httpx.InvalidURL:
            raise ChannelUnavailable("upload: the platform names no address") from None

    async def fetch(self, url: str, sink: Path, *, most: int) -> None:
        """Write a file of the platform into `sink`; raises TooLarge, UnknownFile, ChannelUnavailable."""
        await fetching.fetch(self._client, url, sink, own=self.own, most=most)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def _exchange(self, request: httpx.Request, seconds: float) -> Reply:
        try:
            async with asyncio.timeout(seconds * _PATIENCE):
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


def _trust(authorities: str | None) -> ssl.SSLContext:
    """The machine's own authorities, and those of a file in PEM."""
    context = ssl.create_default_context()
    if authorities:
        try:
            context.load_verify_locations(cafile=authorities)
        except (OSError, ssl.SSLError) as error:
            raise ChannelRefused(f"ca_file cannot be read: {type(error).__name__}") from None
    return context


def token_of(options: ChannelOptions) -> str:
    """Return the page's token; raises ChannelRefused for what cannot stand in a header or an address."""
    token = "" if options.token is None else options.token.get_secret_value().strip()
    if not token.isascii() or not token.isprintable():
        raise ChannelRefused("the token has characters that no token has")
    return token


async def read_blob(chunks: AsyncIterator[bytes]) -> bytes:
    """Return a file of the store whole: platforms take files of some megabytes."""
    return b"".join([chunk async for chunk in chunks])
