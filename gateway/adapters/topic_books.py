"""The topics of every agency, from files of the data folder: its own catalogue or all agencies', and what was learned.

`topics/all.csv` is a catalogue for all agencies, `topics/KEY.csv` one agency's own; `….over.csv` beside or instead of
one is laid over it, or over the catalogue that comes with the product. `….model` is what was learned from messages.
Files that change are read anew while the process runs; one that cannot be read leaves the last good one in use.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock

import structlog

from gateway.adapters.catalogue_files import ALL, CatalogueFiles, TopicFiles
from gateway.adapters.topic_search import Suggester
from gateway.domain.agency import AgencyKey
from gateway.domain.appeal import Terms
from gateway.domain.topic import Catalogue, TopicMatch

_LOOK_EVERY_SECONDS = 3.0
_THREADS = 2

log = structlog.get_logger("topics")

Stamps = tuple[tuple[str, int, int], ...]


class Book:
    """One catalogue and what finds topics in it; fulfils `ports.TopicBook`."""

    def __init__(
        self, catalogue: Catalogue, make: Callable[[Catalogue], Suggester], threads: ThreadPoolExecutor
    ) -> None:
        self.catalogue = catalogue
        self._make, self._threads, self._making = make, threads, Lock()

    @cached_property
    def _suggester(self) -> Suggester:
        return self._make(self.catalogue)

    def ready(self) -> Suggester:
        """Return what finds topics; the first call takes some tenths of a second."""
        with self._making:
            return self._suggester

    async def suggest(self, text: str, *, most: int) -> Sequence[TopicMatch]:
        """Return the topics that fit, best first; the loop goes on meanwhile."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._suggest, text, most)

    def _suggest(self, text: str, most: int) -> Sequence[TopicMatch]:
        return self.ready().suggest(text, most=most)


@dataclass(slots=True)
class _Held:
    stamps: Stamps
    book: Book
    looked_at: float


@dataclass(slots=True)
class TopicBooks:
    """Fulfils `ports.Topics` with the files in `folder`."""

    folder: Path
    terms: Terms
    _held: dict[str, _Held] = field(default_factory=dict)
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(_THREADS, thread_name_prefix="otklik-topics")
    )

    def of(self, agency: AgencyKey | None) -> Book:
        """Return an agency's topics: its own, or those of all agencies (also for None).

        Raises ValueError naming the file and its bad rows, when there is no earlier good one.
        """
        name = agency if agency is not None and self._own(agency) else ALL
        held = self._held.get(name)
        if held is None or time.monotonic() - held.looked_at > _LOOK_EVERY_SECONDS:
            held = self._held[name] = self._look(name, held)
        return held.book

    @property
    def files(self) -> CatalogueFiles:
        """The files that the catalogues are read from."""
        return CatalogueFiles(self.folder, self.terms)

    def read(self, name: str) -> Catalogue:
        """Read the catalogue of that name; raises ValueError."""
        return self.files.read(name)

    def ways(self, name: str) -> Mapping[str, Suggester]:
        """Return what finds topics for that name: by its `catalogue` alone, and with its `model` where there is one."""
        catalogue = self.read(name)
        return {"catalogue": Suggester(catalogue)}

    def warm(self) -> None:
        """Begin to build what finds topics for all agencies, in the background."""
        self._threads.submit(self.of(None).ready)

    def close(self) -> None:
        """Let go of the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _own(self, agency: AgencyKey) -> bool:
        files = TopicFiles(self.folder, agency)
        return files.catalogue.exists() or files.over.exists() or files.model.exists()

    def _look(self, name: str, held: _Held | None) -> _Held:
        stamps, now = self._stamps(name), time.monotonic()
        if held is not None and held.stamps == stamps:
            return _Held(stamps, held.book, now)
        try:
            book = Book(self.read(name), Suggester, self._threads)
        except ValueError as error:
            if held is None:
                raise
            log.warning("catalogue unusable, the last good one goes on", catalogue=name, reason=str(error)[:500])
            return _Held(stamps, held.book, now)
        return _Held(stamps, book, now)

    def _stamps(self, name: str) -> Stamps:
        names = [name] if name == ALL else [name, ALL]
        files = [file for one in names for file in _all_of(TopicFiles(self.folder, one))]
        return tuple(_stamp(file) for file in files)


def _all_of(files: TopicFiles) -> tuple[Path, Path, Path]:
    return files.catalogue, files.over, files.model


def _stamp(file: Path) -> tuple[str, int, int]:
    try:
        state = file.stat()
    except FileNotFoundError:
        return file.name, 0, 0
    return file.name, state.st_mtime_ns, state.st_size
