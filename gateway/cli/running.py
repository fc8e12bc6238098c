"""`otklik serve`, `work`, `demo`, `migrate`, and `doctor` where it is about the gateway itself."""

import asyncio
import gc
import re
import signal
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import BaseModel, SecretStr

from gateway.cli.asking import run, settings_in_force
from gateway.config import Settings
from gateway.errors import OtklikError

if TYPE_CHECKING:
    from gateway.app import Gateway

_NEW_OBJECTS_BETWEEN_COLLECTIONS = 20_000

_PASSWORD = re.compile(r"(://[^/@:]*:)[^/@]*@")  # in the address of a database

_SITES = {
    "city": "A modern site",
    "old": "One in windows-1251",
    "ministry": "One with a strict policy",
    "school": "One without scripts",
}

_GRACE_SECONDS = 25.0  # for what is under way; containers are usually given 30 seconds to stop
_LAST_SECONDS = 3.0


def serve(
    no_work: Annotated[bool, typer.Option("--no-work", help="Leave the outbox to `otklik work`.")] = False,
) -> None:
    """Serve the API and the pages, and carry the outbox in the same process."""
    settings = settings_in_force()
    run(lambda: _serve(settings, work=not no_work))


def demo(
    empty: Annotated[bool, typer.Option("--empty", help="Start without demo appeals.")] = False,
) -> None:
    """Serve a mock agency's site with the form on it; nothing needs to be set."""
    settings = settings_in_force(quiet=True)  # the addresses to open stay in sight
    run(lambda: _demo(settings, empty=empty))


def work() -> None:
    """Carry the outbox of a gateway that serves elsewhere."""
    settings = settings_in_force()
    run(lambda: _work(settings))


def migrate() -> None:
    """Bring the database to the tables of this version; `serve` and `work` do so by themselves."""
    settings = settings_in_force()
    run(lambda: _migrate(settings))


def tell_state() -> None:
    """Print the settings in force, secrets masked, and whether each part answers."""
    settings = settings_in_force()
    for name, value in _in_force(settings):
        typer.echo(f"{name}={value}")
    run(lambda: _tell_parts(settings))


async def _serve(settings: Settings, *, work: bool) -> None:
    from gateway.app import build

    gateway = await build(settings, work=work)
    try:
        await _prepare(gateway)
    except BaseException:
        await gateway.close()
        raise
    await _serve_until_told(gateway, _say_ready)


async def _prepare(gateway: "Gateway") -> None:
    """Refuse to start with a broken catalogue, or with a page of the settings that the law forbids.

    See the dialogs that `otklik talk` holds, too.
    """
    from gateway.actions.connect_page import require_allowed
    from gateway.demo.rehearsal import rehearsals_of
    from gateway.texts import DEFAULT_LANGUAGE

    gateway.warm()
    for page in await gateway.pages.of_settings():
        await require_allowed(gateway.pages, page, gateway.texts.speaker(DEFAULT_LANGUAGE))
    rehearsals_of(gateway)


async def _demo(settings: Settings, *, empty: bool) -> None:
    from gateway.app import build
    from gateway.demo import DEMO_KEY, prepare
    from gateway.demo.chat import Chats, open_chat
    from gateway.demo.rehearsal import rehearsals_of
    from gateway.demo.sites import open_sites
    from gateway.web.page import DEMO_SITES

    gateway = await build(settings, demo=True)
    gateway.warm()
    await prepare(gateway, empty=empty)
    agency = await gateway.agencies.find(DEMO_KEY)
    open_chat(Chats(gateway=gateway, rehearsals=rehearsals_of(gateway), agency=agency))
    async with open_sites(gateway) as sites:
        gateway.web[DEMO_SITES] = sites
        await _serve_until_told(gateway, lambda address: _say_where_to_look(address, sites))


async def _work(settings: Settings) -> None:
    from gateway.app import build

    gateway = await build(settings)
    try:
        await _prepare(gateway)
        async with asyncio.TaskGroup() as group:
            working = group.create_task(gateway.worker.run())
            await _told_to_stop()
            working.cancel()
    finally:
        await gateway.close()


async def _migrate(settings: Settings) -> None:
    from gateway.app import build

    await (await build(settings)).close()
    typer.echo("The database is up to date.")


async def _tell_parts(settings: Settings) -> None:
    from gateway.app import build

    gateway = await build(settings)
    try:
        broken = [name for name, check in gateway.edge.checks.items() if not await _answers(name, check)]
        parked = len(await gateway.outbox.parked())
        typer.echo(f"outbox: {await gateway.outbox.waiting()} waiting, {parked} parked")
        if broken or parked:
            raise typer.Exit(1)
    finally:
        await gateway.close()


async def _answers(name: str, check: Callable[[], Awaitable[None]]) -> bool:
    try:
        await check()
    except OtklikError as error:
        typer.echo(f"{name}: {error}")
        return False
    typer.echo(f"{name}: answers")
    return True


async def _serve_until_told(gateway: "Gateway", say: Callable[[str], None]) -> None:
    from aiohttp import web

    from gateway.web.under_way import UNDER_WAY

    settings = gateway.settings
    runner = web.AppRunner(gateway.web, access_log=None, shutdown_timeout=_LAST_SECONDS)
    try:
        await runner.setup()
        site = web.TCPSite(runner, settings.host, settings.port, backlog=1024)
        await site.start()
        _leave_what_stands_to_itself()
        say(f"http://{settings.host}:{settings.port}")
        await _told_to_stop()
        await site.stop()
        await gateway.web[UNDER_WAY].finish(seconds=_GRACE_SECONDS)
    finally:
        await runner.cleanup()
        await gateway.close()


def _leave_what_stands_to_itself() -> None:
    """Spare the collector of cycles half a million objects that stay for good; its pauses are residents' waits."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS_BETWEEN_COLLECTIONS, 20, 20)


async def _told_to_stop() -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    await told.wait()


def _say_ready(address: str) -> None:
    typer.echo(f"Otklik serves on {address}", err=True)


def _say_where_to_look(address: str, sites: Mapping[str, str]) -> None:
    typer.echo(f"Where to begin            {address}/")
    for name, site in sites.items():
        typer.echo(f"{_SITES[name]:25} {site}")
    typer.echo(f"The form alone            {address}/f/demo")
    typer.echo(f"Chats as in messengers    {address}/chat")
    typer.echo(f"The API, described        {address}/api/v1/openapi.json")
    typer.echo("Cases, in another window  .venv/bin/otklik case list")
    typer.echo("Ctrl-C stops it.")


def _in_force(settings: Settings) -> list[tuple[str, str]]:
    """Return every setting, those of channels by their own names."""
    from gateway.app import channel_options, find_channels

    own = [line for line in _flat(settings, "OTKLIK_") if line[0] != "OTKLIK_CHANNELS"]
    for name, options in channel_options(settings, find_channels()).items():
        own += _flat(options, f"OTKLIK_CHANNELS__{name.upper()}__")
    return own


def _flat(section: BaseModel, prefix: str) -> list[tuple[str, str]]:
    lines: list[tuple[str, str]] = []
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            lines += _flat(value, f"{prefix}{name.upper()}__")
        else:
            lines.append((f"{prefix}{name.upper()}", _shown(value)))
    return lines


def _shown(value: object) -> str:
    if isinstance(value, SecretStr):
        return "********"
    if isinstance(value, dict):
        return ", ".join(f"{name}: ********" for name in value)
    return "" if value is None else _PASSWORD.sub(r"\1********@", str(value))
