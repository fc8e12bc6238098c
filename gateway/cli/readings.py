"""`otklik readings …`: how well residents' texts are understood."""

import json
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from gateway.app import Gateway
from gateway.cli.asking import Lang, with_gateway
from gateway.cli.progress import show_bar
from gateway.cli.reading_reports import print_reading_evaluation, reading_evaluation_as_data
from gateway.domain.agency import Agency, AgencyKey
from gateway.domain.labelled_reading import LabelFault, LabelledReading, label_readings
from gateway.domain.reading_evaluation import Trial, evaluate_readings

commands = typer.Typer(help="How well residents' texts are understood.", no_args_is_help=True)

_WARM_UP = "На дороге яма, и фонарь не горит."
"""What is read first, outside the clock: whatever is loaded with the first text is no time of that text."""
_MOST_FAULTS = 50


@commands.callback()
def readings() -> None:
    """Keep `evaluate` a word of its own: typer leaves out the name of an only command."""


@commands.command()
def evaluate(
    files: Annotated[
        list[Path],
        typer.Argument(exists=True, dir_okay=False, help="CSV or xlsx with a column text and labels, any number."),
    ],
    agency: Annotated[
        str | None, typer.Option("--agency", help="Key of the agency; without it, what holds for all.")
    ] = None,
    show: Annotated[
        int, typer.Option(min=0, help="Print so many texts of each kind of mistake, as residents wrote them.")
    ] = 0,
    progress: Annotated[bool, typer.Option(help="Show how far it is.")] = True,
    lang: Annotated[Lang, typer.Option(help="Language of what is printed.")] = Lang.RU,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON; never with texts.")] = False,
) -> None:
    """Tell how well texts are told apart, what would be refused is found, emergencies are met, places are read.

    Where a further problem begins stands || in the text. Other columns, of which none is needed: `faults` and
    `emergency` (kinds, or - for none), `settlement`, `street`, `house`, or all of it as `address`. Bad rows are named
    and left out.
    """

    async def job(gateway: Gateway) -> None:
        say = gateway.texts.speaker(lang)
        labelled, faults = _labelled(files)
        _print_faults(faults)
        trials = await _read(gateway, agency, labelled, say("measuring.bar"), is_shown=progress)
        found = evaluate_readings(trials)
        if as_json:
            typer.echo(json.dumps(reading_evaluation_as_data(found, faults), ensure_ascii=False, indent=2))
        else:
            print_reading_evaluation(say, found, most=show)

    with_gateway(job)


def _labelled(files: Sequence[Path]) -> tuple[list[LabelledReading], list[LabelFault]]:
    from gateway.adapters.sheets import read_sheet

    labelled: list[LabelledReading] = []
    faults: list[LabelFault] = []
    for file in files:
        good, bad = label_readings(file.name, read_sheet(file))
        labelled += good
        faults += bad
    return labelled, faults


def _print_faults(faults: Sequence[LabelFault]) -> None:
    for fault in faults[:_MOST_FAULTS]:
        typer.echo(str(fault), err=True)
    if len(faults) > _MOST_FAULTS:
        typer.echo(f"and {len(faults) - _MOST_FAULTS} rows more", err=True)


async def _read(
    gateway: Gateway, agency: str | None, labelled: Sequence[LabelledReading], title: str, *, is_shown: bool
) -> list[Trial]:
    read, whose = gateway.edge.read_text, await _agency(gateway, agency)
    await read(whose, _WARM_UP)
    trials = []
    with show_bar(title, is_shown=is_shown) as track:
        for one in track(labelled):
            begun = perf_counter()
            reading = await read(whose, one.text)
            trials.append(Trial(labelled=one, reading=reading, seconds=perf_counter() - begun))
    return trials


async def _agency(gateway: Gateway, key: str | None) -> Agency:
    """Return the agency whose topics are suggested; raises UnknownAgency."""
    if key is not None:
        return await gateway.agencies.find(key)
    return Agency(key=AgencyKey(gateway.topics.files.own(None)), name="", legal_name="")
