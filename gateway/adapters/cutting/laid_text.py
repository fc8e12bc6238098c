"""A text laid out in words, with what every stretch of them is about.

What the judge of topics (knowledge.py) says of a text is a sum over its words, but for its length; so sums up to each
word are kept, and any stretch is judged by two of them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import Stemmer
from numpy.typing import NDArray

from gateway.adapters.knowledge import BUCKETS, Floats, Knowledge
from gateway.adapters.learning.features import Hashes, placed_letter_hashes, placed_word_hashes

Places = NDArray[np.int64]

_WORD = re.compile(r"[^\W_]+|[!?№]")
_MARKS = "!?"
_LONGEST_WORD = 32
_NUMBER = re.compile(r"\d+")
_STOP, _PAUSE = re.compile(r"[.!?…;]"), re.compile(r"[,:()]|\s[-–—]")
_SHORTENED = frozenset(
    _WORD.findall("ул д кв корп стр пр пер г мкр пл им т п руб тел наб ш обл р н с ст эт пос просп тыс др ед гр мин ч")
)
_TURNS = frozenset(
    _WORD.findall("и а но да также еще плюс заодно зато теперь потом кроме вообще второе второй вторая третье кстати")
)
_LEAST_PART = 2
_LIKELY = 6
"""Topics of a clause that are looked at."""
_MOST_LIKELY = 200
"""Topics of all clauses, those first of which one clause speaks most."""
_LEAST_RUN, _DEEPEST = 5, 4
"""Words without a stop from which on a turn is looked for among them, and how often."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word at characters `start` to `end`; `as_read` is how topics are judged by it, numbers as noughts."""

    start: int
    end: int
    plain: str
    as_read: str


class LaidText:
    """A text in words; stretches are given by their first word and the one after their last.

    `topics` are those that come into question, as places among all of the judge's.
    """

    def __init__(self, text: str, judge: "Judge") -> None:
        self.text, self._scale = text, judge.knowledge.scale
        self.words = tuple(_words(text))
        self.size = len(self.words)
        self.stems: list[str] = Stemmer.Stemmer("russian").stemWords([word.as_read for word in self.words])
        self.gaps = tuple(_gap(self, place) for place in range(self.size))
        as_read = [word.as_read for word in self.words]
        said = [judge.said(*placed(as_read), self.size) for placed in (placed_word_hashes, placed_letter_hashes)]
        self.topics = self._likely_topics(said, judge.knowledge)
        self._sums = [(_running(half.by_word(self.topics)), _running(half.squares)) for half in said]
        self._biases, self._subsubjects = judge.knowledge.biases[self.topics], judge.subsubjects[self.topics]

    def judged(self, begins: Places, ends: Places) -> Floats:
        """Return what speaks for each of the `topics` in each of these stretches, a line each."""
        told = sum(
            (sums[ends] - sums[begins]) / _length(squares[ends] - squares[begins]) for sums, squares in self._sums
        )
        return np.asarray(told * self._scale + self._biases, np.float32)

    def _likely_topics(self, said: Sequence["_Said"], knowledge: Knowledge) -> Places:
        """Return the topics that the text or any clause of it is rather about; the others would only take time."""
        if not self.size:
            return np.zeros(0, np.int64)
        clauses, whole = self.clauses[:-1], np.zeros(1, np.int64)
        lines = [sum(half.by_stretch(starts) for half in said) for starts in (clauses, whole)]
        judged = np.vstack(lines) * knowledge.scale + knowledge.biases
        likely = np.unique(np.argpartition(judged, -_LIKELY, axis=1)[:, -_LIKELY:])
        return np.sort(likely[np.argsort(-judged[:, likely].max(axis=0), kind="stable")[:_MOST_LIKELY]])

    @cached_property
    def firsts(self) -> tuple[tuple[str, int], ...]:
        """The stem of each word, and the word with which it came first."""
        met: dict[str, int] = {}
        return tuple((stem, met.setdefault(stem, at)) for at, stem in enumerate(self.stems))

    @cached_property
    def sentences(self) -> Places:
        """The words at which sentences and lines begin, and the end."""
        begins = [at for at in range(1, self.size) if self.gaps[at] in "\n." and self.words[at].plain not in _MARKS]
        return np.array([0, *begins, self.size])

    @cached_property
    def clauses(self) -> Places:
        """The words at which something said by itself may begin, and the end."""
        begins = [at for at in range(1, self.size) if self._may_begin(at)]
        return np.array([0, *begins, self.size])

    @cached_property
    def hidden(self) -> frozenset[int]:
        """Words at which another matter seems to begin though no mark is set."""
        return frozenset(
            at for first, end in zip(self.clauses, self.clauses[1:], strict=False) for at in self._turns(first, end)
        )

    def _may_begin(self, at: int) -> bool:
        word, gap = self.words[at], self.gaps[at]
        if word.plain in _MARKS:
            return False
        return gap != " " or word.plain in _TURNS or self.text[word.start].isupper()

    def _turns(self, first: int, end: int, depth: int = 0) -> Iterator[int]:
        if end - first < _LEAST_RUN or depth > _DEEPEST:
            return
        places = np.arange(first + _LEAST_PART, end - _LEAST_PART + 1)
        before = self.judged(np.full(len(places), first), places)
        after = self.judged(places, np.full(len(places), end))
        differs = self._subsubjects[before.argmax(axis=1)] != self._subsubjects[after.argmax(axis=1)]
        if not differs.any():
            return
        at = int(places[np.where(differs, before.max(axis=1) + after.max(axis=1), -np.inf).argmax()])
        yield at
        yield from self._turns(first, at, depth + 1)
        yield from self._turns(at, end, depth + 1)


