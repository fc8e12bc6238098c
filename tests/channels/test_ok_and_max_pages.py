"""Odnoklassniki and MAX: connecting a page, telling how it lives, keeping it alive, asking it for messages."""

import re
import traceback
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from urllib.parse import quote

import pytest
import pytest_asyncio
from aiohttp import web
from pydantic import ValidationError

from gateway.channels import FileRef, Finding, Hook, Page, Refuse, SeesPeople, Take
from gateway.domain.attachment import FileType
from gateway.domain.connection import Connection, ConnectionId
from gateway.domain.message import Button, Message
from gateway.domain.page_link import LinkCode
from gateway.errors import ChannelRefused, ChannelUnavailable
from tests.channels.connected import CHANNELS, JPEG, KINDS, connected, opened
from tests.channels.payloads import fixtures
from tests.loopback import serve
from tests.platforms.platform import Broken, Fault

OTHERS = "https://bot.example/hooks/of/others?key=theirs"


@pytest_asyncio.fixture(params=KINDS)
async def page(request, tmp_path):
    async with connected(request.param, tmp_path, connect=False) as page:
        yield page


def codes(findings):
    return [finding.code.partition(".")[2] for finding in findings]


async def test_the_token_tells_whose_page_it_is(page):
    looked = await page.client.look()
    assert looked in (
        Page(name="Администрация города", handle="57212027273260"),
        Page(name="Отклик", handle="otklik_test_bot"),
    )
    connection = Connection(id=ConnectionId("p"), channel="p", agency=page.connection.agency, handle=looked.handle)
    link = page.channel.link(connection, LinkCode("abcdefghij"))
    assert link in (
        "https://ok.ru/group/57212027273260/messages",
        "https://max.ru/otklik_test_bot?start=abcdefghij",
    )
    assert page.channel.link(page.connection, None) is None


async def test_a_page_is_connected_beside_another_bot_and_let_go_without_it(page):
    await page.client.connect(OTHERS)
    assert codes(await page.client.examine(page.hook)) == ["no_hook", "other_hooks"]
    findings = await page.client.connect(page.hook)
    assert codes(findings) == ["other_hooks"]
    assert dict(findings[0].values) == {"hosts": "bot.example"}
    assert not findings[0].is_fault
    await page.client.disconnect(page.hook)
    assert [one["url"] for one in page.platform.subscriptions] == [OTHERS]
    await page.client.disconnect(page.hook)
    assert page.platform.offences == []


async def test_a_page_that_the_platform_forgot_is_subscribed_again(page):
    await page.client.connect(page.hook)
    await page.client.watch(page.hook)
    calls = len(page.platform.calls)
    page.platform.lapse()
    assert codes(await page.client.examine(page.hook)) == ["no_hook"]
    await page.client.watch(page.hook)
    assert [one["url"] for one in page.platform.subscriptions] == [page.hook]
    assert await page.client.examine(page.hook) == []
    assert len(page.platform.calls) > calls


async def test_watching_an_odnoklassniki_page_uses_its_token(tmp_path):
    async with connected("ok", tmp_path) as page:
        page.platform.calls.clear()
        await page.client.watch(page.hook)
        assert "GET me/info" in [call.method for call in page.platform.calls]
        assert "POST me/subscribe" not in [call.method for call in page.platform.calls]


async def test_a_subscription_of_max_to_too_little_is_found_and_mended(tmp_path):
    async with connected("max", tmp_path) as page:
        page.platform.subscriptions[0]["update_types"] = ["message_created", "bot_started", "message_edited"]
        (finding,) = await page.client.examine(page.hook)
        assert finding == Finding(
            code="max.events_off",
            is_fault=True,
            values={"events": "message_callback, bot_stopped, dialog_removed"},
        )
        await page.client.watch(page.hook)
        assert await page.client.examine(page.hook) == []


async def test_max_delivers_to_https_on_its_usual_port_alone(tmp_path):
    async with connected("max", tmp_path, connect=False) as page:
        for hook in ("http://uyezd.example/hooks/max", "https://uyezd.example:8443/hooks/max"):
            assert codes(await page.client.connect(hook)) == ["no_https"]
        assert page.platform.subscriptions == []


