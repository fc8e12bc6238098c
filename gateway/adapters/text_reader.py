"""Texts understood: their problems, with the topics of each and where it is, what would be refused, what is urgent."""

import asyncio
import re
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from gateway.adapters.cutting.cutter import shipped_cutter
from gateway.adapters.learned_checks import Guesses, shipped_checks
from gateway.domain.agency import Agency
from gateway.domain.fault import Danger, Fault, FaultKind
from gateway.domain.reading import Reading, ReadPlace, ReadProblem
from gateway.ports import TopicBook, Topics
from gateway.reading import words
from gateway.reading.addresses import find_places, problem_place
from gateway.reading.dangers import find_danger
from gateway.reading.faults import find_faults

_SUGGESTED = 5
_THREADS = 2
_CLEAR, _ABOUT_NOTHING = 0.7, 0.2
_MOST_ITEMS = 12
_SAYS_NOTHING = frozenset((FaultKind.NO_ESSENCE, FaultKind.UNREADABLE))
_ITEM = re.compile(r"^[ \t]*(?:\d{1,2}[.)]|[-–—•*])[ \t]+", re.MULTILINE)

Part = tuple[int, int]
"""The characters at which it begins and ends."""


class TextReader:
    """Fulfils `ports.Reader` with the topics of the agency and what the product knows of how residents write."""

    def __init__(self, topics: Topics) -> None:
        self._topics = topics
        self._threads = ThreadPoolExecutor(_THREADS, "reading")

    def warm(self) -> None:
        """Load what reading needs, in the background."""
        for load in (words.load, shipped_cutter, shipped_checks):
            self._threads.submit(load)

    def close(self) -> None:
        """Let go of the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def read(self, agency: Agency, text: str) -> Reading:
        """Return the problems of the text, each with the topics that fit it best; together they are the whole text."""
        book, own = self._topics.of(agency.key), agency.hosts
        seen = await asyncio.get_running_loop().run_in_executor(self._threads, _look, text, own)
        problems = await _problems(book, text, seen.places, seen.parts)
        if len(problems) == 1 and len(seen.items) > 1:
            items = await _problems(book, text, seen.places, seen.items)
            problems = items if _are_different(items) else problems
        apart = await _told_apart(book, text, seen.places, problems)
        return Reading(
            problems=apart,
            faults=_with_guesses(seen, apart),
            danger=seen.danger or seen.guesses.danger,
            is_whole=seen.is_whole,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What the text itself shows, whatever the catalogue: where its `parts` begin and end, and the rest.

    `items` are those of a list, with what comes before it in the first; `guesses` are what the rules do not find.
    """

    parts: tuple[Part, ...]
    items: tuple[Part, ...]
    is_whole: bool
    places: tuple[ReadPlace, ...]
    faults: tuple[Fault, ...]
    danger: Danger | None
    guesses: Guesses


def _between(starts: Sequence[int], text: str) -> tuple[Part, ...]:
    return tuple(zip((0, *starts), (*starts, len(text)), strict=True))


def _look(text: str, own: Collection[str]) -> _Seen:
    cuts = shipped_cutter().cut(text)
    return _Seen(
        parts=_between(cuts.starts, text),
        items=_between([found.start() for found in islice(_ITEM.finditer(text), 1, _MOST_ITEMS)], text),
        is_whole=cuts.is_whole,
        places=find_places(text),
        faults=find_faults(text, own=own),
        danger=find_danger(text),
        guesses=shipped_checks().guess(text),
    )


def _with_guesses(seen: _Seen, problems: Sequence[ReadProblem]) -> tuple[Fault, ...]:
    """Return the faults with those that are guessed, of kinds for which there is no rule's word.

    A text of which a topic is clear, that names a place or calls for help is not empty, however it is worded.
    """
    certain = {fault.kind for fault in seen.faults}
    if FaultKind.UNREADABLE in certain:
        return seen.faults
    is_clear = any(problem.topics and problem.topics[0].score >= _CLEAR for problem in problems)
    says_something = is_clear or seen.places or seen.danger or seen.guesses.danger
    guessed = (fault for fault in seen.guesses.faults if fault.kind not in certain)
    kept = (fault for fault in guessed if not (says_something and fault.kind in _SAYS_NOTHING))
    return tuple(sorted((*seen.faults, *kept), key=lambda fault: (fault.start, fault.end, fault.kind)))


async def _problems(
    book: TopicBook, text: str, places: Sequence[ReadPlace], parts: Sequence[Part]
) -> Sequence[ReadProblem]:
    return await asyncio.gather(*(_problem(book, text, places, *part) for part in parts))


async def _problem(book: TopicBook, text: str, places: Sequence[ReadPlace], start: int, end: int) -> ReadProblem:
    topics = tuple(await book.suggest(text[start:end], most=_SUGGESTED))
    there = [place for place in places if start <= place.start < end]
    return ReadProblem(text=text[start:end], start=start, end=end, topics=topics, place=problem_place(text, there))


async def _told_apart(
    book: TopicBook, text: str, places: Sequence[ReadPlace], problems: Sequence[ReadProblem]
) -> tuple[ReadProblem, ...]:
    """Return the problems with those made one that follow one another and are about the same, or about nothing."""
    firsts = [at for at, problem in enumerate(problems) if at == 0 or not _is_same(problems[at - 1], problem)]
    runs = [problems[first:end] for first, end in zip(firsts, (*firsts[1:], len(problems)), strict=True)]
    joined = [(run[0].start, run[-1].end) for run in runs if len(run) > 1]
    anew = {problem.start: problem for problem in await _problems(book, text, places, joined)}
    return tuple(anew.get(run[0].start, run[0]) for run in runs)


def _is_same(before: ReadProblem, problem: ReadProblem) -> bool:
    one, other = before.topics[:1], problem.topics[:1]
    if not one or not other or min(one[0].score, other[0].score) < _ABOUT_NOTHING:
        return True
    first, second = one[0].topic, other[0].topic
    return first.code == second.code or first.code in second.confused or second.code in first.confused


def _are_different(items: Sequence[ReadProblem]) -> bool:
    """Tell whether each item of a list clearly names something of a subject of its own; demands and dates do not."""
    if not all(item.topics and item.topics[0].score >= _CLEAR for item in items):
        return False
    return len({item.topics[0].topic.subject for item in items}) == len(items)
