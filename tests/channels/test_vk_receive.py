"""VK's events, as they are understood."""

import copy
from typing import Any

import pytest

from bots.vk import channel
from gateway.channels import FileRef, Incoming, Left, OperatorWrote, Started, Wrote
from gateway.dialog.events import Edited, Odd, Pressed
from gateway.domain.place import Point
from tests.channels.payloads import fixtures

SAVED = fixtures("vk")


def photo(number: int) -> FileRef:
    name = f"photo{number}_1280x960.jpg"
    signed = f"from=bu&sign=9f8e7d6c5b4a&u=AbC{number}&cs=1280x960"
    return FileRef(ref=f"https://sun9-{number}.userapi.com/s/v1/ig2/{name}?quality=95&as=32x24,1280x960&{signed}")


DOCUMENT = FileRef(
    ref="https://vk.ru/doc500000001_671234567?hash=abc&dl=def&api=1&no_preview=1",
    name="IMG_20261103.jpg",
    size=2841907,
)
UNDERSTOOD = {
    "text": Wrote(text="Во дворе дома 5 по улице Ленина яма глубиной полметра", message="301"),
    "photo": Wrote(text="Яма у третьего подъезда", files=(photo(17),), message="302"),
    "photo_as_document": Wrote(files=(DOCUMENT,), message="304"),
    "geo": Wrote(text="Вот здесь", place=Point(lat=55.765621, lon=37.605679), message="305"),
    "audio_message": Wrote(odd=Odd.VOICE, message="306"),
    "sticker": Wrote(odd=Odd.STICKER, message="307"),
    "video": Wrote(odd=Odd.VIDEO, message="315"),
    "unknown_attachment": Wrote(odd=Odd.OTHER, message="316"),
    "wall": Wrote(text="Посмотрите\n\nОтключение воды 12 ноября", files=(photo(31),), message="308"),
    "forwarded_messages": Wrote(text="На Садовой упало дерево\n\nИ провода", files=(photo(41),), message="309"),
    "reply": Wrote(text="Третий", message="310"),
    "cropped": Wrote(text="Свалка за гаражами, очень много", message="311", is_cut=True),
    "with_payload": Wrote(text="Дороги", data="f:1a2b:topic:3", message="314"),
    "old_client": Wrote(text="Здравствуйте", message="318"),
    "message_new_before_5_103": Wrote(text="Во дворе яма", files=(photo(51),), message="322"),
    "start": Started(),
    "with_ref": Started(code="gorod_roads-1"),
    "message_event": Pressed(data="f:1a2b:send:1"),
    "message_event_payload_as_text": Pressed(data="f:1a2b:send:1"),
    "message_edit": Edited(message="321", text="Во дворе дома 5 яма"),
    "message_reply_operator": OperatorWrote(),
    "message_deny": Left(),
}
NOT_FOR_US = ("confirmation", "group_chat", "message_allow", "message_reply_own", "unknown_event")


def received(payload: Any) -> Incoming:
    incoming = channel.receive(payload)
    assert incoming is not None
    return incoming


def changed(name: str, **about: Any) -> dict[str, Any]:
    """A saved message with something else in it."""
    event = copy.deepcopy(SAVED[name])
    event["object"]["message"] |= about
    return event


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_saved_event_is_understood(name: str) -> None:
    incoming = received(SAVED[name])
    assert incoming.what == UNDERSTOOD[name]
    assert incoming.peer == "500000001"


@pytest.mark.parametrize("name", NOT_FOR_US)
def test_what_is_not_written_to_the_page_is_passed_over(name: str) -> None:
    assert channel.receive(SAVED[name]) is None


def test_no_saved_event_is_left_untried() -> None:
    assert set(SAVED) - {*UNDERSTOOD, *NOT_FOR_US} == {"photos"}


def test_ten_photos_of_one_message_come_with_it() -> None:
    what = received(SAVED["photos"]).what
    assert isinstance(what, Wrote)
    assert len(what.files) == len(SAVED["photos"]["object"]["message"]["attachments"]) > 1


def test_a_repeat_has_the_same_stamp_and_messages_are_in_their_order() -> None:
    stamp = channel.stamp(SAVED["text"])
    assert (stamp.key, stamp.peer, stamp.order) == (SAVED["text"]["event_id"], "500000001", 11)
    assert channel.stamp(SAVED["group_chat"]).peer is None
    without_id = {name: value for name, value in SAVED["text"].items() if name != "event_id"}
    assert channel.stamp(without_id).key == channel.stamp(copy.deepcopy(without_id)).key
    assert channel.stamp(without_id).key != channel.stamp({**without_id, "v": "5.200"}).key


def test_a_press_tells_its_own_number_and_not_that_of_the_event() -> None:
    press = received(SAVED["message_event"]).press
    assert press is not None
    assert SAVED["message_event"]["object"]["event_id"] in press
    assert SAVED["message_event"]["event_id"] not in press


def test_a_button_of_another_program_on_the_page_is_left_to_it() -> None:
    event = copy.deepcopy(SAVED["message_event"])
    event["object"]["payload"] = {"button": "order"}
    assert channel.receive(event) is None


@pytest.mark.parametrize("text", ["", "Начать", "start"])
def test_a_link_begins_the_form_where_nothing_else_was_said(text: str) -> None:
    assert received(changed("with_ref", text=text, payload=None)).what == Started(code="gorod_roads-1")


def test_words_count_more_than_the_link_they_came_by() -> None:
    what = received(changed("with_ref", text="Во дворе яма", payload=None)).what
    assert isinstance(what, Wrote)
    assert what.text == "Во дворе яма"


def test_the_language_of_the_app_is_told() -> None:
    event = copy.deepcopy(SAVED["text"])
    event["object"]["client_info"]["lang_id"] = 3
    assert (received(SAVED["text"]).lang, received(event).lang) == ("ru", "en")
