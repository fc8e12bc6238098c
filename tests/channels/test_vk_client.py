"""The calls to VK: what becomes of a message, of a file, of a callback server; and that no token shows anywhere."""

import asyncio
import copy
import json
import logging
import traceback
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bots.vk import channel
from gateway.adapters.blobs import ObjectBlobs, open_blobs
from gateway.channels import Admission, Answer, AskClient, FileRef, Hook, Refuse, Speech, Take
from gateway.domain.agency import AgencyKey
from gateway.domain.attachment import FileType
from gateway.domain.connection import Connection, ConnectionId
from gateway.domain.conversation import Part, Refused, SendLater, Sent, Unreachable
from gateway.domain.message import Button, Message, SentFile
from gateway.domain.page_link import LinkCode
from gateway.errors import ChannelRefused, ChannelUnavailable, OtklikError, TooLarge, UnknownFile
from tests.channels.payloads import fixtures
from tests.channels.scripted import methods, scripted
from tests.channels.speeches import said
from tests.platforms.page import Page, listening, until
from tests.platforms.platform import Broken, Fault
from tests.platforms.sizes import small_picture
from tests.platforms.vk import VkPlatform
from tests.platforms.vk_residents import VkResident

NOW = datetime(2026, 3, 2, 21, 0, tzinfo=UTC)
SAVED = fixtures("vk")
PAGE = Connection(id=ConnectionId("vk"), channel="vk", agency=AgencyKey("city"), handle="club217650001")
PHOTO = SentFile(key="photo", name="Ответ.jpg", type=FileType.JPEG, size=9)
LETTER = SentFile(key="letter", name="Ответ.pdf", type=FileType.PDF, size=9)
Open = Callable[..., Any]


@pytest.fixture
async def platform() -> AsyncIterator[VkPlatform]:
    async with VkPlatform() as platform:
        platform.courier.wait = 0.01
        yield platform
        assert platform.offences == []


@pytest.fixture
async def blobs(tmp_path: Path) -> ObjectBlobs:
    blobs = open_blobs(None, tmp_path / "files")
    for key, content in (("photo", small_picture()), ("letter", b"%PDF-1.7"), ("fake", b"no picture")):
        (tmp_path / key).write_bytes(content)
        await blobs.put(key, tmp_path / key)
    return blobs


@pytest.fixture
async def opened(platform: VkPlatform, blobs: ObjectBlobs) -> AsyncIterator[Open]:
    """Open a client of the platform, with other settings if there are any; all are closed at the end."""
    async with AsyncExitStack() as stack:

        async def open(**others: object) -> Any:
            options = channel.options(**{**platform.settings(), **others})
            client = await channel.open(PAGE, options, blobs, lambda: NOW)
            stack.push_async_callback(client.close)
            return client

        yield open


@pytest.fixture
async def client(opened: Open) -> Any:
    return await opened(confirmation=None)


@pytest.fixture
async def anna(platform: VkPlatform) -> VkResident:
    anna = platform.resident(77, "Анна")
    await anna.start()
    return anna


@asynccontextmanager
async def connected(platform: VkPlatform, client: Any) -> AsyncIterator[Page]:
    """A page whose webhook answers as the gateway's does; what confirms it is asked while VK waits for it."""
    code = await client.confirm()
    async with listening() as page:
        page.answer = lambda body: code if body["type"] == "confirmation" else "ok"
        assert await client.connect(page.url) == []
        yield page


def part(text: str = "Здравствуйте") -> Part:
    (part,) = channel.draw(said(text), now=NOW)
    return part


def drawn(message: Message) -> Sequence[Part]:
    return channel.draw(Speech(messages=(message,)), now=NOW)


def admitted(payload: Any, **others: object) -> Admission:
    options = channel.options(**{"token": "t", "group_id": 217650001, "secret": "vkSecret17", **others})
    return channel.admit(PAGE, options, Hook(payload=payload, headers={}, caller=None))


