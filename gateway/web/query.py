"""Values in the query of an address."""

import re

from aiohttp import web

from gateway.domain.place import Point
from gateway.domain.problem import Problem
from gateway.errors import Invalid
from gateway.form.check import is_text

_LONGEST = 300  # what anybody types into a search box; addresses have 8 KB at most
_DEGREES = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,20})?(?:[eE]-?[0-9]{1,3})?\Z")
_INTEGER = re.compile(r"-?[0-9]{1,9}\Z")


def read_text(request: web.Request, name: str, problems: list[Problem], *, required: bool = False) -> str:
    """Return the text of that name, empty if there is none; problems are added to the list."""
    value = request.query.get(name, "")
    if required and not value:
        problems.append(Problem(field=name, code="required"))
    elif len(value) > _LONGEST:
        problems.append(Problem(field=name, code="too_long", values={"most": _LONGEST, "length": len(value)}))
    elif not is_text(value):
        problems.append(Problem(field=name, code="bad_characters"))
    return value


def read_integer(
    request: web.Request, name: str, problems: list[Problem], *, default: int, least: int, most: int
) -> int:
    """Return the number of that name; problems are added to the list."""
    written = request.query.get(name)
    if written is None:
        return default
    if _INTEGER.match(written) is None:
        problems.append(Problem(field=name, code="wrong_type"))
        return default
    value = int(written)
    if not least <= value <= most:
        problems.append(Problem(field=name, code="out_of_range", values={"least": least, "most": most}))
    return value


def read_degrees(request: web.Request, name: str, problems: list[Problem], *, most: float) -> float | None:
    """Return the coordinate of that name, None if there is none; problems are added to the list."""
    written = request.query.get(name)
    if written is None:
        return None
    if _DEGREES.match(written) is None:
        problems.append(Problem(field=name, code="wrong_type"))
        return None
    degrees = float(written)
    if not -most <= degrees <= most:
        problems.append(Problem(field=name, code="out_of_range", values={"least": -most, "most": most}))
        return None
    return degrees


def require(request: web.Request, name: str) -> str:
    """Return the value of that name; raises Invalid if there is none."""
    value = request.query.get(name, "")
    if not value:
        raise Invalid([Problem(field=name, code="required")])
    return value


def read_point(request: web.Request, problems: list[Problem]) -> Point | None:
    """Return the point of `lat` and `lon`, None if there is none; problems are added to the list."""
    lat, lon = (_read_degrees(request, name, problems, most=most) for name, most in (("lat", 90), ("lon", 180)))
    for name, value, other in (("lat", lat, lon), ("lon", lon, lat)):
        if value is None and other is not None and not request.query.get(name):
            problems.append(Problem(field=name, code="pair"))
    return None if lat is None or lon is None else Point(lat=lat, lon=lon)


def _read_degrees(request: web.Request, name: str, problems: list[Problem], *, most: int) -> float | None:
    written = request.query.get(name, "")
    if not written:
        return None
    if _DEGREES.match(written) is None:
        problems.append(Problem(field=name, code="not_number"))
        return None
    if abs(value := float(written)) > most:
        problems.append(Problem(field=name, code="out_of_range", values={"least": -most, "most": most}))
        return None
    return value
