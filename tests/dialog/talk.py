"""How conversations are written down and held: lines of what happens and what is expected of the turn.

    hold(("Яма на дороге у дома 5", FILES), (photo(1), TOPIC), (Tap("Не знаю"), PLACE, "Где это?"))

A text is something said, `Tap` presses the newest button of that label; anything else is an event as it is. Expected
are a step (it is asked), a text (it stands in what is said), `No(text)`, a wish or its type, `Toast(text)`, REST
(nothing is asked, the ways are open) or QUIET (nothing is said).
"""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from gateway.dialog.draft import Browsing, Draft, Editing, dump, load
from gateway.dialog.engine import advance
from gateway.dialog.events import Edited, Event, KeptFile, Pressed, Said, TimeToRemind, WasAccepted
from gateway.dialog.scene import DialogForm
from gateway.dialog.turn import CallPerson, Step, Turn
from gateway.domain.agency import Agency, AgencyKey, AnswerWay, LegalBasis
from gateway.domain.appeal import AppealId, SubmissionKind, TrackingKey
from gateway.domain.attachment import AttachmentId
from gateway.domain.case import CaseEvent, EventId, EventKind, Status
from gateway.domain.consent import ConsentText
from gateway.domain.message import (
    DATA_BYTES,
    LABEL_CHARACTERS,
    MOST_BUTTONS,
    MOST_IN_ROW,
    MOST_ROWS,
    ButtonKind,
    Message,
)
from gateway.domain.number import number_of
from gateway.domain.place import Point
from gateway.domain.reading import Reading, ReadProblem
from gateway.domain.topic import Catalogue, Topic, TopicCode, TopicMatch
from gateway.domain.tracking import Rating, Tracked
from gateway.form.appeal_form import AppealForm
from gateway.form.limits import FormLimits
from gateway.texts import load_texts

TEXTS = load_texts()
NUMBER, OTHER_NUMBER = number_of(b"\x01" * 8), number_of(b"\x02" * 8)
ANSWER_BY = datetime(2026, 12, 1, 12, tzinfo=UTC)
ACCEPTED = WasAccepted(number=NUMBER, answer_by=ANSWER_BY, url="https://example.org/track/1")

PIT = Topic(code=TopicCode("0116"), path=("Автомобильные дороги", "Ямы во дворах"), fast_track=True, days=10)
SIGN = Topic(code=TopicCode("0103"), path=("Автомобильные дороги", "Дорожные знаки"), fast_track=True, days=10)
SNOW = Topic(
    code=TopicCode("0299"),
    path=("Благоустройство", "Уборка снега и наледи с тротуаров, дворовых проездов и остановок в зимнее время года"),
    fast_track=False,
    days=30,
)
DEEP = Topic(code=TopicCode("0300"), path=("Благоустройство", "Дворы", "Лавочки"), fast_track=False, days=30)
MANY = [
    Topic(
        code=TopicCode(f"1{place:03}"), path=(f"Предмет {place // 12}", f"Подтема {place}"), fast_track=False, days=30
    )
    for place in range(96)
]
CATALOGUE = Catalogue([PIT, SIGN, SNOW, DEEP, *MANY])

CITY = Agency(
    key=AgencyKey("city"),
    name="Администрация города N",
    legal_name="Администрация городского округа город N",
    consent=ConsentText(version="2", text="Я даю согласие. " * 150 + "Конец согласия."),
)
DUTY = replace(CITY, legal_basis=LegalBasis.DUTY, consent=None)


def form_of(agency: Agency = CITY, **changes: object) -> DialogForm:
    appeal = AppealForm(agency=agency, kind=SubmissionKind.MESSAGE, limits=FormLimits(), in_chat=True)
    return replace(DialogForm(appeal=appeal, catalogue=CATALOGUE, texts=TEXTS), **changes)


FORM = form_of()
WITH_BOTH = form_of(replace(DUTY, answer_way=AnswerWay.BOTH))
NAMELESS = form_of(replace(DUTY, name_required=False))

REST, QUIET = object(), object()


@dataclass(frozen=True)
class Tap:
    label: str


