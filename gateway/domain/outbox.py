"""What waits to be carried somewhere: stored together with the reason for it, delivered at least once."""

from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.appeal import AppealId


class TaskKind(StrEnum):
    """What is to be carried."""

    SUBMIT = "submit"
    RATE = "rate"
    REPLY = "reply"
    WITHDRAW = "withdraw"
    SEND_NUMBERS = "send_numbers"


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
