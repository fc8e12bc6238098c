"""The way into the database: reads in threads, writes in groups.

All writes of a process go through one thread, which takes whatever is waiting and commits it together: while one
group is on its way to the disk, the next gathers. The same synchronous code serves both engines (see
docs/decisions/one-writer.md). Nothing of SQLAlchemy or a driver gets out of here.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, exc, text
from sqlalchemy.engine import make_url

from gateway.errors import OtklikError, StoreFull, StoreUnavailable

Item = TypeVar("Item")
Result = TypeVar("Result")

Handler = Callable[[Connection, Sequence[Item]], Sequence[Result | OtklikError]]
"""Writes what several callers want within one transaction; gives each its result or its refusal.

It may run again from the start, so it changes nothing but the database.
"""

_LARGEST_GROUP = 128
_READERS = 4
_BUSY_SECONDS = 5
_TRUSTED_SECONDS = 0.05
_MOST_CROSSINGS = 4
_CROSSED = frozenset({"40P01", "40001"})  # PostgreSQL: deadlock detected, serialization failure


class Clash(OtklikError):
    """A row with this unique key exists already; only adapters see this."""

    code = "clash"


class _Crossed(StoreUnavailable):
    """Another process took the same rows in another order, and the database undid this transaction for it."""


@dataclass(slots=True)
class _Entry:
    handler: Handler[Any, Any]
    item: Any
    answer: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop


@dataclass(slots=True)
class _Question:
    work: Callable[[Connection], Any]
    answer: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop


class Database:
    """An open database. `url` is `sqlite:///file` or `postgresql://…`."""

    def __init__(self, url: str) -> None:
        self._engines = _open(url)
        self.dialect = self._engines.writing.dialect.name
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="otklik-read")
        self._gathered: list[_Entry] = []
        self._turning: asyncio.AbstractEventLoop | None = None
        self._asked: list[_Question] = []
        self._asking: asyncio.AbstractEventLoop | None = None
        self._waiting: queue.SimpleQueue[_Entry | None] = queue.SimpleQueue()
        self._kept: Connection | None = None
        self._kept_since = 0.0
        self._writer = threading.Thread(target=self._write_groups, name="otklik-write", daemon=True)
        self._writer.start()

    @property
    def engine(self) -> Engine:
        """The engine that writes, for migrations."""
        return self._engines.writing

    async def read(self, work: Callable[[Connection], Result]) -> Result:
        """Run `work`, which changes nothing, in a thread of its own and return what it returns."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        self._asked.append(_Question(work, answer, loop))
        if self._asking is not loop:
            # What is asked in one turn of the loop shares a transaction and the way into a thread: both cost more than
            # looking up a row.
            self._asking = loop
            loop.call_soon(self._ask)
        return await answer  # type: ignore[no-any-return]  # the work's own

    def _ask(self) -> None:
        asked, self._asked, self._asking = self._asked, [], None
        for share in (asked[start::_READERS] for start in range(min(_READERS, len(asked)))):
            self._readers.submit(self._answer, share)

    def _answer(self, share: Sequence["_Question"]) -> None:
        _tell(share, self._read(share))

    def _read(self, share: Sequence["_Question"]) -> list[Any]:
        try:
            with _translated(), self._engines.reading.connect() as connection:
                return [question.work(connection) for question in share]
        except Exception as error:
            if len(share) == 1:
                return [_Broken(error)]
        return [outcome for question in share for outcome in self._read([question])]

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        """Run `work` and return its result once it is on the disk; what `work` raises undoes it alone."""
        return await self.write_grouped(_each_alone, work)

    async def write_grouped(self, handler: Handler[Item, Result], item: Item) -> Result:
        """Let `handler` write `item` together with those that wait with it; return once it is on the disk."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        self._gathered.append(_Entry(handler, item, answer, loop))
        if self._turning is not loop:
            # At the end of the loop's turn: what came in one turn goes together, and the writer does not wake before.
            self._turning = loop
            loop.call_soon(self._hand_over)
        outcome = await answer
        if isinstance(outcome, OtklikError):
            raise outcome
        return outcome  # type: ignore[no-any-return]  # the handler's own

    def _hand_over(self) -> None:
        gathered, self._gathered, self._turning = self._gathered, [], None
        for entry in gathered:
            self._waiting.put(entry)

    async def close(self) -> None:
        """Finish the writes that wait, and let go of the database."""
        self._hand_over()
        self._ask()
        self._waiting.put(None)
        await asyncio.to_thread(self._writer.join)
        self._readers.shutdown()
        self._engines.close()

    def _write_groups(self) -> None:
        while (entry := self._waiting.get()) is not None:
            group, is_last = self._gather(entry)
            outcomes = self._commit(group)
            _tell(group, outcomes)
            if is_last:
                break
        if self._kept is not None:
            self._kept.close()

    def _gather(self, first: _Entry) -> tuple[list[_Entry], bool]:
        group = [first]
        while len(group) < _LARGEST_GROUP:
            try:
                entry = self._waiting.get_nowait()
            except queue.Empty:
                break
            if entry is None:
                return group, True
            group.append(entry)
        return group, False

    def _commit(self, group: Sequence[_Entry], *, crossings: int = 0) -> list[Any]:
        try:
            with _translated(), self._transaction() as connection:
                return _run(connection, group)
        except _Crossed as error:
            return (
                [error] * len(group) if crossings == _MOST_CROSSINGS else self._commit(group, crossings=crossings + 1)
            )
        except (StoreUnavailable, StoreFull) as error:
            return [error] * len(group)
        except Exception as error:
            if len(group) == 1:
                return [error if isinstance(error, OtklikError) else _Broken(error)]
        return [outcome for entry in group for outcome in self._commit([entry])]

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """Begin on the connection that the writer keeps; after a failure, the next one begins on a new one."""
        kept, self._kept = self._kept, None
        if kept is None or not self._is_good(kept):
            kept = self._engines.writing.connect()
        try:
            with kept.begin():
                yield kept
        except BaseException:
            kept.close()
            raise
        self._kept, self._kept_since = kept, time.monotonic()

    def _is_good(self, kept: Connection) -> bool:
        """Tell whether a connection still works; one that has rested is tried, lest a server's restart cost a write."""
        if self.dialect == "sqlite" or time.monotonic() - self._kept_since < _TRUSTED_SECONDS:
            return True
        try:
            check(kept)
            kept.rollback()
        except exc.SQLAlchemyError:
            kept.close()
            return False
        return True


