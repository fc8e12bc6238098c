"""The documents of the repository, as tests read them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

_NOT_OURS = {".venv", ".git", "node_modules", "otklik-data", "build", "dist"}
_BLOCK = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language and what stands in it."""

    language: str
    text: str


def documents() -> list[Path]:
    """Every Markdown file of the repository."""
    found = (path for path in ROOT.rglob("*.md") if not _NOT_OURS & set(path.relative_to(ROOT).parts))
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(ROOT).parts))


def blocks(document: Path) -> list[Block]:
    return [Block(found["language"], found["text"]) for found in _BLOCK.finditer(document.read_text(encoding="utf-8"))]


def prose(document: Path) -> str:
    """A document without its fenced blocks."""
    return _BLOCK.sub("", document.read_text(encoding="utf-8"))


def headings(document: Path) -> Iterator[tuple[int, str]]:
    """Each heading with its level."""
    for line in prose(document).splitlines():
        if found := re.match(r"(#{1,6}) (.+)", line):
            yield len(found[1]), found[2].strip()
