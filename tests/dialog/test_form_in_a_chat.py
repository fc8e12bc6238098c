"""The form as residents fill it in: straight on, back and forth, all at once."""

from dataclasses import replace

import pytest

from gateway.dialog.draft import Draft
from gateway.dialog.events import Edited, Opened, Pressed, Said, SharedContact, TimeToRemind, WasInvalid, WasRefused
from gateway.dialog.turn import CallPerson, ListAppeals, Send, Step
from gateway.domain.consent import ConsentText
from gateway.domain.place import Point
from gateway.domain.problem import Problem
from gateway.form.answers import Answers
from tests.dialog.talk import (
    ACCEPTED,
    CITY,
    NAMELESS,
    NUMBER,
    PIT,
    QUIET,
    REST,
    SIGN,
    WITH_BOTH,
    No,
    Tap,
    Toast,
    about,
    form_of,
    hold,
    photo,
    photos,
    read_as,
    several,
)

PHOTOGRAPHED = Point(lat=55.75, lon=37.62)
PIT_TEXT = "Яма на дороге у дома 5"
TO_TOPIC = (
    (about(PIT_TEXT, PIT, SIGN, message="m1", profile_name="Анна Иванова"), Step.FILES),
    ("Без фото", Step.TOPIC),
)
TO_PLACE = (*TO_TOPIC, (Tap("1. Ямы во дворах"), Step.PLACE))
TO_NAME = (*TO_PLACE, ("Ленина, 5", Step.NAME))
TO_CONSENT = (*TO_NAME, (Tap("Анна Иванова"), Step.CONSENT))
TO_REVIEW = (*TO_CONSENT, (Tap("Согласен"), Step.REVIEW))
SENT = (*TO_REVIEW, (Tap("Отправить"), Send), (ACCEPTED, REST))
FILLED = Answers(
    text=PIT_TEXT, topic="0116", address="Ленина, 5", name="Анна Иванова", consent=True, consent_version="2"
)


def test_a_pothole_is_reported_in_a_few_messages() -> None:
    talk = hold(
        *TO_REVIEW,
        (Tap("Отправить"), Send(1, FILLED)),
        (ACCEPTED, "Отправлено", NUMBER, "1 декабря 2026", REST),
    )
    assert [message.once for message in talk.turn.messages] == [True]
    assert talk.turn.messages[0].rows[0][0].url == ACCEPTED.url


def test_the_same_in_english() -> None:
    english = Draft(lang="en", has_met=True)
    hold(
        (about("A pothole near house 5", PIT), Step.FILES, "photos"),
        ("no photo", Step.TOPIC, "Which topic"),
        ("1.", Step.PLACE, "Where is it"),
        ("Lenina 5", Step.NAME),
        ("Ann Smith", Step.CONSENT, "full text"),
        ("i agree", Step.REVIEW, "Description: A pothole"),
        ("Send", Send),
        (ACCEPTED, "Sent! Number", "1 December 2026"),
        draft=english,
    )


def test_the_whole_consent_is_shown_in_the_chat() -> None:
    talk = hold(*TO_CONSENT)
    assert CITY.consent is not None
    assert CITY.consent.text in talk.turn.messages[-1].text


def test_nothing_is_sent_without_consent_and_nothing_is_lost() -> None:
    hold(
        *TO_CONSENT,
        (Tap("Не согласен"), Step.CONSENT, "не сможет принять", No("Конец согласия")),
        ("что?", Step.CONSENT),
        ("Согласен", Step.REVIEW, PIT_TEXT),
    )


def test_consent_is_not_asked_where_the_law_is_the_basis() -> None:
    hold(*TO_PLACE, ("Ленина, 5", Step.REVIEW), form=NAMELESS)


