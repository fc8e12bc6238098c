"""`ports.Neighbours`, `ports.Outages` and joining behind `ports.Intake`, on SQLite and PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from gateway.adapters.sql.agencies import SqlAgencies
from gateway.adapters.sql.appeals import SqlAppeals
from gateway.adapters.sql.engine import Database
from gateway.adapters.sql.intake import SqlIntake
from gateway.adapters.sql.migrate import migrate
from gateway.adapters.sql.neighbours import SqlNeighbours
from gateway.adapters.sql.outages import SqlOutages
from gateway.adapters.sql.tables import outbox
from gateway.domain.agency import Agency, AgencyKey
from gateway.domain.appeal import Appeal, Submission, SubmissionKind, Terms, register
from gateway.domain.attachment import AttachmentId, FileType
from gateway.domain.case import CaseEvent, CaseFile, EventId, EventKind, Status
from gateway.domain.connection import Address, ConnectionId
from gateway.domain.contact import Contact
from gateway.domain.nearby import Known, Outage
from gateway.domain.number import AppealNumber
from gateway.domain.outbox import TaskKind
from gateway.domain.place import Place, Point
from gateway.domain.refusal import Ground
from gateway.domain.topic import Topic, TopicCode, TopicPlace
from gateway.domain.transfer import CaseChange
from gateway.ports import Cursor

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SCHOOL = Agency(key=AgencyKey("school"), name="Школа", legal_name="МБОУ «Школа»")
CLINIC = Agency(key=AgencyKey("clinic"), name="Поликлиника", legal_name="Поликлиника")
CHAT = Address(connection=ConnectionId("vk"), peer="7")


def topic(code: str, place: TopicPlace = TopicPlace.PUBLIC) -> Topic:
    return Topic(code=TopicCode(code), path=("Дороги", code), fast_track=True, days=10, place=place)


PIT, LAMP, DOCTOR = topic("pit"), topic("lamp"), topic("doctor", TopicPlace.OWN)
HERE = Point(lat=55.0302, lon=82.9204)


def north_of(point: Point, metres: float) -> Point:
    return Point(lat=point.lat + metres / 111_195, lon=point.lon)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await migrate(database)
    await SqlAgencies(database).save([SCHOOL, CLINIC])
    yield database
    await database.close()


def appeal(place: Place | None, *, at: datetime = NOW, **given: Any) -> Appeal:
    submission = Submission(
        agency=SCHOOL,
        kind=SubmissionKind.MESSAGE,
        channel="api",
        lang="ru",
        text="Яма на дороге у дома",
        gist="Яма на дороге у дома",
        topic=PIT,
        place=place,
        attachments=(),
        contact=Contact(name="Житель"),
        consent_version=None,
    )
    return register(replace(submission, **given), now=at, terms=Terms())


async def accept(database: Database, *appeals: Appeal) -> list[AppealNumber]:
    return [(await SqlIntake(database).accept(each, None)).number for each in appeals]


async def join(database: Database, joined: AppealNumber, **contact: Any) -> Appeal:
    chat = contact.pop("chat", None)
    joining = appeal(None, joins=joined, contact=Contact(**contact), chat=chat)
    await accept(database, joining)
    return joining


async def happen(database: Database, to: Appeal, *events: tuple[EventKind, Status], **said: Any) -> list[CaseEvent]:
    made = [
        CaseEvent(id=EventId(f"{kind}-{place}-{to.id}"), at=NOW + DAY, kind=kind, status=status, answer_by=NOW, **said)
        for place, (kind, status) in enumerate(events)
    ]
    changes = [CaseChange(appeal_id=to.id, event=event) for event in made]
    await SqlAppeals(database).record(changes, Cursor("1"), now=NOW, letters=True)
    return made


async def known(database: Database, place: Place | None, about: Topic = PIT, **given: Any) -> Known:
    neighbours = SqlNeighbours(database, metres=150)
    return await neighbours.known(given.pop("agency", SCHOOL), about, place, now=given.pop("now", NOW), **given)


async def numbers(database: Database, place: Place | None, about: Topic = PIT, **given: Any) -> list[AppealNumber]:
    return [case.number for case in (await known(database, place, about, **given)).cases]


async def tasks(database: Database, kind: TaskKind) -> list[Any]:
    query = select(outbox).where(outbox.c.kind == kind.value).order_by(outbox.c.id)
    return await database.read(lambda c: c.execute(query).all())  # type: ignore[return-value]


async def test_open_cases_of_the_topic_within_the_radius_are_known_nearest_first(database: Database) -> None:
    far, near, beyond = (appeal(Place(point=north_of(HERE, metres))) for metres in (121, 38, 170))
    lamp = appeal(Place(point=HERE), topic=LAMP)
    other = appeal(Place(point=HERE), agency=CLINIC)
    await accept(database, far, near, beyond, lamp, other)
    cases = (await known(database, Place(point=HERE))).cases
    assert [(case.number, case.metres, case.people) for case in cases] == [(near.number, 40, 1), (far.number, 120, 1)]
    assert await numbers(database, Place(point=HERE), LAMP) == [lamp.number]
    assert await numbers(database, Place(point=HERE), agency=CLINIC) == [other.number]
    assert await numbers(database, None) == []


async def test_a_topic_of_somebodys_own_knows_no_case_of_others(database: Database) -> None:
    await accept(database, appeal(Place(point=HERE, address="Ленина, 5"), topic=DOCTOR))
    assert not await known(database, Place(point=HERE, address="Ленина, 5"), DOCTOR)


async def test_the_same_address_is_the_same_place_where_either_has_no_point(database: Database) -> None:
    typed = appeal(Place(address="г. Новосибирск, УЛИЦА Берёзовая, дом 5, корп. 2"))
    pointed = appeal(Place(address="Новосибирск ул. Березовая 5к2", point=north_of(HERE, 5_000)))
    await accept(database, typed, pointed)
    same = Place(address="Новосибирск, Берёзовая ул. д.5 к. 2")
    assert {*await numbers(database, same)} == {typed.number, pointed.number}
    # With points on both sides it is the points that count: there are two Berezovaya streets.
    assert await numbers(database, replace(same, point=HERE)) == [typed.number]
    assert await numbers(database, Place(address="Новосибирск, Берёзовая, 5")) == []
    assert (await known(database, same)).cases[0].metres is None


async def test_what_is_closed_withdrawn_or_of_another_topic_by_now_is_not_known(database: Database) -> None:
    answered, declined, reopened, corrected, into = (appeal(Place(point=HERE)) for _ in range(5))
    into = replace(into, submission=replace(into.submission, topic=LAMP))
    withdrawn = appeal(Place(point=HERE))
    await accept(database, answered, declined, reopened, corrected, into, withdrawn)
    await happen(database, answered, (EventKind.REGISTERED, Status.MODERATION), (EventKind.ANSWERED, Status.ANSWERED))
    await happen(database, declined, (EventKind.DECLINED, Status.DECLINED))
    await happen(database, reopened, (EventKind.ANSWERED, Status.ANSWERED), (EventKind.SENT_BACK, Status.REVIEW))
    await happen(database, corrected, (EventKind.TOPIC_CORRECTED, Status.WORK), topic_code=LAMP.code)
    await happen(database, into, (EventKind.TOPIC_CORRECTED, Status.WORK), topic_code=PIT.code)
    await SqlAppeals(database).withdraw_consent(withdrawn.id, NOW, None)
    assert {*await numbers(database, Place(point=HERE))} == {reopened.number, into.number}
    assert await numbers(database, Place(point=HERE), LAMP) == [corrected.number]


async def test_the_three_nearest_are_shown_and_of_those_alike_far_the_most_joined(database: Database) -> None:
    alone, joined, near, far = (appeal(Place(point=north_of(HERE, metres))) for metres in (52, 48, 10, 90))
    await accept(database, alone, joined, near, far)
    await join(database, joined.number, email="b@example.org")
    assert await numbers(database, Place(point=HERE)) == [near.number, joined.number, alone.number]


async def test_who_joins_twice_or_is_the_first_counts_once(database: Database) -> None:
    first = appeal(Place(point=HERE), contact=Contact(email="first@example.org", phone="+79120000001"))
    await accept(database, first)
    await join(database, first.number, email="a@example.org")
    await join(database, first.number, email="a@example.org", phone="+79120000002")
    await join(database, first.number, phone="+79120000002")
    await join(database, first.number, email="first@example.org")
    await join(database, first.number, chat=CHAT)
    await join(database, first.number, chat=CHAT, phone="+79120000003")
    (case,) = (await known(database, Place(point=HERE))).cases
    assert case.people == 3
    waiting = await tasks(database, TaskKind.JOIN)
    assert len(waiting) == 2
    assert {job.appeal_id for job in waiting} == {first.id}  # behind the first's own case, which has to be there
    assert await numbers(database, Place(point=HERE), but=CHAT) == [first.number]


async def test_two_taps_at_once_by_one_person_tell_the_core_store_once(database: Database) -> None:
    first = appeal(Place(point=HERE))
    await accept(database, first)
    await asyncio.gather(*(join(database, first.number, email="a@example.org") for _ in range(5)))
    assert len(await tasks(database, TaskKind.JOIN)) == 1
    assert len(await tasks(database, TaskKind.SUBMIT)) == 1


async def test_ones_own_appeal_is_not_offered_in_the_chat_it_came_from(database: Database) -> None:
    await accept(database, appeal(Place(point=HERE), chat=CHAT))
    assert await numbers(database, Place(point=HERE), but=CHAT) == []
    assert len(await numbers(database, Place(point=HERE))) == 1


async def test_who_joined_sees_what_the_agency_did_and_nothing_of_the_first(database: Database) -> None:
    first = appeal(Place(point=HERE), text="Моя яма", contact=Contact(name="Анна Смирнова", email="anna@example.org"))
    await accept(database, first)
    joining = await join(database, first.number, email="b@example.org")
    scan = CaseFile(id=AttachmentId("scan"), name="ответ-Смирновой.pdf", type=FileType.PDF, size=10)
    await happen(database, first, (EventKind.ASKED, Status.WORK), text="Анна Петровна, какой у вас подъезд?")
    (answer,) = await happen(
        database,
        first,
        (EventKind.ANSWERED, Status.ANSWERED),
        text="Анна Петровна, яма у дома ул. Ленина, д. 5 засыпана. Анне спасибо, и Смирновым тоже!",
        files=(scan,),
        ground=Ground.OBSCENE,
    )
    own, seen = [await SqlAppeals(database).find(each.number) for each in (first, joining)]
    assert [event.kind for event in own.events] == [EventKind.ASKED, EventKind.ANSWERED]
    assert [event.kind for event in seen.events] == [EventKind.JOINED, EventKind.ANSWERED]
    assert (seen.status, seen.joins, seen.may_rate, seen.question) == (Status.ANSWERED, first.number, False, None)
    assert seen.answer is not None
    assert (seen.answer.files, seen.answer.ground) == ((), None)
    assert seen.answer.text is not None
    assert "засыпана" in seen.answer.text
    assert not any(word in seen.answer.text for word in ("Анн", "Петров", "Смирнов", "Ленина"))
    notified = {job.appeal_id for job in await tasks(database, TaskKind.NOTIFY) if job.body["event"] == answer.id}
    assert notified == {first.id, joining.id}
    asked = [job for job in await tasks(database, TaskKind.NOTIFY) if job.body["event"].startswith("asked")]
    assert [job.appeal_id for job in asked] == [first.id]


async def test_an_outage_is_known_for_its_topics_while_it_lasts_on_its_streets(database: Database) -> None:
    outages = SqlOutages(database)
    everywhere = Outage(
        id="1",
        agency="school",
        text="Горячей воды нет до 5 декабря.",
        topics=(PIT.code, DOCTOR.code),
        streets=(),
        since=NOW,
        until=NOW + DAY,
    )
    street = replace(everywhere, id="2", text="Авария на Ленина.", topics=(PIT.code,), streets=("ул. Ленина", "Мира"))
    await outages.publish(everywhere)
    await outages.publish(street)

    async def ids(address: str | None, about: Topic = PIT, **given: Any) -> set[str]:
        place = None if address is None else Place(address=address)
        return {outage.id for outage in (await known(database, place, about, **given)).outages}

    assert await ids("Ленина, 5") == await ids("г. Омск, улица Ленина, дом 7") == {"1", "2"}
    assert await ids("проспект Ленина, 5") == await ids("Садовая, 5") == await ids(None) == {"1"}
    assert await ids("Ленина, 5", DOCTOR) == {"1"}  # the agency's own words, also about what is nobody else's business
    assert await ids("Ленина, 5", LAMP) == await ids("Ленина, 5", agency=CLINIC) == set()
    assert await ids("Ленина, 5", now=NOW + DAY) == set()
    assert await outages.end("1", NOW + DAY / 2) == replace(everywhere, until=NOW + DAY / 2)
    assert await outages.end("1", NOW + DAY / 2) is await outages.end("0", NOW) is None
    assert await ids("Ленина, 5", now=NOW + DAY / 2) == {"2"}
    assert [outage.id for outage in await outages.of_agency(SCHOOL.key)] == ["2", "1"]


async def test_with_no_radius_nobody_is_told_of_others(database: Database) -> None:
    place = Place(point=HERE, address="Ленина, 5")
    await accept(database, appeal(place))
    assert not await SqlNeighbours(database, metres=0).known(SCHOOL, PIT, place, now=NOW)
