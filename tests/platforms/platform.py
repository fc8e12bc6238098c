"""What tests may do with a fake platform: be its residents, look at their chats, and make it fail."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Fault(StrEnum):
    """What goes wrong with a call of the gateway, as that platform would answer it."""

    TOO_MANY = "too_many"
    """Refused for being too fast, with a time to wait (`seconds`) where the platform tells one."""
    FLOOD = "flood"
    """Refused for doing the same too often (VK's error 9), to be left alone for minutes; elsewhere like TOO_MANY."""
    SERVER_ERROR = "server_error"
    """500, nothing done."""
    LOST_ANSWER = "lost_answer"
    """Done, and then the connection is cut without an answer."""
    SLOW = "slow"
    """Done and answered, but only after `seconds`."""
    BLOCKED = "blocked"
    """The resident has blocked the page: refused for good."""
    NOT_READY = "not_ready"
    """What was uploaded is not processed yet (MAX, Odnoklassniki); elsewhere like SERVER_ERROR."""
    DOWN = "down"
    """The connection is refused or cut before anything is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button as the resident sees it: `row` and its label; `kind` is choice, link, location or contact."""

    label: str
    row: int
    kind: str = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One message of the gateway in a resident's chat. `files` are the bytes of what it carries."""

    id: str
    text: str
    buttons: tuple[Button, ...] = ()
    files: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that the gateway made, as the platform took it: the method's name and its parameters."""

    method: str
    parameters: dict[str, object]


@dataclass(slots=True)
class Broken:
    """A fault that is in force: for calls of `method` (None is all), `times` of them (None is until mended)."""

    fault: Fault
    method: str | None = None
    times: int | None = 1
    seconds: float = 1.0


class Resident(Protocol):
    """A person on that platform who writes to the page. All that they do is delivered to the page's webhook."""

    chat: Sequence[Shown]
    """The messages of the gateway in their chat, oldest first, as they stand now (edits applied)."""
    toasts: Sequence[str]
    """The short notices that pressed buttons brought up."""

    async def start(self, payload: str | None = None) -> None:
        """Open the dialog, by a deep link if there is a payload (where the platform has none: say «Начать»)."""
        ...

    async def say(
        self,
        text: str = "",
        *,
        photos: Sequence[bytes] = (),
        place: tuple[float, float] | None = None,
        times: int = 1,
    ) -> str:
        """Write one message (an album where there are several photos and the platform makes one of them).

        `times` delivers each update that often, all at once. Returns the id of the message.
        """
        ...

    async def edit(self, message: str, text: str) -> None:
        """Change a message that was sent before, where the platform tells the page of it."""
        ...

    async def share_contact(self, phone: str, *, own: bool = True) -> None:
        """Send a contact; where the platform has none, write the number."""
        ...

    async def send_odd(self, kind: str) -> None:
        """Send something else: `voice`, `sticker`, `video`, or `unknown`, a kind that nobody has heard of yet."""
        ...

    async def press(self, label: str, *, times: int = 1, of: Shown | None = None) -> None:
        """Press the button with that label in the newest message that has it (or in `of`), `times` all at once.

        Raises AssertionError, naming the buttons that there are, when none has it.
        """
        ...

    async def block(self) -> None:
        """Block the page, or leave it."""
        ...


class Platform(Protocol):
    """A fake platform on loopback. It refuses, and remembers in `offences`, whatever breaks its published rules."""

    name: str
    """The channel's name: telegram, vk, ok, max."""
    base: str
    """The address to give as the channel's `api_base`."""
    offences: list[str]
    """Calls that broke a rule (unknown method or field, wrong type, too long, too many buttons …), in words."""
    calls: list[Call]
    answers: list[tuple[int, str]]
    """What the webhook answered to each delivery: status and body."""
    broken: list[Broken]
    deliveries: "Deliveries"

    def settings(self) -> dict[str, str]:
        """Return what connects the page: the environment's values under OTKLIK_CHANNELS__NAME__, in small letters."""
        ...

    def resident(self, id: int, name: str) -> Resident:
        """Return the person with that number on the platform, the same one every time."""
        ...

    async def operator_says(self, resident: Resident, text: str) -> None:
        """Let a person of the agency answer in the dialog by hand, where the platform has such a thing."""
        ...

    async def idle(self) -> None:
        """Return when every delivery has been answered."""
        ...


@dataclass(slots=True)
class Deliveries:
    """How updates are brought to the webhook: `twice` repeats each, `shuffled` brings a batch in another order."""

    twice: bool = False
    shuffled: bool = False
    hook: str | None = None
    seed: int = 0
    rewrite: Callable[[dict[str, object]], dict[str, object]] | None = field(default=None)
