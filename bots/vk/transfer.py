"""Files from and to VK's stores, and the long poll: addresses that VK's answers name, so none of them has a token.

httpx makes these calls because vk_api does not bound them (docs/decisions/telegram-and-vk-clients.md).
"""

import asyncio
import ipaddress
import json
import logging
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from gateway.channels import Json
from gateway.errors import ChannelUnavailable, TooLarge, UnknownFile

LARGEST_FILE = 20 * 1024 * 1024
_LARGEST_ANSWER = 8 * 1024 * 1024
_MOST_REDIRECTS = 3
_CONNECT_SECONDS = 5.0
# Files take longer than words: so many times the patience for an answer.
_PATIENCE = 10

for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)  # their lines name signed addresses


class NotUploaded(Exception):
    """The store would refuse this file again."""


def may_ask(url: str, api_base: str) -> bool:
    """Tell whether an address that came in an event may be asked: https on a public name, or the API's own server.

    Residents cannot choose these addresses, VK writes them; should anybody ever be able to, our own network stays
    out of reach.
    """
    try:
        address, base = urlsplit(url), urlsplit(api_base)
        if (address.scheme, address.hostname, address.port) == (base.scheme, base.hostname, base.port):
            return True
        if address.scheme != "https" or address.port not in (None, 443) or address.username is not None:
            return False
    except ValueError:
        return False
    return _is_public_name((address.hostname or "").rstrip("."))


def _is_public_name(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        top = host.rpartition(".")[2]
        is_number = top.isdecimal() or top.startswith("0x")  # forms of IPv4 addresses that resolvers understand too
        return "." in host and not is_number and top not in ("localhost", "local", "internal")


class Transfer:
    """The calls to VK's stores; `seconds` is the patience for one step of an answer."""

    def __init__(self, api_base: str, *, seconds: float) -> None:
        self._base, self._seconds = api_base, seconds
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(seconds, connect=min(_CONNECT_SECONDS, seconds)),
            verify=ssl.create_default_context(),
            trust_env=False,
            follow_redirects=False,
        )

    async def fetch(self, url: str, sink: Path) -> None:
        """Write a file; raises TooLarge, UnknownFile, ChannelUnavailable."""
        try:
            async with asyncio.timeout(self._seconds * _PATIENCE), self._opened(url) as response:
                _check(response)
                await _write(response, sink)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise ChannelUnavailable(type(error).__name__) from None

    async def upload(self, url: str, field: str, name: str, content: bytes) -> Mapping[str, Json]:
        """Bring a file to an address that VK named, return what it says; raises ChannelUnavailable, NotUploaded."""
        try:
            async with asyncio.timeout(self._seconds * _PATIENCE):
                response = await self._client.post(url, files={field: (name, content)})
            if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise ChannelUnavailable(f"status {response.status_code}")
            answer = response.json()
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError) as error:
            raise ChannelUnavailable(type(error).__name__) from None
        if not isinstance(answer, dict) or "error" in answer:
            raise NotUploaded
        return answer

    async def poll(self, url: str, query: Mapping[str, str], *, seconds: float) -> Json:
        """Return the answer of a long poll that waits so long; raises ChannelUnavailable."""
        patience = httpx.Timeout(self._seconds, read=seconds + self._seconds)
        try:
            response = await self._client.get(url, params=dict(query), timeout=patience)
            if len(response.content) > _LARGEST_ANSWER or response.status_code != HTTPStatus.OK:
                raise ChannelUnavailable(f"status {response.status_code}")
            return json.loads(response.content)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise ChannelUnavailable(type(error).__name__) from None

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()

    @asynccontextmanager
    async def _opened(self, url: str) -> AsyncIterator[httpx.Response]:
        """Give the answer at an address, after as few moves to others as documents need."""
        for _ in range(_MOST_REDIRECTS + 1):
            if not may_ask(url, self._base):
                raise UnknownFile
            async with self._client.stream("GET", url) as response:
                if not response.has_redirect_location:
                    yield response
                    return
                url = urljoin(url, response.headers["location"])
        raise UnknownFile


def _check(response: httpx.Response) -> None:
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        raise ChannelUnavailable(f"status {response.status_code}")
    if response.status_code != HTTPStatus.OK:
        raise UnknownFile  # the signature in the address has expired, or the file is gone
    if (
        response.headers.get("content-length", "").isdecimal()
        and int(response.headers["content-length"]) > LARGEST_FILE
    ):
        raise TooLarge


async def _write(response: httpx.Response, sink: Path) -> None:
    size = 0
    with sink.open("wb") as file:
        async for chunk in response.aiter_bytes(1 << 16):
            size += len(chunk)
            if size > LARGEST_FILE:
                raise TooLarge
            await asyncio.to_thread(file.write, chunk)
