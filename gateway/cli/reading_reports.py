"""What `otklik readings evaluate` prints: in words with what is aimed at, and as JSON."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import typer

from gateway.domain.labelled_reading import LabelFault
from gateway.domain.reading_evaluation import (
    Example,
    KindFigures,
    Mistake,
    PlaceFigures,
    ProblemFigures,
    ReadingEvaluation,
    Share,
)
from gateway.texts import Say

TORN_AT_MOST = 0.03
NOTICED = 0.8
CUT_RIGHT = 0.8
FAULTS_FOUND = 0.95
DECENT_AT_MOST = 0.01
PLACES_FOUND = 0.9
PLACES_RIGHT = 0.95


def print_reading_evaluation(say: Say, found: ReadingEvaluation, *, most: int) -> None:
    """Print how well texts were understood, and `most` examples of each kind of mistake."""
    typer.echo(say("measuring.texts", texts=found.texts))
    if found.open:
        typer.echo(say("measuring.open", count=found.open))
    typer.echo(say("measuring.time", median=f"{found.median_ms:.1f}", p99=f"{found.p99_ms:.1f}"))
    for heading, lines in (
        ("problems", _problems(say, found.problems)),
        ("faults", _kinds(say, found.faults)),
        ("dangers", _dangers(say, found)),
        ("places", _places(say, found.places)),
    ):
        _print_group(say(f"measuring.heading.{heading}"), list(lines))
    if most:
        _print_examples(say, found.examples, most)


def _print_group(title: str, lines: Sequence[str]) -> None:
    if lines:
        typer.echo(f"\n{title}")
        typer.echo("\n".join(f"  {line}" for line in lines))


def _problems(say: Say, figures: ProblemFigures | None) -> Iterator[str]:
    if figures is None:
        return
    yield from _line(say, "torn", figures.torn, at_most=TORN_AT_MOST)
    yield from _line(say, "noticed", figures.noticed, at_least=NOTICED)
    yield from _line(say, "cuts_found", figures.cuts_found, at_least=CUT_RIGHT)
    yield from _line(say, "cuts_found_if_noticed", figures.cuts_found_if_noticed, at_least=CUT_RIGHT)
    yield from _line(say, "cuts_right", figures.cuts_right, at_least=CUT_RIGHT)


def _kinds(say: Say, figures: KindFigures | None) -> Iterator[str]:
    if figures is None:
        return
    for kind, share in figures.found.items():
        wrong = figures.wrong[kind]
        ending = f"; {say('measuring.wrong', count=wrong)}" if wrong else ""
        yield from (f"{line}{ending}" for line in _line(say, "found", share, at_least=FAULTS_FOUND, name=kind))
        if wrong and not share.of:
            yield f"{kind}: {say('measuring.wrong', count=wrong)}"
    yield from _line(say, "decent", figures.disturbed, at_most=DECENT_AT_MOST)


def _dangers(say: Say, found: ReadingEvaluation) -> Iterator[str]:
    yield from _kinds(say, found.dangers)
    if found.kinds_right is not None:
        yield from _line(say, "kinds_right", found.kinds_right)


def _places(say: Say, figures: PlaceFigures | None) -> Iterator[str]:
    if figures is None:
        return
    yield from _line(say, "places_found", figures.found, at_least=PLACES_FOUND)
    yield from _line(say, "places_right", figures.right, at_least=PLACES_RIGHT)
    yield from _line(say, "settlements", figures.settlements)
    yield from _line(say, "invented", figures.invented)


def _line(
    say: Say, what: str, share: Share, *, at_least: float | None = None, at_most: float | None = None, name: str = ""
) -> Iterator[str]:
    """Yield the line of a share, with what is aimed at; none where there was nothing of the kind."""
    if share.value is None:
        return
    line = say(f"measuring.{what}", name=name, share=f"{share.value:.1%}", count=share.count, of=share.of)
    if at_least is not None:
        line += f"; {say('measuring.at_least', share=f'{at_least:.0%}')}"
    if at_most is not None:
        line += f"; {say('measuring.at_most', share=f'{at_most:.0%}')}"
    yield line


def _print_examples(say: Say, examples: Iterable[Example], most: int) -> None:
    groups: defaultdict[Mistake, list[Example]] = defaultdict(list)
    for example in examples:
        groups[example.mistake].append(example)
    for mistake in Mistake:
        if group := groups[mistake]:
            typer.echo(f"\n{say(f'measuring.mistake.{mistake.value}', count=len(group))}")
        for example in group[:most]:
            where = say("measuring.row", sheet=example.labelled.sheet, row=example.labelled.row)
            told = [] if example.labelled.text in (example.wanted, example.given) else [example.labelled.text]
            told += [say("measuring.wanted", wanted=example.wanted), say("measuring.given", given=example.given)]
            typer.echo("\n".join((f"\n  {where}", *(f"    {line}" for part in told for line in part.splitlines()))))


def reading_evaluation_as_data(found: ReadingEvaluation, faults: Sequence[LabelFault]) -> dict[str, Any]:
    """Return an evaluation for JSON; of mistakes the rows alone, for texts are printed for a person only."""
    mistakes: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for example in found.examples:
        mistakes[example.mistake.value].append({"sheet": example.labelled.sheet, "row": example.labelled.row})
    return {
        "texts": found.texts,
        "open": found.open,
        "bad_rows": [{"sheet": fault.sheet, "row": fault.row, "what": fault.said} for fault in faults],
        "problems": None if found.problems is None else _problems_as_data(found.problems),
        "faults": None if found.faults is None else _kinds_as_data(found.faults),
        "dangers": None if found.dangers is None else _dangers_as_data(found.dangers, found.kinds_right),
        "places": None if found.places is None else _places_as_data(found.places),
        "median_ms": round(found.median_ms, 2),
        "p99_ms": round(found.p99_ms, 2),
        "mistakes": dict(mistakes),
    }


def _share_as_data(share: Share) -> dict[str, Any]:
    return {"share": None if share.value is None else round(share.value, 4), "count": share.count, "of": share.of}


def _problems_as_data(figures: ProblemFigures) -> dict[str, Any]:
    return {
        "torn": _share_as_data(figures.torn),
        "noticed": _share_as_data(figures.noticed),
        "cuts_found": _share_as_data(figures.cuts_found),
        "cuts_found_if_noticed": _share_as_data(figures.cuts_found_if_noticed),
        "cuts_right": _share_as_data(figures.cuts_right),
    }


def _kinds_as_data(figures: KindFigures) -> dict[str, Any]:
    found = {kind: _share_as_data(share) | {"wrong": figures.wrong[kind]} for kind, share in figures.found.items()}
    return {"found": found, "disturbed": _share_as_data(figures.disturbed)}


def _dangers_as_data(figures: KindFigures, kinds_right: Share | None) -> dict[str, Any]:
    return _kinds_as_data(figures) | {"kinds_right": None if kinds_right is None else _share_as_data(kinds_right)}


def _places_as_data(figures: PlaceFigures) -> dict[str, Any]:
    return {
        "found": _share_as_data(figures.found),
        "right": _share_as_data(figures.right),
        "settlements": _share_as_data(figures.settlements),
        "invented": _share_as_data(figures.invented),
    }
