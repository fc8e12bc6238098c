"""Services that find addresses over the network; they bring an HTTP client, which most gateways do without.

Nominatim (https://nominatim.org/release-docs/latest/api/Overview/), Photon (https://github.com/komoot/photon) and
DaData (https://dadata.ru/api/suggest/address/). What is typed or read as an address is sent to them, never a message.
"""

import asyncio
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from gateway import __version__
from gateway.adapters.http_connection import Answer, HttpConnection
from gateway.adapters.known_places import NEAR_METRES, Bounds, Geocoder
from gateway.domain.place import FoundPlace, Point
from gateway.errors import CoreUnavailable

_MOST_BYTES = 1024 * 1024
_LONGEST = 300
_USER_AGENT = f"Otklik/{__version__}"


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
        question = {"lat": point.lat, "lon": point.lon, "count": 1, "radius_meters": round(NEAR_METRES)}
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


def open_geocoder(kind: str, url: str | None, token: str, *, timeout: float, bounds: Bounds | None) -> Geocoder:
    """Return the service of that kind; raises ValueError for one without an address."""
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
