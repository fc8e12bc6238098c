"""`otklik link …`: links and QR codes that begin the form at a topic or a place, in every page of an agency."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from gateway.app import Gateway
from gateway.cli.asking import with_gateway
from gateway.cli.embedding import snippets_of
from gateway.cli.page_links import bot_links, make_link
from gateway.domain.agency import Agency
from gateway.domain.page_link import LinkCode, PageLink
from gateway.domain.place import Point

commands = typer.Typer(help="Links that begin the form at a topic or a place.", no_args_is_help=True)

Key = Annotated[str, typer.Argument(help="Key of the agency.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@commands.command()
def add(
    key: Key,
    topic: Annotated[str | None, typer.Option(help="Code of the topic.")] = None,
    place: Annotated[str | None, typer.Option(help="Address of the place.")] = None,
    lat: Annotated[float | None, typer.Option(min=-90, max=90, help="Its latitude, in degrees.")] = None,
    lon: Annotated[float | None, typer.Option(min=-180, max=180, help="Its longitude, in degrees.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a link; the same topic and place always give the same one."""
    if (lat is None) != (lon is None):
        raise typer.BadParameter("--lat and --lon go together")
    point = None if lat is None or lon is None else Point(lat=lat, lon=lon)

    async def job(gateway: Gateway) -> None:
        agency = await gateway.agencies.find(key)
        link = await make_link(gateway, agency, topic=topic, address=place, point=point)
        if link is None:
            raise ValueError("a link needs a topic or a place: --topic, --place, --lat with --lon")
        _print(await _told(gateway, agency, [(link.code, link)]), as_json=as_json)

    with_gateway(job)


@commands.command("list")
def list_links(key: Key, as_json: AsJson = False) -> None:
    """List an agency's links, with the address of each in every page."""

    async def job(gateway: Gateway) -> None:
        agency = await gateway.agencies.find(key)
        _print(await _told(gateway, agency, await gateway.links.of_agency(agency.key)), as_json=as_json)

    with_gateway(job)


async def _told(
    gateway: Gateway, agency: Agency, links: Sequence[tuple[LinkCode, PageLink]]
) -> list[dict[str, object]]:
    return [
        {
            "code": code,
            "topic": link.topic,
            "place": None if link.place is None else link.place.address,
            "form": snippets_of(gateway, agency).filled(
                topic=link.topic or "", address=(link.place.address if link.place else None) or ""
            ),
            "pages": dict(await bot_links(gateway, agency, code)),
        }
        for code, link in links
    ]


def _print(told: Sequence[Mapping[str, object]], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for one in told:
        typer.echo("  ".join(str(one[name]) for name in ("code", "topic", "place") if one[name]))
        pages = one["pages"] if isinstance(one["pages"], dict) else {}
        for name, address in {"form": one["form"], **pages}.items():
            typer.echo(f"    {name}: {address}")
    if not told:
        typer.echo("No links.")
