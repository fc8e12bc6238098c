"""Brings what happens on a fake platform to the page's webhook, the way platforms do: again until it is taken."""

import asyncio
import copy
import random
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

import aiohttp

from tests.platforms.platform import Deliveries

TOGETHER = 0.05
"""Seconds in which updates belong to one batch when batches are shuffled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A body on its way to `address`. Those of one `lane` go one after the other, those of no lane at once.

    `times` posts it that often at the same time. `in_order` holds the lane until this one is taken or given up;
    otherwise only until it was tried once. Unless `patient`, a hook where nobody listens counts as one that refuses.
    `counter` is the header that tells the number of a repetition.
    """

    address: str
    body: dict[str, object]
    headers: dict[str, str] = field(default_factory=dict)
    lane: Hashable = None
    times: int = 1
    in_order: bool = True
    patient: bool = True
    counter: str | None = None
    answered: Callable[[int, str], None] = lambda status, body: None
    taken: Callable[[int, str], bool] | None = None
    """What makes an answer to this one mean yes, if not what does for all."""
    done: Callable[[bool], None] = lambda taken: None


class Courier:
    """Posts parcels in the background until `taken(status, body)` says that the answer means yes.

    An answer that means no is followed by at most `tries` tries in all, `wait` seconds apart; a hook that nobody
    listens at is tried until the platform is closed. `slowest` is the longest time that an answer took.
    """

    def __init__(
        self, deliveries: Deliveries, answers: list[tuple[int, str]], taken: Callable[[int, str], bool]
    ) -> None:
        self.wait = 0.2
        self.tries = 5
        self.patience = 60.0
        self.slowest = 0.0
        self.at_once = asyncio.Semaphore(40)
        self._deliveries, self._answers, self._taken = deliveries, answers, taken
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._lanes: dict[Hashable, asyncio.Event] = {}
        self._batch: list[Parcel] = []
        self._flush: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """How many parcels are on their way."""
        return len(self._tasks) + len(self._batch)

    async def open(self) -> None:
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    async def close(self) -> None:
        """Drop what is on its way."""
        if self._flush:
            self._flush.cancel()
        self._batch.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    async def idle(self) -> None:
        """Return when nothing is on its way."""
        while self._tasks or self._batch:
            if self._batch:
                self._send_batch()
            await asyncio.wait(set(self._tasks))

    def bring(self, parcel: Parcel) -> None:
        """Start on the way; shuffled, it waits a moment for others of its batch."""
        if not self._deliveries.shuffled:
            return self._start(parcel)
        self._batch.append(parcel)
        if self._flush:
            self._flush.cancel()
        self._flush = asyncio.get_running_loop().call_later(TOGETHER, self._send_batch)
        return None

    def _send_batch(self) -> None:
        batch, self._batch = self._batch, []
        random.Random(self._deliveries.seed).shuffle(batch)
        for parcel in batch:
            self._start(parcel, alone=True)

    def _start(self, parcel: Parcel, *, alone: bool = False) -> None:
        before = None
        gone = asyncio.Event()
        if parcel.lane is not None and not alone:
            before, self._lanes[parcel.lane] = self._lanes.get(parcel.lane), gone
        task = asyncio.create_task(self._carry(parcel, before, gone))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, parcel: Parcel, before: asyncio.Event | None, gone: asyncio.Event) -> None:
        if before:
            await before.wait()
        times = max(parcel.times, 2 if self._deliveries.twice else 1)
        try:
            await asyncio.gather(*(self._post_until_taken(parcel, gone) for _ in range(times)))
        finally:
            gone.set()

    async def _post_until_taken(self, parcel: Parcel, gone: asyncio.Event) -> None:
        tried, refused = 0, 0
        while True:
            status, body = await self._post(parcel, tried)
            tried += 1
            refused += status != 0 or not parcel.patient
            if not parcel.in_order:
                gone.set()
            taken = (parcel.taken or self._taken)(status, body)
            if taken or refused >= self.tries:
                return parcel.done(taken)
            await asyncio.sleep(self.wait)

    async def _post(self, parcel: Parcel, tried: int) -> tuple[int, str]:
        """Post once. Status 0 says that there was no answer."""
        assert self._session is not None, "the platform is not running"
        headers = dict(parcel.headers)
        if parcel.counter and tried:
            headers[parcel.counter] = str(tried)
        body = copy.deepcopy(parcel.body)
        if self._deliveries.rewrite:
            body = self._deliveries.rewrite(body)
        async with self.at_once:
            answer = await self._exchange(self._deliveries.hook or parcel.address, body, headers)
        self._answers.append(answer)
        parcel.answered(*answer)
        return answer

    async def _exchange(self, address: str, body: dict[str, object], headers: dict[str, str]) -> tuple[int, str]:
        assert self._session is not None
        start = time.monotonic()
        limit = aiohttp.ClientTimeout(total=self.patience)
        try:
            async with self._session.post(
                address, json=body, headers=headers, timeout=limit, allow_redirects=False
            ) as got:
                answer = (got.status, await got.text(errors="replace"))
        except (aiohttp.ClientError, TimeoutError) as error:
            return (0, type(error).__name__)
        self.slowest = max(self.slowest, time.monotonic() - start)
        return answer
