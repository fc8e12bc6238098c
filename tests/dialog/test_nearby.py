"""What is known nearby, in a chat: asked once for each topic and place, before the contact."""

from dataclasses import replace
from datetime import UTC, datetime

from gateway.dialog.draft import Draft, dump, load
from gateway.dialog.events import Said, WasInvalid, WasKnown
from gateway.dialog.turn import LookNearby, Send, Step
from gateway.domain.nearby import Known, NearbyCase, Outage
from gateway.domain.place import Place, Point
from gateway.domain.problem import Problem
from tests.dialog.talk import ACCEPTED, DUTY, NUMBER, OTHER_NUMBER, PIT, SIGN, No, Tap, about, form_of, hold

NEAR = form_of(replace(DUTY, name_required=True), looks_around=True)
SINCE = datetime(2026, 11, 1, tzinfo=UTC)
ONE = NearbyCase(number=NUMBER, topic=PIT.code, since=SINCE, people=12, metres=40)
TWO = NearbyCase(number=OTHER_NUMBER, topic=PIT.code, since=SINCE, people=2)
OUTAGE = Outage(id="1", agency="city", text="Дорогу чинят.", topics=(PIT.code,), streets=(), since=SINCE, until=SINCE)
NOTHING, KNOWN = WasKnown(known=Known()), WasKnown(known=Known(cases=(ONE,)))
BEGUN = ((about("Яма на дороге у дома 5", PIT), Step.FILES), ("нет", Step.TOPIC), (Tap(f"1. {PIT.name}"), Step.PLACE))
LENINA = LookNearby(topic=PIT.code, place=Place(address="Ленина, 5"))
NAMED = (("Анна Иванова", Step.REVIEW),)


def test_a_resident_joins_what_is_known() -> None:
    talk = hold(
        *BEGUN,
        ("Ленина, 5", LENINA),
        (KNOWN, Step.NEARBY, "Ямы во дворах. Уже сообщили 12 человек, 40 м отсюда."),
        (Tap("Присоединиться"), Step.NAME),
        ("Анна Иванова", Step.REVIEW, "Присоединяетесь: Уже сообщили 12 человек"),
        (Tap("Отправить"), Send),
        (ACCEPTED, "Вы присоединились! Ваш номер: " + NUMBER, No("Отправлено!")),
        form=NEAR,
    )
    assert talk.draft.answers.joins is None  # the next one is another problem
    assert (talk.draft.cases, talk.draft.looked) == ((), "")


def test_nothing_known_is_not_talked_about() -> None:
    talk = hold(*BEGUN, ("Ленина, 5", LENINA), (NOTHING, Step.NAME), *NAMED, (Tap("Отправить"), Send), form=NEAR)
    assert talk.draft.answers.joins is None


def test_who_means_something_else_goes_on_and_is_not_asked_again() -> None:
    hold(
        *BEGUN,
        ("Ленина, 5", LENINA),
        (KNOWN, Step.NEARBY),
        ("что-то непонятное", Step.NEARBY, "Выберите кнопкой"),
        ("нет", Step.NAME),
        ("Анна Иванова", Step.REVIEW, No("Присоединяетесь")),
        form=NEAR,
    )


def test_of_several_one_is_chosen_by_its_number() -> None:
    talk = hold(
        *BEGUN,
        ("Ленина, 5", LENINA),
        (
            WasKnown(known=Known(cases=(ONE, TWO))),
            Step.NEARBY,
            "2. Ямы во дворах. Уже сообщили 2 человека, адрес тот",
        ),
        ("да", Step.NEARBY),  # to which of them?
        ("2", Step.NAME),
        form=NEAR,
    )
    assert talk.draft.answers.joins == OTHER_NUMBER


def test_another_place_is_looked_at_anew_and_what_was_joined_elsewhere_is_left() -> None:
    moved = LookNearby(topic=PIT.code, place=Place(address="Мира, 7"))
    talk = hold(
        *BEGUN,
        ("Ленина, 5", LENINA),
        (KNOWN, Step.NEARBY),
        (Tap("Присоединиться"), Step.NAME),
        *NAMED,
        (Tap("Изменить"), Step.REVIEW),
        (Tap("Место"), Step.PLACE),
        ("Мира, 7", moved),
        (NOTHING, Step.REVIEW, No("Присоединяетесь")),
        form=NEAR,
    )
    assert talk.draft.answers.joins is None


def test_going_back_asks_again_and_joining_can_be_taken_back() -> None:
    talk = hold(
        *BEGUN,
        ("Ленина, 5", LENINA),
        (KNOWN, Step.NEARBY),
        (Tap("Присоединиться"), Step.NAME),
        (Tap("Назад"), Step.NEARBY),
        (Tap("Это другое, отправить всё равно"), Step.NAME),
        form=NEAR,
    )
    assert talk.draft.answers.joins is None


def test_what_was_closed_meanwhile_is_said_and_looked_for_anew() -> None:
    closed = WasInvalid(problems=(Problem(field="joins", code="closed"),))
    hold(
        *BEGUN,
        ("Ленина, 5", LENINA),
        (KNOWN, Step.NEARBY),
        (Tap("Присоединиться"), Step.NAME),
        *NAMED,
        (Tap("Отправить"), Send),
        (closed, LENINA, "присоединиться к нему нельзя"),
        (NOTHING, Step.REVIEW),
        form=NEAR,
    )


def test_an_outage_is_told_and_stops_nobody() -> None:
    hold(
        *BEGUN,
        ("Ленина, 5", LENINA),
        (WasKnown(known=Known(outages=(OUTAGE,))), Step.NEARBY, "Дорогу чинят.", "1 ноября 2026"),
        (Tap("Отправить всё равно"), Step.NAME),
        form=NEAR,
    )


def test_a_point_is_enough_and_a_topic_that_nobody_knows_is_not_looked_for() -> None:
    point = Point(lat=55.03, lon=82.92)
    hold(*BEGUN, (Said(place=point), LookNearby(topic=PIT.code, place=Place(point=point))), form=NEAR)
    hold(BEGUN[0], BEGUN[1], (Tap("Не знаю"), Step.PLACE), ("Ленина, 5", Step.NAME), form=NEAR)


def test_another_topic_at_the_same_place_is_looked_at_too() -> None:
    hold(
        *BEGUN,
        ("Ленина, 5", LENINA),
        (NOTHING, Step.NAME),
        *NAMED,
        (Tap("Изменить"), Step.REVIEW),
        (Tap("Тема"), Step.TOPIC),
        (about("знак", SIGN), Step.TOPIC),
        (Tap(f"1. {SIGN.name}"), LookNearby(topic=SIGN.code, place=Place(address="Ленина, 5"))),
        form=NEAR,
    )


def test_drafts_from_before_are_read() -> None:
    written = dump(Draft(number=3, is_open=True))
    for name in ("looked", "cases", "outages", "knows"):
        written = written.replace(f'"{name}":{_plain(name)},', "").replace(f',"{name}":{_plain(name)}', "")
    assert "looked" not in written
    assert load(written) == Draft(number=3, is_open=True)


def _plain(name: str) -> str:
    return {"looked": '""', "knows": "false"}.get(name, "[]")
