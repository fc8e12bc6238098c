"""How well the catalogue alone finds the topics of messages in residents' manner, which nothing learns from.

`messages.csv` is the development set (see docs/reference/understanding.md): written apart from the words and examples
of the catalogue, about half without the very words of the topic. The figures of the day are in that page; here are
floors that only a step back falls through.
"""

import csv
from pathlib import Path

import pytest

from gateway.adapters.catalogue_sheet import default_catalogue
from gateway.adapters.suggester import Suggester
from gateway.domain.appeal import Terms
from gateway.domain.topic import TopicMatch

CATALOGUE = default_catalogue(Terms())
Judged = tuple[str, tuple[TopicMatch, ...]]


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    """The right code and the suggestions for each message."""
    suggester = Suggester(CATALOGUE)
    with (Path(__file__).parent / "messages.csv").open(encoding="utf-8", newline="") as file:
        return [(row["code"], tuple(suggester.suggest(row["text"], most=5))) for row in csv.DictReader(file)]


def test_set_is_large_and_its_codes_are_there(judged: list[Judged]) -> None:
    assert len(judged) >= 600
    assert all(CATALOGUE.find(code) for code, _ in judged)


@pytest.mark.parametrize(("most", "floor"), [(1, 0.68), (3, 0.83), (5, 0.88)])
def test_right_topic_is_among_the_first(judged: list[Judged], most: int, floor: float) -> None:
    right = sum(code in [match.topic.code for match in matches[:most]] for code, matches in judged)
    assert right / len(judged) >= floor


def test_what_is_said_to_be_sure_is_right(judged: list[Judged]) -> None:
    sure = [matches[0].topic.code == code for code, matches in judged if matches and matches[0].score >= 0.85]
    assert len(sure) >= 50
    assert sum(sure) / len(sure) >= 0.85
