"""What a text seems to say: its problems, each with its part of the text and the topics that fit."""

from dataclasses import dataclass

from gateway.domain.topic import TopicMatch


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
