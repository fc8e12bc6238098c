"""Pictures, cleaned by processes that do nothing else (`photo_worker.py`), so that Pillow is never imported here.

A worker is started at the first picture, does one at a time, and is ended when it has rested for a while. One that
dies or does not answer in time is not waited for: its picture is refused, the next one gets a new worker.
"""

import asyncio
import errno
import json
import math
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from gateway.domain.attachment import CleanPhoto, FileType
from gateway.domain.place import Point
from gateway.errors import StoreFull, StoreUnavailable, Unavailable, UnsupportedFile

SECONDS_A_PICTURE = 30
"""Whatever a phone makes takes one second, the worst legal picture ten (a 64-megapixel PNG of noise)."""

SECONDS_TO_WAIT = 30
"""How long a picture waits for its turn; with its own time that is the minute after which proxies give up."""

SECONDS_OF_REST = 60
"""How long a worker without pictures keeps its 30 to 75 MB; a new one is there in a tenth of a second."""

SECONDS_TO_START = 20

PICTURES_A_WORKER = 100
"""Decoders leak a little; a worker ends before it shows."""

MEMORY = 1024 * 1024 * 1024
"""Address space in bytes: a photo of 12 megapixels takes 240 MB at most, the worst JPEG or HEIC of 64 takes 610."""

WORKER = Path(__file__).with_name("photo_worker.py")

DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

log = structlog.get_logger(__name__)


@dataclass(eq=False, slots=True)
class _Worker:
    """A running `photo_worker.py`, which can do `left` more pictures."""

    process: Process
    left: int = PICTURES_A_WORKER

    @property
    def can_go_on(self) -> bool:
        return self.left > 0 and self.process.returncode is None

    async def said(self) -> bytes:
        """Return its next line, or nothing if it has died."""
        assert self.process.stdout
        return await self.process.stdout.readline()

    async def do(self, job: bytes) -> object:
        """Return its answer; raises ValueError if it dies over the job."""
        assert self.process.stdin
        self.left -= 1
        with suppress(ConnectionError):
            self.process.stdin.write(job)
            await self.process.stdin.drain()
        return json.loads(await self.said())

    async def end(self) -> None:
        """Kill it and wait until it is gone."""
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()


