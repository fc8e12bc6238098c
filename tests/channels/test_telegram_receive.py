"""Telegram's updates, as they are understood."""

from typing import Any

import pytest

from bots.telegram import channel
from gateway.channels import FileRef, Incoming, Left, Started, Wrote
from gateway.dialog.events import Edited, Odd, Pressed, SharedContact
from gateway.domain.place import Point
from tests.channels.payloads import fixtures

SAVED = fixtures("telegram")
PLACE = Point(lat=55.765621, lon=37.605679)
PHOTO = FileRef(ref="AgACAgIAAxkBAAIBZWcy5f1AAhDmMRs0xYBK", size=203418)

UNDERSTOOD = {
    "text": Wrote(text="Во дворе дома 5 по улице Ленина яма глубиной полметра", message="101"),
    "start": Started(),
    "start_with_payload": Started(code="gorod_roads-1"),
    "photo_with_caption": Wrote(text="Яма у третьего подъезда", files=(PHOTO,), message="104"),
    "album_item_1": Wrote(text="Свалка за гаражами", files=(PHOTO,), message="105"),
    "photo_as_document": Wrote(
        files=(FileRef(ref="BQACAgIAAxkBAAIBaGc", name="IMG_20261103_101500.HEIC", size=2841907),), message="107"
    ),
    "location": Wrote(place=PLACE, message="108"),
    "live_location": Wrote(place=PLACE, message="109"),
    "venue": Wrote(text="Школа № 7, улица Ленина, 12", place=PLACE, message="110"),
    "contact_own": Wrote(contact=SharedContact(phone="+79990000000", name="Житель Первый", is_own=True), message="111"),
    "contact_of_somebody_else": Wrote(
        contact=SharedContact(phone="+7 999 111-11-11", name="Сосед", is_own=False), message="112"
    ),
    "voice": Wrote(odd=Odd.VOICE, message="113"),
    "sticker": Wrote(odd=Odd.STICKER, message="114"),
    "video": Wrote(text="Вот что творится", odd=Odd.VIDEO, message="115"),
    "unknown_message_kind": Wrote(odd=Odd.OTHER, message="121"),
    "message_in_a_topic": Wrote(text="Фонарь не горит", message="117"),
    "forwarded_message": Wrote(text="На Садовой упало дерево", message="118"),
    "reply_with_quote": Wrote(text="Третий", message="120"),
    "callback_query": Pressed(data="f:1a2b:send:1"),
    "callback_query_inaccessible_message": Pressed(data="f:0001:send:1"),
    "edited_message": Edited(message="116", text="Во дворе дома 5 по улице Ленина яма"),
    "bot_blocked": Left(),
}
NOT_FOR_US = (
    "anonymous_admin_in_a_group",
    "automatic_forward",
    "bot_unblocked",
    "channel_post",
    "comment_under_a_post",
    "live_location_moved",
    "message_in_a_group",
    "unknown_update_type",
)


def received(payload: Any) -> Incoming:
    incoming = channel.receive(payload)
    assert incoming is not None
    return incoming


def private(**content: Any) -> dict[str, Any]:
    chat = {"id": 5, "type": "private"}
    return {"update_id": 1, "message": {"message_id": 2, "from": {"id": 5}, "chat": chat, "date": 9} | content}


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_saved_update_is_understood(name: str) -> None:
    incoming = received(SAVED[name])
    assert incoming.what == UNDERSTOOD[name]
    assert (incoming.profile_name, incoming.lang) == ("Житель Первый", "ru")


@pytest.mark.parametrize("name", NOT_FOR_US)
def test_what_is_not_written_to_the_bot_is_passed_over(name: str) -> None:
    assert channel.receive(SAVED[name]) is None


def test_no_saved_update_is_left_untried() -> None:
    assert set(SAVED) - {*UNDERSTOOD, *NOT_FOR_US} == {"album_item_2", "forwarded_hidden_sender"}


def test_every_update_is_stamped_with_its_number_and_its_chat() -> None:
    stamp = channel.stamp(SAVED["text"])
    assert (stamp.key, stamp.peer, stamp.order, stamp.together) == ("728190101", "5000000001", 728190101, None)
    assert channel.stamp(SAVED["callback_query"]).peer == channel.stamp(SAVED["bot_blocked"]).peer == "5000000001"
    assert channel.stamp(SAVED["message_in_a_group"]).peer is None


def test_an_album_and_a_forwarded_burst_are_one_thing_said_in_pieces() -> None:
    first, second = channel.stamp(SAVED["album_item_1"]), channel.stamp(SAVED["album_item_2"])
    assert first.together == second.together is not None
    forwarded = channel.stamp(SAVED["forwarded_message"])
    assert forwarded.together not in (None, channel.stamp(SAVED["forwarded_hidden_sender"]).together)


def test_a_topic_is_a_conversation_of_its_own_and_its_buttons_belong_to_it() -> None:
    message = SAVED["message_in_a_topic"]["message"]
    assert received(SAVED["message_in_a_topic"]).peer == "5000000001.7001"
    query = {"id": "7", "from": message["from"], "message": message, "data": "x"}
    assert received({"update_id": 1, "callback_query": query}).peer == "5000000001.7001"


def test_a_pressed_button_brings_what_answers_it() -> None:
    assert received(SAVED["callback_query"]).press == "2153234567890123456"
    assert received(SAVED["text"]).press is None


def test_the_largest_size_of_a_photo_is_taken_wherever_it_stands() -> None:
    sizes = [{"file_id": "big", "width": 1280, "height": 960}, {"file_id": "small", "width": 90, "height": 67}]
    assert received(private(photo=sizes)).what == Wrote(files=(FileRef(ref="big"),), message="2")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ({"text": "/start@otklik_demo_bot abc"}, Started(code="abc")),
        ({"text": "/start с начала"}, Wrote(text="/start с начала", message="2")),
        ({"animation": {}, "document": {"file_id": "a"}}, Wrote(odd=Odd.VIDEO, message="2")),
        ({"document": {"file_id": "a", "mime_type": "application/zip"}}, Wrote(odd=Odd.OTHER, message="2")),
        ({"location": {"latitude": 91, "longitude": 0}}, Wrote(odd=Odd.OTHER, message="2")),
        ({"pinned_message": {"text": "x"}}, None),
        ({"text": "Я бот", "from": {"id": 6, "is_bot": True}}, None),
        ({"text": "От имени канала", "sender_chat": {"id": -100}}, None),
    ],
)
def test_odd_messages(content: dict[str, Any], what: object) -> None:
    incoming = channel.receive(private(**content))
    assert (incoming and incoming.what) == what
