"""What is said in VK: within the limits of its API, with nothing lost."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import example, given

from bots.vk import channel
from bots.vk.draw import without_keyboard
from gateway.channels import Speech
from gateway.domain.conversation import Part
from gateway.domain.message import Button, ButtonKind, Message, Tone
from tests.channels.speeches import bubbles, ink, messages
from tests.platforms.vk_keyboard import keyboard_of
from tests.platforms.vk_rules import parameters_of

NOW = datetime(2026, 3, 2, 9, 31, tzinfo=UTC)
ASK = ((Button(label="Моё место", kind=ButtonKind.LOCATION), Button(label="Назад", data="back")),)


def check_part(part: Part) -> None:
    body = json.loads(part.body)
    raw = {name: str(value) for name, value in body["params"].items()}
    if body["method"] == "messages.send":
        raw |= {"peer_id": "1", "random_id": "1"}
        assert raw["message"] or body["files"]
        assert len(raw["message"].encode("utf-16-le")) <= 4096 * 2
        assert len(body.get("files", ())) <= 10
    parameters_of(body["method"], raw)
    if "keyboard" in raw:
        buttons = [button for row in keyboard_of(raw["keyboard"])["buttons"] for button in row]
        asks = [button for button in buttons if button["action"]["type"] == "location"]
        assert not asks or len(buttons) <= 6


@given(messages)
@example(Message(text="\ud800 \0"))
@example(Message(text="Дом😀" * 3000))
@example(Message(text="😀" * 5000))
@example(Message(text="", rows=ASK))
def test_whatever_is_said_keeps_vks_limits_and_loses_nothing(message: Message) -> None:
    parts = channel.draw(Speech(messages=(message,)), now=NOW)
    for part in parts:
        check_part(part)
        assert part.once is message.once
    shown = bubbles(channel, parts)
    text = "\n".join(bubble.text for bubble in shown)
    labels = {button.label for bubble in shown for row in bubble.rows for button in row}
    assert ink(text).startswith(ink(message.text.encode("utf-8", "replace").decode()))
    assert [file for bubble in shown for file in bubble.files] == list(message.files)
    for button in (button for row in message.rows for button in row):
        if button.kind is not ButtonKind.CONTACT:
            assert button.label in labels or f"{button.label}: {button.url}" in text
    assert all(not bubble.rows for bubble in shown[:-1]), "the buttons stand at the end"


def test_the_place_is_asked_in_a_row_of_its_own() -> None:
    (part,) = channel.draw(Speech(messages=(Message(text="Где это?", rows=ASK),)), now=NOW)
    keyboard = json.loads(json.loads(part.body)["params"]["keyboard"])
    assert [[button["action"]["type"] for button in row] for row in keyboard["buttons"]] == [["location"], ["callback"]]


def test_what_is_beyond_the_limits_is_cut_rather_than_refused() -> None:
    choices = tuple((Button(label=f"{number} " + "ж" * 50, data="x"),) for number in range(12))
    link = (Button(label="Сайт", kind=ButtonKind.LINK, url="https://a.example/"),)
    for rows, most in (((*choices, link), 10), ((*ASK, *choices, link), 6)):
        (part,) = channel.draw(Speech(messages=(Message(text="Что это?", rows=rows),)), now=NOW)
        check_part(part)
        shown = channel.show(part)
        assert shown is not None
        assert sum(map(len, shown.rows)) == most
        assert shown.text == "Что это?\n\nСайт: https://a.example/"


def test_a_tone_is_a_colour_and_the_data_comes_back() -> None:
    row = (Button(label="Отправить", data="send", tone=Tone.GOOD), Button(label="Отменить", data="no", tone=Tone.BAD))
    (part,) = channel.draw(Speech(messages=(Message(text="Всё верно?", rows=(row,)),)), now=NOW)
    keyboard = json.loads(json.loads(part.body)["params"]["keyboard"])
    assert [button["color"] for button in keyboard["buttons"][0]] == ["positive", "negative"]
    shown = channel.show(part)
    assert shown is not None
    assert shown.rows == (row,)


def test_a_press_is_answered_within_its_minute() -> None:
    press = json.dumps(["abc", 7, 7])
    (answer,) = channel.draw(Speech(press=press, toast="Г" * 200), now=NOW)
    check_part(answer)
    params = json.loads(answer.body)["params"]
    assert (params["event_id"], params["user_id"], params["peer_id"]) == ("abc", 7, 7)
    assert answer.expires_at == NOW + timedelta(seconds=55)
    shown = channel.show(answer)
    assert shown is not None
    assert (shown.is_toast, len(shown.text)) == (True, 90)


def test_where_keyboards_are_forbidden_the_buttons_are_written_out() -> None:
    rows = ((Button(label="Да", data="1"),), (Button(label="Сайт", kind=ButtonKind.LINK, url="https://a.example/"),))
    (part,) = channel.draw(Speech(messages=(Message(text="Верно?", rows=rows),)), now=NOW)
    plain = without_keyboard(json.loads(part.body)["params"])
    assert plain["message"] == "Верно?\n— Да\nСайт: https://a.example/"
    assert "keyboard" not in plain
