"""What esbuild makes of `widget/src`: everything that the gateway serves, in a folder of its own."""

import gzip
import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli

from gateway import __version__
from gateway.domain.integrity import integrity_of
from gateway.texts import LANGUAGES, load_texts

HERE = Path(__file__).parent
SRC = HERE / "src"

_TARGET = "chrome80,firefox78,safari14"

_LAUNCHERS_TARGET = "chrome63,firefox67,safari11.1"
"""Whoever can make an element and has import() reads the launcher to its end, and so has at least the link."""

_CLOSE = "widget.close"
"""What the launcher's second part alone says."""

_PAGES = {
    "form": "form/main.js",
    "style": "form/css/form.css",
    "dark": "form/css/dark.css",
    "map": "form/css/map.css",
    "findings": "form/css/findings.css",
}
"""What pages load, by the name it is asked for: scripts and style sheets; a script may load more when it is needed."""

_LATER = "dynamic-import"
"""What esbuild calls import(): the map, the topics, what a text brings up. It comes when it is needed first."""

_LAUNCHERS = {
    "widget": "launcher/main.js",
    "legacy": "launcher/legacy.js",
    __version__: "launcher/whole.js",
    f"{__version__}-form": "launcher/form.js",
}
"""`widget` brings the part `VERSION-form` with the first click, as a module; the others are in one piece.
What begins with the version is published for good.
"""

COMPRESSED = {".br": brotli.decompress, ".gz": gzip.decompress}
"""What stands beside each file, and how to read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A folder with `assets`, `launcher` and `manifest.json`; `form_scripts` are those that the form loads at once.

    The launchers are this version's and the legacy one; those of earlier versions are no business of a bundle.
    """

    folder: Path
    form_scripts: tuple[Path, ...]
    form_styles: tuple[Path, ...]
    launchers: tuple[Path, ...]

    @property
    def launcher(self) -> Path:
        """What `/widget.js` is."""
        return self.folder / "launcher" / "widget.js"

    @property
    def published(self) -> Mapping[str, str]:
        """The integrity of what stays under the number of this version, by its name."""
        return {path.stem: integrity_of(path.read_bytes()) for path in self.launchers if is_of_this_version(path.stem)}


class CannotBuild(Exception):
    """The sources are wrong or esbuild is not there; the message is for whoever builds."""


def make_bundle(folder: Path, src: Path = SRC) -> Bundle:
    """Bundle into an empty folder; raises CannotBuild."""
    outputs = _bundle_pages(src, folder)
    manifest = _manifest(outputs)
    write_json(folder / "manifest.json", manifest)
    launchers = tuple(_bundle_launchers(src, folder / "launcher"))
    assets = folder / "assets"
    for path in (*assets.iterdir(), *launchers):
        compress(path)
    return Bundle(
        folder=folder,
        form_scripts=tuple(assets / name for name in _loaded(outputs, manifest["form.js"])),
        form_styles=tuple(assets / manifest[name] for name in ("style.css", "dark.css")),
        launchers=launchers,
    )


def is_of_this_version(name: str) -> bool:
    """Tell whether a published launcher, `0.2.0` or `0.2.0-form`, is this version's: only these may still change."""
    return name.partition("-")[0] == __version__


def compress(path: Path) -> None:
    """Put the file in brotli and gzip beside it, as small as they get: it is done once and sent for years."""
    content = path.read_bytes()
    path.with_name(f"{path.name}.br").write_bytes(brotli.compress(content, quality=11))
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))


def write_json(path: Path, content: Mapping[str, str]) -> None:
    """Write JSON as it is kept in git."""
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


Outputs = Mapping[str, Mapping[str, Any]]
"""What esbuild says of each file that it made, by the file's name: `entryPoint`, `imports`."""


def _bundle_pages(src: Path, folder: Path) -> Outputs:
    inputs = [f"{name}={source}" for name, source in _PAGES.items() if (src / source).exists()]
    meta = folder / "meta.json"
    _esbuild(
        src,
        *inputs,
        f"--target={_TARGET}",
        f"--outdir={folder / 'assets'}",
        "--format=esm",
        "--splitting",
        "--supported:optional-chain=true",  # Chrome below 91 gets it wrong before spread arguments alone: we write none
        "--entry-names=[name].[hash]",
        "--chunk-names=[name].[hash]",
        "--alias:leaflet=leaflet/dist/leaflet-src.esm.js",  # only what is used of it
        "--loader:.png=empty",  # pictures of Leaflet's own markers, which the map has none of
        f"--metafile={meta}",
    )
    made = json.loads(meta.read_text(encoding="utf-8"))["outputs"]
    meta.unlink()
    return {Path(path).name: output for path, output in made.items()}


def _manifest(outputs: Outputs) -> dict[str, str]:
    """Return the file of each page's part: `form.js` is `form.<hash>.js`."""
    asked = set(_PAGES.values())
    entries = {name: file for file, output in outputs.items() if (name := output.get("entryPoint")) in asked}
    parts = {f"{name}{Path(source).suffix}": entries.get(source) for name, source in _PAGES.items()}
    return {part: file for part, file in sorted(parts.items()) if file is not None}


def _loaded(outputs: Outputs, entry: str) -> list[str]:
    """Return the scripts that the entry loads at once; what import() brings later is weighed by itself."""
    seen: list[str] = []
    waiting = [entry]
    while waiting:
        file = waiting.pop()
        output = outputs.get(file)
        if output is None or file in seen:
            continue
        seen.append(file)
        at_once = (part for part in output["imports"] if part["kind"] != _LATER)
        waiting += [Path(part["path"]).name for part in at_once]
    return seen


def _bundle_launchers(src: Path, folder: Path) -> Iterator[Path]:
    for name, source in _LAUNCHERS.items():
        target = folder / f"{name}.js"
        kind = "esm" if name.endswith("-form") else "iife"
        _esbuild(src, source, f"--outfile={target}", f"--format={kind}", f"--target={_LAUNCHERS_TARGET}", *_words())
        yield target


def _words() -> list[str]:
    texts = load_texts()
    words = {
        lang: {
            key.removeprefix("widget."): texts.say(lang, key)
            for key in sorted(texts.keys(lang))
            if key.startswith("widget.") and key != _CLOSE
        }
        for lang in LANGUAGES
    }
    return [
        f"--define:__TEXTS__={json.dumps(words, ensure_ascii=False)}",
        f"--define:__CLOSE__={json.dumps({lang: texts.say(lang, _CLOSE) for lang in LANGUAGES}, ensure_ascii=False)}",
        f"--define:__VERSION__={json.dumps(__version__)}",
    ]


def _esbuild(src: Path, *arguments: str) -> None:
    program = HERE / "node_modules" / ".bin" / "esbuild"
    if not program.exists():
        raise CannotBuild("esbuild is not there; `make widget` brings it, or `npm ci` in the folder widget")
    options = (
        "--bundle",
        "--minify",
        "--preserve-symlinks",  # paths count in the names of files, and node_modules may be a link
        "--charset=utf8",
        "--supported:destructuring=true",  # what older ones get wrong are corner cases (order of evaluation)
        "--legal-comments=eof",  # Leaflet's licence asks for its line
    )
    done = subprocess.run([program, *arguments, *options, "--log-level=warning"], cwd=src, check=False)
    if done.returncode != 0:
        raise CannotBuild("esbuild could not bundle the sources, see above")
