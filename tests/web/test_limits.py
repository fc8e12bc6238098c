"""Limits of how often: who is counted, as whom, and when to come again."""

from pathlib import Path
from typing import Any

import pytest

from gateway.errors import TooMany
from gateway.web.caller import subscriber
from gateway.web.limits import Allowance
from tests.application import AGENCY, OTHER_AGENCY, ServedGateway, served, settings_for
from tests.web.api import appeal, error_of, send


def limited(folder: Path, *, address: int = 0, agency: int = 0, **settings: Any) -> Any:
    return served(settings_for(folder, limits={"per_address": address, "per_agency": agency}, **settings))


async def submit(gateway: ServedGateway, forwarded: str | None = None, **changes: Any) -> int:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    answer = await gateway.http.post("/api/v1/appeals", json=appeal(**changes), headers=headers)
    return answer.status_code


async def test_address_may_send_so_many_a_minute_and_is_told_when_to_come_again(tmp_path: Path) -> None:
    async with limited(tmp_path, address=3) as gateway:
        assert [await submit(gateway) for _ in range(3)] == [201, 201, 201]
        refused = await gateway.http.post(
            "/api/v1/appeals", json=appeal(), headers={"Origin": "https://school.example"}
        )
        assert error_of(refused, 429)["code"] == "too_many"
        assert 1 <= int(refused.headers["Retry-After"]) <= 20
        assert refused.headers["Access-Control-Allow-Origin"] == "https://school.example"
        everywhere = "/api/v1/appeals/000-000-0000"
        for path in ("rating", "reply", "withdrawal"):
            assert (await gateway.http.post(f"{everywhere}/{path}", json={"key": "x"})).status_code == 429


async def test_refused_bodies_count_too(tmp_path: Path) -> None:
    async with limited(tmp_path, address=2) as gateway:
        assert [await submit(gateway, text=""), await submit(gateway, agency="no-such")] == [422, 404]
        assert await submit(gateway) == 429


async def test_agency_gets_so_many_a_minute_and_others_are_not_touched(tmp_path: Path) -> None:
    async with limited(tmp_path, agency=2) as gateway:
        assert [await submit(gateway) for _ in range(3)] == [201, 201, 429]
        assert await submit(gateway, agency=OTHER_AGENCY) == 201


async def test_zero_is_no_limit(tmp_path: Path) -> None:
    async with limited(tmp_path) as gateway:
        assert {await submit(gateway) for _ in range(40)} == {201}


async def test_lookups_are_counted_apart_and_generously(tmp_path: Path) -> None:
    async with limited(tmp_path, address=1) as gateway:
        query = {"agency": AGENCY, "q": "яма"}
        answers = [(await gateway.http.get("/api/v1/topics", params=query)).status_code for _ in range(21)]
        assert answers == [200] * 20 + [429]
        assert (await gateway.http.post("/api/v1/readings", json={"agency": AGENCY, "text": "Яма"})).status_code == 429
        assert (await gateway.http.post(f"/api/v1/attachments?agency={AGENCY}")).status_code == 429
        assert await submit(gateway) == 201


async def test_asking_for_origins_is_a_lookup_too(tmp_path: Path) -> None:
    headers = {"Origin": "https://school.example", "Access-Control-Request-Method": "POST"}
    async with limited(tmp_path, address=1) as gateway:
        answers = [await gateway.http.options("/api/v1/appeals", headers=headers) for _ in range(21)]
        assert [answer.status_code for answer in answers] == [204] * 20 + [429]
        refused = await gateway.http.get("/api/v1/nowhere", headers=headers)
        assert refused.status_code == 404
        assert "Access-Control-Allow-Origin" not in refused.headers


async def test_tracking_keys_cannot_be_guessed_fast(tmp_path: Path) -> None:
    async with limited(tmp_path, address=3) as gateway:
        receipt = await send(gateway)
        address = f"/api/v1/appeals/{receipt['number']}"
        for _ in range(5):  # who knows the key may look as often as they like
            assert (await gateway.http.get(address, params={"key": receipt["key"]})).status_code == 200
        guesses = [(await gateway.http.get(address, params={"key": f"guess {n}"})).status_code for n in range(4)]
        assert guesses == [404, 404, 404, 429]
        assert (await gateway.http.get(f"/track/{receipt['number']}", params={"key": "guess"})).status_code == 429


async def test_forwarded_address_is_believed_from_a_trusted_proxy_alone(tmp_path: Path) -> None:
    async with limited(tmp_path / "none", address=1) as gateway:
        assert [await submit(gateway, "192.0.2.1"), await submit(gateway, "192.0.2.2")] == [201, 429]
    proxies = ["127.0.0.0/8", "10.0.0.0/8"]
    async with limited(tmp_path / "some", address=1, trusted_proxies=proxies) as gateway:
        assert [await submit(gateway, "192.0.2.1"), await submit(gateway, "192.0.2.2")] == [201, 201]
        assert await submit(gateway, "198.51.100.9, 192.0.2.1, 10.1.2.3") == 429  # what the client wrote stands left
        assert await submit(gateway, "192.0.2.3:50000, 10.1.2.3:80") == 201
        assert await submit(gateway, "192.0.2.3") == 429
        assert await submit(gateway, "2001:db8:0:1::1") == 201
        assert await submit(gateway, "[2001:db8:0:1:ffff::2]:443") == 429  # one household
        assert await submit(gateway, "2001:db8:0:2::1") == 201
        assert await submit(gateway, "::ffff:192.0.2.1") == 429
        assert await submit(gateway, "10.9.9.9") == 201
        assert await submit(gateway, "nonsense, 10.9.9.9") == 429
        assert await submit(gateway, "nonsense") == 201  # the proxy itself


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:ffff:ffff:ffff", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
    ],
)
def test_subscriber_is_an_address_or_a_network(address: str, counted_as: str) -> None:
    assert subscriber(address) == counted_as


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def taken(allowance: Allowance, caller: str, tries: int) -> int:
    count = 0
    for _ in range(tries):
        try:
            allowance.take(caller)
        except TooMany:
            break
        count += 1
    return count


def test_allowance_fills_up_evenly_and_no_further() -> None:
    clock = Clock()
    allowance = Allowance(6, clock=clock)
    assert taken(allowance, "a", 10) == 6
    clock.now += 9.9
    assert taken(allowance, "a", 10) == 0
    clock.now += 0.2
    assert taken(allowance, "a", 10) == 1
    clock.now += 3600
    assert taken(allowance, "a", 10) == 6
    assert taken(allowance, "b", 10) == 6


def test_wait_that_is_told_is_long_enough() -> None:
    clock = Clock()
    allowance = Allowance(7, clock=clock)
    taken(allowance, "a", 7)
    with pytest.raises(TooMany) as refusal:
        allowance.take("a")
    assert refusal.value.retry_after == 9
    clock.now += 9
    allowance.take("a")


def test_token_given_back_can_be_taken_again() -> None:
    allowance = Allowance(2, clock=Clock())
    taken(allowance, "a", 2)
    allowance.give_back("a")
    assert taken(allowance, "a", 5) == 1


def test_only_so_many_callers_are_remembered() -> None:
    allowance = Allowance(1, clock=Clock(), most=3)
    for caller in "abcd":
        allowance.take(caller)
    assert len(allowance._full_at) == 3
    with pytest.raises(TooMany):
        allowance.take("d")
    allowance.take("a")  # forgotten first
