"""The form page as it is drawn: what was typed, what is wrong with it, what can be chosen."""

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.domain.attachment import Attachment, AttachmentId, thumbnail_key
from gateway.domain.place import Point
from gateway.domain.problem import Problem
from gateway.domain.topic import Topic
from gateway.errors import OtklikError, TooMany
from gateway.form.appeal_form import AppealForm
from gateway.form.check import tidy
from gateway.form.fields import FieldKind
from gateway.form.place_rule import place_needed
from gateway.form.questions import photo_hint, questions_of
from gateway.form.wording import say_problem, size_in_words
from gateway.ports import TopicBook
from gateway.web.contexts import (
    AlreadySent,
    AskedQuestion,
    FormPage,
    KeptFile,
    Link,
    OfferedPoint,
    Problems,
    ReviewLine,
    ReviewPage,
)
from gateway.web.edge import Edge
from gateway.web.findings import Findings, emergency_of, warnings_of
from gateway.web.topic_choices import choice_of, choices, tree
from gateway.web.typed import CONTROLS, DETAIL, UNKNOWN_TOPIC, Typed
from gateway.web.visit import Visit, form_of

_THUMBNAIL_BYTES = 120_000
"""Thumbnails travel inside the page, and only so many: it may be read over a slow line."""

_ELEMENTS = {
    "attachments": "files",
    "place": "place.address",
    "place.lat": "place.address",
    "place.lon": "place.address",
    "consent_version": "consent",
    "kind": "text",
    "joins": "text",
}
"""Where on the page a field's problem is shown, if not at the element of its own name."""

