"""What a webmaster gets for sites that take no script: pictures, HTML to copy from, and a page that tells how.

The folder remembers what was written into it, so that a file that somebody else put there or changed is never
overwritten.
"""

import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from PIL import Image

from gateway.adapters.qr_code import DrawnCode, draw_code
from gateway.domain.snippets import Picture, Snippets, in_references
from gateway.texts import LANGUAGES, Say

_BUTTON_DENSITY = 2  # pixels of its PNG to a CSS pixel, as scripts/draw_pictures.py draws it
_WRITTEN = "otklik-files.json"

BEGIN, END = "<!-- otklik: begin -->", "<!-- otklik: end -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """How many files were `written`, and how many stood there already."""

    written: int
    unchanged: int


def picture_files(snippets: Snippets) -> Mapping[str, bytes]:
    """Return every picture by its name: buttons as SVG and PNG in every language, the code of the form's address."""
    code = _code(snippets)
    buttons = {
        f"otklik-button-{lang}.{kind}": _drawn_button(lang, kind) for lang in LANGUAGES for kind in ("svg", "png")
    }
    return {**buttons, f"otklik-qr-{snippets.key}.svg": code.svg, f"otklik-qr-{snippets.key}.png": code.png}


def code_files(key: str, page: str, address: str) -> Iterator[tuple[str, bytes]]:
    """Give the code of a dialog's address, drawn twice, by file names; `page` names the messenger."""
    code = draw_code(address, address.removeprefix("https://"))
    yield f"otklik-qr-{key}-{page}.svg", code.svg
    yield f"otklik-qr-{key}-{page}.png", code.png


def button_picture(lang: str, say: Say) -> Picture:
    """Return the button for a page beside which the pictures lie; a PNG, which every site takes."""
    with Image.open(io.BytesIO(_drawn_button(lang, "png"))) as drawn:
        width, height = (side // _BUTTON_DENSITY for side in drawn.size)
    return Picture(src=f"otklik-button-{lang}.png", width=width, height=height, alt=say("widget.link"))


def code_picture(snippets: Snippets, say: Say) -> Picture:
    """Return the code in the same way."""
    code = _code(snippets)
    return Picture(
        src=f"otklik-qr-{snippets.key}.png",
        width=code.width,
        height=code.height,
        alt=say("handout.code_alt", address=snippets.form_in_words),
    )


def without_script(snippets: Snippets, lang: str, say: Say) -> str:
    """Return the snippet that needs no script, for a page beside which the pictures lie."""
    return snippets.without_script(button_picture(lang, say), code_picture(snippets, say))


def make_handout(snippets: Snippets, *, owner: str, lang: str, say: Say) -> Mapping[str, bytes]:
    """Return the files of the folder by their names; `owner` is whose form it is."""
    page = _page(snippets, lang, say)
    told = say(
        "handout.readme",
        owner=owner,
        agency=snippets.key,
        form=snippets.form,
        script=snippets.script,
        policy=snippets.policy_line,
        spoken=lang,
    )
    return {
        **picture_files(snippets),
        "snippet.html": page.format(charset="utf-8").encode(),
        "snippet-1251.html": in_references(page.format(charset="windows-1251")).encode("ascii"),
        "README.txt": told.strip().replace("\n", "\r\n").encode("utf-8-sig"),  # as old editors of Windows read it
    }


def save_handout(folder: Path, content: Mapping[str, bytes]) -> Saved:
    """Write the files that are new or changed; raises ValueError, before anything is written, for a foreign file."""
    known = _written(folder)
    standing = {name: (folder / name).read_bytes() for name in content if (folder / name).exists()}
    changed = {name: content[name] for name in content if standing.get(name) != content[name]}
    foreign = [name for name in changed if name in standing and known.get(name) != _digest(standing[name])]
    if foreign:
        raise ValueError(f"{folder}: these files are not as they were saved, move them away: {', '.join(foreign)}")
    folder.mkdir(parents=True, exist_ok=True)
    for name, written in changed.items():
        (folder / name).write_bytes(written)
    digests = {**known, **{name: _digest(written) for name, written in content.items()}}
    (folder / _WRITTEN).write_text(json.dumps(digests, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return Saved(written=len(changed), unchanged=len(content) - len(changed))


def _written(folder: Path) -> Mapping[str, str]:
    try:
        told = json.loads((folder / _WRITTEN).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _page(snippets: Snippets, lang: str, say: Say) -> str:
    """Return a page that shows the snippet between its marks; `{charset}` is left to fill in."""
    shown = f"{BEGIN}\n{without_script(snippets, lang, say)}\n{END}".replace("{", "{{").replace("}", "}}")
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="{{charset}}">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{say("handout.title")}</title>\n</head>\n'
        f"<body>\n<main>\n<h1>{say('handout.title')}</h1>\n{shown}\n</main>\n</body>\n</html>\n"
    )


def _code(snippets: Snippets) -> DrawnCode:
    return draw_code(snippets.form, snippets.form_in_words)


@cache
def _drawn_button(lang: str, kind: str) -> bytes:
    return files("gateway.data.pictures").joinpath(f"button-{lang}.{kind}").read_bytes()
