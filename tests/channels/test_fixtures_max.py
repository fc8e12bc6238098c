"""The payloads that tests read as MAX's are such as MAX sends: like its published examples, like its schema."""

import json
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.channels.payloads import fixtures
from tests.channels.shapes import differences
from tests.platforms import max_schema
from tests.platforms.max import MaxPlatform
from tests.platforms.page import listening

OURS = fixtures("max")
# These are wrong on purpose: what is unknown or of another kind has to be read all the same.
MADE_WRONG = {"ids-as-strings", "ids-as-numbers", "unknown-update", "unknown-attachment"}
GOOD = sorted(OURS.keys() - MADE_WRONG)
ASKED_FOR = {
    *("text", "photo-with-text", "several-photos", "location", "contact-own", "contact-foreign", "voice", "sticker"),
    *("video", "callback", "bot-started", "bot-started-with-payload", "bot-stopped", "dialog-removed", "group-chat"),
    *("dialog-cleared", "message-edited", "message-removed", "forwarded", "share", *MADE_WRONG),
}
PUBLISHED = sorted(max_schema.FIXTURES.glob("webhook.*.json")) if max_schema.FIXTURES else []

needs_specs = pytest.mark.skipif(None in (max_schema.FILE, max_schema.FIXTURES), reason=max_schema.ABSENT)


def published(kind: str) -> Any:
    """MAX's own example of such an update."""
    assert max_schema.FIXTURES is not None
    return json.loads((max_schema.FIXTURES / f"webhook.{kind}.json").read_text(encoding="utf-8"))


@pytest_asyncio.fixture
async def told() -> dict[str, Any]:
    """One update of each type as the fake platform sends it."""
    async with MaxPlatform() as platform, listening() as page:
        platform.deliveries.hook = page.url
        anna = platform.resident(7, "Анна Петрова")
        await anna.start("payload")
        said = await anna.say("Яма", photos=[b"1"], place=(54.9, 73.3))
        await anna.edit(said, "Глубокая яма")
        await anna.remove(said)
        for event in ("cleared", "muted", "unmuted", "removed"):
            await anna.dialog(event)
        await anna.block()
        await platform.idle()
        return {update["update_type"]: update for update in page.updates}


def test_there_is_a_payload_of_every_kind_that_a_bot_meets() -> None:
    assert OURS.keys() >= ASKED_FOR


@needs_specs
@pytest.mark.parametrize("name", GOOD)
def test_a_payload_is_like_the_published_example(name: str) -> None:
    ours = OURS[name]
    theirs = published(ours["update_type"])
    assert differences(ours, theirs) == []
    assert theirs.keys() <= ours.keys()


@needs_specs
@pytest.mark.parametrize("name", GOOD)
def test_a_payload_has_the_types_of_the_published_schema(name: str) -> None:
    assert max_schema.wrong_types(OURS[name], "Update") == []


@needs_specs
@pytest.mark.parametrize("name", sorted(MADE_WRONG - {"ids-as-strings", "ids-as-numbers"}))
def test_what_is_unknown_is_unknown_to_the_schema(name: str) -> None:
    assert max_schema.wrong_types(OURS[name], "Update")


@needs_specs
@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_the_schema_knows_the_published_examples(path: Path) -> None:
    assert max_schema.wrong_types(json.loads(path.read_text(encoding="utf-8")), "Update") == []


@needs_specs
def test_the_fake_platform_tells_what_the_published_examples_do(told: dict[str, Any]) -> None:
    assert len(told) == 9
    for kind, update in told.items():
        assert differences(update, published(kind)) == [], kind
        assert published(kind).keys() - {"user_id"} <= update.keys(), kind
        assert max_schema.wrong_types(update, "Update") == [], kind


def test_the_fake_platform_tells_what_our_payloads_do(told: dict[str, Any]) -> None:
    for name in GOOD:
        update = told.get(OURS[name]["update_type"])
        assert update is None or differences(OURS[name], update) == [], name
