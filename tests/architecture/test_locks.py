"""The lock files pin everything that pyproject.toml asks for, with hashes, and agree with each other."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
TESTING = [Requirement(line) for line in PROJECT["dependency-groups"]["dev"]]

# A pin, its marker if any, and all the lines up to the next pin.
PIN = re.compile(r"^(?P<name>[a-z0-9.-]+)==(?P<version>[^\s;]+)(?P<rest>.*(?:\n[ #].*)*)", re.MULTILINE)


@pytest.mark.parametrize("requirement", RUNTIME, ids=str)
def test_what_running_needs_is_pinned_in_a_version_that_the_project_takes(requirement: Requirement) -> None:
    assert _versions(requirement, "requirements.lock")


@pytest.mark.parametrize("requirement", RUNTIME + TESTING, ids=str)
def test_what_testing_needs_is_pinned_in_a_version_that_the_project_takes(requirement: Requirement) -> None:
    assert _versions(requirement, "requirements-dev.lock")


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_line_that_starts_a_requirement_is_a_pin_with_a_hash(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    starts = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    pins = list(PIN.finditer(text))
    assert len(pins) == len(starts) > 0
    assert [pin["name"] for pin in pins if "--hash=sha256:" not in pin["rest"]] == []


def test_tests_run_with_the_very_versions_that_users_get() -> None:
    for_users, for_tests = _pins("requirements.lock"), _pins("requirements-dev.lock")
    assert {name: for_tests.get(name) for name in for_users} == for_users


def _versions(requirement: Requirement, lock: str) -> list[str]:
    """The versions of that package in the lock; all of them must be ones that the requirement takes."""
    versions = sorted(_pins(lock).get(canonicalize_name(requirement.name), ()))
    assert [version for version in versions if not requirement.specifier.contains(version)] == []
    return versions


def _pins(lock: str) -> dict[str, set[str]]:
    """The versions of each package; there may be one for each version of Python."""
    pins: dict[str, set[str]] = {}
    for pin in PIN.finditer((ROOT / lock).read_text(encoding="utf-8")):
        pins.setdefault(canonicalize_name(pin["name"]), set()).add(pin["version"])
    return pins
