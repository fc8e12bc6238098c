"""Where the problem is: a typed address, a point on the map, or both."""

from dataclasses import dataclass


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
