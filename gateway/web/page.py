"""The pages that residents open with nothing but a browser: form, lost number, start.

The form page works by plain form posts. Every post carries all that was typed, and every answer carries it back: an
error, a limit or a full store loses nothing.
"""

from collections.abc import Mapping
from dataclasses import replace

from aiohttp import web

from gateway.domain.agency import Agency
from gateway.domain.topic import Topic
from gateway.errors import Invalid, OtklikError, TooMany, Unavailable
from gateway.web import limits
from gateway.web.again import ask_again
from gateway.web.caller import own_url
from gateway.web.compress import compressed
from gateway.web.contexts import Link, LostPage, PlainStartPage, StartPage, TopicsPage
from gateway.web.draft import take_draft
from gateway.web.edge import EDGE
from gateway.web.form_buttons import press
from gateway.web.form_page import Shown, book_of, form_page, make_problems, say_trouble
from gateway.web.html import KEPT_BY_THE_BROWSER, page_response, see_other
from gateway.web.origins import find_agency
from gateway.web.parts_buttons import draw_parts_later
from gateway.web.topic_choices import tree
from gateway.web.typed import blank
from gateway.web.uploads import Received, receive_form
from gateway.web.visit import Visit, open_visit

_DEMO_AGENCY = "demo"
_LONGEST_WORDS = 200
_SENDS = ("send", "send_new", "send_parts")
_OFFERED = 5

DEMO_SITES = web.AppKey("demo_sites", Mapping[str, str])
"""Addresses of the demo's made-up sites, by their kind."""


@compressed
async def show_form(request: web.Request) -> web.StreamResponse:
    """GET /f/{key}: the blank form; `?topic` and `?address` fill these two, topics for the words of `?q`."""
    visit = open_visit(request, await find_agency(request, request.match_info["key"]))
    topic = book_of(visit).catalogue.find(request.query.get("topic", ""))
    address = request.query.get("address", "")[: visit.edge.form_limits.address_max]
    typed = blank(topic="" if topic is None else topic.code, address=address)
    words = request.query.get("q", "")[:_LONGEST_WORDS]
    page = await form_page(visit, typed, Shown(found_topics=None if topic else await _topics_for(visit, words)))
    return page_response(page, agency=visit.agency, cache=KEPT_BY_THE_BROWSER)


@compressed
async def topics(request: web.Request) -> web.StreamResponse:
    """GET /f/{key}/topics: the whole tree, which the form's script takes in when somebody wants to look through it."""
    visit = open_visit(request, await find_agency(request, request.match_info["key"]))
    page = TopicsPage(say=visit.say, tree=tree(book_of(visit).catalogue, visit.lang), topic_control="")
    return page_response(page, agency=visit.agency, cache=KEPT_BY_THE_BROWSER)


@compressed
async def take_form(request: web.Request) -> web.StreamResponse:
    """POST /f/{key}: what the pressed button asks for."""
    agency = await _find_agency(request)
    form_limits = request.app[EDGE].form_limits
    async with receive_form(
        request, most_files=form_limits.files_max, most_bytes=form_limits.file_bytes, skip_refused=True
    ) as received:
        if isinstance(agency, Unavailable):
            return ask_again(request, received, agency)
        return await _take(open_visit(request, agency).speaking(received.fields.get("lang")), received)


@compressed
async def lost(request: web.Request) -> web.StreamResponse:
    """GET /f/{key}/lost: asks for the address to which the numbers are sent again."""
    visit = open_visit(request, await find_agency(request, request.match_info["key"]))
    return page_response(_lost_page(visit, asked="asked" in request.query), agency=visit.agency)


async def send_numbers(request: web.Request) -> web.StreamResponse:
    """POST /f/{key}/lost: promises a letter, whether or not there is anything to write."""
    agency = await find_agency(request, request.match_info["key"])
    async with receive_form(request, most_files=0, most_bytes=0) as received:
        fields = received.fields
    visit = open_visit(request, agency).speaking(fields.get("lang"))
    email = fields.get("email", "")
    if visit.edge.send_numbers_again is None:
        return page_response(_lost_page(visit, asked=False), agency=agency)
    try:
        limits.count_submission(request)
        await visit.edge.send_numbers_again(agency, email=email, lang=visit.lang)
    except (Invalid, TooMany, Unavailable) as error:
        page = _lost_page(visit, email=email, error=error)
        return page_response(page, status=error.status, agency=agency, retry_after=error.retry_after)
    visit.edge.wake()
    return see_other(visit.href(f"/f/{agency.key}/lost", asked="1"))


