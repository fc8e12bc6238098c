"""A whole page of bad news: what is wrong, and what to do; for people, where the API has its error shape."""

from aiohttp import web

from gateway.errors import OtklikError
from gateway.web.contexts import ErrorPage
from gateway.web.html import page_response
from gateway.web.visit import open_visit

_KINDS = {
    "unknown_agency": "no_agency",
    "unknown_appeal": "no_appeal",
    "unknown_file": "no_file",
    "not_found": "no_page",
    "foreign_origin": "foreign",
    "too_large": "too_large",
    "too_slow": "too_slow",
    "too_many": "too_many",
}
"""Which words an error has; the others are `unavailable` from 500 on and `refused` below."""


def error_page(request: web.Request, error: OtklikError) -> web.Response:
    """Return the page of an error, in the visitor's language."""
    visit = open_visit(request)
    kind = _KINDS.get(error.code, "unavailable" if error.status >= 500 else "refused")
    page = ErrorPage(
        frame=visit.frame(),
        say=visit.say,
        title=visit.say(f"failure.{kind}.title"),
        text=visit.say(f"failure.{kind}.text"),
    )
    return page_response(page, status=error.status, retry_after=error.retry_after)