async def test_a_page_without_what_proves_deliveries_is_not_subscribed(tmp_path):
    async with connected("max", tmp_path, connect=False, secret=None) as page:
        assert codes(await page.client.connect(page.hook)) == ["no_secret"]
    async with connected("ok", tmp_path, connect=False, hook_key=None) as page:
        assert codes(await page.client.connect(page.hook)) == ["no_hook_key"]
        assert page.platform.subscriptions == []


async def test_a_wrong_token_is_told_from_a_platform_that_is_away(page, tmp_path):
    async with opened(page.platform, tmp_path, token="wrong-token-of-tests") as stranger:
        with pytest.raises(ChannelRefused) as refused:
            await stranger.client.look()
        assert "wrong-token" not in str(refused.value)
    page.platform.broken.append(Broken(Fault.DOWN))
    with pytest.raises(ChannelUnavailable):
        await page.client.look()
    page.platform.broken.append(Broken(Fault.SERVER_ERROR))
    with pytest.raises(ChannelUnavailable):
        await page.client.examine(page.hook)


@pytest.mark.parametrize("name", KINDS)
async def test_messages_can_be_asked_for(name, tmp_path):
    async with connected(name, tmp_path, connect=False, polling=True) as page:
        await page.client.connect(page.hook)
        anna = page.platform.resident(7, "Анна Петрова")
        if name == "ok":  # it keeps updates from the first time on that it was asked for them
            assert page.platform.world.polled_types
        await anna.say("Раз")
        await anna.say("Два")
        first = await page.client.poll("")
        assert [page.channel.receive(payload).what.text for payload in first.payloads] == ["Раз", "Два"]
        await anna.say("Три")
        second = await page.client.poll(first.next)
        assert [page.channel.receive(payload).what.text for payload in second.payloads] == ["Три"]
        assert page.platform.offences == []


async def test_asking_max_for_messages_while_somebody_is_subscribed_is_found(tmp_path):
    async with connected("max", tmp_path, connect=False, polling=True) as page:
        async with opened(page.platform, tmp_path) as other:
            await other.client.connect(OTHERS)
        (finding,) = await page.client.examine(page.hook)
        assert (finding.code, finding.is_fault) == ("max.hook_while_polling", True)
        with pytest.raises(ChannelRefused):
            await page.client.poll("")


async def test_a_person_who_writes_as_the_group_is_noticed_and_the_bot_itself_is_not(tmp_path):
    async with connected("ok", tmp_path) as page:
        since = datetime.now(UTC) - timedelta(minutes=1)
        assert isinstance(page.client, SeesPeople)
        anna = page.platform.resident(7, "Анна")
        peer = await page.met(anna)
        await page.say(peer, Message(text="Куда смотреть?", rows=((Button(label="Сюда", data="1"),),)))
        await anna.press("Сюда")
        await page.platform.idle()
        await page.say(peer, Message(text="Ясно."), press=page.last().press)
        page.platform.broken.append(Broken(Fault.LOST_ANSWER, page.platform.sending))
        await page.say(peer, Message(text="Что ещё?"))
        assert not await page.client.person_spoke(peer, since)
        await page.platform.operator_says(anna, "Это я, Пётр из приёмной")
        assert await page.client.person_spoke(peer, since)
        assert not await page.client.person_spoke(peer, datetime.now(UTC) + timedelta(minutes=1))
        async with opened(page.platform, tmp_path) as restarted:
            assert not await restarted.client.person_spoke(peer, since)


async def test_pages_of_max_have_nobody_behind_them(tmp_path):
    async with connected("max", tmp_path) as page:
        assert not isinstance(page.client, SeesPeople)


def hook(name, headers=None, caller="127.0.0.1"):
    return Hook(payload=fixtures(name)["text"], headers=headers or {}, caller=caller and ip_address(caller))


@pytest.mark.parametrize(
    ("shown", "is_taken"),
    [("right_secret-1", True), ("right_secret-2", False), ("", False), (None, False), ("пароль\udcff", False)],
)
def test_max_is_known_by_its_secret(shown, is_taken):
    channel = CHANNELS["max"]
    options = channel.options(secret="right_secret-1")
    headers = {} if shown is None else {"x-max-bot-api-secret": shown}
    admission = channel.admit(None, options, hook("max", headers))
    assert admission == (Take(channel.stamp(fixtures("max")["text"])) if is_taken else Refuse(401))