def test_only_events_of_this_community_with_the_secret_are_taken() -> None:
    event = SAVED["text"] | {"secret": "vkSecret17"}
    without = {name: value for name, value in event.items() if name != "secret"}
    assert isinstance(admitted(event), Take)
    for wrong in ("", "vkSecret1", "ключ", "\ud800", None, 17, ["vkSecret17"]):
        assert admitted(event | {"secret": wrong}) == Refuse(403)
    assert admitted(without) == Refuse(403)
    assert admitted(event | {"group_id": 1}) == Refuse(403)
    assert admitted({}) == admitted([]) == admitted(None) == admitted(event, token=None) == Refuse(403)


def test_the_confirmation_is_told_to_this_community_alone() -> None:
    asks = SAVED["confirmation"]
    assert admitted(asks, confirmation="f00d") == Answer("f00d")
    assert admitted(asks) == AskClient()
    assert admitted(asks | {"group_id": 1}, confirmation="f00d") == Refuse(403)


def test_where_no_secret_was_chosen_one_is_made_that_only_the_token_tells() -> None:
    secret = channel.options(token="t").hook_secret
    assert isinstance(admitted(SAVED["text"] | {"secret": secret}, secret=None), Take)
    assert admitted(SAVED["text"] | {"secret": secret}, secret=None, token="other") == Refuse(403)
    assert len(secret) <= 50


def test_a_link_carries_its_code() -> None:
    assert channel.link(PAGE, LinkCode("abcde12345")) == "https://vk.me/club217650001?ref=abcde12345"
    assert channel.link(PAGE, None) == "https://vk.me/club217650001"


async def test_the_token_tells_whose_page_it_is(opened: Open) -> None:
    for client in (await opened(), await opened(group_id=None)):
        page = await client.look()
        assert (page.name, page.handle) == ("Администрация города", "club217650001")


async def test_all_that_was_said_stands_in_one_message(client: Any, anna: VkResident) -> None:
    rows = ((Button(label="Да", data="yes"), Button(label="Нет", data="no")),)
    (one,) = drawn(Message(text="Вот ответ", rows=rows, files=(PHOTO, LETTER)))
    outcome = await client.send("77", one, key=1)
    (shown,) = anna.chat
    assert outcome == Sent(shown.id)
    assert (shown.text, shown.files) == ("Вот ответ", (small_picture(), b"%PDF-1.7"))
    assert [button.label for button in shown.buttons] == ["Да", "Нет"]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault.TOO_MANY, SendLater("6 Too many requests per second", seconds=1, whole_page=True)),
        (Fault.FLOOD, SendLater("9 Flood control", seconds=300)),
        (Fault.NOT_READY, SendLater("10 Internal server error")),
        (Fault.SERVER_ERROR, SendLater("status 500")),
        (Fault.BLOCKED, Unreachable("901 Can't send messages for users without permission")),
        (Fault.LOST_ANSWER, SendLater("ConnectionError")),
        (Fault.SLOW, SendLater("ReadTimeout")),
        (Fault.DOWN, SendLater("ConnectionError")),
    ],
)
async def test_a_message_arrives_once_however_often_it_is_sent(
    platform: VkPlatform, opened: Open, anna: VkResident, fault: Fault, outcome: object
) -> None:
    client = await opened(timeout_seconds=0.3)
    platform.broken.append(Broken(fault=fault, method="messages.send", seconds=1))
    assert await client.send("77", part(), key=5) == outcome
    assert isinstance(await client.send("77", part(), key=5), Sent)
    assert isinstance(await client.send("77", part(), key=5), Sent)
    assert [shown.text for shown in anna.chat] == ["Здравствуйте"]


async def test_the_same_words_said_twice_are_two_messages(client: Any, anna: VkResident) -> None:
    for key in (1, 2, 2**40):
        await client.send("77", part("Да"), key=key)
    await client.send("77", part("Нет"), key=1)  # the first row of a new database
    assert [shown.text for shown in anna.chat] == ["Да", "Да", "Да", "Нет"]


