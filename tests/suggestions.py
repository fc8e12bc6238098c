"""Suggestions that a test decides upon: the real catalogue and the real ways to it, with scores as they are told."""

from collections.abc import Iterator, Mapping, Sequence

import pytest

from gateway.adapters import topic_books
from gateway.domain.topic import Catalogue, TopicMatch

SMELL = "У нас на остановке третий день воняет из люка"
SEWER, HATCH, STOP, POTHOLE = "030501", "0305", "0108", "0116"

Scores = Sequence[tuple[str, float]]


class Told(dict[str, Scores]):
    """Codes and scores by a word that occurs in a text; the last word that is there counts."""

    def scores(self, text: str) -> Scores:
        return next((scores for word, scores in reversed(self.items()) if word in text.casefold()), ())


def tell(monkeypatch: pytest.MonkeyPatch, told: Mapping[str, Scores]) -> Told:
    """Let gateways that are built from now on suggest what is told; what is changed in it later counts at once."""
    scripted = Told(told)

    class Suggester:
        def __init__(self, catalogue: Catalogue, _model: object = None) -> None:
            self.catalogue = catalogue

        def suggest(self, text: str, most: int) -> list[TopicMatch]:
            return list(_matches(self.catalogue, scripted.scores(text)))[:most]

    monkeypatch.setattr(topic_books, "Suggester", Suggester)
    return scripted


def _matches(catalogue: Catalogue, scores: Scores) -> Iterator[TopicMatch]:
    for code, score in scores:
        topic = catalogue.find(code)
        assert topic is not None, code
        yield TopicMatch(topic=topic, score=score)
