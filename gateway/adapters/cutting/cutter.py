"""Texts cut where another problem begins."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from gateway.adapters.cutting.features import Features, Kinship
from gateway.adapters.cutting.laid_text import Judge, LaidText, Places
from gateway.adapters.cutting.trees import Trees
from gateway.adapters.cutting.whole import Whole
from gateway.adapters.knowledge import Floats, Knowledge, shipped_knowledge

FORMAT = 2
_FILE = "cuts.npz"
READ_CHARACTERS = 4_000
NOTICED = 0.7
"""How probable it must be that a text is several problems, before anybody is asked."""
_CUT = 0.3
"""How probable a place must then be, but for the likeliest one, which is one in any case."""
_MOST_PROBLEMS = 12
_LEAST_WORDS = 3
"""Fewer are no problem of their own."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """The characters at which further problems begin; `is_whole` tells that all of the text was read and understood."""

    starts: tuple[int, ...] = ()
    is_whole: bool = True


_LEANS_ON = frozenset(("на", "в", "во", "у", "по", "с", "из", "за", "к", "от", "до", "под", "при", "без", "не", "ни"))


class Cutter:
    """Cuts texts."""

    def __init__(self, knowledge: Knowledge, kinship: Kinship, trees: Trees, whole: Whole) -> None:
        self._judge = Judge(knowledge, kinship.subsubjects)
        self._features, self._trees, self._whole = Features(kinship), trees, whole

    def cut(self, text: str) -> Cuts:
        """Return where a text goes over to another problem; nowhere, where it is about one or too tangled to tell.

        What comes after 4,000 characters is not read.
        """
        laid = LaidText(text[:READ_CHARACTERS], self._judge)
        at, probable = self.probable(laid)
        is_whole = len(text) <= READ_CHARACTERS
        if not len(at) or self._whole.probable(probable) < NOTICED:
            return Cuts(is_whole=is_whole)
        chosen = sorted({_begin(laid, word) for word in _chosen(at, probable, laid.size)} - {laid.size})
        if len(chosen) >= _MOST_PROBLEMS:
            return Cuts(is_whole=False)
        return Cuts(tuple(laid.words[word].start for word in chosen), is_whole)

    def probable(self, laid: LaidText) -> tuple[Places, Floats]:
        """Return the words at which another problem might begin, and how probable each is."""
        at, rows = self._features.of(laid)
        return (at, self._trees.probable(rows)) if len(at) else (at, np.zeros(0, np.float32))


def _begin(laid: LaidText, word: int) -> int:
    """Return where a part begins: not within what a preposition has begun («фонарь на | Ленина, 5»), but after it."""
    while word < laid.size and laid.words[word - 1].plain in _LEANS_ON:
        word = int(laid.clauses[laid.clauses > word][0])
    return word


def _chosen(at: Places, probable: Floats, size: int) -> list[int]:
    """Return the likeliest places, none of them next to a likelier one or to an end, in the order of the text."""
    chosen: list[int] = []
    for best in np.argsort(-probable, kind="stable"):
        if chosen and probable[best] < _CUT:
            break
        if all(abs(int(at[best]) - other) >= _LEAST_WORDS for other in (0, size, *chosen)):
            chosen.append(int(at[best]))
    return sorted(chosen)


@cache
def shipped_cutter() -> Cutter:
    """Return what comes with the product."""
    with as_file(files("gateway") / "data" / _FILE) as file:
        return read_cutter(file, shipped_knowledge())


def read_cutter(file: Path, knowledge: Knowledge) -> Cutter:
    """Read such a file; raises ValueError for what is none, or belongs to another judge of topics."""
    try:
        with file.open("rb") as content, np.load(content, allow_pickle=False) as kept:
            _check(kept, knowledge)
            kinship = Kinship(subjects=kept["subjects"], subsubjects=kept["subsubjects"], bodies=kept["bodies"])
            return Cutter(knowledge, kinship, Trees.read(kept), Whole.read(kept))
    except (KeyError, OSError, EOFError, ValueError, TypeError, BadZipFile) as error:
        raise ValueError(f"{file.name} does not belong to this judge of topics") from error


def _check(kept: Mapping[str, NDArray[Any]], knowledge: Knowledge) -> None:
    if int(kept["format"]) != FORMAT or tuple(kept["codes"].tolist()) != knowledge.codes:
        raise ValueError
