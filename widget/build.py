"""Bundle `widget/src` into `widget/built`, which is what the gateway serves: `python widget/build.py`.

Node.js is needed for this alone; whoever only runs Otklik uses what is built. `--check` writes nothing and says
whether `widget/built` is what `widget/src` gives.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from gateway.domain.integrity import integrity_of
from gateway.web.logs import configure
from widget.bundle import (
    COMPRESSED,
    HERE,
    Bundle,
    CannotBuild,
    compress,
    is_of_this_version,
    make_bundle,
    write_json,
)
from widget.sizes import measure, table_of

BUILT = HERE / "built"

_VERSIONS = Path("launcher", "versions.json")


def main() -> None:
    """Build, or check with `--check`; exits with what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="only say whether widget/built is up to date")
    is_check = parser.parse_args().check
    configure(level="warning")  # the form is drawn once to be weighed; nobody asked for a line about it
    try:
        with tempfile.TemporaryDirectory(dir=HERE) as folder:
            _run(make_bundle(Path(folder)), is_check=is_check)
    except CannotBuild as error:
        sys.exit(f"widget: {error}")


def _run(bundle: Bundle, *, is_check: bool) -> None:
    if is_check:
        if differences := list(find_differences(bundle, BUILT)):
            raise CannotBuild(
                "\n  ".join(["widget/built is not what widget/src gives; run `make widget`", *differences])
            )
    else:
        install(bundle, BUILT)
    sizes = measure(bundle)
    Console().print(table_of(sizes))
    if breaches := [size.breach for size in sizes if size.breach]:
        raise CannotBuild("\n  ".join(["too big", *breaches]))


def install(bundle: Bundle, built: Path) -> None:
    """Put a bundle in the place of what was built before; launchers of earlier versions stay as they are."""
    earlier = {name: pinned for name, pinned in _versions(built).items() if not is_of_this_version(name)}
    _replace(built / "assets", bundle.folder / "assets")
    shutil.copy(bundle.folder / "manifest.json", built)
    launchers = built / "launcher"
    launchers.mkdir(exist_ok=True)
    for path in list(launchers.iterdir()):
        if path.name.partition(".js")[0] not in earlier:
            path.unlink()
    for path in (bundle.folder / "launcher").iterdir():
        shutil.copy(path, launchers)
    write_json(built / _VERSIONS, {**earlier, **bundle.published})
    _compress_what_is_not(launchers)


def _compress_what_is_not(launchers: Path) -> None:
    """The compressed files of an earlier version may be missing, nothing else."""
    for path in launchers.glob("*.js"):
        if not all(_beside(path, suffix).exists() for suffix in COMPRESSED):
            compress(path)


def find_differences(bundle: Bundle, built: Path) -> Iterator[str]:
    """Give, in words, where `built` is not what the bundle would make it; contents count, not how they are compressed.

    Compressors differ between versions, so a compressed file only has to unpack to the file that it stands beside.
    """
    wanted = {path.relative_to(bundle.folder): path for path in _plain(bundle.folder)}
    found = {path.relative_to(built): path for path in _plain(built)}
    others = {Path("launcher", f"{version}.js") for version in _versions(built)} | {_VERSIONS}
    yield from (f"{name} is missing" for name in sorted((wanted.keys() | others) - found.keys()))
    yield from (f"{name} is made from nothing" for name in sorted(found.keys() - wanted.keys() - others))
    for name in sorted(wanted.keys() & found.keys()):
        if wanted[name].read_bytes() != found[name].read_bytes():
            yield f"{name} has another content"
    yield from _wrong_integrities(bundle, built)
    yield from (
        f"{path.relative_to(built)} is not what stands compressed beside it" for path in found.values() if _lacks(path)
    )


def _wrong_integrities(bundle: Bundle, built: Path) -> Iterator[str]:
    versions = _versions(built)
    yield from (f"{_VERSIONS} lacks {version}" for version in bundle.published if version not in versions)
    for version, recorded in versions.items():
        path = built / "launcher" / f"{version}.js"
        if path.exists() and integrity_of(path.read_bytes()) != recorded:
            yield f"{_VERSIONS} has another integrity for {version}"


def _lacks(path: Path) -> bool:
    """Tell whether a script or style sheet lacks its compressed files, or has those of another content."""
    content = path.read_bytes()
    return path.suffix != ".json" and any(
        not _beside(path, suffix).exists() or unpack(_beside(path, suffix).read_bytes()) != content
        for suffix, unpack in COMPRESSED.items()
    )


def _plain(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and path.suffix not in COMPRESSED)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _versions(built: Path) -> dict[str, str]:
    """Return the integrity of each launcher that was ever published, by its version."""
    file = built / _VERSIONS
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def _replace(old: Path, new: Path) -> None:
    """Put a copy of a folder in the place of another."""
    shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(new, old)


if __name__ == "__main__":
    main()
