"""What holds for every channel that is found, a new folder under `bots/` included."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import SecretStr

import bots
from gateway.app import find_channels
from gateway.channels import Channel, Refuse, Speech, Take
from gateway.dialog.events import Pressed
from gateway.domain.message import Button, ButtonKind, Message
from gateway.errors import NotUnderstood
from tests.channels.connected import connected
from tests.channels.limits import TAKES
from tests.channels.payloads import anything, damaged, fixtures, with_extremes
from tests.channels.speeches import bubbles, ink, messages
from tests.properties import many, typed_text

NOW = datetime(2026, 3, 2, 9, 31, tzinfo=UTC)
CHANNELS = find_channels()
SAVED = {name: fixtures(name) for name in CHANNELS}
WORD = "word-that-must-not-show-1234"
ASK = Message(text="", rows=((Button(label="Моё место", kind=ButtonKind.LOCATION),), (Button(label="Нет", data="n"),)))

each = pytest.mark.parametrize("name", CHANNELS)


@each
@many
@given(message=messages)
@example(message=Message(text="\ud800 \0"))
@example(message=Message(text="Дом😀" * 3000))
@example(message=Message(text="😀" * 5000))
@example(message=ASK)
def test_whatever_is_said_fits_the_platform_and_nothing_of_it_is_lost(name: str, message: Message) -> None:
    channel = CHANNELS[name]
    parts = channel.draw(Speech(messages=(message,)), now=NOW)
    for part in parts:
        TAKES[name](part)
        assert part.once is message.once
    shown = bubbles(channel, parts)
    assert all(not bubble.rows for bubble in shown[:-1]), "the buttons stand at the end"
    buttons = [button for bubble in shown for row in bubble.rows for button in row]
    meant = [button for row in message.rows for button in row if is_drawable(channel, button)]
    drawn = [button for button in meant if not is_written_out(button, buttons)]
    written_out = "".join(f"{one.label}: {one.url}" for one in meant if one.url and is_written_out(one, buttons))
    assert ink("".join(bubble.text for bubble in shown)) == ink(message.text + written_out)
    assert len(buttons) == len(drawn)
    assert all(is_same(one, other) for one, other in zip(buttons, drawn, strict=True))
    files = [(file.key, file.type, file.size) for bubble in shown for file in bubble.files]
    assert sorted(files) == sorted((file.key, file.type, file.size) for file in message.files)


def is_drawable(channel: Channel, button: Button) -> bool:
    return button.kind is not ButtonKind.CONTACT or channel.capabilities.takes_contact


def is_written_out(button: Button, buttons: list[Button]) -> bool:
    """A link that the platform does not take stands in the text, one without any address nowhere."""
    return button.kind is ButtonKind.LINK and not any(is_same(one, button) for one in buttons)


def is_same(drawn: Button, meant: Button) -> bool:
    """Tell whether it does the same; a label may be cut, and keys of a chat's own keyboard have no data."""
    has_label = drawn.label == meant.label or meant.label.startswith(drawn.label.removesuffix("…").rstrip())
    does = (drawn.kind, drawn.tone, drawn.url) == (meant.kind, meant.tone, meant.url)
    return has_label and does and drawn.data in (meant.data, "")


@each
@many
@given(toast=typed_text, texts=st.lists(typed_text, max_size=3))
def test_a_press_is_answered_in_time_and_with_its_words(name: str, toast: str, texts: list[str]) -> None:
    channel = CHANNELS[name]
    speech = Speech(press=a_press(channel), toast=toast, messages=tuple(Message(text=text) for text in texts))
    parts = channel.draw(speech, now=NOW)
    for part in parts:
        TAKES[name](part)
        assert part.expires_at is None or part.expires_at > NOW
    shown = bubbles(channel, parts)
    toasts = [ink(bubble.text) for bubble in shown if bubble.is_toast]
    spoken = ink("".join(bubble.text for bubble in shown if not bubble.is_toast))
    assert spoken == ink("".join(texts if toasts or not ink(toast) else [toast, *texts]))
    assert not toasts or toasts == ["✓"] or ink(toast).startswith(toasts[0])


def a_press(channel: Channel) -> str:
    received = (channel.receive(payload) for payload in SAVED[channel.name].values())
    return next(one.press for one in received if one and isinstance(one.what, Pressed) and one.press)


