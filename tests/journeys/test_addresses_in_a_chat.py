"""Addresses in a chat: those that the gazetteer knows bring their point, and nothing is asked or shown about it."""

from pathlib import Path

import pytest

from gateway.domain.place import Place, Point
from tests.geocoders import serve_geocoder
from tests.journeys.chats import Press, Say, Told
from tests.journeys.connected import connected
from tests.readings import read_by_words
from tests.web.test_api_places import lay_houses

HERE = Point(lat=54.5101, lon=36.2601)


@pytest.mark.parametrize(
    ("text", "typed", "place"),
    [
        ("Не горит фонарь у школы", "ленина, д. 5 кв 3", Place(address="ленина, д. 5 кв 3", point=HERE)),
        ("Не горит фонарь у школы", "ленина 7", Place(address="ленина 7")),
        ("Не горит фонарь у школы", "садовая 7", Place(address="садовая 7")),
        ("Не горит фонарь на Ленина 5", None, Place(address="улица Ленина, 5", point=HERE)),
    ],
)
async def test_known_address_brings_its_point_to_the_case_and_goes_to_no_geocoder(
    text: str, typed: str | None, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_by_words(monkeypatch)
    lay_houses(tmp_path)
    async with serve_geocoder("dadata") as geocoder, connected("vk", tmp_path, geocoder=geocoder.settings) as world:
        moves = [Told("Где это?"), Say(typed)] if typed else []
        await world.chat().play(
            Say(text),
            Told("фото"),
            Press("chat.files.without"),
            Told("Номер опоры?"),
            Press("chat.details.skip_all"),
            *moves,
            Told("Как вас зовут?"),
            Say("Анна Иванова"),
            Told("согласны ли вы"),
            Press("chat.consent.accept"),
            Told(f"Место: {place.address}\n"),
            Press("chat.review.send"),
            Told("Отправлено! Номер"),
        )
        await world.settle()
        assert world.gateway.app.cases is not None
        [(case, _)] = await world.gateway.app.cases.list(agency=None, status=None, most=9)
        assert case.place == place
        assert geocoder.asked == []
