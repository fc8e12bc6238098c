"""What came of a message of Odnoklassniki or MAX, where one can look whether it stands in the chat."""

from collections.abc import Awaitable, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bots.calls import NoAnswer, NotSent
from bots.remembering import Remembered
from gateway.domain.conversation import Outcome, Refused, SendLater, Sent, Unsure
from gateway.errors import ChannelRefused, ChannelUnavailable, Unavailable, UnknownFile

LOOK_BACK = 20
"""How many of the newest messages are looked at."""

EVER = datetime(2000, 1, 1, tzinfo=UTC)
"""The `since` of a message before which the history was looked at: what is new in it is ours by any clock."""

_CLOCKS_DIFFER = timedelta(minutes=2)
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A message of a chat's history; `at` is in milliseconds. People cannot write buttons, so those are a bot's."""

    id: str
    is_pages: bool
    text: str
    at: int
    has_buttons: bool = False


_UNSEEN = str.maketrans("", "", "\u2060\u200b\ufeff")


def same_words(one: str, other: str) -> bool:
    """Tell whether two texts are the same but for blanks and signs that nobody sees, which platforms trim."""
    return one.translate(_UNSEEN).split() == other.translate(_UNSEEN).split()


def find_sent(history: Iterable[Seen], text: str, *, since: datetime, known: Container[str]) -> Seen | None:
    """Return the page's message with that text, sent after `since`, that is none of the `known` ones."""
    earliest = int((since - _CLOCKS_DIFFER).timestamp() * 1000)
    for seen in history:
        if seen.is_pages and seen.id not in known and seen.at >= earliest and same_words(seen.text, text):
            return seen
    return None


def settle(found: Seen | None, *, was_late: bool, once: bool) -> Outcome:
    """Say what came of a message that was looked for; one that is missing may yet come if the answer was late."""
    if found is not None:
        return Sent(found.id)
    if was_late and once:
        return Unsure("no answer in time, and the message is not in the chat yet")
    return SendLater("the answer was lost, and the message is not in the chat")


async def outcome_of(sending: Awaitable[Outcome]) -> Outcome:
    """Return what came of it, also where it failed before the message itself was on its way."""
    try:
        return await sending
    except (Unavailable, NotSent) as error:
        return SendLater(str(error))
    except ChannelRefused as error:  # of what was asked before sending: the token, in all likelihood
        return SendLater(str(error), whole_page=True)
    except UnknownFile:
        return Refused("a file of the message is no longer in the store")


class Traces:
    """The names of the messages that a client has sent: a message that is looked for is none of them."""

    def __init__(self) -> None:
        self._sent: Remembered[str, None] = Remembered(_REMEMBERED)

    def __contains__(self, name: str) -> bool:
        return name in self._sent

    def note(self, outcome: Outcome) -> Outcome:
        """Keep the message's name if it was sent, and return what came of it."""
        if isinstance(outcome, Sent) and outcome.message:
            self._sent.keep(outcome.message, None)
        return outcome

    async def find_out(
        self,
        history: Awaitable[Sequence[Seen]],
        text: str,
        lost: NoAnswer,
        *,
        since: datetime,
        before: frozenset[str],
        once: bool,
    ) -> Outcome:
        """Look in the chat for a message whose answer was lost; `before` is what stood there before it."""
        try:
            seen = await history
        except (ChannelUnavailable, ChannelRefused):
            return Unsure(str(lost))
        found = find_sent(seen, text, since=since, known=before | self._sent.names)
        return self.note(settle(found, was_late=lost.was_late, once=once))
