"""What rules do not find: threats, adverts, dangers and empty texts, told by how such texts are worded.

The rules of `gateway.reading` find what they were written for and say so for certain. What is found here is a guess,
learned from written lessons (`make checks`, scripts/learn_checks.py): it warns, and never blocks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from gateway.adapters.knowledge import Floats
from gateway.adapters.learning.features import (
    READ_CHARACTERS,
    Hashes,
    placed_letter_hashes,
    placed_word_hashes,
    written_words,
)
from gateway.domain.fault import Danger, Fault, FaultKind
from gateway.reading.sentences import sentences

FORMAT = 1
BUCKETS = 1 << 16
LABELS = (
    *(FaultKind.THREAT, FaultKind.ADVERT, FaultKind.NO_ESSENCE, FaultKind.UNREADABLE),
    *(Danger.GAS, Danger.FIRE, Danger.WIRE, Danger.FLOOD, Danger.COLLAPSE, Danger.LIFE),
)
_FILE = "checks.npz"
_SHORTEST_PLACE = 3
"""Words; what is shorter says something only beside the rest."""
OF_WHOLE = (FaultKind.ADVERT, FaultKind.NO_ESSENCE, FaultKind.UNREADABLE)
"""These a text is as a whole or not at all."""
_LONGEST_WHOLE = 40
"""Words; who writes more says something."""


@dataclass(frozen=True, slots=True)
class Guesses:
    """What a text seems to hold."""

    faults: tuple[Fault, ...] = ()
    danger: Danger | None = None


@dataclass(frozen=True, slots=True)
class LearnedChecks:
    """The judge: what each bucket of features is worth, and how much it says for each of the labels."""

    worth: Floats
    weights: Floats
    biases: Floats

    def guess(self, text: str) -> Guesses:
        """Return what a text seems to hold; what comes after 4,000 characters is not read."""
        stretches = tuple(_stretches(text[:READ_CHARACTERS]))
        sums, squares, words = self._summed([text[start:end] for start, end in stretches])
        if not words[-1]:
            return Guesses()
        places = self._judged(sums, squares, words[:-1], words[1:])
        places[np.diff(words) < _SHORTEST_PLACE] = -np.inf
        whole = self._judged(sums, squares, words[:1], words[-1:])[0] if words[-1] <= _LONGEST_WHOLE else None
        return Guesses(tuple(_faults(text, stretches, places, whole)), _danger(places, whole))

    def _summed(self, texts: list[str]) -> tuple[Floats, Floats, NDArray[np.int64]]:
        """Return what all words up to each say for the labels, its squared worth, and where each text begins."""
        read = [written_words(text) for text in texts]
        starts = np.cumsum([0, *map(len, read)])
        words = [word for of_text in read for word in of_text]
        sums, squares = np.zeros((len(words) + 1, len(LABELS)), np.float32), np.zeros(len(words) + 1, np.float32)
        for hashes, places in (placed_word_hashes(words), placed_letter_hashes(words)) if words else ():
            buckets = buckets_of(hashes)
            worth = self.worth[buckets]
            np.add.at(sums, places + 1, self.weights[buckets] * worth[:, None])
            np.add.at(squares, places + 1, worth**2)
        return np.cumsum(sums, axis=0), np.cumsum(squares), starts

    def _judged(self, sums: Floats, squares: Floats, begins: NDArray[np.int64], ends: NDArray[np.int64]) -> Floats:
        length = np.sqrt(np.maximum(squares[ends] - squares[begins], 1e-6))
        return np.asarray((sums[ends] - sums[begins]) / length[:, None] + self.biases, np.float32)


def buckets_of(hashes: Hashes) -> NDArray[np.int64]:
    """Return the bucket of each feature."""
    return (hashes % np.uint32(BUCKETS)).astype(np.int64)


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Yield the sentences, all of the text among them."""
    found = list(sentences(text)) or [(0, len(text))]
    for at, (start, end) in enumerate(found):
        yield (0 if at == 0 else start), (len(text) if at == len(found) - 1 else end)


def _faults(text: str, stretches: tuple[tuple[int, int], ...], places: Floats, whole: Floats | None) -> Iterator[Fault]:
    if whole is not None:
        for kind in OF_WHOLE:
            if whole[LABELS.index(kind)] > 0:
                yield _marked(text, kind, 0, len(text))
    threats = places[:, LABELS.index(FaultKind.THREAT)]
    if threats.max() > 0:
        yield _marked(text, FaultKind.THREAT, *stretches[int(threats.argmax())])


def _marked(text: str, kind: FaultKind, start: int, end: int) -> Fault:
    said = text[start:end]
    start += len(said) - len(said.lstrip())
    return Fault(kind=kind, start=start, end=start + len(said.strip()), is_guess=True)


def _danger(places: Floats, whole: Floats | None) -> Danger | None:
    rows = places if whole is None else np.vstack([places, whole])
    best = {label: float(rows[:, at].max()) for at, label in enumerate(LABELS) if isinstance(label, Danger)}
    likeliest = max(best, key=lambda danger: best[danger])
    return likeliest if best[likeliest] > 0 else None


@cache
def shipped_checks() -> LearnedChecks:
    """Return what comes with the product."""
    with as_file(files("gateway") / "data" / _FILE) as file:
        return read_checks(file)


def read_checks(file: Path) -> LearnedChecks:
    """Read such a file; raises ValueError for what is none."""
    try:
        with file.open("rb") as content, np.load(content, allow_pickle=False) as kept:
            return _checks(kept)
    except (KeyError, OSError, EOFError, ValueError, TypeError, BadZipFile) as error:
        raise ValueError(f"{file.name} holds no checks") from error


def _checks(kept: Mapping[str, NDArray[Any]]) -> LearnedChecks:
    if int(kept["format"]) != FORMAT or tuple(kept["labels"].tolist()) != LABELS:
        raise ValueError
    weights = kept["weights"].astype(np.float32) * kept["scales"]
    return LearnedChecks(kept["worth"].astype(np.float32), weights, kept["biases"])
