"""The command `otklik`: thin words over the verbs; what takes long to import is imported where it is used."""

import typer

from gateway.cli import (
    agencies,
    cases,
    channels,
    dialogs,
    doctor,
    facts,
    links,
    outages,
    outbox,
    places,
    readings,
    running,
    talk,
    topics,
)

main = typer.Typer(
    name="otklik",
    help="The front door of a public feedback platform.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
main.add_typer(agencies.commands, name="agency")
main.add_typer(cases.commands, name="case")
main.add_typer(channels.commands, name="channel")
main.add_typer(dialogs.commands, name="dialog")
main.add_typer(facts.commands, name="fact")
main.add_typer(links.commands, name="link")
main.add_typer(outages.commands, name="outage")
main.add_typer(outbox.commands, name="outbox")
main.add_typer(places.commands, name="places")
main.add_typer(readings.commands, name="readings")
main.add_typer(topics.commands, name="topics")
main.command()(running.demo)
main.command()(running.serve)
main.command()(running.work)
main.command()(running.migrate)
main.command()(doctor.doctor)
main.command()(talk.talk)
