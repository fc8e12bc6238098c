"""`otklik outage …`: what an agency knows of already, shown to those who are about to report it."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from gateway.actions.publish_outage import PublishOutage
from gateway.app import Gateway
from gateway.cli.asking import with_gateway
from gateway.domain.agency import Agency
from gateway.domain.nearby import Outage

commands = typer.Typer(help="What an agency knows of already, shown before somebody reports it.", no_args_is_help=True)

Key = Annotated[str, typer.Option("--agency", help="Key of the agency.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@commands.command()
def publish(
    key: Key,
    topic: Annotated[
        list[str], typer.Option(help="Code of a topic that it explains, or the name of a part of the catalogue; any.")
    ],
    text: Annotated[str, typer.Option(help="What residents read.")],
    street: Annotated[
        list[str] | None, typer.Option(help="A street where it is, any number; without one it is everywhere.")
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"],
            help="When it should be over, in the agency's time; without it, a day from now.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Publish an outage; residents can still report it."""

    async def job(gateway: Gateway) -> None:
        agency = await gateway.agencies.find(key)
        published = PublishOutage(outages=gateway.outages, topics=gateway.topics, clock=gateway.parts.clock)
        outage = await published(agency, topics=topic, text=text, streets=street or (), until=until)
        _print([outage], agency, as_json=as_json)

    with_gateway(job)


@commands.command("list")
def list_outages(key: Key, as_json: AsJson = False) -> None:
    """List an agency's outages, those that are over too, newest first."""

    async def job(gateway: Gateway) -> None:
        agency = await gateway.agencies.find(key)
        _print(await gateway.outages.of_agency(agency.key), agency, as_json=as_json)

    with_gateway(job)


@commands.command()
def end(id: Annotated[str, typer.Argument(help="Its id, as `list` prints it.")], as_json: AsJson = False) -> None:
    """End an outage now."""

    async def job(gateway: Gateway) -> None:
        outage = await gateway.outages.end(id, gateway.parts.clock())
        if outage is None:
            raise ValueError(f"no outage {id} lasts; `otklik outage list` prints them")
        _print([outage], await gateway.agencies.find(outage.agency), as_json=as_json)

    with_gateway(job)


def _print(outages: Sequence[Outage], agency: Agency, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([_told(outage) for outage in outages], ensure_ascii=False, indent=2))
        return
    zone = ZoneInfo(agency.time_zone)
    for outage in outages:
        where = ", ".join(outage.streets) or "everywhere"
        since, until = (f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in (outage.since, outage.until))
        typer.echo(f"{outage.id}  {since} to {until}  {where}  {len(outage.topics)} topics\n    {outage.text}")
    if not outages:
        typer.echo("No outages.")


def _told(outage: Outage) -> dict[str, object]:
    return {
        "id": outage.id,
        "agency": outage.agency,
        "text": outage.text,
        "topics": list(outage.topics),
        "streets": list(outage.streets),
        "since": outage.since.astimezone(UTC).isoformat(),
        "until": outage.until.astimezone(UTC).isoformat(),
    }
