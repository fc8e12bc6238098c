"""The scripts that agencies' pages load: revalidated under `/widget.js` and `/legacy.js`, immutable by version."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from aiohttp import web

from gateway import __version__
from gateway.domain.snippets import Launcher
from gateway.errors import NotFound
from gateway.web.ready import FOREVER, MINUTES, ReadyFile, read_file
from gateway.web.shipped import find_shipped

_FOR_ALL_PAGES = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Launchers:
    """The launcher of this version as it is revalidated, and all that was ever published, by version."""

    current: ReadyFile
    versions: Mapping[str, ReadyFile]
    legacy: ReadyFile


LAUNCHERS = web.AppKey("launchers", Launchers)


def load_launchers() -> Launchers:
    """Read what the build made; raises FileNotFoundError."""
    folder = _folder()
    return Launchers(
        current=_read(folder / "widget.js", cache=MINUTES),
        versions={version: _read(folder / f"{version}.js", cache=FOREVER) for version in _integrities()},
        legacy=_read(folder / "legacy.js", cache=MINUTES),
    )


def launcher_at(base: str) -> Launcher:
    """Return the launcher of this version as pages find it at that address of the gateway; raises FileNotFoundError."""
    return Launcher(base=base, version=__version__, integrity=_integrities().get(__version__))


async def show_launcher(request: web.Request) -> web.StreamResponse:
    """GET /widget.js: the launcher of this version, whichever that is."""
    return request.app[LAUNCHERS].current.answer(request)


async def show_launcher_version(request: web.Request) -> web.StreamResponse:
    """GET /widget/{version}.js: the launcher of that version, for pages that pin its hash; raises NotFound."""
    script = request.app[LAUNCHERS].versions.get(request.match_info["version"])
    if script is None:
        raise NotFound
    return script.answer(request)


async def show_legacy(request: web.Request) -> web.StreamResponse:
    """GET /legacy.js: what understands the state platform's own snippet."""
    return request.app[LAUNCHERS].legacy.answer(request)


def _folder() -> Path:
    return find_shipped("_widget", in_checkout="widget/built") / "launcher"


@cache
def _integrities() -> Mapping[str, str]:
    """Return the content of each version that was ever published, as the build wrote it down."""
    return MappingProxyType(json.loads((_folder() / "versions.json").read_text(encoding="utf-8")))


def _read(path: Path, *, cache: str) -> ReadyFile:
    return read_file(path, {**_FOR_ALL_PAGES, "Cache-Control": cache})
