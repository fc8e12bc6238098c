"""`ports.Inbox`: each event once, one conversation at a time, in order, whoever else is at work and whoever dies."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import func, select

from gateway.adapters.sql.engine import Database
from gateway.adapters.sql.inbox import SqlInbox
from gateway.adapters.sql.migrate import migrate
from gateway.adapters.sql.speaking import SqlSpeaking
from gateway.adapters.sql.tables import incoming_events
from gateway.domain.agency import AgencyKey
from gateway.domain.connection import Address, ConnectionId
from gateway.domain.conversation import Conversation, Part, RawEvent, Sent, Spoken, Stamp, StoredEvent
from gateway.errors import StaleConversation

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LEASE = NOW + timedelta(minutes=1)
PAGE = ConnectionId("telegram")
AGENCY = AgencyKey("school")

Claimed = Sequence[tuple[Conversation, Sequence[StoredEvent]]]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await migrate(database)
    yield database
    await database.close()


@pytest.fixture
async def other(database: Database, database_url: str) -> AsyncIterator[Database]:
    """A second process on the same database."""
    other = Database(database_url)
    yield other
    await other.close()


@pytest.fixture
def inbox(database: Database) -> SqlInbox:
    return open_inbox(database)


def open_inbox(database: Database) -> SqlInbox:
    return SqlInbox(database, lambda: NOW)


def event(key: str, peer: str | None = "7", *, order: int = 0, together: str | None = None) -> RawEvent:
    stamp = Stamp(key=key, peer=peer, order=order, together=together)
    return RawEvent(connection=PAGE, stamp=stamp, payload=f'{{"of": "{key}"}}', received_at=NOW)


async def claim(inbox: SqlInbox, now: datetime = NOW, most: int = 10) -> Claimed:
    return await inbox.claim(now=now, until=now + timedelta(minutes=1), most=most)


def keys(claimed: Claimed) -> list[list[str]]:
    return [[event.stamp.key for event in events] for _, events in claimed]


def spoken(conversation: Conversation, events: Sequence[StoredEvent], *, draft: str = "", said: str = "") -> Spoken:
    return Spoken(
        before=conversation,
        after=replace(conversation, draft=draft),
        agency=AGENCY,
        read=tuple(event.id for event in events),
        parts=(Part(body=said),) if said else (),
    )


async def count(database: Database) -> int:
    return await database.read(lambda c: c.execute(select(func.count()).select_from(incoming_events)).scalar_one())


async def test_an_event_is_read_once_and_what_was_said_waits_to_leave(database: Database, inbox: SqlInbox) -> None:
    await inbox.store([event("a")], due=NOW)
    ((conversation, events),) = await claim(inbox)
    assert (conversation.version, conversation.draft, events[0].payload) == (0, "", '{"of": "a"}')
    saved = await inbox.save(spoken(conversation, events, draft="{}", said="hello"), now=NOW)
    assert saved == await inbox.find(conversation.address) == await inbox.by_id(conversation.id)
    assert (saved.version, saved.draft) == (1, "{}")
    assert await claim(inbox, LEASE) == []
    ((address, parts),) = await SqlSpeaking(database).claim(now=NOW, until=LEASE, most=10)
    assert (address, [part.part.body for part in parts]) == (conversation.address, ["hello"])


async def test_a_conversation_that_is_held_longer_is_nobody_elses_meanwhile(inbox: SqlInbox, other: Database) -> None:
    await inbox.store([event("a")], due=NOW)
    ((conversation, _),) = await claim(inbox)
    await inbox.hold(conversation, until=LEASE + SECOND)
    assert await claim(open_inbox(other), LEASE) == []
    assert keys(await claim(open_inbox(other), LEASE + SECOND)) == [["a"]]


async def test_repeats_one_after_the_other_and_at_once_are_one_event(
    database: Database, other: Database, inbox: SqlInbox
) -> None:
    inboxes = [inbox, open_inbox(other)]
    for key in ("a", "b"):
        await asyncio.gather(*(one.store([event(key), event(key)], due=NOW) for one in inboxes * 10))
    ((conversation, events),) = await claim(inbox)
    assert [event.stamp.key for event in events] == ["a", "b"]
    await inbox.save(spoken(conversation, events), now=NOW)
    await inbox.store([event("a")], due=NOW)
    assert await claim(inbox, LEASE) == []
    assert await count(database) == 2


async def test_events_of_a_peer_come_in_their_order_however_they_arrived(inbox: SqlInbox) -> None:
    await inbox.store([event("c", order=3), event("a", order=1)], due=NOW)
    await inbox.store([event("b", order=2), event("other", peer="8")], due=NOW)
    await inbox.store([event("b, later", order=2)], due=NOW)
    assert sorted(keys(await claim(inbox))) == [["a", "b", "b, later", "c"], ["other"]]


async def test_what_has_no_peer_is_kept_and_not_read(database: Database, inbox: SqlInbox) -> None:
    await inbox.store([event("odd", peer=None), event("endless", peer="9" * 5000)], due=NOW)
    assert await claim(inbox, LEASE) == []
    assert await count(database) == 2


async def test_whatever_stands_in_an_event_is_stored(inbox: SqlInbox) -> None:
    odd = event("\0\ud800" + "k" * 5000, peer="\0", order=10**30, together="\udfff")
    await inbox.store([replace(odd, payload='{"text": "\ud83d"}')], due=NOW)
    await inbox.store([odd], due=NOW)
    ((_, (stored,)),) = await claim(inbox)
    assert stored.payload == '{"text": "\\ud83d"}'


async def test_an_album_is_waited_for_and_comes_as_one_before_what_was_said_after_it(inbox: SqlInbox) -> None:
    for number in range(5):
        came = event(f"photo-{number}", order=number, together="album")
        await inbox.store([came], due=NOW + SECOND + number * SECOND / 10)
    await inbox.store([event("text", order=9)], due=NOW)
    assert await claim(inbox, NOW + SECOND / 2) == []
    photos = [f"photo-{number}" for number in range(5)]
    assert keys(await claim(inbox, NOW + SECOND)) == [[*photos, "text"]]


async def test_what_is_due_is_read_without_the_album_that_is_still_coming(inbox: SqlInbox) -> None:
    await inbox.store([event("text")], due=NOW)
    await inbox.store([event("photo", order=1, together="album")], due=NOW + SECOND)
    ((conversation, events),) = await claim(inbox)
    assert [event.stamp.key for event in events] == ["text"]
    await inbox.save(spoken(conversation, events), now=NOW)
    assert await claim(inbox) == []
    assert keys(await claim(inbox, NOW + SECOND)) == [["photo"]]


async def test_a_claimed_conversation_is_nobody_elses_until_the_lease_ends(inbox: SqlInbox, other: Database) -> None:
    await inbox.store([event("a")], due=NOW)
    ((conversation, _),) = await claim(inbox)
    await inbox.store([event("b", order=1)], due=NOW)
    assert await claim(open_inbox(other), LEASE - SECOND) == []
    ((again, events),) = await claim(open_inbox(other), LEASE)
    assert again == conversation
    assert [event.stamp.key for event in events] == ["a", "b"]


async def test_those_that_are_held_or_put_off_do_not_stand_in_the_way_of_others(inbox: SqlInbox) -> None:
    for peer in "abc":
        await inbox.store([event(peer, peer=peer)], due=NOW)
    ((first, (failed,)),) = await claim(inbox, most=1)
    assert keys(await claim(inbox, most=1)) == [["b"]]
    await inbox.put_off(first, failed.id, until=LEASE, reason="broken")
    assert keys(await claim(inbox, most=1)) == [["c"]]


async def test_a_conversation_may_stay_taken_from_one_event_to_the_next(inbox: SqlInbox) -> None:
    await inbox.store([event("a"), event("b", order=1)], due=NOW)
    ((conversation, (first, second)),) = await claim(inbox)
    after = await inbox.save(spoken(conversation, [first]), now=NOW, claim_next=True)
    assert await claim(inbox) == []
    await inbox.save(spoken(after, [second]), now=NOW)
    await inbox.store([event("c", order=2)], due=NOW)
    assert keys(await claim(inbox)) == [["c"]]


async def test_who_comes_too_late_changes_nothing(inbox: SqlInbox, database: Database) -> None:
    await inbox.store([event(str(number), peer=str(number)) for number in range(10)], due=NOW)
    claimed = await claim(inbox)
    await inbox.save(spoken(*claimed[3], draft="first"), now=NOW)
    saves = (inbox.save(spoken(*each, draft="second", said="hello"), now=NOW) for each in claimed)
    outcomes = await asyncio.gather(*saves, return_exceptions=True)
    assert [index for index, outcome in enumerate(outcomes) if isinstance(outcome, StaleConversation)] == [3]
    assert len([outcome for outcome in outcomes if isinstance(outcome, Conversation)]) == 9
    kept = await inbox.find(claimed[3][0].address)
    assert kept is not None
    assert kept.draft == "first"
    assert len(await SqlSpeaking(database).claim(now=NOW, until=LEASE, most=20)) == 9
    with pytest.raises(StaleConversation):
        await inbox.change(claimed[3][0], claimed[3][0], now=NOW)


async def test_a_failed_event_comes_again_later_and_holds_those_behind_it(inbox: SqlInbox) -> None:
    await inbox.store([event("a")], due=NOW)
    ((conversation, (failed,)),) = await claim(inbox)
    later = NOW + 30 * SECOND
    await inbox.put_off(conversation, failed.id, until=later, reason="broken")
    await inbox.store([event("b", order=1), event("before", order=-1)], due=NOW)
    assert await claim(inbox, later - SECOND) == []
    ((_, events),) = await claim(inbox, later)
    assert [(event.stamp.key, event.attempts, event.reason) for event in events] == [
        ("before", 0, None),
        ("a", 1, "broken"),
        ("b", 0, None),
    ]


async def test_a_parked_event_waits_for_a_person_and_the_queue_goes_on(inbox: SqlInbox) -> None:
    await inbox.store([event("poison"), event("b", order=1)], due=NOW)
    ((conversation, (poison, _)),) = await claim(inbox)
    await inbox.park(conversation, poison.id, reason="NotUnderstood", now=NOW)
    ((page, parked),) = await inbox.parked()
    assert (page, parked.stamp.key, parked.reason) == (PAGE, "poison", "NotUnderstood")
    ((conversation, events),) = await claim(inbox)
    assert [event.stamp.key for event in events] == ["b"]
    await inbox.save(spoken(conversation, events), now=NOW)
    assert await inbox.unpark([parked.id + 1000], now=NOW) == 0
    assert await inbox.unpark([], now=NOW) == 1
    assert keys(await claim(inbox)) == [["poison"]]


async def test_a_conversation_given_back_unread_comes_when_it_is_wanted(inbox: SqlInbox) -> None:
    await inbox.store([event("a")], due=NOW)
    ((conversation, _),) = await claim(inbox)
    await inbox.release(conversation, due=NOW + SECOND)
    assert await claim(inbox) == []
    ((conversation, _),) = await claim(inbox, NOW + SECOND)
    await inbox.release(conversation, due=None)
    assert await claim(inbox, LEASE) == []
    await inbox.store([event("b", order=1)], due=NOW)
    assert keys(await claim(inbox)) == [["a", "b"]]


async def test_drafts_that_rest_and_people_who_wait_are_found(inbox: SqlInbox) -> None:
    await inbox.store([event(peer, peer=peer) for peer in "abc"], due=NOW)
    found = {conversation.address.peer: (conversation, events) for conversation, events in await claim(inbox)}
    changes = {
        "a": {"draft_touched_at": NOW - SECOND, "wants_person_since": NOW},
        "b": {"draft_touched_at": NOW - SECOND, "reminded_at": NOW, "silent_until": NOW},
        "c": {"draft_touched_at": NOW, "silent_until": NOW + SECOND, "wants_person_since": NOW - SECOND},
    }
    for peer, change in changes.items():
        said = spoken(*found[peer])
        await inbox.save(replace(said, after=replace(said.after, **change)), now=NOW)
    for reminded, peer in ((False, "a"), (True, "b")):
        (resting,) = await inbox.resting(before=NOW, reminded=reminded, most=10)
        assert resting.address == Address(connection=PAGE, peer=peer)
    waiting = await inbox.wanting_person(None)
    assert [(conversation.address.peer, agency) for conversation, agency in waiting] == [("c", AGENCY), ("a", AGENCY)]
    assert await inbox.wanting_person(AgencyKey("clinic")) == []
    (first,) = await inbox.resting(before=NOW, reminded=False, most=10)
    await inbox.change(first, replace(first, reminded_at=NOW), parts=[Part(body="still here?")], now=NOW)
    assert await inbox.resting(before=NOW, reminded=False, most=10) == []


async def test_old_events_are_forgotten_and_those_that_wait_stay(database: Database, inbox: SqlInbox) -> None:
    await inbox.store([event("a"), event("odd", peer=None)], due=NOW)
    ((conversation, events),) = await claim(inbox)
    await inbox.save(spoken(conversation, events), now=NOW)
    await inbox.store([event("b")], due=NOW)
    assert await inbox.forget_read(before=NOW) == 0
    assert await inbox.forget_read(before=NOW + SECOND) == 2
    assert await count(database) == 1
    assert keys(await claim(inbox)) == [["b"]]


PEERS, EVENTS = 40, 25


class Crowd:
    """Residents who write, processes that read and answer, some of which die; time passes when nobody has work."""

    def __init__(self, databases: Sequence[Database]) -> None:
        self.chance = random.Random(20261120)
        self.inboxes = [open_inbox(database) for database in databases]
        self.queues = [SqlSpeaking(database) for database in databases]
        self.now = NOW
        self.read_keys: set[str] = set()
        self.sent: defaultdict[str, list[str]] = defaultdict(list)

    async def write(self, peer: str) -> None:
        """Store the peer's events, each once or several times, through one process or another."""
        for number in range(EVENTS):
            came = event(f"{peer}-{number}", peer, order=number)
            for inbox in self.chance.choices(self.inboxes, k=self.chance.randint(1, 3)):
                await inbox.store([came], due=NOW)

    async def read(self, inbox: SqlInbox) -> None:
        """Answer each event with its own key, until everything is read."""
        while not self.is_read():
            claimed = await inbox.claim(now=self.now, until=self.now + timedelta(minutes=1), most=5)
            if not claimed:
                self.now += 20 * SECOND
            await asyncio.gather(*(self.answer(inbox, *each) for each in claimed))

    async def answer(self, inbox: SqlInbox, conversation: Conversation, events: Sequence[StoredEvent]) -> None:
        for place, came in enumerate(events):
            if self.chance.random() < 0.05:
                return  # the process died: the lease ends by itself
            said = spoken(conversation, [came], draft=f"{conversation.draft} {came.stamp.key}", said=came.stamp.key)
            try:
                conversation = await inbox.save(said, now=self.now, claim_next=place + 1 < len(events))
            except StaleConversation:
                return
            self.read_keys.add(came.stamp.key)

    def is_read(self) -> bool:
        return len(self.read_keys) == PEERS * EVENTS

    async def send(self, speaking: SqlSpeaking) -> None:
        """Send what is said, until all has left."""
        while sum(map(len, self.sent.values())) < PEERS * EVENTS:
            claimed = await speaking.claim(now=self.now, until=self.now + timedelta(days=1), most=7)
            for address, parts in claimed:
                await speaking.begin([part.id for part in parts])
                self.sent[address.peer] += [part.part.body for part in parts]
                await speaking.settle(address, [(part, Sent(), None) for part in parts], now=self.now)
            await asyncio.sleep(0)


