"""A gateway with pages connected to fake platforms, and residents who write to them."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.adapters.clock import utc_now
from gateway.app import Gateway
from gateway.ports import Clock
from tests.application import AGENCY, ServedGateway, served, settings_for
from tests.journeys.chats import PLATFORMS, UNHURRIED, Chat
from tests.server import free_port

RESIDENT = 4711
NAME = "Житель Дома"
_SECONDS = 30


@dataclass(slots=True)
class Connected:
    """`gateway` answers residents on each of `platforms`."""

    gateway: ServedGateway
    platforms: dict[str, Any]

    @property
    def platform(self) -> Any:
        """The only platform."""
        (platform,) = self.platforms.values()
        return platform

    def chat(self, resident: int = RESIDENT, name: str = NAME, *, channel: str | None = None) -> Chat:
        platform = self.platform if channel is None else self.platforms[channel]
        return Chat(platform, platform.resident(resident, name), self.gateway.app, self.settle)

    async def settle(self) -> None:
        """Return when everything that was delivered is read and answered."""
        await settled(self.gateway.app, list(self.platforms.values()))


async def settled(app: Gateway, platforms: Sequence[Any]) -> None:
    """Return when nothing is on its way to the gateway or from it."""
    for _ in range(2):  # what came of the last round may have been under way in a loop of the worker
        for platform in platforms:
            await platform.idle()
        await app.worker.drain()
        await until(lambda: _is_all_said(app))


async def _is_all_said(app: Gateway) -> bool:
    return not any(count["waiting"] for count in (await app.speaking.counts()).values())


async def until(is_so: Callable[[], Any], *, seconds: float = _SECONDS) -> None:
    """Return as soon as it is so, asked once or by awaiting; AssertionError if it does not come to it."""
    deadline = time.monotonic() + seconds
    while True:
        answer = is_so()
        if await answer if asyncio.iscoroutine(answer) else answer:
            return
        assert time.monotonic() < deadline, "it did not come to it"
        await asyncio.sleep(0.02)


def section_of(platform: Any) -> dict[str, str]:
    """The settings of a page on that platform; nothing waits for its turn, and no law forbids it."""
    own = {"agency": AGENCY, "per_second": "1000", "per_peer_seconds": "0", "override_41fz": "a test"}
    return platform.settings() | own


@asynccontextmanager
async def connected(
    channels: str | Sequence[str],
    folder: Path,
    *,
    clock: Clock = utc_now,
    work: bool = True,
    page: dict[str, str] | None = None,
    **given: Any,
) -> AsyncIterator[Connected]:
    """Serve a gateway with a page on each channel, their webhooks set; settings as `settings_for` takes them."""
    names = [channels] if isinstance(channels, str) else channels
    async with AsyncExitStack() as stack:
        make = PLATFORMS if work else UNHURRIED
        platforms = {name: await stack.enter_async_context(make[name]()) for name in names}
        sections = {name: section_of(platform) | (page or {}) for name, platform in platforms.items()}
        port = free_port()
        common = {"channels": sections, "public_url": f"http://127.0.0.1:{port}", "core": {"poll_seconds": 0.2}}
        settings = settings_for(folder, **common | given)
        gateway = await stack.enter_async_context(served(settings, work=work, port=port, clock=clock))
        await connect_hooks(gateway.app, gateway.url)
        yield Connected(gateway, platforms)
        assert [platform.offences for platform in platforms.values()] == [[]] * len(names)


async def connect_hooks(app: Gateway, url: str) -> None:
    """Have every platform deliver to its page's address there."""
    for page in await app.pages.all():
        await (await app.pages.client(page)).connect(url + page.hook)
