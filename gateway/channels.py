"""What a channel is: one folder under `bots/` that fulfils this, found by itself, off until it has a token.

`receive` and `draw` are pure: they know a platform's words, and nobody else does. `Client` makes the calls.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeAlias, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from gateway.dialog.events import Edited, Odd, Pressed, SharedContact
from gateway.domain.connection import Connection
from gateway.domain.conversation import Outcome, Part, Stamp
from gateway.domain.message import Button, Message, SentFile
from gateway.domain.page_link import LinkCode
from gateway.domain.place import Point
from gateway.ports import Blobs, Clock

Json: TypeAlias = Any
"""Parsed JSON of a platform, of whatever shape."""

OwnOptions: TypeAlias = Any
"""An instance of the channel's own `options`."""


FILE_BYTES = 20 * 1024 * 1024
"""More than a telephone's photo; Telegram gives no larger file (https://core.telegram.org/bots/api#getfile)."""


class ChannelOptions(BaseModel):
    """A channel's section of the settings; a channel adds its own. `token` switches it on."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    of_page: ClassVar[frozenset[str]] = frozenset({"token", "secret", "hook_key", "agency", "override_41fz"})
    """Settings that belong to one page; the others hold for every page of the channel."""

    token: SecretStr | None = Field(None, description="key of the page's bot; unset: the channel is off")
    agency: str | None = Field(None, description="whose page it is; unset: the only agency there is")
    hook_key: SecretStr | None = Field(
        None, description="last part of the webhook's address, where the platform knows no other secret"
    )
    api_base: str = Field(description="address of the platform's API")
    timeout_seconds: float = Field(15.0, gt=0, description="how long to wait for an answer of the platform")
    override_41fz: str | None = Field(
        None,
        description="reason why a public body may use this foreign messenger all the same; unset: it may not (41-ФЗ)",
    )
    polling: bool = Field(False, description="ask the platform for messages instead of being called by it")
    per_second: float = Field(20.0, gt=0, description="calls a second to the platform for one page")
    per_peer_seconds: float = Field(0.0, ge=0, description="shortest time between two messages to one resident")

    @model_validator(mode="before")
    @classmethod
    def _blank_is_unset(cls, given: Any) -> Any:  # noqa: ANN401
        """Take blanks for nothing, as deployments leave them: an empty secret would be known to everybody."""
        if not isinstance(given, dict):
            return given
        return {name: value for name, value in given.items() if not (isinstance(value, str) and not value.strip())}


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a channel can carry; the middle decides by it, never by the channel's name."""

    text_characters: int
    takes_location: bool = True
    """Whether a button can ask for the place."""
    takes_contact: bool = True
    """Whether a button can ask for the phone number."""
    tells_edits: bool = True
    """Whether edits of residents' messages are told."""
    repeats_safely: bool = False
    """Whether the platform shows a message once, however often it is sent with the same key."""
    is_foreign: bool = False
    """Whether it is a foreign messenger, in which public bodies may not write to citizens (41-ФЗ of 01.04.2025)."""
    file_bytes: int = FILE_BYTES
    """Largest file of a resident that can be fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A request to the page's webhook; `payload` is its JSON, `headers` have lower-case names."""

    payload: Json
    headers: Mapping[str, str]
    caller: IPv4Address | IPv6Address | None


@dataclass(frozen=True, slots=True)
class Take:
    """The request is the platform's: store it."""

    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Answer:
    """Nothing to store; answer this at once (a confirmation)."""

    text: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """Not the platform, or not for this page. `status` is for the log; strangers are all answered the same."""

    status: int


@dataclass(frozen=True, slots=True)
class AskClient:
    """Nothing to store; what to answer at once, the client knows (it `Confirms`)."""


Admission = Take | Answer | Refuse | AskClient


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRef:
    """A file of a resident that is still with the platform; `ref` is the channel's own way to it."""

    ref: str
    name: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrote:
    """A message of a resident, with all that was in it. `data` is that of a button which sends itself as a text.

    `is_cut` says that the platform delivered only a part of it: the client `Completes` the payload, which is then
    received again.
    """

    text: str = ""
    files: tuple[FileRef, ...] = ()
    place: Point | None = None
    contact: SharedContact | None = None
    odd: Odd | None = None
    message: str | None = None
    data: str | None = None
    is_cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The dialog was opened, perhaps by a link."""

    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """The resident has blocked the page or forbidden it to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorWrote:
    """A person of the agency wrote into the dialog by hand."""