def test_email_and_phone_are_asked_where_the_agency_demands_them() -> None:
    hold(
        *TO_NAME,
        ("Анна", Step.EMAIL),
        ("не почта", Step.EMAIL, "name@example.ru"),
        ("anna@example.org", Step.PHONE),
        ("12", Step.PHONE, "+7"),
        (Said(contact=SharedContact(phone="+79120000000", name="Пётр")), Step.PHONE, "не ваш"),
        (Said(contact=SharedContact(phone="+79123456789", is_own=True)), Step.REVIEW, "Телефон: +79123456789"),
        form=WITH_BOTH,
    )


def test_an_own_contact_offers_the_name() -> None:
    hold(
        *TO_PLACE,
        (Said(contact=SharedContact(phone="+79123456789", name="Анна Ивановна", is_own=True)), Step.PLACE),
        ("Ленина, 5", Step.NAME),
        (Tap("Анна Ивановна"), Step.CONSENT),
    )


def test_a_phone_number_is_no_appeal_number() -> None:
    ten_digits = "9001111101"  # an appeal could have this number
    hold(*TO_NAME, ("Анна", Step.EMAIL), ("a@example.org", Step.PHONE), (ten_digits, Step.REVIEW), form=WITH_BOTH)


def test_a_name_needs_letters() -> None:
    hold(
        *TO_NAME,
        ("123", Step.NAME, "буквами"),
        ("да", Step.NAME),
        ("х" * 200, Step.NAME, "150"),
        ("Анна", Step.CONSENT),
    )


def test_the_place_of_a_photo_is_offered_with_one_button() -> None:
    talk = hold(
        (photos(1, text=PIT_TEXT, place=PHOTOGRAPHED), Step.TOPIC),
        ("Не знаю", Step.PLACE, "55.75000, 37.62000"),
        (Tap("Там, где снято фото"), Step.NAME),
    )
    assert (talk.draft.answers.lat, talk.draft.answers.lon) == (55.75, 37.62)


def test_a_point_on_the_map_answers_the_place() -> None:
    hold(*TO_PLACE, (Said(place=PHOTOGRAPHED), Step.NAME, No("запомнил")))


def test_a_point_that_comes_later_joins_the_address() -> None:
    hold(*TO_REVIEW, (Said(place=PHOTOGRAPHED), Step.REVIEW, "Ленина, 5; 55.75000, 37.62000"))


def test_a_place_is_needed() -> None:
    hold(
        *TO_PLACE, ("пропустить", Step.PLACE, "Без этого"), ("нет", Step.PLACE), ("👍", Step.PLACE), ("у" * 400, "300")
    )


def test_photos_that_come_later_are_added() -> None:
    hold(
        *TO_PLACE,
        (photos(1), Step.PLACE),
        (photos(2, 3), Step.PLACE),
        ("Ленина, 5", Step.NAME),
        ("Анна",),
        ("да", "Файлы: 3"),
    )


def test_a_caption_at_another_question_is_more_about_the_problem() -> None:
    hold(*TO_TOPIC, (photos(1, text="Вот она, вид со двора"), Step.TOPIC, "Добавил к описанию"))


def test_too_many_photos_are_counted_and_the_first_are_kept() -> None:
    talk = hold((photos(*range(12), text=PIT_TEXT), Step.TOPIC, "не больше 10", "2"))
    assert [file.id for file in talk.draft.files] == [f"photo-{place}" for place in range(10)]


def test_the_same_photo_twice_is_one() -> None:
    assert len(hold((photos(1, text=PIT_TEXT),), (photos(1),)).draft.files) == 1


def test_a_text_that_goes_on_in_the_next_message_is_one_text() -> None:
    talk = hold((PIT_TEXT, Step.FILES), ("И ещё люк без крышки", Step.FILES, "Добавил"), ("нет", Step.TOPIC))
    assert talk.draft.answers.text == f"{PIT_TEXT}\nИ ещё люк без крышки"


