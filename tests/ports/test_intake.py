"""`ports.Intake` and the store behind it, on SQLite and PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from gateway.adapters.sql.agencies import SqlAgencies
from gateway.adapters.sql.attachments import SqlAttachments
from gateway.adapters.sql.engine import Database
from gateway.adapters.sql.intake import SqlIntake
from gateway.adapters.sql.migrate import migrate
from gateway.adapters.sql.tables import appeals, attachments, outbox
from gateway.domain.agency import Agency, AgencyKey
from gateway.domain.appeal import Appeal, Submission, SubmissionKind, Terms, Ticket, register
from gateway.domain.attachment import Attachment, AttachmentId, FileType, draw_attachment_id
from gateway.domain.consent import ConsentText
from gateway.domain.contact import Contact
from gateway.domain.number import draw_number
from gateway.domain.place import Place
from gateway.errors import IdempotencyConflict, Invalid, NumberTaken

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SCHOOL = Agency(
    key=AgencyKey("school"),
    name="Школа",
    legal_name="МБОУ «Школа»",
    consent=ConsentText(version="1", text="Согласие"),
)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await migrate(database)
    await SqlAgencies(database).save([SCHOOL])
    yield database
    await database.close()


def appeal(*files: AttachmentId, agency: Agency = SCHOOL) -> Appeal:
    submission = Submission(
        agency=agency,
        kind=SubmissionKind.MESSAGE,
        channel="api",
        lang="ru",
        text="Яма на дороге у дома",
        gist="Яма на дороге у дома",
        topic=None,
        place=Place(address="ул. Садовая, 12"),
        attachments=files,
        contact=Contact(name="Житель", email="resident@example.org"),
        consent_version="1",
    )
    return register(submission, now=NOW, terms=Terms())


def ticket(key: str = "k", body: bytes = b"body") -> Ticket:
    return Ticket(key=key, fingerprint=body)


async def upload(database: Database, agency: str = "school", at: datetime = NOW) -> AttachmentId:
    file = Attachment(
        id=draw_attachment_id(),
        name="яма.jpg",
        type=FileType.JPEG,
        size=10,
        digest="d",
        has_thumbnail=True,
        created_at=at,
    )
    await SqlAttachments(database).add(AgencyKey(agency), file)
    return file.id


async def count(database: Database, table: object) -> int:
    return await database.read(lambda c: c.execute(select(func.count()).select_from(table)).scalar_one())


async def test_acceptance_stores_appeal_consent_ticket_files_and_job_together(database: Database) -> None:
    file = await upload(database)
    receipt = await SqlIntake(database).accept(appeal(file), ticket())
    assert not receipt.replayed
    stored = await database.read(lambda c: c.execute(select(appeals)).one())
    assert (stored.consent_version, stored.consent_channel, stored.consent_given_at) == ("1", "api", NOW)
    assert stored.ticket_key == "k"
    used = await database.read(lambda c: c.execute(select(attachments.c.used_by)).scalar_one())
    waiting = await database.read(lambda c: c.execute(select(outbox.c.appeal_id)).scalar_one())
    assert stored.id == used == waiting


async def test_the_same_ticket_gets_the_first_receipt_again(database: Database) -> None:
    intake = SqlIntake(database)
    first = await intake.accept(appeal(), ticket())
    again = await intake.accept(appeal(), ticket())
    assert again == replace(first, replayed=True)
    assert await intake.replay(SCHOOL.key, ticket()) == again
    assert await count(database, appeals) == 1


async def test_the_same_ticket_with_another_body_is_a_conflict(database: Database) -> None:
    intake = SqlIntake(database)
    await intake.accept(appeal(), ticket())
    with pytest.raises(IdempotencyConflict):
        await intake.accept(appeal(), ticket(body=b"another"))
    with pytest.raises(IdempotencyConflict):
        await intake.replay(SCHOOL.key, ticket(body=b"another"))


async def test_tickets_of_two_agencies_do_not_meet(database: Database) -> None:
    intake = SqlIntake(database)
    clinic = replace(SCHOOL, key=AgencyKey("clinic"))
    first = await intake.accept(appeal(), ticket())
    second = await intake.accept(appeal(agency=clinic), ticket(body=b"another"))
    assert first.number != second.number


async def test_fifty_repeats_at_once_make_one_appeal(database: Database) -> None:
    intake = SqlIntake(database)
    receipts = await asyncio.gather(*(intake.accept(appeal(), ticket()) for _ in range(50)))
    assert len({receipt.number for receipt in receipts}) == 1
    assert sum(not receipt.replayed for receipt in receipts) == 1
    assert await count(database, appeals) == 1


async def test_repeats_through_two_processes_make_one_appeal(database: Database, database_url: str) -> None:
    other = Database(database_url)
    intakes = [SqlIntake(database), SqlIntake(other)]
    try:
        for round in range(10):
            key = f"round-{round}"
            pair = await asyncio.gather(*(intake.accept(appeal(), ticket(key)) for intake in intakes * 4))
            assert len({receipt.number for receipt in pair}) == 1
    finally:
        await other.close()
    assert await count(database, appeals) == 10


async def test_one_bad_appeal_does_not_spoil_those_that_wait_with_it(database: Database) -> None:
    intake = SqlIntake(database)
    taken = draw_number()
    await intake.accept(replace(appeal(), number=taken), None)
    waiting = [appeal() for _ in range(20)]
    waiting[7] = replace(waiting[7], number=taken)
    outcomes = await asyncio.gather(*(intake.accept(one, None) for one in waiting), return_exceptions=True)
    assert isinstance(outcomes.pop(7), NumberTaken)
    assert not any(isinstance(outcome, BaseException) for outcome in outcomes)
    assert await count(database, appeals) == 20


async def test_a_file_belongs_to_one_appeal_of_one_agency(database: Database) -> None:
    intake = SqlIntake(database)
    mine, foreign = await upload(database), await upload(database, agency="clinic")
    rivals = await asyncio.gather(*(intake.accept(appeal(mine), None) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(outcome, Invalid) for outcome in rivals) == 4
    with pytest.raises(Invalid) as refused:
        await intake.accept(appeal(foreign, AttachmentId("unknown")), None)
    assert [problem.field for problem in refused.value.problems] == ["attachments.0", "attachments.1"]
    assert await count(database, appeals) == 1


async def test_unused_files_are_forgotten_and_used_ones_stay(database: Database) -> None:
    old, used = await upload(database), await upload(database)
    fresh = await upload(database, at=NOW + timedelta(hours=23))
    await SqlIntake(database).accept(appeal(used), None)
    store = SqlAttachments(database)
    assert await store.forget_unused(before=NOW + timedelta(hours=1)) == [old]
    assert set(await store.unused(SCHOOL.key, [old, used, fresh])) == {fresh}


async def test_a_file_is_known_by_its_content_to_its_agency_also_when_it_is_used(database: Database) -> None:
    used, foreign = await upload(database), await upload(database, agency="clinic")
    await SqlIntake(database).accept(appeal(used), None)
    assert set(await SqlAttachments(database).digests(SCHOOL.key, [used, foreign, "unknown", "нет"])) == {used}


async def test_old_tickets_are_forgotten_and_their_appeals_stay(database: Database) -> None:
    intake = SqlIntake(database)
    await intake.accept(appeal(), ticket())
    await intake.forget_tickets(before=NOW)
    assert await intake.replay(SCHOOL.key, ticket()) is not None
    await intake.forget_tickets(before=NOW + timedelta(seconds=1))
    assert await intake.replay(SCHOOL.key, ticket()) is None
    assert await count(database, appeals) == 1
