"""`ports.Connections`, `ports.PageLinks` and `ports.Facts`: what agencies and operators enter for the bots."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from gateway.adapters.sql.connections import SqlConnections
from gateway.adapters.sql.engine import Database
from gateway.adapters.sql.facts import SqlFacts
from gateway.adapters.sql.migrate import migrate
from gateway.adapters.sql.page_links import SqlPageLinks
from gateway.domain.agency import AgencyKey
from gateway.domain.connection import Connection, ConnectionId
from gateway.domain.fact import Fact
from gateway.domain.page_link import PageLink
from gateway.domain.place import Place, Point
from gateway.domain.topic import TopicCode

SCHOOL, CLINIC = AgencyKey("school"), AgencyKey("clinic")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await migrate(database)
    yield database
    await database.close()


async def test_pages_are_stored_over_what_was_known_and_forgotten(database: Database) -> None:
    connections = SqlConnections(database)
    first = Connection(id=ConnectionId("z"), channel="vk", agency=SCHOOL, options={"token": "t"})
    second = Connection(id=ConnectionId("a"), channel="max", agency=CLINIC)
    for page in (first, second):
        await connections.save(page)
    renamed = replace(first, name="Школа", handle="club1", options={"token": "new", "group": "1"})
    await connections.save(renamed)
    assert await connections.all() == [renamed, second]
    await connections.remove(first.id)
    assert await connections.all() == [second]


async def test_a_link_begins_where_it_was_made_to_and_only_for_its_agency(database: Database) -> None:
    links = SqlPageLinks(database)
    lamp = PageLink(
        agency=SCHOOL,
        topic=TopicCode("lamps"),
        place=Place(address="ул. Садовая, 12", point=Point(lat=55.123456789, lon=37.1)),
    )
    plain = PageLink(agency=SCHOOL)
    for link in (lamp, plain, lamp):
        await links.save(link)
    assert await links.find(SCHOOL, lamp.code) == lamp
    assert await links.find(CLINIC, lamp.code) is None
    assert await links.find(SCHOOL, "код\0") is None
    assert await links.of_agency(SCHOOL) == [(lamp.code, lamp), (plain.code, plain)]


async def test_a_fact_is_stored_over_the_one_of_its_name(database: Database) -> None:
    facts = SqlFacts(database)
    water = Fact(agency=SCHOOL, name="вода", asked=("когда дадут воду", "нет воды"), answer="Завтра")
    hours = Fact(agency=SCHOOL, name="Часы", asked=(), answer="9–18")
    for fact in (water, hours, replace(water, agency=CLINIC)):
        await facts.save(fact)
    water = replace(water, answer="Сегодня")
    await facts.save(water)
    assert await facts.of_agency(SCHOOL) == [hours, water]
    assert await facts.remove(SCHOOL, "вода")
    assert not await facts.remove(SCHOOL, "вода")
    assert await facts.of_agency(SCHOOL) == [hours]
    assert len(await facts.of_agency(CLINIC)) == 1
