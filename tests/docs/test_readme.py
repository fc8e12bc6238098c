"""What README.md tells to type is typed, against a running gateway, and what it shows is what comes."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.docs.pages import ROOT, blocks
from tests.parts import Part
from tests.pictures import PUSHKIN_SQUARE, camera_jpeg, gps
from tests.server import RunningGateway

README = ROOT / "README.md"
ADDRESS_OF_THE_DEMO = "http://127.0.0.1:8080"

SHELL = Part(
    name="README's examples",
    lacks=lambda: None if shutil.which("curl") and shutil.which("bash") else "no curl or no bash",
    debian=("curl", "bash"),
    homebrew=("curl", "bash"),
)

# What differs from one day to the next.
_DIFFERENT_EACH_TIME = {"id", "number", "key", "url", "answer_by", "at", "size", "digest", "lat", "lon"}
_END = "\x1e"


@pytest.fixture
def typed(
    need_part: Callable[[Part], None], start_gateway: Callable[..., RunningGateway]
) -> list[tuple[str, str, str]]:
    """Each example: what is typed, what README shows after it, and what came."""
    need_part(SHELL)
    gateway = start_gateway(OTKLIK_CORE__POLL_SECONDS="0.1")
    folder = gateway.folder
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / "photo.jpg").write_bytes(camera_jpeg(place=gps(*PUSHKIN_SQUARE)))
    examples = [(text, shown) for text, shown in _examples(gateway.url)]
    outputs = _type([text for text, _ in examples], gateway)
    return [(text, shown, output) for (text, shown), output in zip(examples, outputs, strict=True)]


def test_what_readme_shows_is_what_comes(typed: list[tuple[str, str, str]]) -> None:
    shown_somewhere = [(text, shown, output) for text, shown, output in typed if shown]
    assert len(shown_somewhere) > 5
    for text, shown, output in shown_somewhere:
        assert _lasting(output) == _lasting(shown), text


def test_every_target_of_make_that_a_document_names_is_there() -> None:
    targets = {
        line.split(":")[0] for line in (ROOT / "Makefile").read_text().splitlines() if ": ## " in line or ":" in line
    }
    named = {
        line.split()[2] for block in blocks(README) for line in block.text.splitlines() if line.startswith("$ make ")
    }
    assert named == {"run", "test"}
    assert named <= targets


def _examples(url: str) -> list[tuple[str, str]]:
    found = blocks(README)
    examples = []
    for block, after in zip(found, [*found[1:], None], strict=True):
        if block.language == "bash":
            shown = after.text if after and after.language in ("", "json") else ""
            examples.append((block.text.replace(ADDRESS_OF_THE_DEMO, url), shown.replace(ADDRESS_OF_THE_DEMO, url)))
    return examples


def _type(texts: list[str], gateway: RunningGateway) -> list[str]:
    """What each of these texts prints, typed into one shell."""
    script = "".join(f"{text}\nprintf '{_END}'\n" for text in texts)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=gateway.folder,
        env=gateway._environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{gateway.log}"
    return done.stdout.split(_END)[:-1]


def _lasting(output: str) -> Any:
    try:
        return _without_what_differs(json.loads(output))
    except ValueError:
        return [line.rstrip() for line in output.strip().splitlines() if "'at'" not in line]


def _without_what_differs(told: Any) -> Any:
    if isinstance(told, dict):
        return {
            name: type(value).__name__ if name in _DIFFERENT_EACH_TIME else _without_what_differs(value)
            for name, value in told.items()
        }
    return [_without_what_differs(item) for item in told] if isinstance(told, list) else told
