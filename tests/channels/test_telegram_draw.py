"""What is said in Telegram, as its chat shows it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from bots.telegram import channel
from gateway.channels import Speech
from gateway.domain.attachment import FileType
from gateway.domain.message import Button, ButtonKind, Message, SentFile
from tests.channels.limits import telegram_takes

NOW = datetime(2026, 3, 2, 9, 31, tzinfo=UTC)
PHOTO = SentFile(key="k", name="a.jpg", type=FileType.JPEG, size=9)
ASK = ((Button(label="Моё место", kind=ButtonKind.LOCATION),), (Button(label="Назад", data="back"),))


def drawn(*said: Message) -> list[dict[str, Any]]:
    return [json.loads(part.body) for part in channel.draw(Speech(messages=said), now=NOW)]


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
    telegram_takes(answer)
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
