"""A platform's delivery is stored as it came; only then is it read."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.connection import ConnectionId
from gateway.domain.conversation import RawEvent, Stamp
from gateway.ports import Clock, Inbox


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeDelivery:
    """Stores deliveries, once however often they come.

    The rest of an album is waited for `gather`. `hearing` is entered while something is stored: who reads gives way
    meanwhile, and begins then.
    """

    inbox: Inbox
    clock: Clock
    gather: timedelta
    hearing: AbstractContextManager[None]

    async def __call__(self, connection: ConnectionId, stamp: Stamp, payload: str) -> None:
        """Store what came to a page, as JSON; raises Unavailable."""
        now = self.clock()
        event = RawEvent(connection=connection, stamp=stamp, payload=payload, received_at=now)
        with self.hearing:
            await self.inbox.store([event], due=now if stamp.together is None else now + self.gather)
