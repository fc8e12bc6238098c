"""Where the platforms' published specifications are, if they are on this machine."""

import os
from pathlib import Path

NAME = "OTKLIK_TEST_SPECS"
"""The variable that names their folder; otherwise it is looked for beside the checkout."""


def specification(name: str) -> Path | None:
    """Return the file or folder of that name, or None where there is none."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "reference" / "specs"
    folder = Path(os.environ[NAME]) if NAME in os.environ else beside
    found = folder / name
    return found if found.exists() else None
