"""Where the problem is: a typed address, a point on the map, or both."""

import re
from dataclasses import dataclass
from math import asin, cos, degrees, radians, sin, sqrt


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """WGS 84, degrees: `lat` from -90 to 90, `lon` from -180 to 180."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):  # also refuses NaN
            raise ValueError("a point lies between -90 and 90, -180 and 180 degrees")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """At least one of `address` (as typed) and `point`."""

    address: str | None = None
    point: Point | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPlace:
    """A place that was looked up: its `address` as it is written, and where that is, if that is known."""

    address: str
    point: Point | None = None

    @property
    def house(self) -> str | None:
        """The house that the address ends with, None for a street or a settlement, whose point says little."""
        last = self.address.rpartition(",")[2].strip()
        house = _HOUSE_MARK.sub("", last)
        return house if house[:1].isdigit() else None


_HOUSE_MARK = re.compile(r"(?:дом|д|зд|влд)\b\.?\s*", re.IGNORECASE)

EARTH_RADIUS_METRES = 6_371_000.0


def distance(one: Point, other: Point) -> float:
    """Return how far two points are from each other on a sphere, in metres."""
    lat, other_lat = radians(one.lat), radians(other.lat)
    half_lat, half_lon = (other_lat - lat) / 2, radians(other.lon - one.lon) / 2
    chord = sin(half_lat) ** 2 + cos(lat) * cos(other_lat) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_METRES * asin(min(1.0, sqrt(chord)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Latitudes and longitudes between which a circle lies; without `west` and `east`, all around the Earth."""

    south: float
    north: float
    west: float | None = None
    east: float | None = None


def box_around(point: Point, *, metres: float) -> Box:
    """Return a box that holds all points within that distance; one over a pole or the date line has no sides."""
    high = degrees(metres / EARTH_RADIUS_METRES)
    south, north = point.lat - high, point.lat + high
    if south <= -90 or north >= 90:
        return Box(south=south, north=north)
    wide = high / cos(radians(max(abs(south), abs(north))))
    west, east = point.lon - wide, point.lon + wide
    return (
        Box(south=south, north=north)
        if west < -180 or east > 180
        else Box(south=south, north=north, west=west, east=east)
    )
