"""The embedded core store: `ports.Core` over cases in the gateway's own database."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from gateway.adapters.sql.case_files import LOCAL_GATEWAY, as_brought, take_files
from gateway.adapters.sql.cases import add_cases, append, lock_appending
from gateway.adapters.sql.engine import Database
from gateway.adapters.sql.rows import to_event
from gateway.adapters.sql.tables import case_events, case_files, cases
from gateway.domain.appeal import AppealId, answer_by
from gateway.domain.attachment import Attachment, AttachmentId
from gateway.domain.case import (
    Case,
    CaseEvent,
    CaseFile,
    EventId,
    EventKind,
    Status,
    check_comment,
    check_rating,
    check_reply,
    check_withdrawal,
    goes_back,
)
from gateway.domain.joining import Join, joining_id
from gateway.domain.lots import draw_id
from gateway.domain.tracking import Comment, Rating, Reply
from gateway.domain.transfer import CaseChange, NewCase
from gateway.errors import AlreadyWithdrawn, CoreRefused, OtklikError, Refused, UnknownFile
from gateway.ports import Blobs, Clock, Cursor, Decide

_PAGE = 500
_LAST = 2**63 - 1  # no event has a higher number


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
            lambda c: append(
                c, self._key(appeal), lambda case: _unless_repeated(case, rating.answer, EventKind.RATED, decide)
            )
        )

    async def comment(self, appeal: AppealId, comment: Comment) -> None:
        """Add words to a rating that had none."""
        await self._say(lambda c: append(c, self._key(appeal), _decide_comment(comment, self._clock())))

    async def reply(self, appeal: AppealId, reply: Reply, files: Sequence[Attachment]) -> None:
        """Reply to a question."""
        now = self._clock()

        def write(connection: Connection) -> Case:
            # What another gateway says of files that it brought counts for nothing: we know them ourselves.
            kept = files if self._gateway == LOCAL_GATEWAY else as_brought(connection, self._gateway, files)
            decide = _decide_reply(reply, kept, now)
            return append(
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

        await self._say(lambda c: append(c, self._key(appeal), decide))

    async def join(self, appeal: AppealId, join: Join) -> None:
        """Note that one more person waits for a case, also for one that was closed meanwhile: it is so."""
        id = joining_id(join.id)

        def decide(case: Case) -> Sequence[CaseEvent]:
            return [_event(case, EventKind.JOINED, at=join.at, about=id)]

        await self._say(
            lambda c: append(c, self._key(appeal), lambda case: _unless_repeated(case, id, EventKind.JOINED, decide))
        )

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


_Registration = tuple[str, NewCase, CaseEvent]


def _register_all(connection: Connection, arrivals: Sequence[_Registration]) -> list[OtklikError | None]:
    lock_appending(connection)
    known = _registered(connection, arrivals)
    fresh: list[_Registration] = []
    outcomes: list[OtklikError | None] = []
    for arrival in arrivals:
        gateway, case, _ = arrival
        is_known = (gateway, case.appeal_id) in known
        outcome = None if is_known else take_files(connection, gateway, case)
        outcomes.append(outcome)
        if not is_known and outcome is None:
            fresh.append(arrival)
            known.add((gateway, case.appeal_id))
    add_cases(connection, fresh)
    return outcomes


def _registered(connection: Connection, arrivals: Sequence[_Registration]) -> set[tuple[str, str]]:
    ids = [case.appeal_id for _, case, _ in arrivals]
    query = select(cases.c.gateway, cases.c.appeal_id).where(cases.c.appeal_id.in_(ids))
    return {(row.gateway, row.appeal_id) for row in connection.execute(query)}


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


def _decide_comment(comment: Comment, now: datetime) -> Decide:
    def decide(case: Case) -> Sequence[CaseEvent]:
        if any(event.about == comment.answer and event.text == comment.text for event in case.events):
            return []  # said before: with the rating, if that was still on its way when the words came
        check_comment(case, comment.answer)
        return [_event(case, EventKind.COMMENTED, at=now, text=comment.text, about=comment.answer)]

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
