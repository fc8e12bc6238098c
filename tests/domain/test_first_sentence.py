"""The gist of a text, taken from its first sentence."""

import pytest
from hypothesis import given

from gateway.domain.appeal import first_sentence
from tests.properties import any_text, many, typed_text


@pytest.mark.parametrize(
    ("text", "gist"),
    [
        ("Яма на дороге. Машины объезжают.", "Яма на дороге"),
        ("Яма на дороге! Уберите.", "Яма на дороге!"),
        ("Когда починят? Ждём год.", "Когда починят?"),
        ("Яма на дороге", "Яма на дороге"),
        ("  Яма   на\tдороге.  ", "Яма на дороге"),
        ("\n\n  Яма на дороге\nу дома 5", "Яма на дороге"),
        ("Сказали: «починим завтра». И тишина.", "Сказали: «починим завтра»"),
        ("Ждём год... И ещё год.", "Ждём год"),
        ("Доколе?! Год прошёл.", "Доколе?!"),
    ],
)
def test_a_gist_is_the_first_sentence(text: str, gist: str) -> None:
    assert first_sentence(text, most=120) == gist


@pytest.mark.parametrize(
    "sentence",
    [
        "На ул. Садовой у д. 12 корп. 2 яма",
        "В г. Томске на пр. Ленина не горит фонарь",
        "По адресу пер. Лесной, стр. 4, кв. 12 нет воды",
        "На пл. им. А. С. Пушкина сломана лавочка",
        "Не вывозят мусор, листву и т.д. уже месяц",
        "Штраф 500 руб. пришёл по ошибке",
        "Глубина ямы 2.5 м. и она растёт",
        "Позвоните по тел. 8 800 555-35-35 и всё узнаете",
        "В мкр. Северный и на наб. Томи темно",
    ],
)
def test_a_shortened_word_does_not_end_a_sentence(sentence: str) -> None:
    assert first_sentence(f"{sentence}. Помогите.", most=120) == sentence


@pytest.mark.parametrize(
    ("text", "gist"),
    [
        ("1. Яма на дороге. 2. Нет света.", "1. Яма на дороге"),
        ("1) Яма на дороге. 2) Нет света.", "1) Яма на дороге"),
        ("... яма на дороге. И ещё одна.", "... яма на дороге"),
        ("!!! Яма на дороге. И ещё одна.", "!!! Яма на дороге"),
        ("👍🏽", "👍🏽"),
        ("..........", ".........."),
        ("?", "?"),
    ],
)
def test_marks_without_words_are_no_sentence(text: str, gist: str) -> None:
    assert first_sentence(text, most=120) == gist


def test_a_long_sentence_is_cut_after_a_word() -> None:
    sentence = "Во дворе третий день не вывозят мусор, контейнеры переполнены"
    assert first_sentence(sentence, most=40) == "Во дворе третий день не вывозят мусор…"
    assert first_sentence(sentence, most=len(sentence)) == sentence
    assert first_sentence("аб вг дежзик", most=7) == "аб вг…"


def test_a_long_word_is_cut_where_it_must_be() -> None:
    assert first_sentence("а" * 500, most=120) == "а" * 119 + "…"


@pytest.mark.parametrize("text", ["", " ", "\n \t\n"])
def test_nothing_has_no_gist(text: str) -> None:
    assert first_sentence(text, most=120) == ""


@many
@given(typed_text | any_text)
def test_every_text_has_a_gist_of_one_line_that_fits(text: str) -> None:
    gist = first_sentence(text, most=50)
    assert len(gist) <= 50
    assert len(gist.splitlines()) <= 1
    assert gist == " ".join(gist.split())
    assert bool(gist) == bool(text.strip())
