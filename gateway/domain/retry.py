"""When to try a delivery again: a value, not an exception."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

_FIRST_WAIT = timedelta(seconds=2)
_LONGEST_WAIT = timedelta(hours=1)
_SPREAD = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class TryAgain:
    """Try once more, not before `at`."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Park:
    """Tries are used up: an operator must look, and can send it again."""


def decide_retry(*, attempts: int, now: datetime, job: int, most: int) -> TryAgain | Park:
    """Say what follows the failed try number `attempts` (from 1) of `job`, of which at most `most` are made.

    Waits double from 2 seconds to an hour. Each job's are lengthened by its own part of a quarter, so that
    what failed together does not come back together.
    """
    if attempts >= most:
        return Park()
    wait = min(_FIRST_WAIT * 2 ** min(attempts - 1, 16), _LONGEST_WAIT)
    own_part = crc32(f"{job}:{attempts}".encode()) % 1000 / 1000
    return TryAgain(at=now + wait * (1 + _SPREAD * own_part))
