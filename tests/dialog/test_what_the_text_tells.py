"""What a text tells beside its topic: several problems, where it is, what would be refused, what cannot wait."""

import json
from dataclasses import replace

import pytest

from gateway.dialog.draft import Draft, NamedPlace, PutAside, dump, load
from gateway.dialog.events import Edited, KeptFile, Pressed, Said, WasRated, WereCopied
from gateway.dialog.turn import CopyFiles, Rate, Reply, Send, Step
from gateway.domain.attachment import AttachmentId
from gateway.domain.fault import Danger, Fault, FaultKind
from gateway.domain.place import Point
from gateway.domain.reading import Reading, ReadPlace, ReadProblem
from gateway.domain.topic import Catalogue, Topic, TopicCode, TopicMatch, TopicPlace
from tests.dialog.talk import (
    ACCEPTED,
    DUTY,
    MANY,
    NUMBER,
    PIT,
    QUIET,
    REST,
    SIGN,
    SNOW,
    TEXTS,
    No,
    Talk,
    Tap,
    form_of,
    hold,
    photos,
    rated,
    read_as,
)

LAMP = Topic(code=TopicCode("0209"), path=("Дворы", "Освещение", "Не горит фонарь"), fast_track=True, days=10)
WASTE = Topic(code=TopicCode("0603"), path=("Дворы", "Мусор", "Не вывозят мусор"), fast_track=True, days=10)
PENSION = Topic(
    code=TopicCode("4003"),
    path=("Деньги", "Пенсии", "Не пришла пенсия"),
    fast_track=False,
    days=30,
    place=TopicPlace.NONE,
)
CATALOGUE = Catalogue([LAMP, WASTE, PENSION, PIT, SIGN, SNOW, *MANY])
HERE = form_of(catalogue=CATALOGUE)
ON_DUTY = form_of(DUTY, catalogue=CATALOGUE)
STRICT = form_of(replace(DUTY, refuses=frozenset({FaultKind.OBSCENE, FaultKind.NO_ESSENCE})), catalogue=CATALOGUE)
LENIN = ReadPlace(start=0, end=9, street="улица Ленина", house="5")
STREET = ReadPlace(start=0, end=9, street="улица Ленина")
PEACE = ReadPlace(start=0, end=9, street="улица Мира", house="7")
THREE = "Не горит фонарь на Ленина 5, и неделю не вывозят мусор, и не пришла пенсия"
GAS = "В подъезде сильно пахнет газом"
CALL = "112 или 104"


def problem(text: str, topic: Topic | None = None, place: ReadPlace | None = None, start: int = 0) -> ReadProblem:
    topics = () if topic is None else (TopicMatch(topic=topic, score=0.93),)
    return ReadProblem(text=text, start=start, end=start + len(text), topics=topics, place=place)


def three(**others: object) -> Said:
    cuts = [0, THREE.index(", и неделю"), THREE.index(", и не пришла"), len(THREE)]
    about = ((LAMP, LENIN), (WASTE, None), (PENSION, None))
    parts = (
        problem(THREE[start:end], topic, place, start)
        for start, end, (topic, place) in zip(cuts, cuts[1:], about, strict=False)
    )
    return Said(text=THREE, reading=Reading(problems=tuple(parts)), **others)


def one(text: str, topic: Topic | None = LAMP, place: ReadPlace | None = None, **others: object) -> Said:
    return Said(text=text, reading=Reading(problems=(problem(text, topic, place),)), **others)


def faulty(text: str, *kinds: tuple[FaultKind, str], topic: Topic | None = LAMP, **others: object) -> Said:
    faults = tuple(
        Fault(kind=kind, start=text.index(words), end=text.index(words) + len(words)) for kind, words in kinds
    )
    return Said(text=text, reading=Reading(problems=(problem(text, topic),), faults=faults), **others)


def dangerous(text: str = GAS, **others: object) -> Said:
    return Said(text=text, reading=Reading(problems=(problem(text),), danger=Danger.GAS), **others)


