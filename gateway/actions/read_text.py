"""A text is read for its problems and topics, within a time that nobody notices."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog

from gateway.domain.agency import Agency
from gateway.domain.reading import Reading, ReadProblem
from gateway.ports import Reader
from gateway.reading.dangers import find_danger
from gateway.reading.faults import find_faults

log = structlog.get_logger("reading")

_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadText:
    """Asks the reader; what it cannot tell in time, or breaks on, is one problem of an unknown topic."""

    reader: Reader
    seconds: float

    async def __call__(self, agency: Agency, text: str) -> Reading:
        """Return what the text says."""
        try:
            async with asyncio.timeout(self.seconds):
                reading = await self.reader.read(agency, text)
        except TimeoutError:
            reading = None
        except Exception:  # whatever understanding breaks on, what was written goes its way
            log.exception("text not read", agency=agency.key, size=len(text))
            reading = None
        return reading or _unread(agency, text)


def _unread(agency: Agency, text: str) -> Reading:
    """Return what the rules alone tell: who smells gas is told whom to call, whatever else is broken."""
    return Reading(
        problems=(ReadProblem(text=text, start=0, end=len(text), topics=()),),
        faults=_told(lambda: find_faults(text, agency.hosts), ()),
        danger=_told(lambda: find_danger(text), None),
        is_whole=False,
    )


def _told(rule: Callable[[], _Found], otherwise: _Found) -> _Found:
    try:
        return rule()
    except Exception:  # perhaps what reading broke on
        log.exception("rule broken")
        return otherwise
