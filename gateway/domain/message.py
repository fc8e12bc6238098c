"""What is said to a resident in a chat, before any channel draws it."""

from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.attachment import FileType


class ButtonKind(StrEnum):
    """What pressing does: choose, send where one is, send one's own phone number, open an address."""

    CHOICE = "choice"
    LOCATION = "location"
    CONTACT = "contact"
    LINK = "link"


class Tone(StrEnum):
    """How a button looks where a channel has colours."""

    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"


MOST_BUTTONS = 10
"""Choices of one message, in all (VK's inline keyboard; a location button leaves room for 5 of them beside it)."""
MOST_ROWS = 6
"""Rows of buttons (VK); LOCATION and CONTACT buttons stand in a row of their own."""
MOST_IN_ROW = 5
"""Buttons in a row (VK); three where labels are longer than a word or two."""
LABEL_CHARACTERS = 40
"""Longest label (VK)."""
DATA_BYTES = 64
"""Longest data of a button, in UTF-8 (Telegram)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button under a message. `data` comes back when it is pressed (at most DATA_BYTES); `url` is a LINK's."""

    label: str
    data: str = ""
    kind: ButtonKind = ButtonKind.CHOICE
    tone: Tone = Tone.PLAIN
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file that goes out with a message; `key` is its name in the store of bytes."""

    key: str
    name: str
    type: FileType
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing said: a plain text of any length, buttons within the limits above, files.

    `once` says that a second copy would mislead («your appeal is sent»): when nobody knows whether it arrived, it is
    not sent again.
    """

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
    files: tuple[SentFile, ...] = ()
    once: bool = False
