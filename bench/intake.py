"""Durable intake: appeals a second over HTTP, everything on, against the floor in the same run."""

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
from rich.progress import Progress
from rich.table import Table

from bench.appeals import make_request
from bench.load import CLIENTS, Measured, send
from bench.running import running
from tests.postgres import started_postgres
from tests.server import RunningGateway, start_with_agency

_ROUNDS = 3
_COUNT = 4_000
_WARM_UP = 300
# High enough never to be reached: limits are on, as in life, and every request is counted.
_LIMITS = {"OTKLIK_LIMITS__PER_ADDRESS": "10000000", "OTKLIK_LIMITS__PER_AGENCY": "10000000"}
_LOADS = [(client, connections) for client in CLIENTS for connections in (16, 64)]


def measure(progress: Progress) -> Table:
    """Measure floor and gateway by turns, on both databases; return the medians."""
    table = Table("database", "client", "conn.", "floor /s", "gateway /s", "ratio", "p50 ms", "p99 ms", "p99 / p50")
    task = progress.add_task("intake", total=2 * len(_LOADS) * _ROUNDS * 2)
    with tempfile.TemporaryDirectory(prefix="otklik-bench-") as folder:
        for name, databases in DATABASES.items():
            for row in _compare(Path(folder) / name, databases, lambda: progress.advance(task)):
                table.add_row(name, *row)
    return table


Databases = Callable[[Path], AbstractContextManager[tuple[str, str]]]
"""Gives the addresses of two empty databases: the floor's and the gateway's."""


def _compare(folder: Path, databases: Databases, advance: Callable[[], None]) -> Iterator[list[str]]:
    folder.mkdir()
    with databases(folder) as (floor_url, gateway_url), running("bench.floor", floor_url) as floor:
        gateway = start_with_agency(folder, _LIMITS | {"OTKLIK_DATABASE_URL": gateway_url})
        try:
            for client, connections in _LOADS:
                yield [client, *_row(connections, *_by_turns(floor.port, gateway, client, connections, advance))]
        finally:
            gateway.stop()


def _by_turns(
    floor: int, gateway: RunningGateway, client: str, connections: int, advance: Callable[[], None]
) -> tuple[list[Measured], list[Measured]]:
    results: tuple[list[Measured], list[Measured]] = ([], [])
    for _ in range(_ROUNDS):
        for port, measured in zip((floor, gateway.port), results, strict=True):
            for count in (_WARM_UP, _COUNT):
                load = send(port, make_request, count=count, connections=connections, client=client)
                result = asyncio.run(load)
            measured.append(result)
            advance()
    return results


def _row(connections: int, floor: list[Measured], gateway: list[Measured]) -> list[str]:
    low, ours = median(floor), median(gateway)
    return [
        str(connections),
        f"{low.per_second:.0f}",
        f"{ours.per_second:.0f}",
        f"{ours.per_second / low.per_second:.2f}",
        f"{ours.p50:.1f}",
        f"{ours.p99:.1f}",
        f"{ours.p99 / ours.p50:.1f}",
    ]


def median(rounds: list[Measured]) -> Measured:
    """Return the round in the middle, by requests a second."""
    return sorted(rounds, key=lambda measured: measured.per_second)[len(rounds) // 2]


@contextmanager
def _sqlite(folder: Path) -> Iterator[tuple[str, str]]:
    yield f"sqlite:///{folder}/floor.db", f"sqlite:///{folder}/gateway.db"


@contextmanager
def _postgres(_: Path) -> Iterator[tuple[str, str]]:
    with started_postgres() as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE floor")
            connection.execute("CREATE DATABASE gateway")
        yield _named(server.url, "floor"), _named(server.url, "gateway")


def _named(url: str, database: str) -> str:
    from sqlalchemy import make_url

    return make_url(url).set(database=database).render_as_string(hide_password=False)


DATABASES: Mapping[str, Databases] = {"SQLite": _sqlite, "PostgreSQL": _postgres}
