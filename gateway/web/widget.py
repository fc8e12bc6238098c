"""The launcher that agencies' pages load: one small script, revalidated under `/widget.js`, immutable by version."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import ETag, web

from gateway import __version__
from gateway.errors import NotFound
from gateway.web.shipped import find_shipped

_MINUTES = "public, max-age=300, must-revalidate"
_FOREVER = "public, max-age=31536000, immutable"
_FOR_ALL_PAGES = {
    "Content-Type": "text/javascript; charset=utf-8",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@dataclass(frozen=True, slots=True)
class Script:
    """The launcher, and the tag by which a browser asks whether it is still the same."""

    content: bytes
    tag: str


SCRIPT = web.AppKey("launcher", Script)


def load_script() -> Script:
    """Read the launcher of this version."""
    folder = find_shipped("_widget", in_checkout="widget/built") / "launcher"
    content = (folder / f"{__version__}.js").read_bytes()
    return Script(content=content, tag=hashlib.sha256(content).hexdigest()[:32])


async def show_launcher(request: web.Request) -> web.Response:
    """GET /widget.js: the launcher of this version, whichever that is."""
    return _answer(request, cache=_MINUTES)


async def show_launcher_version(request: web.Request) -> web.Response:
    """GET /widget/{version}.js: the launcher of that version, for pages that pin its hash; raises NotFound."""
    if request.match_info["version"] != __version__:
        raise NotFound
    return _answer(request, cache=_FOREVER)


def _answer(request: web.Request, *, cache: str) -> web.Response:
    script = request.app[SCRIPT]
    headers: Mapping[str, str] = {**_FOR_ALL_PAGES, "Cache-Control": cache}
    known = request.if_none_match or ()
    if any(tag.value in (script.tag, "*") for tag in known):
        response = web.Response(status=304, headers=headers)
    else:
        response = web.Response(body=script.content, headers=headers)
    response.etag = ETag(script.tag)
    return response
