"""The same place in many spellings, and what is not the same place."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.address import address_key, is_on_street
from tests.properties import many


@pytest.mark.parametrize(
    "spellings",
    [
        (
            "ул. Ленина, д. 5",
            "Ленина 5",
            "УЛИЦА ЛЕНИНА, дом 5",
            "ленина ул., №5",
            "Ленина, 5, кв. 17",
            "Ленина, 5 подъезд 2",
        ),
        ("Берёзовая, 5 корп. 2", "березовая 5к2", "ул.Березовая, д.5, корпус 2", "Берёзовая 5 к2"),
        ("пр-т Мира, 10а", "проспект Мира, дом 10 А", "Мира пр-кт 10а", "просп. Мира 10-а"),
        ("630000, Россия, г. Новосибирск, ул. Садовая, 1/2", "Новосибирск, Садовая 1/2"),
        ("8 Марта, 12 стр. 3", "ул. 8 Марта 12стр3"),
    ],
)
def test_one_place_has_one_key_however_it_is_typed(spellings: tuple[str, ...]) -> None:
    assert len({address_key(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ленина, 5", "Ленина, 15"),
        ("Ленина, 5", "Ленина, 5а"),
        ("Ленина, 5", "Ленина, 5к2"),
        ("ул. Ленина, 5", "пр. Ленина, 5"),
        ("Ленина, 5", "Омск, Ленина, 5"),
        ("8 Марта, 5", "5 Марта, 8"),
    ],
)
def test_different_places_have_different_keys(one: str, other: str) -> None:
    assert address_key(one) != address_key(other)


@pytest.mark.parametrize("typed", ["", "у дома", "Ленина", "во дворе школы", "…"])
def test_what_names_no_house_is_like_no_other_place(typed: str) -> None:
    assert address_key(typed) == ""


@pytest.mark.parametrize(
    ("address", "street", "is_there"),
    [
        ("г. Омск, ул. Ленина, 5", "улица Ленина", True),
        ("Ленина, 5", "Ленина", True),
        ("Ленина улица 5", "ул. Ленина", True),
        ("проспект Ленина, 5", "улица Ленина", False),
        ("Ленина пр-кт, 5", "Ленина", False),
        ("просп. Ленина, 5", "пр-т Ленина", True),
        ("Ленина, 5", "пр-т Ленина", False),
        ("Малая Садовая, 5", "Большая Садовая", False),
        ("ул. Красной Армии, 5", "Красной Армии", True),
        ("ул. Красной Армии, 5", "Армии Красной", False),
        ("", "Ленина", False),
        ("Ленина, 5", "улица", False),
    ],
)
def test_a_street_is_known_in_an_address(address: str, street: str, *, is_there: bool) -> None:
    assert is_on_street(address, street) is is_there


@many
@given(st.lists(st.sampled_from(["ул.", "пр.", "Ленина", "5", "к", "а", "кв", "7", "-", "№", ", ", " "]), max_size=9))
def test_whatever_is_typed_capitals_and_commas_make_no_other_place(parts: list[str]) -> None:
    typed = " ".join(parts)
    assert address_key(typed.upper().replace(" ", ", ")) == address_key(typed)


def test_a_long_address_takes_no_time() -> None:
    began = time.perf_counter()
    address_key("5к" * 5_000)
    is_on_street("Ленина пр " * 2_000, "Ленина " * 50)
    assert time.perf_counter() - began < 1
