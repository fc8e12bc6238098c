"""A messenger without the messenger: dialogs are held on this machine, drawn as the real channel draws them.

Everything between a resident's words and the drawn answer is the real thing: the stored inbox, the dialog, the queue
of what is said, the core store. Only the platform is missing, so no token is needed.
"""

import asyncio
import json
import secrets
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gateway.actions.connected_pages import ConnectedPage, ConnectedPages
from gateway.app import Gateway
from gateway.channels import (
    Admission,
    Bubble,
    Channel,
    ChannelOptions,
    Client,
    FileRef,
    Finding,
    Hook,
    Incoming,
    Json,
    Occurrence,
    OwnOptions,
    Page,
    Polled,
    Refuse,
    Speech,
    Started,
    Wrote,
)
from gateway.demo.feed import Deed, Feeds, deed_of
from gateway.dialog.events import Pressed, SharedContact
from gateway.domain.agency import AgencyKey, is_agency_key
from gateway.domain.connection import Address, Connection, ConnectionId
from gateway.domain.conversation import Outcome, Part, Sent, Stamp
from gateway.domain.page_link import LinkCode
from gateway.domain.place import Point
from gateway.errors import NotUnderstood, UnknownConnection, UnknownFile
from gateway.ports import Blobs, Clock

MADE_UP_PHONE = "+79123456789"
"""What a rehearsed telephone says its number is."""

_NAME = "rehearsal"
_PER_SECOND = 1000.0
# Opaque to the middle, and read by the one platform whose answer to a press names three things (VK).
_PRESS = '["rehearsal", 1, 1]'


@dataclass(frozen=True, slots=True)
class RehearsalClient:
    """Says what is said into the feed of the chat; knows the files of residents."""

    feeds: Feeds
    connection: ConnectionId

    async def send(self, peer: str, part: Part, *, key: int) -> Outcome:
        """Show the part in the chat."""
        self.feeds.add_part(Address(connection=self.connection, peer=peer), part, key=key)
        return Sent()

    async def fetch(self, file: FileRef, sink: Path) -> None:
        """Copy a file that the resident sent; raises UnknownFile."""
        try:
            await asyncio.to_thread(shutil.copyfile, self.feeds.path_of(file.ref), sink)
        except FileNotFoundError:
            raise UnknownFile from None

    async def look(self) -> Page:
        """Return the page's name."""
        return Page(name=self.connection, handle=self.connection)

    async def connect(self, hook: str) -> Sequence[Finding]:  # noqa: ARG002
        """There is no platform that would deliver anything."""
        return ()

    async def examine(self, hook: str) -> Sequence[Finding]:  # noqa: ARG002
        """Nothing can be wrong."""
        return ()

    async def watch(self, hook: str) -> None:
        """Nothing wants looking after."""

    async def disconnect(self, hook: str) -> None:
        """There is nothing to stop."""

    async def poll(self, since: str) -> Polled:
        """Nothing can be asked for."""
        return Polled(payloads=(), next=since)

    async def close(self) -> None:
        """There is nothing to let go of."""


