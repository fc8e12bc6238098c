"""The fake Odnoklassniki is as strict and as unreliable as the real one."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.pictures import camera_jpeg
from tests.platforms import ok_rules
from tests.platforms.listener import Page, listening
from tests.platforms.ok import TOKEN, OkPlatform
from tests.platforms.platform import Broken, Fault

JPEG = camera_jpeg()
JSON = {"Content-Type": "application/json;charset=utf-8"}


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


async def post(api: httpx.AsyncClient, path: str, body: Any, **options: Any) -> Any:
    answer = await api.post(path, content=json.dumps(body), headers=JSON, **options)
    return answer.json()


async def send(api: httpx.AsyncClient, chat: str, **message: Any) -> Any:
    return await post(api, f"/me/messages/{chat}", {"recipient": {"chat_id": chat}, "message": message})


def keyboard(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "INLINE_KEYBOARD", "payload": {"keyboard": {"buttons": list(rows)}}}


def callback(text: str = "Да", payload: str = "f:1", **more: Any) -> dict[str, Any]:
    return {"type": "CALLBACK", "text": text, "payload": payload, **more}


def image(**payload: str) -> dict[str, Any]:
    return {"type": "IMAGE", "payload": payload}


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


CHAT = "chat:C3ecb7"
TO = {"recipient": {"chat_id": CHAT}}
SEND: tuple[str, str, dict[str, str]] = ("POST", f"/me/messages/{CHAT}", {})
ADDRESS = "https://example.org/a.png"


def said(text: str = "Да", *attachments: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {**TO, "message": {"text": text, "attachments": list(attachments), **fields}}


OFFENCES: list[tuple[tuple[str, str, dict[str, str]], Any, str]] = [
    (("GET", "/me/nothing", {}), None, "is no method"),
    (("POST", "/me/info", {}), {}, "is no method"),
    (("GET", "/me/info", {"fields": "1"}), None, "unknown parameter fields"),
    (("GET", "/me/chats", {"count": "101"}), None, "not from 1 to 100"),
    (("GET", "/me/chats", {"count": "many"}), None, "count=many is no number"),
    (("GET", f"/me/messages/{CHAT}", {"from": "1", "to": "2"}), None, "from has to be greater than to"),
    (("GET", "/me/chat/C3ecb7", {}), None, "is no chat:id"),
    (("GET", "/me/fileUploadUrl", {"type": "PHOTO"}), None, "PHOTO cannot be uploaded"),
    (("GET", "/me/updates", {}), None, "without subscribing"),
    (("POST", "/me/subscribe", {}), {}, "either url, or types"),
    (("POST", "/me/subscribe", {}), {"url": "bots.example.org"}, "no address"),
    (("POST", "/me/subscribe", {}), {"url": ADDRESS, "secret": "s"}, "unknown secret"),
    (("POST", "/me/subscribe", {}), {"types": ["MESSAGE"], "longPolling": True}, "unknown types"),
    (("POST", "/me/unsubscribe", {}), {}, "lacks url"),
    (SEND, said(random_id=1), "unknown random_id"),
    (SEND, {"message": {"text": "Да"}}, "lacks recipient"),
    (SEND, {"recipient": {}, "message": {"text": "Да"}}, "one of chat_id, user_id, user_ids"),
    (SEND, {"recipient": {"chat_id": "chat:C1"}, "message": {"text": "Да"}}, "the path says"),
    (("POST", "/me/messages", {}), {"recipient": {"user_id": "7"}, "message": {"text": "Да"}}, "is no user:id"),
    (("POST", "/me/messages", {}), {"recipient": {"user_id": 7}, "message": {"text": "Да"}}, "wrong type"),
    (SEND, TO, "either message or sender_action"),
    (SEND, {**TO, "sender_action": "typing"}, "unknown sender_action"),
    (SEND, said(" "), "neither text nor attachments"),
    (SEND, said("я" * 2001), "2001 of 2000"),
    (SEND, said(text=5), "message.text is of the wrong type"),  # type: ignore[arg-type]
    (SEND, said(attachment=image(url=ADDRESS)), "attachment and attachments at once"),
    (SEND, said(reply_to="15ce"), "is no mid:id"),
    (SEND, said(privacyWarning="ALL"), "unknown privacyWarning"),
    (
        SEND,
        said("Да", *[{"type": "FILE", "payload": {"token": "a"}}] * 5, keyboard([callback()])),
        "6 of 5 attachments",
    ),
    (SEND, said("Да", image(url=ADDRESS), image(url=ADDRESS)), "more than one image by its address"),
    (SEND, said("Да", image(url=ADDRESS, token="a")), "either a token or a url"),
    (SEND, said("Да", image(token="made-up")), "no token of what was uploaded as IMAGE"),
    (SEND, said("Да", {"type": "IMAGE", "payload": {"photos": {}}}), "unknown photos"),
    (SEND, said("Да", {"type": "FILE", "payload": {}}), "FILE payload lacks token"),
    (SEND, said("Да", {"type": "STICKER", "payload": {}}), "nothing that a group sends"),
    (SEND, said("Да", {"type": "LOCATION", "payload": {"lat": 1}}), "unknown lat"),
    (SEND, said("Да", {"type": "CONTACT", "payload": {"phone": "1"}}), "lacks name"),
    (SEND, said("Да", {"type": "INLINE_KEYBOARD", "payload": {"buttons": []}}), "unknown buttons"),
    (SEND, said("Да", keyboard([callback()]), keyboard([callback()])), "more than one keyboard"),
    (SEND, said("", keyboard([callback()])), "a keyboard without a message"),
    (SEND, said("Да", keyboard()), "0 of 6 rows"),
    (SEND, said("Да", keyboard(*[[callback()]] * 7)), "7 of 6 rows"),
    (SEND, said("Да", keyboard([callback()] * 4)), "a row has 1 to 3 buttons"),
    (SEND, said("Да", keyboard([])), "a row has 1 to 3 buttons"),
    (SEND, said("Да", keyboard([callback("я" * 41)])), "longer than 40"),
    (SEND, said("Да", keyboard([callback("")])), "is empty"),
    (SEND, said("Да", keyboard([callback(payload="я" * 33)])), "longer than 64 bytes"),
    (SEND, said("Да", keyboard([callback(intent="positive")])), "unknown intent"),
    (SEND, said("Да", keyboard([callback(color="red")])), "unknown color"),
    (SEND, said("Да", keyboard([{"type": "callback", "text": "Да", "payload": "1"}])), "unknown button callback"),
    (SEND, said("Да", keyboard([{"type": "LINK", "text": "a"}])), "LINK button lacks url"),
    (SEND, said("Да", keyboard([{"type": "LINK", "text": "a", "url": "b"}])), "no address"),
    (("POST", f"/{CHAT}/answer", {}), {"message": {"text": "Да"}}, "callbackId is missing"),
    (("POST", f"/{CHAT}/answer", {"callbackId": "1"}), {}, "body lacks message"),
    (("POST", f"/{CHAT}/answer", {"callbackId": "1"}), {"message": {"text": "Да"}}, "a callback that never was"),
    (("POST", "/C3.15ce/edit", {}), {"message": {"text": "Да"}}, "is no mid:id"),
    (("POST", "/mid:C3.15ce/edit", {}), {"text": "Да"}, "unknown text"),
]


@pytest.mark.parametrize(("call", "body", "words"), OFFENCES, ids=[words for *_, words in OFFENCES])
async def test_a_broken_rule_is_refused_and_remembered(
    platform: OkPlatform, api: httpx.AsyncClient, call: tuple[str, str, dict[str, str]], body: Any, words: str
) -> None:
    anna = platform.resident(7, "Анна Петрова")
    await anna.start()
    assert anna.chat_id == CHAT
    method, path, params = call
    content = None if body is None else json.dumps(body)
    answer = await api.request(method, path, params={"access_token": TOKEN, **params}, content=content, headers=JSON)
    # Errors come with status 200 here.
    assert answer.status_code == 200
    assert answer.headers["Invocation-Error"] == str(answer.json()["error_code"])
    assert words in "".join(platform.offences)
    assert len(platform.offences) == 1
    assert list(anna.chat) == []


async def test_the_limit_of_texts_is_what_the_test_says() -> None:
    async with (
        OkPlatform(text_limit=10) as platform,
        httpx.AsyncClient(base_url=f"{platform.base}/graph", params={"access_token": TOKEN}) as api,
    ):
        anna = platform.resident(7, "Анна Петрова")
        await anna.start()
        assert "message_id" in await send(api, anna.chat_id, text="я" * 10)
        assert "error_code" in await send(api, anna.chat_id, text="я" * 11)
        assert len(platform.offences) == 1


async def test_the_token_is_taken_in_the_address_alone(platform: OkPlatform) -> None:
    async with httpx.AsyncClient(base_url=f"{platform.base}/graph") as api:
        assert (await api.get("/me/info")).json()["error_code"] == ok_rules.TOKEN_EXPIRED
        both = await api.get("/me/info", params={"access_token": TOKEN}, headers={"Authorization": TOKEN})
        assert both.json()["error_code"] == ok_rules.TOKEN_EXPIRED
        assert len(platform.offences) == 2
        # Being given a wrong token is no fault of the one who asks.
        revoked = await api.get("/me/info", params={"access_token": "revoked"})
        assert revoked.json()["error_code"] == ok_rules.TOKEN_EXPIRED
        assert len(platform.offences) == 2


async def test_a_post_says_that_it_is_json_in_utf_8(platform: OkPlatform, api: httpx.AsyncClient) -> None:
    await api.post("/me/subscribe", json={"url": ADDRESS})
    await api.post("/me/subscribe", content=b"{", headers=JSON)
    assert ["has to be application/json" in platform.offences[0], "not JSON" in platform.offences[1]] == [True, True]
    assert platform.subscriptions == []


@pytest.mark.parametrize(
    ("type", "part", "words"),
    [
        ("IMAGE", ("a.jpg", JPEG, "application/octet-stream"), "uploaded with the type"),
        ("IMAGE", ("a.jpg", b"no picture", "image/jpeg"), "an image is none"),
        ("FILE", ("a.pdf", b"", "application/pdf"), "empty upload"),
        ("FILE", None, "no multipart/form-data"),
    ],
)
async def test_an_upload_is_one_file_of_its_kind(
    platform: OkPlatform, api: httpx.AsyncClient, type: str, part: Any, words: str
) -> None:
    url = (await api.get("/me/fileUploadUrl", params={"access_token": TOKEN, "type": type})).json()["url"]
    answer = await api.post(url, files=None if part is None else {"file": part})
    assert "error_code" in answer.json()
    assert words in "".join(platform.offences)


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
    answer = await api.post(f"/me/messages/{CHAT}", content=json.dumps({**TO, "message": {"text": "Да"}}), headers=JSON)
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
    async with OkPlatform(answer_within=0.1) as platform, listening() as page:
        platform.deliveries.hook = page.url
        page.statuses = [500]
        anna = platform.resident(7, "Анна Петрова")
        await anna.say("Яма", times=1)
        await platform.idle()
        assert platform.answers == [(500, "taken"), (200, "taken")]
        page.held = asyncio.Event()
        await anna.say("Ещё яма")
        await page.has(4)
        page.held.set()
        await platform.idle()
        assert platform.answers[2] == (0, "TimeoutError")
        assert platform.answers[-1] == (200, "taken")


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