Occurrence = Wrote | Pressed | Edited | Started | Left | OperatorWrote


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A delivery, understood. `press` is what answering the pressed button needs."""

    peer: str
    what: Occurrence
    press: str | None = None
    profile_name: str | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What is to be said to a peer in one go: an answer to a `press` where there was one, with its `toast`."""

    messages: tuple[Message, ...] = ()
    press: str | None = None
    toast: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """A drawn part as a chat would show it; `is_toast` for a short notice that goes away."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
    files: tuple[SentFile, ...] = ()
    is_toast: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of a page's examination, in words at `channel.CODE`; a channel's own codes begin with its name."""

    code: str
    is_fault: bool
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the platform tells of the page that a token opens."""

    name: str
    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """Deliveries that were asked for, and where to go on."""

    payloads: tuple[Json, ...]
    next: str


class Client(Protocol):
    """The calls to one page's platform. Raises only what stands in `gateway.errors`; never shows a token."""

    async def send(self, peer: str, part: Part, *, key: int) -> Outcome:
        """Send a part; `key` is the same for every try of it. Raises nothing."""
        ...

    async def fetch(self, file: FileRef, sink: Path) -> None:
        """Write a resident's file into `sink`; raises TooLarge, UnknownFile (gone for good) or Unavailable."""
        ...

    async def look(self) -> Page:
        """Return whose page the token opens; raises ChannelRefused for a wrong token, Unavailable."""
        ...

    async def connect(self, hook: str) -> Sequence[Finding]:
        """Have events delivered to that address, all that are needed and no others of ours; tell what is missing."""
        ...

    async def examine(self, hook: str) -> Sequence[Finding]:
        """Tell how the page lives, changing nothing."""
        ...

    async def watch(self, hook: str) -> None:
        """Do what the platform wants done every so often: keep the token alive, subscribe again if it forgot us."""
        ...

    async def disconnect(self, hook: str) -> None:
        """Stop deliveries to that address."""
        ...

    async def poll(self, since: str) -> Polled:
        """Wait for deliveries after `since` (empty at first) and return them; raises Unavailable."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@runtime_checkable
class Completes(Protocol):
    """A client whose platform cuts what is long, and gives the rest when it is asked for it."""

    async def complete(self, payload: Json) -> Json:
        """Return the payload with all that the message holds; raises Unavailable."""
        ...


@runtime_checkable
class Confirms(Protocol):
    """A client whose platform asks for a word before it delivers anything."""

    async def confirm(self) -> str:
        """Return that word; raises Unavailable, ChannelRefused."""
        ...


@runtime_checkable
class OpensDialogs(Protocol):
    """A channel whose dialogs have addresses, for people of the agency who are signed in there."""

    def dialog(self, connection: Connection, peer: str) -> str | None:
        """Return the address at which the agency's people read and answer a resident."""
        ...


class Channel(Protocol):
    """One messenger."""

    name: str
    """As in settings, addresses and texts: telegram, vk, ok, max."""
    options: type[ChannelOptions]
    capabilities: Capabilities
    acknowledgement: str
    """The body of the answer to a delivery that was stored."""

    def admit(self, connection: Connection, options: OwnOptions, hook: Hook) -> Admission:
        """Tell whether a request is the platform's and meant for this page, and what it is."""
        ...

    def stamp(self, payload: Json) -> Stamp:
        """Tell which event a payload is; whatever its shape, a repeat gets the same stamp."""
        ...

    def receive(self, payload: Json) -> Incoming | None:
        """Understand a payload; None for what is not for us. Raises NotUnderstood for what should have been."""
        ...

    def draw(self, speech: Speech, *, now: datetime) -> Sequence[Part]:
        """Draw what is said within the platform's limits, in order."""
        ...

    def show(self, part: Part) -> Bubble | None:
        """Return how a drawn part looks in the chat; None for what nobody sees."""
        ...

    def link(self, connection: Connection, code: LinkCode | None) -> str | None:
        """Return the address that opens this dialog, with a code where the platform carries one."""
        ...

    async def open(self, connection: Connection, options: OwnOptions, blobs: Blobs, clock: Clock) -> Client:
        """Return a client; what takes long to import is imported now, away from the loop."""
        ...


@runtime_checkable
class SeesPeople(Protocol):
    """A client whose platform delivers nothing of what a person writes as the page, but shows it to whoever asks."""

    async def person_spoke(self, peer: str, since: datetime) -> bool:
        """Tell whether a person wrote there as the page after `since`.

        Counts what this client has not sent itself, from when it was opened on. Raises Unavailable, ChannelRefused.
        """
        ...
