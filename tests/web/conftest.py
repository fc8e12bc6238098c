"""A gateway for tests of the edge that leave nothing behind which another test would notice."""

from collections.abc import AsyncIterator

import pytest

from tests.application import ServedGateway, served, settings_for


@pytest.fixture(scope="package")
async def standing_gateway(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServedGateway]:
    """One gateway for all tests of this folder that ask for it, without limits."""
    async with served(settings_for(tmp_path_factory.mktemp("standing"))) as gateway:
        yield gateway
