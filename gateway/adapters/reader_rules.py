"""Texts understood by rules alone: the problems that a text clearly tells apart, and the topics that its words name.

Careful on purpose: who tells one story is never asked to choose between its parts. A text is several problems only
where it is cut by its writer (a list, a new paragraph, «а ещё», «также», «во-вторых») and the pieces name topics that
have nothing in common.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.domain.agency import Agency
from gateway.domain.reading import Reading, ReadProblem
from gateway.domain.topic import TopicMatch
from gateway.ports import TopicBook, Topics
from gateway.reading.dangers import find_danger
from gateway.reading.faults import find_faults

_SUGGESTED = 5
_COMPARED = 3
_CLEAR = 0.4
"""The least score of a topic that is named clearly; words that merely occur in a topic stay below."""
_CLOSE = 0.1
"""Topics whose scores differ by less fit a text about as well."""
_LEAST_WORDS = 3
"""A piece with fewer adds something to what was said before («и ещё одна рядом»)."""
_MOST_PIECES = 12
_LONGEST = 20_000
_MORE = (
    r"(?:а|и|но)\s+ещ[её]\b|ещ[её]\s+(?:одн[оа]|у\s+нас)\b|ещ[её]\s*[,:]|(?:а\s+|и\s+)?также\b|кроме\s+(?:того|этого)\b"
    r"|помимо\s+(?:того|этого)\b|во-(?:первых|вторых)\b|в-третьих\b|(?:а\s+)?вторая\s+проблема\b|(?:also|besides)\b"
)
_CUT = re.compile(
    rf"(?P<item>(?:^|\n)[ \t]*(?:\d{{1,2}}[.)]|[-–—•*])[ \t]+)|(?P<paragraph>\n\s*)|(?P<more>(?<![\w-])(?:{_MORE}))",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"\b(?:спасибо|заранее|благодар\w+|жд[уеё]м?|ответ\w*|про(?:шу|сим)|помо[гщ]\w+|примите|мер[ыу]|здравствуйте"
    r"|добрый|день|вечер|с\s+уважени\w+|пожалуйста|разбер\w+|обратит\w+|внимани\w+|thanks?|you|please|hello)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RulesReader:
    """Fulfils `ports.Reader` with the topic search."""

    topics: Topics

    async def read(self, agency: Agency, text: str) -> Reading:
        """Return the problems of the text, each with the topics that fit it best; together they are the whole text."""
        book = self.topics.of(agency.key)
        starts = [0]
        for begin, end in _pieces(text):
            if begin and await _is_another(book, text[starts[-1] : begin], text[begin:end]):
                starts.append(begin)
        ends = [*starts[1:], len(text)]
        return Reading(
            problems=tuple([await _problem(book, text, *part) for part in zip(starts, ends, strict=True)]),
            faults=find_faults(text, frozenset(origin.host for origin in agency.origins)),
            danger=find_danger(text),
        )


async def _is_another(book: TopicBook, so_far: str, piece: str) -> bool:
    """Tell whether a piece clearly names a topic, what is before it another one, and neither anything of both."""
    if len(_COURTESY.sub(" ", _CUT.sub(" ", piece)).split()) < _LEAST_WORDS:
        return False
    before, now = await book.suggest(so_far, most=_COMPARED), await book.suggest(piece, most=_COMPARED)
    if not (_is_clear(before) and _is_clear(now)):
        return False
    return not _subjects(before) & _subjects(now)


async def _problem(book: TopicBook, text: str, start: int, end: int) -> ReadProblem:
    found = await book.suggest(text[start:end], most=_SUGGESTED)
    return ReadProblem(text=text[start:end], start=start, end=end, topics=tuple(found))


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each piece begins and ends, as the writer has cut the text."""
    if len(text) > _LONGEST:
        return
    starts = sorted({0, *(cut.start() for cut in _CUT.finditer(text))})[:_MOST_PIECES]
    yield from zip(starts, [*starts[1:], len(text)], strict=True)


def _is_clear(matches: Sequence[TopicMatch]) -> bool:
    return bool(matches) and max(match.score for match in matches) >= _CLEAR


def _subjects(matches: Sequence[TopicMatch]) -> frozenset[str]:
    """Return what the best topics are about, by subject and by name: a pothole is one in a yard and on a road."""
    best = max(match.score for match in matches) - _CLOSE
    close = [match.topic for match in matches if match.score >= best]
    return frozenset(part for topic in close for part in (topic.path[0], topic.name))
