"""What the product knows of how residents speak: a linear judge of the topics of its own catalogue.

It is learned from that catalogue's names, words and examples alone (`make topics`, scripts/learn_topics.py) and shipped
as arrays of numbers: for each of 2^18 buckets of features which topics speak for it, and how much.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np
import Stemmer
from numpy.typing import NDArray

from gateway.adapters.learning.features import Hashes, letter_hashes, word_hashes, written_words
from gateway.adapters.topic_index import STOP_WORDS

FORMAT = 1
BUCKETS = 1 << 18
_FILE = "knowledge.npz"
SHARPNESS = 9.0
"""What a judgement is multiplied with before it becomes a probability; fitted to examples that were not learned."""
_SHORTEST_WORD = 3
_COMMON = 120
"""A feature that more topics know is common."""

Floats = NDArray[np.float32]


class Rare(NamedTuple):
    """What is said for `topics` with `weights`; `of` are the places of the buckets that say it."""

    of: NDArray[np.int64]
    topics: NDArray[np.uint16]
    weights: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The judge. `names` are the ways to the topics; what bucket b says stands from `starts[b]` to `starts[b + 1]`.

    What hundreds of topics know is a line of numbers besides, which is quicker: `row[b]` of the `rows`, -1 for none.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    tells: Floats
    starts: NDArray[np.int64]
    topics: NDArray[np.uint16]
    weights: NDArray[np.int8]
    scale: float
    biases: Floats
    stems: frozenset[str]
    """Of the words that it has met; what has none of them is not understood."""
    row: NDArray[np.int64]
    rows: NDArray[np.int8]

    def judge(self, text: str) -> Floats | None:
        """Return what speaks for each topic, in the order of `codes`; None of a text without a known word."""
        if self.stems.isdisjoint(telling_stems(text)):
            return None
        buckets, worth = features(text, self.tells)
        common = np.flatnonzero(self.row[buckets] >= 0)
        for_each = worth[common] @ self.rows[self.row[buckets[common]]].astype(np.float32)
        rare = self.rare(buckets)
        for_each += np.bincount(rare.topics, rare.weights * worth[rare.of], len(self.codes))
        return (for_each * self.scale + self.biases).astype(np.float32)

    def rare(self, buckets: NDArray[np.int64]) -> Rare:
        """Return what those of the buckets say that few topics know."""
        begins, lengths = self.starts[buckets], self.starts[buckets + 1] - self.starts[buckets]
        lengths[self.row[buckets] >= 0] = 0
        ends = np.cumsum(lengths)
        at = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(begins - (ends - lengths), lengths)
        return Rare(np.repeat(np.arange(len(buckets)), lengths), self.topics[at], self.weights[at])

    def shares(self, text: str, *, sharpness: float = SHARPNESS) -> Floats | None:
        """Return how probable each topic is; they sum to 1. Less sharp, they say what else is like it."""
        judged = self.judge(text)
        if judged is None:
            return None
        raised = np.exp(sharpness * (judged - judged.max()))
        return np.asarray(raised / raised.sum(), np.float32)


def telling_stems(text: str) -> list[str]:
    """Return the stems of the words that tell something."""
    words = [word for word in written_words(text) if len(word) >= _SHORTEST_WORD and word not in STOP_WORDS]
    stems: list[str] = Stemmer.Stemmer("russian").stemWords(words)
    return stems


def features(text: str, tells: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return the buckets of a text and what each is worth; words and pieces of words are worth as much in all."""
    words = written_words(text)
    parts = [_weighed(hashes, tells) for hashes in (word_hashes(words), letter_hashes(words))]
    return np.concatenate([buckets for buckets, _ in parts]), np.concatenate([worth for _, worth in parts])


def _weighed(hashes: Hashes, tells: Floats) -> tuple[NDArray[np.int64], Floats]:
    buckets, counts = np.unique(hashes % np.uint32(BUCKETS), return_counts=True)
    worth = (1 + np.log(counts)) * tells[buckets]
    length = float(np.sqrt(worth @ worth)) or 1.0
    return buckets.astype(np.int64), (worth / length).astype(np.float32)


@cache
def shipped_knowledge() -> Knowledge:
    """Return what comes with the product."""
    with as_file(files("gateway") / "data" / _FILE) as file:
        return read_knowledge(file)


def read_knowledge(file: Path) -> Knowledge:
    """Read such a file; raises ValueError for what is none."""
    try:
        with file.open("rb") as content, np.load(content, allow_pickle=False) as kept:
            return _read(kept)
    except (KeyError, OSError, EOFError, ValueError, TypeError, BadZipFile) as error:
        raise ValueError(f"{file.name} is no knowledge of version {FORMAT}") from error


def _read(kept: Mapping[str, NDArray[Any]]) -> Knowledge:
    if int(kept["format"]) != FORMAT:
        raise ValueError
    codes, starts, topics, weights = (kept[name] for name in ("codes", "starts", "topics", "weights"))
    row, rows = _laid_out(starts.astype(np.int64), topics, weights, len(codes))
    return Knowledge(
        codes=tuple(str(code) for code in codes),
        names=tuple(str(name) for name in kept["names"]),
        tells=kept["tells"].astype(np.float32),
        starts=starts.astype(np.int64),
        topics=topics,
        weights=weights,
        scale=float(kept["scale"]),
        biases=kept["biases"],
        stems=frozenset(str(stem) for stem in kept["stems"]),
        row=row,
        rows=rows,
    )


def _laid_out(
    starts: NDArray[np.int64], topics: NDArray[np.uint16], weights: NDArray[np.int8], size: int
) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Return which line is whose, and the lines; takes some tens of milliseconds and 4 MB."""
    common = np.flatnonzero(np.diff(starts) > _COMMON)
    row = np.full(len(starts) - 1, -1)
    row[common] = np.arange(len(common))
    rows = np.zeros((len(common), size), np.int8)
    for line, bucket in enumerate(common):
        kept = slice(starts[bucket], starts[bucket + 1])
        rows[line, topics[kept]] = weights[kept]
    return row, rows
