"""The reference says what the code says: every setting, every command, every table."""

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel
from typer.main import get_command

from docs.generate import REFERENCE, commands_page, settings_page
from gateway.actions.enter_agencies import COLUMNS
from gateway.actions.enter_facts import COLUMNS as FACT_COLUMNS
from gateway.adapters.sql.tables import metadata
from gateway.app import find_channels
from gateway.cli import main as otklik
from gateway.config import Settings
from tests.docs.pages import DOCS, blocks, documents

SETTING = re.compile(r"OTKLIK_[A-Z0-9_]+")
OF_TESTS = {"OTKLIK_TEST_DATABASE_URL", "OTKLIK_TEST_SPECS"}


def all_settings(section: type[BaseModel] = Settings, prefix: str = "OTKLIK_") -> Iterator[str]:
    for name, field in section.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from all_settings(field.annotation, f"{prefix}{name.upper()}__")
        else:
            yield f"{prefix}{name.upper()}"


def channel_settings() -> Iterator[str]:
    for name, channel in find_channels().items():
        yield from all_settings(channel.options, f"OTKLIK_CHANNELS__{name.upper()}__")


def all_commands(command: Any = None, name: str = "otklik") -> Iterator[tuple[str, Any]]:
    for word, inner in (command or get_command(otklik)).commands.items():
        if hasattr(inner, "commands"):
            yield from all_commands(inner, f"{name} {word}")
        else:
            yield f"{name} {word}", inner


@pytest.mark.parametrize(("page", "written"), [("settings.md", settings_page), ("command-line.md", commands_page)])
def test_a_generated_page_is_current(page: str, written: Any) -> None:
    assert (REFERENCE / page).read_text(encoding="utf-8") == written(), "run `python -m docs.generate`"


@pytest.mark.parametrize("setting", [*all_settings(), *channel_settings()])
def test_every_setting_is_documented(setting: str) -> None:
    page = (REFERENCE / "settings.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| `{setting}` \| (?P<meaning>.+?) \|", page, re.MULTILINE)
    assert row, f"{setting} is missing"
    assert row["meaning"] not in ("", "None")


def test_no_document_names_a_setting_that_does_not_exist() -> None:
    known = {*all_settings(), *channel_settings()}
    sections = {name.rsplit("__", 1)[0] + "__" for name in known if "__" in name} | {"OTKLIK_CHANNELS__"}
    tables = {name for name in known if name == "OTKLIK_DOOR__TOKENS"}
    for document in documents():
        for named in SETTING.findall(document.read_text(encoding="utf-8")):
            is_entry = any(named.startswith(f"{table}__") for table in tables)
            assert named in known | sections | OF_TESTS | {"OTKLIK_"} or is_entry, f"{document.name}: {named}"


@pytest.mark.parametrize("name", [name for name, _ in all_commands()])
def test_every_command_is_documented(name: str) -> None:
    page = (REFERENCE / "command-line.md").read_text(encoding="utf-8")
    assert f"\n## {name}\n" in page


def test_every_option_and_argument_has_a_word_of_help() -> None:
    assert [
        f"{name} {parameter.name}"
        for name, command in all_commands()
        for parameter in command.params
        if not parameter.help or not command.help
    ] == []


def test_every_command_that_a_document_types_exists_with_its_options() -> None:
    commands = dict(all_commands())
    lines = [(document, line) for document in documents() for line in _commands_typed(document)]
    assert len(lines) > 20
    for document, line in lines:
        words = shlex.split(line)
        name = next((name for name in commands if words[: len(name.split())] == name.split()), None)
        assert name is not None, f"{document.name}: {line}"
        known = {flag for parameter in commands[name].params for flag in [*parameter.opts, *parameter.secondary_opts]}
        assert {word for word in words if word.startswith("--")} <= known, f"{document.name}: {line}"


def _commands_typed(document: Any) -> Iterator[str]:
    """Lines of fenced blocks that run `otklik`, from wherever it lies."""
    if document == REFERENCE / "command-line.md":  # there they are not typed but described
        return
    for block in blocks(document):
        for line in block.text.splitlines():
            typed = re.match(r"(?:\$ )?(?:\S*/)?(otklik(?:\s.+)?)$", line.strip())
            if typed and block.language in ("console", "bash"):
                yield typed[1]


def test_every_table_is_documented() -> None:
    page = (REFERENCE / "database.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    assert named == set(metadata.tables)


def test_every_column_of_a_sheet_of_facts_is_documented() -> None:
    page = (DOCS / "how-to" / "people-behind-the-page.md").read_text(encoding="utf-8")
    assert tuple(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == FACT_COLUMNS


def test_every_column_of_a_sheet_of_agencies_is_documented() -> None:
    page = (DOCS / "how-to" / "import-agencies.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", page, re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == set(COLUMNS)
