"""The catalogue of topics: subject (категория) → subsubject (подкатегория) → fact (факт)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import groupby
from types import MappingProxyType
from typing import NewType

TopicCode = NewType("TopicCode", str)

ARROW = " → "
"""Between the parts of a path, wherever somebody reads one."""

DEFAULT_LANGUAGE = "ru"


class TopicKind(StrEnum):
    """What a topic is filed as: a message (сообщение), or an appeal under 59-ФЗ (обращение)."""

    MESSAGE = "message"
    APPEAL = "appeal"


class Level(StrEnum):
    """Whose body usually answers."""

    FEDERAL = "federal"
    REGIONAL = "regional"
    MUNICIPAL = "municipal"
    ORGANISATION = "organisation"


class TopicPlace(StrEnum):
    """Whether what a topic is about has a place: one that everybody sees, somebody's own, or none at all."""

    PUBLIC = "public"  # a road, a lamp, a rubbish heap: who comes later may join who was first
    OWN = "own"  # a flat, a school, a hospital: where it is has to be said, and is nobody else's business
    NONE = "none"  # a pension, a fine, a question about a law


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerer:
    """Who usually answers: the level, and the kind of body in words («водоканал»)."""

    level: Level
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A topic in one language.

    `path` leads to it from the subject, `words` are what residents call it, `tell` says in a sentence what belongs
    here and what does not; empty where nobody has said.
    """

    path: tuple[str, ...]
    words: tuple[str, ...] = ()
    tell: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One choice of the catalogue, in Russian and perhaps in `other` languages.

    `days` is the term of the answer. `examples` are whole messages about it, `confused` the topics that residents
    mistake it for. `questions` name what the answer needs and a text seldom has, `photo` the picture that helps:
    keys of the texts, or a region's own words. `place` tells whether one has to be named.
    """

    code: TopicCode
    path: tuple[str, ...]
    fast_track: bool
    days: int
    kind: TopicKind = TopicKind.MESSAGE
    answerer: Answerer | None = None
    words: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    confused: tuple[TopicCode, ...] = ()
    tell: str = ""
    questions: tuple[str, ...] = ()
    photo: str | None = None
    place: TopicPlace = TopicPlace.OWN
    other: Mapping[str, Wording] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What it is called, without the way to it."""
        return self.path[-1]

    @property
    def subject(self) -> str:
        """The category at the top of the way to it."""
        return self.path[0]

    def wording(self, lang: str) -> Wording:
        """Return it in a language, in Russian where it is not worded in that one."""
        return self.other.get(lang) or Wording(path=self.path, words=self.words, tell=self.tell)

    def name_in(self, lang: str) -> str:
        """Return what it is called in a language, without the way to it."""
        return self.wording(lang).path[-1]

    def path_in(self, lang: str) -> str:
        """Return the way to it in a language, on one line."""
        return ARROW.join(self.wording(lang).path)


class Catalogue:
    """All topics, in the order in which they are shown."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        self.topics = tuple(topics)
        self._by_code: Mapping[str, Topic] = MappingProxyType({topic.code: topic for topic in self.topics})

    def find(self, code: str) -> Topic | None:
        """Return the topic of that code, or None."""
        return self._by_code.get(code)

    def at(self, path: tuple[str, ...]) -> Topic | None:
        """Return the topic of that Russian path, as cases keep it, or None."""
        return self._by_path.get(path)

    @cached_property
    def _by_path(self) -> Mapping[tuple[str, ...], Topic]:
        return {topic.path: topic for topic in reversed(self.topics)}

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """Every question that some topic asks, each once."""
        return tuple(dict.fromkeys(name for topic in self.topics for name in topic.questions))

    @cached_property
    def photos(self) -> tuple[str, ...]:
        """Every picture that helps with some topic, each once."""
        return tuple(dict.fromkeys(topic.photo for topic in self.topics if topic.photo is not None))

    def by_subject(self) -> Iterator[tuple[str, tuple[Topic, ...]]]:
        """Yield each subject with its topics, in the catalogue's order."""
        for subject, topics in groupby(self.topics, key=lambda topic: topic.subject):
            yield subject, tuple(topics)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicMatch:
    """A topic that fits a text; `score` is how sure that is, from 0 to 1: of ten with 0.9, nine are right."""

    topic: Topic
    score: float


SURE = 0.8
"""From this score on a suggestion is taken without asking, and shown in the review for the resident to change."""


def is_sure(matches: Sequence[TopicMatch]) -> bool:
    """Tell whether the best of these need not be asked about."""
    return bool(matches) and matches[0].score >= SURE


def mistaken(topics: Iterable[Topic]) -> frozenset[TopicCode]:
    """Return those of these topics that residents mistake for one another: to these belongs what tells them apart."""
    codes = {topic.code: frozenset(topic.confused) for topic in topics}
    pairs = ((code, other) for code, confused in codes.items() for other in confused & codes.keys())
    return frozenset(code for pair in pairs for code in pair)
