"""Addresses by what is typed and by a point: from the gazetteer first, from a geocoder if one is chosen."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from gateway.adapters.gazetteer import Gazetteers
from gateway.config import GeocoderSettings
from tests.application import AGENCY, ORIGIN, ServedGateway, served, settings_for
from tests.geocoders import ADDRESS, LAT, LON, TOKEN, TROUBLES, GeocoderServer, serve_geocoder
from tests.web.api import codes_of, error_of

TYPED = "курчатова 17"
HOUSES = (
    "Город;Улица;Дом;Широта;Долгота\n"
    "г. Калуга;ул. Ленина;5;54,5101;36,2601\n"
    "г. Калуга;ул. Ленина;50;54,5103;36,2621\n"
    "г. Калуга;ул. Садовая;7;;\n"
)


def lay_houses(folder: Path) -> None:
    """Lay a gazetteer of a small town into the data folder of `settings_for(folder)`."""
    sheet = folder / "houses.csv"
    sheet.write_text(HOUSES, encoding="utf-8")
    places = Gazetteers(folder / "data" / "places")
    places.lay(None, sheet, now=datetime(2026, 5, 1, tzinfo=UTC), anyway=False, tell=lambda _share, _what: None)
    places.close()


async def ask(gateway: ServedGateway, **query: Any) -> httpx.Response:
    return await gateway.http.get("/api/v1/places", params={"agency": AGENCY, **query})


async def find(gateway: ServedGateway, **query: Any) -> list[dict[str, Any]]:
    answer = await ask(gateway, **query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["places"])


@pytest.fixture(params=["nominatim", "photon", "dadata"])
async def geocoder(request: pytest.FixtureRequest) -> AsyncIterator[GeocoderServer]:
    async with serve_geocoder(request.param) as server:
        yield server


@pytest.fixture
async def with_geocoder(tmp_path: Path, geocoder: GeocoderServer) -> AsyncIterator[ServedGateway]:
    """A gateway with a gazetteer of a town, and a geocoder for the rest."""
    lay_houses(tmp_path)
    async with served(settings_for(tmp_path, geocoder=geocoder.settings)) as gateway:
        yield gateway


async def test_gazetteer_finds_houses_with_points_and_streets_without(tmp_path: Path) -> None:
    lay_houses(tmp_path)
    async with served(settings_for(tmp_path)) as gateway:
        house = {"address": "город Калуга, улица Ленина, 5", "lat": 54.5101, "lon": 36.2601}
        assert (await find(gateway, q="ленина 5", limit=1)) == [house]
        assert await find(gateway, q="лен") == [{"address": "город Калуга, улица Ленина", "lat": None, "lon": None}]
        assert await find(gateway, lat=54.51012, lon=36.26012) == [house]
        assert await find(gateway, lat=10, lon=10) == []
        assert await find(gateway, q=TYPED) == []
        answer = await gateway.http.get(
            "/api/v1/places", params={"agency": AGENCY, "q": "лен"}, headers={"Origin": ORIGIN}
        )
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN


async def test_gateway_without_addresses_knows_none(gateway: ServedGateway) -> None:
    assert await find(gateway, q="ленина 5") == []
    assert await find(gateway, q=" ") == []
    assert await find(gateway) == []
    assert await find(gateway, lat=54.5, lon=36.2) == []


async def test_bad_questions_are_refused(gateway: ServedGateway) -> None:
    assert codes_of(await ask(gateway, lat=54.5)) == {"lon": "pair"}
    assert codes_of(await ask(gateway, lat="nan", lon=181)) == {"lat": "wrong_type", "lon": "out_of_range"}
    assert codes_of(await ask(gateway, q="a" * 301, limit=0)) == {"q": "too_long", "limit": "out_of_range"}
    assert error_of(await ask(gateway, agency="nobody", q="ленина"), 404)


async def test_searches_of_places_are_counted(tmp_path: Path) -> None:
    async with served(settings_for(tmp_path, limits={"per_address": 1, "per_agency": 0})) as gateway:
        statuses = [(await ask(gateway, q="лен")).status_code for _ in range(25)]
        assert set(statuses) == {200, 429}


async def test_geocoder_is_asked_once_for_what_the_gazetteer_does_not_know(
    with_geocoder: ServedGateway, geocoder: GeocoderServer
) -> None:
    assert await find(with_geocoder, q="ленина 5")
    assert geocoder.asked == []
    house, street = await find(with_geocoder, q=TYPED)
    assert house == {"address": ADDRESS[geocoder.kind], "lat": LAT, "lon": LON}
    assert (street["address"], street["lat"]) == (ADDRESS[geocoder.kind].rpartition(",")[0], None)
    assert await find(with_geocoder, q=" Курчатова  17") == [house, street]
    assert await find(with_geocoder, q="17") == []
    assert geocoder.asked == [TYPED]


async def test_geocoder_tells_the_house_near_a_point(with_geocoder: ServedGateway, geocoder: GeocoderServer) -> None:
    found = await find(with_geocoder, lat=LAT + 0.0001, lon=LON)
    assert found == [{"address": ADDRESS[geocoder.kind], "lat": LAT, "lon": LON}]


async def test_house_far_from_the_point_is_not_the_nearest(
    with_geocoder: ServedGateway, geocoder: GeocoderServer
) -> None:
    assert await find(with_geocoder, lat=LAT + 0.01, lon=LON) == []
    assert len(geocoder.asked) == 1


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_trouble_with_the_geocoder_is_nothing_found_and_a_line_without_the_words(
    tmp_path: Path, geocoder: GeocoderServer, trouble: str, capfd: pytest.CaptureFixture[str]
) -> None:
    geocoder.trouble = trouble
    patience = 0.3 if trouble == "slow" else 5.0
    async with served(settings_for(tmp_path, geocoder={**geocoder.settings, "timeout_seconds": patience})) as gateway:
        assert await find(gateway, q=TYPED) == []
        assert geocoder.asked == [TYPED]
    written = "".join(capfd.readouterr())
    assert written.count("geocoder gave nothing") == 1
    assert TOKEN not in written
    assert "урчатова" not in written.replace(r"\u0443", "у")


async def test_geocoder_that_is_gone_leaves_the_gazetteer(tmp_path: Path) -> None:
    lay_houses(tmp_path)
    async with serve_geocoder("photon") as geocoder:
        chosen = geocoder.settings
    async with served(settings_for(tmp_path, geocoder=chosen)) as gateway:
        assert await find(gateway, q=TYPED) == []
        assert await find(gateway, q="ленина 5")


async def test_what_failed_is_asked_again(with_geocoder: ServedGateway, geocoder: GeocoderServer) -> None:
    geocoder.trouble = "broken"
    assert await find(with_geocoder, q=TYPED) == []
    geocoder.trouble = ""
    assert await find(with_geocoder, q=TYPED)


async def test_nominatim_is_asked_once_a_second_at_most(tmp_path: Path) -> None:
    async with serve_geocoder("nominatim") as geocoder:
        async with served(settings_for(tmp_path, geocoder=geocoder.settings)) as gateway:
            assert await find(gateway, q="курчатова 1")
            assert await find(gateway, q="курчатова 17")
        first, second = geocoder.at
        assert second - first >= 0.95


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": "nominatim"}, "url"),
        ({"kind": "dadata"}, "token"),
        ({"kind": "photon", "url": "photon.example"}, "pattern"),
        ({"bounds": [56, 35, 54, 37]}, "south, west, north, east"),
    ],
)
def test_settings_that_lead_nowhere_are_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        GeocoderSettings(**given)


def test_token_of_the_geocoder_is_never_shown() -> None:
    assert TOKEN not in repr(GeocoderSettings(kind="dadata", token=TOKEN))
