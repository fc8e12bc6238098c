"""A page as it was fetched and as a browser would read it: what the rules about installations look at."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.web_address import WebAddress

PLATFORM_MARK = "js-show-iframe-wrapper"
"""The id or class by which the state platform's own script knows its element, whatever the tag."""


class Obstacle(StrEnum):
    """Why a page could not be looked at."""

    ADDRESS = "address"
    DNS = "dns"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_NAME = "certificate_name"
    CERTIFICATE_ISSUER = "certificate_issuer"
    CERTIFICATE = "certificate"
    BROKEN = "broken"
    REDIRECTS = "redirects"
    STATUS = "status"
    NOT_HTML = "not_html"
    TOO_LONG = "too_long"

    @property
    def is_for_webmaster(self) -> bool:
        """Whether it is the site's own, which its visitors meet too, and not of the way there."""
        return self in _OF_THE_SITE


_OF_THE_SITE = (Obstacle.CERTIFICATE_EXPIRED, Obstacle.CERTIFICATE_NAME, Obstacle.CERTIFICATE_ISSUER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """Nothing could be looked at; `at` is the address where it ended, `status` what the server answered, if it did."""

    obstacle: Obstacle
    at: str
    status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPage:
    """An answer: where redirects ended, headers in order with names in lower case, and the body, maybe cut off."""

    url: WebAddress
    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes
    is_cut: bool = False

    def values(self, name: str) -> list[str]:
        """Return what every header of that name says."""
        return [value for header, value in self.headers if header == name]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenTag:
    """An element that is alive in the page: names in lower case, the line of its tag, its place among the elements."""

    name: str
    attributes: Mapping[str, str]
    line: int
    place: int


class Where(StrEnum):
    """Where text stands that is no element but reads like one."""

    COMMENT = "comment"
    TEXT = "text"  # a visitor reads it as words
    INERT = "inert"  # <template>, <noscript>, <textarea>, …: there, and never run
    SCRIPT = "script"  # in a script of the page, which may write it


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenText:
    """A piece of text that mentions the widget."""

    where: Where
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPage:
    """A page that was read: `base` is the address that relative ones start from, `policies` its <meta> ones."""

    base: str
    tags: tuple[SeenTag, ...]
    texts: tuple[SeenText, ...]
    policies: tuple[SeenTag, ...]


_MENTION = re.compile(r"widget|otklik|legacy\.js|data-agency", re.IGNORECASE)
_BEFORE, _AFTER = 300, 4_000  # of a text around the mention; a snippet is much shorter


def mention_of_widget(where: Where, text: str, line: int) -> SeenText | None:
    """Return what of a text, which begins on that line, is worth a rule's look; mostly nothing."""
    found = _MENTION.search(text)
    if found is None:
        return None
    excerpt = text[max(0, found.start() - _BEFORE) : found.start() + _AFTER]
    return SeenText(where=where, text=excerpt, line=line + text.count("\n", 0, found.start()))