def test_a_text_that_is_too_long_can_be_cut_or_sent_anew() -> None:
    long = "Яма. " * 2_000
    talk = hold((long, Step.TEXT, "9999", "4000"), (Tap("Взять начало"), Step.FILES))
    assert 3_900 < len(talk.draft.answers.text) <= 4_000
    assert talk.draft.answers.text.endswith("Яма.")
    assert hold((long, Step.TEXT), (PIT_TEXT, Step.FILES)).draft.answers.text == PIT_TEXT


def test_more_text_than_fits_leaves_what_was_there() -> None:
    talk = hold((PIT_TEXT, Step.FILES), ("я " * 2_000, Step.FILES, "не помещается"))
    assert talk.draft.answers.text == PIT_TEXT


def test_characters_that_nobody_sees_are_dropped() -> None:
    assert hold(("Яма\x00 на дороге\x07 у дома \ud8005", Step.FILES)).draft.answers.text == PIT_TEXT


def test_emoji_alone_are_no_description() -> None:
    hold(("new", Step.TEXT), ("🕳🚗😡😡😡😡😡😡😡😡", Step.TEXT, "словами"))


def test_several_problems_become_several_appeals() -> None:
    talk = hold(
        (several(PIT_TEXT, "Не горит фонарь у школы", "Сломана лавочка"), Step.PROBLEMS, "2. Не горит фонарь"),
        (Tap("2. Не горит фонарь у школы"), Step.FILES),
        ("нет", Step.TOPIC),
        ("не знаю", Step.PLACE),
        ("Школьная, 1", Step.NAME),
        ("Анна", Step.CONSENT),
        ("да", Step.REVIEW),
        ("да", Send),
        (ACCEPTED, NUMBER, "следующая проблема", Step.FILES),
        ("нет", Step.TOPIC),
        ("не знаю", Step.PLACE),
        (Tap("Там же: Школьная, 1"), Step.REVIEW, "Имя: Анна", PIT_TEXT, "Школьная, 1", "Согласие: дано"),
        ("да", Send),
        (ACCEPTED, "Сломана лавочка", Step.FILES),
    )
    assert talk.draft.waiting == ()
    assert talk.draft.answers.text == "Сломана лавочка"


def test_several_problems_may_be_one() -> None:
    hold(
        (several(PIT_TEXT, "вторую неделю не засыпают"), Step.PROBLEMS),
        (Tap("Это одна проблема"), Step.FILES),
    )


def test_which_problem_must_be_chosen() -> None:
    hold(
        (several(*(f"Проблема номер {place}" for place in range(1, 9))), Step.PROBLEMS),
        ("первая", Step.PROBLEMS),
        ("8", Step.FILES),
    )


@pytest.mark.parametrize("typed", ["назад", "Назад", "/back", "НАЗАД!", "back", "вернуться"])
def test_back_asks_the_step_before(typed: str) -> None:
    hold(*TO_PLACE, (typed, Step.TOPIC), (typed, Step.FILES), (typed, Step.TEXT), (typed, Step.TEXT, "первый вопрос"))


def test_after_going_back_the_way_on_is_short() -> None:
    hold(
        *TO_NAME, (Tap("Назад"), Step.PLACE), ("Мира, 1", Step.NAME), ("назад",), (Tap("Оставить как есть"), Step.NAME)
    )
    assert hold(*TO_NAME, ("назад",), ("Мира, 1",)).draft.answers.address == "Мира, 1"


def test_going_back_at_the_review_asks_the_consent_again() -> None:
    hold(*TO_REVIEW, ("назад", Step.CONSENT), ("да", Step.REVIEW))


