"""Odnoklassniki and MAX: whatever is said within our limits is drawn within theirs, and no word of it is lost."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.ok.draw import MARK
from gateway.channels import Speech
from gateway.domain.attachment import FileType
from gateway.domain.message import (
    DATA_BYTES,
    LABEL_CHARACTERS,
    MOST_BUTTONS,
    MOST_IN_ROW,
    MOST_ROWS,
    Button,
    ButtonKind,
    Message,
    SentFile,
    Tone,
)
from tests.channels.kin import CHANNELS, KINDS
from tests.platforms import max_rules, ok_rules
from tests.properties import many, typed_text

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

labels = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=LABEL_CHARACTERS)
choices = st.builds(
    Button,
    label=labels,
    data=st.text("abc:0123456789", max_size=DATA_BYTES),
    tone=st.sampled_from(Tone),
)
links = st.builds(
    Button,
    label=labels,
    kind=st.just(ButtonKind.LINK),
    url=st.sampled_from(["https://uyezd.example/t/1?k=2", "not an address", "tel:112", "", None]),
)
asking = st.builds(Button, label=labels, kind=st.sampled_from([ButtonKind.LOCATION, ButtonKind.CONTACT])).map(
    lambda button: (button,)
)
rows = st.lists(
    st.lists(choices | links, min_size=1, max_size=MOST_IN_ROW).map(tuple) | asking, max_size=MOST_ROWS
).map(lambda rows: tuple(row for at, row in enumerate(rows) if sum(map(len, rows[: at + 1])) <= MOST_BUTTONS))
files = st.builds(
    SentFile, key=st.uuids().map(str), name=typed_text, type=st.sampled_from(FileType), size=st.integers(1, 10**7)
)
texts = st.one_of(
    typed_text,
    st.text(st.characters(), max_size=50),
    st.builds(lambda part, times: part * times, st.text(st.characters(), min_size=1, max_size=200), st.integers(1, 60)),
    st.builds(lambda times: "👍🏽 яма " * times, st.integers(1, 2000)),
)
messages = st.builds(Message, text=texts, rows=rows, files=st.lists(files, max_size=12).map(tuple), once=st.booleans())
speeches = st.builds(
    Speech,
    messages=st.lists(messages, max_size=3).map(tuple),
    press=st.none() | st.just("callback-1"),
    toast=st.none() | typed_text,
)


@pytest.mark.parametrize("name", KINDS)
@many
@given(speech=speeches)
def test_whatever_is_said_keeps_the_platform_s_rules(name, speech):
    for part in CHANNELS[name].draw(speech, now=NOW):
        body = json.loads(part.body)
        if "notification" in body:
            max_rules.read_answer({"notification": body["notification"]})
            continue
        with_files(name, body)
        rules = max_rules if name == "max" else ok_rules
        rules.read_message(body["message"])


@pytest.mark.parametrize("name", KINDS)
@many
@given(speech=speeches)
def test_no_word_file_or_button_is_lost(name, speech):
    channel = CHANNELS[name]
    bubbles = [bubble for part in channel.draw(speech, now=NOW) if not (bubble := channel.show(part)).is_toast]
    said = [speech.toast or ""] if name == "ok" else []
    for message in speech.messages:
        said += [message.text, *untold(message)]
    assert letters("".join(bubble.text for bubble in bubbles)) == letters("".join(said))
    assert sorted(file.key for bubble in bubbles for file in bubble.files) == sorted(
        file.key for message in speech.messages for file in message.files
    )
    drawn = [(button.kind, button.data, button.tone, button.url) for b in bubbles for row in b.rows for button in row]
    assert drawn == [
        (button.kind, button.data, button.tone, button.url)
        for message in speech.messages
        for row in message.rows
        for button in row
        if button.kind is not ButtonKind.LINK or (button.url or "").startswith("https:")
    ]


CHOICE = Button(label="Да", data="y")
FULL = (
    Message(text="Больше некуда", rows=((CHOICE,) * 5, *((CHOICE,),) * 5)),
    Message(
        text="Пять фото", files=tuple(SentFile(key=str(n), name="f", type=FileType.JPEG, size=1) for n in range(5))
    ),
)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("message", [*FULL, replace(FULL[1], rows=FULL[0].rows)])
def test_what_is_full_keeps_the_platform_s_rules_too(name, message):
    parts = CHANNELS[name].draw(Speech(messages=(message,)), now=NOW)
    for part in parts:
        body = json.loads(part.body)
        with_files(name, body)
        (max_rules if name == "max" else ok_rules).read_message(body["message"])
    shown = [CHANNELS[name].show(part) for part in parts]
    assert sum(len(row) for bubble in shown for row in bubble.rows) == sum(map(len, message.rows))
    assert sum(len(bubble.files) for bubble in shown) == len(message.files)


@pytest.mark.parametrize("name", KINDS)
def test_buttons_stand_under_the_last_piece_of_a_long_text(name):
    message = Message(text="Слово. " * 1500, rows=((Button(label="Да", data="y"),),), once=True)
    parts = CHANNELS[name].draw(Speech(messages=(message,)), now=NOW)
    shown = [CHANNELS[name].show(part) for part in parts]
    assert len(shown) > 2
    assert [len(bubble.rows) for bubble in shown] == [0] * (len(shown) - 1) + [1]
    assert all(bubble.text.endswith("Слово.") for bubble in shown)
    assert all(part.once for part in parts)


def test_max_answers_a_press_that_nothing_is_said_to_before_it_is_stale():
    (part,) = CHANNELS["max"].draw(Speech(press="id"), now=NOW)
    assert json.loads(part.body) == {"callback": "id", "notification": "✓"}
    assert NOW < part.expires_at <= NOW + timedelta(minutes=2)


def test_odnoklassniki_answers_a_press_with_its_first_message_alone():
    """What has no buttons is marked: in the chat's history it must not look like words of a person."""
    speech = Speech(messages=(Message(text="Раз"), Message(text="Два")), press="id", toast="Хорошо")
    bodies = [json.loads(part.body) for part in CHANNELS["ok"].draw(speech, now=NOW)]
    assert [body.get("callback") for body in bodies] == ["id", None]
    assert bodies[0]["message"] == {"text": "Хорошо\n\nРаз" + MARK}
    (alone,) = CHANNELS["ok"].draw(Speech(press="id", toast="Этот шаг пройден"), now=NOW)
    assert json.loads(alone.body)["message"] == {"text": "Этот шаг пройден" + MARK}


def with_files(name, body):
    """Put attachments where the client puts them when they are uploaded."""
    kinds = ["image" if file["type"].startswith("image/") else "file" for file in body["files"]]
    media = [{"type": kind if name == "max" else kind.upper(), "payload": {"token": "t"}} for kind in kinds]
    attachments = [*media, *(body["message"].get("attachments") or [])]
    if attachments:
        body["message"]["attachments"] = attachments


def untold(message):
    return [
        f"{button.label}: {button.url}"
        for row in message.rows
        for button in row
        if button.kind is ButtonKind.LINK and button.url and not button.url.startswith("https:")
    ]


def letters(text):
    """What a text says, without blanks, the sign for no words, and what no platform takes."""
    clean = text.replace("\0", " ").encode("utf-8", "replace").decode()
    return "".join(clean.split()).replace("…", "")
