"""A link or QR code that begins the form at a topic or a place: on a lamp post, in a leaflet, in a post of the page."""

import hashlib
from base64 import b32encode
from dataclasses import dataclass
from typing import NewType

from gateway.domain.agency import AgencyKey
from gateway.domain.place import Place
from gateway.domain.topic import TopicCode

LinkCode = NewType("LinkCode", str)
"""What a link carries: 10 letters and digits, so that it fits into every messenger's start parameter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    """Where a link begins: the agency's form, perhaps with the topic and the place already known."""

    agency: AgencyKey
    topic: TopicCode | None = None
    place: Place | None = None

    @property
    def code(self) -> LinkCode:
        """The link's code; the same beginning always has the same one."""
        written = repr((self.agency, self.topic, self.place))
        return LinkCode(b32encode(hashlib.blake2b(written.encode(), digest_size=10).digest())[:10].decode().lower())
