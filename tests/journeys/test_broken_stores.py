"""The store breaks under a running gateway: nobody gets a receipt for what is not on the disk, and nothing is lost."""

import json
import resource
import sqlite3
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.journeys.killing import message
from tests.postgres import PostgresServer
from tests.server import RunningGateway

Start = Callable[..., RunningGateway]


def send(gateway: RunningGateway, key: str) -> httpx.Response:
    address, headers = f"{gateway.url}/api/v1/appeals", {"Idempotency-Key": key}
    return httpx.post(address, json=message(key), headers=headers, timeout=30)


def assert_away(answer: httpx.Response) -> None:
    assert answer.status_code == 503, answer.text
    assert answer.json()["error"]["code"] in ("store_unavailable", "store_full")
    assert int(answer.headers["Retry-After"]) > 0


def assert_taken_once(gateway: RunningGateway, *answers: httpx.Response) -> None:
    for answer in answers:
        assert answer.status_code == 201, answer.text
        shown = httpx.get(answer.json()["url"].replace("/track/", "/api/v1/appeals/"))
        assert shown.status_code == 200
    numbers = {answer.json()["number"] for answer in answers}
    assert len(numbers) == len(answers)


def test_locked_database_is_told_and_the_same_request_is_taken_later(start_gateway: Start) -> None:
    gateway = start_gateway()
    before = send(gateway, "before")
    intruder = sqlite3.connect(Path(gateway.folder) / "data" / "otklik.db", isolation_level=None)
    intruder.execute("BEGIN IMMEDIATE")
    assert_away(send(gateway, "during"))
    intruder.execute("ROLLBACK")
    intruder.close()
    assert_taken_once(gateway, before, send(gateway, "during"))


def test_database_server_that_goes_and_comes_back_loses_nothing(
    start_gateway: Start, own_postgres: PostgresServer
) -> None:
    gateway = start_gateway(OTKLIK_DATABASE_URL=own_postgres.url)
    before = send(gateway, "before")
    own_postgres.stop()
    assert_away(send(gateway, "during"))
    assert httpx.get(f"{gateway.url}/health").status_code == 503
    assert httpx.get(f"{gateway.url}/health/live").status_code == 200
    own_postgres.start()
    answers = [send(gateway, "during") for _ in range(5)]
    taken = [answer for answer in answers if answer.status_code == 201]
    assert len(taken) >= 3  # connections that died meanwhile may cost a try each
    assert len({answer.json()["number"] for answer in taken}) == 1
    assert_taken_once(gateway, before, taken[0])


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits the files of another process")
def test_disk_that_takes_no_more_is_told_and_logged_and_earlier_data_is_intact(start_gateway: Start) -> None:
    gateway = start_gateway()
    before = send(gateway, "before")
    assert gateway.process is not None
    pid = gateway.process.pid
    soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    log = len(gateway.log)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (log + 20_000, hard))
    filled = [send(gateway, f"filling-{number}") for number in range(60)]
    assert_away(filled[-1])
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))
    failures = [json.loads(line) for line in gateway.log[log:].splitlines() if '"failure"' in line]
    assert {failure["code"] for failure in failures} in ({"store_unavailable"}, {"store_full"})
    again = [send(gateway, f"filling-{number}") for number in range(60)]
    for first, second in zip(filled, again, strict=True):
        assert second.status_code == 201
        if first.status_code == 201:
            assert second.json()["number"] == first.json()["number"]
    assert_taken_once(gateway, before, *again)
