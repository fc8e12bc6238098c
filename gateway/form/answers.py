"""Answers as they were given: of the right types, nothing else known about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a resident has filled in so far; None or empty where nothing was.

    `details` are answers to questions of topics, by the keys of the questions. `joins` is the number of somebody else's
    appeal that is joined.
    """

    text: str = ""
    gist: str | None = None
    topic: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    address: str | None = None
    lat: float | None = None
    lon: float | None = None
    attachments: tuple[str, ...] = ()
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    consent: bool = False
    consent_version: str | None = None
    joins: str | None = None

    def without_joining(self) -> "Answers":
        """Return them as answers for a case of one's own."""
        return replace(self, joins=None)