def test_any_answer_can_be_changed_from_the_summary() -> None:
    hold(
        *TO_REVIEW,
        (Tap("Изменить"), "Что изменить"),
        (Tap("Описание"), Step.TEXT),
        ("коротко", Step.TEXT, "10"),
        ("Яма уже с метр глубиной", Step.REVIEW, "Описание: Яма уже с метр"),
        ("изменить", "Что изменить"),
        (Tap("Место"), Step.PLACE),
        ("Мира, 7", Step.REVIEW, "Место: Мира, 7"),
        ("исправить",),
        ("Тема", Step.TOPIC),
        (Tap("2. Дорожные знаки"), Step.REVIEW, "Дорожные знаки"),
        ("изменить",),
        ("5", Step.NAME),
        ("Пётр", Step.REVIEW, "Имя: Пётр"),
        ("изменить",),
        (Tap("Файлы"), Step.FILES),
        (photos(1, 2), Step.REVIEW, "Файлы: 2"),
        ("изменить",),
        (Tap("Файлы"), Step.FILES),
        (Tap("Убрать все"), Step.REVIEW, No("Файлы:")),
        ("изменить",),
        (Tap("Оставить как есть"), Step.REVIEW),
    )


def test_the_point_of_a_typed_address_comes_and_goes_with_it_and_is_not_shown() -> None:
    here = Point(lat=54.51, lon=36.26)
    talk = hold(
        *TO_PLACE,
        (Said(text="Ленина, 5", address_point=here), Step.NAME),
        ("Анна",),
        ("да", Step.REVIEW, "Ленина, 5", No("54.51")),
    )
    assert (talk.draft.answers.address, talk.draft.answers.lat) == ("Ленина, 5", 54.51)
    talk.go_on("изменить")
    talk.go_on(Tap("Место"))
    talk.go_on("Мира, 7")
    assert (talk.draft.answers.address, talk.draft.answers.lat) == ("Мира, 7", None)
    sent = hold(*TO_PLACE, (Said(text="Ленина, 5", address_point=here, place=PHOTOGRAPHED), Step.NAME))
    assert sent.draft.answers.lat == PHOTOGRAPHED.lat


def test_a_changed_address_forgets_the_old_point() -> None:
    talk = hold(*TO_REVIEW, (Said(place=PHOTOGRAPHED),), ("изменить",), (Tap("Место"),), ("Мира, 7", Step.REVIEW))
    assert (talk.draft.answers.address, talk.draft.answers.lat) == ("Мира, 7", None)


def test_words_at_the_review_are_added_and_shown() -> None:
    hold(
        *TO_REVIEW,
        ("Там ещё люк открыт", Step.REVIEW, "Добавил", "Там ещё люк открыт"),
        ("нет", Step.REVIEW, No("нет")),
    )


def test_a_cancelled_form_can_be_brought_back_whole() -> None:
    talk = hold(
        *TO_REVIEW,
        (photos(7),),
        (Tap("Отмена"), REST, "вернуть"),
        (Tap("Вернуть неотправленное"), Step.REVIEW, PIT_TEXT),
    )
    assert [file.id for file in talk.draft.files] == ["photo-7"]


def test_starting_again_puts_the_form_aside() -> None:
    hold(
        *TO_NAME,
        (Opened(), REST, "сохранено", PIT_TEXT),
        ("Не горит фонарь у школы", Step.FILES),
        ("нет", Step.TOPIC),
        ("меню", REST, "Не горит фонарь"),
        ("Вернуть неотправленное", Step.TOPIC),
    )


def test_a_new_form_and_the_one_put_aside_change_places() -> None:
    hold(
        *TO_NAME,
        ("новое", Step.TEXT, "сохранено"),
        ("Не горит фонарь у школы", Step.FILES),
        ("Вернуть неотправленное", Step.NAME),
        ("Вернуть неотправленное", Step.FILES),
    )


def test_cancelling_nothing_says_so() -> None:
    hold(("отмена", REST, "нечего"), ("new", Step.TEXT), ("отмена", REST, "Отменено", No("вернуть")))


def test_name_and_phone_stay_for_the_next_form() -> None:
    hold(
        *SENT,
        ("Не горит фонарь у школы",),
        ("нет",),
        ("не знаю", Step.PLACE),
        ("Мира, 1", Step.CONSENT),
        ("да", "Имя: Анна"),
    )


