"""`otklik agency …`: the bodies whose forms are served."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.actions.enter_agencies import COLUMNS, EnterAgencies, Entered
from gateway.app import Gateway
from gateway.cli.asking import with_gateway
from gateway.cli.embedding import show, snippets_of
from gateway.domain.agency import Agency
from gateway.domain.fault import FaultKind
from gateway.domain.snippets import Snippets
from gateway.errors import UnknownAgency

commands = typer.Typer(help="Enter and list agencies.", no_args_is_help=True)
commands.command()(show)

Key = Annotated[str, typer.Argument(help="Public name in addresses: lower-case Latin letters, digits, dashes.")]
Origins = Annotated[list[str] | None, typer.Option("--origin", help="A site that may carry the form, any number.")]
LegalName = Annotated[str | None, typer.Option(help="Full legal name, as in the consent.")]
Ogrn = Annotated[str | None, typer.Option(help="ОГРН, 13 digits.")]
Oktmo = Annotated[str | None, typer.Option(help="ОКТМО, 8 or 11 digits.")]
Parent = Annotated[str | None, typer.Option(help="Key of the body above it.")]
Email = Annotated[str | None, typer.Option(help="Where advice about its sites goes: to whoever keeps them.")]
PublicBody = Annotated[bool | None, typer.Option(help="Whether it is a state or municipal body.")]
TimeZone = Annotated[str | None, typer.Option(help="By which deadlines end, like Asia/Yekaterinburg.")]
NameRequired = Annotated[bool | None, typer.Option(help="Whether residents must give a name.")]
AnswerWay = Annotated[str | None, typer.Option(help="any, email, phone or both: how residents can be answered.")]
LegalBasis = Annotated[str | None, typer.Option(help="consent or duty: why personal data may be processed.")]
ConsentFile = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="The consent text; a new text gets a new version.")
]
Portal = Annotated[str | None, typer.Option(help="Where a 59-ФЗ appeal can be filed: address of the state portal.")]
Post = Annotated[str | None, typer.Option(help="The same on paper: postal address.")]
Reception = Annotated[str | None, typer.Option(help="The same in person: place and hours.")]
LearnFromCases = Annotated[
    bool | None, typer.Option(help="Whether its closed cases may teach which topic suits a text: otklik topics train.")
]
Refuse = Annotated[
    list[FaultKind] | None, typer.Option(help="What messages are not taken with, any number: residents must mend it.")
]
Warn = Annotated[
    list[FaultKind] | None, typer.Option(help="What residents are only told of, any number; at first that is all.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@commands.command()
def add(
    key: Key,
    name: Annotated[str, typer.Option(help="What residents call it.")],
    origin: Origins = None,
    legal_name: LegalName = None,
    ogrn: Ogrn = None,
    oktmo: Oktmo = None,
    parent: Parent = None,
    email: Email = None,
    public_body: PublicBody = None,
    time_zone: TimeZone = None,
    name_required: NameRequired = None,
    answer_way: AnswerWay = None,
    legal_basis: LegalBasis = None,
    consent: ConsentFile = None,
    portal: Portal = None,
    post: Post = None,
    reception: Reception = None,
    learn_from_cases: LearnFromCases = None,
    refuse: Refuse = None,
    warn: Warn = None,
) -> None:
    """Add an agency and print what to paste into its site."""
    _enter(_row(locals()), is_new=True, refuse=refuse or (), warn=warn or ())


@commands.command()
def edit(
    key: Key,
    name: Annotated[str | None, typer.Option(help="What residents call it.")] = None,
    origin: Origins = None,
    legal_name: LegalName = None,
    ogrn: Ogrn = None,
    oktmo: Oktmo = None,
    parent: Parent = None,
    email: Email = None,
    public_body: PublicBody = None,
    time_zone: TimeZone = None,
    name_required: NameRequired = None,
    answer_way: AnswerWay = None,
    legal_basis: LegalBasis = None,
    consent: ConsentFile = None,
    portal: Portal = None,
    post: Post = None,
    reception: Reception = None,
    learn_from_cases: LearnFromCases = None,
    refuse: Refuse = None,
    warn: Warn = None,
) -> None:
    """Change an agency; what is not given stays. Origins that are given replace the old ones."""
    _enter(_row(locals()), is_new=False, refuse=refuse or (), warn=warn or ())


@commands.command("list")
def list_agencies(as_json: AsJson = False) -> None:
    """List agencies, each with the snippet for its site."""

    async def job(gateway: Gateway) -> None:
        agencies = await gateway.agencies.all()
        told = [(agency, snippets_of(gateway, agency)) for agency in agencies]
        if as_json:
            typer.echo(json.dumps([_as_data(*one) for one in told], ensure_ascii=False, indent=2))
            return
        for one in told:
            _print_agency(*one)

    with_gateway(job)


@commands.command("import")
def import_sheet(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV or xlsx; first row: column names.")],
) -> None:
    """Enter agencies from a sheet; the same sheet once more changes nothing. Ends with status 1 if a row was bad."""
    from rich.progress import track

    from gateway.adapters.sheets import read_sheet

    async def job(gateway: Gateway) -> Entered:
        rows = read_sheet(file)
        if unknown := sorted({name for _, row in rows[:1] for name in row} - set(COLUMNS)):
            raise ValueError(f"{file.name}: no such columns: {', '.join(unknown)}; there are {', '.join(COLUMNS)}")
        enter = EnterAgencies(agencies=gateway.agencies, texts=gateway.texts)
        return await enter(track(rows, description="Reading", transient=True))

    entered = with_gateway(job)
    for bad in entered.bad:
        where = f"row {bad.row}: " if bad.row else ""
        typer.echo(f"{where}{'; '.join(bad.faults)}", err=True)
    typer.echo(
        f"{entered.added} added, {entered.changed} changed, {entered.unchanged} unchanged, {len(entered.bad)} bad"
    )
    if entered.bad:
        raise typer.Exit(1)


_CHANGES = {"refuse", "warn"}
"""Options that change what is there, where all others put something in its place."""


def _row(options: Mapping[str, Any]) -> dict[str, str]:
    row = {name: _cell(value) for name, value in options.items() if value is not None and name not in _CHANGES}
    if "origin" in row:
        row["origins"] = row.pop("origin")
    return row


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Path):
        return value.read_text(encoding="utf-8")
    return " ".join(value) if isinstance(value, list) else str(value)


def _enter(
    row: dict[str, str], *, is_new: bool, refuse: Collection[FaultKind] = (), warn: Collection[FaultKind] = ()
) -> None:
    async def job(gateway: Gateway) -> None:
        known = await _known(gateway, row["key"])
        if is_new and known is not None:
            raise ValueError(f"there is an agency {row['key']} already; `otklik agency edit` changes it")
        if not is_new and known is None:
            raise ValueError(f"there is no agency {row['key']}; `otklik agency add` adds it")
        if refuse or warn:
            row["refuses"] = _refusals(known, refuse, warn)
        entered = await EnterAgencies(agencies=gateway.agencies, texts=gateway.texts)([(1, row)])
        if entered.bad:
            raise ValueError("; ".join(entered.bad[0].faults))
        agency = await gateway.agencies.find(row["key"])
        _print_agency(agency, snippets_of(gateway, agency))

    with_gateway(job)


def _refusals(known: Agency | None, refuse: Collection[FaultKind], warn: Collection[FaultKind]) -> str:
    if both := sorted(set(refuse) & set(warn)):
        raise ValueError(f"either --refuse or --warn, not both: {', '.join(both)}")
    before = frozenset() if known is None else known.refuses
    return " ".join(sorted((before | set(refuse)) - set(warn))) or "none"


async def _known(gateway: Gateway, key: str) -> Agency | None:
    try:
        return await gateway.agencies.find(key)
    except UnknownAgency:
        return None


def _print_agency(agency: Agency, snippets: Snippets) -> None:
    typer.echo(f"{agency.key}  {agency.name}  {' '.join(str(origin) for origin in agency.origins)}")
    typer.echo(f"    {snippets.script}")


def _as_data(agency: Agency, snippets: Snippets) -> dict[str, Any]:
    return {
        "key": agency.key,
        "name": agency.name,
        "legal_name": agency.legal_name,
        "ogrn": agency.ogrn,
        "oktmo": agency.oktmo,
        "origins": [str(origin) for origin in agency.origins],
        "parent": agency.parent,
        "email": agency.email,
        "public_body": agency.is_public_body,
        "time_zone": agency.time_zone,
        "name_required": agency.name_required,
        "answer_way": agency.answer_way.value,
        "legal_basis": agency.legal_basis.value,
        "learn_from_cases": agency.learns_from_cases,
        "refuses": sorted(agency.refuses),
        "consent_version": None if agency.consent is None else agency.consent.version,
        "form": snippets.form,
        "snippet": snippets.script,
    }