async def test_two_processes_lose_nothing_double_nothing_and_keep_the_order(
    database: Database, other: Database
) -> None:
    crowd = Crowd([database, other])
    peers = [str(number) for number in range(PEERS)]
    async with asyncio.timeout(60):
        await asyncio.gather(
            *(crowd.write(peer) for peer in peers),
            *(crowd.read(inbox) for inbox in crowd.inboxes * 2),
            *(crowd.send(queue) for queue in crowd.queues),
        )
    for peer in peers:
        expected = [f"{peer}-{number}" for number in range(EVENTS)]
        conversation = await crowd.inboxes[0].find(Address(connection=PAGE, peer=peer))
        assert conversation is not None
        assert conversation.draft.split() == expected
        assert crowd.sent[peer] == expected
    assert await count(database) == PEERS * EVENTS


async def until_somebody_waits_for_a_lock(server: psycopg.Connection) -> None:
    """Return when a session of this database is held up by another."""
    held_up = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    for _ in range(1000):
        if server.execute(held_up).fetchone():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody waits")


async def test_an_event_stored_while_another_process_saves_is_not_missed(postgres_url: str) -> None:
    database, other = Database(postgres_url), Database(postgres_url)
    try:
        await migrate(database)
        inbox, rival = open_inbox(database), open_inbox(other)
        await inbox.store([event("a")], due=NOW)
        ((conversation, events),) = await claim(inbox)
        with psycopg.connect(postgres_url) as third, psycopg.connect(postgres_url, autocommit=True) as looking:
            # The store has written "b" and waits for the third; meanwhile the save gives the conversation back.
            third.execute(
                "INSERT INTO incoming_events (connection, key, position, payload, received_at, attempts, read_at)"
                " VALUES ('telegram', 'held', 0, '{}', now(), 0, now())"
            )
            storing = asyncio.create_task(rival.store([event("b", order=1), event("held", peer=None)], due=NOW))
            await until_somebody_waits_for_a_lock(looking)
            conversation = await inbox.save(spoken(conversation, events), now=NOW)
            assert await claim(inbox) == []
            third.rollback()
            await storing
            ((conversation, events),) = await claim(inbox)
            assert [event.stamp.key for event in events] == ["b"]
            # The save has begun and waits for the third; meanwhile the store is done.
            third.execute("SELECT 1 FROM incoming_events WHERE key = 'b' FOR UPDATE")
            saving = asyncio.create_task(inbox.save(spoken(conversation, events), now=NOW))
            await until_somebody_waits_for_a_lock(looking)
            await rival.store([event("c", order=2)], due=NOW)
            assert await claim(rival) == []
            third.rollback()
            await saving
        assert keys(await claim(rival)) == [["c"]]
    finally:
        await database.close()
        await other.close()


