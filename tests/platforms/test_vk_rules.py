"""Each rule of VK's that a bot may break is noticed by the fake, and refused with VK's number of the error."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.platforms.vk import VkPlatform
from tests.platforms.vk_requests import button, keyboard
from tests.platforms.vk_residents import VkResident


@pytest.fixture
async def platform() -> AsyncIterator[VkPlatform]:
    async with VkPlatform() as platform:
        yield platform


@pytest.fixture
async def person(platform: VkPlatform) -> VkResident:
    person = platform.resident(100, "Житель")
    await person.start()
    return person


LONG = "я" * 256


@pytest.mark.parametrize(
    ("method", "parameters", "code", "told"),
    [
        ("execute", {"code": "return 1;"}, 3, "Unknown method"),
        ("messages.sendd", {}, 3, "Unknown method"),
        ("groups.getById", {"v": ""}, 8, "version"),
        ("groups.getById", {"v": "5.92"}, 8, "too old"),
        ("messages.send", {"random_id": None}, 100, "random_id is undefined"),
        ("messages.send", {"random_id": 0}, 100, "not 0"),
        ("messages.send", {"random_id": 2**31}, 100, "int32"),
        ("messages.send", {"random_id": "one"}, 100, "random_id is not int"),
        ("messages.send", {"peer_id": None}, 100, "peer_id"),
        ("messages.send", {"user_id": 100}, 100, "one of them"),
        ("messages.send", {"colour": "red"}, 100, "no parameter colour"),
        ("messages.send", {"message": ""}, 100, "message is empty"),
        ("messages.send", {"message": "я" * 4097}, 914, "too long"),
        ("messages.send", {"lat": 55.7}, 100, "lat goes with long"),
        ("messages.send", {"intent": "spam"}, 100, "intent"),
        ("messages.send", {"payload": "x" * 1001}, 100, "longer than 1000"),
        ("messages.send", {"attachment": "photo1_1"}, 100, "not there"),
        ("messages.send", {"attachment": ",".join(["photo1_1"] * 11)}, 100, "at most 10"),
        ("messages.send", {"keyboard": "{"}, 911, "not JSON"),
        ("messages.send", {"keyboard": "{}"}, 911, "no buttons"),
        ("messages.send", {"keyboard": keyboard([button()], resize=True)}, 911, "unknown fields"),
        ("messages.send", {"keyboard": keyboard([button()], inline=True, one_time=True)}, 911, "one_time"),
        ("messages.send", {"keyboard": keyboard([button()], [])}, 911, "empty"),
        ("messages.send", {"keyboard": keyboard(inline=True)}, 911, "empty"),
        ("messages.send", {"keyboard": keyboard([button()] * 6)}, 911, "at most 5"),
        ("messages.send", {"keyboard": keyboard([button()] * 6, inline=True)}, 911, "at most 5"),
        ("messages.send", {"keyboard": keyboard(*[[button()]] * 7, inline=True)}, 911, "6 rows"),
        ("messages.send", {"keyboard": keyboard(*[[button()] * 3] * 4, inline=True)}, 911, "10 buttons"),
        ("messages.send", {"keyboard": keyboard(*[[button()]] * 11)}, 911, "10 rows"),
        ("messages.send", {"keyboard": keyboard(*[[button()] * 5] * 9)}, 911, "40 buttons"),
        ("messages.send", {"keyboard": keyboard([button(label="я" * 41)])}, 911, "40 characters"),
        ("messages.send", {"keyboard": keyboard([button(label=" ")])}, 911, "40 characters"),
        ("messages.send", {"keyboard": keyboard([button(payload=json.dumps(LONG))])}, 911, "255"),
        ("messages.send", {"keyboard": keyboard([button(payload="a")])}, 911, "JSON"),
        ("messages.send", {"keyboard": keyboard([button(payload={"a": 1})])}, 911, "text"),
        ("messages.send", {"keyboard": keyboard([button("dance")])}, 911, "no button of type"),
        ("messages.send", {"keyboard": keyboard([button(link="https://x.org")])}, 911, "fields"),
        ("messages.send", {"keyboard": keyboard([button("open_link", link="map")])}, 911, "address"),
        ("messages.send", {"keyboard": keyboard([button() | {"color": "pink"}])}, 911, "color"),
        (
            "messages.send",
            {"keyboard": keyboard([{"action": {"type": "location"}}, button()])},
            911,
            "takes a whole row",
        ),
        ("messages.edit", {"random_id": None}, 100, "message_id or cmid"),
        ("messages.sendMessageEventAnswer", {"event_data": "{}"}, 100, "event_data"),
        (
            "messages.sendMessageEventAnswer",
            {"event_data": json.dumps({"type": "show_snackbar", "text": "я" * 91}, ensure_ascii=False)},
            100,
            "90 characters",
        ),
        ("groups.addCallbackServer", {"title": "я" * 15}, 100, "longer than 14"),
        ("groups.addCallbackServer", {"secret_key": "x" * 51}, 100, "longer than 50"),
        ("groups.setCallbackSettings", {"message_nev": 1}, 100, "no parameter message_nev"),
        ("groups.setCallbackSettings", {"message_new": "yes"}, 100, "message_new is not bool"),
        ("photos.saveMessagesPhoto", {"photo": "guessed", "server": 1, "hash": "x"}, 100, "not uploaded"),
    ],
)
async def test_broken_rule_is_refused_and_noted(method, parameters, code, told, platform, person):
    given: dict[str, dict[str, Any]] = {
        "messages.send": {"peer_id": 100, "random_id": 1, "message": "Да"},
        "messages.edit": {"peer_id": 100, "message": "Да"},
        "messages.sendMessageEventAnswer": {"event_id": "a", "user_id": 100, "peer_id": 100},
        "groups.addCallbackServer": {"group_id": platform.group_id, "url": "https://otklik.example.org", "title": "О"},
        "groups.setCallbackSettings": {"group_id": platform.group_id, "server_id": 1},
    }
    form = {"access_token": platform.token, "v": "5.199"} | given.get(method, {}) | parameters
    form = {name: str(value) for name, value in form.items() if value is not None}
    async with aiohttp.ClientSession() as http, http.post(f"{platform.base}/method/{method}", data=form) as answer:
        error = (await answer.json())["error"]
    assert (answer.status, error["error_code"]) == (200, code)
    assert told in error["error_msg"]
    assert platform.offences == [f"{method}: {code} {error['error_msg']}"]
    assert platform.token not in json.dumps(error)
    assert person.chat == []
