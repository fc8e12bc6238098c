"""A text that holds several problems is told from a story about one; in doubt it is one."""

import random
from pathlib import Path

import pytest

from gateway.adapters.text_reader import TextReader
from gateway.adapters.topic_books import TopicBooks
from gateway.domain.agency import Agency, AgencyKey
from gateway.domain.appeal import Terms

AGENCY = Agency(key=AgencyKey("demo"), name="Администрация города", legal_name="Администрация города")
READER = TextReader(TopicBooks(Path("nowhere"), Terms()))

SEVERAL = {
    "1. На Садовой большая яма на дороге.\n2. У школы бегают бездомные собаки.\n3. Запись к врачу невозможна.": 3,
    "- протекает крыша дома 5\n- собаки бегают стаей у школы": 2,
    "Мусор не вывозят вторую неделю. Также в подъезде не работает лифт.": 2,
    "Во-первых, не вывозят мусор. Во-вторых, собаки бегают стаей у школы.": 2,
    "В подъезде не работает лифт.\n\nНе могу попасть к врачу: запись к врачу невозможна.": 2,
    "Крыша протекает и заливает квартиру. Кроме того, мусор не вывозят из контейнеров.": 2,
    "Не горит фонарь на Ленина 5, и неделю не вывозят мусор, и не пришла пенсия": 3,
}
ONE = [
    "Во дворе яма. Машины объезжают её по тротуару, а ещё дети там падают. Я звонил, никто не ответил.",
    "Не вывозят мусор вторую неделю.\n\nБаки переполнены, а ещё вокруг контейнеров свалка.",
    "1. Звонил диспетчеру.\n2. Писал заявление.\n3. Лифт так и не работает.",
    "Прорвало трубу, дорогу размыло, и машины не могут проехать",
    "В подъезде не работает лифт. Также не работает лифт в соседнем подъезде.",
    "Здравствуйте!\n\nНа Садовой 12 большая яма на дороге.\n\nСпасибо заранее, жду ответа.",
    "Яма на дороге, и ещё одна яма рядом",
    "На Садовой 12 во дворе большая яма, машины объезжают её по тротуару, и ещё одна рядом",
    "а ещё",
    "",
    "\n\n\n",
    "1.\n2.\n3.",
]


@pytest.mark.parametrize("text", SEVERAL)
async def test_problems_that_the_writer_tells_apart_are_several(text: str) -> None:
    reading = await READER.read(AGENCY, text)
    assert len(reading.problems) == SEVERAL[text]
    firsts = [problem.topics[0].topic.name for problem in reading.problems]
    assert len(set(firsts)) == len(firsts)


@pytest.mark.parametrize("text", ONE)
async def test_story_about_one_thing_is_left_alone(text: str) -> None:
    assert len((await READER.read(AGENCY, text)).problems) == 1


async def test_parts_are_the_whole_text_whatever_it_is() -> None:
    chance = random.Random(5)
    words = [*" ".join([*SEVERAL, *ONE]).split(), "\n", "\n\n", "а ещё", "\0", "\ud800", "1.", "—", "также", "Ё" * 50]
    texts = [" ".join(chance.choices(words, k=chance.randrange(60))) for _ in range(60)] + ["а ещё яма " * 5000]
    for text in texts:
        problems = (await READER.read(AGENCY, text)).problems
        assert "".join(problem.text for problem in problems) == text
        assert [text[problem.start : problem.end] for problem in problems] == [problem.text for problem in problems]


async def test_reader_names_the_topics_of_a_text() -> None:
    text = "Во дворе дома 5 по улице Садовой не вывозят мусор, баки переполнены."
    reading = await READER.read(AGENCY, text)
    (problem,) = reading.problems
    assert (problem.text, problem.start, problem.end) == (text, 0, len(text))
    assert problem.topics[0].topic.subject == "Мусор"
    assert len(problem.topics) <= 3
    assert reading.faults == ()
