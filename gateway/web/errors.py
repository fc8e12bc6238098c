"""Refusals as responses: the one place where the error tree becomes HTTP.

Programs get the one JSON shape, people in browsers a page. What goes wrong after the first byte of an answer has
left can only end the connection.
"""

import json
from collections.abc import Iterable, Mapping

from aiohttp import web
from aiohttp.typedefs import Handler

from gateway.domain.problem import Problem
from gateway.errors import (
    Invalid,
    MethodNotAllowed,
    NotFound,
    NotUnderstood,
    OtklikError,
    Refused,
    TooLarge,
    TooSlow,
    Unauthorized,
    UnsupportedFile,
)
from gateway.form.wording import say_problem
from gateway.web.caller import language
from gateway.web.edge import EDGE
from gateway.web.error_page import error_page
from gateway.web.logs import log_failure
from gateway.web.metrics import METRICS
from gateway.web.origins import let_refusal_be_read

_PAGES = ("/f/", "/track/", "/assets/")
_MACHINES = ("/api/", "/health", "/metrics", "/widget", "/legacy.js")
_BODY_UNREAD = (TooLarge.status, TooSlow.status)

_FRAMEWORK: Mapping[int, type[OtklikError]] = {
    400: NotUnderstood,
    404: NotFound,
    405: MethodNotAllowed,
    408: TooSlow,
    413: TooLarge,
}


@web.middleware
async def translate_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer what a handler raises."""
    try:
        return await handler(request)
    except OtklikError as error:
        return await _refuse(request, error)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return await _refuse(request, _FRAMEWORK.get(error.status, Refused)(), allow=error.headers.get("Allow"))
    except Exception as error:  # the outermost place of a request: nothing else may answer for it
        if isinstance(error, ConnectionError) and _has_begun(request):
            raise  # the client has gone in the middle of its answer
        return await _refuse(request, OtklikError(), cause=error)


def problems_in_words(request: web.Request, problems: Iterable[Problem]) -> Mapping[str, Mapping[str, str]]:
    """Return code and sentence of each problem, by the dotted name of its field; the first of a field counts."""
    texts, lang = request.app[EDGE].texts, language(request)
    fields: dict[str, Mapping[str, str]] = {}
    for problem in problems:
        if problem.field not in fields:
            fields[problem.field] = {"code": problem.code, "message": say_problem(texts, lang, problem)}
    return fields


def refusal_response(request: web.Request, error: OtklikError, fields: Mapping[str, Mapping[str, str]]) -> web.Response:
    """Return an error in the one shape."""
    message = request.app[EDGE].texts.say(language(request), f"error.{error.code}")
    body = {"ok": False, "error": {"code": error.code, "message": message, "fields": fields}}
    text = json.dumps(body, ensure_ascii=False)
    return web.Response(text=text, status=error.status, content_type="application/json")


async def _refuse(
    request: web.Request, error: OtklikError, *, cause: Exception | None = None, allow: str | None = None
) -> web.Response:
    if error.status >= 500:
        log_failure(request, error, cause or error)
    if _has_begun(request):
        raise ConnectionAbortedError from cause or error
    request.app[METRICS].refused(error.code)
    if _is_for_people(request):
        response = error_page(request, error)
    else:
        await let_refusal_be_read(request)
        response = refusal_response(request, error, problems_in_words(request, _problems(error)))
    _add_headers(response, error, allow)
    return response


def _has_begun(request: web.Request) -> bool:
    return request.writer.output_size > 0


def _add_headers(response: web.Response, error: OtklikError, allow: str | None) -> None:
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    if allow is not None:
        response.headers["Allow"] = allow
    if isinstance(error, Unauthorized):
        response.headers["WWW-Authenticate"] = "Bearer"
    if error.status in _BODY_UNREAD:
        response.force_close()


def _problems(error: OtklikError) -> tuple[Problem, ...]:
    if isinstance(error, Invalid):
        return error.problems
    if isinstance(error, UnsupportedFile):
        return (Problem(field="file", code=error.reason),)
    return ()


def _is_for_people(request: web.Request) -> bool:
    if request.path == "/" or request.path.startswith(_PAGES):
        return True
    return not request.path.startswith(_MACHINES) and "text/html" in request.headers.get("Accept", "")
