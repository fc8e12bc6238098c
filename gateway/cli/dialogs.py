"""`otklik dialog …`: dialogs in messengers that wait for a person of the agency.

What was said there stays there: who answers reads it on the page itself.
"""

import json
from typing import Annotated, Any

import typer

from gateway.actions.release_dialog import ReleaseDialog
from gateway.app import Gateway
from gateway.channels import OpensDialogs
from gateway.cli.asking import with_gateway
from gateway.domain.agency import AgencyKey
from gateway.domain.conversation import Conversation
from gateway.errors import UnknownConnection

commands = typer.Typer(help="Dialogs in messengers that wait for a person.", no_args_is_help=True)


@commands.command()
def waiting(
    agency: Annotated[str | None, typer.Option(help="Only this agency's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List dialogs whose resident asked for a person or that a person has taken over, the longest wait first."""

    async def job(gateway: Gateway) -> None:
        key = None if agency is None else AgencyKey(agency)
        told = [await _as_data(gateway, one, of) for one, of in await gateway.inbox.wanting_person(key)]
        if as_json:
            typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
            return
        for one in told:
            waits, silent = one["waiting_since"], one["silent_until"]
            state = f"waits since {waits}" if waits else f"in a person's hands until {silent}"
            words = (one["id"], one["channel"], one["agency"], state, one["page"], one["dialog"])
            typer.echo("  ".join(word for word in words if word))
        if not told:
            typer.echo("Nobody waits.")

    with_gateway(job)


@commands.command()
def release(id: Annotated[str, typer.Argument(help="The dialog's id, from `otklik dialog waiting`.")]) -> None:
    """Let the bot speak again in a dialog."""

    async def job(gateway: Gateway) -> None:
        await ReleaseDialog(inbox=gateway.inbox, clock=gateway.edge.clock)(id)
        typer.echo(f"{id}: the bot answers again.")

    with_gateway(job)


async def _as_data(gateway: Gateway, conversation: Conversation, agency: AgencyKey) -> dict[str, Any]:
    waits, silent = conversation.wants_person_since, conversation.silent_until
    told = {
        "id": conversation.id,
        "agency": agency,
        "channel": None,
        "page": None,
        "waiting_since": None if waits is None else waits.isoformat(timespec="seconds"),
        "silent_until": None if silent is None else silent.isoformat(timespec="seconds"),
        "dialog": None,
    }
    try:
        page = await gateway.pages.find(conversation.address.connection)
    except UnknownConnection:
        return told
    opens = page.channel if isinstance(page.channel, OpensDialogs) else None
    dialog = None if opens is None else opens.dialog(page.connection, conversation.address.peer)
    return {**told, "channel": page.channel.name, "page": page.connection.name or None, "dialog": dialog}
