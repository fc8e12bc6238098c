"""What is found in a text, as every edge tells it: what blocks it, and whom to call."""

from gateway.domain.agency import Agency
from gateway.domain.appeal import SubmissionKind
from gateway.domain.fault import Danger, FaultKind
from gateway.texts import Texts

_NOTHING: frozenset[FaultKind] = frozenset()


def blocks(agency: Agency, kind: SubmissionKind, fault: FaultKind) -> bool:
    """Tell whether an agency does not take such a text: a message alone; an appeal is only warned (59-ФЗ art. 9)."""
    refused: frozenset[FaultKind] = getattr(agency, "refuses", _NOTHING)
    return kind is SubmissionKind.MESSAGE and fault in refused


def numbers_of(danger: Danger, texts: Texts, lang: str) -> tuple[str, ...]:
    """Return the telephone numbers to call, in that order."""
    return tuple(texts.say(lang, f"danger.numbers.{danger.value}").split())
