"""What all documents keep to: links that lead somewhere, a map that names every page, entries and records in form."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.docs.pages import DOCS, ROOT, documents, headings, prose

LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
ENTRY = re.compile(r"- \*\((?:residents|agencies|operators|developers)\)\* \S")
PARTS = ["Context", "Decision", "Consequences", "Alternatives"]
KINDS = {"tutorial", "how-to", "reference", "decisions"}


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_within_the_repository_leads_somewhere(document: Path) -> None:
    assert [target for target in links(document) if not leads_somewhere(document, target)] == []


def test_every_page_stands_on_the_map() -> None:
    named = {(DOCS / target.partition("#")[0]).resolve() for target in links(DOCS / "README.md")}
    pages = {path.resolve() for path in DOCS.rglob("*.md")} - {(DOCS / "README.md").resolve()}
    assert pages <= named


def test_every_page_is_of_one_of_the_four_kinds() -> None:
    assert {path.parent.name for path in DOCS.rglob("*.md")} - {"docs"} <= KINDS


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_has_one_title_at_its_top(document: Path) -> None:
    titles = [text for level, text in headings(document) if level == 1]
    assert len(titles) == 1
    assert document.read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("record", sorted((DOCS / "decisions").glob("*.md")), ids=lambda path: path.stem)
def test_a_decision_has_its_four_parts_in_order(record: Path) -> None:
    assert [text for level, text in headings(record) if level == 2] == PARTS


def test_every_entry_of_the_changelog_says_who_notices() -> None:
    entries = [line for line in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines() if line[:1] in "-*+"]
    entries = [entry for entry in entries if entry]
    assert entries
    assert [entry for entry in entries if ENTRY.match(entry) is None] == []


def test_the_changelog_keeps_its_headings() -> None:
    found = list(headings(ROOT / "CHANGELOG.md"))
    assert found[:2] == [(1, "Changelog"), (2, "Unreleased")]
    changes = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert {text for level, text in found if level == 3} <= changes


def links(document: Path) -> list[str]:
    """Targets within the repository."""
    found = [match["target"] for match in LINK.finditer(prose(document))]
    return [target for target in found if not re.match(r"[a-z]+:", target)]


def leads_somewhere(document: Path, target: str) -> bool:
    path, _, part = unquote(target).partition("#")
    there = (document.parent / path).resolve() if path else document
    if not there.exists():
        return False
    return not part or part in {anchor(text) for _, text in headings(there)}


def anchor(heading: str) -> str:
    """The name that a heading has in an address, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
