"""The features worth knowing, and texts as weights of them (tf-idf)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gateway.adapters.learning.features import Hashes, letter_hashes, word_hashes, written_words

Floats = NDArray[np.float32]
Indexes = NDArray[np.int32]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Vector:
    """One text: which features it has, as places in the vocabulary, and how much each counts."""

    places: Indexes
    weights: Floats


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The features of one kind, in rising order, and how much it tells to have one."""

    hashes: Hashes
    tells: Floats
    unknown: float  # what a feature tells that is not in it

    @classmethod
    def of(cls, texts: Sequence[tuple[Hashes, Indexes]], *, least: int, most: int) -> "Vocabulary":
        """Return the features that at least so many texts have; of too many the most frequent."""
        found = np.concatenate([hashes for hashes, _ in texts])
        hashes, met = np.unique(found, return_counts=True)
        known = np.flatnonzero(met >= least)
        if len(known) > most:
            known = np.sort(known[np.argsort(-met[known], kind="stable")[:most]])
        tells = np.log((1 + len(texts)) / (1 + met[known])) + 1
        return cls(hashes[known], tells.astype(np.float32), float(np.log((1 + len(texts)) / 2) + 1))

    def vector(self, counted: tuple[Hashes, Indexes]) -> Vector:
        """Return a text of length 1, less what of it is unknown: a text that says little new stays a faint one."""
        hashes, counts = counted
        if not len(self.hashes):
            return Vector(np.zeros(0, np.int32), np.zeros(0, np.float32))
        places = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        is_known = self.hashes[places] == hashes
        weights = (1 + np.log(counts)) * np.where(is_known, self.tells[places], self.unknown)
        length = float(np.sqrt(weights @ weights)) or 1.0
        return Vector(places[is_known].astype(np.int32), (weights[is_known] / length).astype(np.float32))

    def __len__(self) -> int:
        return len(self.hashes)


@dataclass(frozen=True, slots=True)
class Vocabularies:
    """Words and pieces of words; the places of the pieces follow those of the words."""

    words: Vocabulary
    letters: Vocabulary

    def vector(self, text: str) -> Vector:
        """Return a text as it is learned and predicted."""
        words = written_words(text)
        return self.joined(counted(word_hashes(words)), counted(letter_hashes(words)))

    def joined(self, words: tuple[Hashes, Indexes], letters: tuple[Hashes, Indexes]) -> Vector:
        """Return one vector of what was counted."""
        first, second = self.words.vector(words), self.letters.vector(letters)
        places = np.concatenate([first.places, second.places + np.int32(len(self.words))])
        return Vector(places, np.concatenate([first.weights, second.weights]))

    def __len__(self) -> int:
        return len(self.words) + len(self.letters)


@dataclass(frozen=True, slots=True)
class Table:
    """Many vectors, one after another; `starts` has one number more than there are vectors."""

    starts: Rows
    places: Indexes
    weights: Floats

    @classmethod
    def of(cls, vectors: Iterable[Vector]) -> "Table":
        """Return a table of vectors."""
        kept = list(vectors)
        starts = np.zeros(len(kept) + 1, np.int64)
        np.cumsum([len(vector.places) for vector in kept], out=starts[1:])
        places = np.concatenate([np.zeros(0, np.int32), *(vector.places for vector in kept)])
        return cls(starts, places, np.concatenate([np.zeros(0, np.float32), *(vector.weights for vector in kept)]))

    def only(self, rows: Rows) -> "Table":
        """Return these vectors."""
        return Table.of(self[int(row)] for row in rows)

    def within(self, first: int, end: int) -> "Table":
        """Return the same vectors with the features of these places only, counted from the first."""
        inside = (self.places >= first) & (self.places < end)
        kept = np.concatenate([np.zeros(1, np.int64), np.cumsum(inside)])
        return Table(kept[self.starts], self.places[inside] - np.int32(first), self.weights[inside])

    def dense(self, rows: Rows) -> tuple[Indexes, Floats]:
        """Return the features that any of these vectors has, and the vectors over them."""
        lines, at = self._cells(rows)
        features, columns = np.unique(self.places[at], return_inverse=True)
        values = np.zeros((len(rows), len(features)), np.float32)
        values[lines, columns] = self.weights[at]
        return features, values

    def whole(self, rows: Rows, width: int) -> Floats:
        """Return these vectors over all there is, which is so much."""
        lines, at = self._cells(rows)
        values = np.zeros((len(rows), width), np.float32)
        values[lines, self.places[at]] = self.weights[at]
        return values

    def _cells(self, rows: Rows) -> tuple[Rows, Rows]:
        """Return for each number of these vectors which of them it is in, and where it is kept."""
        begins = self.starts[rows]
        lengths = self.starts[rows + 1] - begins
        ends = np.cumsum(lengths)
        at = np.arange(int(lengths.sum())) + np.repeat(begins - (ends - lengths), lengths)
        return np.repeat(np.arange(len(rows)), lengths), at

    def __getitem__(self, row: int) -> Vector:
        inside = slice(int(self.starts[row]), int(self.starts[row + 1]))
        return Vector(self.places[inside], self.weights[inside])

    def __len__(self) -> int:
        return len(self.starts) - 1


def counted(hashes: Hashes) -> tuple[Hashes, Indexes]:
    """Return the different features in rising order and how often each is there."""
    different, counts = np.unique(hashes, return_counts=True)
    return different, counts.astype(np.int32)