@dataclass(frozen=True)
class No:
    text: str


@dataclass(frozen=True)
class Toast:
    text: str


def photo(name: object, place: Point | None = None) -> KeptFile:
    return KeptFile(id=AttachmentId(f"photo-{name}"), name=f"{name}.jpg", place=place)


def photos(*names: object, text: str = "", place: Point | None = None, **others: object) -> Said:
    return Said(text=text, files=tuple(photo(name, place) for name in names), **others)


def about(text: str, *topics: Topic, **others: object) -> Said:
    """Something said that may be about any of these topics, the first before the others."""
    return Said(text=text, reading=read_as(text, topics=topics), **others)


def surely(text: str, topic: Topic, **others: object) -> Said:
    """Something said that is about one topic beyond doubt."""
    problem = ReadProblem(text=text, start=0, end=len(text), topics=(TopicMatch(topic=topic, score=0.93),))
    return Said(text=text, reading=Reading(problems=(problem,)), **others)


def read_as(*parts: str, topics: tuple[Topic, ...] = ()) -> Reading:
    matches = tuple(TopicMatch(topic=topic, score=0.5) for topic in topics)
    return Reading(problems=tuple(ReadProblem(text=part, start=0, end=len(part), topics=matches) for part in parts))


def several(*parts: str, **others: object) -> Said:
    return Said(text="\n".join(parts), reading=read_as(*parts), **others)


def tracked(
    status: Status = Status.WORK, *events: CaseEvent, rating: Rating | None = None, **changes: object
) -> Tracked:
    known = Tracked(
        appeal_id=AppealId("1"),
        number=NUMBER,
        key=TrackingKey("k"),
        agency=CITY.key,
        kind=SubmissionKind.MESSAGE,
        lang="ru",
        gist="Яма на дороге",
        topic_path=PIT.path,
        address="Ленина, 5",
        received_at=datetime(2026, 11, 20, tzinfo=UTC),
        accepted_answer_by=ANSWER_BY,
        consent_given=True,
        consent_withdrawn_at=None,
        events=events or (happened(EventKind.MOVED, status),),
        ratings=() if rating is None else (rating,),
    )
    return replace(known, **changes)


def happened(kind: EventKind, status: Status = Status.WORK, **others: object) -> CaseEvent:
    at = datetime(2026, 11, 21, 12, tzinfo=UTC)
    return CaseEvent(id=EventId(kind.value), at=at, kind=kind, status=status, answer_by=ANSWER_BY, **others)


def rated(score: int, comment: str | None = None) -> Tracked:
    answer = happened(EventKind.ANSWERED, Status.ANSWERED, text="Яму засыпали.")
    rating = Rating(answer=answer.id, score=score, comment=comment, at=ANSWER_BY)
    return tracked(Status.ANSWERED, answer, rating=rating)


@dataclass
class Talk:
    """A conversation that goes on; every turn is checked for what holds of all turns."""

    form: DialogForm = FORM
    draft: Draft = field(default_factory=lambda: Draft(has_met=True))
    offered: list[tuple[str, str]] = field(default_factory=list)
    turn: Turn | None = None

    def go_on(self, event: Event | str | Tap) -> Turn:
        turn = advance(self.form, self.draft, self._event(event))
        check_turn(self.form, turn, self._event(event))
        assert load(dump(turn.draft)) == turn.draft
        for message in turn.messages:
            self.offered += [(button.label, button.data) for row in message.rows for button in row if button.data]
        self.draft, self.turn = turn.draft, turn
        return turn

    def _event(self, event: Event | str | Tap) -> Event:
        if isinstance(event, str):
            return Said(text=event)
        return Pressed(data=self.data_of(event.label)) if isinstance(event, Tap) else event

    def data_of(self, label: str) -> str:
        found = [data for offered, data in self.offered if offered == label]
        assert found, f"no button «{label}» among {[offered for offered, _ in self.offered]}"
        return found[-1]


