"""`otklik doctor …`: the settings and parts of the gateway, or how the widget stands on a page, or on all of them."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Any

import typer

from gateway.actions.advise_agency import AdviseAgency, Advised
from gateway.actions.examine_page import ExaminePage
from gateway.actions.examine_sites import ExamineSites, Site, sites_of
from gateway.adapters.clock import utc_now
from gateway.app import Gateway, open_examination
from gateway.cli.asking import Lang, with_gateway
from gateway.cli.examinations import Survey, as_data, print_examination, print_survey, survey_as_data
from gateway.cli.running import tell_state
from gateway.domain.agency import Agency
from gateway.domain.installation import Examination
from gateway.domain.web_address import read_typed_address
from gateway.texts import Say

_WELL, _TO_MEND, _UNSEEN, _INTERRUPTED = 0, 1, 2, 130


def doctor(
    url: Annotated[
        str | None, typer.Argument(help="Page to look at; without one, the settings in force and whether parts answer.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Look at the main page of every registered site.")] = False,
    agency: Annotated[str | None, typer.Option(help="Key of the agency whose page it should be.")] = None,
    mail: Annotated[
        bool, typer.Option("--mail", help="With --all: write each agency what to mend first; not twice in a week.")
    ] = False,
    lang: Annotated[Lang, typer.Option(help="Language of the report and the letters.")] = Lang.RU,
    seconds: Annotated[float, typer.Option(min=0.1, help="Patience for a page with all its redirects.")] = 20.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell whether the widget stands on a page properly, and exactly what to paste or change where it does not.

    Ends with 0 if all is well, 1 if there is something to mend, 2 if a page could not be looked at. Without a page it
    prints the settings in force, secrets masked, and whether each part answers.
    """
    if every == (url is not None) and (every or mail or agency or as_json):
        raise typer.BadParameter("either a page or --all")
    if mail and not every:
        raise typer.BadParameter("--mail goes with --all")
    if url is not None:
        raise typer.Exit(with_gateway(lambda gateway: _one(gateway, url, agency, seconds, lang, as_json=as_json)))
    if every:
        raise typer.Exit(with_gateway(lambda gateway: _all(gateway, agency, seconds, lang, mail=mail, as_json=as_json)))
    tell_state()


async def _one(gateway: Gateway, url: str, key: str | None, seconds: float, lang: Lang, *, as_json: bool) -> int:
    address = read_typed_address(url)
    if address is None:
        typer.echo(f"otklik: {url} is no address of a page", err=True)
        return _UNSEEN
    expected = None if key is None else await gateway.agencies.find(key)
    examine = await open_examination(gateway, seconds=seconds)
    examination = await examine(address, expected=expected)
    say = gateway.texts.speaker(lang)
    if as_json:
        _print_json(as_data(examination, say))
    else:
        print_examination(say, examination, examine.register)
    if examination.unseen is None:
        await _warn_of_scripts(examine, say)
    return _status([examination])


async def _all(gateway: Gateway, key: str | None, seconds: float, lang: Lang, *, mail: bool, as_json: bool) -> int:
    if mail and gateway.mailer is None:
        raise ValueError("no letters can go: OTKLIK_SMTP__HOST is not set")
    examine = await open_examination(gateway, seconds=seconds)
    say = gateway.texts.speaker(lang)
    agencies = list(examine.register.agencies.values()) if key is None else [await gateway.agencies.find(key)]
    sites, skipped = sites_of(agencies)
    looked = await _look(examine, sites)
    survey = Survey(register=examine.register, agencies=agencies, skipped=skipped, all_sites=len(sites), looked=looked)
    # Whoever stops half-way may not have seen the worst yet: nothing is sent then.
    mailer = gateway.mailer if mail and survey.is_whole else None
    advise = AdviseAgency(letters=gateway.advice_letters, mailer=mailer, clock=utc_now, say=say)
    letters = await _advise(advise, agencies, looked)
    if as_json:
        _print_json(survey_as_data(say, survey, letters))
    else:
        print_survey(say, survey, letters)
    await _warn_of_scripts(examine, say)
    return _status([examination for _, examination in looked]) if survey.is_whole else _INTERRUPTED


async def _look(examine: ExaminePage, sites: Sequence[Site]) -> list[tuple[Site, Examination]]:
    """Look at sites under a bar; Ctrl-C ends it with what was seen until then."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    looked: list[tuple[Site, Examination]] = []
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("", total=len(sites))

        def tell(site: Site, examination: Examination) -> None:
            looked.append((site, examination))
            progress.advance(bar)

        with suppress(asyncio.CancelledError):  # Ctrl-C; a second one ends the command at once
            await ExamineSites(examine=examine, tell=tell)(sites)
    return sorted(looked, key=lambda pair: str(pair[0].address))


async def _advise(
    advise: AdviseAgency, agencies: Sequence[Agency], looked: Sequence[tuple[Site, Examination]]
) -> list[Advised]:
    letters = []
    for agency in agencies:
        own = [examination for site, examination in looked if _is_of(agency, site, examination)]
        if (letter := await advise(agency, own)) is not None:
            letters.append(letter)
    return letters


def _is_of(agency: Agency, site: Site, examination: Examination) -> bool:
    """Tell whether a page is that agency's to mend: of several that share a site, the one that it is found to be of."""
    keys = [sharing.key for sharing in site.agencies]
    return agency.key == (examination.agency if examination.agency in keys else keys[0])


def _print_json(told: dict[str, Any]) -> None:
    typer.echo(json.dumps(told, ensure_ascii=False, indent=2))


async def _warn_of_scripts(examine: ExaminePage, say: Say) -> None:
    if (await examine.served_launcher()).integrity is None:
        typer.echo(say("doctor.scripts_unseen", address=examine.launcher.base), err=True)


def _status(examinations: Sequence[Examination]) -> int:
    """Return the status to end with: something to mend comes before what could not be seen."""
    if any(examination.findings for examination in examinations):
        return _TO_MEND
    return _UNSEEN if any(examination.unseen is not None for examination in examinations) else _WELL