_ORDER = (
    "text",
    "gist",
    "files",
    "topic",
    "place.address",
    "contact.name",
    "contact.email",
    "contact.phone",
    "consent",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a form page shows besides what was typed; `files` is None if the store does not say what it keeps.

    `findings` are told about the text, `go_on` is the button that was pressed before; `place_offer` is an address that
    the text names, for where none is typed.
    """

    problems: Sequence[Problem] = ()
    files: tuple[Attachment, ...] | None = ()
    found_topics: tuple[Topic, ...] | None = None
    all_topics: bool = False
    focus: str | None = None
    trouble: str | None = None
    already_sent: AlreadySent | None = None
    findings: Findings | None = None
    go_on: str | None = None
    place_offer: str = ""


def book_of(visit: Visit) -> TopicBook:
    """Return the topics of the form's agency."""
    return visit.edge.topics.of(form_of(visit).agency.key)


async def form_page(visit: Visit, typed: Typed, shown: Shown) -> FormPage:
    """Return the form with what was typed."""
    edge, form = visit.edge, form_of(visit)
    terms, topic, findings = edge.accept_appeal.terms, _topic(visit, typed), shown.findings
    return FormPage(
        frame=visit.frame(),
        say=visit.say,
        action=action_of(visit),
        is_blank=visit.request.method != "POST",
        form=form,
        fast_track_days=terms.fast_track_days,
        days=terms.days,
        values=typed.values,
        idempotency_key=typed.idempotency_key,
        consent_given=typed.consent and typed.consent_version == consent_version_of(form),
        topic_query=typed.topic_query,
        searched_query=typed.searched_query,
        files=await kept_files(visit, typed.attachments, typed.digests, shown.files),
        file_size=size_in_words(edge.texts, visit.lang, form.limits.file_bytes),
        found_topics=None if shown.found_topics is None else choices(shown.found_topics, visit.lang),
        tree=tree(book_of(visit).catalogue, visit.lang) if shown.all_topics else None,
        chosen_topic=None if topic is None else choice_of(topic, visit.lang),
        topic_control=typed.topic_control,
        topic_from_text=typed.topic_from_text if shown.found_topics is None else "",  # else what stays is chosen
        questions=tuple(_questions(visit, typed)),
        kept_details=tuple(_details_but(typed, () if topic is None else topic.questions)),
        photo_hint=photo_hint(topic, edge.texts, visit.lang),
        place_needed=place_needed(form, topic),
        point=_point(typed, shown.files or ()),
        problems=make_problems(visit, sorted(shown.problems, key=_order_on_page)),
        focus=shown.focus,
        trouble=shown.trouble,
        already_sent=shown.already_sent,
        known=typed.known,
        can_send_numbers=edge.send_numbers_again is not None,
        map=edge.map,
        emergency=None if findings is None else emergency_of(visit, findings.danger),
        warnings=() if findings is None else warnings_of(visit, findings),
        go_on=None if findings is None or findings.is_blocked else shown.go_on,
        seen=_seen(typed, findings),
        place_offer="" if has_place(typed) else shown.place_offer,
    )


def has_place(typed: Typed) -> bool:
    """Tell whether an address is typed or a point is taken."""
    return bool(typed.values["place.address"].strip() or typed.values["place.lat"])


def _seen(typed: Typed, findings: Findings | None) -> tuple[str, ...]:
    """What is told now is added; several problems are told by a page of their own."""
    told = () if findings is None else findings.fingerprints(but=("several",))
    return tuple(dict.fromkeys((*typed.seen, *told)))


async def review_page(
    visit: Visit,
    typed: Typed,
    files: tuple[Attachment, ...] | None,
    *,
    gist: str,
    topics: Sequence[Topic] = (),
    is_open: bool = False,
) -> ReviewPage:
    """Return everything as it will be sent; `topics` can be chosen from, `is_open` how many problems it is about."""
    form, point = form_of(visit), _point(typed, files or ())
    is_asked = typed.asked == typed.values["topic"]
    offered = () if is_asked else tuple(_questions(visit, typed))
    return ReviewPage(
        frame=visit.frame(),
        say=visit.say,
        action=action_of(visit),
        lines=tuple(_lines(visit, form, typed, offered)),
        topics=choices(topics, visit.lang),
        gist=gist,
        gist_max=form.limits.gist_max,
        is_open=is_open,
        questions=offered,
        files=await kept_files(visit, typed.attachments, typed.digests, files),
        point=None if point is None or point.taken else point,
        hidden=tuple(_hidden(visit, typed, offered)),
    )


def make_problems(visit: Visit, problems: Iterable[Problem]) -> Problems:
    """Return problems in words: at their elements, and as links to them in the order given."""
    at: dict[str, list[str]] = {}
    summary = []
    for problem in problems:
        sentence, element = say_problem(visit.edge.texts, visit.lang, problem), element_of(problem.field)
        said = at.setdefault(element, [])
        if sentence not in said:
            said.append(sentence)
            summary.append(Link(text=sentence, href=f"#{element}"))
    return Problems(summary=summary, at={element: " ".join(said) for element, said in at.items()})


def element_of(name: str) -> str:
    """Return the id of the element at which a field's problem is shown."""
    if name.startswith(DETAIL):  # a region's own words; what refers to an id takes a blank for its end
        return "_".join(name.split())
    return "files" if name.startswith("attachments.") else _ELEMENTS.get(name, name)


def say_trouble(visit: Visit, trouble: OtklikError, *, files_lost: bool = False) -> str:
    """Return why something could not be taken just now, and what to do."""
    said = visit.say("trouble.too_many" if isinstance(trouble, TooMany) else "trouble.unavailable")
    return f"{said} {visit.say('trouble.files_again')}" if files_lost else said


async def kept_files(
    visit: Visit, ids: Sequence[str], digests: Mapping[str, str], files: tuple[Attachment, ...] | None
) -> tuple[KeptFile, ...]:
    """Return the files that the gateway keeps for a page; None for `files` is that the store does not say."""
    if files is None:
        name = visit.say("form.files.nameless")
        return tuple(KeptFile(id=id, name=name, digest=digests.get(id, "")) for id in ids)
    thumbnails = await _thumbnails(visit.edge, files)
    return tuple(_kept_file(visit, file, thumbnails.get(file.id)) for file in files)


def _kept_file(visit: Visit, file: Attachment, thumbnail: str | None) -> KeptFile:
    size = size_in_words(visit.edge.texts, visit.lang, file.size)
    return KeptFile(id=file.id, name=file.name, digest=file.digest, size=size, thumbnail=thumbnail)


def action_of(visit: Visit) -> str:
    """Return where the form is posted to: not quite the address of the blank form.

    A browser forgets a page whose very address it has posted to (RFC 9111, 4.4). Back would then bring a new blank
    form, whose new idempotency key would make a second message of the words that the browser fills in again.
    """
    return visit.href(f"/f/{form_of(visit).agency.key}", posted="1")


def consent_version_of(form: AppealForm) -> str | None:
    """Return the version of the text that consent is asked to; None where none is asked."""
    return None if form.consent is None else form.consent.version


def _order_on_page(problem: Problem) -> int:
    element = "topic" if problem.field.startswith(DETAIL) else element_of(problem.field)
    return _ORDER.index(element) if element in _ORDER else len(_ORDER)


async def _thumbnails(edge: Edge, files: tuple[Attachment, ...]) -> Mapping[AttachmentId, str]:
    drawn: dict[AttachmentId, str] = {}
    left = _THUMBNAIL_BYTES
    for file in files:
        if file.has_thumbnail and left > 0 and (content := await _thumbnail(edge, file.id, most=left)):
            drawn[file.id] = "data:image/jpeg;base64," + base64.b64encode(content).decode()
            left -= len(content)
    return drawn


async def _thumbnail(edge: Edge, id: AttachmentId, *, most: int) -> bytes | None:
    content = b""
    try:
        async for chunk in edge.blobs.read(thumbnail_key(id)):
            content += chunk
            if len(content) > most:
                return None
    except OtklikError:
        return None  # a page without a small picture is still the page
    return content


def _point(typed: Typed, files: Sequence[Attachment]) -> OfferedPoint | None:
    lat, lon = typed.values["place.lat"], typed.values["place.lon"]
    suggested = next((file.suggested_place for file in files if file.suggested_place), None)
    from_photo = None if suggested is None else _written(suggested)
    if lat and lon:
        value = f"{lat},{lon}"
        return OfferedPoint(value=value, words=_rounded(lat, lon), from_photo=value == from_photo, taken=True)
    if suggested is None or from_photo is None:
        return None
    words = _rounded(suggested.lat, suggested.lon)
    return OfferedPoint(value=from_photo, words=words, from_photo=True, taken=False)


def _written(point: Point) -> str:
    return f"{round(point.lat, 6)},{round(point.lon, 6)}"  # 6 decimals of a degree are a tenth of a metre


def _rounded(lat: str | float, lon: str | float) -> str:
    try:
        return f"{float(lat):.5f}, {float(lon):.5f}"
    except ValueError:
        return f"{lat}, {lon}"


def _topic(visit: Visit, typed: Typed) -> Topic | None:
    return book_of(visit).catalogue.find(typed.values["topic"])


def _questions(visit: Visit, typed: Typed) -> Iterator[AskedQuestion]:
    """Yield what the chosen topic asks, with what was answered."""
    for question in questions_of(_topic(visit, typed), visit.edge.texts, visit.lang):
        name = DETAIL + question.name
        yield AskedQuestion(
            id=element_of(name),
            name=name,
            label=question.label,
            example=question.example,
            value=typed.details.get(question.name, ""),
        )


def _details_but(typed: Typed, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield controls with the answers to all questions but these."""
    return ((DETAIL + name, said) for name, said in typed.details.items() if name not in names)


def _lines(visit: Visit, form: AppealForm, typed: Typed, offered: Sequence[AskedQuestion]) -> Iterator[ReviewLine]:
    say, values, topic = visit.say, typed.values, _topic(visit, typed)
    yield ReviewLine(label=say("label.text"), text=tidy(values["text"]), edit="text")
    topic_words = say("form.topic.unknown") if topic is None else topic.path_in(visit.lang)
    note = say("form.topic.fits") if topic is not None and topic.code == typed.topic_from_text else ""
    yield ReviewLine(label=say("ask.topic"), text=topic_words, note=note, edit="topic")
    for question in () if offered else _questions(visit, typed):
        if answer := question.value.strip():
            yield ReviewLine(label=question.label, text=answer, edit=question.id)
    yield ReviewLine(label=say("ask.place"), text=_place_words(values), edit="place.address")
    for name in ("contact.name", "contact.email", "contact.phone"):
        yield ReviewLine(label=say(f"label.{name}"), text=values[name].strip(), edit=name)
    if form.field(FieldKind.CONSENT):
        yield ReviewLine(label=say("ask.consent"), text=say("review.consent_given"), edit="consent")


def _place_words(values: Mapping[str, str]) -> str:
    point = _rounded(values["place.lat"], values["place.lon"]) if values["place.lat"] else ""
    return "\n".join(part for part in (" ".join(values["place.address"].split()), point) if part)


def _hidden(visit: Visit, typed: Typed, offered: Sequence[AskedQuestion]) -> Iterator[tuple[str, str]]:
    yield "lang", visit.lang
    asked = replace(typed, asked=typed.values["topic"])  # here, if not before
    yield from hidden_fields(asked, but=("gist", *(question.name for question in offered)))


def hidden_fields(typed: Typed, *, but: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """Yield everything that was typed as controls that nobody sees."""
    yield "idempotency_key", typed.idempotency_key
    for name in CONTROLS:
        if typed.values[name] and name not in but:
            yield name, typed.values[name]
    if typed.topic_unknown:
        yield "topic", UNKNOWN_TOPIC
    yield from (pair for pair in _details_but(typed, ()) if pair[0] not in but)
    marks = (("topic_from_text", typed.topic_from_text), ("asked", typed.asked), ("known", typed.known))
    yield from ((name, value) for name, value in marks if value)
    yield from (("seen", told) for told in typed.seen)
    for id in typed.attachments:
        yield "attachments", id
        if id in typed.digests:
            yield "digests", f"{id}:{typed.digests[id]}"
    if typed.consent:
        yield "consent", "true"
    if typed.consent_version:
        yield "consent_version", typed.consent_version
