"""`otklik places …`: the addresses that are found without a network, from a sheet or the state address register."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from gateway.app import Gateway
from gateway.cli.asking import with_gateway
from gateway.domain.agency import AgencyKey
from gateway.domain.place import FoundPlace, Point

commands = typer.Typer(help="Addresses that are found without a network.", no_args_is_help=True)

Key = Annotated[str | None, typer.Option("--agency", help="Key of the agency; without it, all agencies.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

_SHOWN_FAULTS = 50


@commands.command("import")
def import_places(
    file: Annotated[
        Path | None,
        typer.Argument(exists=True, help="CSV or xlsx, or a folder or zip of a region from the address register."),
    ] = None,
    agency: Key = None,
    anyway: Annotated[bool, typer.Option("--anyway", help="Take the good rows though others are bad.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Take away what was imported.")] = False,
    progress: Annotated[bool, typer.Option(help="Show how far it is.")] = True,
    as_json: AsJson = False,
) -> None:
    """Make addresses searchable; what was imported before is replaced at once.

    A gateway that runs takes it up within seconds. Ends with status 1 if a row was bad: nothing is written then.
    """
    from gateway.adapters.address_sheet import BadAddresses

    if (file is None) != remove:
        raise typer.BadParameter("either a file or --remove")

    async def job(gateway: Gateway) -> int:
        key = await _key(gateway, agency)
        if file is None:
            typer.echo("taken away" if gateway.places.take_away(key) else "there is nothing to take away")
            return 0
        try:
            with _bar(is_shown=progress) as tell:
                built = gateway.places.lay(key, file, now=datetime.now(UTC), anyway=anyway, tell=tell)
        except BadAddresses as bad:
            typer.echo("\n".join(map(str, bad.faults[:_SHOWN_FAULTS])), err=True)
            count = len(bad.faults)
            typer.echo(f"nothing is written: {count} bad rows; --anyway takes the good ones", err=True)
            return 1
        told = asdict(built)
        typer.echo(json.dumps(told) if as_json else ", ".join(f"{name} {count}" for name, count in told.items()))
        return 0

    raise typer.Exit(with_gateway(job))


@commands.command()
def search(
    words: Annotated[
        list[str], typer.Argument(help="What a resident would type, or two numbers: latitude, longitude.")
    ],
    agency: Key = None,
    most: Annotated[int, typer.Option(min=1, max=100, help="How many to print.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Find addresses by words, or the address nearest to a point. Ends with status 1 if there is none."""

    async def job(gateway: Gateway) -> int:
        key = await _key(gateway, agency)
        point = _point(words)
        if point is not None:
            nearest = gateway.places.nearest(key, point)
            found = [] if nearest is None else [nearest]
        else:
            found = list(gateway.places.search(key, " ".join(words), most=most))
        _print(found, as_json=as_json)
        return 0 if found else 1

    raise typer.Exit(with_gateway(job))


@commands.command("list")
def list_places(as_json: AsJson = False) -> None:
    """List what was imported: for whom, of what and when, how many addresses."""

    async def job(gateway: Gateway) -> None:
        held = list(gateway.places.about())
        if as_json:
            told = [{"name": name, **({} if about is None else asdict(about))} for name, about in held]
            typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
            return
        for name, about in held:
            typer.echo(f"{name}  cannot be read" if about is None else _line(name, asdict(about)))
        if not held:
            typer.echo("nothing was imported")

    with_gateway(job)


def _line(name: str, about: dict[str, object]) -> str:
    counts = ", ".join(f"{what} {about[what]}" for what in ("settlements", "streets", "houses", "located"))
    return f"{name}  {about['source']}  {about['at']}  {counts}"


def _print(found: list[FoundPlace], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([_as_data(place) for place in found], ensure_ascii=False, indent=2))
        return
    for place in found:
        where = "" if place.point is None else f"  {place.point.lat:.6f} {place.point.lon:.6f}"
        typer.echo(place.address + where)


def _as_data(place: FoundPlace) -> dict[str, object]:
    point = None if place.point is None else {"lat": place.point.lat, "lon": place.point.lon}
    return {"address": place.address, "point": point}


def _point(words: list[str]) -> Point | None:
    """Return the point that two numbers are, with or without a comma."""
    parts = " ".join(words).replace(",", " ").split()
    try:
        return Point(lat=float(parts[0]), lon=float(parts[1])) if len(parts) == 2 and "." in parts[0] else None
    except ValueError:
        return None


async def _key(gateway: Gateway, agency: str | None) -> AgencyKey | None:
    return None if agency is None else (await gateway.agencies.find(agency)).key


@contextmanager
def _bar(*, is_shown: bool) -> Iterator[Callable[[float, str], None]]:
    """Give what shows the share that is done, and what is being done."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    task = asyncio.current_task()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not is_shown) as progress:
        bar = progress.add_task("", total=1.0)

        def tell(share: float, what: str) -> None:
            if task is not None and task.cancelling():  # Ctrl-C, of which the loop itself would hear only at the end
                raise asyncio.CancelledError
            progress.update(bar, completed=share, description=what)

        yield tell
