"""Rules that every file of the repository keeps, so that it sets up anywhere, behind any mirror."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.parts import Part

ROOT = Path(__file__).parents[2]

REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|anaconda\.org|npmjs\.(?:org|com)|yarnpkg\.com|deb\.debian\.org|docker\.io|ghcr\.io"
    r"|(?:index|find-links|registry)\S*[ =]+['\"]?https?:"
)
SOMEBODYS_FOLDER = re.compile(r"(?<![\w.-])(?:/home/\w|/Users/\w|/root\b/|[A-Z]:\\Users)|" + re.escape(f"{ROOT}/"))


@pytest.fixture(scope="module")
def files(need_part: Callable[[Part], None]) -> list[Path]:
    """What git holds or would take in."""
    need_part(Part(name="repository tests", lacks=_lacks_git, debian=("git",), homebrew=("git",)))
    listed = _git("ls-files", "-z", "--cached", "--others", "--exclude-standard").stdout.decode()
    return [path for name in listed.split("\0") if (path := ROOT / name).is_file()]


@pytest.mark.parametrize("forbidden", [REGISTRY, SOMEBODYS_FOLDER], ids=["registry", "folder"])
def test_no_file_holds_the_address_of_a_registry_or_a_path_of_somebodys_machine(
    files: list[Path], forbidden: re.Pattern[str]
) -> None:
    assert [found for path in files for found in _lines_with(forbidden, path)] == []


def test_the_lock_that_would_hold_addresses_stays_out(files: list[Path]) -> None:
    assert [path for path in files if path.name == "uv.lock"] == []


def _lines_with(forbidden: re.Pattern[str], path: Path) -> list[str]:
    text = path.read_bytes().decode(errors="replace")
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for number, line in enumerate(text.splitlines(), 1)
        if forbidden.search(line)
    ]


def _lacks_git() -> str | None:
    return None if _git("rev-parse", "--git-dir").returncode == 0 else "not a git checkout"


def _git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)
