"""Files from and to VK's stores, and the long poll: addresses that VK names, so none of these calls has a token.

httpx makes these calls because vk_api does not bound them (docs/decisions/telegram-and-vk-clients.md).
"""

import asyncio
import json
import logging
import ssl
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

import httpx

from bots import fetching
from gateway.channels import Json
from gateway.domain.web_address import read_address
from gateway.errors import ChannelRefused, ChannelUnavailable, UnknownFile

LARGEST_FILE = 20 * 1024 * 1024
_LARGEST_ANSWER = 8 * 1024 * 1024
_CONNECT_SECONDS = 5.0
# Files take longer than words: so many times the patience for an answer.
_PATIENCE = 10

for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)  # their lines name signed addresses


class NotUploaded(Exception):
    """The store would refuse this file again."""


class Transfer:
    """The calls to VK's stores; `seconds` is the patience for one step of an answer."""

    def __init__(self, api_base: str, *, seconds: float) -> None:
        own = read_address(api_base)
        if own is None:
            raise ChannelRefused("api_base is no address")
        self._own, self._seconds = own, seconds
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(seconds, connect=min(_CONNECT_SECONDS, seconds)),
            verify=ssl.create_default_context(),
            trust_env=False,
            follow_redirects=False,
        )

    async def fetch(self, url: str, sink: Path) -> None:
        """Write a file; raises TooLarge, UnknownFile, ChannelUnavailable."""
        await fetching.fetch(self._client, url, sink, own=self._own, most=LARGEST_FILE)

    async def upload(self, url: str, field: str, name: str, content: bytes) -> Mapping[str, Json]:
        """Bring a file to an address that VK named, return what it says; raises ChannelUnavailable, NotUploaded."""
        try:
            await fetching.check_address(url, self._own)
            if self._client.is_closed:
                raise ChannelUnavailable("closed")
            async with asyncio.timeout(self._seconds * _PATIENCE):
                response = await self._client.post(url, files={field: (name, content)})
            if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise ChannelUnavailable(f"status {response.status_code}")
            answer = response.json()
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError, UnknownFile) as error:
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