@compressed
async def start(request: web.Request) -> web.StreamResponse:
    """GET /: in a demo, a made-up agency's site with the form in it; otherwise what this server is."""
    visit = open_visit(request)
    if not visit.edge.demo:
        return page_response(PlainStartPage(frame=visit.frame(), say=visit.say))
    visit = replace(visit, agency=await visit.edge.agencies.find(_DEMO_AGENCY))
    return page_response(_demo_start(visit), agency=visit.agency)


async def _topics_for(visit: Visit, words: str) -> tuple[Topic, ...] | None:
    """Return topics that the words of a link name; a link that names none is as good as one without."""
    found = await book_of(visit).suggest(words, most=_OFFERED) if words.strip() else ()
    return tuple(match.topic for match in found) or None


async def _find_agency(request: web.Request) -> Agency | Unavailable:
    """The body is read even if the store is away: what was typed is carried to the next try."""
    try:
        return await find_agency(request, request.match_info["key"])
    except Unavailable as trouble:
        return trouble


async def _take(visit: Visit, received: Received) -> web.Response:
    assert visit.agency is not None
    try:
        _count(visit, visit.agency, received)
    except TooMany as trouble:
        draft = await take_draft(visit, replace(received, files=()))
        said = say_trouble(visit, trouble, files_lost=bool(received.files))
        if parts := await draw_parts_later(draft, trouble, said):
            return parts
        page = await form_page(visit, draft.typed, Shown(files=draft.files.kept, trouble=said))
        return page_response(page, status=429, agency=visit.agency, retry_after=trouble.retry_after)
    return await press(await take_draft(visit, received))


def _count(visit: Visit, agency: Agency, received: Received) -> None:
    sends = received.fields.get("do", "send") in _SENDS and "edit" not in received.fields
    if sends or received.files:
        limits.count_submission(visit.request)
        limits.count_submission_to(visit.request, agency)
    else:
        limits.count_lookup(visit.request)


def _lost_page(visit: Visit, *, asked: bool = False, email: str = "", error: OtklikError | None = None) -> LostPage:
    assert visit.agency is not None
    problems = error.problems if isinstance(error, Invalid) else ()
    is_trouble = error is not None and not problems
    return LostPage(
        frame=visit.frame(),
        say=visit.say,
        action=visit.href(f"/f/{visit.agency.key}/lost"),
        can_send=visit.edge.send_numbers_again is not None,
        asked=asked,
        email=email,
        problems=make_problems(visit, problems),
        trouble=say_trouble(visit, error) if error and is_trouble else None,
    )


def _demo_start(visit: Visit) -> StartPage:
    assert visit.agency is not None
    form = f"/f/{visit.agency.key}"
    chat = visit.frame().chat_href
    addresses = (
        Link(text=visit.say("start.try.form"), href=visit.href(form)),
        *([Link(text=visit.say("start.try.chat"), href=chat)] if chat else []),
        Link(
            text=visit.say("start.try.filled"), href=visit.href(form, topic="0116", address=visit.say("start.address"))
        ),
        Link(text=visit.say("start.try.lost"), href=visit.href(f"{form}/lost")),
        Link(text=visit.say("start.try.api"), href=f"/api/v1/form?agency={visit.agency.key}"),
        Link(text=visit.say("start.try.openapi"), href="/api/v1/openapi.json"),
        Link(text=visit.say("start.try.health"), href="/health"),
    )
    return StartPage(
        frame=visit.frame(),
        say=visit.say,
        agency_key=visit.agency.key,
        form_href=visit.href(form),
        snippet=f'<script async src="{own_url(visit.request)}/widget.js" data-agency="{visit.agency.key}"></script>',
        addresses=addresses,
        sites=[_demo_site(visit, *site) for site in visit.request.app.get(DEMO_SITES, {}).items()],
    )


def _demo_site(visit: Visit, kind: str, address: str) -> tuple[Link, str]:
    return Link(text=visit.say(f"start.sites.{kind}.name"), href=address), visit.say(f"start.sites.{kind}.about")
