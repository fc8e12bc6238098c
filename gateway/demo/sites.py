"""Made-up agencies' sites that carry the form in every way: each an origin of its own, on a port of this machine."""

import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from ipaddress import ip_address

from aiohttp import web
from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from gateway.adapters.handout import picture_files, without_script
from gateway.app import Gateway
from gateway.domain.agency import AgencyKey
from gateway.domain.snippets import Mode, Snippets
from gateway.texts import DEFAULT_LANGUAGE, Say
from gateway.web.widget import launcher_at

_KEY = AgencyKey("demo")
_SITES = files("gateway.data").joinpath("demo_sites")
_TYPES = {"css": "text/css", "png": "image/png", "svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of site: `name` is its folder; its pages are in `charset` and held to `policy`, if it has one."""

    name: str
    charset: str = "utf-8"
    policy: str | None = None


KINDS = (
    Kind(name="city"),
    Kind(name="old", charset="windows-1251"),
    Kind(
        name="ministry",
        policy="default-src 'self'; script-src 'self' {host}; frame-src {host}; img-src 'self' data:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    Kind(name="school", policy="default-src 'self'; script-src 'none'; img-src 'self' data:"),
)


@asynccontextmanager
async def open_sites(gateway: Gateway) -> AsyncIterator[Mapping[str, str]]:
    """Serve every kind of site meanwhile and give their addresses; none if others could reach this machine."""
    settings = gateway.settings
    snippets = Snippets(launcher=launcher_at(settings.address), key=_KEY)
    say = gateway.texts.speaker(DEFAULT_LANGUAGE)
    addresses: dict[str, str] = {}
    async with AsyncExitStack() as stack:
        for number, kind in enumerate(KINDS if _is_loopback(settings.host) else (), 1):
            runner = web.AppRunner(_site(kind, snippets, say), access_log=None, shutdown_timeout=1)
            stack.push_async_callback(runner.cleanup)
            await runner.setup()
            listening = _listen(settings.host, settings.port + number)
            await web.SockSite(runner, listening).start()
            addresses[kind.name] = f"http://{settings.host}:{listening.getsockname()[1]}/"
        yield addresses


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listen(host: str, port: int) -> socket.socket:
    """Listen on that port, or on a free one where it is taken."""
    for wanted in (port, 0):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            return socket.create_server((host, wanted), family=family)
        except (OSError, OverflowError):
            if wanted == 0:
                raise
    raise AssertionError


def _site(kind: Kind, snippets: Snippets, say: Say) -> web.Application:
    policy = None if kind.policy is None else kind.policy.format(host=snippets.host)
    headers = {"Cache-Control": "no-store"} | ({} if policy is None else {"Content-Security-Policy": policy})
    app = web.Application()
    app.router.add_get("/", partial(_show, _page(kind, snippets, policy, say), kind.charset, headers))
    app.router.add_get("/{name}", partial(_show_part, _parts(kind, snippets), headers))
    return app


async def _show(page: bytes, charset: str, headers: Mapping[str, str], _: web.Request) -> web.Response:
    return web.Response(body=page, content_type="text/html", charset=charset, headers=headers)


async def _show_part(parts: Mapping[str, bytes], headers: Mapping[str, str], request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if name not in parts:
        raise web.HTTPNotFound
    return web.Response(body=parts[name], content_type=_TYPES[name.rpartition(".")[2]], headers=headers)


def _parts(kind: Kind, snippets: Snippets) -> Mapping[str, bytes]:
    style = _SITES.joinpath(kind.name, "style.css").read_bytes()
    return {"style.css": style, **picture_files(snippets)}


def _page(kind: Kind, snippets: Snippets, policy: str | None, say: Say) -> bytes:
    drawn = _environment().get_template(f"{kind.name}/page.html")
    text = drawn.render(
        start=f"{snippets.host}/",
        policy=policy,
        script=lambda mode: Markup(snippets.script_in(Mode(mode))),  # noqa: S704  made by us, and escaped there
        element=lambda mode: Markup(snippets.element_in(Mode(mode), say("widget.link"))),  # noqa: S704
        loader=Markup(snippets.loader),  # noqa: S704
        without_script=Markup(without_script(snippets, DEFAULT_LANGUAGE, say)),  # noqa: S704
    )
    return text.encode(kind.charset, "xmlcharrefreplace")


def _environment() -> Environment:
    return Environment(loader=FunctionLoader(_source), autoescape=True, undefined=StrictUndefined)


def _source(name: str) -> str:
    return _SITES.joinpath(*name.split("/")).read_text(encoding="utf-8")
