"""Whether a message arrived whose answer was lost: these platforms show a chat's newest messages, so one can look."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gateway.domain.conversation import Outcome, SendLater, Sent, Unsure

LOOK_BACK = 20
"""How many of the newest messages are looked at."""

EVER = datetime(2000, 1, 1, tzinfo=UTC)
"""The `since` of a message before which the history was looked at: what is new in it is ours by any clock."""

_CLOCKS_DIFFER = timedelta(minutes=2)


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
