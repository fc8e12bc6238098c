"""docs/reference/widget.md names all that an agency may write, and all that is said between site and form."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "widget" / "src"
PAGE = (ROOT / "docs" / "reference" / "widget.md").read_text(encoding="utf-8")


def rows(heading: str) -> set[str]:
    """What the first column of the first table under a heading names."""
    table = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return {name for row in re.findall(r"^\| (`.+?`) \|", table, re.MULTILINE) for name in re.findall(r"`(\S+?)`", row)}


def test_every_attribute_is_documented_and_no_other() -> None:
    listed = re.search(r"SETTINGS = \[(.+?)\]", (SOURCES / "launcher/settings.js").read_text(encoding="utf-8"))
    assert listed is not None
    assert rows("Attributes") == {*re.findall(r'"(\w+)"', listed[1]), "hidden"}


def test_every_message_is_documented() -> None:
    protocol = (SOURCES / "protocol.js").read_text(encoding="utf-8")
    types = {name for names in re.findall(r"type: ([\"\w |]+)", protocol) for name in re.findall(r'"(\w+)"', names)}
    assert {"hello", "welcome", "height"} <= types
    for name in types:
        assert re.search(rf"^\| (form|launcher) \| `{name}`", PAGE, re.MULTILINE), name


@pytest.mark.parametrize("name", ["accent", "on-accent", "corner", "font"])
def test_every_property_of_a_style_sheet_is_documented(name: str) -> None:
    assert f"--otklik-{name}" in (SOURCES / "launcher/style.js").read_text(encoding="utf-8")
    assert f"`--otklik-{name}`" in PAGE


@pytest.mark.parametrize("name", ["widget.js", "legacy.js", "widget/VERSION.js", "widget/VERSION-form.js"])
def test_every_file_is_documented(name: str) -> None:
    assert f"/{name}" in rows("Files")
