"""What is said in Telegram: within the limits of the Bot API, with nothing lost."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import example, given

from bots.telegram import channel
from gateway.channels import Speech
from gateway.domain.attachment import FileType
from gateway.domain.conversation import Part
from gateway.domain.message import Button, ButtonKind, Message, SentFile
from tests.channels.speeches import bubbles, ink, messages
from tests.platforms.telegram_limits import check, shown_caption, shown_text
from tests.platforms.telegram_rules import parameters_of

NOW = datetime(2026, 3, 2, 9, 31, tzinfo=UTC)
FILES = {"sendDocument": {"document": "attach://1"}}
PHOTO = SentFile(key="k", name="a.jpg", type=FileType.JPEG, size=9)
ASK = ((Button(label="Моё место", kind=ButtonKind.LOCATION),), (Button(label="Назад", data="back"),))


def drawn(*said: Message) -> list[dict[str, Any]]:
    return [json.loads(part.body) for part in channel.draw(Speech(messages=said), now=NOW)]


def check_part(part: Part) -> None:
    """Call the fake's own rules, and count as Telegram counts: in units of UTF-16."""
    body = json.loads(part.body)
    method, params, files = body["method"], dict(body["params"]), body.get("files", [])
    params |= FILES.get(method, {})
    if method == "sendMediaGroup":
        assert 2 <= len(files) <= 10
        params["media"] = [{"type": "document", "media": "attach://1"}] * len(files)
    chat = {} if method == "answerCallbackQuery" else {"chat_id": "1"}
    raw = chat | {name: v if isinstance(v, str) else json.dumps(v) for name, v in params.items()}
    values = parameters_of(method, raw)
    check(method, values)
    if method == "sendMessage":
        assert len(shown_text(values).encode("utf-16-le")) <= 4096 * 2
    assert len(shown_caption(values).encode("utf-16-le")) <= 1024 * 2


@given(messages)
@example(Message(text="\ud800 \0"))
@example(Message(text="Дом😀" * 3000))
@example(Message(text="😀" * 5000))
@example(Message(text="", rows=ASK))
def test_whatever_is_said_keeps_telegrams_limits_and_loses_nothing(message: Message) -> None:
    parts = channel.draw(Speech(messages=(message,)), now=NOW)
    for part in parts:
        check_part(part)
        assert part.once is message.once
    shown = bubbles(channel, parts)
    text = "\n".join(bubble.text for bubble in shown)
    buttons = [button for bubble in shown for row in bubble.rows for button in row]
    assert ink(text).startswith(ink(message.text.encode("utf-8", "replace").decode()))
    assert [file for bubble in shown for file in bubble.files] == list(message.files)
    for button in (button for row in message.rows for button in row):
        assert button.label in {one.label for one in buttons} or f"{button.label}: {button.url}" in text
    assert all(not bubble.rows for bubble in shown[:-1]), "the buttons stand at the end"


def test_a_long_text_is_cut_between_paragraphs_and_has_its_buttons_under_the_end() -> None:
    paragraph = "Слово и дело. " * 200
    first, second = drawn(Message(text=f"{paragraph}\n\n{paragraph}", rows=((Button(label="Да", data="yes"),),)))
    assert first["params"]["text"] == paragraph.strip() == second["params"]["text"]
    assert "inline_keyboard" not in first["params"]["reply_markup"]
    assert second["params"]["reply_markup"]["inline_keyboard"] == [[{"text": "Да", "callback_data": "yes"}]]


def test_the_place_is_asked_with_a_keyboard_that_goes_away_when_it_was_used() -> None:
    (part,) = drawn(Message(text="Где это?", rows=ASK))
    markup = part["params"]["reply_markup"]
    assert markup["keyboard"] == [[{"text": "Моё место", "request_location": True}], [{"text": "Назад"}]]
    assert markup["one_time_keyboard"] is markup["resize_keyboard"] is True


def test_a_message_without_buttons_takes_an_old_keyboard_away() -> None:
    (part,) = drawn(Message(text="Спасибо"))
    assert part["params"]["reply_markup"] == {"remove_keyboard": True}


def test_one_file_carries_the_text_and_several_come_before_it() -> None:
    (alone,) = drawn(Message(text="Ответ", files=(PHOTO,)))
    assert (alone["method"], alone["params"]["caption"]) == ("sendDocument", "Ответ")
    album, text = drawn(Message(text="Ответ", files=(PHOTO, PHOTO)))
    assert (album["method"], text["method"]) == ("sendMediaGroup", "sendMessage")


def test_a_link_that_telegram_would_refuse_is_written_out() -> None:
    (part,) = drawn(
        Message(text="Готово", rows=((Button(label="Открыть", kind=ButtonKind.LINK, url="http://localhost/t"),),))
    )
    assert part["params"]["text"] == "Готово\n\nОткрыть: http://localhost/t"


def test_a_press_is_answered_first_and_only_while_it_is_fresh() -> None:
    answer, message = channel.draw(Speech(messages=(Message(text="Дальше"),), press="42", toast="Д" * 300), now=NOW)
    check_part(answer)
    assert json.loads(answer.body)["params"]["callback_query_id"] == "42"
    assert answer.expires_at is not None
    assert NOW < answer.expires_at <= NOW + timedelta(minutes=1)
    assert message.expires_at is None
    shown = channel.show(answer)
    assert shown is not None
    assert (shown.is_toast, len(shown.text)) == (True, 200)


def test_a_press_without_words_stops_its_spinner_and_shows_nothing() -> None:
    (answer,) = channel.draw(Speech(press="42"), now=NOW)
    assert json.loads(answer.body) == {"method": "answerCallbackQuery", "params": {"callback_query_id": "42"}}
    assert channel.show(answer) is None
