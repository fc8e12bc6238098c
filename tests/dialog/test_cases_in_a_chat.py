"""What residents do with appeals that were sent: find them, reply, rate, comment; and what they are told of them."""

import pytest

from gateway.dialog.events import (
    Odd,
    Pressed,
    Said,
    WasFound,
    WasInvalid,
    WasRated,
    WasRefused,
    WasReplied,
    WereFound,
)
from gateway.dialog.notices import notice
from gateway.dialog.turn import FindAppeal, ListAppeals, Rate, Reply, Step
from gateway.domain.attachment import AttachmentId, FileType
from gateway.domain.case import CaseFile, EventKind, Status
from gateway.domain.problem import Problem
from gateway.domain.refusal import Ground
from tests.dialog.talk import (
    FORM,
    NUMBER,
    OTHER_NUMBER,
    REST,
    TEXTS,
    No,
    Tap,
    check_message,
    happened,
    hold,
    photos,
    rated,
    tracked,
)

QUESTION = happened(EventKind.ASKED, text="Какой подъезд?")
ANSWER = happened(EventKind.ANSWERED, Status.ANSWERED, text="Яму засыпали 20 ноября.")
ASKED = WasFound(number=NUMBER, tracked=tracked(Status.WORK, QUESTION))
ANSWERED = WasFound(number=NUMBER, tracked=tracked(Status.ANSWERED, ANSWER), url="https://example.org/track/1")
REPLY = Pressed(data=f"case.reply.{NUMBER}")
FORM_OPEN = ("Яма на дороге у дома 5", Step.FILES)


def rate(score: int) -> Pressed:
    return Pressed(data=f"case.rate.{NUMBER}.{score}")


def test_the_list_has_a_button_for_each_appeal() -> None:
    appeals = (tracked(), tracked(Status.ANSWERED, ANSWER, number=OTHER_NUMBER))
    hold(
        ("мои обращения", ListAppeals()),
        (WereFound(appeals=appeals), f"1. {NUMBER} — В работе. Яма на дороге", f"2. {OTHER_NUMBER} — Получен ответ"),
        (Tap(OTHER_NUMBER), FindAppeal(OTHER_NUMBER)),
    )


def test_the_list_ends_at_ten() -> None:
    talk = hold((WereFound(appeals=(tracked(),) * 15), "10. ", No("11. ")))
    assert sum(map(len, talk.turn.messages[-1].rows)) == 10


def test_an_empty_list_says_so() -> None:
    hold((WereFound(appeals=()), "ничего не отправляли"))


@pytest.mark.parametrize("typed", ["{}", "статус {}", "№ {}", "/status {}", "Номер {}?", "Status {}"])
def test_an_appeal_is_found_by_its_number(typed: str) -> None:
    hold((typed.format(NUMBER), FindAppeal(NUMBER)), (typed.format(NUMBER.replace("-", " ")), FindAppeal(NUMBER)))


def test_a_slip_in_a_number_begins_no_form() -> None:
    wrong = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)
    hold((wrong, REST, "Проверьте цифры"), (WasFound(number=wrong, tracked=None), REST, "Проверьте цифры"))


def test_an_appeal_is_shown_with_its_history() -> None:
    history = (
        happened(EventKind.REGISTERED, Status.MODERATION),
        happened(EventKind.MOVED, Status.WORK, text="Передано подрядчику."),
    )
    shown = WasFound(number=NUMBER, tracked=tracked(Status.WORK, *history, QUESTION))
    hold(
        (shown, NUMBER, "Яма на дороге", "В работе", "Ответ — не позже 1 декабря 2026"),
        (shown, "21 ноября 2026: В работе. Передано подрядчику.", "Какой подъезд?"),
        (Tap("Ответить на вопрос"), "Напишите ответ"),
    )


def test_an_answer_is_shown_whole_with_five_scores_in_a_row() -> None:
    talk = hold((ANSWERED, "Яму засыпали 20 ноября.", No("не позже")))
    rows = talk.turn.messages[-1].rows
    assert [button.label for button in rows[0]] == ["1", "2", "3", "4", "5"]
    assert rows[1][0].url == "https://example.org/track/1"


def test_an_answer_is_rated_once() -> None:
    talk = hold((WasFound(number=NUMBER, tracked=rated(4)), "Яму засыпали"))
    assert all(button.label != "1" for row in talk.turn.messages[-1].rows for button in row)