def labels(talk: Talk) -> list[str]:
    assert talk.turn is not None
    return [button.label for row in talk.turn.messages[-1].rows for button in row]


# Several problems


def test_three_problems_become_three_appeals_that_share_what_they_may() -> None:
    copy = KeptFile(id=AttachmentId("copy"), name="1.jpg")
    talk = hold(
        (three(files=photos(1).files), Step.PROBLEMS, "(3)", "1. Не горит фонарь на Ленина 5\n   Не горит фонарь"),
        (Tap("Да, по отдельности"), Step.NAME, "Тема: Не горит фонарь.", "Место: улица Ленина, 5. Изменить"),
        ("Анна", Step.CONSENT),
        ("да", Step.REVIEW, "Место: улица Ленина, 5", "Файлы: 1"),
        ("да", Send),
        (ACCEPTED, Step.FILES, "Неделю не вывозят мусор", "После неё останется: 1", "Тема: Не вывозят мусор."),
        (Tap("Те же фото (1)"), CopyFiles(2, photos(1).files)),
        (WereCopied(files=(copy,)), Step.PLACE),
        (Tap("Там же: улица Ленина, 5"), Step.REVIEW, "Файлы: 1", "Имя: Анна", "Согласие: дано"),
        ("да", Send),
        (ACCEPTED, Step.FILES, "Не пришла пенсия"),
        (Tap("Без фото"), Step.REVIEW, No("Место:"), "Тема: Деньги"),  # a pension is nowhere
        ("да", Send),
        (ACCEPTED, REST),
        form=HERE,
    )
    assert talk.draft.waiting == ()
    assert talk.draft.files_before == (copy,)


def test_any_of_them_can_be_the_first_and_typed_words_choose_too() -> None:
    assert hold((three(),), ("3", Step.FILES), form=HERE).draft.answers.text == "Не пришла пенсия"
    assert hold((three(),), ("Да!", Step.FILES), form=HERE).draft.answers.topic == LAMP.code
    whole = hold((three(),), ("нет", Step.FILES, "Место: улица Ленина, 5"), form=HERE)
    assert (whole.draft.answers.text, whole.draft.waiting) == (THREE, ())
    hold((three(),), ("не знаю даже", Step.PROBLEMS, "кнопкой"), form=HERE)


def test_what_waits_can_be_gone_on_with_after_a_cancel_or_let_go() -> None:
    talk = hold(
        (three(),),
        (Tap("Да, по отдельности"),),
        (Tap("Отмена"), REST, "Ещё не отправлено из того же текста: «Неделю не вывозят мусор»"),
        (Tap("Следующая проблема (2)"), Step.FILES, "Неделю не вывозят мусор"),
        (Tap("Следующая проблема (2)"), Step.FILES),  # pressed twice: nothing is passed over
        form=HERE,
    )
    assert [part.text for part in talk.draft.waiting] == ["Не пришла пенсия"]
    talk.go_on(Tap("Отмена"))
    talk.go_on(Tap("Остальное не нужно"))
    assert talk.draft.waiting == ()
    assert not any("Следующая" in label for label in labels(talk))
    talk.go_on("menu")
    assert talk.go_on(Tap("Следующая проблема (1)")).toast == "Больше ничего не ждёт."


def test_form_that_was_put_aside_comes_back_with_the_files_that_it_may_share() -> None:
    sent = ((three(files=photos(1).files),), ("да",), ("Анна", Step.CONSENT), ("да",), ("да", Send), (ACCEPTED,))
    talk = hold(*sent, ("отмена",), (Tap("Вернуть неотправленное"), Step.FILES), form=HERE)
    assert "Те же фото (1)" in labels(talk)
    other = hold(*sent, ("отмена",), (one("Ещё одна беда во дворе у нас"), Step.FILES), form=HERE)
    assert not any("Те же" in label for label in labels(other))


