"""Each rule of the fake Odnoklassniki catches: the call is refused, and the offence remembered."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.pictures import camera_jpeg
from tests.platforms import ok_rules
from tests.platforms.ok import TOKEN, OkPlatform
from tests.platforms.ok_requests import JSON, callback, image, keyboard, send

JPEG = camera_jpeg()


@pytest_asyncio.fixture
async def platform() -> AsyncIterator[OkPlatform]:
    async with OkPlatform() as platform:
        yield platform


@pytest_asyncio.fixture
async def api(platform: OkPlatform) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{platform.base}/graph", params={"access_token": TOKEN}) as api:
        yield api


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
