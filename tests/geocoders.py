"""Geocoders on loopback, as strict as the real ones about how they are asked, answering in their real shapes."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.loopback import serve

TOKEN = "3f6c-secret-of-the-geocoder"
ADDRESS = {
    "nominatim": "Обнинск, улица Курчатова, 17",
    "photon": "Обнинск, улица Курчатова, 17",
    "dadata": "Калужская обл, г Обнинск, ул Курчатова, д 17",
}
LAT, LON = 55.1123, 36.5981


@dataclass(slots=True)
class GeocoderServer:
    """`asked` are the words of the questions in order, `at` when they came; `trouble` is one of TROUBLES."""

    kind: str
    url: str = ""
    trouble: str = ""
    asked: list[str] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)

    @property
    def settings(self) -> dict[str, Any]:
        """The section `geocoder` of a gateway's settings."""
        return {"kind": self.kind, "url": self.url, "token": TOKEN, "bounds": [54.0, 35.0, 56.0, 37.0]}

    async def hear(self, request: web.Request, words: str, *, right: bool) -> None:
        self.asked.append(words)
        self.at.append(time.monotonic())
        scheme = "Token" if self.kind == "dadata" else "Bearer"
        is_known = request.headers.get("Authorization") == f"{scheme} {TOKEN}"
        if not (right and is_known and request.headers["User-Agent"].startswith("Otklik/")):
            self.strange.append(str(request.rel_url))

    async def answer(self, body: object) -> web.Response:
        if self.trouble == "slow":
            await asyncio.sleep(60)
        if self.trouble == "broken":
            return web.Response(status=500, text=f"{TOKEN} failed")
        if self.trouble == "no JSON":
            return web.Response(text="<html>")
        if self.trouble == "another shape":
            return web.json_response([[1], "x", None])
        if self.trouble == "strange values":
            return web.json_response({"features": [{"properties": None}], "suggestions": [{"value": 5}]})
        return web.json_response(body)

    async def nominatim(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        usual = [query.pop(name, "") for name in ("format", "addressdetails", "accept-language")]
        is_reverse = request.path == "/reverse"
        words = query.pop("lat") + " " + query.pop("lon") if is_reverse else query.pop("q")
        rest = {"zoom": "18"} if is_reverse else _NOMINATIM
        query.pop("limit", None)
        await self.hear(request, words, right=usual == ["jsonv2", "1", "ru"] and query == rest)
        return await self.answer(_PLACE if is_reverse else [_PLACE, _STREET] if "курчатова" in words.lower() else [])

    async def photon(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        is_reverse = request.path == "/reverse"
        words = query.pop("lat") + " " + query.pop("lon") if is_reverse else query.pop("q")
        is_counted = query.pop("limit", "").isdigit()
        rest = {} if is_reverse else {"bbox": "35.0,54.0,37.0,56.0"}
        await self.hear(request, words, right=is_counted and query == rest)
        features = [_FEATURE] if is_reverse else [_ABROAD, _FEATURE, _ROAD] if "курчатова" in words.lower() else []
        return await self.answer({"type": "FeatureCollection", "features": features})

    async def dadata(self, request: web.Request) -> web.Response:
        body = await request.json()
        is_near = request.path.endswith("/geolocate/address")
        names = {"lat", "lon", "count", "radius_meters"} if is_near else {"query", "count", "locations_geo"}
        right = set(body) == names and request.content_type == "application/json" and body["count"] <= 20
        right = right and (is_near or 0 < body["locations_geo"][0]["radius_meters"] <= 100_000)
        words = f"{body['lat']} {body['lon']}" if is_near else body["query"]
        await self.hear(request, words, right=right)
        found = [_SUGGESTION] if is_near else [_SUGGESTION, _VAGUE] if "курчатова" in words.lower() else []
        return await self.answer({"suggestions": found})


TROUBLES = ("slow", "broken", "no JSON", "another shape", "strange values")
_NOMINATIM = {"countrycodes": "ru", "viewbox": "35.0,54.0,37.0,56.0", "bounded": "1"}
_TOWN = {"city": "Обнинск", "state": "Калужская область", "country": "Россия", "country_code": "ru"}
_PLACE = {
    "place_id": 1,
    "licence": "Data © OpenStreetMap contributors, ODbL 1.0.",
    "lat": str(LAT),
    "lon": str(LON),
    "category": "building",
    "type": "apartments",
    "addresstype": "building",
    "display_name": "17, улица Курчатова, Обнинск, Калужская область, Россия",
    "address": {"house_number": "17", "road": "улица Курчатова", **_TOWN},
    "boundingbox": ["55.1", "55.2", "36.5", "36.6"],
}
_STREET = _PLACE | {"category": "highway", "address": {"road": "улица Курчатова", **_TOWN}}


def _feature(country: str, **properties: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [LON, LAT]},
        "properties": {"osm_type": "W", "countrycode": country, "city": "Обнинск", **properties},
    }


_FEATURE = _feature("RU", type="house", street="улица Курчатова", housenumber="17", name="Школа")
_ABROAD = _feature("BY", type="house", street="улица Курчатова", housenumber="1")
_ROAD = _feature("RU", type="street", name="улица Курчатова")
_SUGGESTION = {
    "value": ADDRESS["dadata"],
    "unrestricted_value": "249030, " + ADDRESS["dadata"],
    "data": {"house": "17", "geo_lat": str(LAT), "geo_lon": str(LON), "qc_geo": "0", "country_iso_code": "RU"},
}
_VAGUE = {
    "value": "Калужская обл, г Обнинск, ул Курчатова",
    "unrestricted_value": "249030, Калужская обл, г Обнинск, ул Курчатова",
    "data": {"house": None, "geo_lat": str(LAT), "geo_lon": str(LON), "qc_geo": "2"},
}


@asynccontextmanager
async def serve_geocoder(kind: str) -> AsyncIterator[GeocoderServer]:
    """Serve a geocoder of that kind; AssertionError at the end if it was asked in a way that the real one refuses."""
    server = GeocoderServer(kind)
    app = web.Application()
    if kind == "dadata":
        for way in ("suggest", "geolocate"):
            app.router.add_post(f"/suggestions/api/4_1/rs/{way}/address", server.dadata)
    else:
        answer = server.nominatim if kind == "nominatim" else server.photon
        app.router.add_get("/search" if kind == "nominatim" else "/api", answer)
        app.router.add_get("/reverse", answer)
    async with serve(app) as url:
        server.url = url
        yield server
    assert server.strange == []
