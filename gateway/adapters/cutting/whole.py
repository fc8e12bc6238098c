"""Whether a text as a whole is about several problems, told by how probable its places are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gateway.adapters.knowledge import Floats

_LIKELIEST = 4
_RATHER, _PERHAPS = 0.3, 0.15


@dataclass(frozen=True, slots=True)
class Whole:
    """Weighs what `seen_in` tells of a text.

    The likeliest place alone will not do: among the forty of a long story one is soon likely by chance.
    """

    weights: Floats
    bias: float

    @classmethod
    def read(cls, kept: Mapping[str, NDArray[Any]]) -> "Whole":
        """Read it from the arrays of a file; raises KeyError where one lacks."""
        return cls(kept["whole_weights"], float(kept["whole_bias"]))

    def probable(self, places: Floats) -> float:
        """Return how probable it is, from 0 to 1, that these places of a text hide another problem."""
        return float(1 / (1 + np.exp(-(seen_in(places) @ self.weights + self.bias))))


def seen_in(places: Floats) -> Floats:
    """Return what is known of a text with places so probable: the likeliest, how many there are and how many count."""
    likeliest = np.pad(np.sort(places)[::-1][:_LIKELIEST], (0, max(_LIKELIEST - len(places), 0)))
    counts = (places.sum(), np.log(len(places)), (places > _RATHER).sum(), (places > _PERHAPS).sum())
    return np.array([*np.log((likeliest + 1e-3) / (1 + 1e-3 - likeliest)), *counts], np.float32)
