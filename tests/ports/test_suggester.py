"""Topics are found by what residents write, in any catalogue, and no text keeps the search busy."""

import base64
import random
import time
from pathlib import Path

import pytest

from gateway.adapters.catalogue_sheet import catalogue_of, default_catalogue
from gateway.adapters.knowledge import read_knowledge, shipped_knowledge
from gateway.adapters.suggester import Suggester
from gateway.domain.appeal import Terms
from gateway.domain.topic import Catalogue, Topic, TopicCode

CATALOGUE = default_catalogue(Terms())


@pytest.fixture(scope="module")
def topics() -> Suggester:
    return Suggester(CATALOGUE)


def codes(topics: Suggester, query: str, *, most: int = 3) -> list[str]:
    return [match.topic.code for match in topics.suggest(query, most=most)]


def test_product_knows_its_own_catalogue() -> None:
    """Whoever changes a name in the sheets learns anew: `make topics`."""
    knowledge = shipped_knowledge()
    assert set(knowledge.names) == {" → ".join(topic.path) for topic in CATALOGUE.topics}
    assert set(knowledge.codes) == {topic.code for topic in CATALOGUE.topics}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("яма", "0116"),
        ("ДЫРКА В АСФАЛЬТЕ", "0116"),
        ("сосульки на крыше", "0310"),
        ("не работает светофор", "0112"),
        ("скараая ехала два часа", "0405"),
        ("свет отключают каждый день", "240601"),
        ("батареи ледяные во всём районе, котельная встала", "2103"),
        ("у нас на остановке третий день воняет из люка", "1301"),
        ("A pothole in the road", "0116"),
        ("there is no hot water in the whole district", "1304"),
    ],
)
def test_topic_is_among_the_first_three_for_what_residents_write(topics: Suggester, query: str, expected: str) -> None:
    assert expected in codes(topics, query)


@pytest.mark.parametrize("written", ["светофор", "светофоры", "Светофорами", "светофоров!", "«светофору»"])
def test_word_forms_case_and_punctuation_make_no_difference(topics: Suggester, written: str) -> None:
    assert topics.suggest(written, most=1)[0].topic.path[1] == "Светофоры"


def test_yo_and_ye_are_one_letter(topics: Suggester) -> None:
    assert topics.suggest("мёртвый счётчик", most=5) == topics.suggest("мертвый счетчик", most=5) != ()
    assert topics.suggest("ливнев", most=5) == topics.suggest("ливнёв", most=5) != ()  # typed as far as that


@pytest.mark.parametrize("typed", ["свето", "светоф", "светофо", "светофор"])
def test_topic_appears_while_its_word_is_being_typed(topics: Suggester, typed: str) -> None:
    assert "Светофоры" in {match.topic.path[1] for match in topics.suggest(typed, most=10)}


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_every_name_of_the_tree_may_be_typed(topics: Suggester, lang: str) -> None:
    paths = [topic.wording(lang).path for topic in CATALOGUE.topics]
    words = {word.lower() for path in paths for name in path for word in name.split() if word.isalpha()}
    missed = [word for word in sorted(words) if len(word) > 4 and not topics.suggest(word[:4], most=1)]
    assert len(missed) < len(words) / 50, missed  # but for the little words of long names


@pytest.mark.parametrize(("mistyped", "expected"), [("тратуар", "Тротуары"), ("светафор", "Светофоры")])
def test_a_slip_of_the_finger_is_forgiven(topics: Suggester, mistyped: str, expected: str) -> None:
    found = topics.suggest(mistyped, most=5)
    assert expected in {match.topic.path[1] for match in found}


def test_scores_lie_between_nothing_and_one_fall_and_sum_to_one_at_most(topics: Suggester) -> None:
    scores = [match.score for match in topics.suggest("яма на дороге и мусор во дворе", most=50)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert sum(scores) <= 1.01
    assert len(scores) > 1


@pytest.mark.parametrize(
    "query",
    ["", "   ", "!?.,", "и не в на", "qwrtzx vbnmk", "123456", "\ud800", "\x00", "🙂🙂", "әйбәт түгел"],
)
def test_what_names_no_topic_finds_none(topics: Suggester, query: str) -> None:
    assert topics.suggest(query, most=5) == ()


def test_foreign_catalogue_of_names_alone_is_found_by_what_residents_call_it() -> None:
    names = [
        "Ремонт дорожного полотна",
        "Работа светофорных объектов",
        "Вывоз твёрдых коммунальных отходов",
        "Отлов животных без владельцев",
        "Качество питьевой воды",
        "Ледяные образования на кровле",
        "Запись на приём в поликлинику",
    ]
    topics = Suggester(catalogue_of([(row, {"fact": name}) for row, name in enumerate(names, 2)], Terms()))
    for said, name in {
        "на улице такая дыра в асфальте что колесо оставил": names[0],
        "баки переполнены, помойка, крысы бегают": names[2],
        "стая собак кидается на детей у школы": names[3],
        "из крана течёт ржавая вода": names[4],
        "над подъездом висят огромные сосульки": names[5],
        "к терапевту не попасть, талонов нет": names[6],
    }.items():
        assert topics.suggest(said, most=1)[0].topic.name == name, said


def test_what_was_learned_is_asked_the_more_the_more_it_has_seen() -> None:
    first, second = (
        Topic(code=TopicCode(code), path=(name,), fast_track=False, days=30)
        for code, name in (("1", "Яма на дороге"), ("2", "Дорога разбита"))
    )

    class Learned:
        def __init__(self, rows: int) -> None:
            self.rows = rows

        def predict(self, text: str) -> dict[str, float]:
            return {"2": 0.9, "1": 0.1, "gone": 0.5} if text else {}

        def seen(self, code: str) -> int:
            return self.rows if code in {"1", "2"} else 0

    def best(rows: int) -> str:
        return Suggester(Catalogue([first, second]), model=Learned(rows)).suggest("яма", most=1)[0].topic.code

    assert [best(0), best(1), best(100_000)] == ["1", "1", "2"]


def everything_known() -> str:
    words = {word for topic in CATALOGUE.topics for part in topic.words for word in part.split()}
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
        "<div onclick='x()'>" * 200,
    ],
    ids=["one letter", "short words", "base64", "every known word", "far too long", "pairs of letters", "HTML"],
)
def test_no_text_keeps_the_search_busy(topics: Suggester, text: str) -> None:
    # Typically some milliseconds; the bound is only there to catch a search that grows with the text.
    started = time.thread_time()
    for _ in range(5):
        topics.suggest(text, most=5)
    assert time.thread_time() - started < 1


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a file", b"\x93NUMPY"])
def test_damaged_knowledge_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "knowledge.npz"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"knowledge\.npz"):
        read_knowledge(file)