class PhotoWorkers:
    """Fulfils `Photos` with up to `workers` processes, each within `seconds` a picture and `memory` bytes."""

    def __init__(
        self,
        *,
        workers: int = 1,
        seconds: float = SECONDS_A_PICTURE,
        rest: float = SECONDS_OF_REST,
        memory: int = MEMORY,
    ) -> None:
        self._turns = asyncio.Semaphore(workers)
        self._seconds = seconds
        self._rest = rest
        self._memory = memory
        self._resting: list[_Worker] = []
        self._working: set[_Worker] = set()
        self._end_of_rest: asyncio.Task[None] | None = None
        self._closed = False

    async def clean(self, source: Path, type: FileType) -> CleanPhoto:
        """Re-encode a picture into two files beside `source`, which the caller moves or removes.

        Raises UnsupportedFile (`damaged_file`, `too_many_pixels`); Unavailable if no worker can run or none gets
        free in time; StoreFull and StoreUnavailable if the disk does not take the files. No file is left then.
        """
        if not type.is_image:
            raise ValueError("only a picture can be cleaned")
        paths = [_beside(source, end) for end in ("", ".clean", ".thumb")]
        job = dict(zip(("source", "picture", "thumbnail"), map(str, paths), strict=True)) | {"type": type}
        try:
            place = _understood(await self._do(json.dumps(job).encode() + b"\n"))
        except BaseException:
            _remove(paths[1:])
            raise
        cleaned = FileType.JPEG if type is FileType.HEIC else type
        return CleanPhoto(path=paths[1], thumbnail=paths[2], type=cleaned, place=place)

    async def close(self) -> None:
        """End all workers, also in the middle of a picture, which is then Unavailable."""
        self._closed = True
        if self._end_of_rest:
            self._end_of_rest.cancel()
        workers = [*self._resting, *self._working]
        self._resting.clear()
        await asyncio.gather(*(worker.end() for worker in workers))

    async def _do(self, job: bytes) -> object:
        async with self._turn():
            for _ in range(2):
                try:
                    async with self._worker() as worker, asyncio.timeout(self._seconds):
                        has_rested = worker.left < PICTURES_A_WORKER
                        return await worker.do(job)
                except (TimeoutError, ValueError) as error:  # it hangs, has died, or says what no worker says
                    if self._closed:
                        raise Unavailable from None
                    if isinstance(error, TimeoutError) or not has_rested:
                        break  # else it may have died while it rested, unnoticed so far: a new one is asked
            log.warning("photo_worker_lost", returncode=worker.process.returncode)
            raise UnsupportedFile("damaged_file")

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(SECONDS_TO_WAIT):
                await self._turns.acquire()
        except TimeoutError:
            raise Unavailable("too many pictures wait to be cleaned") from None
        try:
            yield
        finally:
            self._turns.release()

    @asynccontextmanager
    async def _worker(self) -> AsyncIterator[_Worker]:
        """Lend a worker, and kill it if it is not done in the end: its next answer would be to this picture."""
        worker = self._rested() or await _start(self._seconds, self._memory)
        if self._closed:  # meanwhile
            await worker.end()
            raise Unavailable
        self._working.add(worker)
        try:
            yield worker
        except BaseException:
            await worker.end()
            raise
        finally:
            self._working.discard(worker)
        await self._let_rest(worker)

    def _rested(self) -> _Worker | None:
        while self._resting:
            worker = self._resting.pop()
            if worker.can_go_on:
                return worker
        return None

    async def _let_rest(self, worker: _Worker) -> None:
        if self._end_of_rest:
            self._end_of_rest.cancel()
        if self._closed or not worker.can_go_on:
            await worker.end()
        else:
            self._resting.append(worker)
        self._end_of_rest = asyncio.create_task(self._end_rest())

    async def _end_rest(self) -> None:
        await asyncio.sleep(self._rest)
        while self._resting:
            await self._resting.pop().end()


async def _start(seconds: float, memory: int) -> _Worker:
    """Start a worker; raises Unavailable if it cannot run."""
    # After `seconds` we kill it; it ends itself a little later, in case nobody is left to do that.
    arguments = (str(WORKER), str(math.ceil(seconds) + 5), str(memory))
    # Nothing of our environment but where the packages are; a session of its own, so that Ctrl-C reaches only us.
    environment = {"PYTHONPATH": os.pathsep.join(filter(os.path.isabs, sys.path))}
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", *arguments, stdin=PIPE, stdout=PIPE, env=environment, start_new_session=True
        )
    except OSError as error:
        raise Unavailable("the process that cleans pictures cannot be started") from error
    worker = _Worker(process)
    try:
        async with asyncio.timeout(SECONDS_TO_START):
            if await worker.said() == b"ready\n":
                return worker
    except TimeoutError:
        pass
    except BaseException:
        await worker.end()
        raise
    await worker.end()
    raise Unavailable("the process that cleans pictures does not start")


def _understood(answer: object) -> Point | None:
    """Return the place that the worker read; raises what it refused."""
    match answer:
        case {"place": None}:
            return None
        case {"place": [float(lat), float(lon)]}:
            return Point(lat=lat, lon=lon)
        case {"errno": int(number)}:
            raise StoreFull if number in DISK_FULL else StoreUnavailable
        case {"refused": "too_many_pixels"}:
            raise UnsupportedFile("too_many_pixels")
        case _:
            raise UnsupportedFile("damaged_file")


def _beside(source: Path, end: str) -> Path:
    return source.absolute().with_name(source.name + end)


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
