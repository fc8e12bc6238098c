"""Files that were uploaded and never sent are removed after a day."""

from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.attachment import thumbnail_key
from gateway.ports import Attachments, Blobs, Clock, Intake

_KEEP_UNUSED = timedelta(hours=24)
_KEEP_TICKETS = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetUnused:
    """Keeps no more of residents than they have sent."""

    attachments: Attachments
    intake: Intake
    blobs: Blobs
    clock: Clock

    async def __call__(self) -> int:
        """Remove unused files older than a day and tickets older than 30; return how many files there were."""
        now = self.clock()
        await self.intake.forget_tickets(before=now - _KEEP_TICKETS)
        forgotten = await self.attachments.forget_unused(before=now - _KEEP_UNUSED)
        await self.blobs.delete(key for id in forgotten for key in (id, thumbnail_key(id)))
        return len(forgotten)
