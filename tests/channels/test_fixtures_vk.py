"""The saved VK events are what VK sends: of its published shape, as far as that goes."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.channels.payloads import fixtures
from tests.platforms.vk_rules import published

FIXTURES = fixtures("vk")
SHAPES = {
    "message_new": "callback_message_new",
    "message_event": "callback_message_event",
    "message_allow": "callback_message_allow",
    "message_deny": "callback_message_deny",
    "message_reply": "callback_message",
    "message_edit": "callback_message",
}


def found_amiss(event: dict[str, Any]) -> Iterator[str]:
    """Say what is not as published: in the envelope, in the object, in what is attached."""
    schema = published()
    if schema is None:
        pytest.skip("VK's published schema is not on this machine (OTKLIK_TEST_SPECS)")
    found = [schema.object_amiss("callback_base", event)]
    if event["type"] in SHAPES:
        found.append(schema.object_amiss(SHAPES[event["type"]], event["object"]))
    yield from (one for one in found if one)


@pytest.mark.parametrize("name", FIXTURES)
def test_event_is_of_the_published_shape(name: str) -> None:
    found = list(found_amiss(FIXTURES[name]))
    if name == "unknown_event":
        assert len(found) == 1
        assert found[0].startswith("type")
    elif name == "unknown_attachment":
        assert len(found) == 1
        assert found[0].startswith("message.attachments.0.type")
    else:
        assert found == []


def test_every_event_has_a_number_of_its_own() -> None:
    assert len({event["event_id"] for event in FIXTURES.values()}) == len(FIXTURES) > 25


def test_only_the_event_before_5_103_has_the_message_without_an_envelope() -> None:
    new = {name: event for name, event in FIXTURES.items() if event["type"] == "message_new"}
    bare = {name for name, event in new.items() if "message" not in event["object"]}
    assert bare == {"message_new_before_5_103"}
    assert new["message_new_before_5_103"]["v"] == "5.92"
