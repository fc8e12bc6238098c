"""What is wrong with a catalogue that can be read: doubles, dead ends, topics that nobody finds by their names."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from gateway.domain.message import LABEL_CHARACTERS
from gateway.domain.topic import Catalogue, Topic, TopicCode, TopicKind, TopicMatch, TopicPlace

FOUND_AMONG = 5
"""A topic is found by its name if it is among so many suggestions."""

_NEARLY = 0.85  # share of trigrams that two names have in common
_SHORTEST_NEAR = 8  # of shorter names a single letter may be the whole difference
_LETTERS = re.compile(r"[^\W_]+")
_OTHER = re.compile(r"(?:ин(?:ое|ые|ая|ой)|друг(?:ое|ие|ая|ой)|проч(?:ее|ие|ая|ий)|other)\b", re.IGNORECASE)


class Flaw(StrEnum):
    """What can be wrong."""

    SAME_NAME = "same_name"
    NEAR_NAME = "near_name"
    SAME_WORDS = "same_words"
    SHARED_WORDS = "shared_words"
    TOLD_APART = "told_apart"
    SAME_CODE = "same_code"
    DEAD_END = "dead_end"
    CONFUSED_WITH_NOTHING = "confused_with_nothing"
    CONFUSED_WITH_ITSELF = "confused_with_itself"
    UNREACHABLE = "unreachable"
    PUBLIC_APPEAL = "public_appeal"
    LONG_NAME = "long_name"
    OWN_QUESTION = "own_question"
    OWN_PHOTO = "own_photo"

    @property
    def is_error(self) -> bool:
        """Whether it has to be mended; the others are worth a look."""
        return self not in _NOTES


_NOTES = frozenset(
    {
        Flaw.NEAR_NAME,
        Flaw.TOLD_APART,
        Flaw.DEAD_END,
        Flaw.LONG_NAME,
        Flaw.OWN_QUESTION,
        Flaw.OWN_PHOTO,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueFlaw:
    """Something that is wrong: with which topic, with which other one, and the words that it is about."""

    flaw: Flaw
    topic: Topic
    other: Topic | None = None
    about: str = ""


Find = Callable[[str], Sequence[TopicMatch]]
"""Gives the suggestions for a text, best first."""

Track = Callable[[Sequence[Topic]], Iterable[Topic]]
"""Gives the topics one by one, and may tell how far that is."""


def check_catalogue(
    catalogue: Catalogue, *, find: Find, known_keys: Collection[str], track: Track = iter
) -> list[CatalogueFlaw]:
    """Return all flaws, errors first; `known_keys` are the questions (`question.since`) and photos with texts."""
    flaws = [
        *_doubles(catalogue.topics),
        *_shared_words(catalogue.topics),
        *_dead_ends(catalogue),
        *_unreachable(catalogue.topics, find, track),
        *(flaw for topic in catalogue.topics for flaw in _of_one(topic, known_keys)),
    ]
    return sorted(flaws, key=lambda flaw: not flaw.flaw.is_error)


def is_other(topic: Topic) -> bool:
    """Tell whether a topic is what is left over («Иное»): such are found under their subject, not by their name."""
    return any(_OTHER.match(name) for name in topic.path[-2:])


def _doubles(topics: Sequence[Topic]) -> Iterator[CatalogueFlaw]:
    codes: dict[str, Topic] = {}
    names: dict[tuple[str, ...], Topic] = {}
    for topic in topics:
        if (first := codes.setdefault(topic.code.casefold(), topic)) is not topic:
            yield CatalogueFlaw(flaw=Flaw.SAME_CODE, topic=topic, other=first)
        if (first := names.setdefault(_bare_path(topic), topic)) is not topic:
            yield CatalogueFlaw(flaw=Flaw.SAME_NAME, topic=topic, other=first)
    yield from _near_names(topics)


def _near_names(topics: Sequence[Topic]) -> Iterator[CatalogueFlaw]:
    known = [(topic, bare, _trigrams(bare)) for topic in topics if len(bare := _bare(topic.name)) >= _SHORTEST_NEAR]
    for (first, name, parts), (second, another, others) in combinations(known, 2):
        if abs(len(parts) - len(others)) > (1 - _NEARLY) * (len(parts) + len(others)):
            continue
        if 2 * len(parts & others) < _NEARLY * (len(parts) + len(others)):
            continue
        is_told = name == another and (is_other(first) or _bare_path(first) == _bare_path(second))
        if not is_told:
            yield CatalogueFlaw(flaw=Flaw.NEAR_NAME, topic=second, other=first, about=second.name)


def _shared_words(topics: Sequence[Topic]) -> Iterator[CatalogueFlaw]:
    """Find phrases that lead to two topics: nothing in them tells which one is meant."""
    same: dict[frozenset[str], Topic] = {}
    doubled: set[tuple[TopicCode, TopicCode]] = set()
    for topic in topics:
        words = frozenset(map(_bare, topic.words))
        if words and (first := same.setdefault(words, topic)) is not topic:
            doubled.add((first.code, topic.code))
            yield CatalogueFlaw(flaw=Flaw.SAME_WORDS, topic=topic, other=first)
    for phrase, sharing in _by_phrase(topics).items():
        first, *others = sharing
        for topic in others:
            if (first.code, topic.code) not in doubled:
                is_told = topic.code in first.confused or first.code in topic.confused
                flaw = Flaw.TOLD_APART if is_told else Flaw.SHARED_WORDS
                yield CatalogueFlaw(flaw=flaw, topic=topic, other=first, about=phrase)


def _by_phrase(topics: Sequence[Topic]) -> Mapping[str, Sequence[Topic]]:
    found: defaultdict[str, list[Topic]] = defaultdict(list)
    for topic in topics:
        for phrase in dict.fromkeys(map(_bare, topic.words)):
            found[phrase].append(topic)
    return found


def _dead_ends(catalogue: Catalogue) -> Iterator[CatalogueFlaw]:
    subjects = [topics for _, topics in catalogue.by_subject()]
    alone = [topics[0] for topics in subjects if [len(topic.path) for topic in topics] == [1]]
    if len(alone) < len(subjects):
        yield from (CatalogueFlaw(flaw=Flaw.DEAD_END, topic=topic) for topic in alone)
    for topic in catalogue.topics:
        for code in topic.confused:
            if code == topic.code:
                yield CatalogueFlaw(flaw=Flaw.CONFUSED_WITH_ITSELF, topic=topic)
            elif catalogue.find(code) is None:
                yield CatalogueFlaw(flaw=Flaw.CONFUSED_WITH_NOTHING, topic=topic, about=code)


def _unreachable(topics: Sequence[Topic], find: Find, track: Track) -> Iterator[CatalogueFlaw]:
    for topic in track(topics):
        if is_other(topic) or _is_found(topic, find(topic.name)):
            continue
        matches = find(". ".join(topic.path))  # what many subjects have («Ремонт») is found with its subject
        if not _is_found(topic, matches):
            nearest = matches[0].topic if matches else None
            yield CatalogueFlaw(flaw=Flaw.UNREACHABLE, topic=topic, other=nearest)


def _is_found(topic: Topic, matches: Sequence[TopicMatch]) -> bool:
    return any(match.topic.code == topic.code for match in matches[:FOUND_AMONG])


def _of_one(topic: Topic, known_keys: Collection[str]) -> Iterator[CatalogueFlaw]:
    if topic.kind is TopicKind.APPEAL and topic.place is TopicPlace.PUBLIC:  # each appeal gets an answer of its own
        yield CatalogueFlaw(flaw=Flaw.PUBLIC_APPEAL, topic=topic)
    if len(topic.name) > LABEL_CHARACTERS:
        yield CatalogueFlaw(flaw=Flaw.LONG_NAME, topic=topic, about=str(len(topic.name)))
    for question in topic.questions:
        if f"question.{question}" not in known_keys:
            yield CatalogueFlaw(flaw=Flaw.OWN_QUESTION, topic=topic, about=question)
    if topic.photo is not None and f"photo.{topic.photo}" not in known_keys:
        yield CatalogueFlaw(flaw=Flaw.OWN_PHOTO, topic=topic, about=topic.photo)


def _bare(written: str) -> str:
    """Return the words alone, as a hasty reader sees them."""
    return " ".join(_LETTERS.findall(written.casefold().replace("ё", "е")))


def _bare_path(topic: Topic) -> tuple[str, ...]:
    return tuple(map(_bare, topic.path))


def _trigrams(bare: str) -> frozenset[str]:
    padded = f"  {bare} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))
