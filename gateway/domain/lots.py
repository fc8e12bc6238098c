"""Random bytes that nobody can guess, fetched from the system many at a time.

A call of the system lets other threads run before it returns; on the way that every appeal takes, one call for each
would cost more than all that is made of its bytes.
"""

import os
import threading
from datetime import datetime

_FETCHED_AT_ONCE = 4096


class _Lots:
    """Hands out each byte once."""

    def __init__(self) -> None:
        self._fetched = b""
        self._used = 0
        self._lock = threading.Lock()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forget)

    def __call__(self, count: int) -> bytes:
        """Return so many bytes, at most a few hundred."""
        with self._lock:
            if self._used + count > len(self._fetched):
                self._fetched, self._used = os.urandom(_FETCHED_AT_ONCE), 0
            self._used += count
            return self._fetched[self._used - count : self._used]

    def _forget(self) -> None:
        self._fetched, self._used, self._lock = b"", 0, threading.Lock()


draw_lot = _Lots()


_RANDOM_PART = 10


def draw_id(at: datetime) -> str:
    """Draw an id of 32 hexadecimal digits: the time in milliseconds, then 80 random bits (as RFC 9562 has in UUIDv7).

    Ids of things that come together lie together in an index, so that storing many at once touches few pages.
    """
    return f"{int(at.timestamp() * 1000):012x}{draw_lot(_RANDOM_PART).hex()}"
