"""Deliveries of messengers: acknowledged a second against a handler that stores the raw update and does nothing else.

The bot is Telegram's; its platform is a bare server that answers every call with success, as fast as it can.
"""

import asyncio
import json
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from rich.progress import Progress
from rich.table import Table

from bench.intake import DATABASES, median
from bench.load import Measured, send
from bench.running import running
from tests.server import RunningGateway, start_with_agency

_ROUNDS = 3
_COUNT = 3_000
_WARM_UP = 300
_SECRET = "bench-secret"
_LOADS = (16, 64)
_FLOORS = {"SQLite": {"each": "1", "grouped": "128"}, "PostgreSQL": {"each": "1"}}
"""What stores the raw update: with a commit of its own, or with one that those share that wait together."""
_STEPS = 3_000
_PEERS = 500
_SECONDS_TO_ANSWER = 300


def measure(progress: Progress) -> Table:
    """Measure floor and gateway by turns on both databases; return the medians."""
    table = Table(
        "database", "what", "conn.", "floor", "floor /s", "gateway /s", "ratio", "asked", "floor p99 / p50", "p99 / p50"
    )
    task = progress.add_task("deliveries", total=3 * (len(_LOADS) * _ROUNDS * 2 + 1))
    with tempfile.TemporaryDirectory(prefix="otklik-bench-") as folder, running("bench.platform") as platform:
        for name, databases in DATABASES.items():
            inside = Path(folder) / name
            inside.mkdir()
            with databases(inside) as (floor_url, gateway_url):
                gateway = start_with_agency(inside, _settings(gateway_url, platform.port))
                try:
                    for kind, group in _FLOORS[name].items():
                        with running("bench.floor", _of_its_own(floor_url, kind), group) as floor:
                            rows = _rows(floor.port, kind, gateway, platform.port, lambda: progress.advance(task))
                            for row in rows:
                                table.add_row(name, *row)
                finally:
                    gateway.stop()
    return table


def _of_its_own(url: str, kind: str) -> str:
    """Return the address of a floor's database, one for each kind where it is a file."""
    return url.replace("floor.db", f"floor-{kind}.db")


def _settings(database: str, platform: int) -> dict[str, str]:
    section = "OTKLIK_CHANNELS__TELEGRAM__"
    return {
        "OTKLIK_DATABASE_URL": database,
        f"{section}TOKEN": "1234567:bench-token-of-nobody",
        f"{section}SECRET": _SECRET,
        f"{section}API_BASE": f"http://127.0.0.1:{platform}",
        f"{section}PER_SECOND": "100000",
        f"{section}PER_PEER_SECONDS": "0",
        f"{section}OVERRIDE_41FZ": "bench",
    }


def _rows(
    floor: int, kind: str, gateway: RunningGateway, platform: int, advance: Callable[[], None]
) -> list[list[str]]:
    rows, updates, best_floor = [], _Updates(kind), 0.0
    for connections in _LOADS:
        low, ours = _by_turns(floor, gateway, platform, connections, updates, advance)
        best_floor = max(best_floor, low.per_second)
        rows.append(
            [
                "acknowledged",
                str(connections),
                kind,
                f"{low.per_second:.0f}",
                f"{ours.per_second:.0f}",
                f"{ours.per_second / low.per_second:.2f}",
                "0.5",
                f"{low.p99 / low.p50:.1f}",
                f"{ours.p99 / ours.p50:.1f}",
            ]
        )
    steps = _steps(gateway, platform, updates)
    advance()
    compared = [f"{best_floor:.0f}", f"{steps:.0f}", f"{steps / best_floor:.2f}"]
    rows.append(["whole steps", "64", kind, *compared, "0.15", "", ""])
    return rows


def _by_turns(
    floor: int,
    gateway: RunningGateway,
    platform: int,
    connections: int,
    updates: "_Updates",
    advance: Callable[[], None],
) -> tuple[Measured, Measured]:
    results: tuple[list[Measured], list[Measured]] = ([], [])
    for _ in range(_ROUNDS):
        for port, measured in zip((floor, gateway.port), results, strict=True):
            _wait_until_answered(platform)  # lest the gateway answers while the floor is measured
            for count in (_WARM_UP, _COUNT):
                sending = send(port, updates.make, count=count, connections=connections, status=200)
                result = asyncio.run(sending)
            measured.append(result)
            advance()
    return median(results[0]), median(results[1])


def _steps(gateway: RunningGateway, platform: int, updates: "_Updates") -> float:
    """Return the steps a second from the first delivery to the last answer that the platform took."""
    _wait_until_answered(platform)
    before = _answered(platform)
    started = time.perf_counter()
    asyncio.run(send(gateway.port, updates.make, count=_STEPS, connections=64, status=200))
    while _answered(platform) - before < _STEPS:
        if time.perf_counter() - started > _SECONDS_TO_ANSWER:
            raise TimeoutError(f"{_answered(platform) - before} of {_STEPS} answered")
        time.sleep(0.02)
    return _STEPS / (time.perf_counter() - started)


def _wait_until_answered(platform: int) -> None:
    """Wait until the platform has not been called for a while: what was acknowledged before is answered."""
    known = -1
    while (now := _answered(platform)) != known:
        known = now
        time.sleep(1.5)


def _answered(platform: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{platform}/answered", timeout=10) as answer:
        return int(answer.read())


class _Updates:
    """Updates of Telegram as residents cause them: `/help` of one of many, each answered with one message."""

    def __init__(self, kind: str) -> None:
        self._number = 0 if kind == "each" else 10_000_000  # none twice, or it would not be stored

    def make(self, _: int) -> bytes:
        """Return a whole HTTP request with the next update."""
        self._number += 1
        peer = 1_000_000 + self._number % _PEERS
        update = {
            "update_id": self._number,
            "message": {
                "message_id": self._number,
                "date": 1_790_000_000,
                "from": {"id": peer, "is_bot": False, "first_name": "Житель", "language_code": "ru"},
                "chat": {"id": peer, "type": "private", "first_name": "Житель"},
                "text": "/help",
                "entities": [{"type": "bot_command", "offset": 0, "length": 5}],
            },
        }
        body = json.dumps(update, ensure_ascii=False).encode()
        head = (
            "POST /hooks/telegram HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {_SECRET}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body
