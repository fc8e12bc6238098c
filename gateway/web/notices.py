"""Letters about an appeal are stopped here, or wanted again; mail programs stop them with one click (RFC 8058)."""

from aiohttp import web

from gateway.domain.tracking import Tracked
from gateway.errors import NotUnderstood
from gateway.web import limits
from gateway.web.contexts import LettersPage
from gateway.web.edge import EDGE
from gateway.web.html import page_response, see_other
from gateway.web.track import open_tracked
from gateway.web.track_page import letters_of
from gateway.web.uploads import receive_form
from gateway.web.visit import Visit

_ONE_CLICK = ("List-Unsubscribe", "One-Click")
_SWITCHES = {"stop": False, "start": True}


async def show(request: web.Request) -> web.StreamResponse:
    """GET /track/{number}/notices?key=…: whether letters come, and a button; looking changes nothing."""
    tracked, visit = await open_tracked(request)
    return _page(visit, tracked, done="done" in request.query)


async def switch(request: web.Request) -> web.StreamResponse:
    """POST /track/{number}/notices?key=…: stops letters or starts them again.

    A mail program sends what RFC 8058 says and gets a page at once, since it may not be led elsewhere.
    """
    limits.count_lookup(request)  # mail services click for many of their users from one address
    tracked, visit = await open_tracked(request)
    async with receive_form(request, most_files=0, most_bytes=0, skip_refused=True) as received:
        fields = received.fields
    name, value = _ONE_CLICK
    is_one_click = fields.get(name) == value
    wanted = False if is_one_click else _SWITCHES.get(fields.get("letters", ""))
    if wanted is None:
        raise NotUnderstood
    if (switch_letters := request.app[EDGE].switch_letters) is not None:
        tracked = await switch_letters(tracked.number, tracked.key, on=wanted)
    visit = visit.speaking(fields.get("lang"))
    if is_one_click:
        return _page(visit, tracked, done=True)
    return see_other(visit.href(f"/track/{tracked.number}/notices", key=tracked.key, done="1"))


def _page(visit: Visit, tracked: Tracked, *, done: bool) -> web.Response:
    page = LettersPage(
        frame=visit.frame(),
        say=visit.say,
        action=visit.href(f"/track/{tracked.number}/notices", key=tracked.key),
        number=tracked.number,
        letters=letters_of(visit, tracked),
        done=done,
        track_href=visit.href(f"/track/{tracked.number}", key=tracked.key),
    )
    return page_response(page, agency=visit.agency)
