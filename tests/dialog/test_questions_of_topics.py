"""What a topic asks, in a chat: one question after the other, each of which may be passed over; nothing asked twice."""

from dataclasses import replace

import pytest

from gateway.dialog.draft import Draft, dump, load
from gateway.dialog.events import KeptFile, Opened, Said, WasInvalid
from gateway.dialog.turn import Send, Step
from gateway.domain.agency import AgencyKey
from gateway.domain.attachment import AttachmentId
from gateway.domain.page_link import PageLink
from gateway.domain.place import Place, Point
from gateway.domain.problem import Problem
from gateway.domain.topic import Catalogue, Topic, TopicCode
from tests.dialog.talk import ACCEPTED, NAMELESS, NUMBER, PIT, REST, No, Talk, Tap, about, hold, in_words

BUS = Topic(
    code=TopicCode("0801"),
    path=("Транспорт", "Автобус не пришёл"),
    fast_track=False,
    days=20,
    questions=("route", "stop"),
    photo="number",
)
LIFT = Topic(
    code=TopicCode("0501"),
    path=("Дома", "Не работает лифт"),
    fast_track=True,
    days=10,
    questions=("house", "entrance"),
)
CONTRACT = Topic(
    code=TopicCode("0901"),
    path=("ЖКХ", "Спор по договору"),
    fast_track=False,
    days=30,
    questions=("Номер договора?",),
    photo="Снимите первую страницу.",
)
FORM = replace(NAMELESS, catalogue=Catalogue([PIT, BUS, LIFT, CONTRACT]))
LATE = "Утром опять не пришёл, ждали полчаса"


def to_details(text: str = LATE, topic: Topic = BUS) -> tuple[tuple[object, ...], ...]:
    """A form that stands at the topic's questions."""
    return (about(text, topic), Step.FILES), ("Без фото", Step.TOPIC), (Tap(f"1. {topic.name}"), Step.DETAILS)


def talk_of(*lines: tuple[object, ...]) -> Talk:
    return hold(*lines, form=FORM)


def details(talk: Talk) -> dict[str, str]:
    return dict(talk.draft.answers.details)


def labels(talk: Talk) -> list[str]:
    assert talk.turn is not None
    return [button.label for row in talk.turn.messages[-1].rows for button in row]


def test_questions_come_after_the_topic_one_at_a_time_and_go_with_the_message() -> None:
    talk = talk_of(
        *to_details(),
        ("12", Step.DETAILS, "Остановка?", "Например: «Площадь Ленина»", No("Отвечать не обязательно")),
        ("Вокзал", Step.PLACE),
        ("Ленина, 5", Step.REVIEW, "Номер маршрута: 12\nОстановка: Вокзал"),
        (Tap("Отправить"), Send),
    )
    assert talk.turn is not None
    assert isinstance(talk.turn.wish, Send)
    assert talk.turn.wish.answers.details == {"route": "12", "stop": "Вокзал"}
    talk.go_on(ACCEPTED)
    assert details(talk) == {}


def test_first_question_says_that_nobody_has_to_answer() -> None:
    talk_of(
        (about(LATE, BUS), Step.FILES), ("нет", Step.TOPIC), ("1", Step.DETAILS, "Номер маршрута?", "не обязательно")
    )


def test_topic_that_asks_nothing_goes_on_to_the_place() -> None:
    talk_of((about("Яма на дороге у дома 5", PIT), Step.FILES), ("нет", Step.TOPIC), ("1", Step.PLACE))


@pytest.mark.parametrize("skip", [Tap("Пропустить"), "пропустить", "дальше", "не знаю", "нет"])
def test_one_question_is_passed_over(skip: object) -> None:
    talk = talk_of(*to_details(), (skip, Step.DETAILS, "Остановка?"), (skip, Step.PLACE), ("Ленина, 5", Step.REVIEW))
    assert details(talk) == {}


