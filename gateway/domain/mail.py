"""A letter to a resident."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Plain text to one address."""

    to: str
    subject: str
    text: str
