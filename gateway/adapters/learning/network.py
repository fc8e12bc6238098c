"""A network with one hidden layer over weighted features, and how it is learned (Adam, in numpy).

A feature has a row of numbers; the rows of what a text has, times their weights, add up to the hidden layer. While it
is learned only the rows that a handful of texts need are touched. What is learned is kept as bytes, a scale a row.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gateway.adapters.learning.vocabulary import Floats, Indexes, Table, Vector

Bytes = NDArray[np.int8]

_BYTE = 127
_FIRST_SPREAD = 0.1
_KEEPS, _KEEPS_SQUARES, _NO_ZERO = 0.9, 0.999, 1e-8  # Adam's usual three
_WARM_UP = 100  # steps
_ROWS_AT_A_TIME = 512


@dataclass(frozen=True, slots=True)
class Network:
    """What was learned; `first` is where its features begin among all."""

    first: int
    rows: Bytes
    scales: Floats
    hidden: Floats
    out: Floats
    classes: Floats

    def answer(self, vector: Vector) -> Floats:
        """Return the share of each class; they sum to 1."""
        inside = (vector.places >= self.first) & (vector.places < self.first + len(self.rows))
        places = vector.places[inside] - self.first
        weights = vector.weights[inside] * self.scales[places]
        hidden = np.maximum(weights @ self.rows[places] + self.hidden, 0)
        return softmax(hidden @ self.out + self.classes)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a network is learned."""

    width: int = 128
    speed: float = 3e-3
    dropped: float = 0.3  # of the hidden layer
    handful: int = 256
    rounds: int = 8


class _Slope:
    """Adam's memory of some numbers."""

    def __init__(self, values: Floats) -> None:
        self._values = values
        self._mean = np.zeros_like(values)
        self._square = np.zeros_like(values)

    def go_down(self, slope: Floats, speed: float, step: int) -> None:
        """Take one step with all numbers."""
        self._step(slice(None), slope, speed, step)

    def go_down_rows(self, rows: Indexes, slope: Floats, speed: float, step: int) -> None:
        """Take one step with these rows only; with few at a time, which stay close to the processor."""
        for start in range(0, len(rows), _ROWS_AT_A_TIME):
            some = slice(start, start + _ROWS_AT_A_TIME)
            self._step(rows[some], slope[some], speed, step)

    def untouched(self) -> NDArray[np.bool_]:
        """Return which rows never took a step."""
        return np.asarray(self._square.max(axis=1, initial=0) == 0)

    def _step(self, where: Indexes | slice, slope: Floats, speed: float, step: int) -> None:
        mean, square = self._mean[where], self._square[where]
        mean *= np.float32(_KEEPS)
        mean += np.float32(1 - _KEEPS) * slope
        square *= np.float32(_KEEPS_SQUARES)
        square += np.float32(1 - _KEEPS_SQUARES) * (slope * slope)
        self._mean[where], self._square[where] = mean, square
        root = np.sqrt(square)
        root += np.float32(_NO_ZERO)
        change = np.float32(speed * (1 - _KEEPS_SQUARES**step) ** 0.5 / (1 - _KEEPS**step)) * mean
        change /= root
        self._values[where] -= change


class Learner:
    """Learns one network from texts of which the share of each class is known."""

    def __init__(self, first: int, features: int, classes: int, plan: Plan, seed: int) -> None:
        self._first, self._plan = first, plan
        self._chance = np.random.default_rng(seed)
        draw = self._chance.standard_normal
        self._rows = draw((features, plan.width), dtype=np.float32) * np.float32(_FIRST_SPREAD)
        self._out = draw((plan.width, classes), dtype=np.float32) / np.float32(np.sqrt(plan.width))
        self._hidden = np.zeros(plan.width, np.float32)
        self._classes = np.zeros(classes, np.float32)
        self._slopes = [_Slope(values) for values in (self._rows, self._hidden, self._out, self._classes)]

    def learn(self, texts: Table, shares: Table, worth: Floats, on_step: Callable[[float], None]) -> None:
        """Go through all texts as often as planned; say after each step how far it is."""
        count, handful = len(texts), self._plan.handful
        steps = self._plan.rounds * -(-count // handful)
        step = 0
        for _ in range(self._plan.rounds):
            order = self._chance.permutation(count)
            for start in range(0, count, handful):
                step += 1
                chosen = order[start : start + handful]
                speed = self._plan.speed * (1 - (step - 1) / steps) * min(1.0, step / _WARM_UP)
                self._step(texts.dense(chosen), shares.whole(chosen, len(self._classes)), worth[chosen], speed, step)
                on_step(step / steps)

    def learned(self) -> Network:
        """Return what was learned, a byte a number; a feature that no text had says nothing."""
        self._rows[self._slopes[0].untouched()] = 0
        scales = np.maximum(np.abs(self._rows).max(axis=1, initial=0), np.float32(1e-9)) / np.float32(_BYTE)
        rows = np.rint(self._rows / scales[:, None]).astype(np.int8)
        return Network(self._first, rows, scales, self._hidden, self._out, self._classes)

    def _step(self, given: tuple[Indexes, Floats], shares: Floats, worth: Floats, speed: float, step: int) -> None:
        features, values = given
        raw = values @ self._rows[features] + self._hidden
        kept = np.float32(1 - self._plan.dropped)
        drawn = self._chance.random(raw.shape, dtype=np.float32)
        passed: Floats = ((raw > 0) & (drawn < kept)).astype(np.float32) / kept
        hidden = raw * passed
        wrong = softmax(hidden @ self._out + self._classes) - shares
        wrong *= worth[:, None] / np.float32(len(worth))
        back: Floats = (wrong @ self._out.T) * passed
        rows, inner, out, classes = self._slopes
        out.go_down(hidden.T @ wrong, speed, step)
        classes.go_down(wrong.sum(axis=0), speed, step)
        inner.go_down(back.sum(axis=0), speed, step)
        rows.go_down_rows(features, values.T @ back, speed, step)


def softmax(values: Floats) -> Floats:
    """Return shares that sum to 1 in each row."""
    raised = np.exp(values - values.max(axis=-1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return shares
