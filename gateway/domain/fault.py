"""What an agency would refuse in a text, and what must not wait for an agency at all."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """Why the platform's rules let an agency leave a message without an answer, as far as a text shows it."""

    OBSCENE = "obscene"
    THREAT = "threat"
    PERSONAL = "personal"  # other people's data, and numbers of documents that nobody should publish
    LINKS = "links"
    ADVERT = "advert"
    UNREADABLE = "unreadable"
    NO_ESSENCE = "no_essence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that would be refused: characters `start` to `end` of the text.

    A guess may be told, but nothing may be refused for it.
    """

    kind: FaultKind
    start: int
    end: int
    is_guess: bool = False


class Danger(StrEnum):
    """What is met with a telephone number before anything else."""

    GAS = "gas"
    FIRE = "fire"
    WIRE = "wire"  # a fallen or sparking power line
    FLOOD = "flood"  # boiling water, a burst main: now, in homes
    COLLAPSE = "collapse"
    LIFE = "life"  # somebody is in mortal danger right now

    @property
    def numbers(self) -> tuple[str, ...]:
        """Whom to call, in this order: the common number first, which works without a SIM card and without money.

        101 to 104 are fire, police, ambulance and gas (Постановление Правительства РФ от 31.12.2004 № 894).
        """
        return _NUMBERS[self]


_NUMBERS = {
    Danger.GAS: ("112", "104"),
    Danger.FIRE: ("112", "101"),
    Danger.WIRE: ("112",),
    Danger.FLOOD: ("112",),
    Danger.COLLAPSE: ("112",),
    Danger.LIFE: ("112", "103", "102"),
}
