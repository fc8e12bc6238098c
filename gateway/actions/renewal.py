"""A lease that is kept while its work goes on: what takes long is not done by two at once."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from gateway.errors import OtklikError


class Renewal:
    """Within `with`, renews a lease every so many seconds; work that is over sooner costs it nothing."""

    def __init__(self, renew: Callable[[], Awaitable[None]], *, every: float) -> None:
        self._renew, self._every = renew, every
        self._task: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        self._timer = asyncio.get_running_loop().call_later(self._every, self._begin)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._task is not None:
            self._task.cancel()

    def _begin(self) -> None:
        self._task = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        while True:
            with contextlib.suppress(OtklikError):  # the store is away: nobody else gets at it either
                await self._renew()
            await asyncio.sleep(self._every)
