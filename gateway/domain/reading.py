"""What a text seems to say: its problems, each with its part of the text and the topics that fit."""

from dataclasses import dataclass
from itertools import chain, zip_longest

from gateway.domain.topic import TopicMatch, is_sure


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadProblem:
    """One problem found in a text: characters `start` to `end` of it."""

    text: str
    start: int
    end: int
    topics: tuple[TopicMatch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A text as it was understood; a help, on which no appeal may depend."""

    problems: tuple[ReadProblem, ...]
    warnings: tuple[str, ...] = ()

    @property
    def topics(self) -> tuple[TopicMatch, ...]:
        """The topics of the whole text, each once; of several problems the best one of each before the second best."""
        ranks = zip_longest(*(problem.topics for problem in self.problems))
        matches = (match for match in chain.from_iterable(ranks) if match is not None)
        return tuple({match.topic.code: match for match in matches}.values())

    @property
    def is_sure(self) -> bool:
        """Whether the text is about one problem, and the best of its topics need not be asked about."""
        return len(self.problems) == 1 and is_sure(self.problems[0].topics)
