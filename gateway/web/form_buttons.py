"""What the buttons of the form page do.

`do` names the button: `send`; `review`; `topics` finds topics by the text or by words; `browse` shows the whole tree of
them; `enter` is the key Enter in a field, which never sends; `send_new` sends what was changed after the first sending
as a message of its own; `parts` and `send_parts` are of the page of several problems (parts_buttons.py). `edit` goes
back from the review to a field, `remove` drops a file, `take_place` takes the address that the text names.

What the text brings up (findings.py) is told before anything is sent or reviewed.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from aiohttp import web

from gateway.domain.appeal import Channel, Receipt, Submission, SubmissionKind, Ticket
from gateway.domain.problem import Problem
from gateway.domain.topic import Topic
from gateway.errors import IdempotencyConflict, Invalid, Unavailable
from gateway.form.check import check
from gateway.web import metrics
from gateway.web.contexts import AlreadySent
from gateway.web.draft import Draft
from gateway.web.findings import Findings, find, read_typed_text, seen_of
from gateway.web.form_page import Shown, book_of, form_page, review_page, say_trouble
from gateway.web.html import page_response, see_other
from gateway.web.nearby_page import is_news, look_around, nearby_page
from gateway.web.parts import read_parts
from gateway.web.parts_buttons import draw_parts, open_parts, send_parts
from gateway.web.topic_from_text import follow_text
from gateway.web.typed import Typed, draw_idempotency_key, make_ticket, read_answers
from gateway.web.visit import form_of

_FOUND_TOPICS = 5


async def press(draft: Draft) -> web.Response:
    """Do what the pressed button says; a post without one sends."""
    text = draft.typed.values["text"]
    typed = replace(draft.typed, seen=seen_of(draft.typed.seen, text))
    draft = replace(draft, typed=typed, reading=await read_typed_text(draft.visit, text))
    if "take_place" in draft.fields:
        return await _take_place(draft)
    if "remove" in draft.fields:
        return await _draw(draft, Shown(problems=draft.file_problems, focus="files"))
    if "edit" in draft.fields:
        return await _draw(draft, Shown(problems=draft.file_problems, focus=draft.fields["edit"]))
    return await _BUTTONS.get(draft.fields.get("do", "send"), _send)(draft)


async def _take_place(draft: Draft) -> web.Response:
    typed = draft.typed.having(place__address=draft.fields["take_place"])
    return await _draw(replace(draft, typed=typed), Shown(problems=draft.file_problems, focus="place.address"))


async def _browse(draft: Draft) -> web.Response:
    return await _draw(draft, Shown(problems=draft.file_problems, all_topics=True, focus="all_topics"))


async def _find_topics(draft: Draft) -> web.Response:
    found = await _topics_for(draft)
    draft = replace(draft, typed=replace(draft.typed, searched_query=draft.typed.topic_query))
    shown = Shown(problems=draft.file_problems, found_topics=found, focus="found_topics" if found else "topic_query")
    return await _draw(draft, shown)


async def _enter(draft: Draft) -> web.Response:
    """Enter in a field finds topics if new words for one were typed, else shows what would be sent."""
    has_new_words = draft.typed.topic_query not in ("", draft.typed.searched_query)
    return await (_find_topics if has_new_words else _review)(draft)


async def _review(draft: Draft) -> web.Response:
    return await _tell_first(draft, "review") or await _review_now(draft)


async def _review_now(draft: Draft) -> web.Response:
    suggested = follow_text(draft.typed, draft.reading)
    if (known := await _known_page(draft, suggested.typed, go_on="review")) is not None:
        return known
    draft = replace(draft, typed=suggested.typed)
    checked = _check(draft)
    if not isinstance(checked, Submission):
        return await _draw(draft, Shown(problems=checked), status=422)
    kept, topics = draft.files.kept, suggested.to_choose
    is_open = draft.reading is not None and draft.reading.leaves_open
    page = await review_page(draft.visit, draft.typed, kept, gist=checked.gist, topics=topics, is_open=is_open)
    return page_response(page, agency=draft.visit.agency)


async def _send(draft: Draft) -> web.Response:
    return await _tell_first(draft, "send") or await _send_now(draft)


async def _send_now(draft: Draft) -> web.Response:
    followed = follow_text(draft.typed, draft.reading).typed
    if (known := await _known_page(draft, followed, go_on="send")) is not None:
        return known
    try:
        receipt = await _accept(draft, followed)
    except Invalid as invalid:
        draft = replace(draft, typed=replace(draft.typed, joins=""))  # what cannot be joined is not tried again
        return await _draw(draft, Shown(problems=invalid.problems), status=_status(invalid.problems))
    except IdempotencyConflict as conflict:
        shown = Shown(already_sent=_already_sent(draft, conflict))
        return await _draw(_without_missing_files(draft), shown, status=409)
    except Unavailable as trouble:
        shown = Shown(trouble=say_trouble(draft.visit, trouble), problems=draft.files.refused)
        return await _draw(draft, shown, status=trouble.status, retry_after=trouble.retry_after)
    return see_other(_thanks(draft, receipt))


async def _known_page(draft: Draft, typed: Typed, *, go_on: str) -> web.Response | None:
    """Return the page with what is known already, once; None where there is nothing, or it is on its way already.

    `typed` is what was, with the topic of its text.
    """
    visit = draft.visit
    if typed.joins or not isinstance(_check(replace(draft, typed=typed)), Submission) or await _was_sent(draft):
        return None
    known = await look_around(visit, typed)
    if not is_news(typed, known):
        return None
    return page_response(nearby_page(visit, typed, known, go_on=go_on), agency=visit.agency)


async def _was_sent(draft: Draft) -> bool:
    """Tell whether this page was taken before: then it is its own message that would be found nearby."""
    assert draft.visit.agency is not None
    try:
        return await draft.visit.edge.accept_appeal.was_sent(draft.visit.agency, _ticket(draft))
    except Unavailable:
        return True  # sending will tell


async def _send_new(draft: Draft) -> web.Response:
    anew = _without_missing_files(draft)
    return await _send(replace(anew, typed=replace(anew.typed, idempotency_key=draw_idempotency_key())))


async def _parts(draft: Draft) -> web.Response:
    """The parts as they came; from the form those of its text, and the review where it has but one."""
    if read_parts(draft.fields, draft.typed):
        return await draw_parts(draft)
    if draft.reading is None or len(draft.reading.problems) < 2:
        return await _review(draft)
    return await open_parts(draft, draft.reading, _find(draft))


async def _tell_first(draft: Draft, button: str) -> web.Response | None:
    """Tell what the text brings up before the button does its work; None where that is nothing, or was told before."""
    findings = _find(draft)
    problems = [problem for problem in _problems(draft) if problem.code not in findings.blocked]  # told with the text
    if findings.several and draft.reading is not None and not any(map(_is_before_parts, problems)):
        return await open_parts(draft, draft.reading, findings)
    if findings.danger is None and not findings.faults:
        return None
    shown = Shown(problems=problems, findings=findings, go_on=None if problems else button)
    return await _draw(draft, shown, status=422 if problems or findings.is_blocked else 200)


def _find(draft: Draft) -> Findings:
    form, typed = form_of(draft.visit), draft.typed
    return find(draft.reading, typed.values["text"], agency=form.agency, kind=form.kind, seen=typed.seen)


def _is_before_parts(problem: Problem) -> bool:
    """What can be mended on the form alone; place, contact and consent have their controls among the parts too."""
    return problem.field in ("text", "gist") or problem.field.startswith(("files", "attachments", "details", "topic"))


_BUTTONS: Mapping[str, Callable[[Draft], Awaitable[web.Response]]] = {
    "send": _send,
    "review": _review,
    "topics": _find_topics,
    "browse": _browse,
    "enter": _enter,
    "send_new": _send_new,
    "parts": _parts,
    "send_parts": send_parts,
}


async def _draw(draft: Draft, shown: Shown, *, status: int = 200, retry_after: int | None = None) -> web.Response:
    """Draw the form with the topic of its text, or with those to choose from where nothing else was looked for."""
    suggested = follow_text(draft.typed, draft.reading)
    offered = suggested.topics if shown.focus == "topic" else suggested.to_choose
    if shown.found_topics is None and offered:
        shown = replace(shown, found_topics=offered)
    place = None if draft.reading is None else draft.reading.place
    shown = replace(shown, place_offer="" if place is None else place.address)
    page = await form_page(draft.visit, suggested.typed, replace(shown, files=draft.files.kept))
    return page_response(page, status=status, agency=draft.visit.agency, retry_after=retry_after)


async def _accept(draft: Draft, typed: Typed) -> Receipt:
    visit, edge = draft.visit, draft.visit.edge
    assert visit.agency is not None
    answers, not_numbers = read_answers(typed)
    receipt = await edge.accept_appeal(
        visit.agency,
        SubmissionKind.MESSAGE,
        answers,
        channel=Channel.PAGE,
        lang=visit.lang,
        ticket=_ticket(draft),
        found=(*draft.files.refused, *not_numbers),
    )
    edge.wake()
    if not receipt.replayed:
        metrics.count_accepted(visit.request, Channel.PAGE)
    return receipt


def _ticket(draft: Draft) -> Ticket:
    """Of what was typed alone: what the text suggests may be another topic by the time the same page is sent again."""
    answers, _ = read_answers(draft.typed)
    return make_ticket(draft.typed, answers, draft.visit.edge.form_limits)


def _problems(draft: Draft) -> tuple[Problem, ...]:
    checked = _check(replace(draft, typed=follow_text(draft.typed, draft.reading).typed))
    return () if isinstance(checked, Submission) else checked


def _check(draft: Draft) -> Submission | tuple[Problem, ...]:
    visit = draft.visit
    answers, not_numbers = read_answers(draft.typed)
    found = (*draft.file_problems, *not_numbers)
    checked = check(
        form_of(visit),
        answers,
        catalogue=book_of(visit).catalogue,
        channel=Channel.PAGE,
        lang=visit.lang,
        settled=frozenset(problem.field for problem in found),
    )
    if isinstance(checked, Submission):
        return found or checked
    return (*found, *checked)


async def _topics_for(draft: Draft) -> tuple[Topic, ...]:
    """The words for a topic come first; the text helps where they are none, or say nothing to us."""
    book = book_of(draft.visit)
    for words in (draft.typed.topic_query, f"{draft.typed.values['gist']} {draft.typed.values['text']}"):
        if found := await book.suggest(words, most=_FOUND_TOPICS):
            return tuple(match.topic for match in found)
    return ()


def _status(problems: tuple[Problem, ...]) -> int:
    return 503 if any(problem.code == "not_stored" for problem in problems) else 422


def _without_missing_files(draft: Draft) -> Draft:
    """The files of the first sending belong to it: the page has told so and asks to add them again."""
    kept = tuple(file.id for file in draft.files.kept or ())
    return replace(draft, typed=replace(draft.typed, attachments=kept))


def _already_sent(draft: Draft, conflict: IdempotencyConflict) -> AlreadySent:
    href = None if conflict.receipt is None else _track(draft, conflict.receipt)
    return AlreadySent(track_href=href, files_gone=bool(draft.files.missing))


def _track(draft: Draft, receipt: Receipt, **query: str) -> str:
    return draft.visit.href(f"/track/{receipt.number}", key=receipt.key, **query)


def _thanks(draft: Draft, receipt: Receipt) -> str:
    return _track(draft, receipt, sent="1")
