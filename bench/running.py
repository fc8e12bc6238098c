"""A floor as a process of its own: `python -m bench.NAME PORT …`."""

import math
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.server import free_port

_SECONDS_TO_START = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A server on a port of this machine."""

    port: int
    pid: int

    def processor_seconds(self) -> float:
        """How long it has been computing, in all its threads; NaN where the system does not say (it is Linux's)."""
        threads = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        times = [int(file.read_text(encoding="ascii").split()[0]) for file in threads]
        return sum(times) / 1e9 if times else math.nan


@contextmanager
def running(module: str, *arguments: str) -> Iterator[Process]:
    """Run a module that serves on the port it is given; TimeoutError unless it listens in time."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", module, str(port), *arguments])
    try:
        _wait(port)
        yield Process(port=port, pid=process.pid)
    finally:
        process.kill()
        process.wait()


def _wait(port: int) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    while not _listens(port):
        if time.monotonic() > deadline:
            raise TimeoutError("the floor did not start")
        time.sleep(0.02)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True
