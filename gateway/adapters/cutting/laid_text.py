"""A text laid out in words, with what every stretch of them is about.

What the judge of topics (knowledge.py) says of a text is a sum over its words, but for its length; so sums up to each
word are kept, and any stretch is judged by two of them.
"""

import re
from collections.abc import Iterator
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
_TOO_COMMON = 300
_LEAST_PART = 2
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
    """A text in words; stretches are given by their first word and the one after their last."""

    def __init__(self, text: str, knowledge: Knowledge, subsubjects: Places) -> None:
        self.text, self._knowledge, self._subsubjects = text, knowledge, subsubjects
        self.words = tuple(_words(text))
        self.size = len(self.words)
        self.stems: list[str] = Stemmer.Stemmer("russian").stemWords([word.as_read for word in self.words])
        self.gaps = tuple(_gap(self, place) for place in range(self.size))
        as_read = [word.as_read for word in self.words]
        self._by_words = _running(*self._said(*placed_word_hashes(as_read), len(as_read)))
        # The pieces of a word are the same wherever it stands.
        different = list(dict.fromkeys(as_read))
        said, squares = self._said(*placed_letter_hashes(different), len(different))
        numbers = {word: number for number, word in enumerate(different)}
        met = np.array([numbers[word] for word in as_read], np.int64)
        self._by_letters = _running(said[met], squares[met])

    def judged(self, begins: Places, ends: Places) -> Floats:
        """Return what speaks for each topic in each of these stretches, a line each."""
        told = sum(_of_length(*sums, begins, ends) for sums in (self._by_words, self._by_letters))
        return np.asarray(told * self._knowledge.scale + self._knowledge.biases, np.float32)

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

    def _said(self, hashes: Hashes, words: Places, size: int) -> tuple[Floats, Floats]:
        """Return what each of `size` words says for each topic, a line each, and its squared worth.

        What nearly all topics know says little of any, and would take most of the time.
        """
        known, topics = self._knowledge, len(self._knowledge.codes)
        buckets = (hashes % np.uint32(BUCKETS)).astype(np.int64)
        worth = known.tells[buckets]
        squares = np.bincount(words, weights=worth**2, minlength=size)
        begins, lengths = known.starts[buckets], known.starts[buckets + 1] - known.starts[buckets]
        lengths[lengths > _TOO_COMMON] = 0
        ends = np.cumsum(lengths)
        at = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(begins - (ends - lengths), lengths)
        said = known.weights[at] * np.repeat(worth, lengths)
        spots = np.repeat(words * topics, lengths) + known.topics[at]
        by_word = np.bincount(spots, weights=said, minlength=size * topics).reshape(size, topics)
        return by_word.astype(np.float32), squares.astype(np.float32)


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


def _of_length(sums: Floats, squares: Floats, begins: Places, ends: Places) -> Floats:
    length = np.sqrt(np.maximum(squares[ends] - squares[begins], 1e-6))
    return np.asarray((sums[ends] - sums[begins]) / length[:, None], np.float32)


def _running(said: Floats, squares: Floats) -> tuple[Floats, Floats]:
    """Return both summed up to each word, from none of them on."""
    return (
        np.concatenate([np.zeros_like(said, shape=(1, said.shape[1])), np.cumsum(said, axis=0)]),
        np.concatenate([np.zeros(1, np.float32), np.cumsum(squares)]),
    )
