"""An installation of one process, or of two: the gateway that residents see and the core store behind it."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.server import RunningGateway


@dataclass(slots=True)
class Installation:
    """The gateway that residents use, and the one whose core store keeps the cases: often the same."""

    front: RunningGateway
    core: RunningGateway

    async def clerk(self, *arguments: str) -> str:
        """What the clerk's command line prints."""
        return await asyncio.to_thread(self.core.run, "case", *arguments)

    async def case(self, number: str) -> dict[str, Any]:
        return dict(json.loads(await self.clerk("show", number, "--json")))

    async def case_when(self, number: str, ready: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The case as soon as it is so; AssertionError if it does not come to it."""
        deadline = time.monotonic() + 20
        while not ready(case := await self.case(number)):
            assert time.monotonic() < deadline, case
        return case
