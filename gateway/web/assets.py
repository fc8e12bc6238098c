"""Scripts and style sheets of the pages, under names that change with their content (built from `widget/src`)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from gateway.errors import NotFound
from gateway.web.shipped import find_shipped

_TYPES = {".css": "text/css", ".js": "text/javascript"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file that pages refer to as `/assets/<name>`; another content has another name."""

    name: str
    type: str
    content: bytes


def asset_url(name: str) -> str:
    """Return the address of a page's part, `form.js` or `style.css`; raises KeyError."""
    return f"/assets/{_manifest()[name]}"


def find_asset(name: str) -> Asset:
    """Return the asset of that name; raises NotFound."""
    asset = _all().get(name)
    if asset is None:
        raise NotFound
    return asset


@cache
def _manifest() -> Mapping[str, str]:
    written = (find_shipped("_widget", in_checkout="widget/built") / "manifest.json").read_text(encoding="utf-8")
    return MappingProxyType(json.loads(written))


@cache
def _all() -> Mapping[str, Asset]:
    folder = find_shipped("_widget", in_checkout="widget/built") / "assets"
    files = sorted(path for path in folder.iterdir() if path.suffix in _TYPES)
    assets = (Asset(name=path.name, type=_TYPES[path.suffix], content=path.read_bytes()) for path in files)
    return MappingProxyType({asset.name: asset for asset in assets})
