"""Two gateways answer the residents of four pages over one PostgreSQL, and one of them is killed again and again."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from gateway.app import Gateway, build
from tests.application import AGENCY, settings_for
from tests.journeys.appeals import NOTICES, PHOTOS, TEXT, afterwards, check_case, form
from tests.journeys.balancer import balanced
from tests.journeys.chats import PLATFORMS, Chat, Told
from tests.journeys.connected import NAME, RESIDENT, connect_hooks, section_of, until
from tests.server import RunningGateway, free_port

_KILLS = 3
_SECRET = {"token", "secret", "hook_key"}
_ASKED_AGAIN = "telegram", "ok", "max"
"""Where a message that was on its way when its process was killed is said again, in doubt: all but VK."""


@pytest.mark.parametrize("seed", [1])
async def test_one_appeal_all_photos_and_every_notice_once_though_processes_are_killed(
    seed: int, tmp_path: Path, postgres_url: str
) -> None:
    answer = tmp_path / "Ответ.pdf"
    answer.write_bytes(b"%PDF-1.4\n%%EOF\n")
    async with two_gateways(tmp_path, postgres_url) as (office, gateways, platforms):
        done = asyncio.Event()

        async def whole_way(channel: str) -> Chat:
            platform = platforms[channel]
            chat = Chat(platform, platform.resident(RESIDENT, NAME), office, asyncio.Event().wait)
            moves = form(PHOTOS, sends=3)[:-1]
            await chat.play(*moves, Told("») приняли"), *afterwards(answer))
            return chat

        killing = asyncio.create_task(kill(gateways, random.Random(seed), done))
        chats = await asyncio.gather(*map(whole_way, PLATFORMS))
        done.set()
        killed = await killing
        assert killed == _KILLS
        await until(lambda: nothing_waits(office))
        assert office.cases is not None
        cases = await office.cases.list(agency=None, status=None, most=100)
        assert sorted((new.channel, len(new.files)) for new, _ in cases) == [(name, 5) for name in sorted(PLATFORMS)]
        for chat in chats:
            check_case(await chat.case_when(lambda case: True))
            counts = {words: chat.count(words) for words in NOTICES}
            sent, *others = counts.values()
            assert sent <= 1, chat.transcript()  # in doubt it is not said again: the notice has the number
            assert all(others), chat.transcript()
            again = sum(others) - len(others)
            assert again <= (killed if chat.platform.name in _ASKED_AGAIN else 0), (counts, chat.transcript())
            assert chat.platform.offences == []
        told = [TEXT, "Анна Иванова", "Щебень размыло", NAME]
        given = [platform.settings() for platform in platforms.values()]
        secrets = [settings[name] for settings in given for name in _SECRET & settings.keys()]
        for gateway in gateways:
            for secret in (*secrets, *told, *(json.dumps(words)[1:-1] for words in told)):
                assert secret not in gateway.log


async def nothing_waits(office: Gateway) -> bool:
    said = not any(count["waiting"] for count in (await office.speaking.counts()).values())
    return said and not await office.inbox.parked()


async def kill(gateways: list[RunningGateway], fate: random.Random, done: asyncio.Event) -> int:
    """Kill one of them at some moment and start it again; return how often that was."""
    for _ in range(_KILLS):
        await asyncio.sleep(fate.uniform(0.3, 2.0))  # the moment is what is random here
        gateway = fate.choice(gateways)
        await asyncio.to_thread(gateway.kill)
        await asyncio.to_thread(gateway.start)
    return _KILLS


@asynccontextmanager
async def two_gateways(
    folder: Path, database_url: str
) -> AsyncIterator[tuple[Gateway, list[RunningGateway], Mapping[str, Any]]]:
    """Two processes behind one address, a page on each platform, and an office where the clerk works."""
    async with AsyncExitStack() as stack:
        platforms = {name: await stack.enter_async_context(make()) for name, make in PLATFORMS.items()}
        sections = {name: section_of(platform) for name, platform in platforms.items()}
        office = await build(settings_for(folder, database_url=database_url, channels=sections), work=False)
        stack.push_async_callback(office.close)
        ports = [free_port(), free_port()]
        address = await stack.enter_async_context(balanced([f"http://127.0.0.1:{port}" for port in ports]))
        variables = {
            "OTKLIK_DATABASE_URL": database_url,
            "OTKLIK_DATA_DIR": str(folder / "data"),
            "OTKLIK_PUBLIC_URL": address,
            "OTKLIK_DIALOGS__LEASE_SECONDS": "3",
            "OTKLIK_CORE__POLL_SECONDS": "0.2",
            **{
                f"OTKLIK_CHANNELS__{name}__{setting}".upper(): value
                for name, section in sections.items()
                for setting, value in section.items()
            },
        }
        gateways = []
        for place, port in enumerate(ports):
            own = folder / f"gateway-{place}"
            own.mkdir()
            gateways.append(RunningGateway(own, variables, port))
        await asyncio.to_thread(gateways[0].run, "agency", "add", AGENCY, "--name", "Школа № 5")
        for gateway in gateways:
            stack.push_async_callback(asyncio.to_thread, end, gateway)
        await asyncio.gather(*(asyncio.to_thread(gateway.start) for gateway in gateways))
        office.pages.forget()
        await connect_hooks(office, address)
        yield office, gateways, platforms


def end(gateway: RunningGateway) -> None:
    if gateway.process is not None:
        gateway.kill()
