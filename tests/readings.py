"""A reader that a test decides upon: behind `ports.Reader`, by a few words, over the real catalogue."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from gateway.app import verbs
from gateway.domain.agency import Agency
from gateway.domain.fault import Danger, Fault, FaultKind
from gateway.domain.reading import Reading, ReadPlace, ReadProblem
from gateway.domain.topic import TopicMatch
from gateway.ports import Topics

LAMP, WASTE, PENSION = "0209", "0603", "400303"
TANGLED = "всё не так"
"""What makes a text one of which nobody can tell whether it is about one problem."""
THREE = "Не горит фонарь на Ленина 5, и неделю не вывозят мусор, и не пришла пенсия"
"""What every way into the gateway makes three appeals of."""

TOPICS = {"фонарь": LAMP, "мусор": WASTE, "пенси": PENSION}
FAULTS = {"чёрт": FaultKind.OBSCENE, "passport": FaultKind.PERSONAL, "example.org": FaultKind.LINKS}
DANGERS = {"газ": Danger.GAS, "пожар": Danger.FIRE}

_CUT = re.compile(r",? и (?=неделю|не пришла|чёрт)")
_PLACE = re.compile(r"на (?P<street>Ленина|Мира) (?P<house>\d+)")


@dataclass(frozen=True, slots=True)
class WordReader:
    """Cuts where a test's texts are cut, and knows a word for each thing that can be found."""

    topics: Topics

    def warm(self) -> None:
        """There is nothing to load."""

    def close(self) -> None:
        """There is nothing to let go of."""

    async def read(self, agency: Agency, text: str) -> Reading:
        cuts = [found.start() for found in _CUT.finditer(text)]
        ends = [*cuts, len(text)]
        problems = [self._problem(agency, text, *part) for part in zip([0, *cuts], ends, strict=True)]
        is_whole = TANGLED not in text
        return Reading(problems=tuple(problems), faults=tuple(_faults(text)), danger=_danger(text), is_whole=is_whole)

    def _problem(self, agency: Agency, text: str, start: int, end: int) -> ReadProblem:
        part = text[start:end]
        topics = tuple(self._topics(agency, part))
        return ReadProblem(text=part, start=start, end=end, topics=topics, place=_place(part, start))

    def _topics(self, agency: Agency, part: str) -> Iterator[TopicMatch]:
        for word, code in TOPICS.items():
            topic = self.topics.of(agency.key).catalogue.find(code)
            if word in part and topic is not None:
                yield TopicMatch(topic=topic, score=0.93)


def _place(part: str, start: int) -> ReadPlace | None:
    found = _PLACE.search(part)
    if found is None:
        return None
    return ReadPlace(
        start=start + found.start(), end=start + found.end(), street=f"улица {found['street']}", house=found["house"]
    )


def _faults(text: str) -> Iterator[Fault]:
    for word, kind in FAULTS.items():
        for found in re.finditer(re.escape(word), text, re.IGNORECASE):
            yield Fault(kind=kind, start=found.start(), end=found.end())


def _danger(text: str) -> Danger | None:
    return next((danger for word, danger in DANGERS.items() if word in text), None)


def read_by_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let gateways that are built from now on read texts like this."""
    monkeypatch.setattr(verbs, "TextReader", WordReader)
