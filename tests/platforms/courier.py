"""Brings what happens on a fake platform to the page's webhook, the way platforms do: again until it is taken."""

import asyncio
import copy
import json
import random
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

import aiohttp

from tests.platforms.platform import Deliveries

TOGETHER = 0.05
"""Seconds in which updates belong to one batch when batches are shuffled."""

_LATE = TimeoutError.__name__


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

    An answer that means no, or none `within` its seconds, is followed by at most `tries` tries in all, `wait` seconds
    apart and each time `growth` times more, up to `longest_wait`; then the parcel is `given_up`. A hook that nobody
    listens at is tried until the platform is closed. `slowest` is the longest time that an answer took.
    """

    def __init__(
        self,
        deliveries: Deliveries,
        answers: list[tuple[int, str]],
        taken: Callable[[int, str], bool],
        *,
        wait: float = 0.2,
        growth: float = 1.0,
        tries: int = 5,
        within: float = 60.0,
    ) -> None:
        self.wait, self.growth, self.longest_wait = wait, growth, 1.0
        self.tries, self.within = tries, within
        self.slowest = 0.0
        self.given_up: list[dict[str, object]] = []
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

    def bring(self, *parcels: Parcel) -> None:
        """Start on the way, those of one call all at once; shuffled, they wait a moment for others of their batch."""
        if not self._deliveries.shuffled:
            return self._start(parcels)
        self._batch += parcels
        if self._flush:
            self._flush.cancel()
        self._flush = asyncio.get_running_loop().call_later(TOGETHER, self._send_batch)
        return None

    def _send_batch(self) -> None:
        batch, self._batch = self._batch, []
        random.Random(self._deliveries.seed).shuffle(batch)
        for parcel in batch:
            self._start([parcel], alone=True)

    def _start(self, parcels: Sequence[Parcel], *, alone: bool = False) -> None:
        before, gone, lane = None, asyncio.Event(), parcels[0].lane
        if lane is not None and not alone:
            before, self._lanes[lane] = self._lanes.get(lane), gone
        task = asyncio.create_task(self._carry(parcels, before, gone))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, parcels: Sequence[Parcel], before: asyncio.Event | None, gone: asyncio.Event) -> None:
        if before:
            await before.wait()
        copies = 2 if self._deliveries.twice else 1
        each = [parcel for parcel in parcels for _ in range(parcel.times * copies)]
        try:
            await asyncio.gather(*(self._post_until_taken(parcel, gone) for parcel in each))
        finally:
            gone.set()

    async def _post_until_taken(self, parcel: Parcel, gone: asyncio.Event) -> None:
        tried, refused, wait = 0, 0, self.wait
        while True:
            status, body = await self._post(parcel, tried)
            tried += 1
            refused += status != 0 or body == _LATE or not parcel.patient
            if not parcel.in_order:
                gone.set()
            taken = (parcel.taken or self._taken)(status, body)
            if taken or refused >= self.tries:
                self.given_up += [] if taken else [parcel.body]
                return parcel.done(taken)
            await asyncio.sleep(wait)
            wait = min(wait * self.growth, self.longest_wait)

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
        limit = aiohttp.ClientTimeout(total=self.within)
        data = json.dumps(body, ensure_ascii=False).encode(errors="replace")
        headers = {"Content-Type": "application/json", **headers}
        try:
            async with self._session.post(
                address, data=data, headers=headers, timeout=limit, allow_redirects=False
            ) as got:
                answer = (got.status, await got.text(errors="replace"))
        except TimeoutError:
            answer = (0, _LATE)
        except (aiohttp.ClientError, OSError) as error:
            return (0, type(error).__name__)
        self.slowest = max(self.slowest, time.monotonic() - start)
        return answer
