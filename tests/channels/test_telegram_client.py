"""The calls to Telegram: what becomes of a message, of a file, of a webhook; and that no token shows anywhere."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from bots.telegram import channel
from gateway.adapters.blobs import ObjectBlobs, open_blobs
from gateway.channels import Client, FileRef, Hook, Refuse, Speech, Take
from gateway.domain.agency import AgencyKey
from gateway.domain.attachment import FileType
from gateway.domain.connection import Connection, ConnectionId
from gateway.domain.conversation import Part, Refused, SendLater, Sent, Unreachable, Unsure
from gateway.domain.message import Button, ButtonKind, Message, SentFile
from gateway.domain.page_link import LinkCode
from gateway.errors import ChannelRefused, ChannelUnavailable, OtklikError, TooLarge, UnknownFile
from tests.channels.scripted import scripted
from tests.channels.speeches import said
from tests.platforms.page import listening
from tests.platforms.platform import Broken, Fault
from tests.platforms.sizes import small_picture
from tests.platforms.telegram import TelegramPlatform
from tests.platforms.telegram_residents import TelegramResident

NOW = datetime(2026, 3, 2, 9, 31, tzinfo=UTC)
PAGE = Connection(id=ConnectionId("telegram"), channel="telegram", agency=AgencyKey("city"), handle="otklik_demo_bot")
HOOK = "https://otklik.example/hooks/telegram"
FILE = SentFile(key="one", name='Ответ "да".jpg', type=FileType.JPEG, size=9)
OTHER = SentFile(key="two", name="other.jpg", type=FileType.JPEG, size=9)
Open = Callable[..., Any]


@pytest.fixture
async def platform() -> AsyncIterator[TelegramPlatform]:
    async with TelegramPlatform() as platform:
        yield platform
        assert platform.offences == []


@pytest.fixture
async def blobs(tmp_path: Path) -> ObjectBlobs:
    blobs = open_blobs(None, tmp_path / "files")
    for key in ("one", "two"):
        (tmp_path / key).write_bytes(small_picture() + key.encode())
        await blobs.put(key, tmp_path / key)
    return blobs


@pytest.fixture
async def opened(platform: TelegramPlatform, blobs: ObjectBlobs) -> AsyncIterator[Open]:
    """Open a client of the platform, with other settings if there are any; all are closed at the end."""
    async with AsyncExitStack() as stack:

        async def open(**others: object) -> Client:
            options = channel.options(**{**platform.settings(), **others})
            client = await channel.open(PAGE, options, blobs, lambda: NOW)
            stack.push_async_callback(client.close)
            return client

        yield open


@pytest.fixture
async def client(opened: Open) -> Client:
    return await opened()


@pytest.fixture
async def anna(platform: TelegramPlatform) -> TelegramResident:
    anna = platform.resident(77, "Анна")
    await anna.start()
    return anna


def part(text: str = "Здравствуйте") -> Part:
    (part,) = channel.draw(said(text), now=NOW)
    return part


def drawn(message: Message) -> Sequence[Part]:
    return channel.draw(Speech(messages=(message,)), now=NOW)


def hook(secret: str | None) -> Hook:
    headers = {} if secret is None else {"x-telegram-bot-api-secret-token": secret}
    return Hook(payload={"update_id": 5}, headers=headers, caller=ip_address("127.0.0.1"))


def test_only_what_shows_the_secret_is_taken() -> None:
    options = channel.options(token="1:a", secret="hook-secret_17")
    assert isinstance(channel.admit(PAGE, options, hook("hook-secret_17")), Take)
    for wrong in (None, "", "hook-secret_1", "ключ", "\udcff\udcfe", "hook-secret_17 "):
        assert channel.admit(PAGE, options, hook(wrong)) == Refuse(401)


def test_where_no_secret_was_chosen_one_is_made_that_only_the_token_tells() -> None:
    options, other = channel.options(token="1:a"), channel.options(token="1:b")
    assert channel.admit(PAGE, options, hook(None)) == Refuse(401)
    assert isinstance(channel.admit(PAGE, options, hook(options.hook_secret)), Take)
    assert channel.admit(PAGE, other, hook(options.hook_secret)) == Refuse(401)
    assert channel.admit(PAGE, channel.options(), hook(channel.options().hook_secret)) == Refuse(401)


def test_a_link_carries_its_code() -> None:
    assert channel.link(PAGE, LinkCode("abcde12345")) == "https://t.me/otklik_demo_bot?start=abcde12345"
    assert channel.link(PAGE, None) == "https://t.me/otklik_demo_bot"


async def test_the_token_tells_whose_page_it_is(client: Client) -> None:
    page = await client.look()
    assert (page.name, page.handle) == ("Отклик", "otklik_demo_bot")


async def test_all_that_was_said_stands_in_the_chat(client: Client, anna: TelegramResident) -> None:
    rows = ((Button(label="Да", data="yes"), Button(label="Сайт", kind=ButtonKind.LINK, url="https://a.example/")),)
    message = Message(text="Вот ответ", rows=rows, files=(FILE, OTHER))
    outcomes = [await client.send("77", part, key=1) for part in drawn(message)]
    assert [type(outcome) for outcome in outcomes] == [Sent, Sent]
    first, second, text = anna.chat
    assert (len(first.files[0]), second.files[0][-3:]) == (len(small_picture()) + 3, b"two")
    assert [button.label for button in text.buttons] == ["Да", "Сайт"]
    assert outcomes[1] == Sent(text.id)


async def test_a_topic_is_answered_in_the_topic(client: Client, anna: TelegramResident) -> None:
    assert isinstance(await client.send("77.9", part(), key=1), Sent)
    assert anna.written[0].message["message_thread_id"] == 9


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault.TOO_MANY, SendLater("too many messages", seconds=3.0)),
        (Fault.SERVER_ERROR, SendLater("internal server error")),
        (Fault.BLOCKED, Unreachable("forbidden: bot was blocked by the user")),
        (Fault.LOST_ANSWER, Unsure("NoAnswer")),
        (Fault.SLOW, Unsure("NoAnswer")),
    ],
)
async def test_what_became_of_a_message(
    platform: TelegramPlatform, opened: Open, anna: TelegramResident, fault: Fault, outcome: object
) -> None:
    client = await opened(timeout_seconds=0.3)
    platform.broken.append(Broken(fault=fault, method="sendMessage", seconds=3))
    assert await client.send("77", part(), key=1) == outcome
    is_there = fault in (Fault.LOST_ANSWER, Fault.SLOW)
    assert len(anna.chat) == (1 if is_there else 0)


async def test_a_message_that_never_left_is_sent_later(opened: Open) -> None:
    client = await opened(api_base="http://127.0.0.1:9")
    assert isinstance(await client.send("77", part(), key=1), SendLater)


async def test_strangers_cannot_be_reached(platform: TelegramPlatform, client: Client) -> None:
    assert isinstance(await client.send("404", part(), key=1), Unreachable)
    platform.resident(78, "Пётр")
    assert isinstance(await client.send("78", part(), key=2), Unreachable)


async def test_an_answer_to_an_old_press_is_as_good_as_done(client: Client) -> None:
    (answer,) = channel.draw(Speech(press="1", toast="Готово"), now=NOW)
    assert await client.send("77", answer, key=1) == Sent()


async def test_a_message_whose_file_is_gone_is_given_up(client: Client, anna: TelegramResident) -> None:
    gone = SentFile(key="gone", name="a.jpg", type=FileType.JPEG, size=9)
    (document,) = drawn(Message(text="Ответ", files=(gone,)))
    assert isinstance(await client.send("77", document, key=1), Refused)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((502, "<html>Bad Gateway</html>"), SendLater("status 502")),
        ((200, "<html>Welcome to the hotel</html>"), Unsure("ClientDecodeError")),
        ((200, {"ok": True, "result": {"message_id": 9}}), Sent("9")),
        ((200, {"ok": True, "result": {"new": "shape"}}), Sent()),
        ((429, {"parameters": {"retry_after": 0}}), SendLater("too many messages", seconds=1.0)),
        ((401, {"description": "Unauthorized"}), SendLater("Telegram does not know the token", whole_page=True)),
        ((400, {"description": "Bad Request: TOO LONG"}), Refused("bad request: too long")),
        ((403, {"description": "Forbidden: deactivated"}), Unreachable("forbidden: deactivated")),
    ],
)
async def test_answers_of_all_kinds(opened: Open, answer: tuple[int, object], outcome: object) -> None:
    async with scripted(answer) as telegram:
        client = await opened(api_base=telegram.base)
        assert await client.send("77", part(), key=1) == outcome


async def test_a_topic_that_was_deleted_does_not_lose_the_message(opened: Open) -> None:
    gone = (400, {"ok": False, "description": "Bad Request: message thread not found"})
    async with scripted(gone, (200, {"ok": True, "result": {"message_id": 9}})) as telegram:
        client = await opened(api_base=telegram.base)
        assert await client.send("77.9", part(), key=1) == Sent("9")
        first, second = (form for _, form in telegram.asked)
        assert (first.get("message_thread_id"), second.get("message_thread_id")) == ("9", None)


async def test_an_http_proxy_is_used_without_a_further_library(opened: Open) -> None:
    async with scripted((200, {"ok": True, "result": {"first_name": "Бот", "username": "b"}})) as proxy:
        client = await opened(api_base="http://telegram.example", proxy=proxy.base)
        assert (await client.look()).handle == "b"
        assert proxy.asked[0][0].startswith("http://telegram.example/bot")


async def test_a_photo_is_fetched_as_it_is(
    platform: TelegramPlatform, client: Client, anna: TelegramResident, tmp_path: Path
) -> None:
    await anna.say("Яма", photos=[small_picture() + b"whole"])
    incoming = channel.receive({"update_id": 1, "message": list(anna.said.values())[-1]})
    assert incoming is not None
    await client.fetch(incoming.what.files[0], tmp_path / "photo")
    assert (tmp_path / "photo").read_bytes() == small_picture() + b"whole"


async def test_files_that_are_too_large_or_gone(
    platform: TelegramPlatform, client: Client, anna: TelegramResident, tmp_path: Path
) -> None:
    with pytest.raises(TooLarge):
        await client.fetch(FileRef(ref="x", size=21 << 20), tmp_path / "a")
    large = platform.keep(b"\0" * (20 << 20) + b"\0", "large.pdf")["file_id"]
    with pytest.raises(TooLarge):
        await client.fetch(FileRef(ref=large), tmp_path / "a")
    platform.broken.append(Broken(fault=Fault.SERVER_ERROR, method="file"))
    small = platform.keep(b"%PDF-", "small.pdf")["file_id"]
    with pytest.raises(ChannelUnavailable):
        await client.fetch(FileRef(ref=small), tmp_path / "a")
    platform.files[small].path = "moved"
    async with scripted((400, {"ok": False, "description": "Bad Request: wrong file_id"})) as telegram:
        options = channel.options(token="1:a", api_base=telegram.base)
        other = await channel.open(PAGE, options, None, lambda: NOW)  # type: ignore[arg-type]
        with pytest.raises(UnknownFile):
            await other.fetch(FileRef(ref="gone"), tmp_path / "a")
        await other.close()


async def test_connecting_sets_the_webhook_with_all_that_it_needs(platform: TelegramPlatform, client: Client) -> None:
    assert [finding.code for finding in await client.examine(HOOK)] == ["telegram.no_hook"]
    assert await client.connect(HOOK) == []
    assert await client.examine(HOOK) == []
    (call,) = (call.parameters for call in platform.calls if call.method == "setWebhook")
    assert (call["url"], call["secret_token"], call["max_connections"]) == (HOOK, platform.secret, 4)
    assert call["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
    assert "drop_pending_updates" not in call
    assert platform.about["commands "][0]["command"] == "start"
    assert platform.about["commands en"][0]["description"] != platform.about["commands "][0]["description"]


async def test_another_webhook_is_told_without_what_may_be_a_token(platform: TelegramPlatform, client: Client) -> None:
    platform.set_hook({"url": f"https://bots.example/{platform.token}"})
    (elsewhere,) = await client.examine(HOOK)
    assert (elsewhere.code, elsewhere.values) == ("telegram.other_hook", {"host": "bots.example"})
    (before,) = await client.connect(HOOK)
    assert (before.code, before.is_fault, before.values) == (
        "telegram.other_hook_before",
        False,
        {"host": "bots.example"},
    )


async def test_a_webhook_without_https_is_named(platform: TelegramPlatform, client: Client) -> None:
    (finding,) = await client.connect("http://otklik.example/hooks/telegram")
    assert (finding.code, finding.is_fault) == ("telegram.no_https", True)
    assert "HTTPS" in platform.offences.pop()


async def test_trouble_with_deliveries_is_told(
    platform: TelegramPlatform, client: Client, anna: TelegramResident
) -> None:
    platform.courier.tries = 1
    async with listening() as page:
        page.statuses = [500]
        await client.connect(page.url)
        await platform.idle()
        findings = {finding.code: finding.values for finding in await client.examine(page.url)}
        assert findings == {"telegram.last_error": {"reason": "Wrong response from the webhook: 500"}}
        platform.allowed = frozenset({"message"})
        assert "telegram.events_off" in {finding.code for finding in await client.examine(page.url)}


async def test_deliveries_pass_the_check_that_they_come_to(
    platform: TelegramPlatform, client: Client, anna: TelegramResident
) -> None:
    async with listening() as page:
        await client.connect(page.url)
        await platform.idle()
        headers = {name.lower(): value for name, value in page.headers[0].items()}
        request = Hook(payload=page.updates[0], headers=headers, caller=None)
        assert isinstance(channel.admit(PAGE, channel.options(**platform.settings()), request), Take)


async def test_disconnecting_removes_no_webhook_of_others(platform: TelegramPlatform, client: Client) -> None:
    platform.set_hook({"url": "https://bots.example/x"})
    await client.disconnect(HOOK)
    assert platform.hook["url"] == "https://bots.example/x"
    platform.set_hook({"url": HOOK})
    await client.disconnect(HOOK)
    assert platform.hook == {}


async def test_polling_takes_the_webhook_away_and_goes_on_where_it_was(
    platform: TelegramPlatform, opened: Open
) -> None:
    client = await opened(polling=True)
    platform.set_hook({"url": HOOK})
    assert [finding.code for finding in await client.examine(HOOK)] == ["telegram.hook_while_polling"]
    with pytest.raises(ChannelUnavailable):
        await client.poll("")
    assert await client.connect(HOOK) == []
    assert await client.examine(HOOK) == []
    anna = platform.resident(77, "Анна")
    waiting = asyncio.create_task(client.poll(""))
    await anna.start()
    first = await waiting
    await anna.say("Яма")
    second = await client.poll(first.next)
    texts = [payload["message"]["text"] for payload in (*first.payloads, *second.payloads)]
    assert texts == ["/start", "Яма"]
    assert (await client.poll(first.next)).payloads == second.payloads, "what was not taken comes again"


async def test_a_wrong_token_is_told_plainly_and_never_shown(opened: Open) -> None:
    client = await opened(token="1234567890:AAwrong-token")
    with pytest.raises(ChannelRefused, match="does not know this token"):
        await client.look()
    with pytest.raises(ChannelRefused, match="form"):
        await opened(token="nonsense")


async def test_the_token_shows_in_no_log_no_error_and_no_outcome(
    platform: TelegramPlatform, opened: Open, anna: TelegramResident, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = await opened(timeout_seconds=0.3, proxy="http://user:proxy-word@127.0.0.1:9")
    direct = await opened(timeout_seconds=0.3)
    seen = [repr(client), repr(channel.options(**platform.settings())), str(client.__dict__)]
    for fault in Fault:
        platform.broken.append(Broken(fault=fault, times=3, seconds=1))
        seen.append(repr(await direct.send("77", part(), key=1)))
        for call in (direct.look(), direct.fetch(FileRef(ref="x"), tmp_path / "x"), direct.poll(""), client.look()):
            try:
                await call
            except OtklikError as error:
                seen.append("".join(traceback.format_exception(error)))
        platform.broken.clear()
    platform.offences.clear()  # "x" is no file of Telegram's
    shown = caplog.text + "".join(seen)
    assert "ChannelUnavailable" in shown
    assert platform.token not in shown
    assert platform.token.partition(":")[2] not in shown
    assert "proxy-word" not in shown
