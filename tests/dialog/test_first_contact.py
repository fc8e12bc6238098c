"""What begins a form and what does not."""

from dataclasses import replace

import pytest

from gateway.dialog.draft import Draft
from gateway.dialog.events import Edited, Odd, Opened, Said, SharedContact
from gateway.dialog.turn import Reply, Step
from gateway.domain.agency import AgencyKey
from gateway.domain.fact import Fact
from gateway.domain.page_link import PageLink
from gateway.domain.place import Place, Point
from gateway.domain.problem import Problem
from gateway.domain.topic import TopicCode
from tests.dialog.talk import (
    CITY,
    NUMBER,
    PIT,
    QUIET,
    REST,
    No,
    Tap,
    about,
    hold,
    photo,
    photos,
    several,
)

HOURS = Fact(agency=AgencyKey("city"), name="hours", asked=("часы",), answer="Приём с 9 до 18.\nОбед с 13 до 14.")
NEW = Draft()


def test_the_first_words_say_who_speaks_and_where_to_turn_in_an_emergency() -> None:
    talk = hold((Opened(), "бот", "автоматически", CITY.name, "112", REST), draft=NEW)
    assert len(talk.turn.messages) == 1


def test_who_speaks_is_said_once() -> None:
    hold(
        ("Яма на дороге у дома 5", "Я бот", CITY.name, Step.FILES),
        ("Без фото", No("Я бот"), Step.TOPIC),
        draft=NEW,
    )


def test_a_greeting_is_answered_by_the_introduction_alone() -> None:
    talk = hold(("Здравствуйте!", "Я бот", REST), draft=NEW)
    assert [message.text.count("Здравствуйте") for message in talk.turn.messages] == [1, 0]


@pytest.mark.parametrize(
    "typed",
    [
        "Здравствуйте!",
        "Добрый день",
        "привет 👋",
        "Спасибо большое!",
        "ок",
        "Хорошо, спасибо",
        "👍",
        "...",
        "Thanks!",
        "",
    ],
)
def test_politeness_and_emptiness_begin_no_form(typed: str) -> None:
    hold((typed, REST))


@pytest.mark.parametrize(
    "typed", ["Здравствуйте! Яма на Ленина, 5", "Спасибо, но яму так и не засыпали", "Нет воды второй день"]
)
def test_a_description_begins_the_form_and_is_never_asked_for_again(typed: str) -> None:
    talk = hold((typed, Step.FILES), ("нет", Step.TOPIC))
    assert talk.draft.answers.text == typed


def test_words_that_are_too_few_are_kept_until_more_come() -> None:
    talk = hold(("Яма", REST, "подробнее"), ("на Ленина, 5", Step.FILES))
    assert talk.draft.answers.text == "Яма\nна Ленина, 5"


def test_words_that_are_too_few_become_a_form_on_request() -> None:
    hold(("Яма", REST), (Tap("Сообщить об этом"), Step.TEXT, "подробностей"), ("на Ленина, 5", Step.FILES))


def test_the_agencys_own_answer_is_said_as_it_stands() -> None:
    talk = hold((Said(text="Когда вы работаете?", fact=HOURS), HOURS.answer, REST))
    assert talk.turn.messages[-1].text == HOURS.answer


def test_who_meant_something_else_types_nothing_twice() -> None:
    talk = hold(
        (Said(text="Когда дадут воду на Ленина, 5?", fact=HOURS), REST),
        (Tap("Я о другом: сообщить о проблеме"), Step.FILES),
        (Tap("Я о другом: сообщить о проблеме"), Step.FILES),
    )
    assert talk.draft.answers.text == "Когда дадут воду на Ленина, 5?"


def test_everything_in_one_message_is_kept_and_not_asked_again() -> None:
    everything = replace(photos(1, 2, text="Яма на дороге у дома 5"), place=Point(lat=55.75, lon=37.62))
    hold(
        (everything, Step.TOPIC),
        ("не знаю", Step.NAME),
        ("Анна Иванова", Step.CONSENT),
        ("согласна", Step.REVIEW, "Яма на дороге у дома 5", "Файлы: 2", "55.75000, 37.62000"),
    )


