"""What was learned, ready to answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from gateway.adapters.learning.network import Network
from gateway.adapters.learning.vocabulary import Floats, Vector, Vocabularies

_LEAST = 0.0005  # a smaller probability is not worth telling
_NO_ZERO = 1e-12


@dataclass(frozen=True)
class LearnedModel:
    """Knows how probable each topic is for a text."""

    counts: Mapping[str, int]  # how many rows of each code it has seen; the networks' classes, in their order
    rows: int
    made_at: datetime
    vocabularies: Vocabularies
    networks: Sequence[Network]
    doubt: float  # above 1 the networks are too sure of themselves

    @property
    def classes(self) -> Sequence[str]:
        """The codes that it can give."""
        return tuple(self.counts)

    def seen(self, code: str) -> int:
        """Return how many rows of a code it was made from."""
        return self.counts.get(code, 0)

    def predict(self, text: str) -> Mapping[str, float]:
        """Return the probability of each code, best first; of a text of which nothing is known none at all."""
        vector = self.vocabularies.vector(text)
        if not len(vector.places):
            return {}
        shares = doubted(mean_answer(self.networks, vector), self.doubt)
        codes = self.classes
        order = np.argsort(-shares, kind="stable")
        return {codes[at]: float(shares[at]) for at in order if shares[at] >= _LEAST}

    def save(self, path: Path) -> None:
        """Write it into a file that `load_model` reads."""
        from gateway.adapters.learning.files import save_model

        save_model(self, path)


def mean_answer(networks: Sequence[Network], vector: Vector) -> Floats:
    """Return what networks say together."""
    total = sum((network.answer(vector) for network in networks), np.float32(0))
    return np.asarray(total / np.float32(len(networks)), np.float32)


def doubted(shares: Floats, doubt: float) -> Floats:
    """Return shares brought nearer to each other, or further apart with a doubt below 1; rows sum to 1."""
    powers = np.log(np.maximum(shares, _NO_ZERO)) / np.float32(doubt)
    raised = np.exp(powers - powers.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), np.float32)
