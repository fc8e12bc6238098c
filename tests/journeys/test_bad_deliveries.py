"""Whatever comes to the webhooks: nothing ends the worker, nothing waits for ever, and strangers learn nothing."""

import asyncio
import copy
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from gateway.actions.connected_pages import ConnectedPage
from gateway.channels import Channel, Incoming, Json
from gateway.domain.agency import AgencyKey
from gateway.domain.connection import Connection, ConnectionId
from tests.application import AGENCY
from tests.journeys.chats import PLATFORMS, Say, Told
from tests.journeys.connected import Connected, connected
from tests.journeys.test_platform_troubles import Time

FIXTURES = {name: sorted(Path("bots", name, "fixtures").glob("*.json")) for name in PLATFORMS}
EACH = 6
JUNK: list[Any] = [
    None, [], {}, "", " ", 0, -1, 1 << 63, 10**400, 0.5, float("inf"), float("nan"), True, "\0", "\ud800", "я" * 5000,
    "1", "null", [[]], [{}], {"": None}, "../../etc", "http://127.0.0.1:1/", ["a"] * 50, {"id": "x"}, "9" * 400,
]  # fmt: skip


@dataclass(slots=True)
class Door:
    """The hook of a page and what its platform shows there."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)
    signature: dict[str, Any] = field(default_factory=dict)

    def body(self, payload: Any) -> bytes:
        signed = {**payload, **self.signature} if isinstance(payload, dict) else payload
        return json.dumps(signed).encode()


async def doors_of(world: Connected) -> dict[str, Door]:
    paths = {page.channel.name: page.hook for page in await world.gateway.app.pages.all()}
    given = {name: platform.settings() for name, platform in world.platforms.items()}
    vk = {"group_id": int(given["vk"]["group_id"]), "secret": given["vk"]["secret"]}
    return {
        "telegram": Door(paths["telegram"], {"X-Telegram-Bot-Api-Secret-Token": given["telegram"]["secret"]}),
        "vk": Door(paths["vk"], signature=vk),
        "ok": Door(paths["ok"]),
        "max": Door(paths["max"], {"X-Max-Bot-Api-Secret": given["max"]["secret"]}),
    }


async def post(world: Connected, door: Door, content: bytes, headers: dict[str, str] | None = None) -> int:
    given = {"Content-Type": "application/json"} | (door.headers if headers is None else headers)
    return (await world.gateway.http.post(door.path, content=content, headers=given)).status_code


async def test_nothing_that_platforms_might_send_breaks_the_gateway(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    fate = random.Random(4)
    async with connected(list(PLATFORMS), tmp_path, dialogs={"gather_seconds": 0}) as world:
        doors = await doors_of(world)

        async def pour(channel: str) -> set[int]:
            base = world.platforms[channel].base
            answers = set()
            for path in FIXTURES[channel]:
                # Files are asked for where there are none, not in the internet.
                payload = json.loads(re.sub(r'https?://[^"\s]+', f"{base}/files/none", path.read_text("utf-8")))
                for changed in mutations(payload, fate):
                    answers.add(await post(world, doors[channel], doors[channel].body(changed)))
            return answers

        answers = await asyncio.gather(*map(pour, PLATFORMS))
        assert set.union(*answers) <= {200, 403}
        assert all(200 in statuses for statuses in answers)
        for channel in PLATFORMS:
            await world.chat(99, channel=channel).play(Say("Здравствуйте"), Told("Опишите проблему"))
        for platform in world.platforms.values():
            platform.offences.clear()  # it was asked about people and messages that are none
    log = "".join(capfd.readouterr())
    for failure in ("delivery failed", "sending failed", "work failed", "job failed", "Traceback"):
        assert failure not in log, log[log.index(failure) - 300 :][:3000]


def mutations(payload: Any, fate: random.Random) -> Iterator[Any]:
    """The payload, and others that have something wrong somewhere."""
    yield payload
    for _ in range(EACH):
        changed = json.loads(json.dumps(payload))
        for _ in range(fate.randint(1, 3)):
            holder, key = fate.choice(list(places(changed)))
            match fate.randrange(4):
                case 0:
                    holder.pop(key) if isinstance(holder, dict) else None
                case 1:
                    holder[key] = json.loads("[" * 200 + "]" * 200)
                    break  # nobody looks into that again
                case _:
                    holder[key] = copy.deepcopy(fate.choice(JUNK))
            if not changed:
                break
        yield changed


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in list(inner):
        yield value, key
        yield from places(member)


async def test_strangers_learn_nothing_and_what_is_unreadable_is_taken_once(tmp_path: Path) -> None:
    async with connected(list(PLATFORMS), tmp_path) as world:
        doors, http = await doors_of(world), world.gateway.http
        wrong: list[tuple[str, bytes, dict[str, str]]] = [("/hooks/nothing", b"{}", {}), ("/hooks/telegram/x", b"", {})]
        for door in doors.values():
            wrong.append((f"{door.path}x", door.body({}), door.headers))
            if door.path != doors["ok"].path:  # its path is the secret
                for shown in ("", "wrong", "сек\u0440ет", "\udcff"):
                    headers = {name: shown.encode("utf-8", "surrogateescape") for name in door.headers}
                    body = json.dumps({**door.signature, **({"secret": shown} if door.signature else {})}).encode()
                    wrong.append((door.path, body, headers))
                wrong.append((door.path, b" " * 10_000_000, door.headers))
        wrong.append((doors["vk"].path, json.dumps({"type": "confirmation", "group_id": 1}).encode(), {}))
        told = set()
        for path, content, headers in wrong:
            answer = await http.post(path, content=content, headers=headers)
            kept = {name: value for name, value in answer.headers.items() if name not in ("date", "x-request-id")}
            told.add((answer.status_code, answer.text, tuple(sorted(kept.items()))))
        assert len(told) == 1, [set(one[2]) ^ set(other[2]) for one, other in pairwise(told)]
        assert next(iter(told))[0] == 403

        strange = [
            "",
            "nothing",
            "[]",
            "1" * 5000,
            '{"a":1e400}',
            "[" * 90_000,
            '{"a":"\\u0000"}',
            '{"a":"\\ud800"}',
            "{",
        ]
        for channel in ("telegram", "ok", "max"):
            door = doors[channel]
            for text in strange:
                for _ in range(2):
                    assert await post(world, door, text.encode()) == 200
            assert await post(world, door, b"\xff\xfe\0") == 200
        await world.settle()
        assert [platform.calls for platform in world.platforms.values() if sent(platform)] == []


def sent(platform: Any) -> list[Any]:
    return [call for call in platform.calls if "essage" in call.method and "send" in call.method.lower()]


@dataclass(frozen=True, slots=True)
class Stumbling:
    """A channel that cannot take one of its messages, whatever is tried."""

    channel: Channel

    def __getattr__(self, name: str) -> Any:
        return getattr(self.channel, name)

    def receive(self, payload: Json) -> Incoming | None:
        if "poison" in json.dumps(payload):
            raise ZeroDivisionError
        return self.channel.receive(payload)


@pytest.mark.parametrize("channel", ["max"])
async def test_poison_is_set_aside_after_its_tries_and_what_came_behind_it_is_answered(
    channel: str, tmp_path: Path
) -> None:
    time = Time()
    async with connected(channel, tmp_path, clock=time, work=False) as world:
        app, chat = world.gateway.app, world.chat()
        (page,) = await app.pages.all()
        named = Connection(id=ConnectionId("second"), channel=channel, agency=AgencyKey(AGENCY), handle="second")
        stumbling = ConnectedPage(named, Stumbling(page.channel), page.options)  # type: ignore[arg-type]
        app.pages.add_source(lambda: [stumbling])
        world.platform.deliveries.hook = f"{world.gateway.url}{page.hook}/second"
        await chat.play(Say("poison of somebody"), Say("Здравствуйте"))
        for _ in range(8):
            await world.platform.idle()
            await world.gateway.drain()
            time.now += timedelta(hours=1)
        await chat.play(Told("Опишите проблему"))
        parked = await app.inbox.parked()
        assert [(connection, event.reason) for connection, event in parked] == [("second", "ZeroDivisionError")]


async def test_words_that_look_like_a_broken_sign_are_read_all_the_same(tmp_path: Path) -> None:
    async with connected("max", tmp_path) as world:
        chat = world.chat()
        await chat.play(Say("\\u0000 На Садовой 12 большая яма на дороге"), Told(buttons=["chat.files.without"]))
        assert await world.gateway.app.inbox.nobodys() == {}