def test_a_photo_first_is_kept() -> None:
    hold((photos(1), Step.TEXT), ("Яма на дороге у дома 5", Step.TOPIC))


def test_a_place_first_is_kept() -> None:
    hold(
        (Said(place=Point(lat=55.75, lon=37.62)), Step.TEXT, "Место запомнил"),
        ("Яма на дороге у дома 5", Step.FILES),
        ("Без фото", Step.TOPIC),
        ("Не знаю", Step.NAME),
    )


def test_an_own_number_first_is_kept() -> None:
    talk = hold((Said(contact=SharedContact(phone="8 912 345-67-89", is_own=True)), Step.TEXT, "+79123456789"))
    assert talk.draft.answers.phone == "+79123456789"


def test_somebody_elses_number_begins_nothing() -> None:
    hold((Said(contact=SharedContact(phone="8 912 345-67-89", name="Пётр")), REST, "чужие"))


@pytest.mark.parametrize(
    ("odd", "words"), [(Odd.VOICE, "надиктуйте"), (Odd.STICKER, "Стикеры"), (Odd.VIDEO, "фото"), (Odd.OTHER, "PDF")]
)
def test_odd_things_have_their_answers(odd: Odd, words: str) -> None:
    hold((Said(odd=odd), REST, words))
    hold(("Яма на дороге у дома 5", Step.FILES), (Said(odd=odd), Step.FILES, words))


def test_a_file_that_cannot_be_taken_is_named() -> None:
    damaged = Problem(field="files", code="damaged_file", values={"name": "скан.pdf"})
    hold((Said(refused=(damaged,)), "скан.pdf", "повреждён", REST))
    hold((Said(text="Яма на дороге у дома 5", refused=(damaged,), files=(photo(1),)), "скан.pdf", Step.TOPIC))


def test_a_link_brings_topic_and_place() -> None:
    link = PageLink(agency=CITY.key, topic=PIT.code, place=Place(address="Ленина, 5"))
    hold(
        (Opened(link=link), Step.TEXT, "Ямы во дворах", "Ленина, 5", "Я бот"),
        ("Яма у подъезда, второй год", Step.FILES),
        ("нет", Step.NAME),
        draft=NEW,
    )


def test_a_link_to_a_topic_that_is_gone_greets() -> None:
    hold((Opened(link=PageLink(agency=CITY.key, topic=TopicCode("gone"))), REST, CITY.name))


def test_a_text_out_of_the_blue_may_be_the_reply_that_is_awaited() -> None:
    hold(
        (Said(text="Третий подъезд", question=NUMBER), "ваш ответ на вопрос", NUMBER),
        (Tap("Да, отправить"), Reply(NUMBER, "Третий подъезд", ())),
    )
    hold((Said(text="Третий", question=NUMBER), NUMBER), ("да", Reply(NUMBER, "Третий", ())))


def test_what_is_no_reply_begins_a_form_with_all_that_was_sent() -> None:
    talk = hold(
        (Said(text="Яма на дороге у дома 5", files=(photo(1),), question=NUMBER), "ваш ответ на вопрос"),
        (Tap("Нет, это новая проблема"), Step.TOPIC),
    )
    assert (talk.draft.answers.text, len(talk.draft.files)) == ("Яма на дороге у дома 5", 1)


def test_thanks_are_no_reply() -> None:
    hold((Said(text="Спасибо!", question=NUMBER), REST))


def test_a_form_under_way_is_not_asked_about_the_reply() -> None:
    hold(("Яма на дороге у дома 5", Step.FILES), (Said(text="нет", question=NUMBER), Step.TOPIC))


def test_topics_of_the_first_message_are_suggested() -> None:
    hold(
        (about("Яма на дороге у дома 5", PIT), Step.FILES),
        ("нет", Step.TOPIC, "1. Автомобильные дороги → Ямы во дворах"),
    )


def test_several_problems_wait_for_their_turn() -> None:
    hold((several("Яма на дороге у дома 5", "Не горит фонарь у школы"), Step.PROBLEMS), ("1", Step.FILES))


def test_an_unknown_edit_is_passed_over() -> None:
    hold((Edited(message="x", text="Яма на дороге у дома 5"), QUIET))
