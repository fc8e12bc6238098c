"""The status page: an appeal as its resident follows it, and what the resident may say on the way."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import quote

from aiohttp import web
from multidict import MultiDict, MultiMapping

from gateway.domain.case import CaseFile, EventKind, Status
from gateway.domain.problem import Problem
from gateway.domain.tracking import Tracked
from gateway.errors import Conflict, Invalid, NotUnderstood, TooMany, Unavailable, UnknownAppeal, UnknownFile
from gateway.web import limits
from gateway.web.again import ask_again
from gateway.web.draft import TakenFiles, take_files
from gateway.web.edge import EDGE
from gateway.web.form_page import say_trouble
from gateway.web.html import page_response, see_other
from gateway.web.origins import admit
from gateway.web.parts import MOST_PARTS
from gateway.web.track_page import Said, sent_page, several_sent_page, track_page
from gateway.web.uploads import Received, receive_form
from gateway.web.visit import Visit, open_visit


async def show(request: web.Request) -> web.StreamResponse:
    """GET /track/{number}?key=…: where the appeal stands; right after sending, thanks with the number."""
    tracked, visit = await open_tracked(request)
    if "also" in request.query:
        return page_response(several_sent_page(visit, [tracked, *await _others(request)]), agency=visit.agency)
    if "sent" in request.query and _is_just_sent(tracked):
        return page_response(sent_page(visit, tracked), agency=visit.agency)
    done = request.query.get("done")
    page = await track_page(visit, tracked, Said(done=done if done in _DONE.values() else None))
    return page_response(page, agency=visit.agency)


async def _others(request: web.Request) -> Sequence[Tracked]:
    """The appeals that were sent together with the one of the address; one that cannot be opened is left out."""
    found = []
    for written in request.query.getall("also")[: MOST_PARTS - 1]:
        number, _, key = written.partition(".")
        with suppress(UnknownAppeal):
            found.append(await limits.follow(request, number, key))
    return [tracked for tracked in found if tracked.agency == found[0].agency]


def _is_just_sent(tracked: Tracked) -> bool:
    """Tell whether nothing has happened yet that the thanks would hide; what was joined may be on its way already."""
    if tracked.joins is not None:
        return tracked.history[-1].kind is EventKind.JOINED
    return tracked.status is Status.MODERATION and tracked.question is None


async def act(request: web.Request) -> web.StreamResponse:
    """POST /track/{number}?key=…: rates the answer, comments on it, replies to the question or withdraws consent."""
    opened = await _open_or_trouble(request)
    form_limits = request.app[EDGE].form_limits
    async with receive_form(
        request, most_files=form_limits.files_max, most_bytes=form_limits.file_bytes, skip_refused=True
    ) as received:
        if isinstance(opened, Unavailable):
            return ask_again(request, received, opened)
        tracked, visit = opened
        return await _act(visit.speaking(received.fields.get("lang")), tracked, received)


async def file(request: web.Request) -> web.StreamResponse:
    """GET /track/{number}/files/{id}?key=…: a file of the case; a picture may be shown, a document is downloaded."""
    tracked, visit = await open_tracked(request)
    found = _find_file(tracked, request.match_info["id"])
    chunks = visit.edge.blobs.read(found.id)
    first = await anext(chunks, b"")  # that it is gone is known before the answer begins
    response = web.StreamResponse(headers=_file_headers(found))
    await response.prepare(request)
    await response.write(first)
    async for chunk in chunks:
        await response.write(chunk)
    await response.write_eof()
    return response


async def open_tracked(request: web.Request) -> tuple[Tracked, Visit]:
    """Return the appeal of the request's number and key; raises UnknownAppeal, ForeignOrigin, TooMany."""
    tracked = await limits.follow(request, request.match_info["number"], request.query.get("key", ""))
    agency = await request.app[EDGE].agencies.find(tracked.agency)
    admit(request, agency)
    return tracked, open_visit(request, agency)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Post:
    """A posted status page: the appeal, the controls as they came, the files that are there now."""

    visit: Visit
    tracked: Tracked
    fields: MultiMapping[str]
    files: TakenFiles


async def _open_or_trouble(request: web.Request) -> tuple[Tracked, Visit] | Unavailable:
    try:
        return await open_tracked(request)
    except Unavailable as trouble:
        return trouble


