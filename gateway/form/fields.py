"""The steps of a form, as data."""

from dataclasses import dataclass
from enum import StrEnum


class FieldKind(StrEnum):
    """How a step is drawn: one template, one script and one way to ask in a chat for each kind."""

    TEXT = "text"
    GIST = "gist"
    FILES = "files"
    TOPIC = "topic"
    PLACE = "place"
    CONTACT = "contact"
    CONSENT = "consent"
    REVIEW = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One thing to type, tick or choose; `name` is its dotted name in the API and in the page."""

    name: str
    required: bool = False
    min_length: int | None = None
    max_length: int | None = None
    max_items: int | None = None
    max_bytes: int | None = None
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One step: what is asked together. `required` tells whether the step can be skipped as a whole."""

    kind: FieldKind
    controls: tuple[Control, ...]
    required: bool

    def control(self, name: str) -> Control:
        """Return the control of that name; raises KeyError."""
        for control in self.controls:
            if control.name == name:
                return control
        raise KeyError(name)