async def test_processes_that_cross_each_other_both_store_what_they_got(postgres_url: str) -> None:
    database = Database(postgres_url)
    try:
        await migrate(database)
        inbox = open_inbox(database)
        insert = (
            "INSERT INTO incoming_events (connection, key, position, payload, received_at, attempts)"
            " VALUES ('telegram', %s, 0, '{}', now(), 0) ON CONFLICT DO NOTHING"
        )
        with psycopg.connect(postgres_url) as third, psycopg.connect(postgres_url, autocommit=True) as looking:
            third.execute(insert, ["b"])
            storing = asyncio.create_task(inbox.store([event("a"), event("b")], due=NOW))
            await until_somebody_waits_for_a_lock(looking)
            await asyncio.to_thread(third.execute, insert, ["a"])
            third.rollback()
            await storing
        assert keys(await claim(inbox)) == [["a", "b"]]
    finally:
        await database.close()


async def test_one_process_polls_a_page_until_it_is_gone(inbox: SqlInbox, other: Database) -> None:
    second = open_inbox(other)
    assert await inbox.hold_poll(PAGE, holder="first", now=NOW, until=LEASE)
    assert not await second.hold_poll(PAGE, holder="second", now=NOW, until=LEASE)
    assert await inbox.hold_poll(PAGE, holder="first", now=NOW + SECOND, until=LEASE + SECOND)
    assert not await second.hold_poll(PAGE, holder="second", now=LEASE, until=LEASE + 9 * SECOND)
    assert await second.hold_poll(PAGE, holder="second", now=LEASE + SECOND, until=LEASE + 9 * SECOND)


async def test_a_page_is_polled_from_where_it_was_read(inbox: SqlInbox, other: Database) -> None:
    assert await inbox.poll_position(PAGE) == ""
    for position in ("41", "42"):
        await inbox.save_poll_position(PAGE, position)
    assert await open_inbox(other).poll_position(PAGE) == "42"
    assert await inbox.poll_position(ConnectionId("vk")) == ""


async def test_what_belongs_to_no_dialog_is_counted_and_never_read(inbox: SqlInbox) -> None:
    await inbox.store([event("unreadable", peer=None), event("strange", peer=None), event("hello")], due=NOW)
    assert await inbox.nobodys() == {PAGE: 2}
    ((_, events),) = await inbox.claim(now=NOW, until=LEASE, most=9)
    assert [stored.stamp.key for stored in events] == ["hello"]
