"""The topic: suggested, searched for, or picked from the catalogue, with old buttons still good."""

import pytest

from gateway.dialog.buttons import fingerprint
from gateway.dialog.events import Pressed, Said
from gateway.dialog.turn import Step
from gateway.domain.topic import Catalogue
from tests.dialog.talk import (
    CATALOGUE,
    DEEP,
    FORM,
    MANY,
    PIT,
    SIGN,
    SNOW,
    No,
    Tap,
    about,
    form_of,
    hold,
    photos,
    read_as,
)

AT_TOPIC = ((photos(1, text="Что-то не так во дворе"), Step.TOPIC),)


def labels(talk) -> list[str]:
    return [button.label for row in talk.turn.messages[-1].rows for button in row]


def test_the_best_five_topics_are_offered_in_full_and_cut_at_a_word() -> None:
    reading = read_as("Снег", topics=(SNOW, PIT, SIGN, DEEP, *MANY[:3]))
    talk = hold((Said(text="Снег не убран второй день", files=photos(1).files, reading=reading), Step.TOPIC, SNOW.name))
    assert labels(talk) == [
        "1. Уборка снега и наледи с тротуаров…",
        "2. Ямы во дворах",
        "3. Дорожные знаки",
        "4. Лавочки",
        "5. Подтема 0",
        "Другая тема",
        "Не знаю",
        "Назад",
    ]


@pytest.mark.parametrize("typed", ["2", "2.", "2. Дорожные знаки", "2. ДОРОЖНЫЕ ЗНАКИ"])
def test_a_topic_is_chosen_by_its_number_or_label(typed: str) -> None:
    talk = hold((about("Знак упал на дорогу", PIT, SIGN), Step.FILES), ("нет", Step.TOPIC), (typed, Step.PLACE))
    assert talk.draft.answers.topic == SIGN.code


def test_topics_are_searched_for_by_words() -> None:
    hold(
        *AT_TOPIC,
        ("абракадабра", Step.TOPIC, "Ничего не нашлось"),
        (about("снег", SNOW), Step.TOPIC, "1. Благоустройство → Уборка"),
        ("1", Step.PLACE),
    )


def test_the_catalogue_is_leafed_through() -> None:
    talk = hold(
        *AT_TOPIC,
        (Tap("Весь список"), Step.TOPIC, "Все темы", "1. Автомобильные дороги", "5. Предмет 2"),
        (Tap("Ещё"), "1. Предмет 3", "5. Предмет 7"),
        (Tap("Раньше"), "1. Автомобильные дороги"),
        (Tap("2. Благоустройство"), "Благоустройство:", "1. Уборка", "2. Дворы"),
        (Tap("2. Дворы"), "Благоустройство → Дворы:", "1. Лавочки"),
        (Tap("Выше"), "Благоустройство:"),
        ("2", "Лавочки"),
        ("1", Step.PLACE),
    )
    assert talk.draft.answers.topic == DEEP.code


def test_words_find_topics_while_leafing() -> None:
    hold(
        *AT_TOPIC, (Tap("Весь список"),), (about("знак", SIGN), Step.TOPIC, "1. Автомобильные дороги → Дорожные знаки")
    )


def test_above_the_top_are_the_suggestions_again() -> None:
    hold(*AT_TOPIC, (about("знак", SIGN),), (Tap("Весь список"), No("знаки")), (Tap("Выше"), "Дорожные знаки"))


def test_every_topic_can_be_reached() -> None:
    for topic in CATALOGUE.topics:
        talk = hold(*AT_TOPIC, (Pressed(data=f"1.topic.t-{fingerprint(topic.code)}"), Step.PLACE))
        assert talk.draft.answers.topic == topic.code


def test_a_topic_that_left_the_catalogue_is_asked_again() -> None:
    talk = hold(*AT_TOPIC, (Pressed(data=f"1.topic.t-{fingerprint(PIT.code)}"), Step.PLACE))
    hold(("Ленина, 5", Step.TOPIC), form=form_of(FORM.appeal.agency, catalogue=Catalogue([SIGN])), draft=talk.draft)


def test_a_shelf_that_left_the_catalogue_is_its_beginning() -> None:
    talk = hold(*AT_TOPIC, (Tap("Весь список"),), (Tap("2. Благоустройство"),))
    without = form_of(FORM.appeal.agency, catalogue=Catalogue([PIT]))
    hold(("?", Step.TOPIC, "1. Автомобильные дороги"), form=without, draft=talk.draft)


def test_an_empty_catalogue_stops_nothing() -> None:
    empty = form_of(FORM.appeal.agency, catalogue=Catalogue([]))
    hold(*AT_TOPIC, (Tap("Весь список"), Step.TOPIC), (Tap("Не знаю"), Step.PLACE), form=empty)


def test_fingerprints_tell_all_topics_apart() -> None:
    assert len({fingerprint(topic.code) for topic in CATALOGUE.topics}) == len(CATALOGUE.topics)
