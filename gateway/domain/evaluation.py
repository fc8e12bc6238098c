"""How good suggestions are, by texts whose topic is known."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import fsum
from statistics import median
from time import perf_counter

from gateway.domain.labelled_text import LabelledText
from gateway.domain.topic import TopicCode, TopicMatch

MOST_SUGGESTED = 5
_LOWEST_BANDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9)
_MOST_PAIRS = 20

Suggest = Callable[[str], Sequence[TopicMatch]]
"""Gives the topics that fit a text, best first: MOST_SUGGESTED of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The suggestions given with a confidence from `low` to below `high`, and how many of them were right."""

    low: float
    high: float
    given: int
    right: int

    @property
    def share(self) -> float | None:
        """The share that was right; None where none was given."""
        return self.right / self.given if self.given else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """How often a topic was taken for another; None for nothing suggested at all."""

    right: TopicCode
    given: TopicCode | None
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What came of trying suggestions on texts.

    `tops` has the share of texts whose topic is among the first 1, 3 and 5. `macro_f1` is the mean of the F1 of the
    topics that the texts have. `bands` are those of the first suggestion's confidence. Times are in milliseconds.
    """

    texts: int
    topics: int
    tops: dict[int, float]
    macro_f1: float
    bands: tuple[Band, ...]
    confused: tuple[Confusion, ...]
    median_ms: float
    p99_ms: float

    @property
    def sure(self) -> Band:
        """The suggestions given with a confidence of 0.9 and above."""
        return self.bands[-1]


@dataclass(frozen=True, slots=True)
class _Trial:
    right: TopicCode
    given: tuple[TopicCode, ...]
    score: float
    seconds: float

    @property
    def first(self) -> TopicCode | None:
        return self.given[0] if self.given else None


def evaluate(texts: Iterable[LabelledText], suggest: Suggest) -> Evaluation:
    """Try suggestions on texts; raises ValueError if there are none."""
    trials = [_try(labelled, suggest) for labelled in texts]
    if not trials:
        raise ValueError("there is no text to try suggestions on")
    median_ms, p99_ms = times_of([trial.seconds for trial in trials])
    wrong = Counter((trial.right, trial.first) for trial in trials if trial.first != trial.right)
    return Evaluation(
        texts=len(trials),
        topics=len({trial.right for trial in trials}),
        tops={most: _share(trials, most) for most in (1, 3, MOST_SUGGESTED)},
        macro_f1=_macro_f1(trials),
        bands=tuple(_bands(trials)),
        confused=tuple(
            Confusion(right=right, given=given, times=times) for (right, given), times in wrong.most_common(_MOST_PAIRS)
        ),
        median_ms=median_ms,
        p99_ms=p99_ms,
    )


def times_of(seconds: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 99th percentile in milliseconds."""
    rising = sorted(seconds)
    return 1_000 * median(rising), 1_000 * rising[min(len(rising) - 1, len(rising) * 99 // 100)]


def _try(labelled: LabelledText, suggest: Suggest) -> _Trial:
    begun = perf_counter()
    matches = suggest(labelled.text)
    seconds = perf_counter() - begun
    given = tuple(match.topic.code for match in matches[:MOST_SUGGESTED])
    return _Trial(labelled.code, given, matches[0].score if matches else 0.0, seconds)


def _share(trials: Sequence[_Trial], most: int) -> float:
    return sum(trial.right in trial.given[:most] for trial in trials) / len(trials)


def _macro_f1(trials: Sequence[_Trial]) -> float:
    right = Counter(trial.right for trial in trials)
    given = Counter(trial.first for trial in trials)
    hits = Counter(trial.right for trial in trials if trial.first == trial.right)
    return fsum(2 * hits[code] / (right[code] + given[code]) for code in right) / len(right)


def _bands(trials: Sequence[_Trial]) -> Iterable[Band]:
    for low, high in zip(_LOWEST_BANDS, (*_LOWEST_BANDS[1:], 1.0), strict=True):
        within = [trial for trial in trials if trial.given and low <= trial.score and (trial.score < high or high == 1)]
        right = sum(trial.first == trial.right for trial in within)
        yield Band(low=low, high=high, given=len(within), right=right)
