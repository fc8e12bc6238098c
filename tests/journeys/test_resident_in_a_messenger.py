"""The whole way of an appeal in every messenger: the same moves, each on a strict fake of its platform."""

import asyncio
from pathlib import Path

from tests.journeys.appeals import PHOTOS, afterwards, check_whole_way, form
from tests.journeys.chats import PLATFORMS
from tests.journeys.connected import connected


async def test_resident_reports_a_pothole_and_hears_what_came_of_it(tmp_path: Path, database_url: str) -> None:
    answer = tmp_path / "Ответ.pdf"
    answer.write_bytes(b"%PDF-1.4\n%%EOF\n")
    async with connected(list(PLATFORMS), tmp_path, database_url=database_url) as world:

        async def whole_way(channel: str) -> None:
            chat = world.chat(channel=channel)
            await chat.play(*form(), *afterwards(answer))
            await check_whole_way(chat)

        await asyncio.gather(*map(whole_way, PLATFORMS))


async def test_album_is_whole_and_what_is_delivered_again_or_pressed_thrice_counts_once(tmp_path: Path) -> None:
    async with connected(list(PLATFORMS), tmp_path) as world:
        assert world.gateway.app.cases is not None
        for platform in world.platforms.values():
            platform.deliveries.twice = platform.deliveries.shuffled = True

        async def appeal(channel: str) -> None:
            chat = world.chat(channel=channel)
            await chat.play(*form(PHOTOS, sends=3))
            await chat.settle()
            assert chat.count("Отправлено! Номер") == 1, chat.transcript()

        await asyncio.gather(*map(appeal, PLATFORMS))
        cases = await world.gateway.app.cases.list(agency=None, status=None, most=100)
        assert [len(new.files) for new, _ in cases] == [len(PHOTOS)] * len(PLATFORMS)
