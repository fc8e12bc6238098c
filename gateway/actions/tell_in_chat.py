"""What the core store reports is told in the chat that the appeal came from, once."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from gateway.actions.connected_pages import ConnectedPages
from gateway.actions.dialog_forms import DialogForms
from gateway.channels import Speech
from gateway.dialog.notices import notice
from gateway.domain.case import CaseEvent
from gateway.domain.connection import Address
from gateway.domain.tracking import Tracked
from gateway.errors import UnknownConnection
from gateway.ports import Agencies, Clock, Speaking

log = structlog.get_logger("notify")


@dataclass(frozen=True, slots=True, kw_only=True)
class TellInChat:
    """Puts a notice into the queue of its chat; the same event once more changes nothing."""

    pages: ConnectedPages
    agencies: Agencies
    speaking: Speaking
    forms: DialogForms
    clock: Clock
    spoken: Callable[[], None]

    async def __call__(self, address: Address, tracked: Tracked, event: CaseEvent) -> None:
        """Queue what is said of the event; raises Unavailable."""
        try:
            page = await self.pages.find(address.connection)
        except UnknownConnection:
            log.warning("page gone", connection=address.connection)  # its residents are reached there no more
            return
        agency = await self.agencies.find(tracked.agency)
        messages = notice(self.forms(page, agency), tracked, event)
        now = self.clock()
        parts = page.channel.draw(Speech(messages=messages), now=now)
        if parts:
            # Of those who have joined each one is told of the same event.
            key = f"notice:{event.id}" if tracked.joins is None else f"notice:{event.id}:{tracked.appeal_id}"
            await self.speaking.put(address, parts, key=key, now=now)
            self.spoken()
