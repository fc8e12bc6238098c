"""Folders that come with the code: beside it in a checkout, inside the package in a wheel."""

from importlib.resources import files
from pathlib import Path


def find_shipped(packed: str, *, in_checkout: str) -> Path:
    """Return the folder `gateway/<packed>` of an installed wheel, or `in_checkout` of the checkout."""
    package = Path(str(files("gateway")))
    folder = package / packed
    return folder if folder.is_dir() else package.parent / in_checkout
