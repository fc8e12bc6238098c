"""Style sheets (and later scripts) of the pages, under names that change with their content."""

import hashlib
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


def asset_url(file: str) -> str:
    """Return the address of a file of `widget/src/form`; raises KeyError."""
    return f"/assets/{_by_file()[file].name}"


def find_asset(name: str) -> Asset:
    """Return the asset of that name; raises NotFound."""
    for asset in _by_file().values():
        if asset.name == name:
            return asset
    raise NotFound


@cache
def _by_file() -> Mapping[str, Asset]:
    folder = find_shipped("_widget", in_checkout="widget/src") / "form"
    files = sorted(path for path in folder.iterdir() if path.suffix in _TYPES)
    return MappingProxyType({path.name: _named(path.stem, path.suffix, path.read_bytes()) for path in files})


def _named(stem: str, suffix: str, content: bytes) -> Asset:
    digest = hashlib.sha256(content).hexdigest()[:16]
    return Asset(name=f"{stem}.{digest}{suffix}", type=_TYPES[suffix], content=content)
