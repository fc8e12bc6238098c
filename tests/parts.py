"""The parts of the test suite that need a program besides Python packages, and where that program comes from.

`python -m tests.parts` installs what is missing (as root on Debian) or says in one line what to install.
A test asks `need_part` in conftest.py for its part, which names the part in the last lines if it cannot run.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

OLDEST_NODE = 18  # Debian 12 has it; esbuild needs no newer, and tsc an older one


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the suite; `lacks` says in words what is missing here, None when nothing is."""

    name: str
    lacks: Callable[[], str | None]
    debian: tuple[str, ...]
    homebrew: tuple[str, ...]

    @property
    def remedy(self) -> str:
        """The command that installs what this part needs."""
        return how_to_install([self])


def find_chromium() -> Path | None:
    """The browser on this machine, Chromium before Chrome."""
    for name in ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome"):
        if found := shutil.which(name):
            return Path(found)
    for name in ("Chromium", "Google Chrome"):
        if (bundle := Path(f"/Applications/{name}.app/Contents/MacOS/{name}")).exists():
            return bundle
    return None


def find_postgres() -> Path | None:
    """The folder with the newest PostgreSQL server's programs; Debian's and Homebrew's are not on PATH."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    homebrew = (
        initdb
        for prefix in ("/opt/homebrew/opt", "/usr/local/opt")
        for initdb in Path(prefix).glob("postgresql@*/bin/initdb")
    )
    for folders in (debian, homebrew):
        if newest := max(folders, key=_version_in_path, default=None):
            return newest.parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def how_to_install(parts: Iterable[Part]) -> str:
    """One command for all that the parts need, on the kind of machine this is."""
    if sys.platform == "darwin":
        return "brew install " + " ".join(name for part in parts for name in part.homebrew)
    return "sudo apt-get install " + " ".join(name for part in parts for name in part.debian)


def _version_in_path(initdb: Path) -> int:
    return int("".join(filter(str.isdigit, initdb.parts[-3])) or 0)


def _browser_lacks() -> str | None:
    if find_chromium() is None:
        return "no Chromium or Chrome"
    if sys.platform != "darwin" and not _has_cyrillic_font():
        return "no font with Cyrillic letters"
    if not _playwright_runs():
        return "playwright does not start"
    return None


def _has_cyrillic_font() -> bool:
    fc_list = shutil.which("fc-list")
    if fc_list is None:
        return False
    return bool(subprocess.run([fc_list, ":lang=ru"], capture_output=True, check=False).stdout)


def _playwright_runs() -> bool:
    """Its driver needs libatomic, which a small Debian does not have."""
    command = [sys.executable, "-m", "playwright", "--version"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _postgres_lacks() -> str | None:
    return None if find_postgres() else "no PostgreSQL server"


def _widget_lacks() -> str | None:
    """`make lint` brings the rest into widget/node_modules."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return "no Node.js with npm"
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = int(version.removeprefix("v").partition(".")[0] or 0)
    return None if major >= OLDEST_NODE else f"Node.js {major} is too old, {OLDEST_NODE} is needed"


BROWSER = Part(
    name="browser tests",
    lacks=_browser_lacks,
    debian=("chromium", "fontconfig", "fonts-paratype", "libatomic1"),
    homebrew=("--cask chromium",),
)
POSTGRES = Part(
    name="PostgreSQL tests",
    lacks=_postgres_lacks,
    debian=("postgresql",),
    homebrew=("postgresql@17",),
)
WIDGET = Part(
    name="widget tests",
    lacks=_widget_lacks,
    debian=("nodejs", "npm"),
    homebrew=("node",),
)
PARTS = (BROWSER, POSTGRES, WIDGET)


def main() -> None:
    """Install what is missing, or say what to install; either way the tests then run as far as they can."""
    missing = [part for part in PARTS if part.lacks()]
    if missing and _is_root_on_debian():
        _apt_install([name for part in missing for name in part.debian])
        missing = [part for part in missing if part.lacks()]
    if missing:
        lacks = "; ".join(f"{part.name}: {part.lacks()}" for part in missing)
        _say(f"{lacks}. Install with: {how_to_install(missing)}")


def _is_root_on_debian() -> bool:
    return Path("/etc/debian_version").exists() and os.geteuid() == 0


def _apt_install(packages: list[str]) -> None:
    _say("installing " + " ".join(packages))
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "-qq", *command],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            _say(f"apt-get {command[0]} failed:\n{done.stderr}")


def _say(text: str) -> None:
    sys.stderr.write(f"parts: {text}\n")


if __name__ == "__main__":
    main()
