"""The saved Telegram updates are what Telegram sends: of its published shape, and read by aiogram."""

from typing import Any

import pytest
from aiogram.types import Update

from tests.channels.payloads import fixtures
from tests.platforms.telegram import TelegramPlatform
from tests.platforms.telegram_rules import UPDATES, published

FIXTURES = fixtures("telegram")
UNKNOWN = {
    "unknown_update_type": "Update has no field hologram_received",
    "unknown_message_kind": "Update.message has no field hologram",
}


def amiss(update: dict[str, Any]) -> str | None:
    schema = published()
    if schema is None:
        pytest.skip("Telegram's published specification is not on this machine (OTKLIK_TEST_SPECS)")
    return schema.amiss(("Update",), update, "Update")


@pytest.mark.parametrize("name", FIXTURES)
def test_update_is_of_the_published_shape(name: str) -> None:
    assert amiss(FIXTURES[name]) == UNKNOWN.get(name)


@pytest.mark.parametrize("name", FIXTURES)
def test_aiogram_reads_the_update(name: str) -> None:
    (kind,) = FIXTURES[name].keys() - {"update_id"}
    update = Update.model_validate(FIXTURES[name])
    assert (kind not in UPDATES) == (name == "unknown_update_type")
    assert kind not in UPDATES or getattr(update, kind) is not None


def test_every_update_has_a_number_of_its_own() -> None:
    assert len({update["update_id"] for update in FIXTURES.values()}) == len(FIXTURES) > 30


async def test_updates_of_the_fake_platform_are_of_the_published_shape() -> None:
    async with TelegramPlatform() as platform:
        person = platform.resident(100, "Житель")
        await person.start("agency_7")
        said = await person.say("Яма", photos=[b"one", b"two"], place=(55.75, 37.61))
        await person.edit(said, "Яма во дворе")
        await person.share_contact("+79990000000", own=False)
        await person.send_file(b"one", "photo.jpg", "image/jpeg", "Без сжатия")
        for kind in ("voice", "sticker", "video"):
            await person.send_odd(kind)
        platform.query(person, platform.pending[0]["message"], "yes")
        await person.block()
        assert len(platform.pending) == 12
        assert [amiss(update) for update in platform.pending] == [None] * 12
