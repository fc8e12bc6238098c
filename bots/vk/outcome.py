"""What VK's errors mean for a message: https://dev.vk.com/ru/reference/errors."""

from datetime import datetime, timedelta

from bots.vk.api import VkError
from gateway.domain.conversation import Outcome, Refused, SendLater, Sent, Unreachable
from gateway.errors import ChannelRefused, ChannelUnavailable

NO_KEYBOARDS = 912
"""The page has «Возможности ботов» switched off."""

_DAY_IS_FULL = 29
# Seconds to wait, and whether the whole page must: calls a second, flood in one dialog, VK's own troubles.
_PASSING: dict[int, tuple[float | None, bool]] = {6: (1, True), 9: (300, False), 1: (None, False), 10: (None, False)}
# The token is wrong or lacks a right, or VK wants a person to prove something: until then nothing can be sent.
_NEEDS_A_PERSON = frozenset({5, 7, 14, 15, 17, 27, 28})
_PERSON_SECONDS = 600
# The resident has forbidden the page to write or never allowed it, or is not there any more.
_UNREACHABLE = frozenset({18, 900, 901, 902, 936, 983, 984})
_BAD_PARAMETER = 100


def outcome_of(error: VkError, now: datetime) -> Outcome:
    """Say what became of a message that VK refused."""
    told = str(error)
    if error.code in _UNREACHABLE:
        return Unreachable(told)
    if error.code == _BAD_PARAMETER and "event_id" in error.told:
        return Sent()  # the press has been answered, or nobody looks at its spinner any more
    return _later(error.code, told, now) or Refused(told)


def _later(code: int, told: str, now: datetime) -> SendLater | None:
    if code in _PASSING:
        seconds, whole_page = _PASSING[code]
        return SendLater(told, seconds=seconds, whole_page=whole_page)
    if code == _DAY_IS_FULL:
        return SendLater(told, seconds=_until_tomorrow(now), whole_page=True)
    return SendLater(told, seconds=_PERSON_SECONDS, whole_page=True) if code in _NEEDS_A_PERSON else None


def refusal_of(error: VkError) -> ChannelRefused | ChannelUnavailable:
    """Say what an error of another call means."""
    is_passing = error.code in _PASSING or error.code == _DAY_IS_FULL
    return (ChannelUnavailable if is_passing else ChannelRefused)(str(error))


def _until_tomorrow(now: datetime) -> float:
    """VK does not say when its day begins; the next one in UTC is a try that costs nothing."""
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - now).total_seconds()
