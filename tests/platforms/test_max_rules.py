"""Each rule of the fake MAX catches: the call is refused, and the offence remembered."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.pictures import camera_jpeg
from tests.platforms import max_schema
from tests.platforms.max import TOKEN, MaxPlatform
from tests.platforms.max_requests import callback, image, keyboard, message

JPEG = camera_jpeg()


@pytest_asyncio.fixture
async def platform() -> AsyncIterator[MaxPlatform]:
    async with MaxPlatform(messages_a_second=None) as platform:
        yield platform


@pytest_asyncio.fixture
async def api(platform: MaxPlatform) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=platform.base, headers={"Authorization": TOKEN}) as api:
        yield api


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


@pytest.mark.skipif(max_schema.FILE is None, reason=max_schema.ABSENT)
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
