"""The embedded core store: cases with their deadlines and an append-only history, in the gateway's own database."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text, update

from gateway.adapters.sql.engine import Database
from gateway.adapters.sql.rows import (
    Columns,
    contact_columns,
    event_columns,
    file_columns,
    place_columns,
    to_attachment,
    to_consent,
    to_contact,
    to_event,
    to_place,
)
from gateway.adapters.sql.tables import case_events, case_files, cases
from gateway.domain.agency import AgencyKey
from gateway.domain.appeal import AppealId, SubmissionKind, answer_by
from gateway.domain.attachment import Attachment, AttachmentId
from gateway.domain.case import (
    Case,
    CaseEvent,
    CaseFile,
    EventId,
    EventKind,
    Status,
    check_rating,
    check_reply,
    check_withdrawal,
    goes_back,
)
from gateway.domain.lots import draw_id
from gateway.domain.number import AppealNumber
from gateway.domain.problem import Problem
from gateway.domain.tracking import Rating, Reply
from gateway.domain.transfer import CaseChange, NewCase
from gateway.errors import (
    AlreadyWithdrawn,
    CoreRefused,
    Invalid,
    OtklikError,
    Refused,
    UnknownAppeal,
    UnknownFile,
)
from gateway.ports import Blobs, Clock, Cursor, Decide

LOCAL_GATEWAY = "local"
"""The name under which this installation's own gateway submits."""

_PAGE = 500
_LAST = 2**63 - 1  # no event has a higher number
# Events are numbered before they are committed. One writer at a time keeps a reader from passing a number that is
# still on its way; the number is arbitrary, only ours.
_ONE_APPENDER = text("SELECT pg_advisory_xact_lock(7205759403)")


class EmbeddedCore:
    """`ports.Core` of one gateway: it sees its own cases, changes and files, and no others."""

    def __init__(self, database: Database, blobs: Blobs, clock: Clock, *, gateway: str = LOCAL_GATEWAY) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock
        self._gateway = gateway

    async def submit(self, case: NewCase) -> None:
        """Register a case, once; raises CoreRefused if another gateway brought its files."""
        event = _registration(case, self._clock())
        await self._database.write_grouped(_register_all, (self._gateway, case, event))

    async def changes(self, since: Cursor) -> tuple[Sequence[CaseChange], Cursor]:
        """Return what has happened after that cursor, in order, and the next cursor."""
        position = min(int(since), _LAST) if since.isascii() and since.isdigit() else 0
        query = (
            select(case_events)
            .where(case_events.c.gateway == self._gateway, case_events.c.seq > position)
            .order_by(case_events.c.seq)
            .limit(_PAGE)
        )
        rows = await self._database.read(lambda c: c.execute(query).all())
        changes = [CaseChange(appeal_id=AppealId(row.appeal_id), event=to_event(row)) for row in rows]
        return changes, Cursor(str(rows[-1].seq)) if rows else since

    async def rate(self, appeal: AppealId, rating: Rating) -> None:
        """Rate an answer; 1 or 2 sends the case back, with a new deadline."""
        decide = _decide_rating(rating, self._clock())
        await self._say(
            lambda c: _append(
                c, self._key(appeal), lambda case: _unless_repeated(case, rating.answer, EventKind.RATED, decide)
            )
        )

    async def reply(self, appeal: AppealId, reply: Reply, files: Sequence[Attachment]) -> None:
        """Reply to a question."""
        now = self._clock()

        def write(connection: Connection) -> Case:
            # What another gateway says of files that it brought counts for nothing: we know them ourselves.
            kept = files if self._gateway == LOCAL_GATEWAY else _as_brought(connection, self._gateway, files)
            decide = _decide_reply(reply, kept, now)
            return _append(
                connection,
                self._key(appeal),
                lambda case: _unless_repeated(case, reply.question, EventKind.REPLIED, decide),
                received=kept,
            )

        await self._say(write)

    async def withdraw_consent(self, appeal: AppealId, at: datetime) -> None:
        """Note that the resident has withdrawn consent."""

        def decide(case: Case) -> Sequence[CaseEvent]:
            try:
                check_withdrawal(case)
            except AlreadyWithdrawn:
                return []
            return [_event(case, EventKind.CONSENT_WITHDRAWN, at=at)]

        await self._say(lambda c: _append(c, self._key(appeal), decide))

    async def read_file(self, file: AttachmentId) -> AsyncIterator[bytes]:
        """Stream a file of this gateway's cases; raises UnknownFile."""
        query = select(case_files.c.id).where(
            case_files.c.id == file,
            case_files.c.gateway == self._gateway,
            case_files.c.appeal_id.is_not(None),
        )
        if await self._database.read(lambda c: c.execute(query).first()) is None:
            raise UnknownFile
        async for chunk in self._blobs.read(file):
            yield chunk

    async def close(self) -> None:
        """Nothing to do: the database is closed by whoever opened it."""

    def _key(self, appeal: AppealId) -> Any:
        return (cases.c.appeal_id == appeal) & (cases.c.gateway == self._gateway)

    async def _say(self, write: Callable[[Connection], Case]) -> None:
        """Append what the resident said; raises CoreRefused where the case does not take it."""
        try:
            await self._database.write(write)
        except Refused as error:
            raise CoreRefused(error.code) from error


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
        return await self._database.write(lambda c: _append(c, cases.c.number == number, decide))

    async def add_file(self, file: Attachment, *, gateway: str) -> None:
        """Make a stored file known as one that the cases of that gateway may carry."""
        row = {**file_columns(file), "gateway": gateway, "appeal_id": None}
        await self._database.write(lambda c: c.execute(insert(case_files), [row]))


_Registration = tuple[str, NewCase, CaseEvent]


