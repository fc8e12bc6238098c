"""A real PostgreSQL for tests: the server that OTKLIK_TEST_DATABASE_URL names, or one started for this run.

The started server lives in a folder of its own, listens on a unix socket there and nowhere else, and syncs
to the disk as a real one does (fsync is on).
"""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.parts import POSTGRES, Part, find_postgres

# Cyrillic letters have upper and lower case in these locales; in plain "C" they have not.
LOCALE = "en_US.UTF-8" if os.uname().sysname == "Darwin" else "C.UTF-8"

SECONDS_TO_START = 30


@dataclass(slots=True)
class PostgresServer:
    """One PostgreSQL server in `folder`; it may be stopped and started again within a test."""

    folder: Path
    programs: Path
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def create(self) -> None:
        """Make the server's files; it must be done once, before the first start."""
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        command = [self.programs / "initdb", "--pgdata", self.folder / "data", "--username", "postgres"]
        command += ["--auth", "trust", "--encoding", "UTF8", "--locale", LOCALE, "--no-sync"]
        subprocess.run(command, check=True, capture_output=True, timeout=60, **self._as_whom())

    def start(self) -> None:
        """Start the server and wait until it answers; AssertionError with its log if it does not."""
        command = [self.programs / "postgres", "-D", self.folder / "data"]
        command += ["-c", "listen_addresses=", "-c", f"unix_socket_directories={self.folder}"]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, **self._as_whom())
        self._wait_until_it_answers()

    def stop(self) -> None:
        """Stop the server and cut its connections; its data stay."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)  # PostgreSQL's "fast" shutdown
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(timeout=20)
        self.process = None

    @property
    def _log(self) -> Path:
        return self.folder / "log"

    def _as_whom(self) -> dict[str, Any]:
        """PostgreSQL refuses to run as root, so root runs it as the user that its package made."""
        whom: dict[str, Any] = {"cwd": self.folder, "env": {"PATH": os.environ["PATH"], "LC_ALL": LOCALE}}
        if os.geteuid() == 0:
            whom |= {"user": "postgres", "group": "postgres", "extra_groups": []}
        return whom

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._answers():
            assert self.process.poll() is None, f"PostgreSQL did not start:\n{self._log.read_text()}"
            assert time.monotonic() < deadline, f"PostgreSQL does not answer:\n{self._log.read_text()}"
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def started_postgres() -> Iterator[PostgresServer]:
    """A server in a new folder, which is gone afterwards; it starts in less than two seconds."""
    # A socket's path may have 103 bytes, and the user postgres must get at it: that leaves the plain folder.
    folder = Path(tempfile.mkdtemp(prefix="otklik-postgres-", dir="/tmp"))
    server = PostgresServer(folder, find_postgres())
    try:
        server.create()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_server(need_part: Callable[[Part], None]) -> Iterator[str]:
    """The address of a server on which databases may be made; started for the first test that needs it."""
    if given := os.environ.get("OTKLIK_TEST_DATABASE_URL"):
        yield given
        return
    need_part(POSTGRES)
    with started_postgres() as server:
        yield server.url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of an empty database of this test's own, `postgresql://…`."""
    name = f"otklik_test_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def own_postgres(need_part: Callable[[Part], None]) -> Iterator[PostgresServer]:
    """A server of this test's own, to stop and start again."""
    need_part(POSTGRES)
    with started_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database: each test that asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/otklik.db"
    return request.getfixturevalue("postgres_url")
