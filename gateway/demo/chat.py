"""`GET /chat` of the demo: dialogs as messengers show them, held in the browser, with JavaScript and without.

Nothing outside the demo has these addresses. Whose chat it is stands in the address, so no cookie is needed.
"""

import asyncio
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from urllib.parse import quote

from aiohttp import web

from gateway.app import Gateway
from gateway.channels import Bubble
from gateway.demo.chat_page import chat_page
from gateway.demo.feed import Deed, OwnFile
from gateway.demo.rehearsal import MADE_UP_PHONE, Rehearsal, Rehearsals
from gateway.domain.agency import Agency
from gateway.domain.attachment import HEAD_BYTES, FileType, sniff
from gateway.errors import NotFound, NotUnderstood, UnknownFile
from gateway.web.html import KEPT_BY_THE_BROWSER, page_response, see_other
from gateway.web.uploads import Received, UploadedFile, receive_form
from gateway.web.visit import DEMO_CHAT, Visit, open_visit

CHANNELS = ("telegram", "vk", "ok", "max")

_PEER = re.compile(r"[a-z0-9]{8,32}\Z")
_PARTS = {"chat.css": "text/css", "chat.js": "text/javascript"}
_MOST_FILES = 10
_ANSWER_SECONDS = 4.0
_NEWS_SECONDS = 2.0  # no longer, as a server that is told to stop waits for whoever is waiting
_QUIET_SECONDS = 0.15  # what is said in several bubbles comes at once
_LOOK_SECONDS = 0.05
# The place is asked for here as on the form.
_POLICY = "camera=(self), microphone=(), payment=(), usb=(), geolocation=(self)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chats:
    """What the handlers use: rehearsals of one agency, in each channel."""

    gateway: Gateway
    rehearsals: Rehearsals
    agency: Agency

    def of(self, request: web.Request, lang: str) -> Rehearsal:
        """Return the chat of an address; raises NotFound."""
        channel, peer = request.match_info["channel"], request.match_info["peer"]
        if channel not in CHANNELS or channel not in self.gateway.pages.channels or not _PEER.match(peer):
            raise NotFound
        page = self.rehearsals.begin(channel, self.agency.key)
        return Rehearsal(gateway=self.gateway, page=page, feeds=self.rehearsals.feeds, peer=peer, lang=lang)


Handler = Callable[[Chats, web.Request], Awaitable[web.StreamResponse]]


