"""Where messengers bring what residents say: whoever calls is checked, the delivery is stored, and that is answered.

Nothing else happens before the answer, so it takes milliseconds whatever the delivery leads to. A repeat is stored
once and answered the same. A stranger learns nothing: not which pages there are, nor what was wrong.
"""

import hashlib
import json
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from aiohttp import web

from gateway.actions.connected_pages import ConnectedPage
from gateway.channels import Admission, Answer, AskClient, Confirms, Hook, Json, Refuse, Take
from gateway.domain.conversation import Stamp
from gateway.errors import TooLarge, UnknownConnection
from gateway.web.caller import client_address
from gateway.web.edge import EDGE
from gateway.web.logs import LOG
from gateway.web.reading import read_body

_LARGEST = 1024 * 1024  # an update of the longest text with ten photos has some 60 KB
_STRANGER = 403
_UNREADABLE_KEPT = 4_000


async def receive(request: web.Request) -> web.Response:
    """POST /hooks/{channel}[/{name}]: store a delivery of that page's platform."""
    edge = request.app[EDGE]
    try:
        page = await edge.pages.at_hook(request.path)
    except UnknownConnection:
        return web.Response(status=_STRANGER)
    try:
        body = await read_body(request, most=_LARGEST)
    except TooLarge:  # no platform's: said as to any stranger
        return web.Response(status=_STRANGER)
    delivery = _read(body)
    admission = _admit(request, page, delivery)
    match admission:
        case Take(stamp):
            await _store(request, page, stamp, delivery)
            return web.Response(text=page.channel.acknowledgement)
        case Answer(text):
            return web.Response(text=text)
        case AskClient():
            return web.Response(text=await _word_of_client(request, page))
        case Refuse(status):
            request.app[LOG].warning("delivery refused", channel=page.channel.name, status=status)
            return web.Response(status=_STRANGER)  # as where there is no page


async def _word_of_client(request: web.Request, page: ConnectedPage) -> str:
    client = await request.app[EDGE].pages.client(page)
    return await client.confirm() if isinstance(client, Confirms) else ""


@dataclass(frozen=True, slots=True)
class _Delivery:
    """A body as JSON and as the text to store; what is no JSON is an empty object, and its beginning is kept."""

    payload: Json
    text: str
    is_readable: bool


def _read(body: bytes) -> _Delivery:
    try:
        text = body.decode("utf-8")
        payload = json.loads(text)
        if isinstance(payload, dict):
            return _Delivery(payload, text, is_readable=True)
        text = json.dumps({"unreadable": text[:_UNREADABLE_KEPT].replace("\x00", "")})
    except (ValueError, RecursionError):
        digest = hashlib.sha256(body).hexdigest()
        text = json.dumps({"unreadable": body[:_UNREADABLE_KEPT].decode("ascii", "replace"), "digest": digest})
    return _Delivery({}, text.replace("\\u0000", ""), is_readable=False)


def _admit(request: web.Request, page: ConnectedPage, delivery: _Delivery) -> Admission:
    hook = Hook(payload=delivery.payload, headers=request.headers, caller=_caller(request))
    return page.channel.admit(page.connection, page.options, hook)


def _caller(request: web.Request) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(client_address(request))
    except ValueError:
        return None


async def _store(request: web.Request, page: ConnectedPage, stamp: Stamp, delivery: _Delivery) -> None:
    if not delivery.is_readable:
        # Its platform would bring it again and again; kept for the operator, it does no harm.
        request.app[LOG].warning("delivery unreadable", channel=page.channel.name)
        stamp = Stamp(key=hashlib.sha256(delivery.text.encode()).hexdigest())
    await request.app[EDGE].take_delivery(page.connection.id, stamp, delivery.text)
