"""The topics of every agency, from files of the data folder: its own catalogue or all agencies', and what was learned.

`topics/all.csv` is a catalogue for all agencies, `topics/KEY.csv` one agency's own; `….over.csv` beside or instead of
one is laid over it, or over the catalogue that comes with the product. `….model` is what was learned from messages.
Files that change are read anew while the process runs; one that cannot be read leaves the last good one in use.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock

import structlog

from gateway.adapters.catalogue_files import ALL, CatalogueFiles, TopicFiles
from gateway.adapters.learning import LearnedModel, load_model
from gateway.adapters.suggester import Suggester
from gateway.domain.agency import AgencyKey
from gateway.domain.appeal import Terms
from gateway.domain.topic import Catalogue, TopicMatch

_LOOK_EVERY_SECONDS = 3.0
_THREADS = 2

log = structlog.get_logger("topics")

Stamps = tuple[tuple[str, int, int], ...]


class Book:
    """One catalogue and what finds topics in it; fulfils `ports.TopicBook`."""

    def __init__(self, catalogue: Catalogue, model: LearnedModel | None, threads: ThreadPoolExecutor) -> None:
        self.catalogue = catalogue
        self._model, self._threads, self._making = model, threads, Lock()

    @cached_property
    def _suggester(self) -> Suggester:
        return Suggester(self.catalogue, self._model)

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
    """A book, the files as they were when it was made, and the one that is being made of newer files."""

    stamps: Stamps
    book: Book
    looked_at: float
    coming: Future[Book] | None = None


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

        Raises ValueError naming the file and what is wrong with it, when there is no earlier good one.
        """
        name = agency if agency is not None and self._own(agency) else ALL
        held = self._held.get(name)
        if held is None:
            held = self._held[name] = self._begin(name)
        self._follow(name, held)
        return held.book

    @property
    def files(self) -> CatalogueFiles:
        """The files that the catalogues are read from."""
        return CatalogueFiles(self.folder, self.terms)

    def read(self, name: str) -> Catalogue:
        """Read the catalogue of that name; raises ValueError."""
        return self.files.read(name)

    def ways(self, name: str) -> Mapping[str, Suggester]:
        """Return what finds topics for that name: by its `catalogue` alone, and with its `model` where there is one.

        Raises ValueError.
        """
        catalogue, model = self.read(name), self._model(name)
        alone = {"catalogue": Suggester(catalogue)}
        return alone if model is None else alone | {"model": Suggester(catalogue, model)}

    def warm(self) -> None:
        """Read every catalogue and model that there is, and begin to build what finds topics, in the background.

        Raises ValueError naming the file that is broken.
        """
        for name in (ALL, *self.files.agencies()):
            self._held[name] = _Held(self._stamps(name), self._open(name), time.monotonic())
        for held in self._held.values():
            self._threads.submit(held.book.ready)

    def close(self) -> None:
        """Let go of the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _own(self, agency: AgencyKey) -> bool:
        return any(file.exists() for file in _all_of(TopicFiles(self.folder, agency)))

    def _begin(self, name: str) -> _Held:
        stamps = self._stamps(name)
        try:
            return _Held(stamps, self._open(name), time.monotonic())
        except ValueError as error:
            if name == ALL or ALL not in self._held:
                raise
            _warn(name, error)
            return _Held(stamps, self._held[ALL].book, time.monotonic())

    def _follow(self, name: str, held: _Held) -> None:
        """Look now and then whether files have changed; the new book is made in the background."""
        if held.coming is not None:
            if held.coming.done():
                coming, held.coming = held.coming, None
                self._take(name, held, coming)
        elif time.monotonic() - held.looked_at > _LOOK_EVERY_SECONDS:
            held.looked_at = time.monotonic()
            if (stamps := self._stamps(name)) != held.stamps:
                held.stamps, held.coming = stamps, self._threads.submit(self._open_ready, name)

    def _take(self, name: str, held: _Held, coming: Future[Book]) -> None:
        try:
            held.book = coming.result()
        except (ValueError, OSError) as error:
            _warn(name, error)

    def _open_ready(self, name: str) -> Book:
        book = self._open(name)
        book.ready()
        return book

    def _open(self, name: str) -> Book:
        return Book(self.read(name), self._model(name), self._threads)

    def _model(self, name: str) -> LearnedModel | None:
        """Load what was learned for that name; what all agencies taught goes for those without topics of their own."""
        files, all_files = TopicFiles(self.folder, name), TopicFiles(self.folder, ALL)
        file = files.model if files.model.exists() or files.catalogue.exists() else all_files.model
        if not file.exists():
            return None
        return load_model(file)

    def _stamps(self, name: str) -> Stamps:
        names = [name] if name == ALL else [name, ALL]
        files = [file for one in names for file in _all_of(TopicFiles(self.folder, one))]
        return tuple(_stamp(file) for file in files)


def _warn(name: str, error: Exception) -> None:
    log.warning("topics unusable, the last good ones go on", topics=name, reason=str(error)[:500])


def _all_of(files: TopicFiles) -> tuple[Path, Path, Path]:
    return files.catalogue, files.over, files.model


def _stamp(file: Path) -> tuple[str, int, int]:
    try:
        state = file.stat()
    except FileNotFoundError:
        return file.name, 0, 0
    return file.name, state.st_mtime_ns, state.st_size
