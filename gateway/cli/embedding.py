"""`otklik agency show KEY`: what a webmaster needs, ready to paste."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.app import Gateway
from gateway.cli.asking import Lang, with_gateway
from gateway.cli.page_links import bot_links, make_link
from gateway.domain.agency import Agency
from gateway.domain.snippets import SHOWN_MODES, Snippets, in_references
from gateway.texts import Say
from gateway.web.widget import launcher_at

Key = Annotated[str, typer.Argument(help="Public name of the agency.")]
Save = Annotated[Path | None, typer.Option("--save", help="Folder to write pictures, HTML and QR codes into.")]
Topic = Annotated[str | None, typer.Option(help="Code of a topic that the links begin at.")]
Address = Annotated[str | None, typer.Option(help="Address of a problem that the links begin at.")]
Spoken = Annotated[Lang, typer.Option("--lang", help="Language of pictures and words.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def show(
    key: Key,
    save: Save = None,
    topic: Topic = None,
    address: Address = None,
    lang: Spoken = Lang.RU,
    as_json: AsJson = False,
) -> None:
    """Print what to paste into an agency's site, the policy that it needs, and links into form and messengers."""

    async def job(gateway: Gateway) -> None:
        agency = await gateway.agencies.find(key)
        say = gateway.texts.speaker(lang)
        snippets = snippets_of(gateway, agency)
        link = await make_link(gateway, agency, topic=topic, address=address)
        pages = await bot_links(gateway, agency, None if link is None else link.code)
        told = {**_told(agency, snippets, lang, say, topic=topic, address=address), "pages": dict(pages)}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else "\n".join(_lines(told)))
        if gateway.edge.public_url is None:
            typer.echo("otklik: OTKLIK_PUBLIC_URL is unset, so these addresses lead to this machine alone", err=True)
        if save is not None:
            _save(save, agency, snippets, lang, say, pages)

    with_gateway(job)


def snippets_of(gateway: Gateway, agency: Agency) -> Snippets:
    """Return what is pasted into that agency's sites."""
    return Snippets(launcher=launcher_at(gateway.settings.address), key=agency.key)


def _told(
    agency: Agency, snippets: Snippets, lang: str, say: Say, *, topic: str | None, address: str | None
) -> Mapping[str, Any]:
    from gateway.adapters.handout import without_script

    example = topic is None and address is None
    words = say("widget.link")
    return {
        "key": agency.key,
        "name": agency.name,
        "origins": [str(origin) for origin in agency.origins],
        "form": snippets.form,
        "script": snippets.script,
        "noscript": in_references(snippets.noscript(words)),
        "pinned": snippets.pinned,
        "elements": {
            "script": snippets.loader,
            **{mode.value: in_references(snippets.element_in(mode, words)) for mode in SHOWN_MODES},
        },
        "legacy": snippets.legacy,
        "csp": dict(snippets.policy),
        "without_script": in_references(without_script(snippets, lang, say)),
        "deep_link": snippets.filled(
            topic="0116" if example else topic or "",
            address=say("handout.example_address") if example else address or "",
        ),
    }


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    yield f"{told['key']}  {told['name']}"
    yield from _part("One line, where the button shall stand (data-mode: button, inline, banner)", told["script"])
    yield from _part("Below it, if wanted, for readers without JavaScript", told["noscript"])
    if told["pinned"] is not None:
        yield from _part("Instead of it: this version and no other content, to be changed by hand", told["pinned"])
    yield from _part(
        "Or as elements, any number of them after one script (mode: button, inline, banner)",
        told["elements"]["script"],
        told["elements"]["inline"],
    )
    yield from _part("In place of the state platform's script, where its snippet stays (not async)", told["legacy"])
    yield from _part(
        "If the site sends a Content-Security-Policy, add to it",
        "; ".join(f"{name} {source}" for name, source in told["csp"].items()),
    )
    yield from _part(
        "Without any script; --save FOLDER writes the pictures to put beside the page",
        *told["without_script"].split("\n"),
    )
    yield from _part("The form alone", told["form"])
    yield from _part("The form with topic and address filled in (--topic, --address)", told["deep_link"])
    for name, address in told["pages"].items():
        yield from _part(f"The dialog in {name}", address)
    yield from _part(
        "Sites that may show the form within themselves; others get a link",
        *(told["origins"] or [f"none yet: otklik agency edit {told['key']} --origin https://…"]),
    )


def _part(title: str, *lines: str) -> Iterator[str]:
    yield from ("", f"{title}:", *(f"    {line}" for line in lines))


def _save(folder: Path, agency: Agency, snippets: Snippets, lang: str, say: Say, pages: Mapping[str, str]) -> None:
    from gateway.adapters.handout import code_files, make_handout, save_handout

    codes = {name: file for page, address in pages.items() for name, file in code_files(agency.key, page, address)}
    saved = save_handout(folder, {**make_handout(snippets, owner=agency.name, lang=lang, say=say), **codes})
    typer.echo(f"{folder}: {saved.written} written, {saved.unchanged} unchanged; begin with README.txt", err=True)
