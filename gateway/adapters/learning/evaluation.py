"""How often a model is right on rows that it was not made from, and whether it is as sure as it is right."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum

from gateway.adapters.learning.model import LearnedModel

_SUGGESTED = 5
_BANDS = (0.0, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95)
_ABOVE_ALL = 2.0


@dataclass(frozen=True, slots=True)
class Band:
    """The rows whose best code was given with a probability from `least` up to the next band's."""

    least: float
    count: int
    said: float  # the mean probability
    right: float  # the share that was right


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Shares of all rows: the best code was right; the right code was among the first five."""

    count: int
    first: float
    among_five: float
    bands: Sequence[Band]


def evaluate(
    model: LearnedModel, rows: Sequence[tuple[str, str]], *, progress: Callable[[float, str], None]
) -> Evaluation:
    """Return how a model does on these rows."""
    if not rows:
        raise ValueError("there is nothing to evaluate with: no rows")
    found = []
    for done, (text, code) in enumerate(rows):
        progress(done / len(rows), "asking the model")
        said = list(model.predict(text).items())[:_SUGGESTED]
        best, sureness = said[0] if said else (None, 0.0)
        found.append((sureness, best == code, code in dict(said)))
    progress(1.0, "asked the model")
    return Evaluation(
        count=len(rows),
        first=_mean([is_first for _, is_first, _ in found]),
        among_five=_mean([is_among for _, _, is_among in found]),
        bands=[band for least, most in pairwise((*_BANDS, _ABOVE_ALL)) if (band := _band(found, least, most))],
    )


def _band(found: Sequence[tuple[float, bool, bool]], least: float, most: float) -> Band | None:
    inside = [(sureness, is_first) for sureness, is_first, _ in found if least <= sureness < most]
    if not inside:
        return None
    said, right = zip(*inside, strict=True)
    return Band(least, len(inside), _mean(said), _mean(right))


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)
