"""Scripts and style sheets of the pages, under names that change with their content (built from `widget/src`)."""

import json
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from aiohttp import web

from gateway.errors import NotFound
from gateway.web.ready import FOREVER, ReadyFile, is_servable, read_file
from gateway.web.shipped import find_shipped

_HEADERS = {"Cache-Control": FOREVER, "Cross-Origin-Resource-Policy": "same-origin"}

ASSETS = web.AppKey("assets", Mapping[str, ReadyFile])


def asset_url(name: str) -> str:
    """Return the address of a page's part, `form.js` or `style.css`; raises KeyError."""
    return f"/assets/{_manifest()[name]}"


@cache
def load_assets() -> Mapping[str, ReadyFile]:
    """Read all that pages refer to as `/assets/<name>`; another content has another name."""
    folder = find_shipped("_widget", in_checkout="widget/built") / "assets"
    files = sorted(path for path in folder.iterdir() if is_servable(path))
    return MappingProxyType({path.name: read_file(path, _HEADERS) for path in files})


async def show_asset(request: web.Request) -> web.StreamResponse:
    """GET /assets/{name}: a script or a style sheet under the name that its content gives it; raises NotFound."""
    file = request.app[ASSETS].get(request.match_info["name"])
    if file is None:
        raise NotFound
    return file.answer(request)


@cache
def _manifest() -> Mapping[str, str]:
    written = (find_shipped("_widget", in_checkout="widget/built") / "manifest.json").read_text(encoding="utf-8")
    return MappingProxyType(json.loads(written))
