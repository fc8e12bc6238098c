"""Writes the pages of the reference that the code knows best: the settings and the command line.

`python -m docs.generate` writes them; a test says so when they are older than the code.
"""

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from typer.main import get_command

from gateway.app import find_channels
from gateway.cli import main as otklik
from gateway.config import Settings

# Typer shows neither the type of a command nor that of a parameter.
_Command: TypeAlias = Any
_Parameter: TypeAlias = Any

REFERENCE = Path(__file__).parent / "reference"

_SETTINGS_BEGIN = """\
# Settings

<!-- Written by `python -m docs.generate` from gateway/config.py. -->

Every setting is an environment variable, `OTKLIK_PORT=8081`, or a line of the file `otklik.toml` in the folder that
`otklik` is started in; the environment wins. In the file the names are in small letters and sections are tables:

```toml
port = 8081

[core]
kind = "http"
```

Nothing has to be set: without a single setting Otklik keeps everything in the folder `otklik-data`.
Settings are read once, at the start. A value that is no good ends the command with a line that names it, and so does
an unknown name in the file; an unknown variable in the environment is passed over. `otklik doctor` prints what is in
force, with secrets masked. How many submissions come from one address is counted by each process for itself.

Lists and tables are JSON: `OTKLIK_TRUSTED_PROXIES='["10.0.0.0/8"]'`,
`OTKLIK_DOOR__TOKENS='{"north": "a long random token"}'`.
"""

_COMMANDS_BEGIN = """\
# Command line

<!-- Written by `python -m docs.generate` from gateway/cli. -->

`make setup` puts the command into `.venv/bin/otklik`. Every command reads the same [settings](settings.md), so it has
to be run with those of the gateway that it is about; commands may be run while that gateway serves.

It ends with 0 when all went well, with 1 and one line on standard error when it could not be done, and with 2 when
the command or a setting was not understood.
"""


def settings_page() -> str:
    """Return the page about settings."""
    return _page(_SETTINGS_BEGIN, [*_settings(Settings, "OTKLIK_"), *_channels()])


def commands_page() -> str:
    """Return the page about the command line."""
    return _page(_COMMANDS_BEGIN, _commands(get_command(otklik), "otklik"))


def write() -> None:
    """Write the pages."""
    (REFERENCE / "settings.md").write_text(settings_page(), encoding="utf-8")
    (REFERENCE / "command-line.md").write_text(commands_page(), encoding="utf-8")


def _page(begin: str, lines: Iterable[str]) -> str:
    text = "\n".join([begin, *lines]).strip() + "\n"
    return re.sub(r"\n{3,}", "\n\n", text)


def _settings(section: type[BaseModel], prefix: str) -> Iterator[str]:
    fields = section.model_fields
    yield from _table(["setting", "meaning", "default"])
    for name, field in fields.items():
        if _section(field) is None:
            yield _row(f"`{prefix}{name.upper()}`", f"{field.description}{_allowed(field)}", _default(field))
    for name, field in fields.items():
        if inner := _section(field):
            yield from ("", f"## {name}", "", (inner.__doc__ or "").strip(), "")
            yield from _settings(inner, f"{prefix}{name.upper()}__")


def _channels() -> Iterator[str]:
    """The sections of channels, each from the channel's own options."""
    for name, channel in sorted(find_channels().items()):
        yield from ("", f"## channels: {name}", "", (channel.options.__doc__ or "").strip(), "")
        yield from _settings(channel.options, f"OTKLIK_CHANNELS__{name.upper()}__")


def _section(field: FieldInfo) -> type[BaseModel] | None:
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _allowed(field: FieldInfo) -> str:
    if get_origin(field.annotation) is Literal:
        return ": " + ", ".join(f"`{choice}`" for choice in get_args(field.annotation))
    least = next((rule.ge for rule in field.metadata if hasattr(rule, "ge")), None)
    most = next((rule.le for rule in field.metadata if hasattr(rule, "le")), None)
    words = [f"at least {least}" if least else "", f"at most {most}" if most else ""]
    told = ", ".join(filter(None, words))
    return f" ({told})" if told else ""


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if value is None or value in ((), {}):
        return "unset; a secret" if SecretStr in get_args(field.annotation) else "unset"
    return f"`{value}`"


def _commands(command: _Command, name: str) -> Iterator[str]:
    for word, inner in getattr(command, "commands", {}).items():
        if hasattr(inner, "commands"):
            yield from _commands(inner, f"{name} {word}")
        else:
            yield from _command(inner, f"{name} {word}")


def _command(command: _Command, name: str) -> Iterator[str]:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and not p.hidden]
    yield from ("", f"## {name}", "", " ".join(command.help.split()), "")
    yield from ("```console", " ".join(["$", name, *map(_usage, arguments + options)]), "```", "")
    if arguments or options:
        yield from _table(["argument", "meaning"])
        yield from (_row(f"`{_spelled(p)}`", f"{p.help}{_choices(p)}{_default_option(p)}") for p in arguments + options)


def _usage(parameter: _Parameter) -> str:
    word = _spelled(parameter) + ("…" if parameter.multiple or parameter.nargs == -1 else "")
    return word if parameter.required else f"[{word}]"


def _spelled(parameter: _Parameter) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.name).upper()
    flags = "/".join([*parameter.opts, *parameter.secondary_opts])
    return flags if parameter.is_flag else f"{flags} {str(parameter.name).upper()}"


def _choices(parameter: _Parameter) -> str:
    annotation = parameter.type_descriptor.annotation
    if not (isinstance(annotation, type) and issubclass(annotation, Enum)):
        return ""
    return " One of " + ", ".join(f"`{choice.value}`" for choice in annotation) + "."


def _default_option(parameter: _Parameter) -> str:
    is_telling = parameter.default not in (None, False) and not parameter.is_flag
    return f" {parameter.default} by default." if is_telling else ""


def _table(columns: list[str]) -> Iterator[str]:
    yield _row(*columns)
    yield _row(*["---"] * len(columns))


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    write()
