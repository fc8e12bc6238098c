"""A real gateway for tests: the process `otklik serve` on a loopback port, with the settings a test gives."""

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

# The agency that every gateway of a test has, and the site that carries its form.
AGENCY = "demo"
ORIGIN = "http://127.0.0.1:8000"

# Tests send faster than people; a test of the limits sets its own.
# A machine that has other work reads slowly.
WITHOUT_LIMITS = {
    "OTKLIK_LIMITS__PER_ADDRESS": "0",
    "OTKLIK_LIMITS__PER_AGENCY": "0",
    "OTKLIK_LIMITS__READING_SECONDS": "30",
}

SECONDS_TO_START = 20
SECONDS_TO_STOP = 20


def free_port() -> int:
    """A port that nobody listens on, below those that the system hands to clients, so it stays free.

    Tests that run beside one another draw from a thousand of their own each.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = 20_000 + 1_000 * (worker % 10)
    for port in random.sample(range(first, first + 1_000), 100):
        with socket.socket() as attempt:
            try:
                attempt.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"no free port between {first} and {first + 1000}")


@dataclass(slots=True)
class RunningGateway:
    """`otklik serve` in `folder`, which holds its data and its log; `settings` are its OTKLIK_… variables.

    Methods block; a test whose own event loop has to go on meanwhile calls them through `asyncio.to_thread`.
    """

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """Where it listens, the same after every start."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """All that the process has printed since the first start."""
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    def run(self, *arguments: str) -> str:
        """What `otklik ARGUMENTS…` prints with the same settings; AssertionError unless it exits with 0."""
        done = subprocess.run(
            self._command(*arguments),
            env=self._environment,
            cwd=self.folder,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"{arguments} exited with {done.returncode}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def start(self) -> None:
        """Start the process and wait until it is ready; AssertionError with its log if it is not in time."""
        assert self.process is None, "the gateway is running already"
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command("serve"),
                env=self._environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Ask the process to end, as a supervisor does; AssertionError unless it ends in time with 0."""
        self._running.send_signal(signal.SIGTERM)
        try:
            code = self._running.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the gateway did not stop in {SECONDS_TO_STOP} s:\n{self.log}") from None
        self.process = None
        assert code == 0, f"the gateway exited with {code}:\n{self.log}"

    def kill(self) -> None:
        """End the process and its children at once (SIGKILL), whatever they are doing."""
        with suppress(ProcessLookupError):
            os.killpg(self._running.pid, signal.SIGKILL)
        self._running.wait(SECONDS_TO_STOP)
        self.process = None

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self.process is not None, "the gateway is not running"
        return self.process

    @property
    def _log(self) -> Path:
        return self.folder / "gateway.log"

    @property
    def _environment(self) -> dict[str, str]:
        """None of the developer's own OTKLIK_… variables gets in."""
        ours = {
            "OTKLIK_NEARBY__METRES": "0",  # many tests send the same problem
            "OTKLIK_HOST": "127.0.0.1",
            "OTKLIK_PORT": str(self.port),
            "OTKLIK_DATA_DIR": str(self.folder / "data"),
        }
        taken = ("PATH", "PYTHONPATH", "HOME", "LANG", "TMPDIR")
        machine = {name: os.environ[name] for name in taken if name in os.environ}
        return machine | ours | self.settings

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "gateway", *arguments]

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._is_ready():
            code = self._running.poll()
            assert code is None, f"the gateway exited with {code}:\n{self.log}"
            assert time.monotonic() < deadline, f"not ready after {SECONDS_TO_START} s:\n{self.log}"
            time.sleep(0.02)

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def start_with_agency(folder: Path, settings: dict[str, str]) -> RunningGateway:
    """A running gateway with one agency, AGENCY, and an empty store unless the settings name another."""
    gateway = RunningGateway(folder, WITHOUT_LIMITS | settings)
    gateway.run("agency", "add", AGENCY, "--name", "Администрация города", "--origin", ORIGIN)
    gateway.start()
    return gateway


@pytest.fixture(scope="session")
def running_gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    """One gateway for all tests that neither stop it nor count what is in it."""
    gateway = start_with_agency(tmp_path_factory.mktemp("gateway"), {})
    yield gateway
    gateway.stop()


@pytest.fixture
def start_gateway(tmp_path: Path) -> Iterator[Callable[..., RunningGateway]]:
    """`start_gateway(OTKLIK_…="…")` gives a running gateway of the test's own, killed in the end."""
    started: list[RunningGateway] = []

    def start(**settings: str) -> RunningGateway:
        folder = tmp_path / f"gateway-{len(started)}"
        folder.mkdir()
        started.append(start_with_agency(folder, settings))
        return started[-1]

    yield start
    for gateway in started:
        if gateway.process is not None:
            gateway.kill()
