"""A resident stops the letters about an appeal, or wants them again."""

from dataclasses import dataclass

from gateway.actions.follow_appeal import FollowAppeal
from gateway.domain.tracking import Tracked
from gateway.ports import Appeals, Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchLetters:
    """Switches letters about one appeal; those about others go on, and so does the appeal."""

    follow: FollowAppeal
    appeals: Appeals
    clock: Clock

    async def __call__(self, number: str, key: str, *, on: bool) -> Tracked:
        """Return the appeal as it is then; raises UnknownAppeal."""
        tracked = await self.follow(number, key)
        if on is (tracked.letters_stopped_at is None):
            return tracked
        await self.appeals.stop_letters(tracked.appeal_id, None if on else self.clock())
        return await self.follow(number, key)
