"""Answers as they were given: of the right types, nothing else known about them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a resident has filled in so far; None or empty where nothing was."""

    text: str = ""
    gist: str | None = None
    topic: str | None = None
    address: str | None = None
    lat: float | None = None
    lon: float | None = None
    attachments: tuple[str, ...] = ()
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    consent: bool = False
    consent_version: str | None = None
