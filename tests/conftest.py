"""What every test may ask for; the fixtures themselves are in the modules named below."""

import os
from collections.abc import Callable, Generator
from typing import Any

import pytest

from tests.parts import Part

pytest_plugins = ["tests.postgres", "tests.server", "tests.application", "tests.browser", "tests.sites"]

NOT_RUN = pytest.StashKey[dict[str, str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Let a worker write what did not run where the process that started it finds it."""
    config.stash[NOT_RUN] = getattr(config, "workeroutput", {}).setdefault("not_run", {})


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take over what did not run in one of the workers."""
    node.config.stash[NOT_RUN] |= getattr(node, "workeroutput", {}).get("not_run", {})


@pytest.fixture(scope="session")
def need_part(pytestconfig: pytest.Config) -> Callable[[Part], None]:
    """`need_part(PART)` skips a test whose part cannot run and has the last lines say so; in CI it fails."""

    def need(part: Part) -> None:
        if lacks := part.lacks():
            pytestconfig.stash[NOT_RUN][part.name] = f"{lacks}; {part.remedy}"
            stop = pytest.fail if os.environ.get("CI") else pytest.skip
            stop(f"{part.name} cannot run: {lacks}")

    return need


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> Generator[None]:
    """Name the parts that did not run below everything else, right above pytest's closing line."""
    yield
    for part, reason in config.stash[NOT_RUN].items():
        terminalreporter.write_line(f"NOT RUN: {part} ({reason})", red=True, bold=True)
