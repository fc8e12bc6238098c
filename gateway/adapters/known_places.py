"""Addresses as far as they are known: from the gazetteer of the data folder, else from a service over the network.

The service is a help: what takes too long, fails or cannot be understood is nothing found, and one line in the log,
which holds neither the words nor the token.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import structlog

from gateway.adapters.gazetteer import Gazetteers
from gateway.domain.agency import Agency
from gateway.domain.place import FoundPlace, Point, distance
from gateway.errors import CoreUnavailable

_MOST_KEPT = 512
_LONGEST = 300
_LEAST_LETTERS = 3
NEAR_METRES = 200.0

log = structlog.get_logger("places")

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Where addresses are looked for, in degrees."""

    south: float
    west: float
    north: float
    east: float

    @property
    def middle(self) -> Point:
        """The point in the middle."""
        return Point(lat=(self.south + self.north) / 2, lon=(self.west + self.east) / 2)

    @property
    def radius(self) -> float:
        """How far the corners are from the middle, in metres."""
        return distance(self.middle, Point(lat=self.south, lon=self.west))


class Geocoder(Protocol):
    """A service, asked once; raises CoreUnavailable, and ValueError and the like for what it should not answer."""

    async def find(self, words: str, *, most: int) -> Sequence[FoundPlace]:
        """Return places that fit what was typed, best first."""
        ...

    async def at(self, point: Point) -> FoundPlace | None:
        """Return the address nearest to a point."""
        ...

    async def close(self) -> None:
        """Let go of the connections."""
        ...


@dataclass(slots=True)
class KnownPlaces:
    """Fulfils `ports.Places`: the gazetteer first, the geocoder, if there is one, where that knows nothing."""

    gazetteers: Gazetteers
    geocoder: Geocoder | None = None
    timeout_seconds: float = 1.5
    _kept: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)

    async def find(self, agency: Agency, words: str, *, most: int) -> Sequence[FoundPlace]:
        """Return places that fit what was typed, best first; none where nobody knows."""
        found = await self.gazetteers.find(agency, words, most=most)
        words = " ".join(words.split())[:_LONGEST]
        if found or (geocoder := self.geocoder) is None or sum(map(str.isalpha, words)) < _LEAST_LETTERS:
            return found
        asked = await self._ask((words.casefold(), most), lambda: geocoder.find(words, most=most))
        return list(dict.fromkeys(asked or ()))[:most]

    async def at(self, agency: Agency, point: Point) -> FoundPlace | None:
        """Return the address nearest to a point, within 200 metres."""
        found = await self.gazetteers.at(agency, point)
        if found is not None or (geocoder := self.geocoder) is None:
            return found
        near = await self._ask((round(point.lat, 5), round(point.lon, 5), "at"), lambda: geocoder.at(point))
        is_near = near is not None and near.point is not None and distance(near.point, point) <= NEAR_METRES
        return near if is_near else None

    async def close(self) -> None:
        """Let go of the files and of the connections."""
        self.gazetteers.close()
        if self.geocoder is not None:
            await self.geocoder.close()

    async def _ask(self, key: Hashable, question: Callable[[], Awaitable[Found]]) -> Found | None:
        """Return what was answered, or kept of an earlier answer; None, and a line in the log, where that fails."""
        if key in self._kept:
            self._kept.move_to_end(key)
            kept: Found = self._kept[key]
            return kept
        try:
            async with asyncio.timeout(self.timeout_seconds):
                answer = await question()
        except (CoreUnavailable, TimeoutError, ValueError, LookupError, TypeError, AttributeError) as error:
            log.warning("geocoder gave nothing", kind=type(self.geocoder).__name__, reason=_reason(error))
            return None
        self._kept[key] = answer
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return answer


def _reason(error: Exception) -> str:
    """Return what went wrong without what was asked or answered."""
    return str(error) if isinstance(error, CoreUnavailable) else type(error).__name__
