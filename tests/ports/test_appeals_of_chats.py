"""`ports.Appeals.of_chat` and `ports.Attachments.keep`: what conversations in messengers need of appeals and files."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, event

from gateway.adapters.sql.agencies import SqlAgencies
from gateway.adapters.sql.appeals import SqlAppeals
from gateway.adapters.sql.attachments import SqlAttachments
from gateway.adapters.sql.engine import Database
from gateway.adapters.sql.intake import SqlIntake
from gateway.adapters.sql.migrate import migrate
from gateway.adapters.sql.outbox import SqlOutbox
from gateway.domain.agency import Agency, AgencyKey
from gateway.domain.appeal import Appeal, Submission, SubmissionKind, Terms, register
from gateway.domain.attachment import Attachment, AttachmentId, FileType, draw_attachment_id
from gateway.domain.case import CaseEvent, EventId, EventKind, Status
from gateway.domain.connection import Address, ConnectionId
from gateway.domain.contact import Contact
from gateway.domain.outbox import Task, TaskKind
from gateway.domain.tracking import Rating, Reply
from gateway.domain.transfer import CaseChange
from gateway.ports import Cursor

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SCHOOL = Agency(key=AgencyKey("school"), name="Школа", legal_name="МБОУ «Школа»")
CHAT = Address(connection=ConnectionId("vk"), peer="7")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await migrate(database)
    await SqlAgencies(database).save([SCHOOL])
    yield database
    await database.close()


def appeal(chat: Address | None, *, at: datetime = NOW) -> Appeal:
    submission = Submission(
        agency=SCHOOL,
        kind=SubmissionKind.MESSAGE,
        channel="vk",
        lang="ru",
        text="Яма на дороге у дома",
        gist="Яма на дороге у дома",
        topic=None,
        place=None,
        attachments=(),
        contact=Contact(name="Житель"),
        consent_version=None,
        chat=chat,
    )
    return register(submission, now=at, terms=Terms())


async def upload(database: Database) -> AttachmentId:
    file = Attachment(
        id=draw_attachment_id(),
        name="яма.jpg",
        type=FileType.JPEG,
        size=10,
        digest="d",
        has_thumbnail=True,
        created_at=NOW,
    )
    await SqlAttachments(database).add(SCHOOL.key, file)
    return file.id


async def speak(database: Database, appeal: Appeal) -> None:
    """Let the agency ask and answer, and the resident reply and rate."""
    appeals, id = SqlAppeals(database), appeal.id
    question, answer = EventId(f"question-{id}"), EventId(f"answer-{id}")
    said = [(question, EventKind.ASKED, Status.WORK), (answer, EventKind.ANSWERED, Status.ANSWERED)]
    changes = [
        CaseChange(
            appeal_id=id, event=CaseEvent(id=event, at=NOW, kind=kind, status=status, answer_by=NOW, text="Где яма?")
        )
        for event, kind, status in said
    ]
    await appeals.record(changes, Cursor(id), now=NOW, letters=False)
    reply = Reply(
        id=EventId(f"reply-{id}"), question=question, text="Тут", attachments=(await upload(database),), at=NOW
    )
    await appeals.reply(id, SCHOOL.key, reply, Task(kind=TaskKind.REPLY, appeal=id, body={}))
    rating = Rating(answer=answer, score=2, comment=None, at=NOW)
    await appeals.rate(id, rating, Task(kind=TaskKind.RATE, appeal=id, body={}))


async def test_a_chat_gets_its_own_appeals_newest_first_with_their_histories(database: Database) -> None:
    mine = [appeal(CHAT, at=NOW + number * DAY) for number in range(3)]
    others = [appeal(None), appeal(replace(CHAT, peer="8")), appeal(replace(CHAT, connection=ConnectionId("ok")))]
    for one in (*mine, *others):
        await SqlIntake(database).accept(one, None)
    for one in (*mine, others[0]):
        await speak(database, one)
    appeals = SqlAppeals(database)
    found = await appeals.of_chat(CHAT, most=2)
    assert [tracked.number for tracked in found] == [mine[2].number, mine[1].number]
    assert found == [await appeals.find(mine[2].number), await appeals.find(mine[1].number)]
    assert [(len(each.events), len(each.ratings), len(each.replies[0].attachments)) for each in found] == [
        (2, 1, 1)
    ] * 2
    assert {tracked.chat for tracked in found} == {CHAT}
    assert (await appeals.find(others[0].number)).chat is None


async def test_histories_cost_as_many_queries_for_many_appeals_as_for_one(database: Database) -> None:
    asked: list[str] = []

    def note(*told: object) -> None:
        asked.append(str(told[2]))

    counts = []
    event.listen(Engine, "before_cursor_execute", note)
    try:
        for _ in range(2):
            one = appeal(CHAT)
            await SqlIntake(database).accept(one, None)
            await speak(database, one)
            asked.clear()
            assert len(await SqlAppeals(database).of_chat(CHAT, most=10)) == len(counts) + 1
            counts.append(len(asked))
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert counts[0] == counts[1]


async def test_a_job_carries_its_appeal_with_the_chat(database: Database) -> None:
    one = appeal(CHAT)
    await SqlIntake(database).accept(one, None)
    loaded, _ = (await SqlOutbox(database, lambda: NOW).appeals([one.id]))[one.id]
    assert loaded.submission.chat == CHAT


async def test_files_of_a_draft_are_kept_as_long_as_the_draft(database: Database) -> None:
    attachments = SqlAttachments(database)
    kept, plain = await upload(database), await upload(database)
    await attachments.keep([kept], until=NOW + 30 * DAY)
    await attachments.keep([kept], until=NOW + DAY)
    assert await attachments.forget_unused(before=NOW + 2 * DAY) == [plain]
    assert set(await attachments.unused(SCHOOL.key, [kept, plain])) == {kept}
    assert await attachments.forget_unused(before=NOW + 31 * DAY) == [kept]
