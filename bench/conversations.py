"""A thousand residents at once, in all four messengers: each sends a text with a photo and walks the whole form.

The messengers are the strict fakes of the tests; they and the residents live in this process, the gateway in its own.
"""

import asyncio
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.progress import Progress
from rich.table import Table
from sqlalchemy import create_engine, text

from bench.intake import DATABASES
from gateway.texts import load_texts
from tests.journeys.chats import PLATFORMS
from tests.pictures import encoded, noise
from tests.platforms.platform import Resident
from tests.server import AGENCY, RunningGateway, free_port

_RESIDENTS = 1_000
_SECONDS = 500
_LOOK_SECONDS = 0.2
_MEGABYTE = 1_000_000
_SAY = load_texts().speaker("ru")
_PHOTO = encoded(noise(320, 240), "JPEG")

Move = Callable[[Any], Any]
STEPS: Sequence[tuple[Move, str]] = (
    (lambda who: who.say("На Садовой во дворе большая яма, её объезжают", photos=[_PHOTO]), "Какая тема подходит"),
    (lambda who: who.press(_SAY("chat.topic.unknown")), "Где это?"),
    (lambda who: who.say("Садовая, 12"), "Как вас зовут?"),
    (lambda who: who.say("Анна Иванова"), "согласны ли вы"),
    (lambda who: who.press(_SAY("chat.consent.accept")), "Проверьте и отправьте"),
    (lambda who: who.press(_SAY("chat.review.send")), "Отправлено! Номер"),
)
"""What a resident does, and words of the answer; each answer comes once."""


def measure(progress: Progress) -> Table:
    """Let them talk on both databases; return what arrived, and the memory that it took."""
    table = Table(
        "database", "steps", "lost", "twice", "appeals", "photos", "seconds", "at rest", "most", "with readers"
    )
    task = progress.add_task("conversations", total=len(DATABASES) * _RESIDENTS)
    with tempfile.TemporaryDirectory(prefix="otklik-bench-") as folder:
        for name, databases in DATABASES.items():
            inside = Path(folder) / name
            inside.mkdir()
            with databases(inside) as (_, url):
                seen = asyncio.run(_talk(inside, url, lambda: progress.advance(task)))
            table.add_row(name, *seen)
    return table


async def _talk(folder: Path, database: str, advance: Callable[[], None]) -> list[str]:
    async with _connected(folder, database) as (gateway, platforms):
        memory = Memory(gateway)
        at_rest = await memory.settled()
        started = time.perf_counter()
        watch = asyncio.create_task(memory.watch())
        residents = [platforms[number % 4].resident(number + 1, f"Житель {number}") for number in range(_RESIDENTS)]
        async with asyncio.timeout(_SECONDS):
            await asyncio.gather(*(_walk(resident, advance) for resident in residents))
        seconds = time.perf_counter() - started
        await asyncio.sleep(3)  # whatever would come twice has come by then
        watch.cancel()
        told = [sum(words in shown.text for shown in who.chat) for who in residents for _, words in STEPS]
        offences = [offence for platform in platforms for offence in platform.offences]
        assert not offences, offences[:5]
    counts = [told.count(0), sum(times > 1 for times in told), *_stored(database), round(seconds)]
    megabytes = [f"{bytes / _MEGABYTE:.0f} MB" for bytes in (at_rest, memory.most, memory.most_with_photos)]
    return [str(len(told)), *map(str, counts), *megabytes]


async def _walk(resident: Resident, advance: Callable[[], None]) -> None:
    for act, words in STEPS:
        seen = len(resident.chat)
        await act(resident)
        while not any(words in shown.text for shown in resident.chat[seen:]):  # noqa: ASYNC110 - a fake has no event
            await asyncio.sleep(_LOOK_SECONDS)
    advance()


@asynccontextmanager
async def _connected(folder: Path, database: str) -> AsyncIterator[tuple[RunningGateway, list[Any]]]:
    """Run a gateway with a page in each messenger."""
    async with AsyncExitStack() as stack:
        platforms = [await stack.enter_async_context(open_platform()) for open_platform in PLATFORMS.values()]
        port = free_port()
        settings = {"OTKLIK_DATABASE_URL": database, "OTKLIK_PUBLIC_URL": f"http://127.0.0.1:{port}"}
        gateway = RunningGateway(folder, settings, port=port)
        gateway.run("agency", "add", AGENCY, "--name", "Администрация города")
        gateway.start()
        stack.callback(gateway.stop)
        for platform in platforms:
            more = {"override_41fz": "a benchmark", "per_second": "1000", **platform.settings()}
            given = [f"--set={name}={value}" for name, value in more.items() if name != "token"]
            command = ("channel", "connect", platform.name, "--agency", AGENCY, "--token", more["token"], *given)
            await asyncio.to_thread(gateway.run, *command)
        yield gateway, platforms


def _stored(database: str) -> tuple[int, int]:
    """Return how many appeals there are, and how many photos they have."""
    engine = create_engine(database.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        appeals = connection.execute(text("SELECT count(*) FROM appeals")).scalar_one()
        photos = connection.execute(text("SELECT count(*) FROM attachments WHERE used_by IS NOT NULL")).scalar_one()
    engine.dispose()
    return appeals, photos


@dataclass(slots=True)
class Memory:
    """What the gateway takes: by itself, and together with the readers of photos, processes of their own."""

    gateway: RunningGateway
    most: int = 0
    most_with_photos: int = 0

    async def settled(self) -> int:
        """Return what it takes once it has opened its channels and takes no more."""
        before = 0
        while (now := self._look()[0]) > before:
            before = now
            await asyncio.sleep(3)
        return now

    async def watch(self) -> None:
        """Note the most, until cancelled."""
        while True:
            own, photos = self._look()
            self.most, self.most_with_photos = max(self.most, own), max(self.most_with_photos, own + photos)
            await asyncio.sleep(1)

    def _look(self) -> tuple[int, int]:
        assert self.gateway.process is not None
        told = subprocess.check_output(["ps", "-e", "-o", "pid=,ppid=,rss="], text=True)
        rows = [tuple(map(int, line.split())) for line in told.splitlines()]
        family = {self.gateway.process.pid}
        while children := {pid for pid, parent, _ in rows if parent in family} - family:
            family |= children
        sizes = {pid: kilobytes * 1024 for pid, _, kilobytes in rows if pid in family}
        own = sizes.pop(self.gateway.process.pid)
        return own, sum(sizes.values())
