"""Residents are read one thing at a time, by one worker at a time, however long it takes."""

from pathlib import Path

from tests.journeys.chats import Say, Told
from tests.journeys.connected import connected
from tests.pictures import encoded, noise
from tests.platforms.platform import Broken, Fault

PHOTO = encoded(noise(64, 48), "JPEG")


async def test_a_photo_that_comes_slower_than_the_lease_is_fetched_once(tmp_path: Path) -> None:
    async with connected("max", tmp_path, dialogs={"lease_seconds": 0.3}) as world:
        world.platform.broken.append(Broken(fault=Fault.SLOW, method="GET file", times=None, seconds=1.5))
        await world.chat().play(Say("На Садовой 12 во дворе большая яма", photos=[PHOTO]), Told("тема"))
        assert len([call for call in world.platform.calls if call.method == "GET file"]) == 1