def test_files_that_are_gone_are_not_offered_again() -> None:
    talk = hold(
        (three(files=photos(1).files),), ("да",), ("Анна",), ("да",), ("да", Send), (ACCEPTED,),
        (Tap("Те же фото (1)"), CopyFiles),
        (WereCopied(files=()), Step.FILES, "больше не доступны"),
        form=HERE,
    )  # fmt: skip
    assert labels(talk) == ["Без фото", "Назад", "Отмена"]


def test_consent_is_asked_again_once_something_came_between() -> None:
    sent = ((three(),), ("да",), ("нет",), ("Анна", Step.CONSENT), ("да",), ("да", Send), (ACCEPTED,))
    later = (("отмена",), (Tap("Следующая проблема (1)"), Step.FILES), ("нет", Step.CONSENT))
    hold(*sent, *later, form=HERE)


def test_text_before_the_problems_belongs_to_the_first_of_them() -> None:
    talk = hold(
        (photos(1), Step.TEXT),
        ("У школы", Step.TEXT),
        (three(), Step.PROBLEMS),
        (Tap("Да, по отдельности"),),
        form=HERE,
    )
    assert talk.draft.answers.text == "У школы\nНе горит фонарь на Ленина 5"


def test_words_that_come_with_a_photo_before_the_choice_are_kept() -> None:
    talk = hold(
        (three(), Step.PROBLEMS), (photos(1, text="Уже третий месяц"), Step.PROBLEMS, "Добавил"), ("3",), form=HERE
    )
    assert talk.draft.answers.text == "Не пришла пенсия\nУже третий месяц"


def test_text_that_is_too_long_for_one_message_may_be_short_enough_apart() -> None:
    long = [f"{topic} у нас во дворе. " * 110 for topic in ("Фонарь не горит", "Мусор не вывозят")]
    said = Said(text="".join(long), reading=read_as(*long))
    hold((said, Step.PROBLEMS), ("да", Step.FILES))
    hold((said, Step.PROBLEMS), ("нет", Step.TEXT, "можно не больше 4000"))


def test_problems_that_find_no_room_stay_one_text() -> None:
    many = read_as(*(f"Проблема номер {place} во дворе" for place in range(13)))
    hold((Said(text="Много всего у нас во дворе", reading=many), Step.FILES))
    waiting = hold((three(),), ("да",), form=HERE).draft.waiting
    draft = Draft(has_met=True, number=1, waiting=waiting * 10)
    assert len(hold((three(), Step.FILES), form=HERE, draft=draft).draft.waiting) == 20


def test_long_text_that_nobody_could_tell_apart_is_left_to_the_resident() -> None:
    text = "Во дворе всё не так, как надо. " * 30
    tangled = Reading(problems=(problem(text),), is_whole=False)
    hold((Said(text=text, reading=tangled), Step.FILES, "Решать вам"))
    short = Reading(problems=(problem("Всё не так у нас"),), is_whole=False)
    hold((Said(text="Всё не так у нас", reading=short), Step.FILES, No("Решать вам")))


# Places


def test_place_of_the_text_is_taken_shown_and_changed_with_a_tap() -> None:
    talk = hold(
        (one("Не горит фонарь на Ленина 5", LAMP, LENIN), "Место: улица Ленина, 5. Изменить"),
        ("нет", Step.NAME),
        ("Анна", Step.REVIEW, "Место: улица Ленина, 5"),
        form=ON_DUTY,
    )
    assert labels(talk) == ["Отправить", "Изменить тему", "Изменить место", "Изменить", "Отмена"]
    talk.go_on(Tap("Изменить место"))
    assert labels(talk)[0] == "Взять из текста: улица Ленина, 5"
    talk.go_on("Мира, 7")
    assert talk.turn.asks is Step.REVIEW
    assert "Изменить место" not in labels(talk)
    assert talk.draft.answers.address == "Мира, 7"


