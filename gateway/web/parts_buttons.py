"""What the buttons of the page of several problems do: `parts` opens or draws it, `send_parts` sends what is ticked."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from aiohttp import web

from gateway.actions.accept_several import Part
from gateway.domain.appeal import Channel, Receipt, Submission, SubmissionKind
from gateway.domain.fault import FaultKind
from gateway.domain.problem import Problem
from gateway.domain.reading import Reading
from gateway.domain.topic import Topic
from gateway.errors import Invalid, OtklikError, PartlyAccepted, Unavailable
from gateway.form.answers import Answers
from gateway.web import metrics
from gateway.web.draft import Draft
from gateway.web.findings import Findings, find, read_typed_text
from gateway.web.form_page import say_trouble
from gateway.web.html import page_response, see_other
from gateway.web.nearby_page import is_news, look_around
from gateway.web.parts import TypedPart, cut, read_parts
from gateway.web.parts_page import Looked, ShownParts, parts_page
from gateway.web.typed import make_ticket, read_answers
from gateway.web.visit import Visit, form_of

_MOST_TOPICS = 5
_OF_A_WHOLE = (FaultKind.NO_ESSENCE, FaultKind.UNREADABLE)
"""What a part that names a topic is not: it is short since it was cut."""


async def open_parts(draft: Draft, reading: Reading, findings: Findings | None) -> web.Response:
    """Draw the parts that a text is cut into."""
    parts = cut(draft.typed, reading, lambda topic: _needs_place(draft.visit, topic))
    looked = await _look(draft, parts)
    found = {f"part.{n}": [match.topic for match in p.topics] for n, p in enumerate(reading.problems)}
    looked = [replace(one, topics=tuple(found.get(one.part.name, ())[:_MOST_TOPICS])) for one in looked]
    return await _draw(draft, looked, ShownParts(findings=findings, problems=draft.file_problems))


async def draw_parts(draft: Draft) -> web.Response:
    """Draw the parts as they came: the key Enter sends nothing."""
    return await _draw(draft, await _look(draft, read_parts(draft.fields, draft.typed)), ShownParts())


async def draw_parts_later(draft: Draft, trouble: OtklikError, said: str) -> web.Response | None:
    """Draw the parts as they came, and why nothing could be done with them just now; None where none came."""
    parts = read_parts(draft.fields, draft.typed)
    if not parts:
        return None
    looked = await _look(draft, parts)
    return await _draw(draft, looked, ShownParts(trouble=said), status=trouble.status, trouble=trouble)


async def send_parts(draft: Draft) -> web.Response:
    """Send every ticked part as a message of its own, or none of them."""
    looked = await _look(draft, read_parts(draft.fields, draft.typed))
    ticked = [one for one in looked if one.part.is_sent]
    if not ticked:
        none = Problem(field="parts", code="none_ticked")
        return await _draw(draft, looked, ShownParts(problems=[none]), status=422)
    if any(one.findings for one in ticked):
        is_blocked = any(one.findings.is_blocked for one in ticked)
        return await _draw(draft, looked, ShownParts(), status=422 if is_blocked else 200)
    if await _is_news(draft, ticked):
        return await _draw(draft, looked, ShownParts())
    return await _accept(draft, looked, [one.part for one in ticked])


async def _accept(draft: Draft, looked: Sequence[Looked], ticked: Sequence[TypedPart]) -> web.Response:
    visit, edge = draft.visit, draft.visit.edge
    assert visit.agency is not None
    try:
        receipts = await edge.accept_several(
            visit.agency,
            SubmissionKind.MESSAGE,
            {part.name: _to_send(draft, part) for part in ticked},
            channel=Channel.PAGE,
            lang=visit.lang,
        )
    except Invalid as invalid:
        renewed = _leave_out_sent(looked, invalid.problems)
        return await _draw(draft, renewed, ShownParts(problems=invalid.problems), status=422)
    except Unavailable as trouble:
        _count(draft, trouble.receipts.values() if isinstance(trouble, PartlyAccepted) else ())
        return await _draw(draft, looked, _half_sent(visit, trouble), status=trouble.status, trouble=trouble)
    _count(draft, receipts.values())
    return see_other(_thanks(visit, list(receipts.values())))


def _half_sent(visit: Visit, trouble: Unavailable) -> ShownParts:
    if isinstance(trouble, PartlyAccepted) and trouble.receipts:
        return ShownParts(trouble=visit.say("parts.half_sent"), taken=trouble.receipts)
    return ShownParts(trouble=say_trouble(visit, trouble))


def _count(draft: Draft, receipts: Iterable[Receipt]) -> None:
    edge = draft.visit.edge
    edge.wake()
    for receipt in receipts:
        if not receipt.replayed:
            metrics.count_accepted(draft.visit.request, Channel.PAGE)


def _to_send(draft: Draft, part: TypedPart) -> Part:
    typed = part.as_typed(draft.typed)
    answers, not_numbers = read_answers(typed)
    return Part(
        answers=answers,
        ticket=make_ticket(typed, answers, draft.visit.edge.form_limits),
        found=tuple(not_numbers),
    )


def _leave_out_sent(looked: Sequence[Looked], problems: Sequence[Problem]) -> list[Looked]:
    """A part that was sent before in other words is left out; who ticks it again sends these words too."""
    sent = {problem.field.removesuffix(".text") for problem in problems if problem.code == "sent_before"}
    return [replace(one, part=one.part.renewed()) if one.part.name in sent else one for one in looked]


def _thanks(visit: Visit, receipts: Sequence[Receipt]) -> str:
    first, *others = receipts
    address = visit.href(f"/track/{first.number}", key=first.key, sent="1")
    return address + "".join(f"&also={receipt.number}.{receipt.key}" for receipt in others)


async def _is_news(draft: Draft, ticked: Sequence[Looked]) -> bool:
    """Tell whether others have reported something of it, and the resident has not been told so yet."""
    for one in ticked:
        if is_news(draft.typed, one.known) and not one.part.joins and not await _was_sent(draft, one.part):
            return True
    return False


async def _was_sent(draft: Draft, part: TypedPart) -> bool:
    """Tell whether a part was taken before: then it is its own message that is found nearby."""
    assert draft.visit.agency is not None
    try:
        return await draft.visit.edge.accept_appeal.was_sent(draft.visit.agency, _to_send(draft, part).ticket)
    except Unavailable:
        return True  # sending will tell


async def _look(draft: Draft, parts: Sequence[TypedPart]) -> list[Looked]:
    return list(await asyncio.gather(*(_look_at(draft, part) for part in parts)))


async def _look_at(draft: Draft, part: TypedPart) -> Looked:
    reading, known = await asyncio.gather(
        read_typed_text(draft.visit, part.text), look_around(draft.visit, part.as_typed(draft.typed))
    )
    return replace(_looked(draft, part, reading), known=known)


def _looked(draft: Draft, part: TypedPart, reading: Reading | None) -> Looked:
    topics = () if reading is None else tuple(match.topic for match in reading.topics[:_MOST_TOPICS])
    if reading is not None and topics:
        reading = replace(reading, faults=tuple(fault for fault in reading.faults if fault.kind not in _OF_A_WHOLE))
    form = form_of(draft.visit)
    findings = find(reading, part.text, agency=form.agency, kind=form.kind, seen=draft.typed.seen)
    return Looked(part=part, topics=topics, findings=replace(findings, several=False))


async def _draw(
    draft: Draft,
    looked: Sequence[Looked],
    shown: ShownParts,
    *,
    status: int = 200,
    trouble: OtklikError | None = None,
) -> web.Response:
    page = await parts_page(draft.visit, draft.typed, looked, replace(shown, files=draft.files.kept))
    retry_after = None if trouble is None else trouble.retry_after
    return page_response(page, status=status, agency=draft.visit.agency, retry_after=retry_after)


def _needs_place(visit: Visit, topic: Topic) -> bool:
    """Whether a message about the topic is refused for want of a place: the form's own check says."""
    form = form_of(visit)
    answers = Answers(text="?" * form.limits.text_min, topic=topic.code)
    checked = visit.edge.accept_appeal.check(form.agency, form.kind, answers, channel=Channel.PAGE, lang=visit.lang)
    problems: Mapping[str, Problem] = {} if isinstance(checked, Submission) else {one.field: one for one in checked}
    return "place.address" in problems