def failed(code: int) -> tuple[int, object]:
    return 200, {"error": {"error_code": code, "error_msg": "told", "captcha_sid": "1", "captcha_img": "x"}}


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (5, SendLater("5 told", seconds=600, whole_page=True)),
        (14, SendLater("14 told", seconds=600, whole_page=True)),
        (29, SendLater("29 told", seconds=3 * 3600, whole_page=True)),
        (900, Unreachable("900 told")),
        (902, Unreachable("902 told")),
        (911, Refused("911 told")),
        (914, Refused("914 told")),
    ],
)
async def test_errors_that_the_fake_does_not_make(opened: Open, code: int, outcome: object) -> None:
    async with scripted(failed(code)) as vk:
        client = await opened(api_base=vk.base)
        assert await client.send("77", part(), key=1) == outcome
        assert len(vk.asked) == 1, "the library repeats nothing by itself"


@pytest.mark.parametrize("answer", [(200, "<html>"), (200, []), (200, {}), (502, "<html>"), (200, {"error": {}})])
async def test_answers_that_nobody_can_read(opened: Open, answer: tuple[int, object]) -> None:
    async with scripted(answer) as vk:
        client = await opened(api_base=vk.base)
        assert isinstance(await client.send("77", part(), key=1), SendLater)


async def test_a_client_that_is_closed_ends_what_it_began_and_begins_nothing(
    platform: VkPlatform, opened: Open, anna: VkResident
) -> None:
    client = await opened()
    platform.broken.append(Broken(fault=Fault.SLOW, method="messages.send", seconds=0.2))
    sending = asyncio.create_task(client.send("77", part(), key=1))
    await until(lambda: anna.chat)
    await client.close()
    assert isinstance(await sending, Sent)
    assert isinstance(await client.send("77", part(), key=2), SendLater)
    (letter,) = drawn(Message(text="Ответ", files=(LETTER,)))
    assert isinstance(await client.send("77", letter, key=3), SendLater)
    assert len(anna.chat) == 1


async def test_a_page_whose_owner_forbids_keyboards_is_answered_without(
    platform: VkPlatform, client: Any, anna: VkResident
) -> None:
    platform.bot_features = False
    (one,) = drawn(Message(text="Верно?", rows=((Button(label="Да", data="yes"),),)))
    assert isinstance(await client.send("77", one, key=1), Sent)
    assert [(shown.text, shown.buttons) for shown in anna.chat] == [("Верно?\n— Да", ())]


async def test_a_press_is_answered_once_and_late_answers_hurt_nobody(
    platform: VkPlatform, client: Any, anna: VkResident
) -> None:
    async with connected(platform, client) as page:
        (one,) = drawn(Message(text="Верно?", rows=((Button(label="Да", data="yes"),),)))
        await client.send("77", one, key=1)
        await anna.press("Да")
        await platform.idle()
        incoming = next(filter(None, map(channel.receive, reversed(page.updates))))
        (answer,) = channel.draw(Speech(press=incoming.press, toast="Принято"), now=NOW)
        assert await client.send("77", answer, key=2) == Sent()
        assert await client.send("77", answer, key=2) == Sent()
        assert anna.toasts == ["Принято"]


async def test_what_is_no_photo_to_vk_is_sent_as_a_document(
    platform: VkPlatform, client: Any, anna: VkResident
) -> None:
    fake = SentFile(key="fake", name="a.jpg", type=FileType.JPEG, size=9)
    (one,) = drawn(Message(text="Ответ", files=(fake,)))
    assert isinstance(await client.send("77", one, key=1), Sent)
    assert anna.chat[0].files == (b"no picture",)
    assert platform.offences.pop() == "upload: not a photo"


