"""The fake VK takes what vk_api sends, shows it to residents, and notices every broken rule."""

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import requests
from requests.adapters import HTTPAdapter
from vk_api.bot_longpoll import VkBotLongPoll
from vk_api.exceptions import ApiError, ApiHttpError
from vk_api.keyboard import VkKeyboard, VkKeyboardColor
from vk_api.upload import VkUpload
from vk_api.vk_api import VkApiGroup

from tests.pictures import encoded, quarters
from tests.platforms.page import Page, listening, until
from tests.platforms.platform import Broken, Button, Fault
from tests.platforms.vk import VkPlatform
from tests.platforms.vk_requests import button, keyboard
from tests.platforms.vk_residents import VkResident
from tests.platforms.vk_rules import METHODS, published

PHOTOS = [encoded(quarters(width, 64), "JPEG") for width in range(96, 96 + 12 * 16, 16)]


class Redirected(HTTPAdapter):
    """Sends what is meant for VK to the fake."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base

    def send(self, request, *args, **kwargs):
        request.url = request.url.replace("https://api.vk.ru", self.base)
        return super().send(request, *args, **kwargs)


class Client:
    """vk_api in threads, without its pauses between calls."""

    def __init__(self, platform: VkPlatform, **about: str) -> None:
        self.http = requests.Session()
        self.http.mount("https://api.vk.ru", Redirected(platform.base))
        about = {"token": platform.token, "api_version": "5.199"} | about
        self.api = VkApiGroup(session=self.http, **about)
        self.api.RPS_DELAY = 0

    async def call(self, method: str, /, **values: object) -> Any:
        return await asyncio.to_thread(self.api.method, method, values)

    async def send(self, text: str = "Ответ", /, **values: object) -> int:
        self.random = getattr(self, "random", 0) + 1
        return await self.call("messages.send", **{"peer_id": 100, "random_id": self.random, "message": text} | values)

    async def upload(self, *photos: bytes) -> str:
        """Upload photos as vk_api does. Returns the attachment of a message."""
        upload = VkUpload(self.api)
        with upload.http:
            saved = [(await asyncio.to_thread(upload.photo_messages, io.BytesIO(one)))[0] for one in photos]
        return ",".join("photo{owner_id}_{id}_{access_key}".format(**one) for one in saved)


@pytest.fixture
async def platform() -> AsyncIterator[VkPlatform]:
    async with VkPlatform() as platform:
        platform.courier.wait = 0.01
        yield platform


@pytest.fixture
async def client(platform: VkPlatform) -> AsyncIterator[Client]:
    client = Client(platform)
    yield client
    client.http.close()


@pytest.fixture
async def page(platform: VkPlatform) -> AsyncIterator[Page]:
    async with listening() as page:
        page.answer = lambda body: platform.servers.code if body["type"] == "confirmation" else "ok"
        yield page


async def connect(platform: VkPlatform, client: Client, page: Page, *events: str, version: str = "5.199") -> int:
    """Make the page a callback server. Returns its number."""
    group = {"group_id": platform.group_id}
    given = await client.call("groups.addCallbackServer", url=page.url, title="Отклик", secret_key="s3cret", **group)
    await platform.idle()
    on = dict.fromkeys(events or ("message_new",), 1)
    await client.call("groups.setCallbackSettings", **group, **given, api_version=version, **on)
    page.updates.clear()
    page.headers.clear()
    return given["server_id"]


@pytest.fixture
async def person(platform: VkPlatform) -> VkResident:
    person = platform.resident(100, "Житель")
    await person.start()
    return person


async def test_server_is_asked_for_the_code_and_gets_events_only_with_it(platform, client, page, person):
    group = {"group_id": platform.group_id}
    page.answer = lambda body: "wrong" if body["type"] == "confirmation" else "ok"
    added = await client.call("groups.addCallbackServer", url=page.url, title="Отклик", secret_key="s3cret", **group)
    await client.call("groups.setCallbackSettings", **group, **added, message_new=1)
    await platform.idle()
    await person.say("Яма")
    await platform.idle()
    assert {body["type"] for body in page.updates} == {"confirmation"}
    code = (await client.call("groups.getCallbackConfirmationCode", **group))["code"]
    page.answer = lambda body: code if body["type"] == "confirmation" else "ok"
    await client.call("groups.editCallbackServer", **group, **added, url=page.url, title="Отклик", secret_key="s3cret")
    await platform.idle()
    await person.say("Лужа")
    await platform.idle()
    event = page.updates[-1]
    assert (event["type"], event["group_id"], event["secret"], event["v"]) == (
        *("message_new", platform.group_id, "s3cret", "5.199"),
    )
    assert event["object"]["message"]["text"] == "Лужа"
    assert event["object"]["client_info"]["inline_keyboard"]
    (server,) = (await client.call("groups.getCallbackServers", **group))["items"]
    assert server["status"] == "ok"
    assert platform.offences == []


async def test_server_where_nobody_listens_fails(platform, client):
    async with listening() as closed:
        gone = closed.url
    await client.call("groups.addCallbackServer", url=gone, title="Отклик", group_id=platform.group_id)
    await platform.idle()
    assert platform.servers.all[1].status == "failed"


async def test_code_may_change_with_every_server(platform, client, page):
    platform.servers.code_changes = True
    before = platform.servers.code
    await connect(platform, client, page)
    assert platform.servers.code != before
    assert platform.servers.all[1].status == "ok"


async def test_servers_of_others_stay_and_count(platform, client, page):
    theirs = [platform.servers.add_foreign(f"Бот {number}") for number in range(9)]
    await connect(platform, client, page)
    group = {"group_id": platform.group_id}
    assert (await client.call("groups.getCallbackServers", **group))["count"] == 10
    with pytest.raises(ApiError, match="2000"):
        await client.call("groups.addCallbackServer", url=page.url, title="Отклик", **group)
    assert platform.offences == []
    with pytest.raises(ApiError, match="another program"):
        await client.call("groups.deleteCallbackServer", server_id=theirs[0].id, **group)
    assert len(platform.offences) == 1


async def test_only_events_that_are_on_come(platform, client, page, person):
    server = await connect(platform, client, page, "message_new")
    said = await person.say("Яма")
    await person.edit(said, "Яма во дворе")
    await client.send()
    await person.block()
    group = {"group_id": platform.group_id}
    on = {"message_new": 0, "message_reply": 1, "message_deny": 1, "message_allow": 1, "message_edit": 1}
    await client.call("groups.setCallbackSettings", server_id=server, **group, **on)
    said = await person.say("Лужа")
    await person.edit(said, "Лужа во дворе")
    await client.send("Приняли")
    await platform.operator_says(person, "Это оператор, добрый день")
    await person.block()
    await platform.idle()
    kinds = [body["type"] for body in page.updates]
    assert kinds == ["message_new", "message_allow", "message_edit", "message_reply", "message_reply", "message_deny"]
    ours, theirs = (body["object"] for body in page.updates if body["type"] == "message_reply")
    assert (ours["text"], ours["random_id"], "admin_author_id" in ours) == ("Приняли", client.random, False)
    assert (theirs["admin_author_id"], theirs["from_id"]) == (platform.admin_id, -platform.group_id)
    assert [one.text for one in person.chat] == ["Ответ", "Приняли"]
    events = (await client.call("groups.getCallbackSettings", server_id=server, **group))["events"]
    assert (events["message_new"], events["message_deny"]) == (0, 1)


async def test_anything_but_ok_is_delivered_again_with_a_counter(platform, client, page, person):
    await connect(platform, client, page)
    page.statuses = [500, 503]
    page.answer = lambda body: "ok" if len(page.updates) > 4 else "\ufeffok"
    await person.say("Яма")
    await platform.idle()
    assert [headers.get("x-retry-counter") for headers in page.headers] == [None, "1", "2", "3", "4"]
    assert len({body["event_id"] for body in page.updates}) == 1
    assert platform.answers[-1] == (200, "ok")


async def test_server_that_answers_remove_is_removed(platform, client, page, person):
    await connect(platform, client, page)
    page.answer = lambda body: "remove"
    await person.say("Яма")
    await platform.idle()
    assert platform.servers.all == {}


async def test_deep_link_gives_the_first_message_a_ref(platform, client, page):
    await connect(platform, client, page)
    await platform.resident(200, "Сосед").start("agency_7")
    await platform.idle()
    message = page.updates[0]["object"]["message"]
    assert (message["text"], message["payload"], message["ref"]) == ("Начать", '{"command":"start"}', "agency_7")


async def test_ten_photos_and_a_place_come_in_one_message_and_can_be_fetched(platform, client, page, person):
    await connect(platform, client, page)
    await person.say("Двор", photos=PHOTOS[:10], place=(55.75, 37.61))
    await platform.idle()
    (body,) = page.updates
    message = body["object"]["message"]
    assert message["geo"]["coordinates"] == {"latitude": 55.75, "longitude": 37.61}
    sizes = [one["photo"]["sizes"] for one in message["attachments"]]
    largest = [max(one, key=lambda size: size["width"] * size["height"])["url"] for one in sizes]
    async with aiohttp.ClientSession() as http:
        fetched = [await (await http.get(url)).read() for url in largest]
        unsigned = await http.get(largest[0].replace("sign=", "sign=0"))
    assert fetched == PHOTOS[:10]
    assert unsigned.status == 404


async def test_cropped_message_is_fetched_whole(platform, client, page, person):
    await connect(platform, client, page)
    platform.crop_next = True
    await person.say("Яма", photos=PHOTOS[:2])
    await person.say("Лужа")
    await platform.idle()
    cropped, next_one = (body["object"]["message"] for body in page.updates)
    assert (cropped["is_cropped"], cropped["attachments"], "is_cropped" in next_one) == (True, [], False)
    number = cropped["conversation_message_id"]
    by_number = await client.call(
        "messages.getByConversationMessageId", peer_id=100, conversation_message_ids=number, group_id=platform.group_id
    )
    by_id = await client.call("messages.getById", message_ids=cropped["id"], group_id=platform.group_id)
    assert by_number == by_id
    assert len(by_id["items"][0]["attachments"]) == 2


async def test_old_version_has_the_old_shape(platform, client, page, person):
    await connect(platform, client, page, version="5.92")
    await person.say("Яма")
    await platform.idle()
    assert page.updates[0]["object"]["text"] == "Яма"


async def test_resident_sees_text_photos_and_buttons(platform, client, person):
    buttons = VkKeyboard(inline=True)
    buttons.add_callback_button("Да", VkKeyboardColor.POSITIVE, {"a": 1})
    buttons.add_button("Нет", VkKeyboardColor.NEGATIVE, {"a": 2})
    buttons.add_line()
    buttons.add_location_button()
    buttons.add_line()
    buttons.add_openlink_button("Карта", "https://example.org/map")
    attachment = await client.upload(*PHOTOS[:2])
    await client.send("Всё верно?", attachment=attachment, keyboard=buttons.get_keyboard())
    (shown,) = person.chat
    assert (shown.text, shown.files) == ("Всё верно?", tuple(PHOTOS[:2]))
    assert shown.buttons == (
        Button(label="Да", row=0),
        Button(label="Нет", row=0),
        Button(label="Отправить местоположение", row=1, kind="location"),
        Button(label="Карта", row=2, kind="link"),
    )
    assert platform.offences == []


async def test_document_is_uploaded_and_saved_once(platform, client, person):
    place = await client.call("docs.getMessagesUploadServer", type="doc", peer_id=100)
    async with aiohttp.ClientSession() as http:
        form = aiohttp.FormData()
        form.add_field("file", b"answer", filename="answer.txt")
        uploaded = await (await http.post(place["upload_url"], data=form)).json(content_type=None)
    saved = (await client.call("docs.save", file=uploaded["file"], title="Ответ.txt"))["doc"]
    await client.send(attachment=f"doc{saved['owner_id']}_{saved['id']}")
    assert person.chat[-1].files == (b"answer",)
    with pytest.raises(ApiError, match="saved already"):
        await client.call("docs.save", file=uploaded["file"])


async def test_same_random_id_sends_nothing_twice(platform, client, person):
    first = await client.send("Принято", random_id=7)
    assert await client.send("Принято", random_id=7) == first
    assert await client.send("Принято", random_id=8) != first
    assert len(person.chat) == 2
    platform.resident(200, "Сосед").allowed = True
    assert await client.send("Принято", random_id=7, peer_id=200) != first


async def test_pressed_callback_button_is_answered_within_its_minute(platform, client, page, person):
    await connect(platform, client, page, "message_event")
    await client.send(keyboard=keyboard([button("callback")], inline=True))
    page.held = asyncio.Event()
    await person.press("Да", times=3)
    await until(lambda: page.together == 3)
    page.held.set()
    await platform.idle()
    pressed = [body["object"] for body in page.updates]
    assert [one["payload"] for one in pressed] == [{"a": 1}] * 3
    assert len({one["event_id"] for one in pressed} | {body["event_id"] for body in page.updates}) == 6
    who = {"user_id": 100, "peer_id": 100}
    answer = {"event_id": pressed[0]["event_id"], "event_data": '{"type":"show_snackbar","text":"Отправлено"}'} | who
    await client.call("messages.sendMessageEventAnswer", **answer)
    assert person.toasts == ["Отправлено"]
    with pytest.raises(ApiError, match="event_id"):
        await client.call("messages.sendMessageEventAnswer", **answer)
    platform.minute = 0
    with pytest.raises(ApiError, match="expired"):
        await client.call("messages.sendMessageEventAnswer", event_id=pressed[1]["event_id"], **who)
    assert platform.offences == []


async def test_text_button_writes_its_label_with_its_payload(platform, client, page, person):
    await connect(platform, client, page)
    await client.send("Где?", keyboard=keyboard([{"action": {"type": "location"}}], [button(label="Назад")]))
    await client.send("Покажите на карте")
    await person.press("Назад")
    await platform.idle()
    message = page.updates[-1]["object"]["message"]
    assert (message["text"], message["payload"]) == ("Назад", '{"a":1}')
    await client.send("Хорошо", keyboard=keyboard())
    with pytest.raises(AssertionError, match="no button 'Назад'"):
        await person.press("Назад")


async def test_edit_changes_text_and_buttons_until_it_is_too_late(platform, client, person):
    id = await client.send("Принято", keyboard=keyboard([button()], inline=True))
    await client.call("messages.edit", peer_id=100, message_id=id, message="Передано")
    assert (person.chat[-1].text, person.chat[-1].buttons) == ("Передано", ())
    platform.editable = -1
    with pytest.raises(ApiError, match="909"):
        await client.call("messages.edit", peer_id=100, message_id=id, message="Решено")
    assert platform.offences == []


async def test_blocked_page_cannot_write_until_it_is_written_to(platform, client, page, person):
    allowed = {"group_id": platform.group_id, "user_id": 100}
    assert await client.call("messages.isMessagesFromGroupAllowed", **allowed) == {"is_allowed": 1}
    await person.block()
    assert await client.call("messages.isMessagesFromGroupAllowed", **allowed) == {"is_allowed": 0}
    with pytest.raises(ApiError, match="901"):
        await client.send()
    several = await client.call("messages.send", peer_ids="100,200", random_id=77, message="Ответ")
    assert [one["error"]["code"] for one in several] == [901, 901]
    await person.say("Яма")
    await client.send()
    assert platform.offences == []


async def test_odd_things_come_as_attachments(platform, client, page, person):
    await connect(platform, client, page)
    for kind in ("voice", "sticker", "video", "unknown"):
        await person.send_odd(kind)
    await person.send_file(PHOTOS[0], "photo.jpg", "image/jpeg")
    await person.share_contact("+79990000000")
    await platform.idle()
    messages = [body["object"]["message"] for body in page.updates]
    kinds = [one["attachments"][0]["type"] for one in messages[:-1]]
    assert kinds == ["audio_message", "sticker", "video", "hologram", "doc"]
    assert messages[-1]["text"] == "+79990000000"


async def test_long_poll_brings_the_events_that_are_on(platform, client, person):
    group = {"group_id": platform.group_id}
    with pytest.raises(ApiError, match="longpoll"):
        await client.call("groups.getLongPollServer", **group)
    await client.call("groups.setLongPollSettings", **group, enabled=1, api_version="5.199", message_new=1)
    poll = await asyncio.to_thread(VkBotLongPoll, client.api, platform.group_id)
    waiting = asyncio.create_task(asyncio.to_thread(poll.check))
    await person.say("Яма")
    await client.send()
    (event,) = await waiting
    assert (event.type.value, event.message.text, "secret" in event.raw) == ("message_new", "Яма", False)
    platform.servers.renew_key()
    assert await asyncio.to_thread(poll.check) == []
    await person.say("Лужа")
    assert [event.message.text for event in await asyncio.to_thread(poll.check)] == ["Лужа"]
    platform.broken.append(Broken(Fault.SERVER_ERROR, "longpoll"))
    with pytest.raises(requests.JSONDecodeError):
        await asyncio.to_thread(poll.check)
    poll.session.close()


@pytest.mark.parametrize(
    ("fault", "code", "done"),
    [
        (Fault.TOO_MANY, 6, False),
        (Fault.FLOOD, 9, False),
        (Fault.NOT_READY, 10, False),
        (Fault.BLOCKED, 901, False),
        (Fault.SERVER_ERROR, None, False),
        (Fault.DOWN, None, False),
        (Fault.LOST_ANSWER, None, True),
    ],
)
async def test_fault_strikes_its_method_as_often_as_told(fault, code, done, platform, client, person):
    client.api.error_handlers.clear()  # it would wait and send again by itself
    platform.broken.append(Broken(fault, "messages.send"))
    await client.call("groups.getById")
    with pytest.raises((ApiError, ApiHttpError, requests.ConnectionError)) as caught:
        await client.send("Ответ", random_id=5)
    assert getattr(caught.value, "code", None) == code
    assert len(person.chat) == int(done)
    await client.send("Ответ", random_id=5)
    assert len(person.chat) == 1
    assert (platform.broken, platform.offences) == ([], [])


async def test_slow_call_is_done_before_it_is_answered(platform, person):
    platform.broken.append(Broken(Fault.SLOW, seconds=30))
    form = {"access_token": platform.token, "v": "5.199", "peer_id": 100, "random_id": 1, "message": "Ответ"}
    async with aiohttp.ClientSession() as http:
        call = asyncio.create_task(http.post(f"{platform.base}/method/messages.send", data=form))
        await until(lambda: len(person.chat) == 1)
        assert not call.done()
        call.cancel()


@pytest.mark.parametrize("method", ["upload", "file"])
async def test_uploads_and_downloads_fail_too(method, platform, client, page, person):
    await connect(platform, client, page)
    await person.say(photos=PHOTOS[:1])
    await platform.idle()
    place = await client.call("photos.getMessagesUploadServer", peer_id=100)
    address = page.updates[0]["object"]["message"]["attachments"][0]["photo"]["sizes"][1]["url"]
    platform.broken.append(Broken(Fault.SERVER_ERROR, method))
    async with aiohttp.ClientSession() as http:
        statuses = [
            (
                await (
                    http.get(address)
                    if method == "file"
                    else http.post(place["upload_url"], data={"photo": io.BytesIO(PHOTOS[0])})
                )
            ).status
            for _ in range(2)
        ]
    assert statuses[0] >= 500
    assert statuses[1] == 200


async def test_token_and_its_rights_are_checked(platform, client, person):
    stranger = Client(platform, token="wrong")
    with pytest.raises(ApiError, match=r"\[5\]"):
        await stranger.call("groups.getById")
    stranger.http.close()
    platform.permissions.discard("messages")
    with pytest.raises(ApiError, match=r"\[7\]"):
        await client.send()
    given = await client.call("groups.getTokenPermissions")
    assert {one["name"] for one in given["permissions"]} == {"manage", "photos", "docs"}
    platform.permissions.add("messages")
    platform.bot_features = False
    with pytest.raises(ApiError, match="912"):
        await client.send(keyboard=keyboard([button()]))
    with pytest.raises(ApiError, match=r"\[15\]"):
        await client.call("groups.getCallbackServers", group_id=1)
    assert platform.offences == []


async def test_what_is_no_photo_is_refused_at_its_upload(platform, client):
    place = await client.call("photos.getMessagesUploadServer", peer_id=100)
    async with aiohttp.ClientSession() as http:
        for form in ({"photo": io.BytesIO(b"no picture")}, {"picture": io.BytesIO(PHOTOS[0])}):
            answer = await http.post(place["upload_url"], data=form)
            assert "error" in await answer.json()
    assert len(platform.offences) == 2


async def test_answers_are_of_the_published_shape(platform, client, page, person):
    schema = published()
    if schema is None:
        pytest.skip("VK's published schema is not on this machine (OTKLIK_TEST_SPECS)")
    server = await connect(platform, client, page)
    group = {"group_id": platform.group_id}
    await client.call("groups.setLongPollSettings", **group, enabled=1)
    photo = await client.upload(PHOTOS[0])
    asked: dict[str, dict[str, Any]] = {
        "groups.getById": {},
        "groups.getTokenPermissions": {},
        "groups.getCallbackConfirmationCode": group,
        "groups.getCallbackServers": group,
        "groups.getLongPollServer": group,
        "groups.addCallbackServer": group | {"url": page.url, "title": "Ещё"},
        "groups.deleteCallbackServer": group | {"server_id": server},
        "photos.getMessagesUploadServer": {"peer_id": 100},
        "docs.getMessagesUploadServer": {"peer_id": 100},
        "messages.send": {"peer_id": 100, "random_id": 1, "message": "Да", "attachment": photo},
        "messages.getById": {"message_ids": next(iter(platform.messages))},
        "messages.isMessagesFromGroupAllowed": group | {"user_id": 100},
    }
    for method, values in asked.items():
        answer = await client.call(method, **values)
        assert schema.answer_amiss(method, {"response": answer}) is None, method
    sent = next(iter(person.written)).message
    assert schema.object_amiss("messages_message", sent) is None
    assert set(METHODS) >= set(asked)