async def _act(visit: Visit, tracked: Tracked, received: Received) -> web.Response:
    try:
        limits.count_submission(visit.request)
    except TooMany as trouble:
        post = await _take(visit, tracked, replace(received, files=()))
        said = say_trouble(visit, trouble, files_lost=bool(received.files))
        return await _redraw(post, trouble=said, status=429, retry_after=trouble.retry_after)
    post = await _take(visit, tracked, received)
    if "remove" in post.fields or "edit" in post.fields:
        return await _redraw(post, problems=(*post.files.refused, *post.files.missing))
    return await _do(post)


async def _do(post: _Post) -> web.Response:
    deed = post.fields.get("do", "")
    try:
        await _deed(deed)(post)
    except Invalid as invalid:
        return await _redraw(post, problems=invalid.problems, status=422)
    except Conflict as conflict:
        now = replace(post, tracked=await _again(post), fields=MultiDict(), files=TakenFiles())
        return await _redraw(now, trouble=post.visit.say(f"error.{conflict.code}"), status=conflict.status)
    except Unavailable as trouble:
        said = say_trouble(post.visit, trouble)
        return await _redraw(post, trouble=said, status=trouble.status, retry_after=trouble.retry_after)
    post.visit.edge.wake()
    return see_other(post.visit.href(f"/track/{post.tracked.number}", key=post.tracked.key, done=_DONE[deed]))


async def _take(visit: Visit, tracked: Tracked, received: Received) -> _Post:
    removed = received.fields.getall("remove", ())
    ids = [id for id in received.fields.getall("attachments", ()) if id and id not in removed]
    files = await take_files(visit, ids, received)
    return _Post(visit=visit, tracked=tracked, fields=received.fields, files=files)


async def _redraw(
    post: _Post,
    *,
    problems: Sequence[Problem] = (),
    trouble: str | None = None,
    status: int = 200,
    retry_after: int | None = None,
) -> web.Response:
    here = [_on_this_page(problem) for problem in problems]
    said = Said(fields=post.fields, files=post.files, problems=here, trouble=trouble)
    page = await track_page(post.visit, post.tracked, said)
    return page_response(page, status=status, agency=post.visit.agency, retry_after=retry_after)


async def _again(post: _Post) -> Tracked:
    return await post.visit.edge.follow_appeal(post.tracked.number, post.tracked.key)


async def _rate(post: _Post) -> None:
    written = post.fields.get("score", "")
    score = int(written) if written in {"1", "2", "3", "4", "5"} else None
    tracked = post.tracked
    await post.visit.edge.rate_answer(tracked.number, tracked.key, score=score, comment=post.fields.get("comment"))


async def _comment(post: _Post) -> None:
    if not post.fields.get("comment", "").strip():
        raise Invalid([Problem(field="comment", code="required")])
    await _rate(post)


async def _reply(post: _Post) -> None:
    edge, tracked, text, files = post.visit.edge, post.tracked, post.fields.get("reply"), post.files
    await edge.reply_to_question(tracked.number, tracked.key, text=text, attachments=files.ids, found=files.refused)


async def _withdraw(post: _Post) -> None:
    await post.visit.edge.withdraw_consent(post.tracked.number, post.tracked.key)


_Deed = Callable[[_Post], Awaitable[object]]
_DEEDS: Mapping[str, _Deed] = {"rate": _rate, "comment": _comment, "reply": _reply, "withdraw": _withdraw}
_DONE = {"rate": "rated", "comment": "commented", "reply": "replied", "withdraw": "withdrawn"}


def _deed(name: str) -> _Deed:
    if name not in _DEEDS:
        raise NotUnderstood
    return _DEEDS[name]


def _on_this_page(problem: Problem) -> Problem:
    """The reply's text has a name of its own here, and words of its own."""
    return replace(problem, field="reply") if problem.field == "text" else problem


def _find_file(tracked: Tracked, id: str) -> CaseFile:
    for event in tracked.events:
        for found in event.files:
            if found.id == id:
                return found
    raise UnknownFile


def _file_headers(found: CaseFile) -> dict[str, str]:
    """Nothing that a file holds may run: a picture is shown alone in a sandbox, anything else is only saved."""
    shown = "inline" if found.type.is_image else "attachment"
    return {
        "Content-Type": found.type.value,
        "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(found.name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }
