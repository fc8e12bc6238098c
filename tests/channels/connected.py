"""A page in a fake platform, connected: what its residents do is delivered to `hooks`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiohttp import web

from gateway.adapters.blobs import ObjectBlobs, open_blobs
from gateway.adapters.clock import utc_now
from gateway.app import find_channels
from gateway.channels import Answer, Hook, Incoming, Speech, Take
from gateway.domain.agency import AgencyKey
from gateway.domain.attachment import FileType
from gateway.domain.connection import Connection, ConnectionId
from gateway.domain.conversation import Outcome
from gateway.domain.message import Message, SentFile
from tests.loopback import serve
from tests.platforms.max import MaxPlatform
from tests.platforms.ok import OkPlatform
from tests.platforms.telegram import TelegramPlatform
from tests.platforms.vk import VkPlatform

CHANNELS: dict[str, Any] = dict(find_channels())
PLATFORMS: dict[str, Any] = {"telegram": TelegramPlatform, "vk": VkPlatform, "ok": OkPlatform, "max": MaxPlatform}
KINDS = ("max", "ok")
"""The two whose chats can be looked at, and whose platforms are alike."""
JPEG = b"\xff\xd8\xff\xe0 picture of a hole"
PDF = b"%PDF-1.7 the answer"


@dataclass(slots=True)
class ConnectedPage:
    """The channel with its client, and the platform on the other side."""

    platform: Any
    channel: Any
    options: Any
    connection: Connection
    client: Any
    blobs: ObjectBlobs
    folder: Path
    hook: str = ""
    hooks: list[Hook] = field(default_factory=list)
    _keys: int = 0

    async def say(
        self, peer: str, *messages: Message, press: str | None = None, toast: str | None = None
    ) -> list[Outcome]:
        """Draw it and send every part; what came of each."""
        parts = self.channel.draw(Speech(messages=messages, press=press, toast=toast), now=utc_now())
        return [await self.send(peer, part) for part in parts]

    async def send(self, peer: str, part: Any, key: int | None = None) -> Outcome:
        self._keys += 1
        return await self.client.send(peer, part, key=self._keys if key is None else key)

    def drawn(self, message: Message) -> Any:
        """The one part of a message."""
        (part,) = self.channel.draw(Speech(messages=(message,)), now=utc_now())
        return part

    async def met(self, resident: Any) -> str:
        """Have the resident write once; the peer that they are then."""
        await resident.say("Здравствуйте")
        await self.platform.idle()
        return self.last().peer

    def last(self) -> Incoming:
        incoming = self.channel.receive(self.hooks[-1].payload)
        assert incoming is not None
        return incoming

    def received(self) -> list[Incoming | None]:
        for hook in self.hooks:
            assert isinstance(self.channel.admit(self.connection, self.options, hook), Take)
        return [self.channel.receive(hook.payload) for hook in self.hooks]

    async def file(self, key: str, content: bytes, type: FileType) -> SentFile:
        source = self.folder / "source"
        await asyncio.to_thread(source.write_bytes, content)
        await self.blobs.put(key, source)
        return SentFile(key=key, name=f"{key}.bin", type=type, size=len(content))


@asynccontextmanager
async def connected(name: str, folder: Path, *, connect: bool = True, **settings: Any) -> AsyncIterator[ConnectedPage]:
    """A page of that channel, subscribed unless told otherwise; `settings` take the place of the platform's own."""
    more = {"messages_a_second": None} if name == "max" else {}
    async with PLATFORMS[name](**more) as platform, opened(platform, folder, **settings) as page:
        if connect:
            assert await page.client.connect(page.hook) == []
        yield page


@asynccontextmanager
async def opened(platform: Any, folder: Path, **settings: Any) -> AsyncIterator[ConnectedPage]:
    """Another client for a page of that platform."""
    channel = CHANNELS[platform.name]
    options = channel.options(**{**platform.settings(), "timeout_seconds": 5, **settings})
    connection = Connection(id=ConnectionId("page"), channel=platform.name, agency=AgencyKey("uyezd"))
    blobs = open_blobs(None, folder / "blobs")
    client = await channel.open(connection, options, blobs, utc_now)
    page = ConnectedPage(platform, channel, options, connection, client, blobs, folder)
    app = web.Application()

    async def take(request: web.Request) -> web.Response:
        headers = {key.lower(): value for key, value in request.headers.items()}
        hook = Hook(payload=await request.json(), headers=headers, caller=ip_address("127.0.0.1"))
        admission = channel.admit(connection, options, hook)
        if isinstance(admission, Answer):
            return web.Response(text=admission.text)
        page.hooks.append(hook)
        return web.Response(text=channel.acknowledgement)

    app.router.add_post("/hooks/{tail:.*}", take)
    async with serve(app) as base:
        page.hook = f"{base}/hooks/{platform.name}/key"
        try:
            yield page
        finally:
            await client.close()
