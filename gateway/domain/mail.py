"""A letter to a resident."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.domain.attachment import FileType


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that goes with a letter."""

    name: str
    type: FileType
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Words to one address: `text` is plain, `html` the same with more to look at.

    `id` makes the letter known again if it has to be sent twice; `stop_url` is where one click stops such letters
    (RFC 8058), None for letters that were asked for.
    """

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    html: str | None = field(default=None, repr=False)
    enclosures: Sequence[Enclosure] = ()
    id: str | None = None
    stop_url: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileInLetter:
    """A file that a letter names: `size` in words, `href` where it can be fetched, None for one that is enclosed."""

    name: str
    size: str
    href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePage:
    """What a letter about a change says, in its reader's language; templates/mail/notice draws it.

    `said` are the agency's words with what introduces them, `facts` pairs of a label and a value, `action` the button
    with its address; `note` says what one can do, `links` where else to go; `stop_url` is where letters are stopped.
    """

    lang: str
    owner: str
    title: str
    lead: str
    said: str | None
    facts: Sequence[tuple[str, str]]
    files: Sequence[FileInLetter]
    action: str
    url: str
    note: str | None
    links: Sequence[tuple[str, str]]
    stop_url: str
