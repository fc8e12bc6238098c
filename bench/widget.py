"""The launcher: how big it is, and how many a second are served, against a bare aiohttp handler in the same run."""

import asyncio
import http.client
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.progress import Progress
from rich.table import Table

from bench.load import Measured, send
from bench.running import Process, running
from gateway import __version__
from tests.server import start_with_agency
from widget.build import BUILT

_ROUNDS = 21  # short and many: what else the machine does then hits both sides of a pair alike
_COUNT = 1_500
_WARM_UP = 100
_CONNECTIONS = 16
_LEAST = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Load:
    """What is asked for, and under which address the floor answers the same."""

    name: str
    headers: str
    floor: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Answers a second, and seconds of processor time for one."""

    per_second: float
    processor: float


def measure(progress: Progress) -> Table:
    """Return sizes and speed, one below the other."""
    both = Table.grid()
    both.add_row(_sizes())
    both.add_row(_speed(progress))
    return both


def _sizes() -> Table:
    table = Table("file", "bytes", "gzip", "br")
    names = ("widget", f"{__version__}-form", __version__, "legacy")
    launchers = [path for name in names if (path := BUILT / "launcher" / f"{name}.js").exists()]
    for path in (*launchers, *sorted((BUILT / "assets").glob("*.[cj]s*"))):
        if path.suffix in (".js", ".css"):
            beside = (path.with_name(path.name + suffix).stat().st_size for suffix in (".gz", ".br"))
            table.add_row(path.name, *(f"{size:,}" for size in (path.stat().st_size, *beside)))
    return table


def _speed(progress: Progress) -> Table:
    caption = "µs of processor time an answer, which tell the same on a busy machine"
    table = Table("answer", "floor /s", "gateway /s", "ratio", "at least", "floor µs", "gateway µs", caption=caption)
    with tempfile.TemporaryDirectory(prefix="otklik-bench-") as folder, running("bench.bare") as floor:
        gateway = start_with_agency(Path(folder), {})
        try:
            assert gateway.process is not None
            ours = Process(port=gateway.port, pid=gateway.process.pid)
            loads = _loads(gateway.port)
            task = progress.add_task("widget", total=len(loads) * _ROUNDS)
            for load in loads:
                table.add_row(load.name, *_row(load, floor, ours, lambda: progress.advance(task)))
        finally:
            gateway.stop()
    return table


def _loads(port: int) -> list[_Load]:
    return [
        _Load(name="as it is", headers="", floor="/whole", status=200),
        _Load(name="brotli", headers="Accept-Encoding: gzip, deflate, br\r\n", floor="/br", status=200),
        _Load(name="unchanged", headers=f"If-None-Match: {_tag(port)}\r\n", floor="/unchanged", status=304),
    ]


def _tag(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/widget.js")
        return connection.getresponse().headers["ETag"]
    finally:
        connection.close()


def _row(load: _Load, floor: Process, gateway: Process, advance: Callable[[], None]) -> list[str]:
    """By turns, so that both meet the same machine; the ratio is the median of the pairs'."""
    pairs = []
    for _ in range(_ROUNDS):
        pairs.append((_ask(load, floor, load.floor), _ask(load, gateway, "/widget.js")))
        advance()
    ratio = median(ours.per_second / low.per_second for low, ours in pairs)
    speeds = [f"{median(side.per_second for side in half):.0f}" for half in zip(*pairs, strict=True)]
    costs = [f"{1e6 * median(side.processor for side in half):.0f}" for half in zip(*pairs, strict=True)]
    return [*speeds, f"{ratio:.2f}", f"{_LEAST}", *costs]


def _ask(load: _Load, server: Process, path: str) -> _Asked:
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{load.headers}\r\n".encode()

    def sent(count: int) -> Measured:
        return asyncio.run(
            send(server.port, lambda _: request, count=count, connections=_CONNECTIONS, status=load.status)
        )

    sent(_WARM_UP)
    before = server.processor_seconds()
    per_second = sent(_COUNT).per_second
    return _Asked(per_second=per_second, processor=(server.processor_seconds() - before) / _COUNT)
