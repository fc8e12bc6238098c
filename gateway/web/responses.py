"""Models as JSON responses."""

from collections.abc import Mapping

from aiohttp import web

from gateway.web.contract import Outgoing

_JSON = "application/json; charset=utf-8"


def json_response(
    body: Outgoing, *, status: int = 200, headers: Mapping[str, str] | None = None, exclude_unset: bool = False
) -> web.Response:
    """Return the body as JSON; `exclude_unset` leaves out what nothing was said of."""
    content = body.model_dump_json(exclude_unset=exclude_unset).encode()
    return web.Response(body=content, status=status, headers={"Content-Type": _JSON, **(headers or {})})
