"""What is said in VK, as its chat shows it."""

import json
from datetime import UTC, datetime, timedelta

from bots.vk import channel
from bots.vk.draw import without_keyboard
from gateway.channels import Speech
from gateway.domain.message import Button, ButtonKind, Message, Tone
from tests.channels.limits import vk_takes

NOW = datetime(2026, 3, 2, 9, 31, tzinfo=UTC)
ASK = ((Button(label="Моё место", kind=ButtonKind.LOCATION), Button(label="Назад", data="back")),)


def test_the_place_is_asked_in_a_row_of_its_own() -> None:
    (part,) = channel.draw(Speech(messages=(Message(text="Где это?", rows=ASK),)), now=NOW)
    keyboard = json.loads(json.loads(part.body)["params"]["keyboard"])
    assert [[button["action"]["type"] for button in row] for row in keyboard["buttons"]] == [["location"], ["callback"]]


def test_what_is_beyond_the_limits_is_cut_rather_than_refused() -> None:
    ask = ((Button(label="Моё место", kind=ButtonKind.LOCATION),),)
    choices = tuple((Button(label=f"{number} " + "ж" * 50, data="x"),) for number in range(12))
    link = (Button(label="Сайт", kind=ButtonKind.LINK, url="https://a.example/"),)
    for rows, most in (((*choices, link), 10), ((*ask, *choices, link), 6)):
        (part,) = channel.draw(Speech(messages=(Message(text="Что это?", rows=rows),)), now=NOW)
        vk_takes(part)
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
    vk_takes(answer)
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
