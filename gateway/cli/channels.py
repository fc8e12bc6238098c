"""`otklik channel …`: official pages in messengers are connected, looked at and disconnected."""

import json
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from gateway.actions.connect_page import Connected, ConnectPage
from gateway.actions.examine_pages import ExaminePages, PageState
from gateway.app import Gateway
from gateway.channels import Finding
from gateway.cli.asking import Lang, with_gateway
from gateway.domain.connection import Connection, ConnectionId
from gateway.errors import OtklikError, UnknownConnection
from gateway.texts import Say

commands = typer.Typer(help="Connect official pages in messengers and look after them.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Spoken = Annotated[Lang, typer.Option("--lang", help="Language in which is told what is missing.")]


class Messenger(StrEnum):
    """The messengers that there are."""

    TELEGRAM = "telegram"
    VK = "vk"
    OK = "ok"
    MAX = "max"


@commands.command()
def connect(
    channel: Annotated[Messenger, typer.Argument(help="The messenger.")],
    agency: Annotated[str, typer.Option(help="Key of the agency whose page it is.")],
    token: Annotated[
        str | None,
        typer.Option(envvar="CHANNEL_TOKEN", help="Key of the page's bot; better left out: it is asked for, or read."),
    ] = None,
    group_id: Annotated[int | None, typer.Option(min=1, help="VK: number of the community.")] = None,
    polling: Annotated[
        bool, typer.Option("--polling", help="Ask for messages: for a gateway without a public address.")
    ] = False,
    override_41fz: Annotated[
        str | None,
        typer.Option("--override-41fz", help="Why a public body may use a foreign messenger all the same (41-ФЗ)."),
    ] = None,
    more: Annotated[
        list[str] | None, typer.Option("--set", help="Another setting of the channel for this page, name=value.")
    ] = None,
    lang: Spoken = Lang.RU,
) -> None:
    """Connect a page: check its key, have its messages delivered here, and tell what is missing.

    The key is read from --token, from CHANNEL_TOKEN, from standard input, or asked for without being shown. The same
    page once more is mended. Ends with status 1 if something has to be done on the platform.
    """
    given = {
        **dict(_named_value(one) for one in more or ()),
        **({"group_id": str(group_id)} if group_id else {}),
        **({"polling": "true"} if polling else {}),
        **({"override_41fz": override_41fz} if override_41fz else {}),
        "token": token or _ask_token(),
    }

    async def job(gateway: Gateway) -> bool:
        say = gateway.texts.speaker(lang)
        connect_page = ConnectPage(
            pages=gateway.pages, connections=gateway.connections, address=gateway.settings.address, say=say
        )
        try:
            connected = await connect_page(channel, await gateway.agencies.find(agency), given)
        except ValidationError as error:
            raise ValueError("; ".join(f"{one['loc'][0]}: {one['msg']}" for one in error.errors())) from None
        _print_connected(connected, say)
        if gateway.edge.public_url is None and not polling:
            typer.echo("otklik: OTKLIK_PUBLIC_URL is unset, so the platform cannot reach this gateway", err=True)
        return any(finding.is_fault for finding in connected.findings)

    if with_gateway(job):
        raise typer.Exit(1)


@commands.command()
def status(lang: Spoken = Lang.RU, as_json: AsJson = False) -> None:
    """Tell how each page lives, what waits for it, and what could not be read. Ends with 1 if there is a fault."""

    async def job(gateway: Gateway) -> bool:
        say = gateway.texts.speaker(lang)
        states = await ExaminePages(
            pages=gateway.pages,
            connections=gateway.connections,
            inbox=gateway.inbox,
            speaking=gateway.speaking,
            address=gateway.settings.address,
        )()
        if as_json:
            _print_json([_state_as_data(state, say) for state in states])
        else:
            _print_states(states, say)
        return all(state.is_well for state in states)

    if not with_gateway(job):
        raise typer.Exit(1)


@commands.command("list")
def list_pages(as_json: AsJson = False) -> None:
    """List the pages, those of the settings first, each with its agency and its address; no platform is asked."""

    async def job(gateway: Gateway) -> None:
        of_settings = [page.connection for page in await gateway.pages.of_settings()]
        told = [_as_data(gateway, one) for one in (*of_settings, *await gateway.connections.all())]
        if as_json:
            _print_json(told)
            return
        for one in told:
            typer.echo("  ".join(str(one[name]) for name in ("id", "channel", "agency", "name", "link") if one[name]))
        if not told:
            typer.echo("No pages are connected.")

    with_gateway(job)


@commands.command()
def disconnect(id: Annotated[str, typer.Argument(help="The page's id, from `otklik channel list`.")]) -> None:
    """Stop deliveries of a page and forget its key; conversations stay. One of the settings goes with its setting."""

    async def job(gateway: Gateway) -> None:
        connection = next((one for one in await gateway.connections.all() if one.id == id), None)
        if connection is None:
            raise UnknownConnection(f"no page {id} was connected by command; `otklik channel list` has those that were")
        try:
            page = gateway.pages.of_options(connection)
            client = await gateway.pages.client(page)
            await client.disconnect(gateway.settings.address + page.hook)
        except (OtklikError, ValueError) as error:  # a key that was taken back must not keep the page here
            typer.echo(f"otklik: the platform was not told: {error}", err=True)
        await gateway.connections.remove(ConnectionId(id))
        typer.echo(f"{id} is disconnected.")

    with_gateway(job)


@commands.command()
def retry(
    events: Annotated[list[int] | None, typer.Argument(help="Which parked deliveries; all, if none is named.")] = None,
) -> None:
    """Have parked deliveries of residents read again."""

    async def job(gateway: Gateway) -> None:
        again = await gateway.inbox.unpark(events or (), now=gateway.edge.clock())
        typer.echo(f"{again} due again")

    with_gateway(job)


def _as_data(gateway: Gateway, connection: Connection) -> Mapping[str, Any]:
    channel = gateway.pages.channels.get(connection.channel)
    return {
        "id": connection.id,
        "channel": connection.channel,
        "agency": connection.agency,
        "name": connection.name,
        "link": None if channel is None else channel.link(connection, None),
    }


def _named_value(written: str) -> tuple[str, str]:
    name, is_there, value = written.partition("=")
    if not is_there or not name.strip():
        raise typer.BadParameter(f"{written}: --set wants name=value")
    return name.strip(), value


def _ask_token() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Key of the page's bot", hide_input=True)).strip()
    token = sys.stdin.readline().strip()
    if not token:
        raise typer.BadParameter("no key: give it on standard input, as CHANNEL_TOKEN or with --token")
    return token


def _print_connected(connected: Connected, say: Say) -> None:
    page = connected.page
    typer.echo(f"{page.connection.id}  {page.channel.name}  {page.connection.name}")
    _print_findings(connected.findings, say)
    if not any(finding.is_fault for finding in connected.findings):
        typer.echo("It lives: messages of residents come here.")
    if link := page.channel.link(page.connection, None):
        typer.echo(f"Link for residents: {link}")
    typer.echo(f"Links to a topic or a place, and QR codes: otklik agency show {page.connection.agency}")


def _print_findings(findings: Sequence[Finding], say: Say) -> None:
    for finding in findings:
        typer.echo(f"  {'!' if finding.is_fault else '·'} {_in_words(finding, say)}")


def _in_words(finding: Finding, say: Say) -> str:
    return say(f"channel.{finding.code}", **finding.values)


def _print_states(states: Sequence[PageState], say: Say) -> None:
    for state in states:
        one = state.connection
        typer.echo(f"{one.id}  {one.channel}  {one.agency}  {one.name or one.handle}".rstrip())
        _print_findings(state.findings, say)
        if not any(finding.is_fault for finding in state.findings):
            typer.echo("  the platform finds nothing wrong")
        if state.override:
            typer.echo(f"  41-ФЗ overridden by the operator: {state.override}")
        typer.echo("  to say: " + (", ".join(f"{count} {how}" for how, count in state.counts.items()) or "nothing"))
        if state.nobodys:
            typer.echo(f"  of no dialog: {state.nobodys} deliveries, unreadable or of unknown kinds; kept for a week")
        for event in state.parked:
            typer.echo(f"  parked: {event.id}, {event.attempts} tries, {event.reason}; otklik channel retry {event.id}")
    if not states:
        typer.echo("No pages are connected.")


def _state_as_data(state: PageState, say: Say) -> Mapping[str, Any]:
    one = state.connection
    return {
        "id": one.id,
        "channel": one.channel,
        "agency": one.agency,
        "name": one.name,
        "well": state.is_well,
        "findings": [
            {"code": finding.code, "fault": finding.is_fault, "message": _in_words(finding, say)}
            for finding in state.findings
        ],
        "override_41fz": state.override,
        "queue": dict(state.counts),
        "nobodys": state.nobodys,
        "parked": [
            {"id": event.id, "attempts": event.attempts, "reason": event.reason, "at": event.received_at.isoformat()}
            for event in state.parked
        ],
    }


def _print_json(told: object) -> None:
    typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
