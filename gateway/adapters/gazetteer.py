"""The gazetteers of the data folder: `places/all.places` for every agency, `places/KEY.places` for one.

Each is one file, built apart and put in place at once. Files that change are opened anew while the process runs; one
that cannot be read leaves the last good one in use, with a warning.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import structlog

from gateway.adapters.catalogue_files import write_atomically
from gateway.adapters.gazetteer_building import Addresses, Built, Tell, build
from gateway.adapters.gazetteer_file import About, GazetteerFile
from gateway.domain.agency import Agency, AgencyKey
from gateway.domain.place import FoundPlace, Point

ALL = "all"
_KIND = ".places"
_TELL_EVERY = 2_000
_READING, _BUILDING = 0.6, 0.4
"""Shares of the time that an import takes."""

log = structlog.get_logger("places")

Stamp = tuple[int, int] | None
Result = TypeVar("Result")


@dataclass(slots=True)
class _Held:
    """An opened file, or none, how the file was when it was opened, and when it was last looked at."""

    opened: GazetteerFile | None
    stamp: Stamp
    looked_at: float


@dataclass(slots=True)
class Gazetteers:
    """Fulfils `ports.Places` with the files in `folder`; without a file it knows nothing.

    Whether a file has changed is looked at every few seconds.
    """

    folder: Path
    look_every_seconds: float = 3.0
    _held: dict[str, _Held] = field(default_factory=dict)
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="otklik-places")
    )

    async def find(self, agency: Agency, words: str, *, most: int) -> Sequence[FoundPlace]:
        """Return places that fit what was typed, best first; the loop goes on meanwhile."""
        return await self._run(lambda: self.search(agency.key, words, most=most)) or []

    async def at(self, agency: Agency, point: Point) -> FoundPlace | None:
        """Return the house nearest to a point, within 200 metres."""
        return await self._run(lambda: self.nearest(agency.key, point))

    def search(self, agency: AgencyKey | None, words: str, *, most: int) -> Sequence[FoundPlace]:
        """Return the same in this thread; `agency` None for what is known of all agencies."""
        opened = self._opened(agency)
        return [] if opened is None else opened.search(words, most=most)

    def about(self) -> Iterator[tuple[str, About | None]]:
        """Yield the names of the files with what they hold, None for one that cannot be read."""
        for file in sorted(self.folder.glob(f"[!.]*{_KIND}")):
            try:
                opened = GazetteerFile(file)
            except (ValueError, OSError):
                yield file.stem, None
                continue
            yield file.stem, opened.about
            opened.close()

    def file(self, agency: AgencyKey | None) -> Path:
        """Return where the file of an agency, or of all, lies; raises ValueError for a key that is taken."""
        if agency == ALL:
            raise ValueError(f"an agency whose key is {ALL} has the places of all agencies")
        return self.folder / f"{agency or ALL}{_KIND}"

    def lay(self, agency: AgencyKey | None, source: Path, *, now: datetime, anyway: bool, tell: Tell) -> Built:
        """Build a gazetteer of a sheet or of an extract of the register, and put it in place at once.

        Raises BadAddresses for a sheet with bad rows, unless `anyway`; ValueError for what is neither, or empty.
        """
        addresses = _gathered(source, anyway=anyway, tell=tell)
        built: list[Built] = []

        def write(new: Path) -> None:
            new.unlink()
            told = _after(tell)
            built.append(build(addresses, new, source=source.name, at=now.isoformat(timespec="seconds"), tell=told))

        write_atomically(self.file(agency), write)
        return built[0]

    def take_away(self, agency: AgencyKey | None) -> bool:
        """Remove the file of an agency, or of all; tell whether there was one."""
        file = self.file(agency)
        was_there = file.exists()
        file.unlink(missing_ok=True)
        return was_there

    def close(self) -> None:
        """Let go of the files and the thread."""
        self._thread.shutdown(wait=True, cancel_futures=True)
        for held in self._held.values():
            if held.opened is not None:
                held.opened.close()
        self._held.clear()

    def nearest(self, agency: AgencyKey | None, point: Point) -> FoundPlace | None:
        """Return the same as `at` in this thread."""
        opened = self._opened(agency)
        return None if opened is None else opened.at(point)

    async def _run(self, job: Callable[[], Result]) -> Result | None:
        """Return what the job gives, None where a file is damaged: places are a help, on which nothing depends."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, job)
        except sqlite3.Error as error:
            log.warning("places unreadable", reason=str(error)[:500])
            return None

    def _opened(self, agency: AgencyKey | None) -> GazetteerFile | None:
        """Return the agency's own gazetteer, else that of all, as it is now or was when it was last good."""
        own = None if agency is None or agency == ALL else self._current(agency)
        return own or self._current(ALL)

    def _current(self, name: str) -> GazetteerFile | None:
        held = self._held.get(name)
        if held is None:
            held = self._held[name] = _Held(None, None, 0.0)
        elif time.monotonic() - held.looked_at < self.look_every_seconds:
            return held.opened
        held.looked_at = time.monotonic()
        self._follow(name, held)
        return held.opened

    def _follow(self, name: str, held: _Held) -> None:
        """Open a file that has changed; a broken one changes nothing."""
        file = self.folder / f"{name}{_KIND}"
        stamp = _stamp(file)
        if stamp == held.stamp:
            return
        held.stamp = stamp
        if stamp is None:
            held.opened = None
            return
        try:
            held.opened = GazetteerFile(file)
        except (ValueError, OSError) as error:
            log.warning("places unusable, the last good ones go on", places=name, reason=str(error)[:500])


def _gathered(source: Path, *, anyway: bool, tell: Tell) -> Addresses:
    from gateway.adapters.address_register import is_register, read_register
    from gateway.adapters.address_sheet import BadAddresses, collect_faults, read_addresses  # for imports alone

    addresses, (faults, add) = Addresses(), collect_faults()
    if is_register(source):
        for row in read_register(source, lambda share, what: tell(_READING * share, what)):
            addresses.add(row)
        return addresses
    for number, (share, row) in enumerate(read_addresses(source, add)):
        if number % _TELL_EVERY == 0:
            tell(_READING * share, "rows")
        addresses.add(row)
    if faults and not anyway:
        raise BadAddresses(faults)
    return addresses


def _after(tell: Tell) -> Tell:
    return lambda share, what: tell(_READING + _BUILDING * share, what)


def _stamp(file: Path) -> Stamp:
    try:
        state = file.stat()
    except FileNotFoundError:
        return None
    return state.st_mtime_ns, state.st_size
