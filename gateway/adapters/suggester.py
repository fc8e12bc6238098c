"""Topics that fit a text, best first, and how sure that is.

Three are asked, and what they say is put together: the words of the catalogue in force; what the product knows of how
residents speak, learned from its own catalogue and carried over to any other by the names of its topics; and what an
agency's own messages have taught, where they have.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gateway.adapters.catalogue_sheet import default_catalogue
from gateway.adapters.knowledge import Floats, Knowledge, shipped_knowledge
from gateway.adapters.topic_index import TopicIndex
from gateway.domain.appeal import Terms
from gateway.domain.topic import Catalogue, Topic, TopicMatch

_WORDS_COUNT, _FEW_WORDS = 4.0, 10.0
"""A topic whose words fit best is more probable than one none of whose words is there: by e to nearly the first, the
less the fewer words fit even it (the second is what a rare word in full is worth)."""
_NEVER_IMPOSSIBLE = 1e-3
_LEAST, _LEAST_OF_BEST = 0.001, 0.002
_EXPERIENCE = 400
"""After so many rows what was learned from an agency's messages counts as much as all else together."""
_HARDLY = 0.02  # beside the most alike
_BROADLY = 4.0
_LEAST_CLAIMED = 0.2  # what hardly anybody claims is not given whole to who claims a little of it
_MEANT = 0.5
_TYPED_WORDS, _TYPED_CHARACTERS = 3, 60
"""A query of so few words may be being typed: it counts as much what words begin so as what it means so far."""
_ALONE = 5.0
_TRUST, _LIFT = 0.55, 0.76
"""How sure to be of the best topic: its log-odds times the first, plus the second. The judge claims too much where it
is rather sure and too little where it is not; fitted so that of suggestions given with 0.9 nine of ten are right."""


class Learned(Protocol):
    """What was learned from an agency's messages."""

    @property
    def rows(self) -> int:
        """From how many rows."""
        ...

    def predict(self, text: str) -> Mapping[str, float]:
        """Return how probable topics are, by code."""
        ...

    def seen(self, code: str) -> int:
        """Return from how many rows a topic is known."""
        ...


class Suggester:
    """Finds the topics of one catalogue."""

    def __init__(self, catalogue: Catalogue, model: Learned | None = None) -> None:
        self._topics = catalogue.topics
        self._index = TopicIndex(catalogue)
        self._knowledge = shipped_knowledge()
        self._carried = _Carried.of(self._knowledge, catalogue.topics, self._index)
        self._model = model if model is not None and any(model.seen(topic.code) for topic in self._topics) else None
        self._places = {str(topic.code): place for place, topic in enumerate(self._topics)}

    def suggest(self, text: str, *, most: int) -> Sequence[TopicMatch]:
        """Return the topics that fit a text or the beginning of a word, best first; none where no word is known.

        `score` is the probability that it is this topic and no other.
        """
        shares = self._shares(text)
        if shares is None:
            return ()
        best = np.argsort(-shares, kind="stable")[:most]
        least = max(_LEAST, _LEAST_OF_BEST * float(shares[best[0]]))
        return tuple(
            TopicMatch(topic=self._topics[at], score=round(float(shares[at]), 3)) for at in best if shares[at] >= least
        )

    def _shares(self, text: str) -> Floats | None:
        fits, known = self._index.find(text), self._knowledge.shares(text)
        if not fits and known is None:
            return None
        words = np.zeros(len(self._topics), np.float32)
        words[list(fits)] = list(fits.values())
        if known is None:
            return self._with_model(text, _calibrated(_by_words(words)))
        possible = self._carried.over(known) + _NEVER_IMPOSSIBLE / len(words)
        raised = possible * np.exp(_WORDS_COUNT * words / (words.max() + _FEW_WORDS))
        shares = np.asarray(raised / raised.sum(), np.float32)
        if fits and len(text) < _TYPED_CHARACTERS and len(text.split()) <= _TYPED_WORDS:
            shares = np.asarray((shares + _by_words(words)) / 2, np.float32)
        return self._with_model(text, _calibrated(shares))

    def _with_model(self, text: str, shares: Floats) -> Floats:
        if self._model is None or not (learned := self._model.predict(text)):
            return shares
        told = np.zeros_like(shares)
        for code, share in learned.items():
            if (place := self._places.get(code)) is not None:
                told[place] = share
        weight = self._model.rows / (self._model.rows + _EXPERIENCE)
        return np.asarray((1 - weight) * shares + weight * told, np.float32)


