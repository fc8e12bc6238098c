"""A resident takes back the consent to the processing of personal data (152-ФЗ art. 9(2))."""

from dataclasses import dataclass

from gateway.actions.follow_appeal import FollowAppeal
from gateway.domain.outbox import Task, TaskKind
from gateway.domain.tracking import Tracked
from gateway.errors import AlreadyWithdrawn
from gateway.ports import Appeals, Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawConsent:
    """Notes the withdrawal and tells the agency, whose duty it is to act on it.

    Of who has joined somebody else's appeal the agency has no data: there is nothing to tell it.
    """

    follow: FollowAppeal
    appeals: Appeals
    clock: Clock

    async def __call__(self, number: str, key: str) -> Tracked:
        """Return the appeal with the withdrawal; raises AlreadyWithdrawn where no consent is in force."""
        tracked = await self.follow(number, key)
        if not tracked.consent_given or tracked.consent_withdrawn_at is not None:
            raise AlreadyWithdrawn
        at = self.clock()
        task = Task(kind=TaskKind.WITHDRAW, appeal=tracked.appeal_id, body={"at": at.isoformat()})
        await self.appeals.withdraw_consent(tracked.appeal_id, at, task if tracked.joins is None else None)
        return await self.follow(number, key)