async def test_a_file_that_cannot_be_brought_now_is_brought_later_and_one_that_is_gone_never(
    platform: VkPlatform, client: Any, anna: VkResident
) -> None:
    (one,) = drawn(Message(text="Ответ", files=(PHOTO,)))
    platform.broken.append(Broken(fault=Fault.SERVER_ERROR, method="upload"))
    assert isinstance(await client.send("77", one, key=1), SendLater)
    assert isinstance(await client.send("77", one, key=1), Sent)
    (gone,) = drawn(Message(text="Ответ", files=(SentFile(key="gone", name="a", type=FileType.PDF, size=1),)))
    assert isinstance(await client.send("77", gone, key=2), Refused)


async def test_photos_of_a_resident_are_fetched(
    platform: VkPlatform, client: Any, anna: VkResident, tmp_path: Path
) -> None:
    async with connected(platform, client) as page:
        await anna.say("Яма", photos=[small_picture() + b"whole"])
        await platform.idle()
        what = channel.receive(page.updates[-1]).what
        await client.fetch(what.files[0], tmp_path / "photo")
        assert (tmp_path / "photo").read_bytes() == small_picture() + b"whole"
        platform.broken.append(Broken(fault=Fault.SERVER_ERROR, method="file"))
        with pytest.raises(ChannelUnavailable):
            await client.fetch(what.files[0], tmp_path / "photo")


@pytest.mark.parametrize(
    "url", ["http://sun9.userapi.com/a.jpg", "https://127.0.0.1/a", "https://localhost/a", "file:///etc/passwd", "x"]
)
async def test_no_address_within_our_own_network_is_asked(client: Any, url: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownFile):
        await client.fetch(FileRef(ref=url), tmp_path / "a")


