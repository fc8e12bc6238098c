"""`otklik topics …`: the catalogue of topics, and what suggestions make of residents' texts."""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from gateway.app import Gateway
from gateway.cli.asking import Lang, with_gateway
from gateway.cli.progress import show_bar, show_progress
from gateway.cli.topic_reports import (
    change_as_data,
    evaluation_as_data,
    flaws_as_data,
    print_change,
    print_evaluation,
    print_flaws,
    print_left_out,
    topic_as_data,
)
from gateway.domain.catalogue_check import CatalogueFlaw
from gateway.domain.topic import Catalogue
from gateway.texts import Say

commands = typer.Typer(help="The catalogue of topics, and how well they are suggested.", no_args_is_help=True)

Key = Annotated[str | None, typer.Option("--agency", help="Key of the agency; without it, all agencies.")]
Language = Annotated[Lang, typer.Option(help="Language of what is printed.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Over = Annotated[bool, typer.Option("--over", help="Lay it over the catalogue instead: change, add, hide.")]

_DEFAULT = "default"


@commands.command("import")
def import_sheet(
    file: Annotated[
        Path | None,
        typer.Argument(exists=True, dir_okay=False, help="CSV or xlsx; only the column `fact` is needed."),
    ] = None,
    agency: Key = None,
    over: Over = False,
    remove: Annotated[
        bool, typer.Option("--remove", help="Take away what was imported; with --over only what lies over it.")
    ] = False,
    lang: Language = Lang.RU,
) -> None:
    """Make a sheet the catalogue, or lay it over; the same sheet once more changes nothing.

    A gateway that runs takes it up within seconds. Ends with status 1 if a row was bad: nothing is written then.
    """
    from gateway.adapters.catalogue_files import BadSheet
    from gateway.adapters.sheets import read_sheet

    if (file is None) != remove:
        raise typer.BadParameter("either a sheet or --remove")

    async def job(gateway: Gateway) -> int:
        say, files, name = gateway.texts.speaker(lang), gateway.topics.files, await _name(gateway, agency)
        if file is None:
            laid = files.take_away(name, over_only=over)
            _tell_what_holds(gateway, say, name)
        else:
            try:
                laid = files.lay(name, read_sheet(file), over=over)
            except BadSheet as bad:
                typer.echo("\n".join(map(str, bad.faults)), err=True)
                typer.echo(say("catalogue.nothing_written", count=len(bad.faults)), err=True)
                return 1
        change = laid.change
        counts = {"added": len(change.added), "changed": len(change.changed), "gone": len(change.gone)}
        typer.echo(say("catalogue.counts", unchanged=change.unchanged, **counts))
        _tell_what_lies_where(gateway, say, name, passed_over=laid.passed_over, is_whole=not over and not remove)
        print_flaws(say, _checked(gateway, laid.catalogue), most=10)
        return 0

    raise typer.Exit(with_gateway(job))


@commands.command()
def export(
    file: Annotated[
        Path | None, typer.Argument(dir_okay=False, help="A .csv or .xlsx to write; without it CSV is printed.")
    ] = None,
    agency: Key = None,
) -> None:
    """Write the catalogue in force as a sheet; importing that changes nothing."""
    from gateway.adapters.catalogue_files import write_atomically
    from gateway.adapters.catalogue_sheet import rows_of
    from gateway.adapters.sheet_writing import csv_text, write_sheet

    if file is not None and file.suffix.lower() not in {".csv", ".xlsx"}:
        raise typer.BadParameter("a name that ends in .csv or .xlsx is needed")

    async def job(gateway: Gateway) -> None:
        rows = rows_of(gateway.topics.read(await _name(gateway, agency)))
        if file is None:
            typer.echo(csv_text(rows), nl=False)
        else:
            is_xlsx = file.suffix.lower() == ".xlsx"
            write_atomically(file, lambda new: write_sheet(new, rows, is_xlsx=is_xlsx))

    with_gateway(job)


@commands.command("list")
def list_topics(agency: Key = None, lang: Language = Lang.RU, as_json: AsJson = False) -> None:
    """List the topics in force with their codes and terms."""

    async def job(gateway: Gateway) -> None:
        catalogue = gateway.topics.read(await _name(gateway, agency))
        if as_json:
            _print_json([topic_as_data(topic) for topic in catalogue.topics])
            return
        for subject, topics in catalogue.by_subject():
            typer.echo(subject)
            for topic in topics:
                way = " → ".join(topic.path[1:] or topic.path)
                typer.echo(f"  {topic.code:<8} {topic.kind.value:<8} {topic.days:>3}  {way}")
        subjects = sum(1 for _ in catalogue.by_subject())
        typer.echo(gateway.texts.say(lang, "catalogue.summary", topics=len(catalogue.topics), subjects=subjects))

    with_gateway(job)


@commands.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, help="A sheet; without it, the catalogue in force.")
    ] = None,
    agency: Key = None,
    over: Annotated[bool, typer.Option("--over", help="The sheet is one to lay over the catalogue.")] = False,
    lang: Language = Lang.RU,
    as_json: AsJson = False,
) -> None:
    """Find doubles, dead ends, and topics that are not found by their own names. Ends with 1 if some are to mend."""

    async def job(gateway: Gateway) -> int:
        name = await _name(gateway, agency)
        catalogue = gateway.topics.read(name) if file is None else _read(gateway, name, file, over=over)
        flaws = _checked(gateway, catalogue)
        say = gateway.texts.speaker(lang)
        if as_json:
            _print_json(flaws_as_data(say, flaws))
        else:
            print_flaws(say, flaws)
        return int(any(flaw.flaw.is_error for flaw in flaws))

    raise typer.Exit(with_gateway(job))


