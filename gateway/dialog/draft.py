"""What a conversation remembers, as it is and as the store keeps it: the answers, and where the resident looks."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, TypeVar

from gateway.dialog.events import KeptFile
from gateway.domain.attachment import AttachmentId
from gateway.domain.fault import FaultKind
from gateway.domain.number import AppealNumber
from gateway.domain.place import Place, Point
from gateway.form.answers import Answers
from gateway.texts import LANGUAGES

_VERSION = 1
_FAULT_KINDS = frozenset(FaultKind)
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Editing:
    """The resident is changing an answer; the step `review` means choosing which one.

    `about` is the question whose answer it is, where the step has several; None while that is chosen.
    """

    step: str
    about: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Browsing:
    """The resident is looking at a page of the catalogue, below `path`."""

    path: tuple[str, ...] = ()
    page: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Replying:
    """The resident is replying to the agency's question about an appeal.

    `is_sure` tells that they said so; otherwise it is asked whether what they wrote is that reply.
    """

    number: AppealNumber
    text: str = ""
    files: tuple[KeptFile, ...] = ()
    is_sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Commenting:
    """The resident may say why they rated an answer so."""

    number: AppealNumber
    score: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCase:
    """An open case nearby that may be joined; `metres` is None where only the address is the same."""

    number: AppealNumber
    people: int
    metres: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownOutage:
    """What the agency has published; `until` is the day by which it should be over, in words."""

    text: str
    until: str


Focus = Editing | Browsing | Replying | Commenting


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPlace:
    """A place that a text names; `is_exact` tells that it is a house of a street, and need not be asked about.

    `point` is where that house is, if it is known.
    """

    address: str
    is_exact: bool = False
    point: Point | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """Words of a text that an agency may refuse, and why; for a guess it may not."""

    kind: FaultKind
    words: str
    is_guess: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """One problem of a text that holds several, with the codes of the topics that fit it, best first.

    `is_sure` tells that the best need not be asked about. `place` is what this problem names, `faults` are of its own.
    """

    text: str
    topics: tuple[str, ...] = ()
    is_sure: bool = False
    place: NamedPlace | None = None
    faults: tuple[Marked, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PutAside:
    """What belongs to one form: of one that was cancelled or left, as it was, until another one takes its place.

    The fields are those of `Draft`.
    """

    answers: Answers = field(default_factory=Answers)
    files: tuple[KeptFile, ...] = ()
    skipped: frozenset[str] = frozenset()
    parts: tuple[Portion, ...] = ()
    suggested: tuple[str, ...] = ()
    follows_text: bool = False
    text_message: str | None = None
    named_place: NamedPlace | None = None
    follows_place: bool = False
    faults: tuple[Marked, ...] = ()
    warned: frozenset[str] = frozenset()
    comes_next: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The form under way and what surrounds it.

    `number` counts the forms of this conversation; `is_open` says that form `number` is under way. `skipped` are the
    steps that the resident passed over, and questions of a topic as `details.KEY`. `parts` are the problems of a text
    that holds several, while the resident chooses; `waiting` are problems that come next. `text_message` is the
    platform's name for the message that the text came from. `suggested` are codes of topics that fit the text;
    `follows_text` tells that the topic was taken from there without asking, and that it changes with the text;
    `named_place` is the place that the text names, `follows_place` says of it what `follows_text` says of the topic.
    `faults` are what an agency may refuse in the text, `warned` the fingerprints of what the resident was told of.
    `comes_next` says that the form is the next problem of a text that held several.

    `cases` and `outages` are what was known of the topic and place that `looked` stands for; `knows` tells that the
    resident has not said yet whether one of them is the same problem.

    `consent_shown` is the version of the consent text that the resident has been shown last.

    `has_met` says that the resident was told who is speaking. `heard` is what was said last outside a form, in case
    it was a problem after all. `sent` is the number of the appeal that form `sent_form` became; `sent_message` is its
    `text_message`, `sent_print` the fingerprint of its text; `place_before` is where it was, `files_before` what was
    sent along, for the problems of the same text. Names and ways to answer stay in `answers` from form to form.
    `danger_told` is the fingerprint of the text that was last met with the numbers to call. `looked_up` is the point
    that was last found for an address: the resident gave none, and is shown none beside the address.
    """

    lang: str = "ru"
    number: int = 0
    is_open: bool = False
    answers: Answers = field(default_factory=Answers)
    files: tuple[KeptFile, ...] = ()
    skipped: frozenset[str] = frozenset()
    focus: Focus | None = None
    parts: tuple[Portion, ...] = ()
    waiting: tuple[Portion, ...] = ()
    text_message: str | None = None
    consent_shown: str | None = None
    profile_name: str | None = None
    suggested: tuple[str, ...] = ()
    follows_text: bool = False
    has_met: bool = False
    heard: str = ""
    aside: PutAside | None = None
    sent: AppealNumber | None = None
    sent_form: int = 0
    sent_message: str | None = None
    sent_print: str | None = None
    place_before: Place | None = None
    files_before: tuple[KeptFile, ...] = ()
    danger_told: str | None = None
    looked_up: Point | None = None
    named_place: NamedPlace | None = None
    follows_place: bool = False
    faults: tuple[Marked, ...] = ()
    warned: frozenset[str] = frozenset()
    comes_next: bool = False
    looked: str = ""
    cases: tuple[KnownCase, ...] = ()
    outages: tuple[KnownOutage, ...] = ()
    knows: bool = False

    @property
    def kept_files(self) -> tuple[AttachmentId, ...]:
        """Every file that is still needed: of the form, of the one put aside, of a reply under way."""
        aside = () if self.aside is None else self.aside.files
        reply = self.focus.files if isinstance(self.focus, Replying) else ()
        return tuple(dict.fromkeys(file.id for file in (*self.files, *aside, *reply)))


