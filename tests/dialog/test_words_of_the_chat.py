"""What is said and what is understood: every choice of the code has its words, every spelling its meaning."""

import re

import pytest

from gateway.dialog.buttons import Verb, Way, fingerprint, read_press
from gateway.dialog.events import Odd
from gateway.dialog.turn import Step
from gateway.dialog.words import Command, SmallTalk, read_command, read_small_talk, read_status
from gateway.domain.case import EventKind, Status
from gateway.domain.message import LABEL_CHARACTERS
from gateway.domain.refusal import Ground
from gateway.form.wording import shorten
from gateway.texts import LANGUAGES
from tests.dialog.talk import NUMBER, TEXTS

ANSWERS = set(Step) - {Step.PROBLEMS, Step.FAULTS, Step.REVIEW}
TOLD_LATER = {"forwarded", "postponed"}  # kinds that the core may report and this version does not know yet
CHOSEN = {
    "chat.odd": {odd.value for odd in Odd},
    "chat.talk": {*(talk.value for talk in SmallTalk), "nothing", "short"},
    "chat.ground": {ground.value for ground in Ground},
    "chat.answer": {*(step.value for step in ANSWERS), "text_cut", "consent_given"},
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("group", CHOSEN)
def test_every_choice_has_its_words_and_no_others_are_left(lang: str, group: str) -> None:
    own = {key.removeprefix(f"{group}.") for key in TEXTS.keys(lang) if key.startswith(f"{group}.")}
    assert own == CHOSEN[group]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_notices_are_of_kinds_and_statuses_that_can_happen(lang: str) -> None:
    kinds = {kind.value for kind in EventKind} | TOLD_LATER | {f"moved.{status.value}" for status in Status}
    for group in ("chat.notice", "chat.notice_after"):
        assert {key.removeprefix(f"{group}.") for key in TEXTS.keys(lang) if key.startswith(f"{group}.")} <= kinds


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("way", ["less", "more", "up"])
def test_every_way_through_the_catalogue_has_its_word(lang: str, way: str) -> None:
    assert TEXTS.has(lang, f"chat.topic.{way}")


LABELS = re.compile(
    r"chat\.(button\..+|menu\.(?!ask).+|report\..+|text\.cut|problems\.(apart|whole)|faults\.(mend|keep)|files\.(without|clear)|details\.(skip_all|clear)"
    r"|topic\.(browse|unknown|more|less|up)|place\.(photo|here)|phone\.own|consent\.(accept|decline)"
    r"|review\.(send|edit|topic|place)|reply\.(yes|no|send|leave)|case\.(reply|page|show)|remind\.(go_on|forget)|person\.back)"
)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_labels_of_buttons_are_never_cut(lang: str) -> None:
    labels = [TEXTS.say(lang, key) for key in TEXTS.keys(lang) if LABELS.fullmatch(key)]
    assert len(labels) > 35
    assert [label for label in labels if len(label) > LABEL_CHARACTERS] == []


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("/start", Command.START),
        ("/start@page_bot", Command.START),
        ("/start q7wcrrx6q2", Command.START),
        ("СТАРТ!", Command.START),
        ("Отмена.", Command.CANCEL),
        ("/cancel", Command.CANCEL),
        (" «отмена» ", Command.CANCEL),
        ("назад 👈", Command.BACK),
        ("Мои обращения", Command.CASES),
        ("статус", Command.CASES),
        ("?", Command.HELP),
        ("/HELP", Command.HELP),
        ("по-русски", Command.LANGUAGE),
        ("English", Command.LANGUAGE),
        ("Позовите человека!", Command.PERSON),
        ("отмена рейса автобуса 5", None),
        ("назад дороги нет", None),
        ("/unknown", None),
        ("", None),
        ("/", None),
    ],
)
def test_commands_are_understood_in_every_spelling(typed: str, command: Command | None) -> None:
    assert read_command(typed) is command


@pytest.mark.parametrize(
    ("typed", "talk"),
    [
        ("Здравствуйте", SmallTalk.GREETING),
        ("Доброго дня всем!", SmallTalk.GREETING),
        ("Всего доброго!", SmallTalk.THANKS),
        ("Спасибо за помощь", SmallTalk.THANKS),
        ("Здравствуйте, спасибо", SmallTalk.THANKS),
        ("Да, хорошо", SmallTalk.ASSENT),
        ("Нет воды", None),
        ("Спасибо, но яма осталась", None),
        ("!!!", None),
    ],
)
def test_small_talk_is_told_from_descriptions(typed: str, talk: SmallTalk | None) -> None:
    assert read_small_talk(typed) is talk


def test_a_number_is_asked_for_only_alone() -> None:
    assert read_status(f"статус {NUMBER}") == NUMBER
    assert read_status(f"По {NUMBER} так и нет ответа") is None


@pytest.mark.parametrize(
    "data",
    ["menu.new", f"case.show.{NUMBER}", f"case.rate.{NUMBER}.5", "12.files.skip", f"3.topic.t-{fingerprint('x')}"],
)
def test_buttons_of_ours_are_read(data: str) -> None:
    assert read_press(data) is not None


def test_every_way_and_verb_is_read() -> None:
    assert all(read_press(f"menu.{way.value}") for way in Way)
    assert all(read_press(f"case.{verb.value}.{NUMBER}" + (".1" if verb is Verb.RATE else "")) for verb in Verb)


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("Яма", 40, "Яма"),
        ("Яма на дороге", 13, "Яма на дороге"),
        ("Яма на дороге", 12, "Яма на…"),
        ("Яма на дороге", 8, "Яма на…"),
        ("Достопримечательность", 10, "Достоприм…"),
        ("Яма,\nи не одна", 6, "Яма…"),
    ],
)
def test_labels_are_cut_at_a_word(text: str, most: int, short: str) -> None:
    assert shorten(text, most) == short
