"""Odnoklassniki and MAX: what residents do is understood, whatever shape it comes in."""

import json

import pytest

from gateway.channels import FileRef, Left, Started, Wrote
from gateway.dialog.events import Edited, Odd, Pressed, SharedContact
from gateway.domain.place import Point
from gateway.errors import NotUnderstood
from tests.channels.connected import CHANNELS, JPEG, KINDS, connected
from tests.channels.payloads import fixtures

OK, MAX = CHANNELS["ok"], CHANNELS["max"]
OK_SAYS, MAX_SAYS = fixtures("ok"), fixtures("max")

ANNA = SharedContact(phone="79991234567", name="Анна Петрова", is_own=True)


@pytest.mark.parametrize(
    ("payload", "what"),
    [
        ("text", Wrote(text="На Ленина, 5 яма во всю дорогу")),
        (
            "photo-with-text",
            Wrote(text="Яма у школы", files=(FileRef(ref="https://i.oneme.ru/i?r=BTE2sh_eZW7g8kug1"),)),
        ),
        ("location", Wrote(place=Point(lat=54.989347, lon=73.368221))),
        ("contact-own", Wrote(contact=ANNA)),
        ("contact-foreign", Wrote(contact=SharedContact(phone="+7 999 765-43-21", name="Пётр"))),
        ("voice", Wrote(odd=Odd.VOICE)),
        ("sticker", Wrote(odd=Odd.STICKER)),
        ("unknown-attachment", Wrote(odd=Odd.OTHER)),
        ("file", Wrote(files=(FileRef(ref="https://fd.oneme.ru/getfile?sig=file", name="Обращение.pdf", size=48213),))),
        ("share", Wrote(text="https://omsk.example/news/1")),
        ("reply", Wrote(text="Нет, у дома 7")),
        (
            "forwarded",
            Wrote(
                text="Во дворе третий день не вывозят мусор",
                files=(FileRef(ref="https://i.oneme.ru/i?r=BTE2sh_eZW7g8kug4"),),
            ),
        ),
        ("callback", Pressed(data="f:1a:send:1")),
        ("callback-message-gone", Pressed(data="f:1a:send:1")),
        ("bot-started", Started()),
        ("bot-started-with-payload", Started(code="a-omsk_t-roads")),
        ("bot-stopped", Left()),
        ("dialog-removed", Left()),
    ],
)
def test_what_max_tells_is_understood(payload, what):
    incoming = MAX.receive(MAX_SAYS[payload])
    assert without_name(incoming.what) == what
    assert (incoming.peer, incoming.profile_name, incoming.lang) == ("182736455", "Анна Петрова", "ru")


@pytest.mark.parametrize(
    ("payload", "what"),
    [
        ("text", Wrote(text="На Ленина, 5 яма во всю дорогу")),
        ("old-shape", Wrote(text="Писали и так, без вида")),
        ("old-shape-photo", Wrote(files=(FileRef(ref="https://i.mycdn.me/i?r=AyH4iRPQ2q0otWIFepML2LxR4"),))),
        ("location", Wrote(place=Point(lat=54.989347, lon=73.368221))),
        ("contact-own", Wrote(contact=SharedContact(phone="+79991234567", name="Анна Петрова"))),
        ("voice", Wrote(odd=Odd.VOICE)),
        ("sticker", Wrote(odd=Odd.STICKER)),
        ("video", Wrote(text="Вот так течёт", odd=Odd.VIDEO)),
        ("unknown-attachment", Wrote(odd=Odd.OTHER)),
        ("file", Wrote(files=(FileRef(ref="https://fd.mycdn.me/getfile?sig=file"),))),
        ("share", Wrote(text="https://omsk.example/news/1")),
        ("forwarded", Wrote(text="Во дворе не вывозят мусор")),
        ("numbers-as-strings", Wrote(text="Яма")),
        ("callback", Pressed(data="f:1a:send:1")),
        ("chat-started", Started()),
    ],
)
def test_what_odnoklassniki_tells_is_understood(payload, what):
    incoming = OK.receive(OK_SAYS[payload])
    assert without_name(incoming.what) == what
    assert (incoming.peer, incoming.profile_name) == ("chat:C3ecb9d02a600", "Анна Петрова")


@pytest.mark.parametrize(("name", "said"), [("ok", OK_SAYS), ("max", MAX_SAYS)])
def test_all_photos_of_a_message_come_in_order(name, said):
    refs = [file.ref for file in CHANNELS[name].receive(said["several-photos"]).what.files]
    assert len(refs) == len(set(refs)) >= 3
    assert refs == sorted(refs)


