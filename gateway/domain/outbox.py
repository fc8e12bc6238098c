"""What waits to be carried somewhere: stored together with the reason for it, delivered at least once."""

from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.appeal import AppealId


class TaskKind(StrEnum):
    """What is to be carried."""

    SUBMIT = "submit"
    RATE = "rate"
    COMMENT = "comment"
    REPLY = "reply"
    WITHDRAW = "withdraw"
    JOIN = "join"
    SEND_NUMBERS = "send_numbers"
    NOTIFY = "notify"


TO_RESIDENTS = frozenset({TaskKind.SEND_NUMBERS, TaskKind.NOTIFY})
"""What goes to residents. It waits in a queue of its own: a mail server that is away holds nothing up that goes to the
core store, and the other way round."""

TO_CORE = frozenset(TaskKind) - TO_RESIDENTS
"""What goes to the core store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One delivery: of an appeal (or of none), with the few values that are not stored elsewhere."""

    kind: TaskKind
    appeal: AppealId | None
    body: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A task in the outbox; `attempts` counts the tries begun, this one included."""

    id: int
    task: Task
    attempts: int
    reason: str | None = None
