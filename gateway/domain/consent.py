"""Consent to the processing of personal data, a document of its own (152-ФЗ art. 9, as of 01.09.2025)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentText:
    """What an agency asks consent to: its own `version` and `text`; old versions are kept, never edited."""

    version: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A consent that was given: to which `version`, when, through which `channel`; and when it was withdrawn."""

    version: str
    given_at: datetime
    channel: str
    withdrawn_at: datetime | None = None
