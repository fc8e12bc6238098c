"""`otklik fact …`: what an agency answers by itself, in its own words."""

import json
from pathlib import Path
from typing import Annotated

import typer

from gateway.actions.enter_facts import COLUMNS, EnteredFacts, EnterFacts
from gateway.app import Gateway
from gateway.cli.asking import with_gateway

commands = typer.Typer(help="Answers to everyday questions, which the bot gives by itself.", no_args_is_help=True)

Key = Annotated[str, typer.Argument(help="Key of the agency.")]


@commands.command()
def add(
    key: Key,
    name: Annotated[str, typer.Option(help="A short name to find it by; the same name again changes it.")],
    asked: Annotated[list[str], typer.Option(help="A way in which residents ask for it, any number.")],
    answer: Annotated[str, typer.Option(help="The answer, shown as it stands.")],
) -> None:
    """Add a fact, or change the one of that name."""

    async def job(gateway: Gateway) -> None:
        row = {"name": name, "asked": "\n".join(asked), "answer": answer}
        entered = await EnterFacts(facts=gateway.facts)(await gateway.agencies.find(key), [(1, row)])
        if entered.bad:
            raise ValueError("; ".join(entered.bad[0].faults))
        typer.echo(_summary(entered))

    with_gateway(job)


@commands.command("list")
def list_facts(key: Key, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List an agency's facts."""

    async def job(gateway: Gateway) -> None:
        facts = await gateway.facts.of_agency((await gateway.agencies.find(key)).key)
        if as_json:
            told = [{"name": fact.name, "asked": list(fact.asked), "answer": fact.answer} for fact in facts]
            typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
            return
        for fact in facts:
            typer.echo(f"{fact.name}\n    asked: {' | '.join(fact.asked)}\n    answer: {fact.answer}")
        if not facts:
            typer.echo("No facts.")

    with_gateway(job)


@commands.command()
def remove(key: Key, name: Annotated[str, typer.Argument(help="Name of the fact.")]) -> None:
    """Forget a fact."""

    async def job(gateway: Gateway) -> None:
        if not await gateway.facts.remove((await gateway.agencies.find(key)).key, name):
            raise ValueError(f"{key} has no fact named {name}")
        typer.echo(f"{name} is removed.")

    with_gateway(job)


@commands.command("import")
def import_sheet(
    key: Key,
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="CSV or xlsx: columns name, asked (| between ways), answer."),
    ],
) -> None:
    """Enter facts from a sheet; the same sheet once more changes nothing. Ends with status 1 if a row was bad."""
    from gateway.adapters.sheets import read_sheet

    async def job(gateway: Gateway) -> EnteredFacts:
        rows = read_sheet(file)
        if unknown := sorted({name for _, row in rows[:1] for name in row} - set(COLUMNS)):
            raise ValueError(f"{file.name}: no such columns: {', '.join(unknown)}; there are {', '.join(COLUMNS)}")
        return await EnterFacts(facts=gateway.facts)(await gateway.agencies.find(key), rows)

    entered = with_gateway(job)
    for bad in entered.bad:
        typer.echo(f"row {bad.row}: {'; '.join(bad.faults)}", err=True)
    typer.echo(_summary(entered))
    if entered.bad:
        raise typer.Exit(1)


def _summary(entered: EnteredFacts) -> str:
    return f"{entered.added} added, {entered.changed} changed, {entered.unchanged} unchanged, {len(entered.bad)} bad"
