"""The catalogue of topics: subject (категория) → subsubject (подкатегория) → fact (факт)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import NewType

TopicCode = NewType("TopicCode", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One choice of the catalogue. `path` leads to it from the subject; `days` is the term of the answer."""

    code: TopicCode
    path: tuple[str, ...]
    fast_track: bool
    days: int
    words: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What it is called, without the way to it."""
        return self.path[-1]

    @property
    def subject(self) -> str:
        """The category at the top of the way to it."""
        return self.path[0]


class Catalogue:
    """All topics, in the order in which they are shown."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        self.topics = tuple(topics)
        self._by_code: Mapping[str, Topic] = MappingProxyType({topic.code: topic for topic in self.topics})

    def find(self, code: str) -> Topic | None:
        """Return the topic of that code, or None."""
        return self._by_code.get(code)

    def by_subject(self) -> Iterator[tuple[str, tuple[Topic, ...]]]:
        """Yield each subject with its topics, in the catalogue's order."""
        for subject, topics in groupby(self.topics, key=lambda topic: topic.subject):
            yield subject, tuple(topics)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicMatch:
    """A topic that fits some words; `score` from 0 to 1, more is better."""

    topic: Topic
    score: float
