"""What the commands share: settings, a running loop, languages, and one way to say that something is wrong."""

import asyncio
import sys
import tomllib
from collections.abc import Awaitable, Callable, Iterator
from enum import StrEnum
from typing import TypeVar

import typer
from pydantic import ValidationError

from gateway.app import Gateway, build, channel_options, find_channels
from gateway.config import Settings
from gateway.domain.number import AppealNumber, read_number
from gateway.errors import OtklikError
from gateway.web.logs import configure

Result = TypeVar("Result")


class Lang(StrEnum):
    """Languages of what commands print and write for others."""

    RU = "ru"
    EN = "en"


def settings_in_force(*, quiet: bool = False) -> Settings:
    """Return the settings, with the log set up as they say, or end with a line for each that is wrong.

    With `quiet` only warnings are logged, unless the settings say otherwise.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False):
            name = "__".join(str(part) for part in problem["loc"]).upper()
            typer.echo(f"OTKLIK_{name}: {problem['msg']}", err=True)
        raise typer.Exit(2) from None
    except tomllib.TOMLDecodeError as error:
        typer.echo(f"otklik.toml: {error}", err=True)
        raise typer.Exit(2) from None
    if faults := list(_faults_of_channels(settings)):
        typer.echo("\n".join(faults), err=True)
        raise typer.Exit(2)
    configure(level="warning" if quiet and "log" not in settings.model_fields_set else settings.log.level)
    return settings


def run(job: Callable[[], Awaitable[Result]]) -> Result:
    """Run a job to its end; what cannot be done ends the command with one line and status 1."""
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            return runner.run(_awaited(job))
    except OtklikError as error:
        typer.echo(f"otklik: {error}", err=True)
    except ValueError as error:
        typer.echo(f"otklik: {error}", err=True)
    except OSError as error:
        typer.echo(f"otklik: {error.strerror or error}", err=True)
    raise typer.Exit(1)


def with_gateway(job: Callable[[Gateway], Awaitable[Result]]) -> Result:
    """Run a job on the gateway that the settings describe."""
    settings = settings_in_force()

    async def opened() -> Result:
        gateway = await build(settings, work=False)
        try:
            return await job(gateway)
        finally:
            await gateway.close()

    return run(opened)


def number_given(typed: str) -> AppealNumber:
    """Return the number of an argument, or end with a line that says what a number looks like."""
    number = read_number(typed)
    if number is None:
        typer.echo("otklik: an appeal's number has ten digits, like 123-456-7894; one of these is wrong", err=True)
        raise typer.Exit(2)
    return number


def _faults_of_channels(settings: Settings) -> Iterator[str]:
    """Check each channel's section by what that channel knows."""
    if not settings.channels:
        return
    channels = find_channels()
    for name, section in settings.channels.items():
        prefix = f"OTKLIK_CHANNELS__{name.upper()}"
        if name not in channels:
            yield f"{prefix}: no such channel; there are {', '.join(sorted(channels))}"
            continue
        try:
            channel_options(settings.model_copy(update={"channels": {name: section}}), {name: channels[name]})
        except ValidationError as error:
            for problem in error.errors(include_input=False, include_url=False):
                setting = "__".join(str(part) for part in problem["loc"]).upper()
                yield f"{prefix}__{setting}: {problem['msg']}"


async def _awaited(job: Callable[[], Awaitable[Result]]) -> Result:
    return await job()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop
