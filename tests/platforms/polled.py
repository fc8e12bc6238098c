"""Updates of a platform that wait until they are asked for, by long polling."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

Update = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Mailbox:
    """Updates that wait to be fetched. A marker is the number of the next one; passing it settles all before it."""

    fetched: bool = False
    _updates: list[tuple[int, Update]] = field(default_factory=list)
    _next: int = 25493970
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def put(self, update: Update) -> None:
        """Keep it until it is settled."""
        self._updates.append((self._next, update))
        self._next += 1
        async with self._changed:
            self._changed.notify_all()

    async def fetch(
        self, marker: int | None, *, most: int, seconds: float, wanted: Callable[[Update], bool]
    ) -> tuple[list[Update], int]:
        """Wait so long for updates; return them and the next marker."""
        self.fetched = True
        async with self._changed:
            if marker is not None:
                self._updates = [kept for kept in self._updates if kept[0] >= marker]
                self._changed.notify_all()
            if not self._updates:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait_for(lambda: self._updates), seconds)
        page = self._updates[:most]
        return [update for _, update in page if wanted(update)], page[-1][0] + 1 if page else self._next

    async def idle(self) -> None:
        """Return when all is settled, at once where nobody fetches."""
        if self.fetched:
            async with self._changed:
                await self._changed.wait_for(lambda: not self._updates)
