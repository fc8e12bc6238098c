"""Topics found by the words that residents use, in whatever form, while they type.

A topic is known by phrases: its name and what residents call it. A query finds the topics one of whose phrases
it fills best; how much a word tells is how few topics know it. All is in memory and built at start.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import fsum, log
from typing import TypeVar

import Stemmer

from gateway.domain.topic import DEFAULT_LANGUAGE, Catalogue, Topic, Wording

_WORD = re.compile(r"[^\W_]+")
_READ_CHARACTERS = 4_000
_LONGEST_WORD = 32  # what is longer is no word: pasted data, one key held down
_MOST_WORDS = 200  # different ones; a text of 4,000 characters rarely has more
_TYPED_WORDS = 6  # a longer query is a text, whose words are complete and need no guessing
_SHORTEST_PREFIX = 2
_SHORTEST_TYPO = 5  # in a shorter word too few letters are left to tell what was meant
_ALIKE = 0.4  # share of trigrams that a mistyped word keeps: one wrong letter in five
_MOST_GUESSES = 24

# How much a guess counts beside a word that is known.
_PREFIX_WEIGHT, _TYPO_WEIGHT = 0.6, 0.7
# How much it adds that a topic's other phrases, or the way to it, have words of the query too.
_ELSEWHERE, _ON_THE_WAY = 0.3, 0.15
_NAME_WEIGHT = 1.1
_LEAST = 0.25

STOP_WORDS = frozenset(
    _WORD.findall(
        "а без бы был была были было быть в вам вас ваш весь во вот все всегда всех вы где да даже для до его ее если "
        "есть еще же за здесь здравствуйте и из или им их к как какой ко когда который кто ли либо лишь мне много мной "
        "мой мы на над нам нами нас наш наша наше нашей нашем нашего нашу не него нее ней нельзя ни них но ну о об "
        "один она они оно опять от очень перед по под пожалуйста после постоянно потому почему почти при про просим "
        "прошу раз с сам свой себя сейчас сколько снова со совсем так также такой там те тем то того тоже той только "
        "том тут ты у уже хотя чего чей чем через что чтобы эта эти это этой этом этот я"
    )
)
"""Words without which a sentence about a problem says the same."""

Spot = TypeVar("Spot")


@dataclass(frozen=True, slots=True)
class _Phrase:
    topic: int
    stems: frozenset[str]
    weight: float


class TopicIndex:
    """The words of one catalogue, in all its languages."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._topics = catalogue.topics
        self._phrases = [phrase for index, topic in enumerate(self._topics) for phrase in self._of(index, topic)]
        self._known = _postings((stem, at) for at, phrase in enumerate(self._phrases) for stem in phrase.stems)
        self._on_the_way = _postings(
            (stem, index)
            for index, topic in enumerate(self._topics)
            for wording in _wordings(topic)
            for stem in self._stems(*wording.path[:-1])
        )
        self._tells = self._weigh()
        self._totals = [fsum(map(self._tells.__getitem__, phrase.stems)) for phrase in self._phrases]
        self._forms = sorted(self._vocabulary())
        self._by_trigram = _postings((part, stem) for stem in self._tells for part in _trigrams(stem))

    def find(self, query: str) -> Mapping[int, float]:
        """Return how well topics fit, by their places in the catalogue, more is better; empty if no word is known."""
        found = self._found(self._asked(query))
        best = max(found.values(), default=0.0)
        return {} if best < _LEAST else {place: fit for place, fit in found.items() if fit > 0}

    # The index.

    def _of(self, index: int, topic: Topic) -> Iterator[_Phrase]:
        texts = [(text, weight) for wording in _wordings(topic) for text, weight in _texts(wording)]
        for text, weight in texts:
            if stems := frozenset(self._stems(text)):
                yield _Phrase(index, stems, weight)

    def _stems(self, *texts: str) -> Iterator[str]:
        return (_stem(word) for text in texts for word in _words(text))

    def _weigh(self) -> Mapping[str, float]:
        topics_of = {stem: {self._phrases[at].topic for at in places} for stem, places in self._known.items()}
        for stem, topics in self._on_the_way.items():
            topics_of.setdefault(stem, set()).update(topics)
        count = len(self._topics)
        return {stem: log((count + 1) / (len(topics) + 0.5)) for stem, topics in topics_of.items()}

    def _vocabulary(self) -> set[tuple[str, str]]:
        wordings = (wording for topic in self._topics for wording in _wordings(topic))
        texts = (text for one in wordings for text in (*one.path, *one.words))
        return {(word, _stem(word)) for text in texts for word in _words(text)}

    # A query.

    def _asked(self, query: str) -> Mapping[str, float]:
        """Return the stems that a query asks for, each with its weight from 0 to 1."""
        words = list(dict.fromkeys(_words(query[:_READ_CHARACTERS])))[:_MOST_WORDS]
        asked = {stem: 1.0 for word in words if (stem := _stem(word)) in self._tells}
        if len(words) <= _TYPED_WORDS:
            for stem, weight in self._guesses(words, is_typing=query[-1:].isalnum()):
                asked[stem] = max(weight, asked.get(stem, 0.0))
        return asked

    def _guesses(self, words: Sequence[str], *, is_typing: bool) -> Iterator[tuple[str, float]]:
        for word in words:
            guesses = self._longer(word) if is_typing and word == words[-1] else []
            yield from ((stem, _PREFIX_WEIGHT) for stem in guesses)
            if not guesses and _stem(word) not in self._tells:
                yield from ((stem, _TYPO_WEIGHT) for stem in self._alike(word))

    def _longer(self, start: str) -> list[str]:
        if len(start) < _SHORTEST_PREFIX:
            return []
        first = bisect_left(self._forms, (start, ""))
        longer = self._forms[first : first + _MOST_GUESSES]
        return [stem for form, stem in longer if form.startswith(start)]

    def _alike(self, word: str) -> list[str]:
        stem = _stem(word)
        if len(stem) < _SHORTEST_TYPO:
            return []
        own = _trigrams(stem)
        shared = Counter(other for part in own for other in self._by_trigram.get(part, ()))
        share = {other: 2 * count / (len(own) + len(_trigrams(other))) for other, count in shared.items()}
        best = max(share.values(), default=0.0)
        return sorted(other for other, value in share.items() if value == best >= _ALIKE)

    def _found(self, asked: Mapping[str, float]) -> Mapping[int, float]:
        """Return how well each topic fits: its best phrase first of all."""
        value = {stem: weight * self._tells[stem] for stem, weight in asked.items()}
        best: defaultdict[int, float] = defaultdict(float)
        for at, filled in _sums(value, self._known).items():
            phrase = self._phrases[at]
            best[phrase.topic] = max(best[phrase.topic], phrase.weight * filled * (filled / self._totals[at]) ** 2)
        for topic, stems in self._stems_met(value).items():
            best[topic] += _ELSEWHERE * fsum(value[stem] for stem in stems)
        for topic, met in _sums(value, self._on_the_way).items():
            best[topic] += _ON_THE_WAY * met
        return best

    def _stems_met(self, value: Iterable[str]) -> Mapping[int, set[str]]:
        met: defaultdict[int, set[str]] = defaultdict(set)
        for stem in value:
            for at in self._known.get(stem, ()):
                met[self._phrases[at].topic].add(stem)
        return met