@dataclass(slots=True)
class _Broken:
    """What a handler or a reader raised, on its way to the caller."""

    error: Exception


def _run(connection: Connection, group: Sequence[_Entry]) -> list[Any]:
    outcomes: dict[int, Any] = {}
    by_handler: dict[Handler[Any, Any], list[int]] = {}
    for index, entry in enumerate(group):
        by_handler.setdefault(entry.handler, []).append(index)
    for handler, indexes in by_handler.items():
        results = handler(connection, [group[index].item for index in indexes])
        outcomes.update(zip(indexes, results, strict=True))
    return [outcomes[index] for index in range(len(group))]


def _each_alone(
    connection: Connection, works: Sequence[Callable[[Connection], Result]]
) -> Sequence[Result | OtklikError]:
    outcomes: list[Result | OtklikError] = []
    for work in works:
        try:
            with connection.begin_nested():
                outcomes.append(work(connection))
        except OtklikError as refusal:
            outcomes.append(refusal)
    return outcomes


def _tell(group: Sequence[_Entry | _Question], outcomes: Sequence[Any]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any]]] = {}
    for entry, outcome in zip(group, outcomes, strict=True):
        by_loop.setdefault(entry.loop, []).append((entry.answer, outcome))
    for loop, answers in by_loop.items():
        with suppress(RuntimeError):  # the loop was closed meanwhile, and nobody listens any more
            loop.call_soon_threadsafe(_set_all, answers)


def _set_all(answers: Sequence[tuple[asyncio.Future[Any], Any]]) -> None:
    for answer, outcome in answers:
        if answer.done():  # the caller went away
            continue
        if isinstance(outcome, _Broken):
            answer.set_exception(outcome.error)
        else:
            answer.set_result(outcome)


@dataclass(frozen=True, slots=True)
class _Engines:
    writing: Engine
    reading: Engine

    def close(self) -> None:
        self.writing.dispose()
        self.reading.dispose()


def _open(url: str) -> _Engines:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _Engines(_sqlite(url, begin="BEGIN IMMEDIATE"), _sqlite(url, begin="BEGIN"))
    postgres = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(
        postgres,
        pool_pre_ping=True,  # a server that was restarted costs nobody a request
        hide_parameters=True,  # errors quote statements, never what residents wrote
        pool_size=_READERS + 1,
        max_overflow=0,
        connect_args={"connect_timeout": 5, "options": f"-c lock_timeout={_BUSY_SECONDS}s -c timezone=UTC"},
    )
    return _Engines(engine, engine)


def _sqlite(url: str, *, begin: str) -> Engine:
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not guessed by the driver
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except exc.IntegrityError as error:
        raise Clash from error
    except exc.DBAPIError as error:
        raise _store_error(error) from error
    except exc.TimeoutError as error:  # no connection became free
        raise StoreUnavailable from error


def _store_error(error: exc.DBAPIError) -> Exception:
    told = str(error.orig).lower()
    if "full" in told or "no space left" in told:
        return StoreFull()
    if getattr(error.orig, "sqlstate", None) in _CROSSED:
        return _Crossed()
    if error.connection_invalidated or isinstance(error, exc.OperationalError | exc.InterfaceError | exc.InternalError):
        return StoreUnavailable()
    return error


def check(connection: Connection) -> None:
    """Return if the database answers."""
    connection.execute(text("SELECT 1"))
