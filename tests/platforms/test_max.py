"""The fake MAX is as strict and as unreliable as the real one."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.pictures import camera_jpeg
from tests.platforms import max_schema
from tests.platforms.listener import Page, listening
from tests.platforms.max import SECRET, TOKEN, MaxPlatform
from tests.platforms.platform import Broken, Fault

JPEG = camera_jpeg()
EVERYTHING = ["message_created", "message_callback", "message_edited", "message_removed", "bot_started", "bot_stopped"]


@pytest_asyncio.fixture
async def platform() -> AsyncIterator[MaxPlatform]:
    async with MaxPlatform(messages_a_second=None) as platform:
        yield platform


@pytest_asyncio.fixture
async def api(platform: MaxPlatform) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=platform.base, headers={"Authorization": TOKEN}) as api:
        yield api


@pytest_asyncio.fixture
async def page(api: httpx.AsyncClient) -> AsyncIterator[Page]:
    async with listening() as page:
        await api.post("/subscriptions", json={"url": page.url, "secret": SECRET, "update_types": EVERYTHING})
        yield page


def message(text: str | None = "Здравствуйте!", *attachments: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"text": text, "attachments": list(attachments), "link": None, **fields}


def keyboard(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "inline_keyboard", "payload": {"buttons": list(rows)}}


def callback(text: str = "Да", payload: str = "f:1") -> dict[str, Any]:
    return {"type": "callback", "text": text, "payload": payload}


def image(**payload: Any) -> dict[str, Any]:
    return {"type": "image", "payload": payload}


async def upload(api: httpx.AsyncClient, kind: str, content: bytes) -> dict[str, Any]:
    offered = (await api.post("/uploads", params={"type": kind})).json()
    answer = await api.post(offered["url"], files={"data": ("a.bin", content)})
    uploaded: dict[str, Any] = offered if kind in ("video", "audio") else answer.json()
    return uploaded


async def test_a_resident_starts_presses_a_button_and_gets_an_answer_in_its_place(
    platform: MaxPlatform, api: httpx.AsyncClient, page: Page
) -> None:
    anna = platform.resident(7, "Анна Петрова")
    await anna.start("agency-topic")
    await platform.idle()
    assert page.updates[-1]["update_type"] == "bot_started"
    assert page.updates[-1]["payload"] == "agency-topic"
    assert page.headers[-1]["x-max-bot-api-secret"] == SECRET

    sent = await api.post("/messages", params={"user_id": 7}, json=message("Отправить?", keyboard([callback()])))
    await anna.press("Да")
    await platform.idle()
    pressed = page.updates[-1]
    assert pressed["callback"]["payload"] == "f:1"
    assert pressed["message"]["body"]["mid"] == sent.json()["message"]["body"]["mid"]
    assert platform.unanswered == [pressed["callback"]["callback_id"]]

    answer = {"message": message("Отправлено."), "notification": "Готово"}
    await api.post("/answers", params={"callback_id": pressed["callback"]["callback_id"]}, json=answer)
    assert [(shown.text, shown.buttons) for shown in anna.chat] == [("Отправлено.", ())]
    assert anna.toasts == ["Готово"]
    assert (platform.unanswered, platform.offences) == ([], [])


async def test_each_tap_is_a_callback_of_its_own(platform: MaxPlatform, api: httpx.AsyncClient, page: Page) -> None:
    anna = platform.resident(7, "Анна Петрова")
    await anna.start()
    await api.post("/messages", params={"user_id": 7}, json=message("Отправить?", keyboard([callback()])))
    await anna.press("Да", times=3)
    await platform.idle()
    assert len({update["callback"]["callback_id"] for update in page.updates if "callback" in update}) == 3
    with pytest.raises(AssertionError, match=r"no button «Нет» among \['Да'\]"):
        await anna.press("Нет")


async def test_what_residents_send_is_told_in_the_shapes_of_max(
    platform: MaxPlatform, api: httpx.AsyncClient, page: Page
) -> None:
    anna = platform.resident(7, "Анна Петрова")
    said = await anna.say("Яма", photos=[JPEG, JPEG + b"2"], place=(54.98, 73.37))
    await anna.edit(said, "Глубокая яма")
    await anna.share_contact("79991234567")
    await anna.share_contact("79997654321", own=False)
    for kind in ("voice", "sticker", "video", "unknown"):
        await anna.send_odd(kind)
    await anna.remove(said)
    await anna.block()
    await platform.idle()

    first, edited, own, foreign, *odd, removed, stopped = page.updates
    body = first["message"]["body"]
    assert (body["mid"], body["text"]) == (said, "Яма")
    assert body["seq"] > 2**53
    *photos, place = body["attachments"]
    assert [(await api.get(photo["payload"]["url"])).content for photo in photos] == [JPEG, JPEG + b"2"]
    assert place == {"type": "location", "latitude": 54.98, "longitude": 73.37}
    assert (edited["update_type"], edited["message"]["body"]["text"]) == ("message_edited", "Глубокая яма")
    contacts = [update["message"]["body"]["attachments"][0]["payload"] for update in (own, foreign)]
    assert "TEL;TYPE=cell:79991234567\r\n" in contacts[0]["vcf_info"]
    assert [contact["max_info"]["user_id"] == 7 for contact in contacts] == [True, False]
    kinds = [update["message"]["body"]["attachments"][0]["type"] for update in odd]
    assert kinds == ["audio", "sticker", "video", "hologram"]
    assert (removed["update_type"], removed["message_id"]) == ("message_removed", said)
    assert stopped["update_type"] == "bot_stopped"


async def test_a_bot_that_was_stopped_is_denied_until_it_is_started_again(
    platform: MaxPlatform, api: httpx.AsyncClient
) -> None:
    anna = platform.resident(7, "Анна Петрова")
    statuses = []
    for change in (anna.start, anna.block, anna.start):
        await change()
        statuses.append((await api.post("/messages", params={"chat_id": anna.chat_id}, json=message())).status_code)
    assert statuses == [200, 403, 200]
    assert platform.offences == []


async def test_uploads_show_as_files_and_give_their_tokens_where_max_does(
    platform: MaxPlatform, api: httpx.AsyncClient
) -> None:
    anna = platform.resident(7, "Анна Петрова")
    await anna.start()
    photos = (await upload(api, "image", JPEG))["photos"]
    file = (await upload(api, "file", b"%PDF"))["token"]
    video = (await upload(api, "video", b"film"))["token"]
    for attachment in (
        image(photos=photos),
        image(token=next(iter(photos.values()))["token"]),
        {"type": "file", "payload": {"token": file}},
        {"type": "video", "payload": {"token": video}},
    ):
        assert (await api.post("/messages", params={"user_id": 7}, json=message("", attachment))).status_code == 200
    assert [shown.files for shown in anna.chat] == [(JPEG,), (JPEG,), (b"%PDF",), (b"film",)]
    assert platform.offences == []


async def test_edits_keep_the_attachments_that_they_do_not_name(platform: MaxPlatform, api: httpx.AsyncClient) -> None:
    anna = platform.resident(7, "Анна Петрова")
    await anna.start()
    sent = await api.post("/messages", params={"user_id": 7}, json=message("Раз", keyboard([callback()])))
    mid = sent.json()["message"]["body"]["mid"]
    await api.put(
        "/messages", params={"message_id": mid}, json=message("<b>Два</b> &amp;", attachments=None, format="html")
    )
    assert [(shown.text, len(shown.buttons)) for shown in anna.chat] == [("Два &", 1)]
    await api.put("/messages", params={"message_id": mid}, json=message("Три"))
    assert [(shown.text, len(shown.buttons)) for shown in anna.chat] == [("Три", 0)]
    await api.delete("/messages", params={"message_id": mid})
    assert (anna.chat, platform.offences) == ([], [])


async def test_the_history_goes_from_new_to_old(platform: MaxPlatform, api: httpx.AsyncClient) -> None:
    anna = platform.resident(7, "Анна Петрова")
    said = await anna.say("Яма")
    await api.post("/messages", params={"user_id": 7}, json=message("Где?"))
    history = (await api.get("/messages", params={"chat_id": anna.chat_id})).json()["messages"]
    assert [one["body"]["text"] for one in history] == ["Где?", "Яма"]
    assert (await api.get(f"/messages/{said}")).json() == history[1]
    assert (await api.get("/messages", params={"message_ids": said})).json()["messages"] == history[1:]
    assert (await api.get(f"/chats/{anna.chat_id}")).json()["dialog_with_user"]["user_id"] == 7


SEND = ("POST", "/messages", {"user_id": "7"})
IMAGE = image(url="https://example.org/a.png")
HOOK = "https://bots.example.org/hooks/max"
OFFENCES: list[tuple[tuple[str, str, dict[str, str]], Any, str]] = [
    (("GET", "/nothing", {}), None, "is no method"),
    (("PATCH", "/messages", {}), message(), "is no method"),
    (("GET", "/me", {"fields": "1"}), None, "unknown parameter fields"),
    (("POST", "/messages", {}), message(), "either user_id or chat_id"),
    (("POST", "/messages", {"user_id": "7", "chat_id": "7"}), message(), "either user_id or chat_id"),
    (("POST", "/messages", {"user_id": "seven"}), message(), "wrong type: seven"),
    (("POST", "/messages", {"user_id": "7", "disable_link_preview": "1"}), message(), "wrong type: 1"),
    (SEND, {"text": "Да", "link": None}, "message lacks attachments"),
    (SEND, {"text": "Да", "attachments": []}, "message lacks link"),
    (SEND, message(random_id=1), "unknown random_id"),
    (SEND, message(text=5), "message.text is of the wrong type"),  # type: ignore[arg-type]
    (SEND, message(notify="no"), "message.notify is of the wrong type"),
    (SEND, [1], "message is no object"),
    (SEND, message(" "), "neither text nor attachments"),
    (SEND, message("я" * 4001), "4001 of 4000"),
    (SEND, message("🕳" * 2001), "4002 of 4000"),
    (SEND, message(format="markdownv2"), "unknown format"),
    (SEND, message(link={"type": "quote", "mid": "mid.1"}), "unknown link quote"),
    (SEND, message("Да", keyboard()), "0 rows"),
    (SEND, message("Да", keyboard([])), "a row is no list"),
    (SEND, message("Да", keyboard(*([callback()] for _ in range(31)))), "31 rows of 30"),
    (SEND, message("Да", keyboard([callback()] * 8)), "8 of 7 buttons"),
    (SEND, message("Да", keyboard([callback()] * 3 + [{"type": "link", "text": "a", "url": HOOK}])), "4 of 3 buttons"),
    (SEND, message("Да", keyboard([{"type": "request_contact", "text": "a"}] * 4)), "4 of 3 buttons"),
    (SEND, message("Да", keyboard([callback("")])), "label «» is empty"),
    (SEND, message("Да", keyboard([callback("я" * 129)])), "longer than 128"),
    (SEND, message("Да", keyboard([callback(payload="я" * 513)])), "longer than 1024"),
    (SEND, message("Да", keyboard([{"type": "callback", "text": "Да"}])), "callback button lacks payload"),
    (SEND, message("Да", keyboard([{**callback(), "color": "red"}])), "unknown color"),
    (SEND, message("Да", keyboard([{**callback(), "intent": "POSITIVE"}])), "unknown intent"),
    (SEND, message("Да", keyboard([{"type": "chat", "text": "a", "chat_title": "b"}])), "unknown button chat"),
    (SEND, message("Да", keyboard([{"type": "link", "text": "a", "url": "otklik"}])), "no address"),
    (SEND, message("Да", keyboard([callback()]), keyboard([callback()])), "more than one keyboard"),
    (SEND, message("", keyboard([callback()])), "a keyboard without a message"),
    (SEND, message("Да", *[IMAGE] * 13), "13 of 12 attachments"),
    (SEND, message("Да", IMAGE, {"type": "file", "payload": {"token": "a"}}), "do not go together"),
    (SEND, message("Да", image()), "No `photos`, `url` or `token` provided"),
    (SEND, message("Да", image(token="a", url="b")), "more than one source"),
    (SEND, message("Да", image(token="made-up")), "no token of what was uploaded as image"),
    (SEND, message("Да", image(url="a.png")), "no address"),
    (SEND, message("Да", {"type": "photo", "payload": {"token": "a"}}), "unknown attachment photo"),
    (SEND, message("Да", {"type": "location", "payload": {"latitude": 1, "longitude": 2}}), "unknown payload"),
    (SEND, message("Да", {"type": "contact", "payload": {"vcf_phone": "1"}}), "contact lacks name"),
    (("PUT", "/messages", {}), message(), "message_id is missing"),
    (("DELETE", "/messages", {"id": "mid.1"}), None, "unknown parameter id"),
    (("GET", "/messages", {}), None, "either chat_id or message_ids"),
    (("GET", "/messages", {"chat_id": "7", "count": "101"}), None, "wrong type: 101"),
    (("POST", "/answers", {"callback_id": "made-up"}), {"notification": "Да"}, "a callback that never was"),
    (("POST", "/answers", {"callback_id": "1"}), {}, "neither message nor notification"),
    (("POST", "/answers", {}), {"notification": "Да"}, "callback_id is missing"),
    (("POST", "/answers", {"callback_id": "1"}), {"notification": "Да", "user_id": 7}, "unknown user_id"),
    (("POST", "/uploads", {"type": "photo"}), None, "only image"),
    (("POST", "/uploads", {}), None, "type is missing"),
    (("POST", "/chats/7/actions", {}), {"action": "typing"}, "unknown action"),
    (("POST", "/subscriptions", {}), {}, "lacks url"),
    (("POST", "/subscriptions", {}), {"url": "http://bots.example.org/"}, "HTTPS on port 443"),
    (("POST", "/subscriptions", {}), {"url": "https://bots.example.org:8443/"}, "HTTPS on port 443"),
    (("POST", "/subscriptions", {}), {"url": HOOK, "secret": "four"}, "5 to 256"),
    (("POST", "/subscriptions", {}), {"url": HOOK, "secret": "секрет"}, "5 to 256"),
    (("POST", "/subscriptions", {}), {"url": HOOK, "update_types": ["message_new"]}, "unknown update types"),
    (("POST", "/subscriptions", {}), {"url": HOOK, "update_types": ["bot_started"] * 2}, "is there twice"),
    (("DELETE", "/subscriptions", {}), None, "url is missing"),
    (("GET", "/updates", {"timeout": "91"}), None, "wrong type: 91"),
    (("GET", "/updates", {"types": "message_new"}), None, "unknown update types"),
]


@pytest.mark.parametrize(("call", "body", "words"), OFFENCES, ids=[words for *_, words in OFFENCES])
async def test_a_broken_rule_is_refused_and_remembered(
    platform: MaxPlatform, api: httpx.AsyncClient, call: tuple[str, str, dict[str, str]], body: Any, words: str
) -> None:
    anna = platform.resident(7, "Анна Петрова")
    await anna.start()
    method, path, params = call
    answer = await api.request(method, path, params=params, json=body)
    assert answer.status_code in (400, 404)
    assert set(answer.json()) == {"code", "message"}
    assert words in "".join(platform.offences)
    assert len(platform.offences) == 1
    assert list(anna.chat) == []


async def test_the_token_is_taken_in_the_header_alone_and_bare(platform: MaxPlatform) -> None:
    async with httpx.AsyncClient(base_url=platform.base) as api:
        for headers in ({}, {"Authorization": f"Bearer {TOKEN}"}):
            assert (await api.get("/me", headers=headers)).status_code == 401
        assert (await api.get("/me", params={"access_token": TOKEN})).status_code == 401
        assert len(platform.offences) == 3
        # Being given a wrong token is no fault of the one who asks.
        assert (await api.get("/me", headers={"Authorization": "revoked"})).json()["code"] == "verify.token"
        assert len(platform.offences) == 3


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"file": ("a.jpg", JPEG)}, "the one file `data`"),
        ({"data": ("a.jpg", b"")}, "empty upload"),
        ({"data": ("a.jpg", b"no picture")}, "an image is none"),
        (None, "no multipart/form-data"),
    ],
)
async def test_an_upload_is_one_file_of_its_kind(
    platform: MaxPlatform, api: httpx.AsyncClient, files: Any, words: str
) -> None:
    url = (await api.post("/uploads", params={"type": "image"})).json()["url"]
    assert (await api.post(url, files=files)).status_code == 400
    assert words in "".join(platform.offences)


async def test_a_body_that_is_not_json_is_refused(platform: MaxPlatform, api: httpx.AsyncClient) -> None:
    for content_type in ("application/json", "text/plain"):
        answer = await api.post("/messages?user_id=7", content=b"{", headers={"Content-Type": content_type})
        assert answer.status_code in (400, 415)
    assert len(platform.offences) == 2


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault.TOO_MANY, 429, "too.many.requests"),
        (Fault.SERVER_ERROR, 500, "internal.error"),
        (Fault.BLOCKED, 403, "chat.denied"),
        (Fault.NOT_READY, 400, "attachment.not.ready"),
    ],
)
async def test_a_fault_refuses_once_and_nothing_is_done(
    platform: MaxPlatform, api: httpx.AsyncClient, fault: Fault, status: int, code: str
) -> None:
    anna = platform.resident(7, "Анна Петрова")
    await anna.start()
    platform.broken.append(Broken(fault, method=platform.sending))
    assert (await api.get("/me")).status_code == 200
    answer = await api.post("/messages", params={"user_id": 7}, json=message())
    assert (answer.status_code, answer.json()["code"], list(anna.chat)) == (status, code, [])
    assert (await api.post("/messages", params={"user_id": 7}, json=message())).status_code == 200
    assert (len(anna.chat), platform.broken, platform.offences) == (1, [], [])


@pytest.mark.parametrize(("fault", "done"), [(Fault.DOWN, 0), (Fault.LOST_ANSWER, 1)])
async def test_a_cut_connection_tells_nothing_of_what_was_done(
    platform: MaxPlatform, api: httpx.AsyncClient, fault: Fault, done: int
) -> None:
    anna = platform.resident(7, "Анна Петрова")
    await anna.start()
    platform.broken.append(Broken(fault, times=None))
    for _ in range(2):
        with pytest.raises(httpx.TransportError):
            await api.post("/messages", params={"user_id": 7}, json=message())
    assert len(anna.chat) == 2 * done
    platform.broken.clear()
    assert (await api.get("/me")).status_code == 200


async def test_a_slow_answer_comes_after_the_thing_is_done(platform: MaxPlatform, api: httpx.AsyncClient) -> None:
    anna = platform.resident(7, "Анна Петрова")
    await anna.start()
    platform.broken.append(Broken(Fault.SLOW, seconds=60))
    with pytest.raises(httpx.ReadTimeout):
        await api.post("/messages", params={"user_id": 7}, json=message(), timeout=0.2)
    assert len(anna.chat) == 1


async def test_two_messages_a_second_go_to_one_dialog() -> None:
    async with (
        MaxPlatform() as platform,
        httpx.AsyncClient(base_url=platform.base, headers={"Authorization": TOKEN}) as api,
    ):
        for id in (7, 8):
            await platform.resident(id, "Анна Петрова").start()
        sent = [await api.post("/messages", params={"user_id": id}, json=message()) for id in (7, 7, 7, 8)]
        assert [answer.status_code for answer in sent] == [200, 200, 429, 200]
        assert (platform.hurried, platform.offences) == (1, [])


async def test_the_limit_of_a_dialog_follows_the_rate_that_the_test_gives() -> None:
    async with (
        MaxPlatform(messages_a_second=2000) as platform,
        httpx.AsyncClient(base_url=platform.base, headers={"Authorization": TOKEN}) as api,
    ):
        await platform.resident(7, "Анна Петрова").start()
        sent = [await api.post("/messages", params={"user_id": 7}, json=message()) for _ in range(6)]
        assert {answer.status_code for answer in sent} == {200}


async def test_an_update_is_brought_until_the_hook_answers_200(platform: MaxPlatform, page: Page) -> None:
    page.statuses = [500, 204, 302]
    anna = platform.resident(7, "Анна Петрова")
    said = [await anna.say("Раз"), await anna.say("Два")]
    await platform.idle()
    assert [update["message"]["body"]["mid"] for update in page.updates] == [said[0]] * 4 + [said[1]]
    assert platform.answers[:4] == [(500, "taken"), (204, ""), (302, "taken"), (200, "taken")]


async def test_a_hook_that_is_late_has_failed() -> None:
    async with MaxPlatform(answer_within=0.1) as platform, listening() as page:
        platform.deliveries.hook = page.url
        page.held = asyncio.Event()
        await platform.resident(7, "Анна Петрова").say("Яма")
        await page.has(2)
        page.held.set()
        await platform.idle()
        assert platform.answers[0] == (0, "TimeoutError")
        assert platform.answers[-1] == (200, "taken")
        assert platform.slowest_answer >= 0.1
        assert page.headers[0]["x-max-bot-api-secret"] == SECRET


async def test_deliveries_repeat_and_change_places(platform: MaxPlatform, page: Page) -> None:
    anna = platform.resident(7, "Анна Петрова")
    for number in range(5):
        await anna.say(str(number))
    await platform.idle()
    assert [update["message"]["body"]["text"] for update in page.updates] == list("01234")

    page.updates.clear()
    platform.deliveries.shuffled = platform.deliveries.twice = True
    for number in range(5):
        await anna.say(str(number), times=2 if number == 0 else 1)
    await platform.idle()
    texts = [update["message"]["body"]["text"] for update in page.updates]
    assert sorted(texts) == sorted("0000" + "11223344")
    assert texts != sorted(texts)


async def test_only_the_update_types_that_are_subscribed_come(
    platform: MaxPlatform, api: httpx.AsyncClient, page: Page
) -> None:
    subscription = {"url": page.url, "update_types": ["message_created"]}
    await api.post("/subscriptions", json=subscription)
    anna = platform.resident(7, "Анна Петрова")
    await anna.start()
    await anna.say("Яма")
    await platform.idle()
    assert [update["update_type"] for update in page.updates] == ["message_created"]
    assert "x-max-bot-api-secret" not in page.headers[0]
    listed = (await api.get("/subscriptions")).json()["subscriptions"]
    assert [(one["url"], one["update_types"], "secret" in one) for one in listed] == [
        (page.url, ["message_created"], False)
    ]


async def test_long_polling_is_for_those_without_a_subscription(
    platform: MaxPlatform, api: httpx.AsyncClient, page: Page
) -> None:
    assert (await api.get("/updates", params={"timeout": 0})).status_code == 405
    assert len(platform.offences) == 1
    await api.delete("/subscriptions", params={"url": page.url})
    anna = platform.resident(7, "Анна Петрова")
    await anna.say("Раз")
    first = (await api.get("/updates")).json()
    again = (await api.get("/updates")).json()
    assert [update["message"]["body"]["text"] for update in again["updates"]] == ["Раз"]
    waiting = asyncio.create_task(api.get("/updates", params={"marker": first["marker"], "limit": 1}))
    await anna.say("Два")
    second = (await waiting).json()
    assert [update["message"]["body"]["text"] for update in second["updates"]] == ["Два"]
    assert (await api.get("/updates", params={"marker": second["marker"], "timeout": 0})).json()["updates"] == []
    await platform.idle()
    assert page.updates == []


async def test_a_lapsed_subscription_is_gone(platform: MaxPlatform, api: httpx.AsyncClient, page: Page) -> None:
    platform.lapse()
    assert (await api.get("/subscriptions")).json() == {"subscriptions": []}
    await platform.resident(7, "Анна Петрова").say("Яма")
    await platform.idle()
    assert page.updates == []


async def test_nobody_writes_by_hand_in_a_bot_of_max(platform: MaxPlatform) -> None:
    with pytest.raises(NotImplementedError):
        await platform.operator_says(platform.resident(7, "Анна Петрова"), "Добрый день")


@pytest.mark.skipif(not max_schema.FILE.exists(), reason=max_schema.ABSENT)
def test_the_published_schema_checks_what_is_sent() -> None:
    good = message("Да", keyboard([callback()], [{"type": "request_contact", "text": "a"}]), image(token="a"))
    assert max_schema.problem_with(good, "NewMessageBody") is None
    for bad in (
        {"text": "Да"},
        message("я" * 4001),
        message("Да", keyboard([callback("я" * 129)])),
        message("Да", keyboard([{"type": "callback", "text": "Да"}])),
        message("Да", {"type": "photo", "payload": {}}),
        message("Да", {"type": "location", "latitude": "1", "longitude": 2}),
    ):
        assert max_schema.problem_with(bad, "NewMessageBody"), bad
    assert max_schema.problem_with({"url": HOOK, "secret": "four"}, "SubscriptionRequestBody")