def test_the_second_and_third_tap_on_send_only_name_the_number() -> None:
    hold(*SENT, (Tap("Отправить"), QUIET, Toast(NUMBER)), (Tap("Отправить"), QUIET, Toast(NUMBER)))


def test_the_second_tap_is_told_even_when_the_next_form_is_open() -> None:
    hold(*SENT, ("Не горит фонарь у школы", Step.FILES), (Tap("Отправить"), QUIET, Toast(NUMBER)))


def test_a_button_of_a_step_that_is_over_repeats_the_question() -> None:
    hold(*TO_PLACE, (Tap("Без фото"), Step.PLACE, "уже пройден"), (Tap("1. Ямы во дворах"), Step.PLACE, "уже пройден"))


def test_a_button_of_an_older_form_repeats_the_question() -> None:
    hold(
        *TO_TOPIC,
        ("отмена",),
        (Tap("Не знаю"), REST, "прежнего"),
        ("Не горит фонарь у школы",),
        (Tap("Не знаю"), Step.FILES),
    )


def test_the_summarys_buttons_work_while_an_answer_is_being_changed() -> None:
    hold(*TO_REVIEW, ("изменить",), (Tap("Место"), Step.PLACE), (Tap("Отправить"), Send(1, FILLED)))


def test_a_corrected_message_corrects_the_text() -> None:
    edited = Edited(message="m1", text="Яма на дороге у дома 15")
    talk = hold(*TO_REVIEW, (edited, Step.REVIEW, "исправлено", "у дома 15"), (edited, QUIET))
    assert talk.draft.answers.text == "Яма на дороге у дома 15"
    hold(*TO_TOPIC, (replace(edited, text=PIT_TEXT), QUIET), (replace(edited, message="m9"), QUIET))


def test_a_correction_after_sending_is_told_that_it_has_gone() -> None:
    edited = Edited(message="m1", text="Яма на дороге у дома 15")
    hold(*SENT, (replace(edited, text=PIT_TEXT), QUIET), (edited, REST, "уже отправлено", NUMBER), (edited, QUIET))


def test_a_correction_brings_several_problems_to_light() -> None:
    both = Edited(message="m1", text="Яма. Фонарь.", reading=read_as("Яма на дороге", "Фонарь не горит"))
    hold(*TO_TOPIC, (both, Step.PROBLEMS))


@pytest.mark.parametrize(
    ("field", "code", "step", "words"),
    [
        ("topic", "unknown", Step.TOPIC, "Такой темы нет"),
        ("attachments.0", "unknown", Step.FILES, "не сохранился"),
        ("text", "bad_characters", Step.TEXT, "Уберите знаки"),
        ("text", "obscene", Step.TEXT, "Замените бранные слова"),
        ("place.address", "required", Step.PLACE, "адрес"),
        ("contact.name", "required", Step.NAME, "как вас зовут"),
        ("consent_version", "outdated", Step.CONSENT, "изменился"),
        ("kind", "appeals_off", Step.REVIEW, "59-ФЗ"),
        ("topic", "never_heard_of", Step.TOPIC, "не подошёл"),
    ],
)
def test_what_the_form_refuses_is_asked_again(field: str, code: str, step: Step, words: str) -> None:
    refused = WasInvalid(problems=(Problem(field=field, code=code),))
    hold(*TO_REVIEW, (photos(1),), (Tap("Отправить"), Send), (refused, step, words))


def test_a_file_that_is_gone_is_dropped_and_the_rest_stays() -> None:
    gone = WasInvalid(problems=(Problem(field="attachments.0", code="unknown"),))
    talk = hold(
        *TO_REVIEW, (photos(1, 2),), ("да",), (gone, Step.FILES), (Tap("Оставить как есть"), Step.REVIEW, "Файлы: 1")
    )
    assert talk.draft.files == (photo(2),)


def test_a_broken_world_loses_nothing() -> None:
    hold(
        *TO_REVIEW,
        ("да", Send),
        (WasRefused(code="store_unavailable"), Step.REVIEW, "Всё на месте"),
        ("да", Send(1, FILLED)),
    )
    hold(*TO_REVIEW, ("да", Send), (WasRefused(code="too_many"), Step.REVIEW, "не пропадёт"))


