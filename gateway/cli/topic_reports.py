"""What `otklik topics` prints: flaws, differences, evaluations; in words and as JSON."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import typer

from gateway.domain.catalogue_change import CatalogueChange, TopicChange
from gateway.domain.catalogue_check import CatalogueFlaw, Flaw
from gateway.domain.evaluation import Evaluation
from gateway.domain.labelled_text import LabelledTexts
from gateway.domain.message import LABEL_CHARACTERS
from gateway.domain.topic import Catalogue, Topic, TopicCode
from gateway.texts import Say

_COUNTED = {Flaw.OWN_QUESTION, Flaw.OWN_PHOTO}  # the same for many topics: told once
_MOST_UNKNOWN = 10
_SHORT = {"days", "kind", "fast_track"}


def print_flaws(say: Say, flaws: Sequence[CatalogueFlaw], *, most: int | None = None) -> None:
    """Print what is to mend and what to look at, `most` of each at most, and the sums."""
    errors = list(_sentences(say, [flaw for flaw in flaws if flaw.flaw.is_error]))
    notes = list(_sentences(say, [flaw for flaw in flaws if not flaw.flaw.is_error]))
    for heading, told in (("errors", errors), ("notes", notes)):
        if told:
            typer.echo(f"\n{say(f'catalogue.heading.{heading}')}")
        for sentence in told[:most]:
            typer.echo(f"  {sentence}")
        if most is not None and len(told) > most:
            typer.echo(f"  {say('catalogue.more', count=len(told) - most)}")
    well = say("catalogue.well") if not flaws else say("catalogue.found", errors=len(errors), notes=len(notes))
    typer.echo(f"\n{well}" if flaws else well)


def flaws_as_data(say: Say, flaws: Sequence[CatalogueFlaw]) -> dict[str, Any]:
    """Return flaws for JSON."""
    return {
        "errors": sum(flaw.flaw.is_error for flaw in flaws),
        "notes": sum(not flaw.flaw.is_error for flaw in flaws),
        "flaws": [
            {
                "flaw": flaw.flaw.value,
                "error": flaw.flaw.is_error,
                "code": flaw.topic.code,
                "other": None if flaw.other is None else flaw.other.code,
                "about": flaw.about,
                "what": _sentence(say, flaw),
            }
            for flaw in flaws
        ],
    }


def _sentences(say: Say, flaws: Sequence[CatalogueFlaw]) -> Iterable[str]:
    times = Counter((flaw.flaw, flaw.about) for flaw in flaws)
    told: set[tuple[Flaw, str]] = set()
    for flaw in flaws:
        key = (flaw.flaw, flaw.about)
        if flaw.flaw not in _COUNTED:
            yield _sentence(say, flaw)
        elif key not in told:
            told.add(key)
            yield _sentence(say, flaw, times=times[key])


def _sentence(say: Say, flaw: CatalogueFlaw, *, times: int = 1) -> str:
    alone = "_alone" if flaw.flaw is Flaw.UNREACHABLE and flaw.other is None else ""
    return say(
        f"catalogue.flaw.{flaw.flaw.value}{alone}",
        code=flaw.topic.code,
        name=_way(flaw.topic),
        other="" if flaw.other is None else f"{flaw.other.code} {_way(flaw.other)}",
        about=flaw.about,
        most=LABEL_CHARACTERS,
        times=times,
    )


def print_change(say: Say, change: CatalogueChange) -> None:
    """Print what was added, what is gone, what is called otherwise, and what else differs."""
    renamed = [pair for pair in change.changed if pair.is_renamed]
    others = [pair for pair in change.changed if any(True for _ in pair.parts())]
    groups: list[tuple[str, list[str]]] = [
        ("added", [f"{topic.code} {_way(topic)}" for topic in change.added]),
        ("gone", [f"{topic.code} {_way(topic)}" for topic in change.gone]),
        ("renamed", [_say_renamed(say, pair) for pair in renamed]),
        ("changed", [line for pair in others for line in _say_parts(say, pair)]),
    ]
    counts = {"added": len(change.added), "gone": len(change.gone), "renamed": len(renamed), "changed": len(others)}
    for heading, lines in groups:
        if lines:
            typer.echo(say(f"catalogue.heading.{heading}", count=counts[heading]))
            typer.echo("\n".join(f"  {line}" for line in lines))
    if not any(counts.values()):
        typer.echo(say("catalogue.same"))


def _say_renamed(say: Say, pair: TopicChange) -> str:
    return say("catalogue.renamed", code=pair.after.code, before=_way(pair.before), after=_way(pair.after))


def _say_parts(say: Say, pair: TopicChange) -> Iterable[str]:
    parts = list(pair.parts())
    topic = {"code": pair.after.code, "name": _way(pair.after)}
    for part, before, after in parts:
        if part in _SHORT:
            yield say("catalogue.changed_part", part=part, before=_value(before), after=_value(after), **topic)
    if long := [part for part, _, _ in parts if part not in _SHORT]:
        yield say("catalogue.many_parts", parts=", ".join(long), **topic)


def _value(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def change_as_data(change: CatalogueChange) -> dict[str, Any]:
    """Return differences for JSON."""
    return {
        "added": [topic_as_data(topic) for topic in change.added],
        "gone": [topic_as_data(topic) for topic in change.gone],
        "changed": [
            {
                "code": pair.after.code,
                "renamed": pair.is_renamed,
                "before": topic_as_data(pair.before),
                "after": topic_as_data(pair.after),
                "parts": [part for part, _, _ in pair.parts()],
            }
            for pair in change.changed
        ],
        "unchanged": change.unchanged,
    }


def topic_as_data(topic: Topic) -> dict[str, Any]:
    """Return the short of a topic for JSON."""
    return {
        "code": topic.code,
        "path": list(topic.path),
        "kind": topic.kind.value,
        "fast_track": topic.fast_track,
        "days": topic.days,
    }


def print_left_out(say: Say, labelled: LabelledTexts) -> None:
    """Print how many rows are of no use, and why."""
    if not labelled.left_out:
        return
    why = "; ".join(say(f"left_out.{reason.value}", count=count) for reason, count in labelled.left_out.items())
    typer.echo(say("evaluation.left_out", count=sum(labelled.left_out.values()), why=why))
    if labelled.unknown:
        shown = [f"{name} ({count})" for name, count in list(labelled.unknown.items())[:_MOST_UNKNOWN]]
        more = ["…"] if len(labelled.unknown) > _MOST_UNKNOWN else []
        typer.echo(say("evaluation.unknown", topics=", ".join(shown + more)))


def print_evaluation(say: Say, title: str, catalogue: Catalogue, found: Evaluation) -> None:
    """Print how good suggestions are."""
    typer.echo(f"\n{title}")
    tops = {"first": found.tops[1], "three": found.tops[3], "five": found.tops[5]}
    lines = [
        say("evaluation.texts", texts=found.texts, topics=found.topics),
        say("evaluation.tops", **{name: _percent(share) for name, share in tops.items()}),
        say("evaluation.macro_f1", value=f"{found.macro_f1:.3f}"),
        say("evaluation.time", median=f"{found.median_ms:.1f}", p99=f"{found.p99_ms:.1f}"),
        say("evaluation.calibration"),
    ]
    for band in found.bands:
        low, high = f"{band.low:.1f}", f"{band.high:.1f}"
        if band.share is None:
            lines.append("  " + say("evaluation.empty_band", low=low, high=high))
        else:
            share = _percent(band.share)
            lines.append(
                "  " + say("evaluation.band", low=low, high=high, given=band.given, right=band.right, share=share)
            )
    if found.confused:
        lines.append(say("evaluation.pairs"))
    for pair in found.confused:
        given = say("evaluation.nothing") if pair.given is None else _named(catalogue, pair.given)
        right = _named(catalogue, pair.right)
        lines.append("  " + say("evaluation.pair", times=pair.times, right=right, given=given))
    typer.echo("\n".join(f"  {line}" for line in lines))


def evaluation_as_data(labelled: LabelledTexts, found: Mapping[str, Evaluation]) -> dict[str, Any]:
    """Return evaluations for JSON, by what was tried: `catalogue`, `model`."""
    return {
        "left_out": {reason.value: count for reason, count in labelled.left_out.items()},
        "unknown": dict(labelled.unknown),
        **{way: _one_as_data(evaluation) for way, evaluation in found.items()},
    }


def _one_as_data(found: Evaluation) -> dict[str, Any]:
    return {
        "texts": found.texts,
        "topics": found.topics,
        **{f"top_{most}": round(share, 4) for most, share in found.tops.items()},
        "macro_f1": round(found.macro_f1, 4),
        "median_ms": round(found.median_ms, 2),
        "p99_ms": round(found.p99_ms, 2),
        "calibration": [
            {"low": band.low, "high": band.high, "given": band.given, "right": band.right, "share": band.share}
            for band in found.bands
        ],
        "confused": [{"right": pair.right, "given": pair.given, "times": pair.times} for pair in found.confused],
    }


def _named(catalogue: Catalogue, code: TopicCode) -> str:
    topic = catalogue.find(code)
    return code if topic is None else f"{code} {_way(topic)}"


def _way(topic: Topic) -> str:
    """Return the way to a topic, without what stands between."""
    return topic.name if len(topic.path) == 1 else f"{topic.subject} → {topic.name}"


def _percent(share: float) -> str:
    return f"{share:.1%}"
