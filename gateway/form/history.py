"""What happens to a case, in the reader's words."""

from gateway.domain.case import CaseEvent, EventKind
from gateway.texts import Say


def say_event(say: Say, event: CaseEvent, *, day: str) -> str:
    """Return what happened in a few words; `day` is the day by which to answer, as it stands from then on."""
    match event.kind:
        case EventKind.MOVED:
            return say(f"status.{event.status}")
        case EventKind.FORWARDED if event.forwarded_to:
            return say("event.forwarded_to", to=event.forwarded_to)
        case EventKind.POSTPONED:
            return say("event.postponed", day=day)
        case _:
            return say(f"event.{event.kind}")