def test_a_form_under_way_goes_on_after_a_look_at_an_appeal() -> None:
    hold(
        FORM_OPEN,
        (str(NUMBER), FindAppeal(NUMBER)),
        (ANSWERED, Step.FILES, "Яму засыпали"),
        (Tap("Без фото"), Step.TOPIC),
    )
    hold(FORM_OPEN, ("мои сообщения",), (WereFound(appeals=(tracked(),)), Step.FILES))


def test_a_low_rating_goes_back_and_may_be_explained() -> None:
    hold(
        (rate(2), Rate(NUMBER, 2)),
        (WasRated(tracked=rated(2)), "повторное рассмотрение", "почему"),
        ("Засыпали щебнем, и его уже разнесло", Rate(NUMBER, 2, "Засыпали щебнем, и его уже разнесло")),
        (WasRated(tracked=rated(2, "Засыпали щебнем")), REST, "комментарий передан"),
    )


@pytest.mark.parametrize("way_on", ["пропустить", "Пропустить", "нет", "спасибо", "отмена", "/skip"])
def test_a_good_rating_needs_no_words(way_on: str) -> None:
    hold((rate(5), Rate(NUMBER, 5)), (WasRated(tracked=rated(5)), No("повторное"), "почему"), (way_on, REST))


def test_a_comment_that_was_a_new_problem_becomes_one() -> None:
    talk = hold(
        (WasRated(tracked=rated(5)), "почему"),
        ("Теперь не горит фонарь у школы", Rate),
        (WasRated(tracked=rated(5, "Теперь…")), REST),
        (Tap("Это новая проблема"), Step.FILES),
    )
    assert talk.draft.answers.text == "Теперь не горит фонарь у школы"


def test_a_photo_instead_of_a_comment_begins_something_new() -> None:
    hold((WasRated(tracked=rated(5)), "почему"), (photos(1, text="Не горит фонарь у школы"), Step.TOPIC))


def test_a_comment_has_its_length() -> None:
    hold((WasRated(tracked=rated(5)),), ("о" * 2_001, "2000"), ("👍", "почему"), ("Быстро", Rate(NUMBER, 5, "Быстро")))


@pytest.mark.parametrize(
    "code", ["already_rated", "not_answered", "no_question", "unknown_appeal", "too_many", "new_one"]
)
def test_a_wish_that_cannot_be_fulfilled_has_its_words(code: str) -> None:
    key = f"chat.refused.{code}" if code != "new_one" else "chat.refused.other"
    hold((rate(1), Rate), (WasRefused(code=code), REST, TEXTS.say("ru", key)))


def test_a_reply_is_gathered_and_sent() -> None:
    hold(
        (ASKED, "Какой подъезд?"),
        (Tap("Ответить на вопрос"), "Напишите ответ", NUMBER),
        (photos(1), "Файлов: 1", "Напишите ответ"),
        ("Третий подъезд", "Третий подъезд", "Файлов: 1"),
        (photos(2, text="вид изнутри"), "вид изнутри", "Файлов: 2"),
        (
            Tap("Отправить ответ"),
            Reply(NUMBER, "Третий подъезд\nвид изнутри", (AttachmentId("photo-1"), AttachmentId("photo-2"))),
        ),
        (WasReplied(tracked=tracked()), REST, "отправлен"),
        (Tap("Отправить ответ"), REST),
    )


def test_a_reply_does_not_disturb_the_form() -> None:
    hold(
        FORM_OPEN,
        (REPLY, "Напишите ответ"),
        ("Третий", "Третий"),
        (Tap("Без фото"), "Сначала закончим ответ"),
        ("отправить", Reply(NUMBER, "Третий", ())),
        (WasReplied(tracked=tracked()), Step.FILES),
    )


def test_a_reply_may_be_left() -> None:
    hold((REPLY,), ("Третий",), (Tap("Не отвечать"), REST, "не отправлен"), (REPLY,), ("отмена", REST))
    hold(FORM_OPEN, (REPLY,), (Tap("Без фото"), Step.TOPIC))


def test_only_one_reply_is_written_at_a_time() -> None:
    other = Pressed(data=f"case.reply.{OTHER_NUMBER}")
    hold((REPLY,), (other, OTHER_NUMBER), ("Третий", OTHER_NUMBER), (REPLY, "Сначала", OTHER_NUMBER))


def test_a_reply_that_is_refused_for_now_can_be_sent_again() -> None:
    hold(
        (REPLY,),
        ("Третий",),
        ("да", Reply),
        (WasRefused(code="unavailable"), "Третий", "Всё на месте"),
        ("да", Reply),
        (WasRefused(code="no_question"), REST, "уже ответили"),
    )


