"""Whatever happens in whatever order, one thing is asked or the ways are open, and nothing answered is asked again."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from gateway.dialog.draft import Draft, Portion, dump, load
from gateway.dialog.engine import advance
from gateway.dialog.events import (
    Edited,
    Event,
    Odd,
    Opened,
    Pressed,
    Said,
    SharedContact,
    TimeToRemind,
    WasFound,
    WasInvalid,
    WasRated,
    WasRefused,
    WasReplied,
    WereCopied,
    WereFound,
)
from gateway.dialog.scene import DialogForm
from gateway.dialog.steps.text import MOST_WAITING
from gateway.dialog.turn import CallPerson, CopyFiles, FindAppeal, ListAppeals, Rate, Reply, Send
from gateway.domain.agency import AgencyKey
from gateway.domain.case import EventKind, Status
from gateway.domain.fact import Fact
from gateway.domain.fault import Danger, Fault, FaultKind
from gateway.domain.page_link import PageLink
from gateway.domain.place import Place, Point
from gateway.domain.problem import Problem
from gateway.domain.reading import Reading, ReadPlace, ReadProblem
from gateway.domain.topic import Catalogue, TopicCode, TopicMatch, TopicPlace
from tests.dialog.talk import (
    ACCEPTED,
    DUTY,
    FORM,
    NAMELESS,
    NUMBER,
    PIT,
    SNOW,
    TEXTS,
    WITH_BOTH,
    Talk,
    check_turn,
    form_of,
    happened,
    photo,
    rated,
    read_as,
    several,
    tracked,
)
from tests.properties import any_text, many, typed_text

ASKING = replace(PIT, questions=("entrance", "house", "Номер договора"), photo="place")
NOWHERE = replace(SNOW, place=TopicPlace.NONE)
STRICT = replace(DUTY, refuses=frozenset({FaultKind.OBSCENE, FaultKind.UNREADABLE}))
FORMS = [
    FORM,
    WITH_BOTH,
    NAMELESS,
    replace(NAMELESS, catalogue=Catalogue([ASKING, SNOW])),
    form_of(STRICT, catalogue=Catalogue([ASKING, NOWHERE])),
]
POINT = Point(lat=55.7, lon=37.6)
WORDS = [
    "/start", "отмена", "Назад", "пропустить", "изменить", "мои сообщения", "помощь", "язык", "оператор", "new",
    "1", "2", "5", "да", "нет", "спасибо", "Здравствуйте!", "👍", "", "Яма", "Яма на дороге у дома 5", "не знаю",
    "+7 912 345-67-89", "anna@example.org", "Анна Иванова", str(NUMBER), "Отправить", "Весь список", "я" * 10_000,
]  # fmt: skip
MADE_UP = [
    "", "x", "menu.", "menu.nowhere", "case.show.1", f"case.rate.{NUMBER}.9", f"case.rate.{NUMBER}", "1.review.send",
    "1.topic.t-zzzzzzzz", "1.topic.s-", "99.files.skip", "1.form.cancel", "1.form.x", "0.text.cut", "1.problems.77",
    "2.place.photo", "2.place.before", "1.review.problems", "1.name.profile", "9" * 30, "1.text.keep", "1.topic.up",
    "1.details.told", "1.details.q-", "1.details.all", "1.faults.so", "1.faults.mend", "1.problems.apart",
    "1.place.text", "2.files.same", "menu.next", "menu.drop", "1.review.faults",
    f"case.replied.{NUMBER}", f"case.noreply.{NUMBER}", f"case.nocomment.{NUMBER}", f"case.rate.{NUMBER}.2",
]  # fmt: skip
FACT = Fact(agency=AgencyKey("city"), name="hours", asked=("часы",), answer="С 9 до 18.")

SEVERAL = several("Яма на дороге", "Нет света у школы", "Сломана лавочка")
DROPPED = TEXTS.say("ru", "chat.waiting.dropped")

texts = st.one_of(st.sampled_from(WORDS), st.sampled_from(WORDS), typed_text, any_text)
LENIN = ReadPlace(start=0, end=3, street="улица Ленина", house="5")
places = st.sampled_from([None, None, LENIN, replace(LENIN, house=""), replace(LENIN, street="я" * 400)])
matches = st.sampled_from(
    [(), *((TopicMatch(topic=topic, score=score),) for topic in (PIT, SNOW) for score in (0.5, 0.93))]
)
problems = st.builds(
    ReadProblem,
    text=st.sampled_from(["Яма на дороге", "и ещё нет света", "и", "", "я" * 9_000]),
    start=st.integers(0, 20),
    end=st.integers(0, 40),
    topics=matches,
    place=places,
)
faults = st.builds(Fault, kind=st.sampled_from(FaultKind), start=st.integers(0, 30), end=st.integers(0, 90))
readings = st.builds(
    Reading,
    problems=st.one_of(st.lists(problems, max_size=4), st.lists(problems, min_size=14, max_size=14)).map(tuple),
    faults=st.lists(faults, max_size=3).map(tuple),
    danger=st.sampled_from([None, None, None, *Danger]),
    is_whole=st.booleans(),
)
said = st.builds(
    Said,
    text=texts,
    files=st.lists(st.integers(0, 14), max_size=12).map(
        lambda names: tuple(photo(name, POINT if name % 3 else None) for name in names)
    ),
    refused=st.sampled_from(
        [(), (), (), (Problem(field="files", code="damaged_file", values={"name": "a"}), Problem(field="x", code="y"))]
    ),
    place=st.sampled_from([None, None, None, POINT]),
    contact=st.sampled_from(
        [
            None,
            None,
            None,
            SharedContact(phone="+79123456789", name="Анна\x00", is_own=True),
            SharedContact(phone="1", is_own=True),
            SharedContact(phone="+79123456780", name="Пётр"),
        ]
    ),
    odd=st.sampled_from([None, None, None, *Odd]),
    message=st.sampled_from([None, "m1", "m2"]),
    reading=st.none() | readings,
    fact=st.sampled_from([None, None, None, FACT]),
    question=st.sampled_from([None, None, None, NUMBER]),
    profile_name=st.sampled_from([None, "Анна", "Я" * 500, "\ud800"]),
)
typed = st.builds(lambda text: Said(text=text), texts)
links = st.sampled_from(
    [
        None,
        PageLink(agency=AgencyKey("city")),
        PageLink(agency=AgencyKey("city"), topic=PIT.code, place=Place(address="Ленина, 5")),
        PageLink(agency=AgencyKey("city"), topic=TopicCode("gone")),
    ]
)
QUESTION = happened(EventKind.ASKED, text="Какой подъезд?")
outcomes = st.sampled_from(
    [
        ACCEPTED,
        WasInvalid(problems=()),
        *(
            WasInvalid(problems=(Problem(field=field, code="required"),))
            for field in (
                "text",
                "topic",
                "details.route",
                "details.x",
                "place.address",
                "contact.name",
                "contact.phone",
                "consent",
                "x",
                "reply",
            )
        ),
        WasInvalid(problems=(Problem(field="attachments.0", code="unknown"),)),
        WereFound(appeals=()),
        WereFound(appeals=(tracked(),) * 12),
        WasFound(number="x", tracked=None),
        WasFound(number=NUMBER, tracked=tracked(Status.WORK, QUESTION), url="https://example.org/1"),
        WasFound(number=NUMBER, tracked=rated(2), url="http://127.0.0.1/1"),
        WasRated(tracked=rated(1)),
        WasRated(tracked=rated(5, "Спасибо, помогли")),
        WasReplied(tracked=tracked()),
        WereCopied(files=()),
        WereCopied(files=(photo("copy"), photo("other copy"))),
        WasRefused(code="already_rated"),
        WasRefused(code="no_question"),
        WasRefused(code="never_heard_of"),
    ]
)
anything = st.one_of(
    said,
    typed,
    typed,
    st.builds(Pressed, data=st.one_of(st.sampled_from(MADE_UP), any_text)),
    st.integers(0, 1_000),  # a button that was offered: the newest is 0
    st.integers(0, 8),
    st.integers(0, 8),
    st.builds(Edited, message=st.sampled_from(["m1", "m2", "m3"]), text=texts, reading=st.none() | readings),
    st.builds(Opened, link=links),
    st.just(TimeToRemind()),
    outcomes,
)
# The straight way, so that what happens at the end of it is met as often as what happens at its beginning.
STRAIGHT: list[Event] = [
    Said(
        text="Яма на дороге у дома 5",
        reading=read_as("Яма на дороге", topics=(PIT, SNOW)),
        message="m1",
        profile_name="Анна",
    ),
    Said(files=(photo(1, POINT),)),
    Said(text="1"),
    Said(text="Ленина, 5"),
    Said(text="Анна Иванова"),
    Said(text="anna@example.org"),
    Said(text="+7 912 345-67-89"),
    Said(text="согласен"),
    Said(text="отправить"),
    ACCEPTED,
    Pressed(data=f"case.rate.{NUMBER}.2"),
    WasRated(tracked=rated(2)),
]
beginnings = st.integers(0, len(STRAIGHT)).map(lambda count: [(event, False) for event in STRAIGHT[:count]])
histories = st.builds(list.__add__, beginnings, st.lists(st.tuples(anything, st.booleans()), min_size=4, max_size=16))


@many
@given(form=st.sampled_from(FORMS), history=histories)
def test_every_turn_asks_one_thing_or_leaves_the_ways_open(
    form: DialogForm, history: list[tuple[Event | int, bool]]
) -> None:
    walk(form, history, lambda talk: None)


@many
@given(form=st.sampled_from(FORMS), history=histories)
def test_start_and_cancel_work_in_every_state(form: DialogForm, history: list[tuple[Event | int, bool]]) -> None:
    walk(form, history, starts_and_cancels)


@many
@given(form=st.sampled_from(FORMS), history=histories)
def test_nothing_that_waits_is_lost(form: DialogForm, history: list[tuple[Event | int, bool]]) -> None:
    walk(form, [(SEVERAL, False), (Said(text="1"), False), *history], NothingLost())


@dataclass
class NothingLost:
    """Looks whether each problem that waited waits on, or is what the form is about, unless it was let go."""

    waited: tuple[Portion, ...] = ()

    def __call__(self, talk: Talk) -> None:
        draft, is_let_go = talk.draft, DROPPED in "".join(message.text for message in talk.turn.messages)
        begun = [portion.text for portion in self.waited if portion not in draft.waiting]
        assert is_let_go or begun in ([], [draft.answers.text]), (begun, draft)
        assert len(draft.waiting) <= MOST_WAITING
        self.waited = draft.waiting


def starts_and_cancels(talk: Talk) -> None:
    for start in (Said(text="/start"), Said(text="СТАРТ!"), Opened(), Pressed(data="menu.start")):
        turn = advance(talk.form, talk.draft, start)
        check_turn(talk.form, turn, start)
        assert not turn.draft.is_open
        assert turn.draft.focus is None
        assert talk.form.appeal.agency.name in turn.messages[0].text
    cancelled = talk.draft
    for _ in range(2):  # a reply that is being written first, then the form
        turn = advance(talk.form, cancelled, Said(text="Отмена."))
        check_turn(talk.form, turn, Said())
        cancelled = turn.draft
    assert not cancelled.is_open
    assert cancelled.focus is None


def walk(form: DialogForm, history: list[tuple[Event | int, bool]], look: Callable[[Talk], None]) -> None:
    """Let a history happen; where its turn says so, a wish comes true before the next event."""
    talk = Talk(form=form, draft=Draft())
    for happens, comes_true in history:
        turn = talk.go_on(press_one(talk, happens) if isinstance(happens, int) else happens)
        if comes_true and turn.wish is not None and not isinstance(turn.wish, CallPerson):
            talk.go_on(outcome_of(turn.wish))
        look(talk)


def press_one(talk: Talk, place: int) -> Event:
    """Press a button that was offered, the newest being 0."""
    return Pressed(data=talk.offered[-1 - place % len(talk.offered)][1] if talk.offered else "")


def outcome_of(wish: object) -> Event:
    match wish:
        case Send():
            return ACCEPTED
        case ListAppeals():
            return WereFound(appeals=(tracked(),))
        case FindAppeal(number):
            return WasFound(number=number, tracked=tracked(Status.WORK, QUESTION))
        case Rate(_, score, comment):
            return WasRated(tracked=rated(score, comment))
        case Reply():
            return WasReplied(tracked=tracked())
        case CopyFiles(files=files):
            return WereCopied(files=files)
    raise AssertionError(wish)


@many
@given(st.one_of(any_text, st.recursive(st.none() | st.integers() | st.text(), st.lists).map(repr)))
def test_an_unreadable_draft_is_a_new_one(written: str) -> None:
    assert load(written) == Draft()


def test_a_draft_of_another_version_gives_no_number_of_a_form_out_again() -> None:
    sent = dump(Draft(number=7, sent=NUMBER, sent_form=7))
    of_another_version = json.dumps({**json.loads(sent), "v": 2})
    assert load(of_another_version) == Draft(number=7)
    turn = advance(FORM, load(of_another_version), Said(text="Яма на дороге у дома 5"))
    assert turn.draft.number == 8


@many
@given(
    st.dictionaries(
        st.sampled_from(sorted(Draft.__dataclass_fields__)), st.none() | st.integers() | st.text() | st.lists(st.text())
    )
)
def test_a_draft_of_another_shape_is_read_or_new(changes: dict[str, object]) -> None:
    written = json.dumps({**json.loads(dump(Draft())), **changes})
    draft = load(written)
    turn = advance(FORM, draft, Said(text="Яма на дороге у дома 5"))
    check_turn(FORM, turn, Said())
