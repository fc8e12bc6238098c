"""The fake MAX is as strict and as unreliable as the real one."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from aiohttp import web

from tests.pictures import camera_jpeg
from tests.platforms.max import SECRET, TOKEN, MaxPlatform
from tests.platforms.max_requests import callback, image, keyboard, message
from tests.platforms.page import Page, listening
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
        await api.post("/messages", params={"user_id": 7}, json=message(), timeout=0.5)
    assert len(anna.chat) == 1


async def test_two_messages_go_to_one_dialog_within_the_time_for_two() -> None:
    async with (
        # So slow that no machine is too busy for the third one to come in time to be refused.
        MaxPlatform(messages_a_second=0.01) as platform,
        httpx.AsyncClient(base_url=platform.base, headers={"Authorization": TOKEN}) as api,
    ):
        for id in (7, 8):
            await platform.resident(id, "Анна Петрова").start()
        sent = [await api.post("/messages", params={"user_id": id}, json=message()) for id in (7, 7, 7, 8)]
        assert [answer.status_code for answer in sent] == [200, 200, 429, 200]
        assert (platform.hurried, platform.offences) == (1, [])


async def test_the_limit_of_a_dialog_follows_the_rate_that_the_test_gives() -> None:
    async with (
        MaxPlatform(messages_a_second=20_000) as platform,
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
    assert platform.answers[:4] == [(500, "ok"), (204, ""), (302, "ok"), (200, "ok")]


async def test_an_update_that_is_never_taken_is_given_up(platform: MaxPlatform, page: Page) -> None:
    page.statuses = [500] * 3
    platform.courier.tries = 2
    anna = platform.resident(7, "Анна Петрова")
    for text in ("Раз", "Два"):
        await anna.say(text)
    await platform.idle()
    assert [status for status, _ in platform.answers] == [500, 500, 500, 200]
    assert [update["message"]["body"]["text"] for update in platform.courier.given_up] == ["Раз"]


async def test_a_gateway_that_is_started_again_gets_what_it_missed(platform: MaxPlatform) -> None:
    async with listening() as page:
        platform.deliveries.hook = page.url
    platform.courier.tries = 1
    await platform.resident(7, "Анна Петрова").say("Яма")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(platform.idle(), 0.1)
    app = web.Application()
    app.router.add_post("/hook", page.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(page.url.split(":")[2].split("/")[0])).start()
    await platform.idle()
    await runner.cleanup()
    assert [update["message"]["body"]["text"] for update in page.updates] == ["Яма"]
    assert platform.answers[-1] == (200, "ok")


async def test_a_hook_that_is_late_has_failed() -> None:
    async with MaxPlatform(answer_within=0.1) as platform, listening() as page:
        platform.deliveries.hook = page.url
        page.held = asyncio.Event()
        await platform.resident(7, "Анна Петрова").say("Яма")
        await page.has(2)
        page.held.set()
        await platform.idle()
        assert platform.answers[0] == (0, "TimeoutError")
        assert platform.answers[-1] == (200, "ok")
        assert platform.courier.slowest >= 0.1
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


async def test_the_secret_of_a_subscription_is_not_shown(api: httpx.AsyncClient, page: Page) -> None:
    (listed,) = (await api.get("/subscriptions")).json()["subscriptions"]
    assert (listed["url"], listed["update_types"]) == (page.url, EVERYTHING)
    assert SECRET not in str(listed)


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
    assert [(one["url"], one["update_types"]) for one in listed] == [(page.url, ["message_created"])]


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