def test_vague_place_of_the_text_is_the_first_that_is_offered() -> None:
    spot = Point(lat=55.7, lon=37.6)
    talk = hold(
        (one("Не горит фонарь на Ленина", LAMP, STREET, files=photos(1, place=spot).files), Step.PLACE, No("Место:")),
        form=ON_DUTY,
    )
    assert labels(talk)[:2] == ["Взять из текста: улица Ленина", "Там, где снято фото"]
    talk.go_on(Tap("Взять из текста: улица Ленина"))
    assert (talk.draft.answers.address, talk.draft.answers.lat) == ("улица Ленина", None)


def test_place_is_only_offered_where_something_speaks_against_it() -> None:
    two = Reading(problems=(problem("Фонарь на Ленина 5", LAMP, LENIN), problem("Яма на Мира 7", PIT, PEACE, 19)))
    whole = hold((Said(text="Фонарь на Ленина 5, яма на Мира 7", reading=two),), ("нет", Step.FILES), form=ON_DUTY)
    assert (whole.draft.answers.address, whole.draft.named_place.address) == (None, "улица Ленина, 5")
    nowhere = hold((one("Живу на Ленина 5, не пришла пенсия", PENSION, LENIN), No("Место:")), form=ON_DUTY)
    assert nowhere.draft.answers.address is None
    given = hold(
        (Said(text="new"),),
        (Said(place=Point(lat=55.7, lon=37.6)),),
        (one("Фонарь на Ленина 5", LAMP, LENIN),),
        form=ON_DUTY,
    )
    assert (given.draft.answers.address, given.draft.answers.lat) == (None, 55.7)


def test_place_follows_the_text_until_it_is_given_by_hand() -> None:
    talk = hold((one("Не горит фонарь на Ленина 5", LAMP, LENIN, message="7"),), form=ON_DUTY)
    moved = one("Не горит фонарь на Мира 7", LAMP, PEACE)
    talk.go_on(Edited(message="7", text=moved.text, reading=moved.reading))
    assert talk.draft.answers.address == "улица Мира, 7"
    assert "Место: улица Мира, 7" in talk.turn.messages[-1].text
    nowhere = one("Не горит фонарь у нас", LAMP)
    talk.go_on(Edited(message="7", text=nowhere.text, reading=nowhere.reading))
    assert talk.draft.answers.address is None
    talk.go_on("нет")
    talk.go_on("Садовая, 1")
    talk.go_on(Edited(message="7", text=moved.text, reading=moved.reading))
    assert talk.draft.answers.address == "Садовая, 1"


def test_point_that_comes_with_an_address_in_words_goes_with_it() -> None:
    said = replace(one("Не горит фонарь на Ленина 5", LAMP, LENIN), place=Point(lat=55.7, lon=37.6))
    answers = hold((said, Step.FILES), form=ON_DUTY).draft.answers
    assert (answers.address, answers.lat) == ("улица Ленина, 5", 55.7)


def test_point_of_the_place_in_the_text_comes_and_goes_with_it() -> None:
    lenin, peace = Point(lat=54.51, lon=36.26), Point(lat=54.52, lon=36.27)
    there = one("Не горит фонарь на Ленина 5", LAMP, replace(LENIN, point=lenin), message="7")
    talk = hold((there, Step.FILES), form=ON_DUTY)
    assert (talk.draft.answers.lat, talk.draft.answers.lon) == (54.51, 36.26)
    for place, lat in ((replace(PEACE, point=peace), 54.52), (PEACE, None), (None, None)):
        moved = one(f"Не горит фонарь там {lat}", LAMP, place)
        talk.go_on(Edited(message="7", text=moved.text, reading=moved.reading))
        assert talk.draft.answers.lat == lat
    sent_along = hold((replace(there, place=Point(lat=55.7, lon=37.6)), Step.FILES), form=ON_DUTY)
    assert sent_along.draft.answers.lat == 55.7


def test_words_added_later_may_tell_the_place() -> None:
    talk = hold(
        (one("Не горит фонарь во дворе"), Step.FILES),
        (one("это на Ленина 5", None, LENIN), "Место: улица"),
        form=ON_DUTY,
    )
    assert (talk.draft.answers.address, talk.draft.answers.topic) == ("улица Ленина, 5", LAMP.code)


