"""What Odnoklassniki says when it does not do a thing: with status 200, a code in the body and in a header.

The codes are those of its REST API (https://apiok.ru/dev/errors); which of them the bot API uses is not published.
"""

import re

from bots.calls import Reply
from gateway.domain.conversation import Outcome, Refused, SendLater, Unreachable
from gateway.errors import ChannelRefused, ChannelUnavailable
from gateway.lenient import text, whole

_FOR_NOW = {1, 2, 30, 31, 500, 9999}  # unknown, service, network, system
_NOT_READY = 2
_HURRIED = {8, 11, 26, 704}  # flood, limits
_NO_ACCESS = {9, 22, 23, 101, 102, 103, 104, 401, 450, 451, 453}  # address, application, session
_UNREACHABLE = {7, 10, 300, 455, 456, 457, 458}  # blocked, not permitted, no such chat, restrictions
_HURRIED_SECONDS = 5.0


def code_of(reply: Reply) -> int | None:
    """Return the code of the error, None where there is none."""
    code = whole(reply.object.get("error_code"))
    return whole(reply.headers.get("invocation-error")) if code is None else code


def reason_of(reply: Reply) -> str:
    """Return what went wrong in a word or two that name nobody."""
    named = re.match(r"[A-Z][A-Z_]{2,60}\b", text(reply.object.get("error_msg")))
    code = code_of(reply)
    return " ".join(filter(None, (f"error {code}" if code else f"status {reply.status}", named[0] if named else "")))


def is_not_ready(reply: Reply) -> bool:
    """Tell whether the platform may be still working on a file: "temporarily unavailable" is all that it says."""
    return code_of(reply) == _NOT_READY


def refusal(reply: Reply) -> Outcome:
    """Say what an error means for what was to be sent."""
    code, reason = code_of(reply), reason_of(reply)
    if code in _NO_ACCESS or reply.status == 401:
        return SendLater(reason, whole_page=True)
    if code in _HURRIED or reply.status == 429:
        return SendLater(reason, seconds=_HURRIED_SECONDS)
    if code in _FOR_NOW or (code is None and reply.status >= 500):
        return SendLater(reason)
    return Unreachable(reason) if code in _UNREACHABLE else Refused(reason)


def check(reply: Reply) -> None:
    """Return if there is no error; raises ChannelUnavailable or ChannelRefused."""
    code = code_of(reply)
    if code is None and reply.status == 200 and reply.json is not None:
        return
    if code in _FOR_NOW | _HURRIED or reply.status >= 500 or reply.status == 429:
        raise ChannelUnavailable(reason_of(reply))
    raise ChannelRefused(reason_of(reply))