@pytest.mark.parametrize("skip", [Tap("Пропустить все вопросы"), "пропустить все вопросы"])
def test_all_questions_are_passed_over_at_once(skip: object) -> None:
    talk_of(*to_details(), (skip, Step.PLACE), ("Ленина, 5", Step.REVIEW, No("Номер маршрута")))


def test_last_question_has_no_button_for_all() -> None:
    assert "Пропустить все вопросы" not in labels(talk_of(*to_details(), ("12", Step.DETAILS)))


def test_answer_is_no_number_of_an_appeal_no_greeting_and_not_too_long() -> None:
    talk = talk_of(
        *to_details(),
        ("👍", Step.DETAILS, "Номер маршрута?"),
        ("да", Step.DETAILS, "Номер маршрута?"),
        ("я" * 201, Step.DETAILS, "не больше 200", "Номер маршрута?"),
        (str(NUMBER), Step.DETAILS, "Остановка?"),
        ("я" * 200, Step.PLACE),
    )
    assert details(talk) == {"route": str(NUMBER), "stop": "я" * 200}


def test_what_the_text_tells_is_offered_and_taken_by_a_button() -> None:
    talk = talk_of(*to_details("Автобус №12 не пришёл на остановку «Вокзал»"))
    assert labels(talk)[0] == "12"
    assert details(talk) == {}
    talk.go_on(Tap("12"))
    assert labels(talk)[0] == "Вокзал"
    talk.go_on("да")
    assert details(talk) == {"route": "12", "stop": "Вокзал"}


def test_what_the_text_tells_may_be_corrected() -> None:
    talk = talk_of(*to_details("Автобус 12 не пришёл вечером"), ("14", Step.DETAILS))
    assert details(talk) == {"route": "14"}


def test_house_is_not_asked_where_the_place_says_it() -> None:
    lift = to_details("Лифт не работает третий день", LIFT)
    talk_of(*lift, ("3", Step.PLACE, No("Номер дома")), ("Ленина, 5", Step.REVIEW, "Подъезд: 3"))
    point = Said(place=Point(lat=55.7, lon=37.6))
    talk_of(*lift, ("3", Step.PLACE), (point, Step.DETAILS, "Номер дома?"), ("5", Step.REVIEW, "Номер дома: 5"))
    talk_of(*lift, ("3", Step.PLACE), ("у вокзала", Step.DETAILS, "Номер дома?"), ("не знаю", Step.REVIEW))


def test_back_leads_over_the_questions_to_the_topic() -> None:
    talk = talk_of(*to_details(), (Tap("Назад"), Step.TOPIC), (Tap("Оставить как есть"), Step.DETAILS))
    talk.go_on("12")
    talk.go_on("Вокзал")
    talk.go_on(Tap("Назад"))
    assert talk.turn is not None
    assert (talk.turn.asks, labels(talk)[:2]) == (Step.DETAILS, ["Номер маршрута", "Остановка"]), in_words(talk.turn)
    hold((about("Яма на дороге", PIT), Step.FILES), ("нет",), ("1", Step.PLACE), ("назад", Step.TOPIC), form=FORM)


def test_each_answer_can_be_changed_in_the_review() -> None:
    talk = talk_of(
        *to_details(),
        (Tap("Пропустить все вопросы"), Step.PLACE),
        ("Ленина, 5", Step.REVIEW),
        ("изменить", Step.REVIEW),
        (Tap("Уточнения"), Step.DETAILS, "Что уточнить?"),
        ("чепуха", Step.DETAILS, "Что уточнить?"),
        ("2", Step.DETAILS, "Остановка?"),
        ("Вокзал", Step.REVIEW, "Остановка: Вокзал", No("Номер маршрута")),
        ("изменить", Step.REVIEW),
        (Tap("Уточнения"), Step.DETAILS),
        (Tap("Остановка"), Step.DETAILS, "Остановка?"),
        (Tap("Убрать ответ"), Step.REVIEW, No("Остановка")),
    )
    assert details(talk) == {}


