"""A floor as a process of its own: `python -m bench.NAME PORT …`."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.server import free_port

_SECONDS_TO_START = 10


@contextmanager
def running(module: str, *arguments: str) -> Iterator[int]:
    """Run a module that serves on the port it is given; TimeoutError unless it listens in time."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", module, str(port), *arguments])
    try:
        _wait(port)
        yield port
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