# Faults


CURSE = "Чёрт, не горит фонарь у школы"


def cursed(**others: object) -> Said:
    return faulty(CURSE, (FaultKind.OBSCENE, "Чёрт"), **others)


def test_warning_quotes_the_words_once_and_stands_in_the_review() -> None:
    talk = hold((cursed(), Step.FAULTS, "лучше поправить", "«Чёрт»\nЗамените бранные"), form=ON_DUTY)
    assert labels(talk) == ["Исправить текст", "Отправить так", "Отмена"]
    hold(
        (cursed(), Step.FAULTS),
        (Tap("Отправить так"), Step.FILES),
        ("и у сада тоже", Step.FILES, "Добавил", No("Чёрт")),
        ("нет", Step.PLACE),
        ("Школьная, 1", Step.NAME),
        ("Анна", Step.REVIEW, "Обратите внимание", "«Чёрт»"),
        ("назад", Step.NAME, No("Чёрт")),
        (Tap("Оставить как есть"), Step.REVIEW),
        ("да", Send),
        form=ON_DUTY,
    )


def test_text_is_mended_by_button_by_words_and_by_an_edit() -> None:
    clean = one("Не горит фонарь у нашей школы")
    for mending in (((Tap("Исправить текст"), Step.TEXT), (clean, Step.FILES)), ((clean, Step.FILES, "исправлено"),)):
        talk = hold((cursed(),), *mending, form=ON_DUTY)
        assert (talk.draft.answers.text, talk.draft.faults) == (clean.text, ())
    edited = Edited(message="7", text=clean.text, reading=clean.reading)
    hold((cursed(message="7"), Step.FAULTS), (edited, Step.FILES), form=ON_DUTY)
    again = Edited(message="7", text=CURSE, reading=cursed().reading)
    hold((one(clean.text, message="7"), Step.FILES), (again, Step.FAULTS), form=ON_DUTY)


def test_few_words_beside_a_warning_are_more_of_the_text() -> None:
    talk = hold((cursed(),), (one("у школы 5", None), Step.FAULTS, "Добавил"), form=ON_DUTY)
    assert talk.draft.answers.text == f"{CURSE}\nу школы 5"


def test_what_the_agency_refuses_can_only_be_mended() -> None:
    talk = hold((cursed(), Step.FAULTS, "ведомство сообщение не примет"), form=STRICT)
    assert labels(talk) == ["Исправить текст", "Отмена"]
    for words in ("отправить", "нет", "спасибо"):
        talk.go_on(words)
        assert (talk.turn.asks, talk.draft.answers.text) == (Step.FAULTS, CURSE)
    talk.go_on(Tap("Исправить текст"))
    talk.go_on(Tap("Оставить как есть"))
    assert talk.turn.asks is Step.FAULTS
    talk.go_on(Tap("Исправить текст"))
    talk.go_on(one("Не горит фонарь у школы"))
    assert talk.turn.asks is Step.FILES


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        (FaultKind.NO_ESSENCE, "Помогите, пожалуйста!", "Помогите, пожалуйста!\nНе горит фонарь"),
        (FaultKind.UNREADABLE, "ывапролдж фывапр", "Не горит фонарь"),
    ],
)
def test_text_that_tells_nothing_is_asked_for_more_once(kind: FaultKind, text: str, kept: str) -> None:
    vague = faulty(text, (kind, text), topic=None)
    asked = TEXTS.say("ru", f"fault.{kind.value}")
    talk = hold((vague, Step.FAULTS, asked, No("лучше поправить")), (one("Не горит фонарь"), Step.FILES), form=ON_DUTY)
    assert (talk.draft.answers.text, talk.draft.answers.topic) == (kept, LAMP.code)
    hold((vague,), (replace(vague, text=f"{text}!"), Step.FILES), form=ON_DUTY)
    hold((vague,), (Tap("Отправить так"), Step.FILES), form=ON_DUTY)


