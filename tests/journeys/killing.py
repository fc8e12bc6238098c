"""A stream of submissions to a gateway that is killed again and again; used by a small test and a big benchmark."""

import asyncio
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from tests.server import AGENCY, RunningGateway

_SENDERS = 8
_TRIES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """What a stream came to: the number that each submission was acknowledged with, and all cases there are."""

    acknowledged: dict[str, str]
    cases: list[str]

    @property
    def lost(self) -> set[str]:
        """Numbers that a resident holds and the core store does not know."""
        return set(self.acknowledged.values()) - set(self.cases)

    @property
    def doubled(self) -> int:
        """Cases beyond one for each submission."""
        return len(self.cases) - len(set(self.acknowledged.values()))


async def stream_through_kills(
    gateway: RunningGateway, *, submissions: int, kills: int, seed: int, advance: Callable[[], None] = lambda: None
) -> Stream:
    """Send each submission until it is acknowledged, with one key, while the process is killed `kills` times."""
    fate = random.Random(seed)
    keys = [f"seed-{seed}-submission-{number}" for number in range(submissions)]
    waiting = iter(keys)
    acknowledged: dict[str, str] = {}

    async def sender() -> None:
        async with httpx.AsyncClient(base_url=gateway.url, timeout=10) as http:
            for key in waiting:
                acknowledged[key] = await _send_until_acknowledged(http, key)

    async def killer() -> None:
        for _ in range(kills):
            await asyncio.sleep(fate.uniform(0.05, 0.4))
            await asyncio.to_thread(gateway.kill)
            await asyncio.to_thread(gateway.start)
            advance()

    await asyncio.gather(killer(), *(sender() for _ in range(_SENDERS)))
    return Stream(acknowledged=acknowledged, cases=await _cases(gateway, submissions))


def message(key: str) -> dict[str, Any]:
    """Return a message that the agency of tests takes; `key` tells it from others."""
    return {
        "agency": AGENCY,
        "text": f"Яма на дороге, сообщение {key}",
        "place": {"address": "ул. Садовая, 12"},
        "contact": {"name": "Житель", "email": "resident@example.org"},
        "consent": True,
    }


async def _send_until_acknowledged(http: httpx.AsyncClient, key: str) -> str:
    for _ in range(_TRIES):
        try:
            response = await http.post("/api/v1/appeals", json=message(key), headers={"Idempotency-Key": key})
        except httpx.TransportError:
            await asyncio.sleep(0.05)
            continue
        if response.status_code == httpx.codes.CREATED:
            return str(response.json()["number"])
        assert response.status_code == httpx.codes.SERVICE_UNAVAILABLE, response.text
        await asyncio.sleep(0.05)
    raise AssertionError(f"{key} was not acknowledged in {_TRIES} tries")


async def _cases(gateway: RunningGateway, submissions: int) -> list[str]:
    """Return the numbers of all cases, once they stop coming."""
    before: list[str] = []
    for _ in range(100):
        printed = await asyncio.to_thread(gateway.run, "case", "list", "--json", "--most", str(submissions * 2))
        now = [case["number"] for case in json.loads(printed)]
        if len(now) >= submissions and now == before:
            return now
        before = now
        await asyncio.sleep(0.3)
    return before