def open_chat(chats: Chats) -> None:
    """Give the demo its chat; before it begins to serve."""

    def to(handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        return partial(handler, chats)

    chats.gateway.web[DEMO_CHAT] = "/chat"
    chats.gateway.web.add_routes(
        [
            web.get("/chat", to(_begin)),
            web.get("/chat/parts/{name}", to(_show_part)),
            web.get("/chat/{channel}/{peer}", to(_show)),
            web.post("/chat/{channel}/{peer}", to(_take)),
            web.get("/chat/{channel}/{peer}/files/{key}", to(_show_file)),
            web.get("/chat/{channel}/{peer}/own/{ref}", to(_show_own)),
        ]
    )


async def _begin(chats: Chats, request: web.Request) -> web.Response:
    """GET /chat: a new chat; with `?code` it begins as a link does that carries one."""
    visit = open_visit(request, chats.agency)
    channel = request.query.get("channel", CHANNELS[0])
    code = {"code": request.query["code"]} if "code" in request.query else {}
    return see_other(visit.href(f"/chat/{channel if channel in CHANNELS else CHANNELS[0]}/{_new_peer()}", **code))


async def _show(chats: Chats, request: web.Request) -> web.Response:
    """GET /chat/{channel}/{peer}: the chat; with `?after` as soon as it has more lines, or after a while."""
    visit = open_visit(request, chats.agency)
    rehearsal = chats.of(request, visit.lang)
    after = request.query.get("after", "")
    if after.isdecimal() and len(after) < 7:
        await _wait_for_more(rehearsal, int(after), _NEWS_SECONDS)
    return _page(visit, rehearsal, code=request.query.get("code", ""))


async def _take(chats: Chats, request: web.Request) -> web.Response:
    """POST /chat/{channel}/{peer}: what the resident writes, sends or presses; answers with the chat after it."""
    form_limits = chats.gateway.edge.form_limits
    most = max(form_limits.file_bytes, 1)
    async with receive_form(request, most_files=_MOST_FILES, most_bytes=most, skip_refused=True) as received:
        visit = open_visit(request, chats.agency).speaking(received.fields.get("lang"))
        rehearsal = chats.of(request, visit.lang)
        deed = await _deed(chats, rehearsal, received, most)
    if deed is not None:
        before = len(rehearsal.seen()) + 1
        await rehearsal.do(deed)
        await _wait_for_more(rehearsal, before, _ANSWER_SECONDS)
    return see_other(visit.href(request.path) + "#write")


async def _deed(chats: Chats, rehearsal: Rehearsal, received: Received, most: int) -> Deed | None:
    fields = received.fields
    if "starts" in fields:
        return Deed(starts=True, code=fields.get("code") or None)
    if data := fields.get("data"):
        return Deed(pressed=_label(rehearsal, data), data=data)
    if "place" in fields:
        return Deed(place=_place(chats, fields.get("lat", ""), fields.get("lon", "")))
    if "contact" in fields:
        return Deed(phone=MADE_UP_PHONE)
    kept = [await asyncio.to_thread(_keep, rehearsal, file) for file in received.files]
    too_large = [OwnFile(ref="none", name=file.name, size=most + 1) for file in received.refused]
    text = fields.get("text", "").strip()
    return Deed(text=text, files=(*kept, *too_large)) if text or kept or too_large else None


def _keep(rehearsal: Rehearsal, file: UploadedFile) -> OwnFile:
    return rehearsal.feeds.keep(file.path.read_bytes(), file.name)


def _label(rehearsal: Rehearsal, data: str) -> str:
    """Return what stands on the button that carries this, on the newest one."""
    bubbles = [line for line in rehearsal.seen() if isinstance(line, Bubble)]
    labels = [button.label for bubble in bubbles for row in bubble.rows for button in row if button.data == data]
    return labels[-1] if labels else data


def _place(chats: Chats, lat: str, lon: str) -> tuple[float, float]:
    """Return where the browser says it is, or the middle of the map where it does not."""
    middle = chats.gateway.settings.map
    try:
        there = float(lat), float(lon)
    except ValueError:
        return middle.lat, middle.lon
    return there if -90 <= there[0] <= 90 and -180 <= there[1] <= 180 else (middle.lat, middle.lon)


async def _wait_for_more(rehearsal: Rehearsal, count: int, seconds: float) -> None:
    """Return when the chat has more than `count` lines and nothing more comes, or when the time is up."""
    deadline = time.monotonic() + seconds
    before = 0
    while time.monotonic() < deadline:
        now = len(rehearsal.seen())
        if now > count and now == before:
            return
        before = now
        await asyncio.sleep(_QUIET_SECONDS if now > count else _LOOK_SECONDS)


def _page(visit: Visit, rehearsal: Rehearsal, *, code: str) -> web.Response:
    tabs = [(name, f"/chat/{name}/{rehearsal.peer}") for name in CHANNELS if name in rehearsal.gateway.pages.channels]
    response = page_response(
        chat_page(visit, rehearsal, tabs=tabs, new=f"/chat?channel={rehearsal.page.channel.name}", code=code),
        agency=visit.agency,
        cache=KEPT_BY_THE_BROWSER,
    )
    response.headers["Permissions-Policy"] = _POLICY
    return response


async def _show_part(_: Chats, request: web.Request) -> web.Response:
    """GET /chat/parts/{name}: the chat's own style sheet and script."""
    name = request.match_info["name"]
    if name not in _PARTS:
        raise NotFound
    body = files("gateway.data").joinpath("demo_chat", name).read_bytes()
    return web.Response(body=body, content_type=_PARTS[name], charset="utf-8", headers={"Cache-Control": "no-cache"})


async def _show_file(chats: Chats, request: web.Request) -> web.StreamResponse:
    """GET /chat/{channel}/{peer}/files/{key}: a file that the page sent into this chat."""
    rehearsal, key = chats.of(request, "ru"), request.match_info["key"]
    sent = [file for line in rehearsal.seen() if isinstance(line, Bubble) for file in line.files if file.key == key]
    if not sent:
        raise UnknownFile
    response = web.StreamResponse(headers=_file_headers(sent[0].type, sent[0].name))
    chunks = chats.gateway.edge.blobs.read(key)
    first = await anext(chunks, b"")
    await response.prepare(request)
    await response.write(first)
    async for chunk in chunks:
        await response.write(chunk)
    await response.write_eof()
    return response


async def _show_own(chats: Chats, request: web.Request) -> web.Response:
    """GET /chat/{channel}/{peer}/own/{ref}: a picture that the resident sent into this chat."""
    rehearsal, ref = chats.of(request, "ru"), request.match_info["ref"]
    own = next((file for file in _own_files(rehearsal) if file.ref == ref), None)
    path = rehearsal.feeds.path_of(ref)
    if own is None or not path.is_file():
        raise UnknownFile
    body = await asyncio.to_thread(path.read_bytes)
    kind = sniff(body[:HEAD_BYTES])
    if kind is None:
        raise NotUnderstood
    return web.Response(body=body, headers=_file_headers(kind, own.name))


def _own_files(rehearsal: Rehearsal) -> Iterator[OwnFile]:
    return (file for line in rehearsal.seen() if isinstance(line, Deed) for file in line.files)


def _file_headers(kind: FileType, name: str) -> dict[str, str]:
    """A picture is shown, anything else is only saved; nothing in it may run."""
    shown = "inline" if kind.is_image else "attachment"
    return {
        "Content-Type": kind.value,
        "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }


def _new_peer() -> str:
    return secrets.token_hex(8)
