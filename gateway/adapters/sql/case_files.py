"""The files of cases: those that other gateways bring ahead, and those of residents and clerks in this process."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from gateway.adapters.sql.rows import Columns, file_columns, to_attachment
from gateway.adapters.sql.tables import case_files
from gateway.domain.appeal import AppealId
from gateway.domain.attachment import Attachment, AttachmentId
from gateway.domain.case import Case, CaseEvent, CaseFile
from gateway.domain.problem import Problem
from gateway.domain.transfer import NewCase
from gateway.errors import Invalid, OtklikError

LOCAL_GATEWAY = "local"
"""The name under which this installation's own gateway submits."""


def take_files(connection: Connection, gateway: str, case: NewCase) -> OtklikError | None:
    """Give the case its files: our own gateway's lie in the same store already, others' were brought before."""
    if gateway == LOCAL_GATEWAY:
        _insert_files(connection, gateway, case.appeal_id, case.files)
        return None
    missing = claim_files(connection, gateway, case.appeal_id, [file.id for file in case.files])
    if missing:
        return Invalid([Problem(field=f"files.{index}", code="unknown") for index in missing])
    return None


def _insert_files(connection: Connection, gateway: str, appeal: AppealId, files: Sequence[Attachment]) -> None:
    rows = [
        {**file_columns(file), "gateway": gateway, "appeal_id": appeal, "position": position}
        for position, file in enumerate(files)
    ]
    if rows:
        connection.execute(insert(case_files), rows)


def as_brought(connection: Connection, gateway: str, files: Sequence[Attachment]) -> list[Attachment]:
    """Return the files as they were brought before; those that were not stay as they are, to be refused."""
    ids = [file.id for file in files]
    rows = connection.execute(select(case_files).where(case_files.c.id.in_(ids), case_files.c.gateway == gateway))
    brought = {row.id: to_attachment(row) for row in rows}
    return [brought.get(file.id, file) for file in files]


def claim_files(connection: Connection, gateway: str, appeal: AppealId, files: Sequence[AttachmentId]) -> list[int]:
    """Tie brought files to their case; return the positions of those that were not brought, tying none then."""
    if not files:
        return []
    query = select(case_files.c.id).where(
        case_files.c.id.in_(files), case_files.c.gateway == gateway, case_files.c.appeal_id.is_(None)
    )
    free = set(connection.execute(query.with_for_update()).scalars())
    missing = [position for position, file in enumerate(files) if file not in free]
    if not missing:
        for position, file in enumerate(files):
            tied = update(case_files).where(case_files.c.id == file)
            connection.execute(tied.values(appeal_id=appeal, position=position))
    return missing


def keep_files(
    connection: Connection, row: Row[Any], events: Sequence[CaseEvent], received: Sequence[Attachment]
) -> None:
    """Tie the files of new events to the case of that row; raises Invalid for those that were not brought."""
    if received and row.gateway != LOCAL_GATEWAY:
        missing = claim_files(connection, row.gateway, row.appeal_id, [file.id for file in received])
        if missing:
            raise Invalid([Problem(field=f"files.{index}", code="unknown") for index in missing])
        return
    if received:
        _insert_files(connection, row.gateway, row.appeal_id, received)
        return
    written = [_file_row(row, event, file, position) for event in events for position, file in enumerate(event.files)]
    if written:
        connection.execute(insert(case_files), written)


def _file_row(row: Row[Any], event: CaseEvent, file: CaseFile, position: int) -> Columns:
    return {
        "id": file.id,
        "gateway": row.gateway,
        "appeal_id": row.appeal_id,
        "name": file.name,
        "type": file.type.value,
        "size": file.size,
        "digest": "",
        "has_thumbnail": file.type.is_image,
        "created_at": event.at,
        "position": position,
    }


def files_of(connection: Connection, row: Row[Any], case: Case) -> tuple[Attachment, ...]:
    """Return the files that a case was submitted with; those of its events are in its events."""
    later = {file.id for event in case.events for file in event.files}
    mine = (case_files.c.appeal_id == row.appeal_id) & (case_files.c.gateway == row.gateway)
    rows = connection.execute(select(case_files).where(mine).order_by(case_files.c.position, case_files.c.id))
    return tuple(to_attachment(file) for file in rows if file.id not in later)
