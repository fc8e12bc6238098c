"""The page of several problems as it is drawn: each part with what is wrong with it and what can be chosen."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gateway.domain.appeal import Receipt
from gateway.domain.attachment import Attachment
from gateway.domain.nearby import Known
from gateway.domain.problem import Problem
from gateway.domain.topic import Topic
from gateway.form.appeal_form import AppealForm
from gateway.form.wording import say_problem
from gateway.web.contexts import Emergency, Link, OfferedPoint, PartFile, PartShown, PartsPage, Problems
from gateway.web.findings import Findings, emergency_of, several_fingerprint, warnings_of
from gateway.web.form_page import action_of, book_of, consent_version_of, element_of, hidden_fields, kept_files
from gateway.web.nearby_page import cases_of, having_shown, outages_of
from gateway.web.parts import TypedPart
from gateway.web.topic_choices import choices
from gateway.web.typed import Typed
from gateway.web.visit import Visit, form_of

_WHO = ("contact.name", "contact.email", "contact.phone", "consent", "consent_version")
_PART_ELEMENTS = {"place.address": "address", "place": "address", "place.lat": "address", "place.lon": "address"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A part as it was read: topics that fit it, what is told about it now, and what is known of it already."""

    part: TypedPart
    topics: tuple[Topic, ...] = ()
    findings: Findings
    known: Known = field(default_factory=Known)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownParts:
    """What the page shows besides the parts: `findings` of the whole text, `taken` parts of an earlier try."""

    findings: Findings | None = None
    problems: Sequence[Problem] = ()
    taken: Mapping[str, Receipt] = field(default_factory=dict)
    files: tuple[Attachment, ...] | None = ()
    trouble: str | None = None


async def parts_page(visit: Visit, typed: Typed, looked: Sequence[Looked], shown: ShownParts) -> PartsPage:
    """Return the parts of a text."""
    form, files = form_of(visit), await kept_files(visit, typed.attachments, typed.digests, shown.files)
    problems = _problems(visit, looked, shown.problems)
    return PartsPage(
        frame=visit.frame(),
        say=visit.say,
        action=action_of(visit),
        form=form,
        parts=tuple(_part(visit, index, one, shown) for index, one in enumerate(looked, start=1)),
        files=tuple(
            PartFile(file=file, parts=[one.part.name for one in looked if file.id in one.part.files]) for file in files
        ),
        values=typed.values,
        consent_given=typed.consent and typed.consent_version == consent_version_of(form),
        is_who_open=_lacks_who(form, typed) or any(element in problems.at for element in _WHO),
        can_send_numbers=visit.edge.send_numbers_again is not None,
        emergency=_emergency(visit, looked, shown),
        hidden=tuple(_hidden(visit, typed, looked, shown.findings)),
        problems=problems,
        focus=None,
        trouble=shown.trouble,
    )


def _part(visit: Visit, number: int, looked: Looked, shown: ShownParts) -> PartShown:
    part, receipt = looked.part, shown.taken.get(looked.part.name)
    return PartShown(
        name=part.name,
        number=number,
        is_sent=part.is_sent,
        key=part.key,
        text=part.text,
        topic=part.topic,
        topics=choices(_topics(visit, looked), visit.lang),
        address=part.address,
        point=_point(part),
        cases=tuple(cases_of(visit, looked.known)),
        outages=tuple(outages_of(visit, looked.known)),
        joins=part.joins,
        warnings=warnings_of(visit, looked.findings),
        taken=None if receipt is None else receipt.number,
    )


def _topics(visit: Visit, looked: Looked) -> Sequence[Topic]:
    chosen = book_of(visit).catalogue.find(looked.part.topic)
    return looked.topics if chosen is None or chosen in looked.topics else (chosen, *looked.topics)


def _point(part: TypedPart) -> OfferedPoint | None:
    if not part.point:
        return None
    return OfferedPoint(value=part.point, words=part.point.replace(",", ", "), from_photo=False, taken=True)


def _emergency(visit: Visit, looked: Sequence[Looked], shown: ShownParts) -> Emergency | None:
    dangers = [found.danger for found in (shown.findings, *(one.findings for one in looked)) if found and found.danger]
    return emergency_of(visit, dangers[0]) if dangers else None


def _lacks_who(form: AppealForm, typed: Typed) -> bool:
    """Whether something is to be filled in still; the rest stays folded away."""
    values = typed.values
    has_consent = form.consent is None or (typed.consent and typed.consent_version == form.consent.version)
    has_name = bool(values["contact.name"].strip()) or not form.agency.name_required
    return not (has_consent and has_name and (values["contact.email"].strip() or values["contact.phone"].strip()))


def _hidden(
    visit: Visit, typed: Typed, looked: Sequence[Looked], findings: Findings | None
) -> Iterator[tuple[str, str]]:
    told = [several_fingerprint(typed.values["text"])]
    for found in (findings, *(one.findings for one in looked)):
        told += [] if found is None else found.fingerprints()
    yield "lang", visit.lang
    seen = replace(typed, seen=tuple(dict.fromkeys((*typed.seen, *told))))
    shown = having_shown(seen, *(one.known for one in looked))
    yield from ((name, value) for name, value in hidden_fields(shown) if name not in _WHO)


def _problems(visit: Visit, looked: Sequence[Looked], problems: Iterable[Problem]) -> Problems:
    """Return problems in words at their elements; those of who writes, the same for every part, once."""
    numbers = {one.part.name: number for number, one in enumerate(looked, start=1)}
    at: dict[str, list[str]] = {}
    summary: list[Link] = []
    for problem in problems:
        name, bare = _split(problem, numbers)
        element = _element(name, bare.field)
        sentence = say_problem(visit.edge.texts, visit.lang, bare)
        if sentence in at.setdefault(element, []):
            continue
        at[element].append(sentence)
        is_own = name and element.startswith(name)
        summary.append(
            Link(
                text=visit.say("parts.problem", number=numbers[name], problem=sentence) if is_own else sentence,
                href=f"#{element}",
            )
        )
    return Problems(summary=summary, at={element: " ".join(said) for element, said in at.items()})


def _split(problem: Problem, names: Iterable[str]) -> tuple[str, Problem]:
    for name in names:
        if problem.field.startswith(f"{name}."):
            return name, replace(problem, field=problem.field.removeprefix(f"{name}."))
    return "", problem


def _element(name: str, bare: str) -> str:
    element = element_of(bare)
    if not name or element in _WHO or element == "files":
        return element
    return f"{name}.{_PART_ELEMENTS.get(bare, element)}"
