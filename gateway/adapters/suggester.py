"""Topics that fit a text, best first, and how sure that is.

Three things are asked, and what they say is put together: the words of the catalogue in force; what the product knows
of residents' language, learned from its own catalogue and carried over to any other by the names of its topics; and
what an agency's own messages have taught, where there are such.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib.resources import as_file, files
from math import exp, log
from typing import Protocol

from gateway.adapters.topic_search import TopicIndex
from gateway.domain.topic import Catalogue, Topic, TopicMatch

_TYPED_WORDS = 3
"""A query of so few words is being typed, perhaps: words alone decide, and the beginning of one is enough."""
_CONSIDERED = 40
_LEAST = 0.02
_LEAST_OF_BEST = 0.05

Shares = Mapping[str, float]
"""How probable topics are, by code; what is missing from 1 is not known."""


class Knows(Protocol):
    """What was learned from texts."""

    def predict(self, text: str) -> Shares:
        """Return how probable each topic is."""
        ...
