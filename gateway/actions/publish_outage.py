"""An agency says what it knows of already, so that nobody has to report it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.domain.address import is_on_street
from gateway.domain.agency import Agency
from gateway.domain.appeal import end_of_day
from gateway.domain.lots import draw_id
from gateway.domain.nearby import Outage
from gateway.domain.topic import Catalogue, TopicCode
from gateway.ports import Clock, Outages, Topics

_LONGEST_TEXT = 1_000
_LASTS = timedelta(days=1)
"""How long it is shown where nobody says: what is forgotten must not mislead for long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishOutage:
    """Publishes an outage at once."""

    outages: Outages
    topics: Topics
    clock: Clock

    async def __call__(
        self,
        agency: Agency,
        *,
        topics: Sequence[str],
        text: str,
        streets: Sequence[str] = (),
        until: datetime | None = None,
    ) -> Outage:
        """Return the outage; raises ValueError for topics that there are not and whatever else makes no sense.

        Each of `topics` is a code, or the name of a part of the catalogue, which stands for all in it. `until` is a
        time in the agency's zone; midnight is the end of that day.
        """
        said, now = " ".join(text.split()), self.clock()
        if not said or len(said) > _LONGEST_TEXT:
            raise ValueError(f"the text needs 1 to {_LONGEST_TEXT} characters")
        ends = now + _LASTS if until is None else _moment(until, agency)
        if ends <= now:
            raise ValueError("it would be over already")
        catalogue = self.topics.of(agency.key).catalogue
        codes = dict.fromkeys(code for named in topics for code in _codes(catalogue, named))
        outage = Outage(
            id=draw_id(now),
            agency=agency.key,
            text=said,
            topics=tuple(codes),
            streets=tuple(_street(street) for street in streets),
            since=now,
            until=ends,
        )
        await self.outages.publish(outage)
        return outage


def _moment(until: datetime, agency: Agency) -> datetime:
    if (until.hour, until.minute) == (0, 0):
        return end_of_day(until.date(), time_zone=agency.time_zone)
    return until.replace(tzinfo=ZoneInfo(agency.time_zone))


def _codes(catalogue: Catalogue, named: str) -> Iterator[TopicCode]:
    name = " ".join(named.split()).casefold()
    found = [
        topic.code
        for topic in catalogue.topics
        if topic.code == named or name in {part.casefold() for part in topic.path}
    ]
    if not found:
        raise ValueError(f"there is no topic {named}; `otklik topics list` prints them")
    yield from found


def _street(written: str) -> str:
    street = " ".join(written.split())
    if not is_on_street(street, street):
        raise ValueError(f"{written!r} names no street")
    return street