def test_a_reply_has_its_limits() -> None:
    too_many = photos(*range(11))
    hold(
        (REPLY,),
        ("о" * 2_001, "2000", "Напишите ответ"),
        (too_many, "не больше 10"),
        (Said(odd=Odd.VOICE), "надиктуйте"),
    )
    invalid = WasInvalid(problems=(Problem(field="reply", code="required"),))
    hold((REPLY,), ("Третий",), ("да", Reply), (invalid, "Напишите ответ на вопрос", "Третий"))


@pytest.mark.parametrize(
    "data", ["case.rate.123-456-7890.1", "case.show.1", "menu.x", "1.files", "\x00" * 100, "ж" * 64]
)
def test_made_up_buttons_are_harmless(data: str) -> None:
    hold((Pressed(data=data), REST), FORM_OPEN, (Pressed(data=data), Step.FILES))


def test_old_buttons_of_cases_are_good_for_ever() -> None:
    hold(FORM_OPEN, (rate(4), Rate(NUMBER, 4)), (Pressed(data=f"case.show.{NUMBER}"), FindAppeal(NUMBER)))


CASE_FILE = CaseFile(id=AttachmentId("act"), name="акт.pdf", type=FileType.PDF, size=10)
NOTICES = [
    (happened(EventKind.REGISTERED, Status.MODERATION), ["приняли", "1 декабря 2026"], ["Что с сообщением"]),
    (happened(EventKind.MOVED, Status.REVIEW), ["рассматривают"], ["Что с сообщением"]),
    (
        happened(EventKind.MOVED, Status.WORK, text="Передано подрядчику."),
        ["работу", "Передано подрядчику."],
        ["Что с сообщением"],
    ),
    (QUESTION, ["вопрос:", "Какой подъезд?"], ["Ответить на вопрос"]),
    (ANSWER, ["ответ:", "Яму засыпали 20 ноября.", "1 или 2"], ["1", "2", "3", "4", "5"]),
    (
        happened(EventKind.DECLINED, Status.DECLINED, ground=Ground.NO_PLACE, text="Уточните адрес."),
        ["не будут", "непонятно, где", "Уточните адрес.", "заново"],
        ["Что с сообщением"],
    ),
    (happened(EventKind.SENT_BACK, Status.REVIEW), ["снова", "1 декабря 2026"], ["Что с сообщением"]),
]


@pytest.mark.parametrize(("event", "words", "buttons"), NOTICES, ids=lambda value: getattr(value, "kind", None))
def test_a_change_is_told_with_what_can_be_done(event, words: list[str], buttons: list[str]) -> None:
    (message,) = notice(FORM, tracked(), event)
    check_message(message)
    assert all(word in message.text for word in [*words, NUMBER, "Яма на дороге"]), message.text
    assert [button.label for row in message.rows for button in row] == buttons


def test_the_files_of_an_answer_come_with_it() -> None:
    answer = happened(EventKind.ANSWERED, Status.ANSWERED, text="Акт приложен.", files=(CASE_FILE,))
    (message,) = notice(FORM, tracked(), answer)
    assert [(file.key, file.name, file.type, file.size) for file in message.files] == [
        ("act", "акт.pdf", FileType.PDF, 10)
    ]


def test_a_resident_is_told_in_the_language_of_the_appeal() -> None:
    (message,) = notice(FORM, tracked(lang="en"), ANSWER)
    assert "has been answered" in message.text


@pytest.mark.parametrize("kind", [EventKind.REPLIED, EventKind.RATED, EventKind.CONSENT_WITHDRAWN])
def test_what_the_resident_did_is_not_told_to_them(kind: EventKind) -> None:
    assert notice(FORM, tracked(), happened(kind)) == ()


def test_buttons_of_a_notice_work_at_once() -> None:
    (message,) = notice(FORM, tracked(), QUESTION)
    hold((Pressed(data=message.rows[0][0].data), "Напишите ответ"))
    (message,) = notice(FORM, tracked(), ANSWER)
    hold((Pressed(data=message.rows[0][4].data), Rate(NUMBER, 5)))


def test_cancelling_a_reply_leaves_the_form_as_it_was() -> None:
    hold(FORM_OPEN, (REPLY, "Напишите ответ"), ("Третий",), ("отмена", Step.FILES, "не отправлен"))


def test_a_photo_alone_may_be_the_reply_and_then_needs_words() -> None:
    hold(
        (Said(files=photos(1).files, question=NUMBER), "ваш ответ на вопрос"),
        (Tap("Да, отправить"), "Напишите ответ", "Файлов: 1"),
        ("Вот подъезд", "Вот подъезд"),
        ("отправить", Reply(NUMBER, "Вот подъезд", (AttachmentId("photo-1"),))),
    )