async def test_a_file_that_is_too_large_is_not_begun(client: Any, platform: VkPlatform, tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        await client.fetch(FileRef(ref=f"{platform.base}/a", size=21 << 20), tmp_path / "a")


async def test_a_message_that_vk_cut_is_read_in_full(platform: VkPlatform, client: Any, anna: VkResident) -> None:
    text = "Очень длинная история. " * 20
    async with connected(platform, client) as page:
        platform.crop_next = True
        await anna.say(text, photos=[small_picture()])
        await platform.idle()
        cut = page.updates[-1]
        assert channel.receive(cut).what.is_cut
        whole = channel.receive(await client.complete(cut)).what
        assert (whole.text, len(whole.files), whole.is_cut) == (text.strip(), 1, False)
        platform.messages.clear()
        what_is_left = channel.receive(await client.complete(cut)).what
        assert (what_is_left.text, what_is_left.is_cut) == (text[:100].strip(), False)


async def test_connecting_adds_a_server_of_ours_and_touches_no_other(platform: VkPlatform, client: Any) -> None:
    foreign = copy.copy(platform.servers.add_foreign())
    assert [finding.code for finding in await client.examine("https://otklik.example/hooks/vk")] == ["vk.no_server"]
    async with connected(platform, client) as page:
        assert await client.examine(page.url) == []
        (ours,) = (server for server in platform.servers.all.values() if not server.foreign)
        assert (ours.title, ours.secret, ours.api_version) == ("otklik", platform.secret, "5.199")
        assert {"message_new", "message_event", "message_reply"} < ours.events
        assert "wall_post_new" not in ours.events
        assert platform.servers.all[foreign.id] == foreign
        assert await client.connect(page.url) == []
        assert len(platform.servers.all) == 2, "connected twice, there is still one server"
        await client.disconnect(page.url)
        assert list(platform.servers.all) == [foreign.id]


async def test_a_code_that_changes_with_every_server_is_asked_for_when_it_is_wanted(
    platform: VkPlatform, client: Any
) -> None:
    platform.servers.code_changes = True
    async with listening() as page:
        gate = page.held = asyncio.Event()
        connecting = asyncio.create_task(client.connect(page.url))
        await until(lambda: page.updates)
        code = await client.confirm()
        page.answer = lambda body: code
        gate.set()
        assert await connecting == []


async def test_what_is_missing_is_named(platform: VkPlatform, client: Any) -> None:
    async with connected(platform, client) as page:
        (ours,) = platform.servers.all.values()
        ours.events.discard("message_event")
        ours.api_version, ours.status = "5.92", "failed"
        platform.permissions.discard("photos")
        found = {finding.code: finding.values for finding in await client.examine(page.url)}
        assert found == {
            "vk.right_missing": {"right": "photos"},
            "vk.not_confirmed": {"status": "failed"},
            "vk.events_off": {"events": "message_event"},
            "vk.version_old": {"version": "5.92"},
        }
        platform.permissions.discard("manage")
        rights = [finding.values["right"] for finding in await client.connect(page.url)]
        assert rights == ["manage", "photos"]


async def test_an_address_that_vk_cannot_confirm_is_told(platform: VkPlatform, client: Any) -> None:
    platform.courier.tries = 1
    async with listening() as page:
        (finding,) = await client.connect(page.url)
        assert (finding.code, finding.values) == ("vk.not_confirmed", {"status": "failed"})


async def test_an_eleventh_server_is_one_too_many(platform: VkPlatform, client: Any) -> None:
    for _ in range(10):
        platform.servers.add_foreign()
    (finding,) = await client.connect("https://otklik.example/hooks/vk")
    assert finding.code == "vk.too_many_servers"


async def test_polling_goes_on_where_it_was_whatever_vk_forgets(platform: VkPlatform, opened: Open) -> None:
    client = await opened(polling=True)
    assert [finding.code for finding in await client.examine("")] == ["vk.polling_off"]
    with pytest.raises(ChannelUnavailable):
        await client.poll("")
    assert await client.connect("") == []
    assert await client.examine("") == []
    anna = platform.resident(77, "Анна")
    waiting = asyncio.create_task(client.poll(""))
    await until(lambda: any(call.method == "groups.getLongPollServer" for call in platform.calls[-1:]))
    await anna.start()
    first = await waiting
    platform.servers.renew_key()
    await anna.say("Яма")
    renewed = await client.poll(first.next)
    assert renewed.payloads == ()
    second = await client.poll(renewed.next)
    heard = [channel.receive(payload).what for payload in second.payloads]
    assert [what.text for what in heard] == ["Яма"]
    lost = await client.poll(json.dumps({"server": f"{platform.base}/wh1", "key": "lp-key-1x", "ts": "99"}))
    assert (lost.payloads, '"ts": "99"' in lost.next) == ((), False)
    with pytest.raises(ChannelUnavailable):
        await client.poll('{"server": "http://127.0.0.1:9/wh1", "key": "k", "ts": "1"}')


async def test_a_wrong_token_is_told_plainly(opened: Open) -> None:
    client = await opened(token="wrong")
    with pytest.raises(ChannelRefused, match="invalid access_token"):
        await client.look()
    async with scripted((200, {"response": {"groups": []}})) as vk:
        personal = await opened(api_base=vk.base, group_id=None)
        with pytest.raises(ChannelRefused, match="not of a community"):
            await personal.look()
        assert methods(vk.asked) == ["groups.getById"]
        assert vk.asked[0][1]["v"] == "5.199"


async def test_the_token_shows_in_no_log_no_error_and_no_outcome(
    platform: VkPlatform, opened: Open, anna: VkResident, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = await opened(timeout_seconds=0.3)
    away = await opened(api_base="http://127.0.0.1:9")
    seen = [repr(client), repr(channel.options(**platform.settings())), str(client.__dict__)]
    for fault in Fault:
        platform.broken.append(Broken(fault=fault, times=3, seconds=1))
        seen.append(repr(await client.send("77", part(), key=1)))
        for call in (client.look(), client.connect("http://127.0.0.1:9/"), client.poll(""), away.look()):
            try:
                await call
            except OtklikError as error:
                seen.append("".join(traceback.format_exception(error)))
        platform.broken.clear()
    shown = caplog.text + "".join(seen)
    assert "ChannelUnavailable" in shown
    assert "urllib3" in shown, "what the libraries log was looked at too"
    assert platform.token not in shown
    assert platform.secret not in shown
