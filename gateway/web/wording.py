"""Problems and what happens to a case, in the reader's words."""

import re

from gateway.domain.case import CaseEvent, EventKind
from gateway.domain.problem import Problem
from gateway.texts import Say, Texts

_INDEX = re.compile(r"\.\d+")


def say_problem(texts: Texts, lang: str, problem: Problem) -> str:
    """Return the sentence of a problem: `problem.<field>.<code>` if the texts have it, else `problem.<code>`.

    The number of an item is no part of the key: `attachments.0` speaks as `attachments`.
    """
    own = f"problem.{_INDEX.sub('', problem.field)}.{problem.code}"
    return texts.say(lang, own if texts.has(lang, own) else f"problem.{problem.code}", **problem.values)


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