@dataclass(frozen=True, slots=True)
class Judge:
    """The judge of topics, for whole texts."""

    knowledge: Knowledge
    subsubjects: Places

    def said(self, hashes: Hashes, words: Places, size: int) -> "_Said":
        """Return what features say, each of which belongs to one of `size` words."""
        known = self.knowledge
        buckets = (hashes % np.uint32(BUCKETS)).astype(np.int64)
        worth, row = known.tells[buckets], known.row[buckets]
        rare = known.rare(buckets)
        common = np.flatnonzero(row >= 0)
        common = common[np.argsort(words[common], kind="stable")]
        return _Said(
            knowledge=known,
            words=words[rare.of],
            topics=rare.topics.astype(np.int64),
            worth=rare.weights * worth[rare.of],
            common_words=words[common],
            common_rows=row[common],
            common_worth=worth[common].astype(np.float32),
            squares=np.bincount(words, worth**2, size).astype(np.float32),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What words say: `words[n]` says `worth[n]` for `topics[n]`; of common features, what a row of the judge says.

    It is one half of a judgement, of the words or of their pieces; `squares` are each word's squared worth.
    """

    knowledge: Knowledge
    words: Places
    topics: Places
    worth: Floats
    common_words: Places
    common_rows: Places
    common_worth: Floats
    squares: Floats

    def by_word(self, chosen: Places) -> Floats:
        """Return what each word says for the chosen topics, a line each."""
        size, column = len(self.squares), np.full(len(self.knowledge.codes), -1)
        column[chosen] = np.arange(len(chosen))
        columns = column[self.topics]
        kept = columns >= 0
        spots = self.words[kept] * len(chosen) + columns[kept]
        told = np.bincount(spots, self.worth[kept], size * len(chosen)).reshape(size, len(chosen)).astype(np.float32)
        if len(self.common_words):
            said = self.knowledge.rows[np.ix_(self.common_rows, chosen)] * self.common_worth[:, None]
            firsts = np.flatnonzero(np.diff(self.common_words, prepend=-1))
            told[self.common_words[firsts]] += np.add.reduceat(said, firsts)
        return told

    def by_stretch(self, starts: Places) -> Floats:
        """Return what stretches that begin with these words say for all topics, a line each; without the common."""
        topics, lines = len(self.knowledge.codes), len(starts)
        stretch = np.searchsorted(starts, self.words, "right") - 1
        told = np.bincount(stretch * topics + self.topics, self.worth, lines * topics).reshape(lines, topics)
        return np.asarray(told / _length(np.add.reduceat(self.squares, starts)), np.float32)


def _words(text: str) -> Iterator[Word]:
    for found in _WORD.finditer(text):
        plain = found[0].lower().replace("ё", "е")
        if len(plain) <= _LONGEST_WORD:
            as_read = _NUMBER.sub(lambda number: "0" * min(len(number[0]), 3), plain)
            yield Word(found.start(), found.end(), plain, as_read)


def _gap(laid: LaidText, at: int) -> str:
    """Return what stands before a word: a line end, a stop, a comma or the like, or a mere space."""
    if at == 0:
        return "^"
    before, word = laid.words[at - 1], laid.words[at]
    between = laid.text[before.end : word.start]
    if "\n" in between:
        return "\n"
    if _STOP.search(between) or before.plain in _MARKS:
        is_shortened = before.plain in _SHORTENED or (len(before.plain) == 1 and before.plain.isalpha())
        return " " if between.startswith(".") and is_shortened else "."
    return "," if _PAUSE.search(between) else " "


def _length(squares: Floats) -> Floats:
    return np.sqrt(np.maximum(squares, 1e-6))[:, None]


def _running(values: Floats) -> Floats:
    """Return them summed up to each word, from none of them on."""
    sums = np.zeros((len(values) + 1, *values.shape[1:]), np.float32)
    np.cumsum(values, axis=0, out=sums[1:])
    return sums
