"""Examinations of pages on the screen and as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import typer

from gateway.actions.advise_agency import Advised
from gateway.actions.examine_sites import Site
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A look at all sites of `agencies`: what came of those that were `looked` at, and which origins are no address."""

    register: Register
    agencies: Sequence[Agency]
    skipped: Sequence[tuple[Agency, Origin]]
    all_sites: int
    looked: Sequence[tuple[Site, Examination]]

    @property
    def is_whole(self) -> bool:
        """Whether nobody stopped it half-way."""
        return len(self.looked) == self.all_sites


def print_survey(say: Say, survey: Survey, letters: Sequence[Advised]) -> None:
    """Print the sites that are not well, what was passed over, what became of letters, and the sums."""
    for _, examination in survey.looked:
        if not examination.is_well:
            print_examination(say, examination, survey.register)
    for agency, origin in survey.skipped:
        typer.echo(say("doctor.any_port", origin=origin, agency=agency.key))
    for agency in survey.agencies:
        if not agency.origins:
            typer.echo(say("doctor.no_origins", agency=agency.key))
    _print_letters(say, letters)
    _print_sums(say, survey)


def _print_letters(say: Say, letters: Sequence[Advised]) -> None:
    for letter in letters:
        values = {"agency": letter.agency.key, "email": letter.agency.email, "what": letter.what, "why": letter.why}
        typer.echo(say(f"doctor.letter.{letter.outcome.value}", **values))


def _print_sums(say: Say, survey: Survey) -> None:
    if not survey.is_whole:
        typer.echo(say("doctor.stopped", done=len(survey.looked), all=survey.all_sites))
    unseen = sum(examination.unseen is not None for _, examination in survey.looked)
    well = sum(examination.is_well for _, examination in survey.looked)
    to_mend = len(survey.looked) - unseen - well
    typer.echo(say("doctor.summary", sites=len(survey.looked), well=well, to_mend=to_mend, unseen=unseen))


def survey_as_data(say: Say, survey: Survey, letters: Sequence[Advised]) -> dict[str, Any]:
    """Return a survey for JSON."""
    return {
        "sites": [as_data(examination, say) for _, examination in survey.looked],
        "passed_over": [{"agency": agency.key, "origin": str(origin)} for agency, origin in survey.skipped],
        "letters": [
            {"agency": letter.agency.key, "outcome": letter.outcome.value, "what": letter.what} for letter in letters
        ],
        "complete": survey.is_whole,
    }


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
