"""What a text tells already of what a topic asks: only the obvious, in bounded time."""

import time

import pytest
from hypothesis import given

from gateway.form.told import told_in
from tests.properties import any_text

QUESTIONS = ["entrance", "floor", "apartment", "account", "route", "vehicle", "stop", "when", "since", "clinic"]


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("house", "во дворе дома 5 по улице Мира", "5"),
        ("house", "д. 12/3а, темно", "12/3а"),
        ("house", "сижу дома 3 дня без воды", None),
        ("entrance", "Ленина 5, подъезд 3, темно", "3"),
        ("entrance", "в 2-м подъезде нет света", "2"),
        ("entrance", "ПОДЪЕЗД № 4 НЕ УБИРАЮТ", "4"),
        ("entrance", "Ленина 5, подъезд не убирают", None),
        ("floor", "застрял между, 5 этаж", "5"),
        ("apartment", "кв. 47 затопило", "47"),
        ("apartment", "квартал 5 без воды", None),
        ("account", "лицевой счёт 1234567890 не мой", "1234567890"),
        ("route", "автобус №5 не пришёл", "5"),
        ("route", "маршрут 12а отменили", "12а"),
        ("route", "на 14-м автобусе ехали", "14"),
        ("route", "автобус 20 минут не было", None),
        ("route", "автобус 18:30 не вышел на линию", None),
        ("route", "2 автобуса подряд не пришли", None),
        ("vehicle", "водитель а123вс77 хамил", "а123вс77"),
        ("vehicle", "троллейбус, бортовой номер 1024", "1024"),
        ("stop", "на остановке «Площадь Ленина» люк", "Площадь Ленина"),
        ("when", "вчера вечером в 18:30 не приехал", "вчера вечером в 18:30"),
        ("since", "воды нет с понедельника", "с понедельника"),
        ("since", "третий день воняет", "третий день"),
        ("clinic", "в поликлинике № 3 нет талонов", "поликлинике № 3"),
        ("school", "в школе 5 холодно", "школе 5"),
        ("class", "учится в 5 «Б» классе", "5 «Б»"),
        ("child_age", "ребёнку 6 лет, места нет", "6 лет"),
        ("tracking", "посылка 12345678901234 пропала", "12345678901234"),
        ("amount", "начислили 12 500 рублей за месяц", "12 500 рублей"),
        ("cadastre", "участок 54:35:012345:67 затоплен", "54:35:012345:67"),
        ("pole", "фонарь на столбе № 17 не горит", "17"),
        ("site", "на сайте gosuslugi.ru ошибка", "gosuslugi.ru"),
        ("Номер договора", "Номер договора 17/2", None),
    ],
)
def test_the_obvious_is_found_and_nothing_else(question: str, text: str, answer: str | None) -> None:
    assert told_in(text, question) == answer


@given(any_text)
def test_no_text_is_too_strange(text: str) -> None:
    for question in QUESTIONS:
        told = told_in(text, question)
        assert told is None or told


@pytest.mark.parametrize("part", ["школ", "a-", "a.", "1 ", "автобус", "сын 1 ", "подъезд   ", "я", "1" * 20, "«"])
def test_long_texts_take_no_longer_than_a_blink(part: str) -> None:
    text = part * (16_000 // len(part))
    began = time.perf_counter()
    for question in [
        *QUESTIONS,
        "school",
        "class",
        "child_age",
        "amount",
        "site",
        "application",
        "pole",
        "post_office",
    ]:
        told_in(text, question)
    assert time.perf_counter() - began < 0.5