class RehearsalChannel:
    """A channel whose capabilities and drawings are those of a `real` one, and whose chats are `feeds`."""

    options: type[ChannelOptions] = ChannelOptions
    acknowledgement = ""

    def __init__(self, real: Channel, feeds: Feeds) -> None:
        self.real, self.feeds = real, feeds
        self.name, self.capabilities = real.name, real.capabilities

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RehearsalChannel) and (self.real, self.feeds) == (other.real, other.feeds)

    def __hash__(self) -> int:
        return hash((self.name, self.feeds))

    def admit(self, connection: Connection, options: OwnOptions, hook: Hook) -> Admission:  # noqa: ARG002
        """Refuse: nothing comes from outside."""
        return Refuse(403)

    def stamp(self, payload: Json) -> Stamp:
        """Tell which deed a payload is."""
        return Stamp(key=payload["key"], peer=payload["peer"], order=payload["order"])

    def receive(self, payload: Json) -> Incoming:
        """Understand a payload; raises NotUnderstood for what is none of ours."""
        try:
            deed = deed_of(payload["deed"])
            press = _PRESS if deed.data is not None else None
            return Incoming(peer=payload["peer"], what=_occurrence(deed), press=press, lang=payload["lang"])
        except (KeyError, TypeError, ValueError) as error:
            raise NotUnderstood from error

    def draw(self, speech: Speech, *, now: datetime) -> Sequence[Part]:
        """Draw as the real channel does."""
        return self.real.draw(speech, now=now)

    def show(self, part: Part) -> Bubble | None:
        """Show what the real channel has drawn."""
        return self.real.show(part)

    def link(self, connection: Connection, code: LinkCode | None) -> str | None:  # noqa: ARG002
        """No address leads to a rehearsal."""
        return None

    async def open(self, connection: Connection, options: OwnOptions, blobs: Blobs, clock: Clock) -> Client:  # noqa: ARG002
        """Return what shows parts in chats."""
        return RehearsalClient(self.feeds, connection.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A resident's chat with such a page, from the resident's side; `lang` is that of their telephone."""

    gateway: Gateway
    page: ConnectedPage
    feeds: Feeds
    peer: str
    lang: str

    @property
    def chat(self) -> Address:
        """The chat's address."""
        return Address(connection=self.page.connection.id, peer=self.peer)

    async def do(self, deed: Deed) -> None:
        """Do something in the chat: it is shown there, and stored as a platform's delivery would be."""
        self.feeds.add_deed(self.chat, deed)
        key, order = secrets.token_hex(12), int(self.gateway.edge.clock().timestamp() * 1_000_000)
        payload = {"key": key, "peer": self.peer, "order": order, "lang": self.lang, "deed": deed.as_json()}
        stamp = self.page.channel.stamp(payload)
        await self.gateway.edge.take_delivery(self.page.connection.id, stamp, json.dumps(payload))

    def seen(self) -> Sequence[Deed | Bubble]:
        """Return the chat as it looks, oldest first."""
        shown = (
            line if isinstance(line, Deed) else self.page.channel.show(line) for line in self.feeds.lines(self.chat)
        )
        return tuple(line for line in shown if line is not None)


@dataclass(frozen=True, slots=True)
class Rehearsals:
    """The rehearsed pages of a data folder, of whichever process; another process sees them too."""

    pages: ConnectedPages
    feeds: Feeds

    def __call__(self) -> Iterator[ConnectedPage]:
        """Give every page that somebody has begun a rehearsal with."""
        for name in self.feeds.connections():
            _, _, channel_and_agency = name.partition("-")
            channel, _, agency = channel_and_agency.partition("-")
            if channel in self.pages.channels and is_agency_key(agency):
                yield self._page(channel, AgencyKey(agency))

    def begin(self, channel: str, agency: AgencyKey) -> ConnectedPage:
        """Return an agency's page in a channel; raises UnknownConnection for a channel that is not here."""
        if channel not in self.pages.channels:
            raise UnknownConnection
        page = self._page(channel, agency)
        if self.feeds.begin(page.connection.id):
            self.pages.forget()
        return page

    def _page(self, channel: str, agency: AgencyKey) -> ConnectedPage:
        real = self.pages.channels[channel]
        connection = Connection(id=ConnectionId(f"{_NAME}-{channel}-{agency}"), channel=channel, agency=agency)
        options = ChannelOptions(api_base="none", per_second=_PER_SECOND)
        return ConnectedPage(connection, RehearsalChannel(real, self.feeds), options)


def rehearsals_of(gateway: Gateway) -> Rehearsals:
    """Return the rehearsals of the gateway's data folder, connected to it for as long as this process lives."""
    feeds = Feeds(gateway.settings.data_dir.absolute() / "rehearsals")
    rehearsals = Rehearsals(gateway.pages, feeds)
    gateway.pages.add_source(rehearsals)
    return rehearsals


def _occurrence(deed: Deed) -> Occurrence:
    if deed.starts:
        return Started(code=deed.code)
    if deed.data is not None:
        return Pressed(data=deed.data)
    return Wrote(
        text=deed.text,
        files=tuple(FileRef(ref=file.ref, name=file.name, size=file.size) for file in deed.files),
        place=None if deed.place is None else Point(lat=deed.place[0], lon=deed.place[1]),
        contact=None if deed.phone is None else SharedContact(phone=deed.phone, is_own=True),
    )
