"""The store is away before it is known whose page this is: what was typed is carried to the next try."""

from aiohttp import web
from multidict import MultiDict

from gateway.errors import Unavailable
from gateway.web.contexts import AgainPage
from gateway.web.form_page import say_trouble
from gateway.web.html import page_response
from gateway.web.uploads import Received
from gateway.web.visit import open_visit


def ask_again(request: web.Request, received: Received, trouble: Unavailable) -> web.Response:
    """Return a page with one button, which sends the same form once more.

    Nobody's message may go without the files that were chosen for it: if there were any, the button leads back to
    the form, as one of its own buttons would.
    """
    visit = open_visit(request).speaking(received.fields.get("lang"))
    fields, files_lost = MultiDict(received.fields), bool(received.files)
    if files_lost:
        fields["edit"] = "files"
    page = AgainPage(
        frame=visit.frame(),
        say=visit.say,
        action=request.rel_url.raw_path_qs,
        trouble=say_trouble(visit, trouble, files_lost=files_lost),
        files_lost=files_lost,
        hidden=tuple((name, value) for name, value in fields.items() if value),
    )
    return page_response(page, status=trouble.status, retry_after=trouble.retry_after)
