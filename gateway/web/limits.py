"""How often one client, and all clients of one agency, may call; counted in the memory of this process.

For handlers:

    count_submission(request)              an appeal, a form post, a rating, a reply of this address
    count_submission_to(request, agency)   the same for its agency, as soon as that is known
    count_lookup(request)                  an upload, a reading, a search of topics: twenty times as many
    await follow(request, number, key)     an appeal by its number and key; tries that fail are counted

Each raises TooMany, which says when to come again. None of them reads the body, so they may stand before or after it.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from gateway.domain.agency import Agency
from gateway.domain.tracking import Tracked
from gateway.errors import TooMany, UnknownAppeal
from gateway.web.caller import client_address, subscriber
from gateway.web.edge import EDGE, EdgeLimits

_WINDOW = 60.0
_LOOKUPS_FOR_A_SUBMISSION = 20  # ten files, and a search after every pause in typing
_MOST_CALLERS = 20_000


@dataclass(slots=True)
class Allowance:
    """A token bucket for each caller: `per_minute` tokens, refilled evenly; 0 is no limit.

    Of a caller only the moment is kept at which the bucket is full again (the generic cell rate algorithm). Whoever
    has not called for longest is forgotten when there are too many to remember.
    """

    per_minute: int
    clock: Callable[[], float] = time.monotonic
    most: int = _MOST_CALLERS
    _full_at: OrderedDict[str, float] = field(default_factory=OrderedDict)

    def take(self, caller: str) -> None:
        """Take a token; raises TooMany if there is none."""
        if not self.per_minute:
            return
        now = self.clock()
        full_at = max(self._full_at.get(caller, now), now) + _WINDOW / self.per_minute
        wait = full_at - now - _WINDOW
        if wait > 1e-6:
            raise TooMany(retry_after=max(1, math.ceil(wait)))
        self._remember(caller, full_at)

    def give_back(self, caller: str) -> None:
        """Put a token back that was taken for nothing."""
        if caller in self._full_at:
            self._full_at[caller] -= _WINDOW / self.per_minute

    def _remember(self, caller: str, full_at: float) -> None:
        self._full_at[caller] = full_at
        self._full_at.move_to_end(caller)
        if len(self._full_at) > self.most:
            self._full_at.popitem(last=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The allowances of one process."""

    submissions: Allowance
    submissions_to_agency: Allowance
    lookups: Allowance
    guesses: Allowance


LIMITS = web.AppKey("limits", Limits)


def make_limits(limits: EdgeLimits) -> Limits:
    """Make allowances, all of them full."""
    return Limits(
        submissions=Allowance(limits.per_address),
        submissions_to_agency=Allowance(limits.per_agency),
        lookups=Allowance(limits.per_address * _LOOKUPS_FOR_A_SUBMISSION),
        guesses=Allowance(limits.per_address),
    )


def count_submission(request: web.Request) -> None:
    """Count something that a resident sends; raises TooMany."""
    request.app[LIMITS].submissions.take(_caller(request))


def count_submission_to(request: web.Request, agency: Agency) -> None:
    """Count it for its agency too; raises TooMany."""
    request.app[LIMITS].submissions_to_agency.take(agency.key)


def count_lookup(request: web.Request) -> None:
    """Count an upload, a reading or a search; raises TooMany."""
    request.app[LIMITS].lookups.take(_caller(request))


async def follow(request: web.Request, number: str, key: str) -> Tracked:
    """Return the appeal of that number and key; raises UnknownAppeal, and TooMany for who guesses.

    The token is taken before the store is asked, so guesses that come at once do not slip through together.
    """
    guesses, caller = request.app[LIMITS].guesses, _caller(request)
    guesses.take(caller)
    try:
        tracked = await request.app[EDGE].follow_appeal(number, key)
    except UnknownAppeal:
        raise
    except BaseException:
        guesses.give_back(caller)
        raise
    guesses.give_back(caller)
    return tracked


def _caller(request: web.Request) -> str:
    return subscriber(client_address(request))