def _calibrated(shares: Floats) -> Floats:
    """Return shares of which the best one is as probable as it says; the others keep their proportions."""
    best = int(shares.argmax())
    claimed = min(max(float(shares[best]), 1e-6), 1 - 1e-6)
    meant = 1 / (1 + exp(-_LIFT) * ((1 - claimed) / claimed) ** _TRUST)
    calibrated = shares * ((1 - meant) / (1 - claimed))
    calibrated[best] = meant
    return np.asarray(calibrated, np.float32)


def _by_words(words: Floats) -> Floats:
    """Return how probable topics are by their words alone."""
    raised = np.where(words > 0, np.exp(_ALONE * words / max(float(words.max()), 1e-9)), 0)
    return np.asarray(raised / raised.sum(), np.float32)


@dataclass(frozen=True, slots=True)
class _Carried:
    """How our topics are shared out among those of another catalogue: from, to, and which part, three to a line."""

    size: int
    froms: NDArray[np.int64]
    tos: NDArray[np.int64]
    parts: Floats

    @classmethod
    def of(cls, knowledge: Knowledge, topics: Sequence[Topic], index: TopicIndex) -> "_Carried":
        ours = {name: place for place, name in enumerate(knowledge.names)}
        same = [ours.get(" → ".join(topic.path)) for topic in topics]
        shared = np.zeros((len(ours), len(topics)), np.float32)
        for to, known in enumerate(same):
            if known is not None:
                shared[known, to] = 1.0
        others = [to for to, known in enumerate(same) if known is None]
        if others:
            _share_out(shared, knowledge, topics, index, others)
        froms, tos = np.nonzero(shared)
        return cls(len(topics), froms, tos, shared[froms, tos])

    def over(self, shares: Floats) -> Floats:
        """Return how probable the catalogue's topics are, if ours are as probable as this."""
        told = np.bincount(self.tos, weights=shares[self.froms] * self.parts, minlength=self.size)
        return told.astype(np.float32)


def _share_out(
    shared: Floats, knowledge: Knowledge, topics: Sequence[Topic], index: TopicIndex, others: Sequence[int]
) -> None:
    """Share out our topics among the `others` by what their names mean to us, and by what our words mean to them."""
    claims = np.zeros_like(shared)
    for to in others:
        claims[:, to] = _meant(knowledge, topics[to])
    claims /= np.maximum(claims.sum(axis=1, keepdims=True), _LEAST_CLAIMED)
    free = [place for place, taken in enumerate(shared.sum(axis=1)) if not taken]
    described = {str(topic.code): topic for topic in default_catalogue(Terms()).topics}
    for place in free:
        topic = described.get(knowledge.codes[place])
        read = np.zeros(len(topics), np.float32) if topic is None else _read(index, topic, len(topics))
        both = _MEANT * claims[place] + (1 - _MEANT) * read
        both[both < _HARDLY * both.max()] = 0
        shared[place] = both


def _meant(knowledge: Knowledge, topic: Topic) -> Floats:
    """Return which of our topics one of another catalogue seems to stand for; they sum to 1, or to 0."""
    names = [topic.name, " ".join(topic.path), " ".join((topic.name, *topic.words))]
    told = [shares for name in names if (shares := knowledge.shares(name, sharpness=_BROADLY)) is not None]
    none = np.zeros(len(knowledge.codes), np.float32)
    return np.asarray(sum(told, none) / max(len(told), 1), np.float32)


def _read(index: TopicIndex, topic: Topic, size: int) -> Floats:
    """Return which topics of another catalogue one of ours seems to be, by its words; they sum to 1, or to 0."""
    read = np.zeros(size, np.float32)
    for text in (topic.name, " ".join(topic.path), " ".join(topic.words)):
        fits = index.find(text)
        fit = np.zeros(size, np.float32)
        fit[list(fits)] = list(fits.values())
        raised = np.exp(_WORDS_COUNT * fit / (fit.max() + _FEW_WORDS)) - 1
        read += raised / max(float(raised.sum()), 1.0)
    return np.asarray(read / 3, np.float32)