def _register_all(connection: Connection, arrivals: Sequence[_Registration]) -> list[OtklikError | None]:
    _lock_appending(connection)
    known = _registered(connection, arrivals)
    fresh: list[_Registration] = []
    outcomes: list[OtklikError | None] = []
    for arrival in arrivals:
        gateway, case, _ = arrival
        is_known = (gateway, case.appeal_id) in known
        outcome = None if is_known else _take_files(connection, gateway, case)
        outcomes.append(outcome)
        if not is_known and outcome is None:
            fresh.append(arrival)
            known.add((gateway, case.appeal_id))
    if fresh:
        connection.execute(insert(cases), [_case_columns(gateway, case) for gateway, case, _ in fresh])
        connection.execute(insert(case_events), [_event_row(gateway, case, event) for gateway, case, event in fresh])
    return outcomes


def _registered(connection: Connection, arrivals: Sequence[_Registration]) -> set[tuple[str, str]]:
    ids = [case.appeal_id for _, case, _ in arrivals]
    query = select(cases.c.gateway, cases.c.appeal_id).where(cases.c.appeal_id.in_(ids))
    return {(row.gateway, row.appeal_id) for row in connection.execute(query)}


def _take_files(connection: Connection, gateway: str, case: NewCase) -> OtklikError | None:
    """Give the case its files: our own gateway's lie in the same store already, others' were brought before."""
    if gateway == LOCAL_GATEWAY:
        _insert_files(connection, gateway, case.appeal_id, case.files)
        return None
    missing = _claim_files(connection, gateway, case.appeal_id, [file.id for file in case.files])
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


def _as_brought(connection: Connection, gateway: str, files: Sequence[Attachment]) -> list[Attachment]:
    """Return the files as they were brought before; those that were not stay as they are, to be refused."""
    ids = [file.id for file in files]
    rows = connection.execute(select(case_files).where(case_files.c.id.in_(ids), case_files.c.gateway == gateway))
    brought = {row.id: to_attachment(row) for row in rows}
    return [brought.get(file.id, file) for file in files]


def _claim_files(connection: Connection, gateway: str, appeal: AppealId, files: Sequence[AttachmentId]) -> list[int]:
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


def _registration(case: NewCase, now: datetime) -> CaseEvent:
    # The resident was promised a date when the appeal was accepted; the case keeps it.
    return CaseEvent(
        id=EventId(draw_id(now)),
        at=now,
        kind=EventKind.REGISTERED,
        status=Status.MODERATION,
        answer_by=case.answer_by,
    )


def _event(case: Case, kind: EventKind, *, at: datetime, status: Status | None = None, **said: Any) -> CaseEvent:
    return CaseEvent(
        id=EventId(draw_id(at)),
        at=at,
        kind=kind,
        status=status or case.status,
        answer_by=said.pop("answer_by", case.answer_by),
        **said,
    )


def _decide_rating(rating: Rating, now: datetime) -> Decide:
    def decide(case: Case) -> Sequence[CaseEvent]:
        check_rating(case, rating.answer)
        rated = _event(
            case, EventKind.RATED, at=rating.at, text=rating.comment, about=rating.answer, score=rating.score
        )
        if not goes_back(rating.score):
            return [rated]
        anew = answer_by(now, days=case.days, time_zone=case.time_zone)
        back = _event(case, EventKind.SENT_BACK, at=now, status=Status.REVIEW, answer_by=anew, about=rating.answer)
        return [rated, back]

    return decide


def _decide_reply(reply: Reply, files: Sequence[Attachment], now: datetime) -> Decide:
    carried = tuple(CaseFile(id=file.id, name=file.name, type=file.type, size=file.size) for file in files)

    def decide(case: Case) -> Sequence[CaseEvent]:
        check_reply(case, reply.question)
        return [_event(case, EventKind.REPLIED, at=now, text=reply.text, files=carried, about=reply.question)]

    return decide


def _unless_repeated(case: Case, about: EventId, kind: EventKind, decide: Decide) -> Sequence[CaseEvent]:
    """Deliveries come at least once; the second time changes nothing."""
    if any(event.kind is kind and event.about == about for event in case.events):
        return []
    return decide(case)


def _append(
    connection: Connection,
    key: Any,
    decide: Callable[[Case], Sequence[CaseEvent]],
    *,
    received: Sequence[Attachment] = (),
) -> Case:
    _lock_appending(connection)
    row = _one(connection, key)
    _, case = _load(connection, row)
    events = decide(case)
    if not events:
        return case
    _keep_files(connection, row, events, received)
    rows = [{**event_columns(event), "gateway": row.gateway, "appeal_id": row.appeal_id} for event in events]
    connection.execute(insert(case_events), rows)
    now_at = {"status": events[-1].status.value, "answer_by": events[-1].answer_by}
    connection.execute(update(cases).where(cases.c.id == row.id).values(now_at))
    return _with_events(case, events)


def _keep_files(
    connection: Connection, row: Row[Any], events: Sequence[CaseEvent], received: Sequence[Attachment]
) -> None:
    if received and row.gateway != LOCAL_GATEWAY:
        missing = _claim_files(connection, row.gateway, row.appeal_id, [file.id for file in received])
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


def _lock_appending(connection: Connection) -> None:
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
    return _to_new_case(row, _files_of(connection, row, case)), case


def _files_of(connection: Connection, row: Row[Any], case: Case) -> tuple[Attachment, ...]:
    later = {file.id for event in case.events for file in event.files}
    mine = (case_files.c.appeal_id == row.appeal_id) & (case_files.c.gateway == row.gateway)
    rows = connection.execute(select(case_files).where(mine).order_by(case_files.c.position, case_files.c.id))
    return tuple(to_attachment(file) for file in rows if file.id not in later)


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
