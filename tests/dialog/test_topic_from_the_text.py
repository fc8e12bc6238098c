"""The topic that the text suggests: taken without a question where it is sure, asked with a few choices where not."""

from dataclasses import replace

import pytest

from gateway.dialog.draft import Draft
from gateway.dialog.events import Edited, Said, WasAccepted
from gateway.dialog.turn import Step
from gateway.domain.reading import Reading, ReadProblem
from gateway.domain.topic import Catalogue, Topic, TopicCode, TopicMatch, Wording
from tests.dialog.talk import (
    ANSWER_BY,
    DUTY,
    MANY,
    NUMBER,
    PIT,
    SIGN,
    SNOW,
    No,
    Tap,
    about,
    form_of,
    hold,
    photos,
    surely,
)

HATCH = Topic(
    code=TopicCode("0301"),
    path=("Дворы", "Люки", "Запах из люка"),
    fast_track=False,
    days=30,
    confused=(TopicCode("0302"),),
    tell="Пахнет, но вода не течёт.",
    other={"en": Wording(path=("Yards", "Manholes", "Smell from a manhole"), tell="It smells, no water comes out.")},
)
LEAK = Topic(
    code=TopicCode("0302"),
    path=("Дворы", "Люки", "Вода из люка"),
    fast_track=True,
    days=10,
    tell="Вода выходит наверх.",
    other={"en": Wording(path=("Yards", "Manholes", "Water from a manhole"), tell="Water comes to the surface.")},
)
FORM = form_of(DUTY, catalogue=Catalogue([HATCH, LEAK, PIT, SIGN, SNOW, *MANY]))
SMELL = "У нас на остановке третий день воняет из люка"
REST_OF_FORM = (("нет", Step.PLACE), ("остановка Садовая", Step.NAME), ("Житель Дома", Step.REVIEW))


def labels(talk) -> list[str]:
    return [button.label for row in talk.turn.messages[-1].rows for button in row]


def at_review(said: Said):
    return hold((said,), *REST_OF_FORM, form=FORM)


# Sure


def test_sure_topic_is_taken_without_a_question_and_shown_in_the_summary() -> None:
    talk = hold(
        (surely(SMELL, HATCH), Step.FILES, "Тема: Запах из люка. Изменить её можно"),
        ("нет", Step.PLACE, No("Тема")),
        ("остановка Садовая", Step.NAME),
        ("Житель Дома", Step.REVIEW, "Тема: Дворы → Люки → Запах из люка"),
        form=FORM,
    )
    assert talk.draft.answers.topic == HATCH.code
    assert labels(talk) == ["Отправить", "Изменить тему", "Изменить", "Отмена"]


def test_sure_topic_is_changed_with_a_tap() -> None:
    topics = (TopicMatch(topic=HATCH, score=0.93), TopicMatch(topic=LEAK, score=0.05))
    read = ReadProblem(text=SMELL, start=0, end=len(SMELL), topics=topics)
    talk = at_review(Said(text=SMELL, reading=Reading(problems=(read,))))
    talk.go_on(Tap("Изменить тему"))
    assert talk.turn.asks is Step.TOPIC
    talk.go_on(Tap("2. Вода из люка"))
    assert (talk.turn.asks, talk.draft.answers.topic) == (Step.REVIEW, LEAK.code)
    assert "Изменить тему" not in labels(talk)


@pytest.mark.parametrize("unknown", [Tap("Не знаю"), "не знаю"])
def test_sure_topic_can_be_taken_away(unknown: object) -> None:
    talk = at_review(surely(SMELL, HATCH))
    talk.go_on(Tap("Изменить тему"))
    talk.go_on(unknown)
    assert (talk.turn.asks, talk.draft.answers.topic) == (Step.REVIEW, None)


def test_sure_topic_follows_the_text() -> None:
    first = replace(surely(SMELL, HATCH), message="7")
    talk = hold((first, Step.FILES), form=FORM)
    other = surely("Яма на дороге у дома 5", PIT).reading
    talk.go_on(Edited(message="7", text="Яма на дороге у дома 5", reading=other))
    assert talk.draft.answers.topic == PIT.code
    assert "Тема: Ямы во дворах." in talk.turn.messages[-1].text
    unsure = Reading(problems=(ReadProblem(text="Беда", start=0, end=4, topics=(TopicMatch(topic=SIGN, score=0.4),)),))
    talk.go_on(Edited(message="7", text="Беда какая-то у нас", reading=unsure))
    assert talk.draft.answers.topic is None
    talk.go_on("нет")
    assert talk.turn.asks is Step.TOPIC


def test_topic_chosen_by_hand_stays_when_the_text_changes() -> None:
    lines = ((replace(about(SMELL, LEAK, HATCH), message="7"), Step.FILES), ("нет", Step.TOPIC), ("1", Step.PLACE))
    talk = hold(*lines, form=FORM)
    talk.go_on(Edited(message="7", text="Яма на дороге у дома 5", reading=surely("Яма", PIT).reading))
    assert talk.draft.answers.topic == LEAK.code
    assert "Тема:" not in talk.turn.messages[-1].text


