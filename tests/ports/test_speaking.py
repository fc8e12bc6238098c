"""`ports.Speaking`: what is said leaves in order, once, and nobody's place is lost when a process dies."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from gateway.adapters.sql.engine import Database
from gateway.adapters.sql.inbox import SqlInbox
from gateway.adapters.sql.migrate import migrate
from gateway.adapters.sql.speaking import SqlSpeaking
from gateway.domain.agency import AgencyKey
from gateway.domain.connection import Address, ConnectionId
from gateway.domain.conversation import (
    Conversation,
    Outcome,
    Part,
    QueuedPart,
    RawEvent,
    Refused,
    SendLater,
    Sent,
    Spoken,
    Stamp,
    Unreachable,
    Unsure,
)

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LEASE = NOW + timedelta(minutes=1)
PAGE = ConnectionId("telegram")
CHAT = Address(connection=PAGE, peer="7")

Claimed = Sequence[tuple[Address, Sequence[QueuedPart]]]


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
def speaking(database: Database) -> SqlSpeaking:
    return SqlSpeaking(database)


async def claim(speaking: SqlSpeaking, now: datetime = NOW, most: int = 10) -> Claimed:
    return await speaking.claim(now=now, until=now + timedelta(minutes=1), most=most)


def bodies(claimed: Claimed) -> list[str]:
    return [part.part.body for _, parts in claimed for part in parts]


async def put(speaking: SqlSpeaking, *said: str, chat: Address = CHAT, key: str | None = None) -> None:
    parts = [Part(body=body) for body in said]
    await speaking.put(chat, parts, key=key or repr((chat, said)), now=NOW)


async def settle(
    speaking: SqlSpeaking, claimed: Claimed, *outcomes: Outcome, at: datetime | None = None, now: datetime = NOW
) -> None:
    ((address, parts),) = claimed
    ended = [(part, outcome, at) for part, outcome in zip(parts, outcomes, strict=False)]
    await speaking.settle(address, ended, now=now)


async def converse(database: Database, *, unreachable_since: datetime | None = None, said: str = "") -> Conversation:
    """Let the resident of CHAT write something and have it read."""
    inbox = SqlInbox(database, lambda: NOW)
    before = await inbox.find(CHAT)
    stamp = Stamp(key=str(before and before.version), peer=CHAT.peer)
    await inbox.store([RawEvent(connection=PAGE, stamp=stamp, payload="{}", received_at=NOW)], due=NOW)
    ((conversation, events),) = await inbox.claim(now=NOW, until=LEASE, most=1)
    parts = (Part(body=said),) if said else ()
    after = Conversation(
        id=conversation.id,
        address=CHAT,
        version=conversation.version,
        unreachable_since=unreachable_since,
    )
    read = tuple(event.id for event in events)
    return await inbox.save(
        Spoken(before=conversation, after=after, agency=AgencyKey("school"), read=read, parts=parts), now=NOW
    )


async def test_parts_of_a_peer_leave_in_order_and_wait_for_one_another(speaking: SqlSpeaking) -> None:
    await put(speaking, "1", "2")
    await put(speaking, "3")
    claimed = await claim(speaking)
    assert bodies(claimed) == ["1", "2", "3"]
    await settle(speaking, claimed, Sent("m1"), SendLater("flood"), at=NOW + SECOND)
    await put(speaking, "4")
    assert await claim(speaking) == []
    claimed = await claim(speaking, NOW + SECOND)
    assert bodies(claimed) == ["2", "3", "4"]
    await settle(speaking, claimed, Sent(), Sent(), Sent(), now=NOW + SECOND)
    assert await claim(speaking, LEASE) == []
    assert await speaking.counts() == {}


async def test_a_claimed_peer_is_nobody_elses_until_the_lease_ends(speaking: SqlSpeaking, other: Database) -> None:
    await put(speaking, "1")
    await claim(speaking)
    await put(speaking, "2")
    assert await claim(SqlSpeaking(other), LEASE - SECOND) == []
    assert bodies(await claim(SqlSpeaking(other), LEASE)) == ["1", "2"]


async def test_a_peer_that_is_held_longer_is_nobody_elses_meanwhile(speaking: SqlSpeaking, other: Database) -> None:
    await put(speaking, "1", "2")
    ((_, (first, _)),) = await claim(speaking)
    await speaking.hold(first.id, until=LEASE + SECOND)
    assert await claim(SqlSpeaking(other), LEASE) == []
    assert bodies(await claim(SqlSpeaking(other), LEASE + SECOND)) == ["1", "2"]


async def test_peers_that_are_taken_or_wait_do_not_stand_in_the_way_of_others(speaking: SqlSpeaking) -> None:
    for peer in "abc":
        await put(speaking, f"{peer}1", f"{peer}2", chat=Address(connection=PAGE, peer=peer))
    first = await claim(speaking, most=1)
    assert bodies(await claim(speaking, most=1)) == ["b1", "b2"]
    await settle(speaking, first, SendLater("flood"), at=LEASE)
    assert bodies(await claim(speaking, most=1)) == ["c1", "c2"]


async def test_a_peer_given_back_untouched_can_be_taken_at_once(speaking: SqlSpeaking) -> None:
    await put(speaking, "1")
    await settle(speaking, await claim(speaking))
    assert bodies(await claim(speaking)) == ["1"]


async def test_what_was_begun_and_never_ended_is_known_to_be_unsure(speaking: SqlSpeaking, other: Database) -> None:
    await put(speaking, "1", "2")
    ((_, (first, _)),) = await claim(speaking)
    await speaking.begin([first.id])
    ((_, parts),) = await claim(SqlSpeaking(other), LEASE)
    assert [(part.part.body, part.attempts) for part in parts] == [("1", 1), ("2", 0)]


async def test_what_was_certainly_not_sent_is_not_unsure(speaking: SqlSpeaking) -> None:
    await put(speaking, "1")
    for failures in (0, 1):
        claimed = await claim(speaking)
        ((_, (part,)),) = claimed
        assert (part.attempts, part.failures) == (0, failures)
        await speaking.begin([part.id])
        await settle(speaking, claimed, SendLater("flood"), at=NOW)


async def test_a_wait_that_the_platform_names_costs_no_try(speaking: SqlSpeaking) -> None:
    await put(speaking, "1")
    for _ in range(3):
        await settle(speaking, await claim(speaking), SendLater("flood", seconds=1.0), at=NOW)
    ((_, (part,)),) = await claim(speaking)
    assert part.failures == 0


async def test_an_unsure_part_with_a_time_stays_and_one_without_is_kept_for_the_operator(
    speaking: SqlSpeaking,
) -> None:
    await put(speaking, "1", "2")
    claimed = await claim(speaking)
    ((_, (first, second)),) = claimed
    await speaking.begin([first.id, second.id])
    await settle(speaking, claimed, Unsure("broken"), at=NOW + SECOND)
    assert await claim(speaking) == []
    claimed = await claim(speaking, NOW + SECOND)
    ((_, (first, second)),) = claimed
    assert (first.attempts, second.attempts) == (1, 1)
    await settle(speaking, claimed, Unsure("broken"), now=NOW + SECOND)
    assert bodies(await claim(speaking, NOW + SECOND)) == ["2"]
    assert await speaking.counts() == {PAGE: {"waiting": 1, "refused": 0, "unsure": 1, "unreachable": 0}}


async def test_a_refused_part_is_kept_and_those_behind_it_go_on(speaking: SqlSpeaking) -> None:
    await put(speaking, "1", "2")
    await settle(speaking, await claim(speaking), Refused("too long"))
    assert bodies(await claim(speaking)) == ["2"]
    assert (await speaking.counts())[PAGE] == {"waiting": 1, "refused": 1, "unsure": 0, "unreachable": 0}
    await speaking.forget_ended(before=NOW + SECOND)
    assert (await speaking.counts())[PAGE] == {"waiting": 1, "refused": 0, "unsure": 0, "unreachable": 0}


async def test_nothing_goes_to_whom_we_cannot_reach_until_they_write(database: Database, speaking: SqlSpeaking) -> None:
    await converse(database, said="1")
    await put(speaking, "2")
    await settle(speaking, await claim(speaking), Unreachable("blocked"))
    await put(speaking, "3")
    assert await claim(speaking, LEASE) == []
    assert (await speaking.counts())[PAGE] == {"waiting": 1, "refused": 0, "unsure": 0, "unreachable": 1}
    lost = await SqlInbox(database, lambda: NOW).find(CHAT)
    assert lost is not None
    assert lost.unreachable_since == NOW
    await converse(database, said="4")
    assert bodies(await claim(speaking)) == ["3", "4"]
    assert (await speaking.counts())[PAGE]["unreachable"] == 0


async def test_what_waits_for_a_resident_who_left_waits_until_they_come_back(
    database: Database, speaking: SqlSpeaking
) -> None:
    await put(speaking, "1")
    await converse(database, unreachable_since=NOW)
    assert await claim(speaking, LEASE) == []
    await converse(database)
    assert bodies(await claim(speaking)) == ["1"]


async def test_an_answer_to_a_button_that_came_too_late_is_dropped_and_holds_up_nothing(
    speaking: SqlSpeaking, other: Database
) -> None:
    toast = Part(body="toast", expires_at=NOW)
    await speaking.put(CHAT, [toast, Part(body="1"), toast], key="k", now=NOW)
    assert bodies(await claim(speaking)) == ["1"]
    assert await claim(SqlSpeaking(other), LEASE - SECOND) == []
    assert (await speaking.counts())[PAGE]["waiting"] == 1


async def test_one_key_is_put_once_by_however_many(speaking: SqlSpeaking, other: Database) -> None:
    chats = [Address(connection=PAGE, peer=str(number)) for number in range(8)]
    rivals = [speaking, SqlSpeaking(other)]
    puts = [
        put(rival, "1", "2", chat=chat, key=f"notice of {chat.peer}")
        for rival in rivals
        for chat in (chats if rival is speaking else reversed(chats))
        for _ in range(3)
    ]
    await asyncio.gather(*puts)
    claimed = await claim(speaking, most=20)
    assert len(claimed) == 8
    assert bodies(claimed) == ["1", "2"] * 8


async def test_a_part_never_gets_the_id_of_one_that_was_sent(speaking: SqlSpeaking) -> None:
    ids = set()
    for said in "abc":
        await put(speaking, said)
        claimed = await claim(speaking)
        ids.add(claimed[0][1][0].id)
        await settle(speaking, claimed, Sent())
    assert len(ids) == 3
