"""`otklik outbox …`: what waits to be carried, and what needs a person."""

from typing import Annotated

import typer

from gateway.app import Gateway
from gateway.cli.asking import with_gateway

commands = typer.Typer(help="Look at deliveries that wait or are parked.", no_args_is_help=True)


@commands.command("list")
def list_parked() -> None:
    """List parked deliveries, and count those that wait."""

    async def job(gateway: Gateway) -> None:
        for parked in await gateway.outbox.parked():
            task = parked.task
            typer.echo(f"{parked.id}  {task.kind.value}  {task.appeal or ''}  {parked.attempts} tries  {parked.reason}")
        typer.echo(f"{await gateway.outbox.waiting()} waiting")

    with_gateway(job)


@commands.command()
def retry(
    jobs: Annotated[list[int] | None, typer.Argument(help="Which parked deliveries; all, if none is named.")] = None,
) -> None:
    """Make parked deliveries due again."""

    async def job(gateway: Gateway) -> None:
        again = await gateway.outbox.unpark(jobs or (), now=gateway.edge.clock())
        typer.echo(f"{again} due again")

    with_gateway(job)
