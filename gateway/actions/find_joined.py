"""A resident wants to join an appeal of somebody else: may they?"""

from dataclasses import dataclass

from gateway.domain.agency import Agency
from gateway.domain.connection import Address
from gateway.domain.joining import OPEN, topic_of
from gateway.domain.number import read_number
from gateway.domain.problem import Problem
from gateway.domain.topic import TopicPlace
from gateway.domain.tracking import Tracked
from gateway.errors import UnknownAppeal
from gateway.ports import Appeals, Topics


@dataclass(frozen=True, slots=True, kw_only=True)
class FindJoined:
    """Finds the appeal that is joined."""

    appeals: Appeals
    topics: Topics

    async def __call__(self, agency: Agency, number: str, chat: Address | None) -> Tracked | Problem:
        """Return it, or what is wrong with joining it.

        Whether an appeal is there is all that a number tells, as in `nearby`: another agency's, one that somebody else
        joined, and one of a place that is nobody else's business look like none. That it is the resident's own is told
        in a chat alone, which is known to be theirs; whoever gives a contact may only claim that it is.
        """
        tracked = await self._find(number)
        if tracked is None or tracked.agency != agency.key or not self._is_public(tracked):
            return Problem(field="joins", code="unknown")
        if chat is not None and tracked.chat == chat:
            return Problem(field="joins", code="own")
        if tracked.status not in OPEN or tracked.consent_withdrawn_at is not None:
            return Problem(field="joins", code="closed")
        return tracked

    async def _find(self, written: str) -> Tracked | None:
        number = read_number(written)
        if number is None:
            return None
        try:
            return await self.appeals.find(number)
        except UnknownAppeal:
            return None

    def _is_public(self, tracked: Tracked) -> bool:
        catalogue = self.topics.of(tracked.agency).catalogue
        chosen = catalogue.at(tracked.topic_path)
        topic = catalogue.find(topic_of(tracked.events, None if chosen is None else chosen.code) or "")
        return tracked.joins is None and topic is not None and topic.place is TopicPlace.PUBLIC