def _wordings(topic: Topic) -> Iterator[Wording]:
    return (topic.wording(lang) for lang in (DEFAULT_LANGUAGE, *topic.other))


def _texts(wording: Wording) -> Iterator[tuple[str, float]]:
    yield wording.path[-1], _NAME_WEIGHT
    yield from ((words, 1.0) for words in wording.words)


def _words(text: str) -> Iterator[str]:
    for word in _WORD.findall(text.lower().replace("ё", "е")):
        if len(word) <= _LONGEST_WORD and word not in STOP_WORDS:
            yield word


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    # A stemmer of its own each time: a shared one may not be used by two threads.
    stem: str = Stemmer.Stemmer("russian").stemWord(word)
    return stem


def _trigrams(word: str) -> frozenset[str]:
    padded = f"^{word}$"
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def _sums(value: Mapping[str, float], postings: Mapping[str, Sequence[int]]) -> Mapping[int, float]:
    sums: defaultdict[int, float] = defaultdict(float)
    for stem, worth in value.items():
        for place in postings.get(stem, ()):
            sums[place] += worth
    return sums


def _postings(pairs: Iterable[tuple[str, Spot]]) -> Mapping[str, Sequence[Spot]]:
    places: defaultdict[str, dict[Spot, None]] = defaultdict(dict)
    for key, place in pairs:
        places[key][place] = None
    return {key: tuple(found) for key, found in places.items()}
