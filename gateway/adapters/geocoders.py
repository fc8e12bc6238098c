"""Services that find addresses over the network, asked only for what the gazetteer of the data folder does not know.

Nominatim (https://nominatim.org/release-docs/latest/api/Overview/), Photon (https://github.com/komoot/photon) and
DaData (https://dadata.ru/api/suggest/address/). What is typed or read as an address is sent to them, never a message.
They are a help: what takes too long, fails or cannot be understood is nothing found, and one line in the log, which
holds neither the words nor the token.
"""

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import structlog

from gateway import __version__
from gateway.adapters.gazetteer import Gazetteers
from gateway.adapters.http_connection import Answer, HttpConnection
from gateway.domain.agency import Agency
from gateway.domain.place import FoundPlace, Point, distance
from gateway.errors import CoreUnavailable

_MOST_BYTES = 1024 * 1024
_MOST_KEPT = 512
_LONGEST = 300
_LEAST_LETTERS = 3
_NEAR_METRES = 200.0
_USER_AGENT = f"Otklik/{__version__}"

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


class Nominatim:
    """A server of Nominatim, asked once a second at most, as the rules of the public one have it.

    The public one forbids searches while somebody types (https://operations.osmfoundation.org/policies/nominatim/),
    so it is asked only what is near a point.
    """

    _PUBLIC = "nominatim.openstreetmap.org"

    def __init__(self, connection: HttpConnection, url: str, *, bounds: Bounds | None, timeout: float) -> None:
        self._connection = connection
        self._finds = urlsplit(url).hostname != self._PUBLIC
        self._bounds = bounds
        self._turn = _Turn(longest_wait=timeout)

    async def find(self, words: str, *, most: int) -> Sequence[FoundPlace]:
        """Ask `/search`."""
        if not self._finds:
            return []
        query = {"q": words, "limit": str(most), "countrycodes": "ru"}
        if (bounds := self._bounds) is not None:
            query |= {"viewbox": f"{bounds.west},{bounds.south},{bounds.east},{bounds.north}", "bounded": "1"}
        found = await self._ask("/search", query)
        return [_of_nominatim(place) for place in _listed(found)]

    async def at(self, point: Point) -> FoundPlace | None:
        """Ask `/reverse`; where there is nothing it answers with an `error`."""
        found = await self._ask("/reverse", {"lat": str(point.lat), "lon": str(point.lon), "zoom": "18"})
        return None if "error" in found else _of_nominatim(found)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._connection.close()

    async def _ask(self, path: str, query: Mapping[str, str]) -> Any:  # noqa: ANN401 -- JSON of others
        await self._turn.come()
        asked = {"format": "jsonv2", "addressdetails": "1", "accept-language": "ru", **query}
        return _read(await self._connection.send("GET", path, query=asked, headers=_HEADERS, most=_MOST_BYTES))


class Photon:
    """A server of Photon; it answers in the language of the place, as it knows no Russian names of its own."""

    def __init__(self, connection: HttpConnection, *, bounds: Bounds | None) -> None:
        self._connection = connection
        self._bounds = bounds

    async def find(self, words: str, *, most: int) -> Sequence[FoundPlace]:
        """Ask `/api`."""
        query = {"q": words, "limit": str(most)}
        if (bounds := self._bounds) is not None:
            query["bbox"] = f"{bounds.west},{bounds.south},{bounds.east},{bounds.north}"
        return await self._ask("/api", query)

    async def at(self, point: Point) -> FoundPlace | None:
        """Ask `/reverse`."""
        query = {"lat": str(point.lat), "lon": str(point.lon), "limit": "1"}
        return next(iter(await self._ask("/reverse", query)), None)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._connection.close()

    async def _ask(self, path: str, query: Mapping[str, str]) -> Sequence[FoundPlace]:
        answer = await self._connection.send("GET", path, query=query, headers=_HEADERS, most=_MOST_BYTES)
        return list(_of_photon(_listed(_read(answer)["features"])))


class DaData:
    """The suggestions of DaData."""

    _SUGGEST = "/suggestions/api/4_1/rs/suggest/address"
    _NEAR = "/suggestions/api/4_1/rs/geolocate/address"
    _FARTHEST = 100_000  # metres, as the service has it

    def __init__(self, connection: HttpConnection, *, bounds: Bounds | None) -> None:
        self._connection = connection
        self._bounds = bounds

    async def find(self, words: str, *, most: int) -> Sequence[FoundPlace]:
        """Ask for suggestions."""
        question: dict[str, Any] = {"query": words, "count": min(most, 20)}
        if (bounds := self._bounds) is not None:
            radius = min(round(bounds.radius), self._FARTHEST)
            middle = bounds.middle
            question["locations_geo"] = [{"lat": middle.lat, "lon": middle.lon, "radius_meters": radius}]
        return await self._ask(self._SUGGEST, question)

    async def at(self, point: Point) -> FoundPlace | None:
        """Ask what is near a point."""
        question = {"lat": point.lat, "lon": point.lon, "count": 1, "radius_meters": round(_NEAR_METRES)}
        return next(iter(await self._ask(self._NEAR, question)), None)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._connection.close()

    async def _ask(self, path: str, question: Mapping[str, Any]) -> Sequence[FoundPlace]:
        body = json.dumps(question, ensure_ascii=False).encode()
        headers = {**_HEADERS, "Content-Type": "application/json"}
        answer = await self._connection.send("POST", path, content=body, headers=headers, most=_MOST_BYTES)
        return [_of_dadata(suggestion) for suggestion in _listed(_read(answer)["suggestions"])]


