"""Bundle `widget/src` into `widget/built`, which is what the gateway serves: `python widget/build.py`.

Node.js is needed for this alone (`npm ci` in this folder brings esbuild); whoever only runs Otklik uses what is built.
"""

import hashlib
import json
import subprocess
import tempfile
from base64 import b64encode
from pathlib import Path

from gateway import __version__
from gateway.texts import LANGUAGES, load_texts

HERE = Path(__file__).parent
BUILT = HERE / "built"

_TARGET = "es2020,chrome80,firefox78,safari14"
_PAGES = {"form": "form/main.js", "style": "form/css/form.css", "dark": "form/css/dark.css", "map": "form/css/map.css"}
"""What pages load, by the name it is asked for: scripts and style sheets; a script may load more when it is needed."""

_LAUNCHERS = {"widget": "launcher/main.js", "legacy": "launcher/legacy.js"}


def main() -> None:
    """Build everything anew; only launchers of earlier versions stay."""
    _build_assets()
    _build_launchers()


def _build_assets() -> None:
    with tempfile.TemporaryDirectory(dir=HERE) as folder:
        made = Path(folder) / "assets"
        inputs = [f"{name}={source}" for name, source in _PAGES.items() if (HERE / "src" / source).exists()]
        meta = Path(folder) / "meta.json"
        _esbuild(
            *inputs,
            f"--outdir={made}",
            "--format=esm",
            "--splitting",
            "--entry-names=[name].[hash]",
            "--chunk-names=[name].[hash]",
            f"--metafile={meta}",
        )
        manifest = _manifest(json.loads(meta.read_text(encoding="utf-8")))
        _replace(BUILT / "assets", made)
    _write_json(BUILT / "manifest.json", manifest)


def _manifest(meta: dict) -> dict[str, str]:
    entries = {}
    for path, output in meta["outputs"].items():
        if "entryPoint" in output:
            name = Path(path).name
            entries[f"{name.split('.')[0]}{Path(path).suffix}"] = name
    return dict(sorted(entries.items()))


def _build_launchers() -> None:
    folder = BUILT / "launcher"
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in _LAUNCHERS.items():
        if not (HERE / "src" / source).exists():
            continue
        target = folder / (f"{__version__}.js" if name == "widget" else f"{name}.js")
        _esbuild(source, f"--outfile={target}", "--format=iife", *_words())
    script = (folder / f"{__version__}.js").read_bytes()
    versions = folder / "versions.json"
    known = json.loads(versions.read_text(encoding="utf-8")) if versions.exists() else {}
    _write_json(versions, {**known, __version__: integrity(script)})


def _words() -> list[str]:
    texts = load_texts()
    words = {
        lang: {
            key.removeprefix("widget."): texts.say(lang, key)
            for key in sorted(texts.keys(lang))
            if key.startswith("widget.")
        }
        for lang in LANGUAGES
    }
    return [
        f"--define:__TEXTS__={json.dumps(words, ensure_ascii=False)}",
        f"--define:__VERSION__={json.dumps(__version__)}",
    ]


def integrity(content: bytes) -> str:
    """Return the value of `integrity` by which a page pins this content (W3C Subresource Integrity)."""
    return f"sha384-{b64encode(hashlib.sha384(content).digest()).decode()}"


def _esbuild(*arguments: str) -> None:
    command = [
        str(HERE / "node_modules" / ".bin" / "esbuild"),
        *arguments,
        "--bundle",
        "--minify",
        "--charset=utf8",
        f"--target={_TARGET}",
        "--legal-comments=none",
        "--log-level=warning",
    ]
    subprocess.run(command, cwd=HERE / "src", check=True)


def _replace(old: Path, new: Path) -> None:
    """Put a folder in the place of another at once: a gateway may be reading it."""
    old.parent.mkdir(parents=True, exist_ok=True)
    if old.exists():
        aside = new.with_name("old")
        old.rename(aside)
    new.rename(old)


def _write_json(path: Path, content: dict) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
