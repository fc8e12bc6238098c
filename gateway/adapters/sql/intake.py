"""`ports.Intake`: appeals that wait together are stored together, each whole or not at all."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from gateway.adapters.sql.engine import Clash, Database
from gateway.adapters.sql.prepared import insert_rows
from gateway.adapters.sql.rows import Columns, contact_columns, place_columns, task_columns, to_chat, to_contact
from gateway.adapters.sql.tables import appeals, attachments, outbox
from gateway.domain.address import address_key
from gateway.domain.agency import AgencyKey
from gateway.domain.appeal import Appeal, AppealId, Receipt, Ticket, TrackingKey
from gateway.domain.consent import Consent
from gateway.domain.joining import joining_id, ways_to
from gateway.domain.number import AppealNumber
from gateway.domain.outbox import Task, TaskKind
from gateway.domain.problem import Problem
from gateway.errors import IdempotencyConflict, Invalid, NumberTaken, OtklikError

_TicketKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Known:
    fingerprint: bytes
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class _Arrival:
    appeal: Appeal
    ticket: Ticket | None

    @property
    def ticket_key(self) -> _TicketKey | None:
        return None if self.ticket is None else (self.ticket.key, self.appeal.submission.agency.key)


class SqlIntake:
    """The hot port: one transaction for all that wait, a few statements for each kind of row."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def accept(self, appeal: Appeal, ticket: Ticket | None) -> Receipt:
        """Store the appeal, or return the receipt of its first time."""
        try:
            return await self._database.write_grouped(_accept_all, _Arrival(appeal, ticket))
        except Clash:
            # Another process was faster with this ticket, or has drawn this number.
            if ticket and (receipt := await self.replay(appeal.submission.agency.key, ticket)):
                return receipt
            raise NumberTaken from None

    async def replay(self, agency: AgencyKey, ticket: Ticket) -> Receipt | None:
        """Return the receipt that this ticket got before; raises IdempotencyConflict."""
        found = await self._database.read(lambda c: _known_tickets(c, [(ticket.key, agency)]))
        known = found.get((ticket.key, agency))
        if known is None:
            return None
        outcome = _replayed(known, ticket)
        if isinstance(outcome, OtklikError):
            raise outcome
        return outcome

    async def forget_tickets(self, *, before: datetime) -> None:
        """Drop tickets older than that; their appeals stay."""
        old = (appeals.c.ticket_key.is_not(None)) & (appeals.c.received_at < before)
        forget = update(appeals).where(old).values(ticket_key=None, ticket_fingerprint=None)
        await self._database.write(lambda c: c.execute(forget))


def _accept_all(connection: Connection, arrivals: Sequence[_Arrival]) -> list[Receipt | OtklikError]:
    known, taken = _met_before(connection, arrivals)
    free = _free_files(connection, arrivals)
    outcomes: list[Receipt | OtklikError] = []
    accepted: list[_Arrival] = []
    for arrival in arrivals:
        outcome = _outcome(arrival, known, taken, free)
        outcomes.append(outcome)
        if isinstance(outcome, Receipt) and not outcome.replayed:
            accepted.append(arrival)
            taken.add(arrival.appeal.number)
            free.difference_update(_claims(arrival))
            if arrival.ticket and (key := arrival.ticket_key):
                known[key] = _Known(arrival.ticket.fingerprint, outcome)
    _store(connection, accepted)
    return outcomes


def _outcome(
    arrival: _Arrival, known: Mapping[_TicketKey, _Known], taken: set[AppealNumber], free: set[_TicketKey]
) -> Receipt | OtklikError:
    if arrival.ticket and (before := known.get(arrival.ticket_key or ("", ""))):
        return _replayed(before, arrival.ticket)
    unusable = [index for index, claim in enumerate(_claims(arrival)) if claim not in free]
    if unusable:
        return Invalid([Problem(field=f"attachments.{index}", code="unknown") for index in unusable])
    appeal = arrival.appeal
    if appeal.number in taken:
        return NumberTaken()
    return Receipt(number=appeal.number, key=appeal.key, answer_by=appeal.answer_by)


def _met_before(
    connection: Connection, arrivals: Sequence[_Arrival]
) -> tuple[dict[_TicketKey, _Known], set[AppealNumber]]:
    """Return the tickets and the numbers of these arrivals that the store has already."""
    keys = [key for arrival in arrivals if (key := arrival.ticket_key)]
    numbers = [arrival.appeal.number for arrival in arrivals]
    if not _is_any_met(connection, [key for key, _ in keys], numbers):
        return {}, set()
    taken = connection.execute(select(appeals.c.number).where(appeals.c.number.in_(numbers)))
    return _known_tickets(connection, keys), set(taken.scalars())


def _is_any_met(connection: Connection, tickets: Sequence[str], numbers: Sequence[str]) -> bool:
    """Look without composing a statement: nearly always there is none."""
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    look = " UNION ALL ".join(
        f"SELECT 1 FROM appeals WHERE {column} IN ({','.join([mark] * len(values))})"  # noqa: S608 - marks, not values
        for column, values in (("ticket_key", tickets), ("number", numbers))
        if values
    )
    return connection.exec_driver_sql(f"{look} LIMIT 1", (*tickets, *numbers)).first() is not None


def _replayed(known: _Known, ticket: Ticket) -> Receipt | OtklikError:
    if known.fingerprint != ticket.fingerprint:
        return IdempotencyConflict(known.receipt)
    return replace(known.receipt, replayed=True)


def _claims(arrival: _Arrival) -> Sequence[tuple[str, str]]:
    submission = arrival.appeal.submission
    return [(attachment, submission.agency.key) for attachment in submission.attachments]


