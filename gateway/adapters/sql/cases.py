"""Cases with their deadlines and an append-only history, as rows; `ports.Cases` for those who work on them."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text, update

from gateway.adapters.sql.case_files import files_of, keep_files
from gateway.adapters.sql.engine import Database
from gateway.adapters.sql.rows import (
    Columns,
    contact_columns,
    event_columns,
    file_columns,
    place_columns,
    to_consent,
    to_contact,
    to_event,
    to_place,
)
from gateway.adapters.sql.tables import case_events, case_files, cases
from gateway.domain.agency import AgencyKey
from gateway.domain.appeal import AppealId, SubmissionKind
from gateway.domain.attachment import Attachment
from gateway.domain.case import Case, CaseEvent, Status
from gateway.domain.number import AppealNumber
from gateway.domain.transfer import NewCase
from gateway.errors import UnknownAppeal
from gateway.ports import Decide

# Events are numbered before they are committed. One writer at a time keeps a reader from passing a number that is
# still on its way; the number is arbitrary, only ours.
_ONE_APPENDER = text("SELECT pg_advisory_xact_lock(7205759403)")


class SqlCases:
    """`ports.Cases`: the same store as those who work on cases see it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, number: AppealNumber) -> tuple[NewCase, Case]:
        """Return a case as it was submitted and as it stands; raises UnknownAppeal."""
        return await self._database.read(lambda c: _load(c, _one(c, cases.c.number == number)))

    async def list(
        self, *, agency: AgencyKey | None, status: Status | None, most: int
    ) -> Sequence[tuple[NewCase, Case]]:
        """Return cases, the nearest deadline first."""
        query = select(cases).order_by(cases.c.answer_by, cases.c.id).limit(most)
        if agency is not None:
            query = query.where(cases.c.agency == agency)
        if status is not None:
            query = query.where(cases.c.status == status.value)
        return await self._database.read(lambda c: [_load(c, row) for row in c.execute(query).all()])

    async def append(self, number: AppealNumber, decide: Decide) -> Case:
        """Append the events that `decide` makes of the case as it stands at that moment, and return it with them."""
        return await self._database.write(lambda c: append(c, cases.c.number == number, decide))

    async def add_file(self, file: Attachment, *, gateway: str) -> None:
        """Make a stored file known as one that the cases of that gateway may carry."""
        row = {**file_columns(file), "gateway": gateway, "appeal_id": None}
        await self._database.write(lambda c: c.execute(insert(case_files), [row]))


def append(
    connection: Connection,
    key: Any,
    decide: Callable[[Case], Sequence[CaseEvent]],
    *,
    received: Sequence[Attachment] = (),
) -> Case:
    """Append what `decide` makes of the case of that key, with the files that were `received` for it.

    Raises UnknownAppeal, what `decide` raises, and Invalid for files that were not brought.
    """
    lock_appending(connection)
    row = _one(connection, key)
    _, case = _load(connection, row)
    events = decide(case)
    if not events:
        return case
    keep_files(connection, row, events, received)
    rows = [{**event_columns(event), "gateway": row.gateway, "appeal_id": row.appeal_id} for event in events]
    connection.execute(insert(case_events), rows)
    now_at = {"status": events[-1].status.value, "answer_by": events[-1].answer_by}
    connection.execute(update(cases).where(cases.c.id == row.id).values(now_at))
    return _with_events(case, events)


def _with_events(case: Case, events: Sequence[CaseEvent]) -> Case:
    return Case(
        appeal_id=case.appeal_id,
        number=case.number,
        agency=case.agency,
        kind=case.kind,
        days=case.days,
        time_zone=case.time_zone,
        events=(*case.events, *events),
    )


def add_cases(connection: Connection, fresh: Sequence[tuple[str, NewCase, CaseEvent]]) -> None:
    """Insert cases, each with the gateway that submits it and the event that registers it."""
    if fresh:
        connection.execute(insert(cases), [_case_columns(gateway, case) for gateway, case, _ in fresh])
        connection.execute(insert(case_events), [_event_row(gateway, case, event) for gateway, case, event in fresh])


def lock_appending(connection: Connection) -> None:
    """Let nobody else number events until this transaction is over."""
    if connection.dialect.name == "postgresql":
        connection.execute(_ONE_APPENDER)


def _one(connection: Connection, key: Any) -> Row[Any]:
    row = connection.execute(select(cases).where(key).order_by(cases.c.id)).first()
    if row is None:
        raise UnknownAppeal
    return row


def _load(connection: Connection, row: Row[Any]) -> tuple[NewCase, Case]:
    mine = (case_events.c.appeal_id == row.appeal_id) & (case_events.c.gateway == row.gateway)
    events = connection.execute(select(case_events).where(mine).order_by(case_events.c.seq))
    case = Case(
        appeal_id=AppealId(row.appeal_id),
        number=AppealNumber(row.number),
        agency=AgencyKey(row.agency),
        kind=SubmissionKind(row.kind),
        days=row.days,
        time_zone=row.time_zone,
        events=tuple(to_event(event) for event in events),
    )
    return _to_new_case(row, files_of(connection, row, case)), case


def _to_new_case(row: Row[Any], files: tuple[Attachment, ...]) -> NewCase:
    return NewCase(
        appeal_id=AppealId(row.appeal_id),
        number=AppealNumber(row.number),
        agency=AgencyKey(row.agency),
        agency_name=row.agency_name,
        kind=SubmissionKind(row.kind),
        channel=row.channel,
        lang=row.lang,
        text=row.text,
        gist=row.gist,
        topic_code=row.topic_code,
        topic_path=tuple(row.topic_path),
        fast_track=row.fast_track,
        days=row.days,
        time_zone=row.time_zone,
        place=to_place(row),
        contact=to_contact(row),
        consent=to_consent(row),
        files=files,
        received_at=row.received_at,
        answer_by=row.submitted_answer_by,
        details=row.details or {},
    )


def _case_columns(gateway: str, case: NewCase) -> Columns:
    consent = case.consent
    return {
        "gateway": gateway,
        "appeal_id": case.appeal_id,
        "number": case.number,
        "agency": case.agency,
        "agency_name": case.agency_name,
        "kind": case.kind.value,
        "channel": case.channel,
        "lang": case.lang,
        "text": case.text,
        "gist": case.gist,
        "topic_code": case.topic_code,
        "topic_path": case.topic_path,
        "details": dict(case.details),
        "fast_track": case.fast_track,
        "days": case.days,
        "time_zone": case.time_zone,
        **place_columns(case.place),
        **contact_columns(case.contact),
        "consent_version": None if consent is None else consent.version,
        "consent_given_at": None if consent is None else consent.given_at,
        "consent_channel": None if consent is None else consent.channel,
        "received_at": case.received_at,
        "submitted_answer_by": case.answer_by,
        "status": Status.MODERATION.value,
        "answer_by": case.answer_by,
    }


def _event_row(gateway: str, case: NewCase, event: CaseEvent) -> Columns:
    return {**event_columns(event), "gateway": gateway, "appeal_id": case.appeal_id}
