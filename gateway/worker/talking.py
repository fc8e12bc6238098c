"""Residents in messengers are answered: what they said is read, what is to be said is sent, pages are looked after."""

import asyncio
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import structlog

from gateway.actions.connected_pages import ConnectedPage, ConnectedPages
from gateway.actions.converse import Converse
from gateway.actions.crew import AT_ONCE
from gateway.actions.speak import Speak
from gateway.actions.take_delivery import TakeDelivery
from gateway.actions.tend_conversations import TendConversations
from gateway.domain.connection import ConnectionId
from gateway.errors import OtklikError
from gateway.ports import Clock, Inbox
from gateway.worker.loops import Bell, every, in_the_pauses, try_once

_TEND_EVERY_SECONDS = 60.0
_WATCH_EVERY_SECONDS = 1800.0  # subscriptions are dropped after eight hours of silence
_LOOK_FOR_PAGES_SECONDS = 5.0
_AFTER_FAILED_POLL_SECONDS = 5.0
_GRACE_SECONDS = 2.0  # a message that is on its way now would be sent twice
_POLL_HELD = timedelta(seconds=45)  # beside the patience for an answer; platforms make a poll wait for 30

log = structlog.get_logger("worker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Talking:
    """Keeps conversations going.

    `address` is where the gateway is reached from outside, None where nobody has told: then no platform is told either.
    """

    converse: Converse
    speak: Speak
    tend: TendConversations
    pages: ConnectedPages
    inbox: Inbox
    clock: Clock
    address: str | None
    heard: Bell
    """Rings when a resident has written."""
    spoken: Bell
    """Rings when there is something to send."""
    take_delivery: TakeDelivery
    name: str = field(default_factory=lambda: secrets.token_hex(8))
    """This process, among those that share the database."""
    _opened: dict[ConnectionId, ConnectedPage] = field(default_factory=dict)

    async def run(self) -> None:
        """Talk until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(in_the_pauses("converse", self.heard, self._converse, of=self.heard))
                group.create_task(in_the_pauses("speak", self.spoken, self.speak, of=self.heard))
                group.create_task(every("tend", _TEND_EVERY_SECONDS, self.tend))
                group.create_task(every("open", _LOOK_FOR_PAGES_SECONDS, self._open_pages))
                group.create_task(every("watch", _WATCH_EVERY_SECONDS, self._watch))
                group.create_task(self._poll_pages())
        finally:
            await self.converse.crew.stop(grace=_GRACE_SECONDS)
            await self.speak.crew.stop(grace=_GRACE_SECONDS)

    async def drain(self) -> int:
        """Answer and send what is due; return how much there was."""
        done = 0
        while now_done := await self._drain_once():
            done += now_done
        return done

    async def _drain_once(self) -> int:
        heard = await self._converse()
        await self.converse.crew.finish()
        spoken = await self.speak()
        await self.speak.crew.finish()
        return heard + spoken

    async def _converse(self, most: int = AT_ONCE) -> int:
        answered = await self.converse(most)
        if answered:
            self.spoken.ring()
        return answered

    async def _open_pages(self) -> int:
        """Open the clients of new pages, lest the first resident wait for what they import."""
        new = [page for page in await self.pages.all() if self._opened.get(page.connection.id) != page]
        for page in new:
            self._opened[page.connection.id] = page
            await try_once(f"open {page.channel.name}", partial(self._open_page, page))
        return len(new)

    async def _open_page(self, page: ConnectedPage) -> int:
        await self.pages.client(page)
        return 1

    async def _watch(self) -> int:
        if self.address is None:
            return 0
        pages = await self.pages.all()
        for page in pages:
            await try_once(f"watch {page.channel.name}", partial(self._watch_page, page, self.address))
        return len(pages)

    async def _watch_page(self, page: ConnectedPage, address: str) -> int:
        client = await self.pages.client(page)
        await client.watch(address + page.hook)
        return 1

    async def _poll_pages(self) -> None:
        """Keep one poll going for each page that wants it, also for those that are connected later."""
        polls: dict[str, tuple[ConnectedPage, asyncio.Task[None]]] = {}
        async with asyncio.TaskGroup() as group:
            while True:
                wanted = {page.connection.id: page for page in await _polling(self.pages)}
                for id, (page, poll) in list(polls.items()):
                    if wanted.get(page.connection.id) != page:
                        poll.cancel()
                        del polls[id]
                for id, page in wanted.items():
                    if id not in polls:
                        polls[id] = (page, group.create_task(self._poll(page)))
                await asyncio.sleep(_LOOK_FOR_PAGES_SECONDS)

    async def _poll(self, page: ConnectedPage) -> None:
        while True:
            if await try_once(f"poll {page.channel.name}", partial(self._poll_once, page)) == 0:
                await asyncio.sleep(_AFTER_FAILED_POLL_SECONDS)

    async def _poll_once(self, page: ConnectedPage) -> int:
        now = self.clock()
        id, patience = page.connection.id, timedelta(seconds=page.options.timeout_seconds)
        if not await self.inbox.hold_poll(id, holder=self.name, now=now, until=now + _POLL_HELD + patience):
            return 0  # another process asks: platforms bear one only
        client = await self.pages.client(page)
        since = await self.inbox.poll_position(id)
        polled = await client.poll(since)
        for payload in polled.payloads:
            await self.take_delivery(page.connection.id, page.channel.stamp(payload), json.dumps(payload))
        if polled.next != since:
            await self.inbox.save_poll_position(id, polled.next)
        return 1


async def _polling(pages: ConnectedPages) -> Sequence[ConnectedPage]:
    try:
        return [page for page in await pages.all() if page.options.polling]
    except OtklikError as error:
        log.warning("pages not found", code=error.code)
        return ()
