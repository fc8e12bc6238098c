"""What a client keeps in mind while it lives, and no more of it than a bound allows."""

from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """The newest `most` things that were kept, by name."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[K, V] = OrderedDict()

    def keep(self, name: K, value: V) -> None:
        """Keep it; the oldest is forgotten if there are too many."""
        self._kept.pop(name, None)
        self._kept[name] = value
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def get(self, name: K) -> V | None:
        """Return what was kept under that name, if it still is."""
        return self._kept.get(name)

    def forget(self, name: K) -> None:
        """Keep it no longer."""
        self._kept.pop(name, None)

    @property
    def names(self) -> frozenset[K]:
        """The names of all that is kept."""
        return frozenset(self._kept)

    def __contains__(self, name: K) -> bool:
        return name in self._kept
