"""Topics are found by what residents write, and no text keeps the search busy."""

import base64
import random
import time

import pytest

from gateway.adapters.catalogue_sheet import default_catalogue
from gateway.adapters.reader_rules import RulesReader
from gateway.adapters.topic_search import Suggester
from gateway.domain.agency import Agency, AgencyKey
from gateway.domain.appeal import Terms
from gateway.domain.topic import Catalogue, Topic, TopicCode

AGENCY = Agency(key=AgencyKey("demo"), name="Администрация города", legal_name="Администрация города")


@pytest.fixture(scope="module")
def topics() -> Suggester:
    return Suggester(default_catalogue(Terms()))


def names(topics: Suggester, query: str, *, most: int = 3) -> list[str]:
    return [match.topic.name for match in topics.suggest(query, most=most)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ямы на дорогах", "Ямы, выбоины"),
        ("яма", "Ямы, выбоины"),
        ("ДЫРКА В АСФАЛЬТЕ", "Ямы, выбоины"),
        ("не убирают снег", "Уборка снега"),
        ("мусор не вывозят", "Контейнерные площадки, мусорные контейнеры"),
        ("горит фонарь", "Уличное освещение"),
        ("очередь в поликлинике", "Запись на приём к врачу"),
        ("автобус не приходит", "Нарушение графика движения транспорта"),
        ("собаки", "Отлов безнадзорных животных"),
        ("сосульки на крыше", "Угроза падения льда с крыш"),
        ("нет горячей воды", "Горячее водоснабжение"),
        ("батареи ледяные, холодно в квартире", "Отопление"),
        ("сломался лифт", "Лифт"),
        ("течет крыша", "Кровля"),
        ("открытый люк", "Канализационные люки"),
        ("воняет с завода, пахнет гарью", "Загрязнение атмосферного воздуха"),
        ("не дали место в садике", "Поступление в образовательные организации"),
        ("поборы в классе", "Незаконный сбор денег в образовательных организациях"),
        ("не работает светофор", "Светофоры"),
        ("брошенные машины во дворе", "Брошенный автомобиль"),
        ("свет отключают каждый день", "Отключение электроэнергии"),
        ("ошибка в квитанции", "Ошибки в начислении платы за коммунальные и жилищные услуги"),
        (
            "Здравствуйте! Третью неделю во дворе нашего дома не горит ни один фонарь, темно, дети боятся идти.",
            "Уличное освещение",
        ),
        (
            "На остановке у школы № 12 автобус ходит раз в час, люди опаздывают на работу.",
            "Нарушение графика движения транспорта",
        ),
    ],
)
def test_topic_is_among_the_first_three_for_what_residents_write(topics: Suggester, query: str, expected: str) -> None:
    assert expected in names(topics, query)


@pytest.mark.parametrize("written", ["фонарь", "фонари", "Фонарями", "фонарей!", "«фонарю»"])
def test_word_forms_case_and_punctuation_make_no_difference(topics: Suggester, written: str) -> None:
    assert names(topics, written) == names(topics, "фонарь ")


def test_yo_and_ye_are_one_letter(topics: Suggester) -> None:
    assert topics.suggest("мёртвый счётчик", most=5) == topics.suggest("мертвый счетчик", most=5) != ()
    assert topics.suggest("ещё яма", most=5) == topics.suggest("еще яма", most=5)
    assert topics.suggest("ливнев", most=5) == topics.suggest("ливнёв", most=5) != ()  # typed as far as that


@pytest.mark.parametrize("typed", ["свет", "свето", "светоф", "светофо", "светофор"])
def test_topic_appears_while_its_word_is_being_typed(topics: Suggester, typed: str) -> None:
    assert "Светофоры" in names(topics, typed, most=10)


@pytest.mark.parametrize(
    ("mistyped", "expected"), [("тратуар", "Тротуары"), ("фанарь", "Уличное освещение"), ("светафор", "Светофоры")]
)
def test_a_slip_of_the_finger_is_forgiven(topics: Suggester, mistyped: str, expected: str) -> None:
    assert expected in names(topics, mistyped)


def test_words_of_the_name_weigh_more_than_words_on_the_way_to_it() -> None:
    paths = [("Дороги", "Знаки"), ("Транспорт", "Дороги"), *(("Другое", f"Тема {number}") for number in range(20))]
    catalogue = Catalogue(
        Topic(code=TopicCode(str(number)), path=path, fast_track=False, days=30)
        for number, path in enumerate(paths, start=1)
    )
    topics = Suggester(catalogue)
    assert [match.topic.code for match in topics.suggest("дорога", most=5)] == ["2"]
    assert [match.topic.code for match in topics.suggest("знаки на дорогах", most=5)] == ["1", "2"]


def test_topics_that_fit_equally_come_in_the_order_of_the_catalogue(topics: Suggester) -> None:
    found = topics.suggest("медицина", most=40)
    codes = [match.topic.code for match in found]
    assert len(codes) == 20
    assert codes == [topic.code for topic in default_catalogue(Terms()).topics if topic.subject == "Медицина"]


def test_scores_lie_between_nothing_and_one_and_fall(topics: Suggester) -> None:
    scores = [match.score for match in topics.suggest("яма на дороге и мусор во дворе", most=50)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score < 1 for score in scores)
    assert len(scores) > 5


@pytest.mark.parametrize("query", ["", "   ", "!?.,", "и не в на", "qwerty zxcvbn", "123456", "\ud800", "\x00"])
def test_what_names_no_topic_finds_none(topics: Suggester, query: str) -> None:
    assert topics.suggest(query, most=5) == ()


def everything_known() -> str:
    words = {word for topic in default_catalogue(Terms()).topics for part in topic.words for word in part.split()}
    return " ".join(sorted(words))


@pytest.mark.parametrize(
    "text",
    [
        "а" * 4_000,
        "а " * 2_000,
        base64.b64encode(random.Random(1).randbytes(3_000)).decode(),
        everything_known(),
        "дорога " * 1_000_000,
        " ".join(f"{left}{right}" for left in "абвгдежзиклмнопрст" for right in "абвгдежзиклмнопрст"),
    ],
    ids=["one letter", "short words", "base64", "every known word", "far too long", "pairs of letters"],
)
def test_no_text_keeps_the_search_busy(topics: Suggester, text: str) -> None:
    # Typically one or two milliseconds; the bound is only there to catch a search that grows with the text.
    started = time.thread_time()
    for _ in range(5):
        topics.suggest(text, most=5)
    assert time.thread_time() - started < 0.5


async def test_reader_takes_the_whole_text_for_one_problem_and_names_its_topics(topics: Suggester) -> None:
    text = "Во дворе дома 5 по улице Садовой не вывозят мусор, баки переполнены."
    reading = await RulesReader(topics).read(AGENCY, text)
    (problem,) = reading.problems
    assert (problem.text, problem.start, problem.end) == (text, 0, len(text))
    assert problem.topics[0].topic.name == "Контейнерные площадки, мусорные контейнеры"
    assert len(problem.topics) <= 3
    assert reading.warnings == ()
