"""Which web pages may carry an agency's form and call its API: those of the origins that it has registered.

A request without an Origin comes from no foreign page; our own pages are always welcome. No answer ever allows
credentials, and no request here carries any. A browser asks first (a preflight) without saying for which agency,
so any registered origin may go on to ask; the request itself is refused unless its own agency knows the origin.
"""

from contextlib import suppress
from functools import lru_cache

from aiohttp import web

from gateway.domain.agency import Agency
from gateway.domain.origin import Origin, read_origin
from gateway.errors import ForeignOrigin, TooMany, Unavailable
from gateway.web.caller import own_url, requested_url
from gateway.web.edge import EDGE
from gateway.web.limits import count_lookup

_LONGEST = 300  # a host name has 253 characters at most (RFC 1035)
_PREFLIGHT_SECONDS = "7200"  # the longest that Chromium keeps it

_READER = web.RequestKey("origin_that_may_read", str)


async def find_agency(request: web.Request, key: str) -> Agency:
    """Return the agency of that key; raises UnknownAgency, and ForeignOrigin if the page may not carry its form."""
    agency = await request.app[EDGE].agencies.find(key)
    admit(request, agency)
    return agency


def admit(request: web.Request, agency: Agency) -> None:
    """Let a request through that comes from our own pages, the agency's, or no page at all; raises ForeignOrigin."""
    written = request.headers.get("Origin")
    if written is None:
        return
    origin = _read(written)
    if origin is None or not (_is_own(request, origin) or agency.allows(origin)):
        raise ForeignOrigin
    request[_READER] = written


async def let_refusal_be_read(request: web.Request) -> None:
    """Let the page of any agency read why its request was refused: a refusal holds nothing of anybody.

    It counts as a lookup, so that refusing costs the store nothing when there is much to refuse.
    """
    written = request.headers.get("Origin")
    if written is None or _READER in request:
        return
    origin = _read(written)
    with suppress(TooMany, Unavailable):
        if origin is not None and await _is_known(request, origin):
            request[_READER] = written


async def preflight(request: web.Request) -> web.Response:
    """Tell a browser whether its page may send the request that it has in mind (Fetch, 3.3)."""
    methods = ", ".join(_methods(request))
    if "Access-Control-Request-Method" not in request.headers:
        return web.Response(status=204, headers={"Allow": methods})
    origin = _read(request.headers.get("Origin", ""))
    if origin is None or not await _is_known(request, origin):
        raise ForeignOrigin
    request[_READER] = request.headers["Origin"]
    headers = {
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": "Content-Type, Idempotency-Key",
        "Access-Control-Max-Age": _PREFLIGHT_SECONDS,
    }
    return web.Response(status=204, headers=headers)


def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Say who may read this answer of the API."""
    response.headers["Vary"] = "Origin"
    if (reader := request.get(_READER)) is not None:
        response.headers["Access-Control-Allow-Origin"] = reader
        response.headers["Access-Control-Expose-Headers"] = "Idempotency-Replayed, Retry-After"


async def _is_known(request: web.Request, origin: Origin) -> bool:
    if _is_own(request, origin):
        return True
    count_lookup(request)
    return await request.app[EDGE].agencies.with_origin(origin)


def _is_own(request: web.Request, origin: Origin) -> bool:
    return origin in (_read(own_url(request)), _read(requested_url(request)))


def _methods(request: web.Request) -> list[str]:
    resource = request.match_info.route.resource
    assert resource is not None
    return sorted({route.method for route in resource} | {"OPTIONS"})


def _read(written: str) -> Origin | None:
    return _read_short(written) if len(written) <= _LONGEST else None


@lru_cache(maxsize=1024)
def _read_short(written: str) -> Origin | None:
    return read_origin(written)
