"""How a platform brings its updates to the page: by posts to the hook, tried again and again, or by long polling."""

import asyncio
import json
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.platforms.platform import Deliveries

Update = dict[str, Any]

GROWTH = 2.5  # MAX waits that much longer each time; nobody tells Odnoklassniki's


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """Where updates are posted to, with which headers."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    updates: tuple[Update, ...]
    hooks: tuple[Hook, ...]
    copies: int


@dataclass(slots=True, kw_only=True)
class Postman:
    """Posts updates, each chat's in order, until they are answered with 200.

    An answer has to come `within` so many seconds. `tries` other answers, or late ones, and an update is given up;
    a hook where nobody listens is tried for `patience` seconds. The first `wait` grows to `longest_wait`.
    """

    deliveries: Deliveries
    within: float
    wait: float = 0.05
    longest_wait: float = 1.0
    tries: int = 11  # MAX tries ten times more
    patience: float = 60.0
    answers: list[tuple[int, str]] = field(default_factory=list)
    slowest: float = 0.0
    given_up: list[Update] = field(default_factory=list)
    _waiting: dict[str, list[_Batch]] = field(default_factory=dict)
    _carrying: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Stop at once; what is not delivered stays undelivered."""
        tasks = list(self._carrying.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def post(self, chat: str, updates: Sequence[Update], hooks: Sequence[Hook], copies: int = 1) -> None:
        """Deliver `updates` all at once, `copies` of each, after what waits for that chat already."""
        batch = _Batch(updates=tuple(updates), hooks=tuple(hooks), copies=copies)
        self._waiting.setdefault(chat, []).append(batch)
        if chat not in self._carrying:
            self._carrying[chat] = asyncio.create_task(self._carry(chat))

    async def idle(self) -> None:
        """Return when everything has been answered or given up."""
        while self._carrying:
            done, _ = await asyncio.wait(list(self._carrying.values()))
            for task in done:
                task.result()

    async def _carry(self, chat: str) -> None:
        waiting = self._waiting[chat]
        try:
            while waiting:
                batches = [waiting.pop(0)]
                if self.deliveries.shuffled:
                    batches = self._shuffle([*batches, *waiting])
                    waiting.clear()
                await asyncio.gather(*(self._bring(batch) for batch in batches))
        finally:
            del self._carrying[chat]

    def _shuffle(self, batches: list[_Batch]) -> list[_Batch]:
        random.Random(self.deliveries.seed).shuffle(batches)
        self.deliveries.seed += 1
        return batches

    async def _bring(self, batch: _Batch) -> None:
        copies = batch.copies * (2 if self.deliveries.twice else 1)
        await asyncio.gather(
            *(self._bring_one(update, hook) for update in batch.updates for hook in batch.hooks for _ in range(copies))
        )

    async def _bring_one(self, update: Update, hook: Hook) -> None:
        if self.deliveries.rewrite is not None:
            update = self.deliveries.rewrite(update)
        wait, refused, started = self.wait, 0, time.monotonic()
        while refused < self.tries and time.monotonic() - started < self.patience:
            taken = await self._try(update, hook)
            if taken:
                return
            refused += taken is False
            await asyncio.sleep(wait)
            wait = min(wait * GROWTH, self.longest_wait)
        self.given_up.append(update)

    async def _try(self, update: Update, hook: Hook) -> bool | None:
        """Whether the hook took it: 200 in time, nothing else counts. None if there is no hook."""
        body = json.dumps(update, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json;charset=utf-8", **hook.headers}
        started = time.monotonic()
        try:
            async with self._client().post(hook.url, data=body, headers=headers, allow_redirects=False) as answer:
                self.answers.append((answer.status, await answer.text(errors="replace")))
                return answer.status == 200
        except (aiohttp.ClientError, OSError) as error:
            self.answers.append((0, type(error).__name__))
            return False if isinstance(error, TimeoutError) else None
        finally:
            self.slowest = max(self.slowest, time.monotonic() - started)

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            # A connection for each: a gateway that was killed meanwhile is not mistaken for one that answers badly.
            connector = aiohttp.TCPConnector(force_close=True, limit=40)
            timeout = aiohttp.ClientTimeout(total=self.within)
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout)
        return self._session


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