def test_an_edited_message_of_max_is_found_by_its_name():
    edited = MAX.receive(MAX_SAYS["message-edited"]).what
    assert isinstance(edited, Edited)
    assert edited.message == MAX_SAYS["message-edited"]["message"]["body"]["mid"]


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("max", "group-chat"),
        ("max", "dialog-cleared"),
        ("max", "dialog-muted"),
        ("max", "message-removed"),
        ("max", "unknown-update"),
        ("ok", "unknown-update"),
        ("ok", "unknown-system-event"),
    ],
)
def test_what_is_no_dialog_s_business_is_passed_over(name, payload):
    assert CHANNELS[name].receive(fixtures(name)[payload]) is None


def test_what_the_page_says_itself_is_not_heard():
    own = json.loads(json.dumps(OK_SAYS["text"]))
    own["sender"]["user_id"] = "group:57212027273260"
    assert OK.receive(own) is None
    own = json.loads(json.dumps(MAX_SAYS["text"]))
    own["message"]["sender"]["is_bot"] = True
    assert MAX.receive(own) is None


def test_ids_are_the_same_as_texts_and_as_numbers():
    peers = {MAX.receive(MAX_SAYS[name]).peer for name in ("ids-as-strings", "ids-as-numbers", "text")}
    assert peers == {"182736455"}
    assert OK.receive(OK_SAYS["ids-as-numbers"]).what.message == "9007199254740995"
    assert OK.receive(OK_SAYS["ids-as-numbers"]).peer == "chat:68935493985792"


@pytest.mark.parametrize(("name", "said"), [("ok", OK_SAYS), ("max", MAX_SAYS)])
def test_every_event_has_a_stamp_of_its_own_and_a_repeat_the_same_one(name, said):
    stamps = {payload: CHANNELS[name].stamp(said[payload]) for payload in said}
    again = {payload: CHANNELS[name].stamp(json.loads(json.dumps(said[payload]))) for payload in said}
    assert stamps == again
    same = {"callback-message-gone", "bot-started-with-payload"}  # of one moment and one person as others are
    keys = [stamp.key for payload, stamp in stamps.items() if payload not in same]
    assert len(keys) == len(set(keys))
    assert all(stamp.order < 2**63 for stamp in stamps.values())


def test_messages_are_ordered_by_more_than_their_millisecond_and_with_presses_between():
    one, two = json.loads(json.dumps(OK_SAYS["text"])), json.loads(json.dumps(OK_SAYS["text"]))
    two["message"] |= {"seq": one["message"]["seq"] + 1, "mid": "mid:2"}
    assert OK.stamp(one).order < OK.stamp(two).order
    press = OK_SAYS["callback"] | {"timestamp": one["timestamp"] + 1}
    later = OK_SAYS["text"] | {"timestamp": one["timestamp"] + 2}
    assert OK.stamp(two).order < OK.stamp(press).order < OK.stamp(later).order


def test_a_message_with_nothing_in_it_is_kept_for_a_look():
    for channel, broken in ((MAX, {"update_type": "message_created"}), (OK, {"webhookType": "MESSAGE_CREATED"})):
        with pytest.raises(NotUnderstood):
            channel.receive(broken)


@pytest.mark.parametrize("name", KINDS)
async def test_what_residents_do_on_the_platform_arrives(name, tmp_path):
    async with connected(name, tmp_path) as page:
        anna = page.platform.resident(7, "Анна Петрова")
        await anna.start("abcdefghij")
        said = await anna.say("Яма", photos=[JPEG], place=(54.9, 73.3))
        await anna.share_contact("+79991234567")
        await anna.send_odd("voice")
        await page.platform.idle()
        started, wrote, contact, voice = page.received()
        assert started.what == Started(code="abcdefghij" if name == "max" else None)
        assert (wrote.what.text, wrote.what.place, wrote.what.message) == ("Яма", Point(lat=54.9, lon=73.3), said)
        await page.client.fetch(wrote.what.files[0], tmp_path / "hole.jpg")
        assert (tmp_path / "hole.jpg").read_bytes() == JPEG
        assert (contact.what.contact.phone, contact.what.contact.is_own) == ("+79991234567", name == "max")
        assert voice.what.odd is Odd.VOICE
        assert {incoming.peer for incoming in page.received()} == {wrote.peer}
        assert page.platform.offences == []


def without_name(what):
    if not isinstance(what, Wrote):
        return what
    assert what.message
    return Wrote(text=what.text, files=what.files, place=what.place, contact=what.contact, odd=what.odd)


@pytest.mark.parametrize(("name", "said"), [("max", MAX_SAYS["callback"]), ("ok", OK_SAYS["callback"])])
def test_two_presses_in_one_keyboard_are_two_though_their_names_are_one(name, said):
    stamp = CHANNELS[name].stamp
    later = said | {"timestamp": said["timestamp"] + 1000}
    assert stamp(said) == stamp(dict(said))
    assert stamp(said).key != stamp(later).key
