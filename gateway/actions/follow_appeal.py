"""A resident looks at an appeal: number and tracking key together open it."""

import secrets
from dataclasses import dataclass

from gateway.domain.number import read_number
from gateway.domain.tracking import Tracked
from gateway.errors import UnknownAppeal
from gateway.ports import Appeals


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowAppeal:
    """Opens an appeal to whoever holds its key."""

    appeals: Appeals

    async def __call__(self, number: str, key: str) -> Tracked:
        """Return the appeal with its history; raises UnknownAppeal for a wrong number and for a wrong key alike."""
        read = read_number(number)
        if read is None:
            raise UnknownAppeal
        tracked = await self.appeals.find(read)
        if not secrets.compare_digest(tracked.key.encode(), key.encode("utf-8", "replace")):
            raise UnknownAppeal
        return tracked
