"""How soon the process is ready, and how much memory it takes after many appeals."""

import asyncio
import subprocess
import tempfile
import time
from pathlib import Path

from rich.progress import Progress
from rich.table import Table

from bench.appeals import make_request
from bench.load import send
from tests.server import RunningGateway, start_with_agency

_STARTS = 5
_LIMITS = {"OTKLIK_LIMITS__PER_ADDRESS": "10000000", "OTKLIK_LIMITS__PER_AGENCY": "10000000"}
_MEGABYTE = 1_000_000


def measure(progress: Progress) -> Table:
    """Start some times, then send 10,000 and 50,000 appeals; return what was seen and the limits."""
    table = Table("what", "measured", "limit")
    task = progress.add_task("start and memory", total=_STARTS + 2)
    with tempfile.TemporaryDirectory(prefix="otklik-bench-") as folder:
        gateway = start_with_agency(Path(folder), _LIMITS)
        starts = []
        for _ in range(_STARTS):
            starts.append(_restart(gateway))
            progress.advance(task)
        table.add_row("start to ready, median", f"{sorted(starts)[_STARTS // 2]:.2f} s", "1.5 s")
        table.add_row("memory at rest", f"{_memory(gateway):.0f} MB", "")
        for total, more in ((10_000, 10_000), (50_000, 40_000)):
            asyncio.run(send(gateway.port, make_request, count=more, connections=16))
            table.add_row(f"memory after {total:,} appeals", f"{_memory(gateway):.0f} MB", "120 MB")
            progress.advance(task)
        gateway.stop()
    return table


def _restart(gateway: RunningGateway) -> float:
    gateway.stop()
    started = time.perf_counter()
    gateway.start()
    return time.perf_counter() - started


def _memory(gateway: RunningGateway) -> float:
    assert gateway.process is not None
    told = subprocess.check_output(["ps", "-o", "rss=", "-p", str(gateway.process.pid)], text=True)
    return int(told) * 1024 / _MEGABYTE