def test_text_that_tells_nothing_is_asked_for_more_until_it_tells_where_the_agency_wants_it() -> None:
    vague = faulty("Помогите, пожалуйста!", (FaultKind.NO_ESSENCE, "Помогите"), topic=None)
    hold((vague, Step.FAULTS), (vague, Step.FAULTS), (one("Не горит фонарь"), Step.FILES), form=STRICT)


def test_few_words_that_are_added_need_not_tell_the_problem_again() -> None:
    more = faulty("у школы, слева", (FaultKind.NO_ESSENCE, "у школы"), topic=None)
    hold((one("Не горит фонарь"), Step.FILES), (more, Step.FILES, "Добавил"), form=STRICT)
    hold((Said(text="new"),), (Said(text="Яма"), Step.TEXT), (more, Step.FILES), form=STRICT)


def test_fault_is_of_the_problem_that_it_stands_in() -> None:
    text = "Фонарь не горит. Чёрт, яма!"
    parts = (problem(text[:16], LAMP), problem(text[17:], PIT, start=17))
    reading = Reading(problems=parts, faults=(Fault(kind=FaultKind.OBSCENE, start=17, end=21),))
    said = Said(text=text, reading=reading)
    assert hold((said,), ("1", Step.FILES), form=ON_DUTY).draft.waiting[0].faults
    hold((said,), ("2", Step.FAULTS, "«Чёрт»"), form=ON_DUTY)
    hold((said,), ("нет", Step.FAULTS, "«Чёрт»"), form=ON_DUTY)


# Danger


def test_danger_is_met_first_and_the_form_goes_on_in_the_same_turn() -> None:
    talk = hold((dangerous(), Step.FILES), form=ON_DUTY, draft=Draft())
    first, intro, question = talk.turn.messages
    assert CALL in first.text
    assert "отвечаю автоматически" in intro.text
    assert question.rows
    hold((dangerous(),), (dangerous(), Step.FILES, No(CALL)), form=ON_DUTY)  # once for a text


def test_danger_is_met_in_an_edit_of_whatever_message() -> None:
    edit = Edited(message="unknown", text=GAS, reading=dangerous().reading)
    hold((one("Не горит фонарь"), Step.FILES), (edit, Step.FILES, CALL), (edit, QUIET), form=ON_DUTY)


def test_danger_is_met_in_a_reply_and_in_a_comment() -> None:
    reply = hold((Pressed(data=f"case.reply.{NUMBER}"),), (dangerous(), CALL, GAS), form=ON_DUTY)
    reply.go_on("да")
    assert isinstance(reply.turn.wish, Reply)
    comment = hold((WasRated(tracked=rated(5)),), (dangerous(), CALL, Rate), form=ON_DUTY)
    assert CALL in comment.turn.messages[0].text


# Drafts


def test_drafts_of_the_version_before_are_read_and_kinds_of_a_newer_one_left_out() -> None:
    draft = hold((three(files=photos(1).files),), (Tap("Отмена"),), form=HERE).draft
    new = {"named_place", "follows_place", "faults", "warned", "comes_next", "files_before", "danger_told"}
    written = json.loads(dump(draft))
    of_before = {name: value for name, value in written.items() if name not in new}
    of_before["aside"] = {name: value for name, value in written["aside"].items() if name not in new}
    of_before["aside"]["parts"] = [
        {name: part[name] for name in ("text", "topics", "is_sure")} for part in written["aside"]["parts"]
    ]
    read = load(json.dumps(of_before))
    assert isinstance(read.aside, PutAside)
    assert [part.text for part in read.aside.parts] == [part.text for part in draft.aside.parts]
    of_after = {**written, "faults": [{"kind": "heresy", "words": "x"}, {"kind": "threat", "words": "y"}], "more": 1}
    assert [mark.kind for mark in load(json.dumps(of_after)).faults] == [FaultKind.THREAT]
    assert load(dump(replace(draft, named_place=NamedPlace(address="x")))).named_place == NamedPlace(address="x")
