"""What operators type about pages in messengers: connect, look, disconnect; facts, links, dialogs that wait."""

import ast
import asyncio
import io
import json
import re
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from gateway.domain.agency import AgencyKey
from gateway.domain.connection import Connection, ConnectionId
from gateway.texts import LANGUAGES, load_texts
from tests.application import AGENCY as APPLICATION_AGENCY
from tests.application import served, settings_for
from tests.platforms.max import MaxPlatform
from tests.platforms.ok import OkPlatform
from tests.platforms.telegram import TelegramPlatform
from tests.platforms.vk import VkPlatform
from tests.server import AGENCY, RunningGateway, start_with_agency

ROOT = Path(__file__).parents[2]
PLATFORMS = {"telegram": TelegramPlatform, "vk": VkPlatform, "ok": OkPlatform, "max": MaxPlatform}
ALLOWED = ("vk", "ok", "max")
FOREIGN_REASON = "решение оператора № 5"


def _run(gateway: RunningGateway, arguments: tuple[str, ...], typed: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        gateway._command(*arguments),
        env=gateway._environment,
        cwd=gateway.folder,
        input=typed,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


async def otklik(
    gateway: RunningGateway, *arguments: str, typed: str = "", status: int = 0
) -> subprocess.CompletedProcess[str]:
    """Run a command while the platform goes on; AssertionError unless it ends with that status."""
    done = await asyncio.to_thread(_run, gateway, arguments, typed)
    assert done.returncode == status, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done


@asynccontextmanager
async def platform_of(name: str) -> AsyncIterator[Any]:
    async with PLATFORMS[name](**({"messages_a_second": None} if name == "max" else {})) as platform:
        yield platform
        assert platform.offences == []


async def connect(gateway: RunningGateway, platform: Any, *more: str, status: int = 0) -> Any:
    base = ("--set", f"api_base={platform.base}")
    token = platform.settings()["token"]
    return await otklik(
        gateway, "channel", "connect", platform.name, "--agency", AGENCY, *base, *more, typed=token, status=status
    )


async def heard(resident: Any, words: str) -> Any:
    """The resident's newest message of the page, once it has these words."""
    deadline = time.monotonic() + 20
    while not (resident.chat and re.search(words, resident.chat[-1].text)):
        assert time.monotonic() < deadline, [shown.text for shown in resident.chat]
        await asyncio.sleep(0.02)
    return resident.chat[-1]


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    """A gateway for all tests that leave no page behind."""
    gateway = start_with_agency(tmp_path_factory.mktemp("gateway"), {})
    yield gateway
    gateway.stop()


@pytest.fixture
def stopped_gateway(tmp_path: Path) -> Iterator[RunningGateway]:
    """One that does not run yet."""
    gateway = RunningGateway(tmp_path)
    yield gateway
    if gateway.process is not None:
        gateway.kill()


async def pages(gateway: RunningGateway) -> list[dict[str, Any]]:
    return list(json.loads((await otklik(gateway, "channel", "list", "--json")).stdout))


async def disconnect(gateway: RunningGateway, connected: Any) -> None:
    await otklik(gateway, "channel", "disconnect", connected.stdout.split()[0])


@pytest.mark.parametrize("name", ALLOWED)
async def test_a_page_is_connected_lives_and_is_disconnected(gateway: RunningGateway, name: str) -> None:
    async with platform_of(name) as platform:
        connected = await connect(gateway, platform)
        id, link = connected.stdout.split()[0], re.search(r"https://\S+", connected.stdout)
        assert re.fullmatch(r"[A-Za-z0-9]{22}", id)
        assert link is not None
        resident = platform.resident(7, "Анна")
        await resident.start()
        await heard(resident, "отвечаю автоматически")
        status = await otklik(gateway, "channel", "status", "--json")
        assert [(one["id"], one["channel"], one["well"]) for one in json.loads(status.stdout)] == [(id, name, True)]
        await disconnect(gateway, connected)
        secret = platform.settings()["token"]
        for told in (connected.stdout, connected.stderr, status.stdout, gateway.log):
            assert secret not in told


async def test_a_page_that_is_connected_twice_is_one_page(gateway: RunningGateway) -> None:
    async with platform_of("max") as platform:
        first = await connect(gateway, platform)
        assert (await connect(gateway, platform)).stdout.split()[0] == first.stdout.split()[0]
        assert [(one["channel"], one["agency"]) for one in await pages(gateway)] == [("max", AGENCY)]
        assert "!" not in (await otklik(gateway, "channel", "status")).stdout
        await disconnect(gateway, first)
        assert await pages(gateway) == []
        await otklik(gateway, "channel", "disconnect", first.stdout.split()[0], status=1)


async def test_a_key_that_opens_nothing_connects_nothing(gateway: RunningGateway) -> None:
    async with platform_of("max") as platform:
        arguments = ("channel", "connect", "max", "--agency", AGENCY, "--set", f"api_base={platform.base}")
        wrong = await otklik(gateway, *arguments, typed="no-such-token", status=1)
        assert wrong.stderr.startswith("otklik: ")
        assert "no-such-token" not in wrong.stdout + wrong.stderr
        assert await pages(gateway) == []
        await otklik(gateway, *arguments, status=2)
        unknown = await otklik(gateway, *arguments, "--set", "colour=red", typed="x", status=1)
        assert unknown.stderr == "otklik: colour: Extra inputs are not permitted\n"
        platform.offences.clear()


async def test_a_public_body_is_refused_in_a_foreign_messenger_unless_the_operator_insists(
    gateway: RunningGateway,
) -> None:
    async with platform_of("telegram") as platform:
        refused = await connect(gateway, platform, status=1)
        for word in ("41-ФЗ", "01.04.2025", "MAX", "ВКонтакте", "--override-41fz"):
            assert word in refused.stderr
        assert platform.calls == []
        assert await pages(gateway) == []

        insisted = await connect(gateway, platform, "--override-41fz", FOREIGN_REASON, "--polling")
        status = await otklik(gateway, "channel", "status")
        assert FOREIGN_REASON in status.stdout
        resident = platform.resident(7, "Анна")
        await resident.start()
        await heard(resident, "отвечаю автоматически")
        await disconnect(gateway, insisted)


async def test_a_gateway_with_a_forbidden_page_in_its_settings_does_not_start(
    stopped_gateway: RunningGateway,
) -> None:
    gateway, prefix = stopped_gateway, "OTKLIK_CHANNELS__TELEGRAM__"
    gateway.settings |= {f"{prefix}TOKEN": "12345:token", f"{prefix}API_BASE": "http://127.0.0.1:9"}
    await otklik(gateway, "agency", "add", AGENCY, "--name", "Администрация города")
    refused = await otklik(gateway, "serve", status=1)
    assert "41-ФЗ" in refused.stderr
    assert f"{prefix}OVERRIDE_41FZ" in refused.stderr
    assert "12345:token" not in refused.stdout + refused.stderr
    gateway.settings[f"{prefix}OVERRIDE_41FZ"] = FOREIGN_REASON
    await asyncio.to_thread(gateway.start)
    await asyncio.to_thread(gateway.stop)
    del gateway.settings[f"{prefix}OVERRIDE_41FZ"]
    await otklik(gateway, "agency", "edit", AGENCY, "--no-public-body")
    await asyncio.to_thread(gateway.start)


async def test_settings_of_channels_are_shown_masked_and_unknown_ones_named(stopped_gateway: RunningGateway) -> None:
    gateway = stopped_gateway
    gateway.settings |= {"OTKLIK_CHANNELS__MAX__TOKEN": "12345678", "OTKLIK_CHANNELS__MAX__PER_SECOND": "3"}
    told = (await otklik(gateway, "doctor")).stdout
    assert "OTKLIK_CHANNELS__MAX__TOKEN=********\n" in told
    assert "OTKLIK_CHANNELS__MAX__PER_SECOND=3.0\n" in told
    assert "12345678" not in told
    gateway.settings |= {"OTKLIK_CHANNELS__MAX__COLOUR": "red", "OTKLIK_CHANNELS__PIGEON__TOKEN": "coo"}
    wrong = await otklik(gateway, "doctor", status=2)
    assert "OTKLIK_CHANNELS__MAX__COLOUR: " in wrong.stderr
    assert "OTKLIK_CHANNELS__PIGEON: no such channel; there are max, ok, telegram, vk" in wrong.stderr
    assert "red" not in wrong.stderr
    assert "coo" not in wrong.stderr


async def test_facts_links_and_a_person_behind_the_page(gateway: RunningGateway, tmp_path: Path) -> None:
    async with platform_of("vk") as platform:
        connected = await connect(gateway, platform)
        await keep_facts(gateway, tmp_path, platform)
        await follow_link(gateway, tmp_path, platform)
        await call_person(gateway, platform)
        await disconnect(gateway, connected)


async def keep_facts(gateway: RunningGateway, folder: Path, platform: Any) -> None:
    hours = ("--name", "hours", "--asked", "когда вы работаете", "--asked", "часы работы", "--answer", "С 9 до 18.")
    assert (await otklik(gateway, "fact", "add", AGENCY, *hours)).stdout == "1 added, 0 changed, 0 unchanged, 0 bad\n"
    sheet = folder / "facts.csv"
    sheet.write_text("name;asked;answer\nhours;часы работы;С 9 до 19.\nphone;ваш телефон|как позвонить;12-34\nx;;\n")
    entered = await otklik(gateway, "fact", "import", AGENCY, str(sheet), status=1)
    assert entered.stdout == "1 added, 1 changed, 0 unchanged, 1 bad\n"
    assert entered.stderr.startswith("row 4: ")
    told = json.loads((await otklik(gateway, "fact", "list", AGENCY, "--json")).stdout)
    assert [(fact["name"], len(fact["asked"])) for fact in told] == [("hours", 1), ("phone", 2)]
    await otklik(gateway, "fact", "remove", AGENCY, "phone")
    asking = platform.resident(11, "Борис")
    await asking.say("Часы работы?")
    await heard(asking, r"С 9 до 19\.")


async def follow_link(gateway: RunningGateway, folder: Path, platform: Any) -> None:
    where = ("--topic", "0116", "--place", "ул. Мира, 5")
    made = json.loads((await otklik(gateway, "link", "add", AGENCY, *where, "--json")).stdout)
    assert json.loads((await otklik(gateway, "link", "list", AGENCY, "--json")).stdout) == made
    code, address = made[0]["code"], made[0]["pages"]["vk"]
    assert address.endswith(f"?ref={code}")
    assert "topic=0116" in made[0]["form"]
    await otklik(gateway, "link", "add", AGENCY, "--topic", "9999", status=1)

    show = ("agency", "show", AGENCY, "--topic", "0116", "--address", "ул. Мира, 5", "--save", str(folder / "out"))
    assert address in (await otklik(gateway, *show)).stdout
    picture = Image.open(io.BytesIO((folder / "out" / f"otklik-qr-{AGENCY}-vk.png").read_bytes()))
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [address]
    led = platform.resident(12, "Вера")
    await led.start(code)
    await heard(led, "ул. Мира, 5")


async def call_person(gateway: RunningGateway, platform: Any) -> None:
    calling = platform.resident(13, "Глеб")
    await calling.start()
    await heard(calling, "отвечаю автоматически")
    await calling.say("оператор")
    await heard(calling, "(?i)сотрудник|человек|специалист")
    waiting = json.loads((await otklik(gateway, "dialog", "waiting", "--agency", AGENCY, "--json")).stdout)
    assert [(one["channel"], one["waiting_since"] is not None) for one in waiting] == [("vk", True)]
    assert waiting[0]["dialog"] == f"https://vk.com/gim{platform.group_id}?sel={calling.id}"
    assert "Глеб" not in json.dumps(waiting, ensure_ascii=False)
    said = len(calling.chat)
    await calling.say("Есть тут кто?")
    await platform.idle()
    await otklik(gateway, "dialog", "release", waiting[0]["id"])
    assert (await otklik(gateway, "dialog", "waiting")).stdout == "Nobody waits.\n"
    assert len(calling.chat) == said
    await calling.say("/start")
    await heard(calling, "Опишите проблему|отвечаю автоматически")


async def test_a_silent_platform_is_told_and_the_page_can_still_be_disconnected(gateway: RunningGateway) -> None:
    async with platform_of("max") as platform:
        await connect(gateway, platform)
    told = json.loads((await otklik(gateway, "channel", "status", "--lang", "en", "--json", status=1)).stdout)
    assert [finding["code"] for finding in told[0]["findings"]] == ["no_answer"]
    assert "The platform did not answer" in told[0]["findings"][0]["message"]
    gone = await otklik(gateway, "channel", "disconnect", told[0]["id"])
    assert "the platform was not told" in gone.stderr
    assert (await otklik(gateway, "channel", "retry")).stdout == "0 due again\n"


async def test_a_page_with_settings_of_another_version_stops_no_other(tmp_path: Path) -> None:
    async with served(settings_for(tmp_path)) as gateway:
        for id, options in (("old", {"colour": "red"}), ("good", {"token": "x", "secret": "secret"})):
            connection = Connection(
                id=ConnectionId(id), channel="max", agency=AgencyKey(APPLICATION_AGENCY), options=options
            )
            await gateway.app.connections.save(connection)
        assert [page.connection.id for page in await gateway.app.pages.all()] == ["good"]


def finding_codes() -> Iterator[str]:
    for path in [*(ROOT / "bots").rglob("*.py"), *(ROOT / "gateway" / "actions").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
                yield from (word.value.value for word in node.keywords if word.arg == "code")


@pytest.mark.parametrize("code", sorted(set(finding_codes())))
def test_every_finding_has_its_words(code: str) -> None:
    texts = load_texts()
    assert all(texts.has(lang, f"channel.{code}") for lang in LANGUAGES)