def test_only_question_is_asked_at_once_when_it_is_changed() -> None:
    talk_of(
        *to_details("Нам не отвечают уже месяц", CONTRACT),
        ("17/2", Step.PLACE),
        ("Ленина, 5", Step.REVIEW, "Номер договора?: 17/2"),
        ("изменить", Step.REVIEW),
        (Tap("Уточнения"), Step.DETAILS, "Номер договора?", No("??")),
        ("18/2", Step.REVIEW, "Номер договора?: 18/2"),
    )


def test_another_topic_asks_its_own_and_the_first_one_remembers() -> None:
    def choose(topic: Topic) -> tuple[tuple[object, ...], ...]:
        return ("изменить", Step.REVIEW), (Tap("Тема"), Step.TOPIC), (about("спор", topic),), (Tap(f"1. {topic.name}"),)

    talk = talk_of(
        *to_details(),
        ("12", Step.DETAILS),
        (Tap("Пропустить"), Step.PLACE),
        ("Ленина, 5", Step.REVIEW),
        *choose(CONTRACT),
        ("17/2", Step.REVIEW, "Номер договора?: 17/2", No("Номер маршрута")),
        *choose(BUS),
    )
    assert talk.turn is not None
    said = talk.turn.messages[-1].text
    assert talk.turn.asks is Step.REVIEW  # the stop was passed over and stays so
    assert "Номер маршрута: 12" in said
    assert "Номер договора" not in said


def test_photo_that_helps_is_told_with_the_photos_or_after_the_topic() -> None:
    hint = "Поможет фото, на котором виден номер."
    link = Opened(link=PageLink(agency=AgencyKey("city"), topic=BUS.code, place=Place(address="Ленина, 5")))
    talk_of((link, Step.TEXT, No(hint)), (LATE, Step.FILES, hint), ("нет", Step.DETAILS, No(hint)))
    talk_of(
        (about(LATE, BUS), Step.FILES, No(hint)),
        ("нет", Step.TOPIC),
        ("1", Step.DETAILS, f"{hint} Фото можно прислать"),
    )
    photo = KeptFile(id=AttachmentId("photo-1"), name="1.jpg")
    talk_of((replace(about(LATE, BUS), files=(photo,)), Step.TOPIC), ("1", Step.DETAILS, No(hint)))


def test_wrong_answer_is_asked_again_and_the_others_stay() -> None:
    talk = talk_of(*to_details(), ("12", Step.DETAILS), ("Вокзал", Step.PLACE), ("Ленина, 5", Step.REVIEW))
    talk.go_on(Tap("Отправить"))
    long = Problem(field="details.stop", code="too_long", values={"most": 5, "length": 6})
    turn = talk.go_on(WasInvalid(problems=(long,)))
    assert turn.asks is Step.DETAILS
    assert details(talk) == {"route": "12"}


def test_questions_are_asked_in_english_too() -> None:
    hold(
        (about("The bus has not come again, line unknown", BUS), Step.FILES),
        ("no photo", Step.TOPIC),
        ("1", Step.DETAILS, "Route number?", "For example: bus 12", "A photo that shows the number helps."),
        (Tap("Skip all questions"), Step.PLACE),
        form=FORM,
        draft=Draft(lang="en", has_met=True),
    )


def test_cancelled_form_comes_back_with_its_answers() -> None:
    talk = talk_of(*to_details(), ("12", Step.DETAILS), ("отмена", REST), (Tap("Вернуть неотправленное"), "Остановка?"))
    assert details(talk) == {"route": "12"}


def test_draft_of_the_version_before_is_read() -> None:
    talk = talk_of(*to_details())
    written = dump(talk.draft).replace('"details":{},', "")
    assert "details" not in written
    assert load(written) == talk.draft
