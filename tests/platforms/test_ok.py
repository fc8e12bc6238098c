"""The fake Odnoklassniki is as strict and as unreliable as the real one."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from tests.pictures import camera_jpeg
from tests.platforms import ok_rules
from tests.platforms.ok import TOKEN, OkPlatform
from tests.platforms.ok_requests import JSON, callback, image, keyboard, post, send
from tests.platforms.page import Page, listening
from tests.platforms.platform import Broken, Fault

JPEG = camera_jpeg()
CHAT = "chat:C3ecb7"


@pytest_asyncio.fixture
async def platform() -> AsyncIterator[OkPlatform]:
    async with OkPlatform() as platform:
        yield platform


@pytest_asyncio.fixture
async def api(platform: OkPlatform) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{platform.base}/graph", params={"access_token": TOKEN}) as api:
        yield api


@pytest_asyncio.fixture
async def page(api: httpx.AsyncClient) -> AsyncIterator[Page]:
    async with listening() as page:
        await post(api, "/me/subscribe", {"url": page.url})
        yield page


async def test_a_resident_starts_presses_a_button_and_gets_an_answer(
    platform: OkPlatform, api: httpx.AsyncClient, page: Page
) -> None:
    anna = platform.resident(7, "Анна Петрова")
    await anna.start("lost")
    sent = await send(api, anna.chat_id, text="Отправить?", attachments=[keyboard([callback(intent="POSITIVE")])])
    await anna.press("Да", times=2)
    await platform.idle()
    started, *pressed = page.updates
    assert (started["webhookType"], started["type"]) == ("CHAT_SYSTEM", "CHAT_STARTED")
    assert "lost" not in json.dumps(started)
    assert [(one["webhookType"], one["payload"], one["mid"]) for one in pressed] == [
        ("MESSAGE_CALLBACK", "f:1", sent["message_id"])
    ] * 2
    assert sorted(platform.unanswered) == sorted({one["callbackId"] for one in pressed})

    for one in pressed:
        path, params = f"/{anna.chat_id}/answer", {"callbackId": one["callbackId"], "access_token": TOKEN}
        assert await post(api, path, {"message": {"text": "Отправлено."}}, params=params) == {"success": True}
    assert [shown.text for shown in anna.chat] == ["Отправить?", "Отправлено.", "Отправлено."]
    await post(api, f"/{sent['message_id']}/edit", {"message": {"text": "Отправлено раньше."}})
    assert (anna.chat[0].text, anna.chat[0].buttons) == ("Отправлено раньше.", ())
    assert (platform.unanswered, platform.offences) == ([], [])


async def test_what_residents_send_is_told_in_the_shapes_of_ok(
    platform: OkPlatform, api: httpx.AsyncClient, page: Page
) -> None:
    anna = platform.resident(7, "Анна Петрова")
    said = await anna.say("Яма", photos=[JPEG, JPEG + b"2"], place=(54.98, 73.37))
    await anna.edit(said, "Глубокая яма")
    await anna.share_contact("+79991234567")
    await anna.share_contact("+79997654321", own=False)
    for kind in ("voice", "sticker", "video", "unknown"):
        await anna.send_odd(kind)
    platform.old_shape = True
    await anna.say("По-старому")
    await anna.block()
    await platform.idle()

    first, own, foreign, *odd, old = page.updates
    assert first["sender"] == {"user_id": "user:7", "name": "Анна Петрова"}
    assert first["recipient"] == {"chat_id": anna.chat_id}
    told = first["message"]
    assert (told["mid"], told["text"]) == (said, "Яма")
    assert told["seq"] > 2**53
    *photos, place = told["attachments"]
    assert [(await api.get(photo["payload"]["url"])).content for photo in photos] == [JPEG, JPEG + b"2"]
    assert place == {"type": "LOCATION", "payload": {"latitude": 54.98, "longitude": 73.37, "zoom": 16}}
    contacts = [update["message"]["attachments"][0]["payload"] for update in (own, foreign)]
    assert contacts[0] == {"name": "Анна Петрова", "phone": "+79991234567"}
    assert contacts[1]["name"] != "Анна Петрова"
    kinds = [update["message"]["attachments"][0]["type"] for update in odd]
    assert kinds == ["AUDIO", "STICKER", "VIDEO", "HOLOGRAM"]
    assert (first["webhookType"], "webhookType" in old) == ("MESSAGE_CREATED", False)


async def test_more_photos_than_a_message_carries_come_in_several(platform: OkPlatform, page: Page) -> None:
    await platform.resident(7, "Анна Петрова").say("Ямы", photos=[JPEG] * 5)
    await platform.idle()
    told = [(update["message"]["text"], len(update["message"]["attachments"])) for update in page.updates]
    assert told == [("Ямы", 4), ("", 1)]
    assert page.headers[0]["content-type"].startswith("application/json")


async def test_who_blocks_the_group_gets_nothing(platform: OkPlatform, api: httpx.AsyncClient) -> None:
    anna = platform.resident(7, "Анна Петрова")
    await anna.start()
    to_people = {"recipient": {"user_ids": ["user:7", "user:8"]}, "message": {"text": "Добрый день"}}
    assert await post(api, "/me/messages", to_people) == {"success": [True, False], "chat_ids": [anna.chat_id, None]}
    await anna.block()
    assert await post(api, "/me/messages", to_people) == {"success": [False, False], "chat_ids": [None, None]}
    assert (await send(api, anna.chat_id, text="Добрый день"))["error_code"] == ok_rules.DENIED
    await anna.say("Всё же здравствуйте")
    assert "message_id" in await send(api, anna.chat_id, text="Добрый день")
    assert (len(anna.chat), platform.offences) == (2, [])


async def test_uploads_show_as_files_and_give_their_tokens_where_ok_does(
    platform: OkPlatform, api: httpx.AsyncClient
) -> None:
    anna = platform.resident(7, "Анна Петрова")
    await anna.start()
    offered = (await api.get("/me/fileUploadUrl", params={"access_token": TOKEN, "type": "IMAGE"})).json()
    assert "token" not in offered
    uploaded = await api.post(offered["url"], files={"file": ("a.jpg", JPEG, "image/jpeg")})
    token = next(iter(uploaded.json()["photos"].values()))["token"]
    offered = (await api.get("/me/fileUploadUrl")).json()
    await api.post(offered["url"], files={"file": ("a.pdf", b"%PDF", "application/pdf")})
    file = {"type": "FILE", "payload": {"token": offered["token"]}}
    await send(api, anna.chat_id, text="Ответ", attachments=[image(token=token), file, keyboard([callback()])])
    await send(api, anna.chat_id, attachment=image(token=token))
    assert [shown.files for shown in anna.chat] == [(JPEG, b"%PDF"), (JPEG,)]
    assert platform.offences == []


async def test_the_history_goes_from_new_to_old_and_shows_what_people_of_the_agency_wrote(
    platform: OkPlatform, api: httpx.AsyncClient, page: Page
) -> None:
    anna = platform.resident(7, "Анна Петрова")
    await anna.say("Яма")
    await platform.operator_says(anna, "Уже едем")
    await send(api, anna.chat_id, text="Где?")
    await platform.idle()
    history = (await api.get(f"/me/messages/{anna.chat_id}")).json()["messages"]
    assert [one["message"]["text"] for one in history] == ["Где?", "Уже едем", "Яма"]
    group = (await api.get("/me/info")).json()["group_id"]
    assert [one["sender"]["user_id"] for one in history] == [group, group, "user:7"]
    since = {"access_token": TOKEN, "to": history[1]["timestamp"], "count": 1}
    assert (await api.get(f"/me/messages/{anna.chat_id}", params=since)).json()["messages"] == history[:1]
    assert [shown.text for shown in anna.chat] == ["Где?"]
    assert len(page.updates) == 1
    assert [one["chat_id"] for one in (await api.get("/me/chats")).json()["chats"]] == [anna.chat_id]
    assert (await api.get(f"/me/chat/{anna.chat_id}")).json()["title"] == "Анна Петрова"
    assert platform.offences == []


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.TOO_MANY, ok_rules.TOO_MANY),
        (Fault.BLOCKED, ok_rules.DENIED),
        (Fault.NOT_READY, ok_rules.NOT_PROCESSED),
        (Fault.SERVER_ERROR, None),
    ],
)
async def test_a_fault_refuses_once_and_nothing_is_done(
    platform: OkPlatform, api: httpx.AsyncClient, fault: Fault, code: int | None
) -> None:
    anna = platform.resident(7, "Анна Петрова")
    await anna.start()
    platform.broken.append(Broken(fault, method=platform.sending))
    assert (await api.get("/me/info")).status_code == 200
    answer = await api.post(
        f"/me/messages/{CHAT}",
        content=json.dumps({"recipient": {"chat_id": CHAT}, "message": {"text": "Да"}}),
        headers=JSON,
    )
    if code is None:
        assert answer.status_code == 500
    else:
        assert (answer.status_code, answer.json()["error_code"]) == (200, code)
    assert list(anna.chat) == []
    assert "message_id" in await send(api, CHAT, text="Да")
    assert (len(anna.chat), platform.broken, platform.offences) == (1, [], [])


@pytest.mark.parametrize(("fault", "done"), [(Fault.DOWN, 0), (Fault.LOST_ANSWER, 1)])
async def test_a_cut_connection_tells_nothing_of_what_was_done(
    platform: OkPlatform, api: httpx.AsyncClient, fault: Fault, done: int
) -> None:
    anna = platform.resident(7, "Анна Петрова")
    await anna.start()
    platform.broken.append(Broken(fault))
    with pytest.raises(httpx.TransportError):
        await send(api, CHAT, text="Да")
    assert len(anna.chat) == done


async def test_an_update_is_brought_until_the_hook_answers_200_in_time() -> None:
    async with OkPlatform(answer_within=0.5) as platform, listening() as page:
        platform.deliveries.hook = page.url
        page.statuses = [500]
        anna = platform.resident(7, "Анна Петрова")
        await anna.say("Яма")
        await platform.idle()
        assert platform.answers == [(500, "ok"), (200, "ok")]
        page.held = asyncio.Event()
        await anna.say("Ещё яма")
        await page.has(4)
        page.held.set()
        await platform.idle()
        assert platform.answers[2] == (0, "TimeoutError")
        assert platform.answers[-1] == (200, "ok")


async def test_a_delivery_may_be_rewritten_and_come_more_than_once(platform: OkPlatform, page: Page) -> None:
    platform.deliveries.rewrite = lambda update: {**update, "news": 1}
    await platform.resident(7, "Анна Петрова").say("Яма", times=3)
    await platform.idle()
    assert [(update["message"]["text"], update["news"]) for update in page.updates] == [("Яма", 1)] * 3
    assert len({update["message"]["mid"] for update in page.updates}) == 1


async def test_a_subscription_is_listed_and_ends(platform: OkPlatform, api: httpx.AsyncClient, page: Page) -> None:
    assert [one["url"] for one in (await api.get("/me/subscriptions")).json()["subscriptions"]] == [page.url]
    assert await post(api, "/me/unsubscribe", {"url": page.url}) == {"success": True}
    assert (await post(api, "/me/unsubscribe", {"url": page.url}))["error_code"] == ok_rules.NOT_FOUND
    await post(api, "/me/subscribe", {"url": page.url})
    platform.lapse()
    await platform.resident(7, "Анна Петрова").say("Яма")
    await platform.idle()
    assert (page.updates, platform.offences) == ([], [])


async def test_long_polling_brings_the_types_that_were_asked_for(platform: OkPlatform, api: httpx.AsyncClient) -> None:
    await post(api, "/me/subscribe", {"types": ["MESSAGE_CREATED"], "longPolling": True})
    anna = platform.resident(7, "Анна Петрова")
    await anna.start()
    await anna.say("Раз")
    first = (await api.get("/me/updates")).json()
    assert [update["message"]["text"] for update in first["updates"]] == ["Раз"]
    params = {"access_token": TOKEN, "marker": first["marker"], "timeout": 0}
    assert (await api.get("/me/updates", params=params)).json()["updates"] == []
    await platform.idle()
    assert platform.offences == []
