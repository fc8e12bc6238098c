"""What the HTTP edge is given: the product's verbs, and how strict to be."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network

from aiohttp import web

from gateway.actions.accept_appeal import AcceptAppeal
from gateway.actions.accept_several import AcceptSeveral
from gateway.actions.attach import Attach
from gateway.actions.connected_pages import ConnectedPages
from gateway.actions.follow_appeal import FollowAppeal
from gateway.actions.look_around import LookAround
from gateway.actions.rate_answer import RateAnswer
from gateway.actions.read_text import ReadText
from gateway.actions.reply_to_question import ReplyToQuestion
from gateway.actions.send_numbers_again import SendNumbersAgain
from gateway.actions.switch_letters import SwitchLetters
from gateway.actions.take_case_file import TakeCaseFile
from gateway.actions.take_delivery import TakeDelivery
from gateway.actions.withdraw_consent import WithdrawConsent
from gateway.form.limits import FormLimits
from gateway.ports import Agencies, Attachments, Blobs, Clock, Core, Places, Topics
from gateway.texts import Texts
from gateway.web.map_tiles import MapTiles


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeLimits:
    """`per_address` and `per_agency` are submissions a minute, 0 for no limit; sizes in bytes, times in seconds."""

    per_address: int = 30
    per_agency: int = 600
    json_bytes: int = 256 * 1024
    upload_seconds: float = 300.0
    idle_seconds: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One gateway's way into the core store behind this process: the Bearer `token` that opens it, and its own view."""

    token: str = field(repr=False)
    core: Core


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Everything a handler may use.

    `doors` holds one door for each gateway that forwards to us, by its name.
    `wake` tells the worker in this process that there is something to carry. `checks` raise Unavailable when a part
    does not answer. `public_url` has no trailing slash; None means that the request says under which address it came.
    `map` is None where residents get none; so is `switch_letters` where no letters are sent.
    """

    agencies: Agencies
    accept_appeal: AcceptAppeal
    accept_several: AcceptSeveral
    attach: Attach
    follow_appeal: FollowAppeal
    rate_answer: RateAnswer
    reply_to_question: ReplyToQuestion
    withdraw_consent: WithdrawConsent
    send_numbers_again: SendNumbersAgain | None
    switch_letters: SwitchLetters | None
    read_text: ReadText
    look_around: LookAround
    places: Places
    attachments: Attachments
    blobs: Blobs
    topics: Topics
    texts: Texts
    form_limits: FormLimits
    limits: EdgeLimits
    clock: Clock
    public_url: str | None
    trusted_proxies: Sequence[IPv4Network | IPv6Network]
    doors: Mapping[str, Door]
    take_case_file: TakeCaseFile | None
    checks: Mapping[str, Callable[[], Awaitable[None]]]
    wake: Callable[[], None]
    pages: ConnectedPages
    take_delivery: TakeDelivery
    demo: bool = False
    map: MapTiles | None = None


EDGE = web.AppKey("edge", Edge)