@commands.command()
def diff(
    other: Annotated[
        str,
        typer.Argument(help=f"A sheet, the key of an agency, `all`, or `{_DEFAULT}`: what comes with the product."),
    ],
    agency: Key = None,
    over: Annotated[bool, typer.Option("--over", help="The sheet is one to lay over the catalogue.")] = False,
    lang: Language = Lang.RU,
    as_json: AsJson = False,
) -> None:
    """Tell what the catalogue in force would lose, gain and change if it became another one."""
    from gateway.adapters.catalogue_sheet import default_catalogue
    from gateway.domain.catalogue_change import compare

    is_sheet = Path(other).is_file()

    async def job(gateway: Gateway) -> None:
        files, name = gateway.topics.files, await _name(gateway, agency)
        if is_sheet:
            after = _read(gateway, name, Path(other), over=over)
        elif other == _DEFAULT:
            after = default_catalogue(files.terms)
        else:
            after = files.read(await _name(gateway, None if other == "all" else other))
        change = compare(files.read(name), after)
        say = gateway.texts.speaker(lang)
        if as_json:
            _print_json(change_as_data(change))
        else:
            print_change(say, change)

    with_gateway(job)


@commands.command()
def evaluate(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV or xlsx with columns text and code.")],
    agency: Key = None,
    progress: Annotated[bool, typer.Option(help="Show how far it is.")] = True,
    lang: Language = Lang.RU,
    as_json: AsJson = False,
) -> None:
    """Tell how often the right topic is suggested, by the catalogue alone and with what was learned.

    In `code` may stand a topic's code, its name, or the way to it: «Дороги → Яма».
    """
    from gateway.adapters.sheets import read_sheet
    from gateway.domain.evaluation import MOST_SUGGESTED
    from gateway.domain.evaluation import evaluate as try_on
    from gateway.domain.labelled_text import label, pairs_of

    async def job(gateway: Gateway) -> None:
        say, name = gateway.texts.speaker(lang), await _name(gateway, agency)
        catalogue = gateway.topics.read(name)
        labelled = label(pairs_of(read_sheet(file)), catalogue, to_learn=False)
        found = {}
        for way, suggester in gateway.topics.ways(name).items():
            with show_bar(say(f"evaluation.{way}"), is_shown=progress) as track:
                found[way] = try_on(track(labelled.texts), partial(suggester.suggest, most=MOST_SUGGESTED))
        if as_json:
            _print_json(evaluation_as_data(labelled, found))
            return
        print_left_out(say, labelled)
        for way, evaluation in found.items():
            print_evaluation(say, say(f"evaluation.{way}"), catalogue, evaluation)

    with_gateway(job)


