"""Texts understood by rules alone: one problem, and the topics that its words name."""

from dataclasses import dataclass

from gateway.domain.agency import Agency
from gateway.domain.reading import Reading, ReadProblem
from gateway.ports import Topics

_SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class RulesReader:
    """Fulfils `ports.Reader` with the topic search; it takes every text for one problem."""

    topics: Topics

    async def read(self, agency: Agency, text: str) -> Reading:  # noqa: ARG002 - the rules are the same for all
        """Return the whole text as one problem with the topics that fit it best."""
        topics = tuple(self.topics.search(text, most=_SUGGESTED))
        return Reading(problems=(ReadProblem(text=text, start=0, end=len(text), topics=topics),))