def test_topic_passed_over_by_hand_stays_open_when_the_text_changes() -> None:
    lines = ((replace(about(SMELL, LEAK), message="7"),), ("нет", Step.TOPIC), (Tap("Не знаю"), Step.PLACE))
    talk = hold(*lines, form=FORM)
    talk.go_on(Edited(message="7", text="Яма на дороге у дома 5", reading=surely("Яма", PIT).reading))
    assert talk.draft.answers.topic is None


def test_topic_of_a_link_is_not_taken_over() -> None:
    draft = Draft(has_met=True, is_open=True, number=1)
    draft = replace(draft, answers=replace(draft.answers, topic=str(SIGN.code)))
    talk = hold((surely(SMELL, HATCH), Step.FILES, No("Тема")), form=FORM, draft=draft)
    assert talk.draft.answers.topic == SIGN.code


def test_several_problems_are_each_asked_or_taken_as_sure_as_they_are() -> None:
    parts = (
        ReadProblem(text="Воняет из люка", start=0, end=14, topics=(TopicMatch(topic=HATCH, score=0.95),)),
        ReadProblem(text="Ямы на дороге", start=15, end=28, topics=(TopicMatch(topic=PIT, score=0.9),)),
    )
    said = Said(text="Воняет из люка\nЯмы на дороге", reading=Reading(problems=parts))
    talk = hold(
        (said, Step.PROBLEMS, No("Тема")),
        ("2", Step.FILES, "Тема: Ямы во дворах."),
        ("нет", Step.PLACE),
        ("Ленина, 5", Step.NAME),
        ("Житель Дома", Step.REVIEW),
        (Tap("Отправить"),),
        (WasAccepted(number=NUMBER, answer_by=ANSWER_BY, url="https://example.org/1"), Step.FILES, "Запах из люка."),
        form=FORM,
    )
    assert talk.draft.answers.topic == HATCH.code


def test_whole_text_of_several_problems_is_asked_with_the_best_of_each() -> None:
    parts = (
        ReadProblem(text="Воняет из люка", start=0, end=14, topics=(TopicMatch(topic=HATCH, score=0.95),)),
        ReadProblem(text="Ямы на дороге", start=15, end=28, topics=(TopicMatch(topic=PIT, score=0.9),)),
    )
    said = Said(text="Воняет из люка\nЯмы на дороге", reading=Reading(problems=parts))
    hold(
        (said, Step.PROBLEMS),
        (Tap("Это одна проблема"), Step.FILES),
        ("нет", Step.TOPIC, "1. Дворы → Люки → Запах из люка", "2. Автомобильные дороги → Ямы во дворах"),
        form=FORM,
    )


def test_details_that_name_no_topic_leave_it_as_it_was() -> None:
    talk = hold((photos(1), Step.TEXT), (surely("Воняет", HATCH), Step.TEXT), ("у дома номер пять",), form=FORM)
    assert talk.draft.answers.topic == HATCH.code


# Unsure


def test_unsure_topics_are_asked_with_what_tells_them_apart_where_they_are_mixed_up() -> None:
    talk = hold(
        (about(SMELL, LEAK, HATCH, PIT), Step.FILES, No("Тема")),
        (
            "нет",
            Step.TOPIC,
            "1. Дворы → Люки → Вода из люка\n   Вода выходит наверх.\n2. Дворы → Люки → Запах из люка\n   Пахнет",
            "3. Автомобильные дороги → Ямы во дворах\n",
        ),
        form=FORM,
    )
    chosen = ["1. Вода из люка", "2. Запах из люка", "3. Ямы во дворах"]
    assert labels(talk) == [*chosen, "Другая тема", "Не знаю", "Назад"]
    hold((about(SMELL, LEAK, PIT),), ("нет", Step.TOPIC, No("Вода выходит")), form=FORM)


def test_another_topic_is_found_by_words_or_in_the_whole_tree() -> None:
    lines = ((about(SMELL, LEAK),), ("нет", Step.TOPIC))
    hold(*lines, (about("знак", SIGN), Step.TOPIC, "1. Автомобильные дороги → Дорожные знаки"), form=FORM)
    talk = hold(
        *lines,
        (Tap("Другая тема"), Step.TOPIC, "Все темы.", "(страница 1 из 3)", "1. Дворы"),
        (Tap("1. Дворы"), "Дворы → Люки:\n\n1. Запах из люка\n   Пахнет"),  # there is one subsubject: no question
        (Tap("Выше"), "Все темы."),
        (Tap("1. Дворы"),),
        ("1", Step.PLACE),
        form=FORM,
    )
    assert talk.draft.answers.topic == HATCH.code


def test_topics_are_worded_in_the_language_of_the_chat() -> None:
    draft = Draft(has_met=True, lang="en")
    hold((surely(SMELL, HATCH), "Topic: Smell from a manhole."), form=FORM, draft=draft)
    talk = hold(
        (about(SMELL, HATCH, LEAK), Step.FILES),
        ("no", Step.TOPIC, "1. Yards → Manholes → Smell from a manhole\n   It smells", "2. Yards"),
        (Tap("Another topic"), "1. Yards"),
        (Tap("1. Yards"), "Yards → Manholes:", "1. Smell from a manhole"),
        ("1", Step.PLACE),
        ("Sadovaya stop", Step.NAME),
        ("Some Body", Step.REVIEW, "Topic: Yards → Manholes → Smell from a manhole"),
        form=FORM,
        draft=draft,
    )
    assert talk.draft.answers.topic == HATCH.code
