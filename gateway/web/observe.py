"""Every request gets an id, its place in the metrics and, unless it is for a ready file, a line in the log."""

import asyncio
import random
import re
import time

from aiohttp import web
from aiohttp.typedefs import Handler

from gateway.web.caller import came_through_proxy
from gateway.web.logs import REQUEST_ID, REQUEST_LOG
from gateway.web.metrics import METRICS
from gateway.web.ready import ReadyAnswer
from gateway.web.under_way import UNDER_WAY

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_CLIENT_GONE = 499  # nginx's word for it; nobody receives it
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}\Z")


@web.middleware
async def observe(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Note that a request is under way and how it went, whatever becomes of it."""
    under_way = request.app[UNDER_WAY]
    request[REQUEST_ID] = _request_id(request)
    started = time.perf_counter()
    with under_way:
        try:
            response = await handler(request)
        except (Exception, asyncio.CancelledError) as error:
            _note(request, _status_of(error), started)
            raise
        _note(request, response.status, started, response)
    if under_way.is_ending:
        response.force_close()
    return response


def _status_of(error: BaseException) -> int:
    match error:
        case web.HTTPException():  # a redirect; what is refused has become an answer before
            return error.status
        case asyncio.CancelledError() | ConnectionError():
            return _CLIENT_GONE
        case _:
            return 500


def _note(request: web.Request, status: int, started: float, response: web.StreamResponse | None = None) -> None:
    seconds = time.perf_counter() - started
    app = request.app
    resource = request.match_info.route.resource
    route = "unknown" if resource is None else resource.canonical
    method = request.method if request.method in _METHODS else "OTHER"
    app[METRICS].served(route=route, method=method, status=status, seconds=seconds)
    if isinstance(response, ReadyAnswer):
        return  # it is the same for all, and so often asked for that its lines would drown those one looks for
    size = 0 if response is None else response.body_length or response.content_length or 0
    app[REQUEST_LOG](
        request_id=request[REQUEST_ID], method=method, route=route, status=status, seconds=seconds, size=size
    )


def _request_id(request: web.Request) -> str:
    """Take over the id that a proxy of ours gave, so that its log and ours can be read together."""
    given = request.headers.get("X-Request-ID")
    if given and _ID.match(given) and came_through_proxy(request):
        return given
    return f"{random.getrandbits(64):016x}"  # to find lines in a log by; nothing depends on its being secret
