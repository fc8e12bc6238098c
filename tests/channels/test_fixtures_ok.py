"""The payloads that tests read as Odnoklassniki's are such as the fake platform sends: no schema is published."""

from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.channels.payloads import fixtures
from tests.channels.shapes import differences
from tests.platforms.ok import TOKEN, OkPlatform
from tests.platforms.page import listening

OURS = fixtures("ok")
# These are wrong on purpose: what is unknown or of another kind has to be read all the same.
MADE_WRONG = {"ids-as-numbers", "numbers-as-strings", "unknown-update", "unknown-attachment", "unknown-system-event"}
GOOD = sorted(OURS.keys() - MADE_WRONG)
ASKED_FOR = {
    *("text", "photo-with-text", "several-photos", "location", "contact-own", "contact-foreign", "voice", "sticker"),
    *("video", "callback", "chat-started", "group-chat", "forwarded", "reply", "share", "old-shape", *MADE_WRONG),
}
KEYBOARD = {"buttons": [[{"type": "CALLBACK", "text": "Да", "payload": "f:1"}]]}


@pytest_asyncio.fixture
async def told() -> list[dict[str, Any]]:
    """Updates of all kinds as the fake platform sends them."""
    async with (
        OkPlatform() as platform,
        listening() as page,
        httpx.AsyncClient(base_url=f"{platform.base}/graph", params={"access_token": TOKEN}) as api,
    ):
        platform.deliveries.hook = page.url
        anna = platform.resident(7, "Анна Петрова")
        await anna.start()
        message = {"text": "?", "attachment": {"type": "INLINE_KEYBOARD", "payload": {"keyboard": KEYBOARD}}}
        headers = {"Content-Type": "application/json;charset=utf-8"}
        sent = {"recipient": {"chat_id": anna.chat_id}, "message": message}
        await api.post(f"/me/messages/{anna.chat_id}", json=sent, headers=headers)
        await anna.press("Да")
        await anna.say("Яма", photos=[b"1"], place=(54.9, 73.3))
        await anna.share_contact("+79991234567")
        for kind in ("voice", "sticker", "video"):
            await anna.send_odd(kind)
        await platform.idle()
        assert platform.offences == []
        return page.updates


def test_there_is_a_payload_of_every_kind_that_a_bot_meets() -> None:
    assert OURS.keys() >= ASKED_FOR


def test_the_fake_platform_tells_what_our_payloads_do(told: list[dict[str, Any]]) -> None:
    assert len(told) == 7
    for name in GOOD:
        for update in told:
            assert differences(OURS[name], update) == [], name


@pytest.mark.parametrize("name", ["text", "callback", "chat-started"])
def test_a_payload_has_what_the_fake_platform_sends(told: list[dict[str, Any]], name: str) -> None:
    same = [update for update in told if update["webhookType"] == OURS[name]["webhookType"]]
    assert OURS[name].keys() == same[0].keys()


def test_payloads_of_the_old_shape_do_not_say_what_they_are() -> None:
    assert ["webhookType" in OURS[name] for name in ("old-shape", "old-shape-photo", "text")] == [False, False, True]


def test_numbers_of_messages_are_too_big_for_a_float() -> None:
    numbers = [OURS[name]["message"]["seq"] for name in ("text", "callback") if "message" in OURS[name]]
    assert numbers
    assert all(number > 2**53 for number in numbers)


def test_differences_are_seen() -> None:
    text = OURS["text"]
    wrong = {**text, "message": {**text["message"], "seq": "98211023614189660"}}
    assert differences(wrong, text) == [".message.seq: ['str'] is ['number']"]
