"""`otklik case …`: the agency's work on cases, until there is a cabinet for it."""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.actions.work_on_case import WorkOnCase
from gateway.app import Gateway
from gateway.cli.asking import number_given, with_gateway
from gateway.domain.agency import AgencyKey
from gateway.domain.case import Case, CaseEvent, EventKind, Status
from gateway.domain.number import AppealNumber
from gateway.domain.refusal import Ground
from gateway.domain.transfer import NewCase
from gateway.form.questions import details_in_words
from gateway.ports import Cases
from gateway.texts import DEFAULT_LANGUAGE, LANGUAGES, Texts

commands = typer.Typer(help="Work on cases.", no_args_is_help=True)

_LONGEST_NAME = 300

Number = Annotated[str, typer.Argument(help="The appeal's number, 123-456-7894.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Words = Annotated[str | None, typer.Option("--text", help="What the resident reads.")]
RequiredWords = Annotated[str, typer.Option("--text", help="What the resident reads.")]


@commands.command("list")
def list_cases(
    agency: Annotated[str | None, typer.Option(help="Only this agency's.")] = None,
    status: Annotated[Status | None, typer.Option(help="Only those that stand here.")] = None,
    most: Annotated[int, typer.Option(min=1, help="How many at most.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List cases, the nearest deadline first."""

    async def job(gateway: Gateway) -> None:
        key = None if agency is None else AgencyKey(agency)
        found = await _cases(gateway).list(agency=key, status=status, most=most)
        if as_json:
            typer.echo(_json([_summary(new, case) for new, case in found]))
            return
        for new, case in found:
            people = f"  {_people(case)}" if case.people > 1 else ""
            typer.echo(f"{case.number}  {case.status.value:<10}  by {_day(case)}  {new.agency}  {new.gist}{people}")
        if not found:
            typer.echo("No cases.")

    with_gateway(job)


@commands.command()
def show(number: Number, as_json: AsJson = False) -> None:
    """Show a case with its history."""
    read = number_given(number)

    async def job(gateway: Gateway) -> None:
        new, case = await _cases(gateway).find(read)
        if as_json:
            typer.echo(_json({**_summary(new, case), **_details(new, case)}))
        else:
            _print_case(new, case, gateway.texts)

    with_gateway(job)


@commands.command()
def status(
    number: Number,
    to: Annotated[Status, typer.Argument(help="Where it goes.")],
    text: Words = None,
    ground: Annotated[Ground | None, typer.Option(help="Why it is declined.")] = None,
    as_json: AsJson = False,
) -> None:
    """Move a case on; declining needs --ground and --text."""

    async def change(work: WorkOnCase, read: AppealNumber) -> Case:
        if to is not Status.DECLINED:
            return await work.move(read, to, text=text)
        if ground is None or not text:
            typer.echo("otklik: declining needs --ground and --text", err=True)
            raise typer.Exit(2)
        return await work.decline(read, ground, text)

    _change(number, change, as_json=as_json)


@commands.command()
def forward(
    number: Number,
    to: Annotated[str, typer.Option(help="The body that it goes to, as the resident reads it.")],
    text: Words = None,
    as_json: AsJson = False,
) -> None:
    """Pass a case on to a body that solves it."""
    _change(number, lambda work, read: work.forward(read, _named(to), text=text), as_json=as_json)


@commands.command()
def postpone(
    number: Number,
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day to answer by, 2026-12-31.")],
    text: RequiredWords,
    as_json: AsJson = False,
) -> None:
    """Set a later day to answer by, with the reason; an appeal under law 59-ФЗ takes that once, for 30 days."""
    _change(number, lambda work, read: work.postpone(read, until.date(), text), as_json=as_json)


@commands.command()
def answer(
    number: Number,
    text: RequiredWords,
    file: Annotated[list[Path] | None, typer.Option(exists=True, dir_okay=False, help="A file, any number.")] = None,
    as_json: AsJson = False,
) -> None:
    """Answer the resident, with files if they help."""
    _change(number, lambda work, read: work.answer(read, text, files=file or ()), as_json=as_json)


@commands.command()
def ask(number: Number, text: RequiredWords, as_json: AsJson = False) -> None:
    """Ask the resident a question."""
    _change(number, lambda work, read: work.ask(read, text), as_json=as_json)


@commands.command()
def topic(
    number: Number,
    code: Annotated[str, typer.Argument(help="Code of the right topic, as `otklik topics list` prints it.")],
    as_json: AsJson = False,
) -> None:
    """Set right what a case is about; its history tells that, and it is learned from where the agency wants that."""
    read = number_given(number)

    async def job(gateway: Gateway) -> None:
        _cases(gateway)
        assert gateway.work_on_case is not None
        new, _ = await _cases(gateway).find(read)
        right = gateway.topics.of(new.agency).catalogue.find(code)
        if right is None:
            raise ValueError(f"there is no topic {code}; `otklik topics list` prints them")
        case = await gateway.work_on_case.correct_topic(read, right)
        if as_json:
            typer.echo(_json(_summary(new, case)))
        else:
            typer.echo(f"{case.number}: {' → '.join(right.path)}")

    with_gateway(job)


def _named(to: str) -> str:
    name = " ".join(to.split())
    if not name or len(name) > _LONGEST_NAME:
        typer.echo(f"otklik: --to needs a name of 1 to {_LONGEST_NAME} characters", err=True)
        raise typer.Exit(2)
    return name


def _change(number: str, change: Callable[[WorkOnCase, AppealNumber], Awaitable[Case]], *, as_json: bool) -> None:
    read = number_given(number)

    async def job(gateway: Gateway) -> None:
        _cases(gateway)
        assert gateway.work_on_case is not None
        case = await change(gateway.work_on_case, read)
        new, _ = await _cases(gateway).find(read)
        if as_json:
            typer.echo(_json(_summary(new, case)))
        else:
            typer.echo(f"{case.number}: {case.status.value}, answer by {_day(case)}")

    with_gateway(job)


def _cases(gateway: Gateway) -> Cases:
    if gateway.cases is None:
        raise ValueError("cases are kept by the core store that this gateway forwards to; work on them there")
    return gateway.cases


def _people(case: Case) -> str:
    return f"{case.people} people wait for it"


def _day(case: Case) -> str:
    return f"{case.answer_by:%Y-%m-%d}"


def _summary(new: NewCase, case: Case) -> dict[str, Any]:
    return {
        "number": case.number,
        "agency": case.agency,
        "kind": case.kind.value,
        "status": case.status.value,
        "gist": new.gist,
        "topic": case.corrected_topic or new.topic_code,
        "received_at": new.received_at.isoformat(),
        "answer_by": case.answer_by.isoformat(),
        "people": case.people,
        "sent_back": sum(event.kind.value == "sent_back" for event in case.events),
    }


def _details(new: NewCase, case: Case) -> dict[str, Any]:
    point = None if new.place is None else new.place.point
    return {
        "text": new.text,
        "topic_path": list(new.topic_path),
        "details": dict(new.details),
        "address": None if new.place is None else new.place.address,
        "point": None if point is None else {"lat": point.lat, "lon": point.lon},
        "contact": {"name": new.contact.name, "email": new.contact.email, "phone": new.contact.phone},
        "consent_version": None if new.consent is None else new.consent.version,
        "files": [{"id": f.id, "name": f.name, "type": f.type.value, "size": f.size} for f in new.files],
        "history": [_event(event) for event in case.events],
    }


def _event(event: CaseEvent) -> dict[str, Any]:
    return {
        "at": event.at.isoformat(),
        "kind": event.kind.value,
        "status": event.status.value,
        "text": event.text,
        "score": event.score,
        "answer_by": event.answer_by.isoformat(),
        "forwarded_to": event.forwarded_to,
        "topic": event.topic_code,
        "files": [file.name for file in event.files],
    }


def _print_case(new: NewCase, case: Case, texts: Texts) -> None:
    people = f", {_people(case)}" if case.people > 1 else ""
    typer.echo(f"{case.number}  {case.status.value}, answer by {_day(case)}{people}")
    typer.echo(f"{new.agency_name}  {' → '.join(new.topic_path) or 'no topic'}")
    if new.place:
        typer.echo(" ".join(str(part) for part in (new.place.address, new.place.point) if part))
    typer.echo(f"\n{new.text}\n")
    for label, said in details_in_words(new.details, texts, new.lang if new.lang in LANGUAGES else DEFAULT_LANGUAGE):
        typer.echo(f"  {label}: {said}")
    for file in new.files:
        typer.echo(f"  {file.name} ({file.size} bytes)")
    for event in (event for event in case.events if event.kind is not EventKind.JOINED):  # they are counted above
        typer.echo(f"{event.at:%Y-%m-%d %H:%M}  {_happened(event)}  {event.text or ''}")


def _happened(event: CaseEvent) -> str:
    if event.kind is EventKind.POSTPONED:
        return f"postponed to {event.answer_by:%Y-%m-%d}"
    score = "" if event.score is None else f" {event.score}/5"
    return f"{event.kind.value}{score}{f' to {event.forwarded_to}' if event.forwarded_to else ''}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
