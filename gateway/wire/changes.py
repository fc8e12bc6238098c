"""What a core store answers: files it has taken, and what has happened to cases.

A core store may be newer than its gateways. Fields that are not known here are passed over; an event of an unknown
kind is a plain step, for its status and deadline are what counts; an unknown ground for declining is left out.
"""

import re
from collections.abc import Sequence
from typing import Annotated, Self

import structlog
from pydantic import BeforeValidator

from gateway.domain.appeal import AppealId
from gateway.domain.attachment import Attachment, AttachmentId, FileType
from gateway.domain.case import CaseEvent, CaseFile, EventId, EventKind, Status
from gateway.domain.refusal import Ground
from gateway.domain.topic import TopicCode
from gateway.domain.transfer import CaseChange
from gateway.wire.shapes import Id, Moment, Told

log = structlog.get_logger("wire")

_WORD = re.compile(r"[a-z_]{1,40}\Z")  # whatever else stands there does not belong in a log
_KINDS = frozenset(EventKind)
_GROUNDS = frozenset(Ground)


def _known_kind(written: object) -> object:
    if not isinstance(written, str) or written in _KINDS:
        return written
    log.warning("an event of an unknown kind is taken for a plain step", kind=written if _WORD.match(written) else "?")
    return EventKind.MOVED.value


def _known_ground(written: object) -> object:
    return written if not isinstance(written, str) or written in _GROUNDS else None


class FileTold(Told):
    """A file in the core store."""

    id: Id
    name: str
    type: FileType
    size: int

    @classmethod
    def of(cls, file: CaseFile | Attachment) -> Self:
        """Write down a file."""
        return cls(id=file.id, name=file.name, type=file.type, size=file.size)

    def read(self) -> CaseFile:
        """Return the file."""
        return CaseFile(id=AttachmentId(self.id), name=self.name, type=self.type, size=self.size)


class EventTold(Told):
    """A line of a case's history."""

    id: Id
    at: Moment
    kind: Annotated[EventKind, BeforeValidator(_known_kind)]
    status: Status
    answer_by: Moment
    text: str | None = None
    files: tuple[FileTold, ...] = ()
    ground: Annotated[Ground | None, BeforeValidator(_known_ground)] = None
    about: Id | None = None
    score: int | None = None
    forwarded_to: str | None = None
    topic_code: str | None = None

    @classmethod
    def of(cls, event: CaseEvent) -> Self:
        """Write down an event."""
        return cls(
            id=event.id,
            at=event.at,
            kind=event.kind,
            status=event.status,
            answer_by=event.answer_by,
            text=event.text,
            files=tuple(FileTold.of(file) for file in event.files),
            ground=event.ground,
            about=event.about,
            score=event.score,
            forwarded_to=event.forwarded_to,
            topic_code=event.topic_code,
        )

    def read(self) -> CaseEvent:
        """Return the event."""
        return CaseEvent(
            id=EventId(self.id),
            at=self.at,
            kind=self.kind,
            status=self.status,
            answer_by=self.answer_by,
            text=self.text,
            files=tuple(file.read() for file in self.files),
            ground=self.ground,
            about=None if self.about is None else EventId(self.about),
            score=self.score,
            forwarded_to=self.forwarded_to,
            topic_code=None if self.topic_code is None else TopicCode(self.topic_code),
        )


class ChangeTold(Told):
    """What happened to which case."""

    case: Id
    event: EventTold


class ChangesTold(Told):
    """A page of changes in order, and where the next one begins."""

    changes: tuple[ChangeTold, ...]
    cursor: str

    @classmethod
    def of(cls, changes: Sequence[CaseChange], cursor: str) -> Self:
        """Write down a page of changes."""
        told = [ChangeTold(case=change.appeal_id, event=EventTold.of(change.event)) for change in changes]
        return cls(changes=tuple(told), cursor=cursor)

    def read(self) -> Sequence[CaseChange]:
        """Return the changes."""
        return [CaseChange(appeal_id=AppealId(told.case), event=told.event.read()) for told in self.changes]


class CaseTold(Told):
    """A case that is registered, whether now or before."""

    id: Id