def dump(draft: Draft) -> str:
    """Return the draft as JSON, for the store."""
    written = {"v": _VERSION, **_plain(draft), "focus": _dump_focus(draft.focus)}
    return json.dumps(written, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(part: Any) -> Any:  # noqa: ANN401 - what JSON does not know: parts of a draft, and sets
    if is_dataclass(part):
        return {field.name: getattr(part, field.name) for field in fields(part)}
    return sorted(part)  # so that the same draft is always written the same way


def load(written: str) -> Draft:
    """Return the draft that `dump` wrote; an empty text is a new one, and so is what another version wrote otherwise.

    Its forms are counted on: appeals are known by these numbers, and one that came twice would be taken for a repeat.
    """
    if not written:
        return Draft()
    try:
        return _draft(json.loads(written))
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return Draft(number=_forms_so_far(written))


def _forms_so_far(written: str) -> int:
    try:
        return max(0, _number(json.loads(written)["number"]))
    except (KeyError, TypeError, ValueError, RecursionError):
        return 0


def _dump_focus(focus: Focus | None) -> dict[str, Any] | None:
    return None if focus is None else {"kind": type(focus).__name__.lower(), **_plain(focus)}


def _draft(written: Mapping[str, Any]) -> Draft:
    if written["v"] != _VERSION or written["lang"] not in LANGUAGES:
        raise ValueError("another version's")
    return Draft(
        lang=written["lang"],
        number=_number(written["number"]),
        is_open=bool(written["is_open"]),
        focus=_maybe(_focus, written["focus"]),
        waiting=_each(_portion, written["waiting"]),
        consent_shown=_maybe(_text, written["consent_shown"]),
        profile_name=_maybe(_text, written["profile_name"]),
        has_met=bool(written["has_met"]),
        heard=_text(written["heard"]),
        aside=_maybe(lambda aside: PutAside(**_filled(aside)), written["aside"]),
        sent=_maybe(_appeal_number, written["sent"]),
        sent_form=_number(written["sent_form"]),
        sent_message=_maybe(_text, written["sent_message"]),
        sent_print=_maybe(_text, written["sent_print"]),
        place_before=_maybe(_place, written["place_before"]),
        files_before=_each(_file, written.get("files_before", ())),
        danger_told=_maybe(_text, written.get("danger_told")),
        looked_up=_maybe(_point, written.get("looked_up")),
        **_filled(written),
        **_known(written),
    )


def _filled(written: Mapping[str, Any]) -> dict[str, Any]:
    """Read what a form that is under way and one that was put aside have in common."""
    return {
        "answers": _answers(written["answers"]),
        "files": _each(_file, written["files"]),
        "skipped": frozenset(_each(_text, written["skipped"])),
        "parts": _each(_portion, written["parts"]),
        "suggested": _each(_text, written["suggested"]),
        "follows_text": bool(written.get("follows_text")),
        "text_message": _maybe(_text, written["text_message"]),
        "named_place": _maybe(_named_place, written.get("named_place")),
        "follows_place": bool(written.get("follows_place")),
        "faults": _marked(written.get("faults", ())),
        "warned": frozenset(_each(_text, written.get("warned", ()))),
        "comes_next": bool(written.get("comes_next")),
    }


def _answers(written: Mapping[str, Any]) -> Answers:
    names = ("gist", "topic", "address", "name", "email", "phone", "consent_version")
    named: dict[str, Any] = {name: _maybe(_text, written[name]) for name in names}
    return Answers(
        text=_text(written["text"]),
        attachments=_each(_text, written["attachments"]),
        lat=_maybe(float, written["lat"]),
        lon=_maybe(float, written["lon"]),
        consent=bool(written["consent"]),
        joins=_maybe(_text, written.get("joins")),
        details={_text(name): _text(said) for name, said in written.get("details", {}).items()},
        **named,
    )


def _focus(written: Mapping[str, Any]) -> Focus:
    match written["kind"]:
        case "editing":
            return Editing(step=_text(written["step"]), about=_maybe(_text, written.get("about")))
        case "browsing":
            return Browsing(path=_each(_text, written["path"]), page=_number(written["page"]))
        case "commenting":
            return Commenting(number=_appeal_number(written["number"]), score=_number(written["score"]))
        case "replying":
            return Replying(
                number=_appeal_number(written["number"]),
                text=_text(written["text"]),
                files=_each(_file, written["files"]),
                is_sure=bool(written["is_sure"]),
            )
        case _:
            raise ValueError("no such focus")


def _file(written: Mapping[str, Any]) -> KeptFile:
    return KeptFile(
        id=AttachmentId(_text(written["id"])), name=_text(written["name"]), place=_maybe(_point, written["place"])
    )


def _known(written: Mapping[str, Any]) -> dict[str, Any]:
    """Read what was known nearby; drafts from before nobody looked around have nothing of it."""
    return {
        "looked": _text(written.get("looked", "")),
        "cases": _each(_known_case, written.get("cases", ())),
        "outages": _each(_known_outage, written.get("outages", ())),
        "knows": bool(written.get("knows")),
    }


def _known_case(written: Mapping[str, Any]) -> KnownCase:
    return KnownCase(
        number=_appeal_number(written["number"]),
        people=_number(written["people"]),
        metres=_maybe(_number, written["metres"]),
    )


def _known_outage(written: Mapping[str, Any]) -> KnownOutage:
    return KnownOutage(text=_text(written["text"]), until=_text(written["until"]))


def _portion(written: Mapping[str, Any]) -> Portion:
    return Portion(
        text=_text(written["text"]),
        topics=_each(_text, written["topics"]),
        is_sure=bool(written.get("is_sure")),
        place=_maybe(_named_place, written.get("place")),
        faults=_marked(written.get("faults", ())),
    )


def _named_place(written: Mapping[str, Any]) -> NamedPlace:
    return NamedPlace(
        address=_text(written["address"]),
        is_exact=bool(written["is_exact"]),
        point=_maybe(_point, written.get("point")),
    )


def _marked(written: Iterable[Mapping[str, Any]]) -> tuple[Marked, ...]:
    """Read marked words; kinds that a newer version knows are left out."""
    known = (one for one in written if one["kind"] in _FAULT_KINDS)
    return tuple(_mark(one) for one in known)


def _mark(written: Mapping[str, Any]) -> Marked:
    kind, words = FaultKind(written["kind"]), _text(written["words"])
    return Marked(kind=kind, words=words, is_guess=bool(written.get("is_guess", False)))


def _place(written: Mapping[str, Any]) -> Place:
    return Place(address=_maybe(_text, written["address"]), point=_maybe(_point, written["point"]))


def _point(written: Mapping[str, Any]) -> Point:
    return Point(lat=float(written["lat"]), lon=float(written["lon"]))


def _appeal_number(written: object) -> AppealNumber:
    return AppealNumber(_text(written))


def _text(written: object) -> str:
    if not isinstance(written, str):
        raise TypeError("not a text")
    return written


def _number(written: object) -> int:
    if not isinstance(written, int):
        raise TypeError("not a number")
    return written


def _maybe(read: Callable[[Any], _Item], written: object) -> _Item | None:
    return None if written is None else read(written)


def _each(read: Callable[[Any], _Item], written: Iterable[object]) -> tuple[_Item, ...]:
    return tuple(map(read, written))
