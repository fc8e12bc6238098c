"""Texts understood: their problems, with the topics of each and where it is."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from gateway.adapters.cutting.cutter import Cuts, shipped_cutter
from gateway.domain.agency import Agency
from gateway.domain.reading import Reading, ReadProblem
from gateway.ports import TopicBook, Topics

_SUGGESTED = 5
_THREADS = 2


class TextReader:
    """Fulfils `ports.Reader` with the topics of the agency and what the product knows of how residents write."""

    def __init__(self, topics: Topics) -> None:
        self._topics = topics
        self._threads = ThreadPoolExecutor(_THREADS, "reading")

    def warm(self) -> None:
        """Load what reading needs, in the background."""
        self._threads.submit(shipped_cutter)

    def close(self) -> None:
        """Let go of the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def read(self, agency: Agency, text: str) -> Reading:
        """Return the problems of the text, each with the topics that fit it best; together they are the whole text."""
        book = self._topics.of(agency.key)
        cuts = await asyncio.get_running_loop().run_in_executor(self._threads, _cut, text)
        starts = [0, *cuts.starts]
        ends = [*cuts.starts, len(text)]
        problems = [await _problem(book, text, *part) for part in zip(starts, ends, strict=True)]
        return Reading(problems=await _told_apart(book, text, problems), is_whole=cuts.is_whole)


def _cut(text: str) -> Cuts:
    return shipped_cutter().cut(text)


async def _problem(book: TopicBook, text: str, start: int, end: int) -> ReadProblem:
    found = await book.suggest(text[start:end], most=_SUGGESTED)
    return ReadProblem(text=text[start:end], start=start, end=end, topics=tuple(found))


async def _told_apart(book: TopicBook, text: str, problems: Sequence[ReadProblem]) -> tuple[ReadProblem, ...]:
    """Return the problems with those made one that follow one another and are about the same, or about nothing."""
    apart = [problems[0]]
    for problem in problems[1:]:
        before = apart[-1]
        if _is_same(before, problem):
            apart[-1] = await _problem(book, text, before.start, problem.end)
        else:
            apart.append(problem)
    return tuple(apart)


def _is_same(before: ReadProblem, problem: ReadProblem) -> bool:
    if not before.topics or not problem.topics:
        return True
    return before.topics[0].topic.code == problem.topics[0].topic.code