_HEADERS = {"User-Agent": _USER_AGENT, "Accept": "application/json"}
_DADATA = "https://suggestions.dadata.ru"


def open_geocoder(kind: str, url: str | None, token: str, *, timeout: float, bounds: Bounds | None) -> Geocoder | None:
    """Return the service of that kind, None for `none`; raises ValueError for a kind without an address."""
    if kind == "none":
        return None
    base = url or (_DADATA if kind == "dadata" else None)
    if base is None:
        raise ValueError(f"{kind} needs an address")
    scheme = "Token" if kind == "dadata" else "Bearer"
    connection = HttpConnection(base, token, seconds=timeout, scheme=scheme)
    match kind:
        case "nominatim":
            return Nominatim(connection, base, bounds=bounds, timeout=timeout)
        case "photon":
            return Photon(connection, bounds=bounds)
    return DaData(connection, bounds=bounds)


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
        is_near = near is not None and near.point is not None and distance(near.point, point) <= _NEAR_METRES
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


@dataclass(slots=True)
class _Turn:
    """Lets one question through a second; who would have to wait too long is refused."""

    longest_wait: float
    _next: float = 0.0

    async def come(self) -> None:
        """Wait for one's turn; raises TimeoutError."""
        now = time.monotonic()
        wait = max(0.0, self._next - now)
        if wait >= self.longest_wait:
            raise TimeoutError
        self._next = now + wait + 1.0
        await asyncio.sleep(wait)


def _reason(error: Exception) -> str:
    """Return what went wrong without what was asked or answered."""
    return str(error) if isinstance(error, CoreUnavailable) else type(error).__name__


def _read(answer: Answer) -> Any:  # noqa: ANN401 -- JSON of others
    if answer.status != 200:
        raise CoreUnavailable(f"http_{answer.status}")
    return json.loads(answer.body)


def _listed(found: Any) -> list[Any]:  # noqa: ANN401 -- JSON of others
    if not isinstance(found, list):
        raise TypeError
    return found


def _of_nominatim(place: Mapping[str, Any]) -> FoundPlace:
    parts = place.get("address") or {}
    street, house = parts.get("road"), parts.get("house_number")
    written = _joined(_settlement(parts), street, house if street else None)
    return FoundPlace(
        address=written if street else _text(place["display_name"]),
        point=_point(place["lat"], place["lon"]) if house else None,
    )


def _settlement(parts: Mapping[str, Any]) -> object:
    return next((parts[kind] for kind in ("city", "town", "village", "hamlet") if parts.get(kind)), None)


def _of_photon(features: Sequence[Mapping[str, Any]]) -> Iterator[FoundPlace]:
    """Yield what lies in Russia; a street stands in `name`, and so does the school at a house."""
    for feature in features:
        parts = feature["properties"]
        if parts.get("countrycode", "RU") != "RU":
            continue
        house = parts.get("housenumber")
        street = parts.get("street") or (None if house else parts.get("name"))
        lon, lat = feature["geometry"]["coordinates"][:2]
        town = parts.get("city") or parts.get("district")
        written = _joined(None if town == street else town, street, house)
        if written:
            yield FoundPlace(address=written, point=_point(lat, lon) if house else None)


def _of_dadata(suggestion: Mapping[str, Any]) -> FoundPlace:
    data = suggestion.get("data") or {}
    is_house = bool(data.get("house")) and str(data.get("qc_geo")) in ("0", "1")
    point = _point(data["geo_lat"], data["geo_lon"]) if is_house and data.get("geo_lat") else None
    return FoundPlace(address=_text(suggestion["value"]), point=point)


def _joined(*parts: object) -> str:
    return ", ".join(_text(part) for part in parts if part)


def _text(written: object) -> str:
    """Return what a service wrote as one short line; raises TypeError for what is no text."""
    if not isinstance(written, str):
        raise TypeError
    return " ".join("".join(sign for sign in written if sign.isprintable()).split())[:_LONGEST]


def _point(lat: float | str, lon: float | str) -> Point:
    return Point(lat=float(lat), lon=float(lon))