def hold(*lines: tuple[object, ...], form: DialogForm = FORM, draft: Draft | None = None) -> Talk:
    """Hold a conversation and check every line of it."""
    talk = Talk(form=form) if draft is None else Talk(form=form, draft=draft)
    for event, *expected in lines:
        turn = talk.go_on(event)
        for expectation in expected:
            assert meets(turn, expectation), f"after {event!r} expected {expectation!r}, but: {in_words(turn)}"
    return talk


def meets(turn: Turn, expectation: object) -> bool:
    said = "\n".join(message.text for message in turn.messages)
    match expectation:
        case Step():
            return turn.asks is expectation
        case No(text=text):
            return text not in said
        case Toast(text=text):
            return text in (turn.toast or "")
        case str():
            return expectation in said
        case type():
            return isinstance(turn.wish, expectation)
    if expectation is REST:
        return turn.asks is None and turn.wish is None and bool(turn.messages) and not turn.draft.is_open
    return not turn.messages if expectation is QUIET else turn.wish == expectation


def in_words(turn: Turn) -> str:
    labels = [[button.label for button in row] for message in turn.messages for row in message.rows]
    said = [message.text for message in turn.messages]
    return f"asks {turn.asks}, wishes {turn.wish}, toasts {turn.toast!r}, says {said}, offers {labels}"


def check_turn(form: DialogForm, turn: Turn, event: Event) -> None:
    """Check what holds of every turn: the limits of messages, and that one thing is asked or the ways are open."""
    for message in turn.messages:
        check_message(message)
    if turn.asks is not None:
        assert turn.draft.is_open
        assert turn.messages
        assert not is_asked_again(form, turn), f"{turn.asks} is asked again: {turn.draft}"
    goes_on = turn.wish is not None and not isinstance(turn.wish, CallPerson)
    if turn.messages and not goes_on:
        assert turn.messages[-1].rows, "nothing can be pressed"
    if not turn.messages:
        assert goes_on or turn.toast or isinstance(event, Edited | TimeToRemind), "nothing happens"
    json.loads(dump(turn.draft))
    dump(turn.draft).encode()


def is_asked_again(form: DialogForm, turn: Turn) -> bool:
    """Whether something is asked that has an answer, though the resident is not changing it."""
    draft, answers = turn.draft, turn.draft.answers
    topic = form.catalogue.find(answers.topic or "")
    version = None if form.appeal.consent is None else form.appeal.consent.version
    if isinstance(draft.focus, Editing | Browsing):
        return False
    answered = {
        Step.TEXT: FormLimits().text_min <= len(answers.text) <= FormLimits().text_max,
        Step.PROBLEMS: not draft.parts,
        Step.FILES: bool(draft.files) or "files" in draft.skipped,
        Step.TOPIC: form.catalogue.find(answers.topic or "") is not None or "topic" in draft.skipped,
        Step.DETAILS: "details" in draft.skipped or set(topic.questions if topic else ()) <= set(answers.details),
        Step.PLACE: answers.address is not None or answers.lat is not None,
        Step.NAME: bool(answers.name),
        Step.EMAIL: bool(answers.email),
        Step.PHONE: bool(answers.phone),
        Step.CONSENT: answers.consent and answers.consent_version == version,
    }
    return turn.asks is not None and answered.get(turn.asks, False)


def check_message(message: Message) -> None:
    buttons = [button for row in message.rows for button in row]
    assert message.text.strip()
    assert len(buttons) <= MOST_BUTTONS
    assert len(message.rows) <= MOST_ROWS
    assert all(1 <= len(row) <= MOST_IN_ROW for row in message.rows)
    own_rows = [
        row for row in message.rows if any(button.kind in (ButtonKind.LOCATION, ButtonKind.CONTACT) for button in row)
    ]
    assert all(len(row) == 1 for row in own_rows)
    assert not own_rows or len(buttons) - len(own_rows) <= 5
    for button in buttons:
        assert 0 < len(button.label) <= LABEL_CHARACTERS
        assert len(button.data.encode()) <= DATA_BYTES
        assert bool(button.data) == (button.kind is ButtonKind.CHOICE)
        assert bool(button.url) == (button.kind is ButtonKind.LINK)
