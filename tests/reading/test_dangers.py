"""What must not wait for an agency is seen; what is over, feared or only sounds alike is not."""

import time

import pytest

from gateway.domain.fault import Danger
from gateway.reading.dangers import find_danger


@pytest.mark.parametrize(
    ("danger", "texts"),
    [
        (
            Danger.GAS,
            ["Сильно пахнет газом в подъезде", "Запах газа на Ленина, 5", "утечка газа во дворе", "I smell gas"],
        ),
        (Danger.FIRE, ["Горит мусорка во дворе", "у нас пожар", "Из подвала идёт дым", "загорелась проводка в щитке"]),
        (Danger.WIRE, ["упал провод и искрит", "оборвало провод, лежит на дороге", "искрит столб у дома 5"]),
        (
            Danger.FLOOD,
            ["прорвало трубу, заливает квартиру", "кипяток хлещет в подъезде", "лопнула батарея, топит соседей"],
        ),
        (Danger.COLLAPSE, ["дерево вот-вот упадёт на дом", "стена рушится, внутри люди", "потолок вот-вот рухнет"]),
        (Danger.LIFE, ["человек лежит без сознания", "ребёнок тонет в пруду", "сосед бегает с ножом", "не хочу жить"]),
    ],
)
def test_a_danger_is_seen_in_many_words(danger: Danger, texts: list[str]) -> None:
    assert [find_danger(text) for text in texts] == [danger] * len(texts)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "весной был пожар",
            "газ подорожал",
            "газовая служба не приехала",
            "фонарь искрил в прошлом году",
            "боюсь, что упадёт",
        ),
        *("запах канализации", "пожарная лестница ржавая", "газон вытоптан", "не горит фонарь", "умираем от жары"),
        *("город тонет в грязи", "дерево может упасть", "крыша течёт, заливает квартиру", "провода интернета свисают"),
        *("в прошлом году прорвало трубу", "нет горячей воды", "умру, пока дождусь", "после пожара не убрали"),
        *("запах выхлопных газов", "свет горит днём", "дерево упало на дорогу", "если пахнет газом, куда звонить"),
        *(
            "трубу прорвало вчера и уже починили",
            "пожарный проезд заставлен",
            "в случае пожара не проедут",
            "сгорел насос",
        ),
        *(
            "задыхаемся от вони",
            "газа нет третий день",
            "из крана холодной воды идёт кипяток",
            "в лифте горит одна лампа",
        ),
    ],
)
def test_what_is_over_feared_or_sounds_alike_is_no_danger(text: str) -> None:
    assert find_danger(text) is None


def test_somebodys_life_comes_before_all_else() -> None:
    assert find_danger("Пахнет газом, в квартире человек лежит без сознания") is Danger.LIFE


@pytest.mark.parametrize(
    "piece", ["газ ", "горит ", "провод ", "человек ", "труба прорвало ", "пахнет ", "кипяток ", "\n", "стена "]
)
def test_a_long_text_takes_no_long_time(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    begun = time.perf_counter()
    find_danger(text)
    assert time.perf_counter() - begun < 1
