"""Rows to nouns and back, where more than one port needs it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from gateway.domain.attachment import Attachment, AttachmentId, FileType
from gateway.domain.case import CaseEvent, CaseFile, EventId, EventKind, Status
from gateway.domain.connection import Address, ConnectionId
from gateway.domain.consent import Consent
from gateway.domain.contact import Contact
from gateway.domain.outbox import Task
from gateway.domain.place import Place, Point
from gateway.domain.refusal import Ground
from gateway.domain.topic import TopicCode

Columns = dict[str, Any]


def place_columns(place: Place | None) -> Columns:
    """Return the columns `address`, `lat`, `lon`."""
    point = None if place is None else place.point
    return {"address": None if place is None else place.address, **point_columns(point)}


def point_columns(point: Point | None) -> Columns:
    """Return the columns `lat`, `lon`."""
    return {"lat": None if point is None else point.lat, "lon": None if point is None else point.lon}


def to_point(row: Row[Any]) -> Point | None:
    """Read `lat`, `lon`."""
    return None if row.lat is None or row.lon is None else Point(lat=row.lat, lon=row.lon)


def to_place(row: Row[Any]) -> Place | None:
    """Read `address`, `lat`, `lon`."""
    point = to_point(row)
    return None if row.address is None and point is None else Place(address=row.address, point=point)


def contact_columns(contact: Contact) -> Columns:
    """Return the columns `name`, `email`, `phone`."""
    return {"name": contact.name, "email": contact.email, "phone": contact.phone}


def to_contact(row: Row[Any]) -> Contact:
    """Read `name`, `email`, `phone`."""
    return Contact(name=row.name, email=row.email, phone=row.phone)


def to_chat(row: Row[Any]) -> Address | None:
    """Read `connection`, `peer`."""
    return None if row.connection is None else Address(connection=ConnectionId(row.connection), peer=row.peer)


def to_consent(row: Row[Any]) -> Consent | None:
    """Read `consent_version`, `consent_given_at`, `consent_channel`."""
    if row.consent_version is None:
        return None
    return Consent(version=row.consent_version, given_at=row.consent_given_at, channel=row.consent_channel)


def to_attachment(row: Row[Any]) -> Attachment:
    """Read a row of `attachments` or `case_files`."""
    return Attachment(
        id=AttachmentId(row.id),
        name=row.name,
        type=FileType(row.type),
        size=row.size,
        digest=row.digest,
        has_thumbnail=row.has_thumbnail,
        created_at=row.created_at,
        suggested_place=to_point(row) if hasattr(row, "lat") else None,
    )


def file_columns(file: Attachment) -> Columns:
    """Return the columns that `attachments` and `case_files` share, for a file that nothing uses yet."""
    return {
        "position": 0,
        "id": file.id,
        "name": file.name,
        "type": file.type.value,
        "size": file.size,
        "digest": file.digest,
        "has_thumbnail": file.has_thumbnail,
        "created_at": file.created_at,
    }


def event_columns(event: CaseEvent) -> Columns:
    """Return the columns that both tables of events share."""
    return {
        "id": event.id,
        "at": event.at,
        "kind": event.kind.value,
        "status": event.status.value,
        "answer_by": event.answer_by,
        "text": event.text,
        "files": [{"id": f.id, "name": f.name, "type": f.type.value, "size": f.size} for f in event.files],
        "ground": None if event.ground is None else event.ground.value,
        "about": event.about,
        "score": event.score,
        "forwarded_to": event.forwarded_to,
        "topic_code": event.topic_code,
    }


def to_event(row: Row[Any]) -> CaseEvent:
    """Read a row of either table of events."""
    return CaseEvent(
        id=EventId(row.id),
        at=row.at,
        kind=EventKind(row.kind),
        status=Status(row.status),
        answer_by=row.answer_by,
        text=row.text,
        files=tuple(_to_case_file(file) for file in row.files),
        ground=None if row.ground is None else Ground(row.ground),
        about=None if row.about is None else EventId(row.about),
        score=row.score,
        forwarded_to=row.forwarded_to,
        topic_code=None if row.topic_code is None else TopicCode(row.topic_code),
    )


def _to_case_file(file: dict[str, Any]) -> CaseFile:
    return CaseFile(id=AttachmentId(file["id"]), name=file["name"], type=FileType(file["type"]), size=file["size"])


def task_columns(task: Task, *, now: datetime) -> Columns:
    """Return a new row of `outbox`, due at once."""
    return {
        "kind": task.kind.value,
        "appeal_id": task.appeal,
        "body": task.body,
        "attempts": 0,
        "due_at": now,
        "parked": False,
        "reason": None,
    }


def files_used_by(connection: Connection, table: Any, owners: Sequence[str]) -> dict[str, list[Attachment]]:
    """Return the files of these owners, each in the order in which they were attached."""
    found: dict[str, list[Attachment]] = {owner: [] for owner in owners}
    query = select(table).where(table.c.used_by.in_(owners)).order_by(table.c.used_by, table.c.position)
    for row in connection.execute(query):
        found[row.used_by].append(to_attachment(row))
    return found
