"""A resident's conversation with a page: what waits to be read in it, what waits to be said."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from gateway.domain.agency import AgencyKey
from gateway.domain.connection import Address, ConnectionId

ConversationId = NewType("ConversationId", str)
"""Drawn once for a conversation; the tickets of its appeals begin with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What can be told of a delivery before it is understood.

    `key` names the event within its connection: a repeat has the same one. `peer` is the chat it belongs to, None
    where it belongs to nobody's. `order` sorts the events of one peer. Events that share a `together` are one thing
    said in pieces (an album, a forwarded burst): they are waited for and read as one.
    """

    key: str
    peer: str | None = None
    order: int = 0
    together: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEvent:
    """A delivery as it came: `payload` is the JSON text."""

    connection: ConnectionId
    stamp: Stamp
    payload: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """A delivery that waits in the inbox; `attempts` counts the tries to read it that failed."""

    id: int
    stamp: Stamp
    payload: str
    received_at: datetime
    attempts: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Where a conversation stands. `draft` is what the dialog wrote down, empty at the beginning.

    Until `silent_until` the bot says nothing, because a person of the agency is speaking. `wants_person_since` is set
    while the resident waits for one. `unreachable_since` is set while the platform refuses what we send. The draft,
    under way or put aside, began to rest at `draft_touched_at` and was reminded of at `reminded_at`.
    """

    id: ConversationId
    address: Address
    version: int
    draft: str = ""
    lang: str = "ru"
    silent_until: datetime | None = None
    wants_person_since: datetime | None = None
    unreachable_since: datetime | None = None
    draft_touched_at: datetime | None = None
    reminded_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One call's worth of something said, drawn for its channel: `body` is the channel's own JSON.

    `once` is Message's. An answer to a pressed button is worth nothing after `expires_at`; nothing waits for it, and
    it is never repeated.
    """

    body: str
    once: bool = False
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedPart:
    """A part that waits to be sent; `id` is its place in the queue, and never another part's.

    `attempts` counts the tries that nobody knows the end of, `failures` those that certainly came to nothing.
    """

    id: int
    part: Part
    attempts: int = 0
    failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A conversation after its events were understood: written together, or not at all."""

    before: Conversation
    after: Conversation
    agency: AgencyKey
    read: tuple[int, ...]
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """It arrived, under the platform's name for it if that was told."""

    message: str | None = None


@dataclass(frozen=True, slots=True)
class SendLater:
    """Certainly not sent; to be tried again after so many seconds (None: whenever our own rule says)."""

    reason: str
    seconds: float | None = None
    whole_page: bool = False
    """Whether the platform wants the whole page to wait, not this chat alone."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The resident has blocked the page or never allowed it to write: nothing more goes there until they write."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The platform will never take this part."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """Nobody knows whether it arrived: the connection broke after it was sent."""

    reason: str


Outcome = Sent | SendLater | Unreachable | Refused | Unsure
