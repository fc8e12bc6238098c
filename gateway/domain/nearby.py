"""What is known already where a resident is about to report: open cases that others have filed, outages."""

from dataclasses import dataclass
from datetime import datetime

from gateway.domain.address import is_on_street
from gateway.domain.number import AppealNumber
from gateway.domain.place import Place
from gateway.domain.topic import TopicCode


@dataclass(frozen=True, slots=True, kw_only=True)
class NearbyCase:
    """An open case of a public place, as anybody may see it: neither words nor photos nor who it was.

    `people` have reported or joined it, `metres` is how far away it is, to ten of them; None where the address alone is
    the same.
    """

    number: AppealNumber
    topic: TopicCode
    since: datetime
    people: int
    metres: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """Something that the agency knows of and has published (hot water is off until the 5th).

    `topics` are those that it explains; `streets` where it is, in words («улица Ленина»), empty for everywhere.
    """

    id: str
    agency: str
    text: str
    topics: tuple[TopicCode, ...]
    streets: tuple[str, ...]
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known already about a topic at a place, the nearest first."""

    cases: tuple[NearbyCase, ...] = ()
    outages: tuple[Outage, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.cases or self.outages)


def explains(outage: Outage, topic: TopicCode, place: Place | None, *, now: datetime) -> bool:
    """Tell whether an outage lasts, names that topic, and is everywhere or on the street of that address."""
    if not (outage.since <= now < outage.until and topic in outage.topics):
        return False
    address = "" if place is None else place.address or ""
    return not outage.streets or any(is_on_street(address, street) for street in outage.streets)
