import json
from collections.abc import Callable

import pytest

from tests.journeys.installation import Installation
from tests.server import RunningGateway

TOKEN = "token-of-the-door"


@pytest.fixture(params=["embedded core store", "core store of another process"])
def installation(request: pytest.FixtureRequest, start_gateway: Callable[..., RunningGateway]) -> Installation:
    if request.param == "embedded core store":
        gateway = start_gateway()
        return Installation(gateway, gateway)
    core = start_gateway(OTKLIK_DOOR__TOKENS=json.dumps({"front": TOKEN}))
    front = start_gateway(
        OTKLIK_CORE__KIND="http",
        OTKLIK_CORE__URL=core.url,
        OTKLIK_CORE__TOKEN=TOKEN,
        OTKLIK_CORE__POLL_SECONDS="0.2",
    )
    return Installation(front, core)