_TICKETED = select(
    appeals.c.ticket_key,
    appeals.c.agency,
    appeals.c.ticket_fingerprint,
    appeals.c.number,
    appeals.c.key,
    appeals.c.answer_by,
).where(appeals.c.ticket_key.in_(bindparam("keys", expanding=True)))


def _known_tickets(connection: Connection, keys: Sequence[_TicketKey]) -> dict[_TicketKey, _Known]:
    return {
        (row.ticket_key, row.agency): _Known(
            row.ticket_fingerprint,
            Receipt(number=AppealNumber(row.number), key=TrackingKey(row.key), answer_by=row.answer_by),
        )
        for row in connection.execute(_TICKETED, {"keys": [key for key, _ in keys]})
    }


def _free_files(connection: Connection, arrivals: Sequence[_Arrival]) -> set[tuple[str, str]]:
    wanted = [id for arrival in arrivals for id, _ in _claims(arrival)]
    return free_files(connection, wanted) if wanted else set()


def free_files(connection: Connection, ids: Iterable[str]) -> set[tuple[str, str]]:
    """Return (id, agency) of those files that nothing uses yet, locked where the engine locks rows."""
    query = select(attachments.c.id, attachments.c.agency).where(
        attachments.c.id.in_(list(ids)), attachments.c.used_by.is_(None)
    )
    return {(row.id, row.agency) for row in connection.execute(query.with_for_update())}


_CLAIM = (
    update(attachments)
    .where(attachments.c.id == bindparam("file"))
    .values(used_by=bindparam("owner"), position=bindparam("place"))
)


def claim_files(connection: Connection, owners: Iterable[tuple[str, Sequence[str]]]) -> None:
    """Note which appeal or reply uses which files, in their order."""
    rows = [
        {"file": file, "owner": owner, "place": place} for owner, files in owners for place, file in enumerate(files)
    ]
    if rows:
        connection.execute(_CLAIM, rows)


def _store(connection: Connection, accepted: Sequence[_Arrival]) -> None:
    if not accepted:
        return
    joining = [arrival for arrival in accepted if arrival.appeal.submission.joins is not None]
    submitted = [arrival for arrival in accepted if arrival.appeal.submission.joins is None]
    insert_rows(connection, appeals, [_appeal_columns(arrival) for arrival in submitted])
    insert_rows(connection, outbox, [_job_columns(arrival.appeal) for arrival in submitted])
    for arrival in joining:
        _store_joining(connection, arrival)
    claim_files(connection, [(arrival.appeal.id, arrival.appeal.submission.attachments) for arrival in accepted])


def _appeal_columns(arrival: _Arrival) -> Columns:
    appeal, submission, topic = arrival.appeal, arrival.appeal.submission, arrival.appeal.submission.topic
    address = None if submission.place is None else submission.place.address
    return {
        "id": appeal.id,
        "number": appeal.number,
        "key": appeal.key,
        "agency": submission.agency.key,
        "kind": submission.kind.value,
        "channel": submission.channel,
        "lang": submission.lang,
        "text": submission.text,
        "gist": submission.gist,
        "topic_code": None if topic is None else topic.code,
        "topic_path": [] if topic is None else topic.path,
        "fast_track": topic is not None and topic.fast_track,
        "topic_days": None if topic is None else topic.days,
        "details": dict(submission.details),
        **place_columns(submission.place),
        **contact_columns(submission.contact),
        "received_at": appeal.received_at,
        "answer_by": appeal.answer_by,
        **_consent_columns(appeal.consent),
        "letters_stopped_at": None,
        "ticket_key": None if arrival.ticket is None else arrival.ticket.key,
        "ticket_fingerprint": None if arrival.ticket is None else arrival.ticket.fingerprint,
        "connection": None if submission.chat is None else submission.chat.connection,
        "peer": None if submission.chat is None else submission.chat.peer,
        "address_key": None if address is None else address_key(address) or None,
        "joins": submission.joins,
    }


def _consent_columns(consent: Consent | None) -> Columns:
    return {
        "consent_version": None if consent is None else consent.version,
        "consent_given_at": None if consent is None else consent.given_at,
        "consent_channel": None if consent is None else consent.channel,
        "consent_withdrawn_at": None,
    }


def _job_columns(appeal: Appeal) -> Columns:
    task = Task(kind=TaskKind.SUBMIT, appeal=AppealId(appeal.id), body={})
    return task_columns(task, now=appeal.received_at)


def _store_joining(connection: Connection, arrival: _Arrival) -> None:
    """Store one who joins, with what is to be told: to the resident, and once for each person to the core store."""
    tasks = list(_joining_tasks(connection, arrival.appeal))
    insert_rows(connection, appeals, [_appeal_columns(arrival)])
    insert_rows(connection, outbox, [task_columns(task, now=arrival.appeal.received_at) for task in tasks])


def _joining_tasks(connection: Connection, appeal: Appeal) -> Iterator[Task]:
    submission = appeal.submission
    if submission.chat is None:  # a chat has heard it already
        yield Task(kind=TaskKind.NOTIFY, appeal=appeal.id, body={"event": joining_id(appeal.id)})
    # Locked, so that of two who join at once the second is compared with the first.
    first = connection.execute(select(appeals).where(appeals.c.number == submission.joins).with_for_update()).one()
    others = connection.execute(select(appeals).where(appeals.c.joins == first.number))
    known = {way for row in (first, *others) for way in ways_to(to_contact(row), to_chat(row))}
    if known.isdisjoint(ways_to(submission.contact, submission.chat)):
        body = {"join": appeal.id, "at": appeal.received_at.isoformat()}
        yield Task(kind=TaskKind.JOIN, appeal=AppealId(first.id), body=body)