def test_a_form_that_rests_is_reminded_of() -> None:
    hold(*TO_NAME, (TimeToRemind(), "Продолжим?"), (Tap("Продолжить"), Step.NAME))
    hold(*TO_NAME, (TimeToRemind(), "Продолжим?"), (Tap("Не нужно"), REST))
    hold((TimeToRemind(), QUIET), ("new", Step.TEXT), (TimeToRemind(), QUIET))


def test_the_language_changes_at_every_step() -> None:
    hold(*TO_PLACE, ("язык", Step.PLACE, "Where is it"), ("/language", Step.PLACE, "Где это"), ("english", "Where"))


def test_help_and_lists_do_not_lead_away() -> None:
    hold(*TO_PLACE, ("Помощь", Step.PLACE, "112", "Где это"), ("мои сообщения", ListAppeals), ("?", Step.PLACE))


def test_a_person_is_called_and_the_form_stays() -> None:
    hold(*TO_PLACE, ("оператор", CallPerson(), "помолчу"), (Tap("Продолжить с ботом"), Step.PLACE))


def test_thanks_and_greetings_are_no_answers() -> None:
    hold(
        *TO_PLACE,
        ("Спасибо!", Step.PLACE, "Пожалуйста"),
        ("Добрый день", Step.PLACE),
        ("ок", Step.PLACE),
        ("Мира, 1", Step.NAME),
    )


def test_buttons_for_place_and_phone_are_left_out_where_a_channel_has_none() -> None:
    bare = form_of(WITH_BOTH.appeal.agency, takes_location=False, takes_contact=False)
    talk = hold(*TO_PLACE, form=bare)
    assert all(button.data for row in talk.turn.messages[-1].rows for button in row)
    talk = hold(*TO_NAME, ("Анна",), ("a@example.org", Step.PHONE, "например"), form=bare)
    assert all(button.data for row in talk.turn.messages[-1].rows for button in row)


def test_a_button_of_an_older_form_chooses_nothing_in_this_one() -> None:
    hold(
        (PIT_TEXT, Step.FILES),
        ("отмена",),
        ("Не горит фонарь у школы", Step.FILES),
        (Pressed(data="1.files.skip"), Step.FILES),
    )


def test_consent_to_an_older_text_is_asked_again() -> None:
    talk = hold(*TO_REVIEW)
    newer = replace(CITY, consent=ConsentText(version="3", text="Новый текст."))
    hold(("да", Step.CONSENT, "Новый текст."), ("да", Step.REVIEW), form=form_of(newer), draft=talk.draft)
    at_consent = hold(*TO_CONSENT)
    accept = Pressed(data=at_consent.data_of("Согласен"))
    hold((accept, Step.CONSENT, "Новый текст."), (accept, Step.REVIEW), form=form_of(newer), draft=at_consent.draft)


def test_an_outdated_consent_is_taken_back() -> None:
    outdated = WasInvalid(problems=(Problem(field="consent_version", code="outdated"),))
    assert not hold(*TO_REVIEW, ("да", Send), (outdated, Step.CONSENT)).draft.answers.consent


@pytest.mark.parametrize("typed", ["да", "Всё верно!", "ОТПРАВИТЬ", "send"])
def test_sending_has_many_words(typed: str) -> None:
    hold(*TO_REVIEW, (typed, Send(1, FILLED)))


def test_a_draft_names_every_file_that_it_needs() -> None:
    talk = hold(
        (photos(1, text=PIT_TEXT),),
        ("отмена",),
        (photos(2, text="Не горит фонарь у школы"),),
        (Pressed(data=f"case.reply.{NUMBER}"),),
        (photos(3, 2),),
    )
    assert set(talk.draft.kept_files) == {"photo-1", "photo-2", "photo-3"}
