"""The contract of `ports.Core`, the same for the embedded store on each database and for one over the network."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from gateway.adapters.core_http import CoreHttp
from gateway.domain.appeal import AppealId
from gateway.domain.attachment import AttachmentId, FileType
from gateway.domain.case import CaseEvent, EventId, EventKind, Status
from gateway.domain.joining import Join
from gateway.domain.refusal import Ground
from gateway.domain.tracking import Comment, Rating, Reply
from gateway.domain.transfer import NewCase
from gateway.errors import CoreRefused, CoreUnavailable, UnknownFile, WrongStep
from gateway.ports import START
from tests.pictures import PUSHKIN_SQUARE, SECRET, camera_jpeg, gps
from tests.ports.core_worlds import StoppedClock, World, embedded, over_http
from tests.ports.sample_case import ANSWER_BY, a_case

PDF = b"%PDF-1.7\n% plan of the yard\n%%EOF\n"


@pytest.fixture(params=["sqlite", "postgresql", "http"])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """The same test in every world."""
    clock = StoppedClock()
    if request.param == "http":
        opened = over_http(tmp_path, clock)
    else:
        url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
        opened = embedded(tmp_path, clock, database_url=url)
    async with opened as world:
        yield world


@pytest.fixture
async def world_over_http(tmp_path: Path) -> AsyncIterator[World]:
    async with over_http(tmp_path, StoppedClock()) as world:
        yield world


def kinds(events: list[CaseEvent]) -> list[EventKind]:
    return [event.kind for event in events]


def rating(answer: CaseEvent, score: int, comment: str | None = None) -> Rating:
    return Rating(answer=answer.id, score=score, comment=comment, at=answer.at + timedelta(hours=1))


async def answered(world: World, case: NewCase) -> CaseEvent:
    await world.core.submit(case)
    await world.clerk.answer(case.number, "Яму засыпали.")
    return (await world.events(case))[-1]


async def test_case_is_registered_as_it_was_sent(world: World) -> None:
    case = a_case()
    await world.core.submit(case)
    submitted, registered = await world.registered(case)
    assert submitted == case
    assert (registered.status, registered.answer_by) == (Status.MODERATION, ANSWER_BY)
    (event,) = await world.events(case)
    assert (event.kind, event.status, event.at) == (EventKind.REGISTERED, Status.MODERATION, world.clock.now)


async def test_case_with_nothing_that_may_be_left_out_is_registered(world: World) -> None:
    case = a_case(topic_code=None, topic_path=(), fast_track=False, days=30, place=None, consent=None, details={})
    await world.core.submit(case)
    submitted, _ = await world.registered(case)
    assert submitted == case


async def test_case_submitted_twice_is_one_case(world: World) -> None:
    case = a_case()
    await world.core.submit(case)
    await world.core.submit(case)
    assert kinds(await world.events(case)) == [EventKind.REGISTERED]


async def test_case_submitted_many_times_at_once_is_one_case(world: World) -> None:
    case = a_case(files=(await world.upload("план.pdf", PDF),))
    await asyncio.gather(*(world.core.submit(case) for _ in range(8)))
    assert kinds(await world.events(case)) == [EventKind.REGISTERED]
    submitted, _ = await world.registered(case)
    assert len(submitted.files) == 1


async def test_files_arrive_readable_in_their_order_and_without_what_the_camera_wrote(world: World) -> None:
    photo = await world.upload("Яма у входа.jpg", camera_jpeg(place=gps(*PUSHKIN_SQUARE)))
    plan = await world.upload("план.pdf", PDF)
    case = a_case(files=(photo, plan))
    await world.core.submit(case)
    submitted, _ = await world.registered(case)
    assert [(file.name, file.type) for file in submitted.files] == [
        ("Яма у входа.jpg", FileType.JPEG),
        ("план.pdf", FileType.PDF),
    ]
    picture, document = [await world.content(file) for file in submitted.files]
    with Image.open(BytesIO(picture)) as image:
        assert image.size == (96, 64)
        assert not image.getexif()
    assert SECRET.encode() not in picture
    assert document == PDF


async def test_steps_of_a_case_come_back_in_order(world: World) -> None:
    case = a_case()
    await world.core.submit(case)
    await world.clerk.move(case.number, Status.REVIEW)
    await world.clerk.move(case.number, Status.WORK, text="Бригада выехала")
    await world.clerk.ask(case.number, "С какой стороны вход?")
    events = await world.events(case)
    assert [(event.kind, event.status, event.text) for event in events] == [
        (EventKind.REGISTERED, Status.MODERATION, None),
        (EventKind.MOVED, Status.REVIEW, None),
        (EventKind.MOVED, Status.WORK, "Бригада выехала"),
        (EventKind.ASKED, Status.WORK, "С какой стороны вход?"),
    ]
    assert events == list((await world.registered(case))[1].events)


async def test_case_that_is_forwarded_and_postponed_says_where_to_and_until_when(world: World) -> None:
    case = a_case()
    await world.core.submit(case)
    await world.clerk.forward(case.number, "Управление дорог", text="Дорога областная")
    await world.clerk.postpone(case.number, date(2026, 4, 20), "Ждём тепла")
    forwarded, postponed = (await world.events(case))[-2:]
    assert (forwarded.kind, forwarded.status) == (EventKind.FORWARDED, Status.REVIEW)
    assert (forwarded.forwarded_to, forwarded.text) == ("Управление дорог", "Дорога областная")
    assert (postponed.kind, postponed.status, postponed.text) == (EventKind.POSTPONED, Status.REVIEW, "Ждём тепла")
    assert postponed.answer_by == datetime(2026, 4, 20, 20, 59, 59, tzinfo=UTC)  # midnight in Moscow
    assert (await world.registered(case))[1].answer_by == postponed.answer_by
    with pytest.raises(WrongStep):
        await world.clerk.postpone(case.number, date(2026, 4, 20), "Всё ещё ждём")


async def test_refusal_comes_back_with_its_ground(world: World) -> None:
    case = a_case()
    await world.core.submit(case)
    await world.clerk.decline(case.number, Ground.UNCLEAR, "Непонятно, о чём речь")
    last = (await world.events(case))[-1]
    assert (last.kind, last.status, last.ground) == (EventKind.DECLINED, Status.DECLINED, Ground.UNCLEAR)


async def test_answer_comes_back_with_a_file_that_can_be_read(world: World) -> None:
    case = a_case()
    await world.core.submit(case)
    await world.clerk.answer(case.number, "Яму засыпали.", files=[world.file("акт.pdf", PDF)])
    answer = (await world.events(case))[-1]
    (file,) = answer.files
    assert (file.name, file.type, file.size) == ("акт.pdf", FileType.PDF, len(PDF))
    assert b"".join([chunk async for chunk in world.core.read_file(file.id)]) == PDF


async def test_reply_reaches_the_case_once_with_its_file(world: World) -> None:
    case = a_case()
    await world.core.submit(case)
    await world.clerk.ask(case.number, "С какой стороны вход?")
    question = (await world.events(case))[-1]
    photo = await world.upload("вход.jpg", camera_jpeg())
    reply = Reply(
        id=EventId("reply-1"),
        question=question.id,
        text="Со двора",
        attachments=(photo.id,),
        at=world.clock.now,
    )
    for _ in range(2):
        await world.core.reply(case.appeal_id, reply, [photo])
    _, registered = await world.registered(case)
    assert kinds(list(registered.events)) == [EventKind.REGISTERED, EventKind.ASKED, EventKind.REPLIED]
    said = registered.events[-1]
    assert (said.text, said.about) == ("Со двора", question.id)
    assert [file.name for file in said.files] == ["вход.jpg"]
    assert b"".join([chunk async for chunk in world.core.read_file(said.files[0].id)]).startswith(b"\xff\xd8")


async def test_reply_that_answers_no_question_is_refused(world: World) -> None:
    case = a_case()
    await world.core.submit(case)
    reply = Reply(id=EventId("r"), question=EventId("none"), text="Со двора", attachments=(), at=world.clock.now)
    with pytest.raises(CoreRefused) as raised:
        await world.core.reply(case.appeal_id, reply, [])
    assert str(raised.value) == "no_question"


async def test_good_rating_is_kept_and_the_case_stays_answered(world: World) -> None:
    case = a_case()
    answer = await answered(world, case)
    await world.core.rate(case.appeal_id, rating(answer, 4, "Спасибо"))
    last = (await world.events(case))[-1]
    assert (last.kind, last.score, last.text, last.about) == (EventKind.RATED, 4, "Спасибо", answer.id)
    assert last.status is Status.ANSWERED


@pytest.mark.parametrize("score", [1, 2])
async def test_bad_rating_sends_the_case_back_with_a_new_deadline(world: World, score: int) -> None:
    case = a_case()
    answer = await answered(world, case)
    world.clock.now = datetime(2026, 3, 20, 22, 30, tzinfo=UTC)  # the 21st in Moscow
    await world.core.rate(case.appeal_id, rating(answer, score))
    rated, back = (await world.events(case))[-2:]
    assert (rated.kind, rated.score) == (EventKind.RATED, score)
    assert (back.kind, back.status) == (EventKind.SENT_BACK, Status.REVIEW)
    assert back.answer_by == datetime(2026, 3, 31, 20, 59, 59, tzinfo=UTC)


async def test_rating_that_comes_twice_changes_nothing(world: World) -> None:
    case = a_case()
    answer = await answered(world, case)
    for _ in range(2):
        await world.core.rate(case.appeal_id, rating(answer, 2))
    assert kinds(await world.events(case)) == [
        EventKind.REGISTERED,
        EventKind.ANSWERED,
        EventKind.RATED,
        EventKind.SENT_BACK,
    ]


@pytest.mark.parametrize("score", [1, 4])
async def test_comment_follows_its_rating_once_however_often_it_comes(world: World, score: int) -> None:
    case = a_case()
    answer = await answered(world, case)
    await world.core.rate(case.appeal_id, rating(answer, score))
    comment = Comment(answer=answer.id, text="Щебень размыло", at=world.clock.now)
    for _ in range(2):
        await world.core.comment(case.appeal_id, comment)
    *_, before, last = await world.events(case)
    assert (last.kind, last.text, last.about) == (EventKind.COMMENTED, "Щебень размыло", answer.id)
    assert (last.status, last.answer_by) == (before.status, before.answer_by)
    assert kinds(await world.events(case)).count(EventKind.COMMENTED) == 1
    with pytest.raises(CoreRefused, match="already_rated"):
        await world.core.comment(case.appeal_id, replace(comment, text="И снова"))


async def test_comment_that_went_along_with_its_rating_is_not_said_twice(world: World) -> None:
    case = a_case()
    answer = await answered(world, case)
    await world.core.rate(case.appeal_id, rating(answer, 4, "Спасибо"))
    await world.core.comment(case.appeal_id, Comment(answer=answer.id, text="Спасибо", at=world.clock.now))
    assert kinds(await world.events(case))[-1] is EventKind.RATED


async def test_comment_without_a_rating_is_refused(world: World) -> None:
    case = a_case()
    answer = await answered(world, case)
    with pytest.raises(CoreRefused, match="not_answered"):
        await world.core.comment(case.appeal_id, Comment(answer=answer.id, text="Хм", at=world.clock.now))


async def test_rating_before_an_answer_is_refused(world: World) -> None:
    case = a_case()
    await world.core.submit(case)
    none = Rating(answer=EventId("none"), score=5, comment=None, at=world.clock.now)
    with pytest.raises(CoreRefused) as raised:
        await world.core.rate(case.appeal_id, none)
    assert str(raised.value) == "not_answered"


async def test_withdrawal_of_consent_is_noted_once(world: World) -> None:
    case = a_case()
    await world.core.submit(case)
    for _ in range(2):
        await world.core.withdraw_consent(case.appeal_id, world.clock.now)
    events = await world.events(case)
    assert kinds(events) == [EventKind.REGISTERED, EventKind.CONSENT_WITHDRAWN]
    assert events[-1].at == world.clock.now


async def test_each_who_joins_is_counted_once_also_after_the_answer(world: World) -> None:
    case = a_case()
    answer = await answered(world, case)
    joins = [Join(id=AppealId(f"join{place}"), at=world.clock.now) for place in range(2)]
    for join in (*joins, joins[0]):
        await world.core.join(case.appeal_id, join)
    _, registered = await world.registered(case)
    assert (registered.people, registered.status, registered.answer) == (3, Status.ANSWERED, answer)
    assert [(event.kind, event.about) for event in (await world.events(case))[-2:]] == [
        (EventKind.JOINED, join.id) for join in joins
    ]
    with pytest.raises(CoreRefused) as raised:
        await world.core.join(a_case().appeal_id, joins[0])
    assert str(raised.value) == "unknown_appeal"


async def test_what_is_said_to_an_unknown_case_is_refused(world: World) -> None:
    nobody = a_case().appeal_id
    with pytest.raises(CoreRefused) as raised:
        await world.core.withdraw_consent(nobody, world.clock.now)
    assert str(raised.value) == "unknown_appeal"


async def test_changes_go_on_from_the_cursor(world: World) -> None:
    first, second = a_case(), a_case()
    await world.core.submit(first)
    page, cursor = await world.core.changes(START)
    assert [change.appeal_id for change in page] == [first.appeal_id]
    assert await world.core.changes(cursor) == ([], cursor)
    await world.core.submit(second)
    page, later = await world.core.changes(cursor)
    assert [change.appeal_id for change in page] == [second.appeal_id]
    assert later != cursor


async def test_changes_come_in_pages_none_of_them_twice(world: World) -> None:
    cases = [a_case() for _ in range(520)]
    await asyncio.gather(*(world.core.submit(case) for case in cases))
    page, cursor = await world.core.changes(START)
    rest, _ = await world.core.changes(cursor)
    assert len(page) == 500
    assert len(rest) == 20
    seen = [change.appeal_id for change in (*page, *rest)]
    assert sorted(seen) == sorted(case.appeal_id for case in cases)


async def test_no_change_is_skipped_while_two_processes_append(world: World) -> None:
    cases = [a_case() for _ in range(12)]
    for case in cases:
        await world.core.submit(case)
    seen: list[EventId] = []
    done = asyncio.Event()

    async def follow() -> None:
        cursor, is_last = START, False
        while not is_last:
            is_last = done.is_set()
            page, cursor = await world.core.changes(cursor)
            seen.extend(change.event.id for change in page)

    async with world.second_clerk() as other_clerk, asyncio.TaskGroup() as group:
        group.create_task(follow())
        clerks = (world.clerk, other_clerk)
        for step in (Status.REVIEW, Status.WORK, Status.REVIEW, Status.WORK):
            moves = (clerks[at % 2].move(case.number, step) for at, case in enumerate(cases))
            await asyncio.gather(*moves)
        done.set()
    written = [event.id for case in cases for event in (await world.registered(case))[1].events]
    assert sorted(seen) == sorted(written)
    assert len(written) == 60


async def test_another_gateway_sees_nothing_of_ours(world: World) -> None:
    case = a_case(files=(await world.upload("план.pdf", PDF),))
    await world.core.submit(case)
    submitted, _ = await world.registered(case)
    await world.clerk.answer(case.number, "Яму засыпали.", files=[world.file("акт.pdf", PDF)])
    (answer_file,) = (await world.events(case))[-1].files
    assert await world.all_changes(world.foreign) == []
    for file in (submitted.files[0].id, answer_file.id):
        with pytest.raises(UnknownFile):
            await anext(aiter(world.foreign.read_file(file)))
    with pytest.raises(CoreRefused):
        await world.foreign.withdraw_consent(case.appeal_id, world.clock.now)


async def test_another_gateways_case_of_the_same_id_is_its_own(world: World) -> None:
    ours, theirs = a_case(), a_case()
    theirs = a_case(appeal_id=ours.appeal_id, text="Совсем другое сообщение")
    await world.core.submit(ours)
    await world.foreign.submit(theirs)
    assert [change.appeal_id for change in await world.all_changes()] == [ours.appeal_id]
    assert [change.appeal_id for change in await world.all_changes(world.foreign)] == [ours.appeal_id]
    assert (await world.registered(ours))[0].text == ours.text
    assert (await world.registered(theirs))[0].text == theirs.text


@pytest.mark.parametrize("id", ["nothing", "a" * 64])
async def test_file_that_does_not_exist_is_unknown(world: World, id: str) -> None:
    with pytest.raises(UnknownFile):
        await anext(aiter(world.core.read_file(AttachmentId(id))))


async def test_file_that_no_case_carries_is_not_given(world_over_http: World) -> None:
    world = world_over_http
    upload = await world.upload("план.pdf", PDF)
    brought = await world.store.app.edge.take_case_file("north", name="план.pdf", source=world.file("план.pdf", PDF))
    for file in (upload.id, brought.id):
        with pytest.raises(UnknownFile):
            await anext(aiter(world.core.read_file(file)))


async def test_core_store_that_is_away_is_unavailable(world_over_http: World) -> None:
    world = world_over_http
    assert world.stop_store is not None
    await world.stop_store()
    with pytest.raises(CoreUnavailable):
        await world.core.submit(a_case())
    with pytest.raises(CoreUnavailable):
        await world.core.changes(START)


async def test_door_that_no_longer_knows_the_gateway_refuses(world_over_http: World) -> None:
    world = world_over_http
    stranger = CoreHttp(world.store.url, "another token", world.gateway.app.parts.blobs, timeout_seconds=5)
    with pytest.raises(CoreRefused) as raised:
        await stranger.submit(a_case())
    assert str(raised.value) == "unauthorized"
    await stranger.close()


async def test_picture_that_the_core_store_cannot_read_is_refused(world_over_http: World) -> None:
    # The gateway vouches for what it sends; the core store looks for itself.
    world = world_over_http
    file = await world.upload("план.pdf", PDF)
    await world.gateway.app.edge.blobs.delete([file.id])
    await world.gateway.app.edge.blobs.put(file.id, world.file("x", b"MZ this is no document"))
    with pytest.raises(CoreRefused) as raised:
        await world.core.submit(a_case(files=(file,)))
    assert str(raised.value) == "unsupported_file"
