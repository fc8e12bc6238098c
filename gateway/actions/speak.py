"""What is to be said in messengers is sent: each peer's in order, each page's no faster than its platform takes it."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from gateway.actions.connected_pages import ConnectedPage, ConnectedPages
from gateway.actions.crew import AT_ONCE, Crew
from gateway.actions.renewal import Renewal
from gateway.channels import Client
from gateway.domain.connection import Address, ConnectionId
from gateway.domain.conversation import Outcome, QueuedPart, Refused, SendLater, Sent, Unreachable, Unsure
from gateway.domain.retry import Park, decide_retry
from gateway.errors import OtklikError
from gateway.ports import Clock, Speaking

_UNDER_WAY = 256
_SLOW_SECONDS = 0.25
_LONGEST_PACE_SECONDS = 10.0

log = structlog.get_logger("speak")

Ending = tuple[QueuedPart, Outcome, datetime | None]


@dataclass(slots=True)
class Pace:
    """How fast one page's calls may follow one another; `closed_until` while the platform wants it quiet."""

    per_second: float
    _next: float = 0.0
    closed_until: float = 0.0

    async def wait_turn(self) -> None:
        """Return when the next call may go out."""
        now = time.monotonic()
        mine = max(now, self._next)
        self._next = mine + 1.0 / self.per_second
        if mine > now:
            await asyncio.sleep(mine - now)

    @property
    def is_behind(self) -> bool:
        """Whether so much waits already that more would wait for longer than its lease allows."""
        now = time.monotonic()
        return self.closed_until > now or self._next - now > _LONGEST_PACE_SECONDS


@dataclass(slots=True, kw_only=True)
class Speak:
    """Sends what waits. What was refused, or may have arrived and must not come twice, is kept for the operator."""

    speaking: Speaking
    pages: ConnectedPages
    clock: Clock
    lease: timedelta
    tries: int
    crew: Crew = field(default_factory=lambda: Crew(most=_UNDER_WAY, patience=_SLOW_SECONDS))
    _paces: dict[ConnectionId, Pace] = field(default_factory=dict)

    async def __call__(self, most: int = AT_ONCE) -> int:
        """Send to `most` peers; return how many there were. Slow ones go on without being waited for."""
        room = await self.crew.room()
        now = self.clock()
        claims = await self.speaking.claim(now=now, until=now + self.lease, most=min(most, room))
        await self.crew.work(self._speak(address, parts) for address, parts in claims)
        return len(claims)

    async def _speak(self, address: Address, parts: Sequence[QueuedPart]) -> None:
        endings: list[Ending] = []
        try:
            with Renewal(lambda: self._hold(parts[0]), every=self.lease.total_seconds() / 3):
                await self._send_all(address, parts, endings)
        except OtklikError as error:
            later = SendLater(reason=error.code)
            endings = [(parts[0], later, self._later(parts[0], later))]
        except Exception:  # the outermost loop of a peer: the others go on
            log.exception("sending failed", connection=address.connection)
            endings = [(parts[0], Refused(reason="internal"), None)]
        finally:  # also when the process is told to stop: what was sent is not sent again after its restart
            await self.speaking.settle(address, endings, now=self.clock())

    async def _hold(self, first: QueuedPart) -> None:
        await self.speaking.hold(first.id, until=self.clock() + self.lease)

    async def _send_all(self, address: Address, parts: Sequence[QueuedPart], endings: list[Ending]) -> None:
        page = await self.pages.find(address.connection)
        client = await self.pages.client(page)
        pace = self._pace(page)
        enough = time.monotonic() + self.lease.total_seconds() / 2
        for part in parts:
            if time.monotonic() > enough:
                break  # the rest is taken anew, before another worker takes it too
            outcome = await self._send(page, client, pace, address.peer, part)
            endings.append(self._ending(part, outcome))
            if isinstance(outcome, SendLater | Unreachable) or endings[-1][2] is not None:
                break  # those behind it wait, so that the order stays
            if page.options.per_peer_seconds and part is not parts[-1]:
                await asyncio.sleep(page.options.per_peer_seconds)

    async def _send(self, page: ConnectedPage, client: Client, pace: Pace, peer: str, queued: QueuedPart) -> Outcome:
        part = queued.part
        if part.expires_at is not None and part.expires_at <= self.clock():
            return Sent()  # nobody waits for it any more
        try:
            outcome = await self._try(page, client, pace, peer, queued)
        except OtklikError as error:
            outcome = SendLater(reason=error.code)
        except Exception:  # the outermost loop of a part: those before it were sent, and those behind it go on
            log.exception("sending failed", connection=page.connection.id)
            outcome = Refused(reason="internal")
        if isinstance(outcome, SendLater) and outcome.whole_page:
            pace.closed_until = time.monotonic() + (outcome.seconds or 5.0)
        return Sent() if part.expires_at is not None and not isinstance(outcome, Unreachable) else outcome

    async def _try(self, page: ConnectedPage, client: Client, pace: Pace, peer: str, queued: QueuedPart) -> Outcome:
        if queued.part.once and not page.channel.capabilities.repeats_safely:
            if queued.attempts:
                return Unsure(reason="interrupted")
            await self.speaking.begin([queued.id])
        if pace.is_behind:
            return SendLater(reason="pace", seconds=1.0)
        await pace.wait_turn()
        return await client.send(peer, queued.part, key=queued.id)

    def _ending(self, part: QueuedPart, outcome: Outcome) -> Ending:
        match outcome:
            case SendLater():
                at = self._later(part, outcome)
                return (part, outcome, at) if at is not None else (part, Refused(outcome.reason), None)
            case Unsure() if not part.part.once:
                at = self._later(part, SendLater(outcome.reason))
                return (part, outcome, at)
            case Refused() | Unsure():
                log.warning("not sent", part=part.id, reason=outcome.reason)
        return (part, outcome, None)

    def _later(self, part: QueuedPart, outcome: SendLater) -> datetime | None:
        """Return when to try again, None when the tries are used up; a time that the platform names costs no try."""
        now = self.clock()
        if outcome.seconds is not None:
            return now + timedelta(seconds=outcome.seconds)
        decision = decide_retry(attempts=part.failures + 1, now=now, job=part.id, most=self.tries)
        return None if isinstance(decision, Park) else decision.at

    def _pace(self, page: ConnectedPage) -> Pace:
        pace = self._paces.get(page.connection.id)
        if pace is None or pace.per_second != page.options.per_second:
            pace = self._paces[page.connection.id] = Pace(per_second=page.options.per_second)
        return pace