@pytest.mark.parametrize("headers", [{}, {"x-max-bot-api-secret": ""}])
def test_max_without_a_secret_takes_nothing(headers):
    channel = CHANNELS["max"]
    assert channel.admit(None, channel.options(), hook("max", headers)) == Refuse(401)


@pytest.mark.parametrize(
    ("check", "caller", "is_taken"),
    [
        ("refuse", "217.20.145.193", True),
        ("refuse", "::ffff:217.20.153.50", True),
        ("refuse", "217.20.145.1", False),
        ("refuse", "2a00:b4c0::1", False),
        ("refuse", None, False),
        ("log", "198.51.100.1", True),
        ("log", None, True),
        ("off", None, True),
    ],
)
def test_odnoklassniki_is_known_by_its_networks_where_that_is_wanted(check, caller, is_taken):
    channel = CHANNELS["ok"]
    options = channel.options(network_check=check, hook_key="k" * 22)
    admission = channel.admit(None, options, hook("ok", caller=caller))
    assert isinstance(admission, Take) if is_taken else admission == Refuse(403)


def test_settings_that_would_let_strangers_in_are_refused_without_being_shown():
    for name, setting, value in (
        ("ok", "hook_key", "guessable"),
        ("ok", "hook_key", "with/slash/0123456789abcdef"),
        ("max", "secret", "abc"),
        ("max", "secret", "пароль-пароль"),
    ):
        with pytest.raises(ValidationError) as refused:
            CHANNELS[name].options(**{setting: value})
        assert value not in str(refused.value)


def test_the_key_of_a_hook_belongs_to_one_page():
    assert "hook_key" in CHANNELS["ok"].options.of_page
    assert "secret" in CHANNELS["max"].options.of_page


@pytest.mark.parametrize("name", KINDS)
async def test_whoever_holds_files_is_shown_no_token(name, tmp_path):
    asked = []

    async def show(request):
        asked.append(f"{request.url} {dict(request.headers)}")
        return web.json_response({"url": f"{base}/kept", "token": "t", "photos": {"k": {"token": "t"}}})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", show)
    async with connected(name, tmp_path, connect=False) as page, serve(app) as base:
        async with opened(page.platform, tmp_path, api_base=base) as here:
            await here.client.fetch(FileRef(ref=f"{base}/kept"), tmp_path / "file")
            photo = await here.file("photo", JPEG, FileType.JPEG)
            await here.say("7", Message(text="Фото", files=(photo,)))
        token = page.platform.settings()["token"]
        told = ["/kept" in line.split()[0] for line in asked if token in line or quote(token) in line]
        assert True not in told
        assert False in told
        assert ["/kept" in line.split()[0] for line in asked].count(True) == 2


@pytest.mark.parametrize("name", KINDS)
async def test_a_token_that_none_can_be_is_refused_without_being_shown(name, tmp_path):
    with pytest.raises(ChannelRefused) as refused:
        async with connected(name, tmp_path, connect=False, token="пароль\nпароль"):
            pass
    assert "пароль" not in repr(refused.value)


async def test_a_certificate_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(ChannelRefused, match="ca_file"):
        async with connected("max", tmp_path, connect=False, ca_file=str(tmp_path / "absent.pem")):
            pass


async def test_tokens_are_shown_nowhere(page, caplog):
    caplog.set_level("DEBUG")
    await page.client.connect(page.hook)
    peer = await page.met(page.platform.resident(8, "Анна"))
    part = page.drawn(Message(text="Раз"))
    said = [repr(await page.send(peer, part)), await complaint(page)]
    for fault in Fault:
        page.platform.broken[:] = [Broken(fault, seconds=0.01)]
        said.append(repr(await page.send(peer, part)))
        page.platform.broken[:] = [Broken(fault, seconds=0.01)]
        said.append(await complaint(page))
    await page.platform.__aexit__()
    said += [repr(await page.send(peer, part)), await complaint(page)]
    said += [repr(page.client), repr(page.options), str(vars(page.client)), caplog.text]
    assert {"ChannelUnavailable", "SendLater", "Sent"} <= {word for line in said for word in re.findall(r"\w+", line)}
    token = page.platform.settings()["token"]
    assert not [line for line in said if token in line or quote(token) in line]


async def complaint(page):
    """What stands in a log when the page cannot be looked at."""
    try:
        await page.client.look()
    except (ChannelRefused, ChannelUnavailable) as error:
        return "".join(traceback.format_exception(error))
    return ""
