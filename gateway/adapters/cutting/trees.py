"""Many small trees that decide together, as arrays: what gradient boosting has learned, without the library for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gateway.adapters.knowledge import Floats


@dataclass(frozen=True, slots=True)
class Trees:
    """Nodes of all trees behind one another; `roots` are where each begins.

    A node leads to `left` where its feature is at most its `limit`, else to `right`; a leaf leads to itself, and its
    value counts. `depth` is how far any leaf is from its root.
    """

    roots: NDArray[np.int32]
    feature: NDArray[np.int16]
    limit: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    values: NDArray[np.float32]
    start: float
    depth: int

    @classmethod
    def read(cls, kept: Mapping[str, NDArray[Any]]) -> "Trees":
        """Read them from the arrays of a file; raises KeyError where one lacks."""
        arrays = (kept["feature"], kept["limit"], kept["left"], kept["right"], kept["values"])
        return cls(kept["roots"], *arrays, start=float(kept["start"]), depth=int(kept["depth"]))

    def probable(self, rows: Floats) -> Floats:
        """Return how probable each row is, from 0 to 1."""
        at = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        lines = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            feature = self.feature[at]
            goes_left = rows[lines, feature] <= self.limit[at]
            at = np.where(goes_left, self.left[at], self.right[at])
        return np.asarray(1 / (1 + np.exp(-(self.start + self.values[at].sum(axis=1)))), np.float32)
