"""Examinations of pages on the screen and as JSON."""

from collections.abc import Sequence
from typing import Any

import typer

from gateway.actions.advise_agency import Advised
from gateway.actions.say_findings import say_how, say_obstacle, say_what
from gateway.domain.agency import Agency
from gateway.domain.installation import Examination, Fault, Finding, Placement, Register
from gateway.domain.origin import Origin
from gateway.texts import Say

_ON_THE_POLICY = {Fault.CSP_STRICT, Fault.CSP_BOTH, Fault.CSP_SCRIPT, Fault.CSP_FRAME}


def print_examination(say: Say, examination: Examination, register: Register) -> None:
    """Print what came of looking at a page."""
    typer.echo(examination.asked)
    if examination.page is not None and str(examination.page) != examination.asked:
        typer.echo(f"  {say('doctor.moved', page=examination.page)}")
    if (agency := register.find(examination.agency)) is not None:
        typer.echo(f"  {say('doctor.for_agency', agency=f'{agency.name} ({agency.key})')}")
    for placement in examination.placements:
        typer.echo(f"  {say('doctor.found', what=_say_form(say, placement), line=placement.line)}")
    if examination.unseen is not None:
        typer.echo(f"  {say('doctor.unseen', why=say_obstacle(say, examination.unseen))}")
    elif examination.findings:
        typer.echo(f"  {say('doctor.to_mend', count=len(examination.findings))}")
    else:
        typer.echo(f"  {say('doctor.well')}")
    told: dict[tuple[str, ...], int] = {}
    for number, finding in enumerate(examination.findings, 1):
        where = _say_where(say, finding)
        typer.echo(f"\n  {number}. {f'{where}: ' if where else ''}{say_what(say, finding)}")
        _print_remedy(say, finding, told.setdefault(finding.paste, number), number)
    typer.echo("")


def _print_remedy(say: Say, finding: Finding, first: int, number: int) -> None:
    if finding.paste and first != number:
        typer.echo(f"     {say('doctor.same', number=first)}")
        return
    typer.echo(f"     {say_how(say, finding)}")
    if finding.paste:
        typer.echo(f"     {say('doctor.type') if finding.fault.is_for_operator else say('doctor.paste')}")
    for paste in finding.paste:
        typer.echo(f"\n         {paste}")


def _say_where(say: Say, finding: Finding) -> str:
    if finding.line is not None:
        return say("doctor.line", line=finding.line)
    return say("doctor.in_header") if finding.fault in _ON_THE_POLICY else ""


def _say_form(say: Say, placement: Placement) -> str:
    return say(f"doctor.form.{placement.form.value}", version=placement.version or "")


def print_skipped(say: Say, agencies: Sequence[Agency], skipped: Sequence[tuple[Agency, Origin]]) -> None:
    """Say what is registered and no address, and who has registered nothing."""
    for agency, origin in skipped:
        typer.echo(say("doctor.any_port", origin=origin, agency=agency.key))
    for agency in agencies:
        if not agency.origins:
            typer.echo(say("doctor.no_origins", agency=agency.key))


def print_letters(say: Say, letters: Sequence[Advised]) -> None:
    """Say what became of each letter, or would."""
    for letter in letters:
        values = {"agency": letter.agency.key, "email": letter.agency.email, "what": letter.what, "why": letter.why}
        typer.echo(say(f"doctor.letter.{letter.outcome.value}", **values))


def letter_as_data(letter: Advised) -> dict[str, Any]:
    """Return a letter for JSON."""
    return {"agency": letter.agency.key, "outcome": letter.outcome.value, "what": letter.what}


def as_data(examination: Examination, say: Say) -> dict[str, Any]:
    """Return an examination for JSON; the words are in the language of `say`, the codes in none."""
    unseen = examination.unseen
    return {
        "asked": examination.asked,
        "page": None if examination.page is None else str(examination.page),
        "agency": examination.agency,
        "well": examination.is_well,
        "unseen": None
        if unseen is None
        else {"code": unseen.obstacle.value, "what": say_obstacle(say, unseen), "at": unseen.at},
        "found": [
            {"form": found.form.value, "key": found.key, "line": found.line, "version": found.version}
            for found in examination.placements
        ],
        "findings": [
            {
                "code": finding.fault.value,
                "line": finding.line,
                "what": say_what(say, finding),
                "how": say_how(say, finding),
                "paste": list(finding.paste),
                "for_operator": finding.fault.is_for_operator,
            }
            for finding in examination.findings
        ],
    }