@commands.command()
def train(
    sheets: Annotated[
        list[Path] | None,
        typer.Argument(exists=True, dir_okay=False, help="CSV or xlsx with columns text and code, any number."),
    ] = None,
    agency: Key = None,
    cases: Annotated[
        bool, typer.Option("--cases", help="Learn from the agency's closed cases, where it has that switched on.")
    ] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Use what was learned even if the catalogue alone does better.")
    ] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Forget what was learned.")] = False,
    lang: Language = Lang.RU,
) -> None:
    """Learn from texts whose topic is known; nothing of a person is learned, and no text leaves this machine.

    In `code` may stand a topic's code, its name, or the way to it. What was learned before stays in use until the new
    has been tried on texts that it has not seen, and beside it afterwards. Ends with 1 if the new is not used.
    """
    if remove == bool(sheets or cases):
        raise typer.BadParameter("sheets, --cases, or --remove")
    if cases and agency is None:
        raise typer.BadParameter("--cases goes with --agency")

    async def job(gateway: Gateway) -> int:
        say, name = gateway.texts.speaker(lang), await _name(gateway, agency)
        if remove:
            from gateway.adapters.topic_training import forget

            typer.echo(say("training.forgotten" if forget(gateway.topics.files.of(name)) else "training.none"))
            return 0
        pairs = _of_sheets(sheets or [])
        if cases:
            pairs += await _of_cases(gateway, name)
        return _learn(gateway, say, name, pairs, anyway=anyway)

    raise typer.Exit(with_gateway(job))


def _of_sheets(sheets: Sequence[Path]) -> list[tuple[str, str]]:
    from gateway.adapters.sheets import read_sheet
    from gateway.domain.labelled_text import pairs_of

    return [pair for sheet in sheets for pair in pairs_of(read_sheet(sheet))]


async def _of_cases(gateway: Gateway, key: str) -> list[tuple[str, str]]:
    from gateway.actions.gather_lessons import GatherLessons

    if gateway.cases is None:
        raise ValueError("cases are kept by the core store that this gateway forwards to; learn from them there")
    return await GatherLessons(cases=gateway.cases)(await gateway.agencies.find(key))


def _learn(gateway: Gateway, say: Say, name: str, pairs: Sequence[tuple[str, str]], *, anyway: bool) -> int:
    from gateway.adapters.topic_training import check_lessons, keep, learn, lessons

    catalogue = gateway.topics.read(name)
    labelled = lessons(pairs, catalogue)
    print_left_out(say, labelled)
    check_lessons(labelled)
    typer.echo(say("training.used", texts=len(labelled.texts), topics=labelled.topics))
    with show_progress() as tell:
        learned = learn(labelled.texts, catalogue, tell)
    print_evaluation(say, say("training.alone"), catalogue, learned.alone)
    print_evaluation(say, say("training.together"), catalogue, learned.together)
    if not learned.helps and not anyway:
        typer.echo(f"\n{say('training.no_help')}", err=True)
        return 1
    files = gateway.topics.files.of(name)
    keep(learned.model, files)
    typer.echo(f"\n{say('training.kept', file=files.model)}")
    return 0


async def _name(gateway: Gateway, agency: str | None) -> str:
    """Return under which name the files of an agency, or of all, are kept; raises UnknownAgency."""
    if agency is None:
        return gateway.topics.files.own(None)
    return gateway.topics.files.own((await gateway.agencies.find(agency)).key)


def _read(gateway: Gateway, name: str, file: Path, *, over: bool) -> Catalogue:
    from gateway.adapters.catalogue_sheet import catalogue_of
    from gateway.adapters.sheets import read_sheet

    files = gateway.topics.files
    return catalogue_of(read_sheet(file), files.terms, over=files.below(name) if over else None)


def _checked(gateway: Gateway, catalogue: Catalogue) -> Sequence[CatalogueFlaw]:
    from gateway.adapters.suggester import Suggester
    from gateway.domain.catalogue_check import FOUND_AMONG, check_catalogue

    written = gateway.texts.keys(Lang.RU)
    known = {key.removesuffix(".label") for key in written if key.startswith(("question.", "photo."))}
    suggester = Suggester(catalogue)
    with show_bar("", is_shown=True) as track:
        return check_catalogue(
            catalogue,
            find=partial(suggester.suggest, most=FOUND_AMONG),
            known_keys=known,
            track=track,
        )


def _tell_what_holds(gateway: Gateway, say: Say, name: str) -> None:
    files = gateway.topics.files
    if not files.of(name).catalogue.exists():
        below = "agency" if name != files.own(None) else "all"
        typer.echo(say("catalogue.gone_back", of=say(f"catalogue.below_{below}")))


def _tell_what_lies_where(gateway: Gateway, say: Say, name: str, *, passed_over: Sequence[str], is_whole: bool) -> None:
    files = gateway.topics.files.of(name)
    if passed_over:
        typer.echo(say("catalogue.passed_over", columns=", ".join(passed_over)))
    if is_whole and files.over.exists():
        typer.echo(say("catalogue.laid_over_still", file=files.over))


def _print_json(told: object) -> None:
    typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
