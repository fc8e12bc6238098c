"""A gateway with a page connected to a fake platform, and a resident who writes to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.application import AGENCY, ServedGateway, served, settings_for
from tests.journeys.chats import PLATFORMS, Chat
from tests.server import free_port

RESIDENT = 4711


@dataclass(slots=True)
class Connected:
    """`gateway` answers residents on `platform`."""

    gateway: ServedGateway
    platform: Any

    def chat(self, resident: int = RESIDENT, name: str = "Житель Дома") -> Chat:
        return Chat(self.platform, self.platform.resident(resident, name))


@asynccontextmanager
async def connected(channel: str, folder: Path, **given: Any) -> AsyncIterator[Connected]:
    """Serve a gateway whose only page is on that channel, its webhook set; settings as `settings_for` takes them."""
    async with PLATFORMS[channel]() as platform:
        section = {
            **platform.settings(),
            "override_41fz": "a test",
            "agency": AGENCY,
            "per_second": "1000",
            "per_peer_seconds": "0",
        }
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        settings = settings_for(folder, channels={channel: section}, public_url=address, **given)
        async with served(settings, work=True, port=port) as gateway:
            page = (await gateway.app.pages.all())[0]
            client = await gateway.app.pages.client(page)
            await client.connect(gateway.url + page.hook)
            yield Connected(gateway, platform)
            assert platform.offences == []
