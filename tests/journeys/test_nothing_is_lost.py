"""Whatever breaks on the way: what was acknowledged is in the core store, once."""

from collections.abc import Callable

from tests.journeys.killing import stream_through_kills
from tests.server import RunningGateway


async def test_killing_the_process_loses_and_doubles_no_acknowledged_appeal(
    start_gateway: Callable[..., RunningGateway], database_url: str
) -> None:
    gateway = start_gateway(OTKLIK_DATABASE_URL=database_url)
    stream = await stream_through_kills(gateway, submissions=400, kills=6, seed=20261122)
    assert len(stream.acknowledged) == 400
    assert stream.lost == set()
    assert stream.doubled == 0
