"""Whatever is sent, the server answers as the description says: schemathesis against a real process.

Every operation gets its examples, the edges of each value, and values drawn from a fixed seed.
"""

from collections.abc import Iterator

import pytest
import schemathesis
from aiohttp import web
from hypothesis import HealthCheck, settings
from schemathesis import checks

from gateway.web.openapi import make_description
from gateway.web.routes import all_routes
from tests.server import RunningGateway, start_with_agency

TOKEN = "token-of-the-door"

# A described request may still be refused: an unknown agency, a number that nobody has, a file that is none.
NOT_CHECKED = [checks.positive_data_acceptance]


@pytest.fixture(scope="module")
def described_gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    """A gateway whose core door is open."""
    gateway = start_with_agency(tmp_path_factory.mktemp("described"), {"OTKLIK_DOOR__TOKENS__FRONT": TOKEN})
    yield gateway
    gateway.stop()


# What is not described is refused; a long text that breaks a rule may also be too large a body.
REFUSED = [400, 401, 403, 404, 405, 409, 413, 415, 422]


def describe() -> schemathesis.BaseSchema:
    app = web.Application()
    app.add_routes(all_routes())
    config = schemathesis.Config.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}})
    return schemathesis.openapi.from_dict(make_description(app), config=config)


schema = describe()


@schema.auth()
class Token:
    """What opens the core door; schemathesis tries without it, too."""

    def get(self, case: schemathesis.Case, context: schemathesis.AuthContext) -> str:
        return TOKEN

    def set(self, case: schemathesis.Case, data: str, context: schemathesis.AuthContext) -> None:
        case.headers["Authorization"] = f"Bearer {data}"


@schema.parametrize()
@settings(max_examples=25, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
def test_server_keeps_to_its_description(described_gateway: RunningGateway, case: schemathesis.Case) -> None:
    case.call_and_validate(base_url=described_gateway.url, excluded_checks=NOT_CHECKED, timeout=10)
