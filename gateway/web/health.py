"""Probes: `/health` tells whether requests can be served now, `/health/live` that the process answers at all."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from gateway.domain.problem import Problem
from gateway.errors import OtklikError, Unavailable
from gateway.web.contract import Health
from gateway.web.edge import EDGE
from gateway.web.errors import problems_in_words, refusal_response
from gateway.web.responses import json_response

_SECONDS = 3.0  # Kubernetes and load balancers give up soon after


async def ready(request: web.Request) -> web.Response:
    """Ask every part; one that does not answer in time is named, and no more said of it."""
    checks = request.app[EDGE].checks
    answers = await asyncio.gather(*(_answers(check) for check in checks.values()))
    silent = [part for part, answered in zip(checks, answers, strict=True) if not answered]
    if not silent:
        return json_response(Health())
    problems = [Problem(field=part, code=Unavailable.code) for part in silent]
    response = refusal_response(request, Unavailable(), problems_in_words(request, problems))
    response.headers["Retry-After"] = str(Unavailable.retry_after)
    return response


async def live(_: web.Request) -> web.Response:
    """Answer."""
    return json_response(Health())


async def _answers(check: Callable[[], Awaitable[None]]) -> bool:
    try:
        async with asyncio.timeout(_SECONDS):
            await check()
    except (OtklikError, TimeoutError):
        return False
    return True