@each
@many
@given(data=st.data())
def test_no_payload_breaks_the_reading(name: str, data: st.DataObject) -> None:
    read(CHANNELS[name], data.draw(st.one_of(anything, damaged(SAVED[name]))))


@each
def test_no_value_of_a_saved_payload_can_be_such_that_it_breaks_the_reading(name: str) -> None:
    for saved in SAVED[name].values():
        for payload in with_extremes(json.loads(json.dumps(saved))):
            read(CHANNELS[name], payload)


def read(channel: Channel, payload: Any) -> None:
    """Read it; a stamp has to fit the columns that it is stored in."""
    stamp = channel.stamp(payload)
    assert stamp == channel.stamp(json.loads(json.dumps(payload)))
    assert f"{stamp.key}{stamp.peer}{stamp.together}".isascii()
    assert 0 < len(stamp.key) <= 250
    assert 0 <= stamp.order < 2**63
    try:
        incoming = channel.receive(payload)
    except NotUnderstood:
        return
    assert incoming is None or incoming.peer == stamp.peer


@each
def test_saved_payloads_are_told_apart_by_their_stamps_and_repeats_are_not(name: str) -> None:
    channel = CHANNELS[name]
    stamps = [channel.stamp(payload) for payload in SAVED[name].values()]
    assert stamps == [channel.stamp(json.loads(json.dumps(payload))) for payload in SAVED[name].values()]
    assert len({stamp.key for stamp in stamps}) >= min(20, len(stamps))  # some tell of one press in two shapes


@each
async def test_what_a_connected_platform_delivers_is_taken_and_nothing_under_another_secret(
    name: str, tmp_path: Path
) -> None:
    async with connected(name, tmp_path) as page:
        await page.platform.resident(7, "Анна").say("Здравствуйте")
        await page.platform.idle()
        channel, hook, settings = page.channel, page.hooks[-1], page.platform.settings()
        assert channel.admit(page.connection, page.options, hook) == Take(channel.stamp(hook.payload))
        assert [one.what.text for one in page.received()] == ["Здравствуйте"]
        assert page.platform.offences == []
        if "secret" not in settings:
            assert "hook_key" in settings, "the address itself is what nobody guesses"
            return
        for wrong in (WORD, settings["secret"] + "1", settings["secret"][:-1]):
            options = channel.options(**settings | {"secret": wrong})
            assert isinstance(channel.admit(page.connection, options, hook), Refuse)
        assert isinstance(channel.admit(page.connection, channel.options(), hook), Refuse)


@each
def test_secrets_show_in_no_settings(name: str) -> None:
    options = CHANNELS[name].options
    secret = [field for field, about in options.model_fields.items() if "SecretStr" in str(about.annotation)]
    assert {"token", "hook_key"} <= set(secret)
    filled = options(**dict.fromkeys(secret, WORD))
    assert [getattr(filled, field) for field in secret] == [SecretStr(WORD)] * len(secret)
    assert WORD not in f"{filled!r} {filled} {filled.model_dump()}"


@each
def test_every_setting_says_what_it_does_and_the_folder_how_to_connect_a_page(name: str) -> None:
    options = CHANNELS[name].options
    assert [field for field, about in options.model_fields.items() if not about.description] == []
    for readme in ("README.md", "README.ru.md"):
        told = (Path(bots.__path__[0]) / name / readme).read_text(encoding="utf-8")
        assert f"otklik channel connect {name}" in told


ASKS_WHAT_IS_LOADED = """
import asyncio, sys
from datetime import UTC, datetime
from gateway.app import find_channels
from gateway.domain.connection import Connection
LARGE = {"aiogram", "httpx", "requests", "vk_api", *(f"bots.{name}.client" for name in find_channels())}
print(*sorted(LARGE & sys.modules.keys()))
ok = find_channels()["ok"]
page = Connection(id="ok", channel="ok", agency="city")
asyncio.run(ok.open(page, ok.options(token="t"), None, lambda: datetime.now(UTC)))
print(*sorted(LARGE & sys.modules.keys()))
"""


def test_a_channel_that_is_off_loads_nothing_that_calls() -> None:
    """Readiness and the other channels do not wait for large libraries, and a fault in one of them stops nobody."""
    run = subprocess.run(
        [sys.executable, "-c", ASKS_WHAT_IS_LOADED], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.split("\n") == ["", "bots.ok.client httpx", ""]
