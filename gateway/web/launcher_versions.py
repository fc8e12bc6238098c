"""Which content each version of the launcher has, as the build wrote it down: what a page pins."""

import json

from gateway import __version__
from gateway.domain.snippets import PinnedLauncher
from gateway.web.shipped import find_shipped


def pinned_launcher(version: str = __version__) -> PinnedLauncher | None:
    """Return the launcher of a version with its integrity; None if no such version was built."""
    versions = find_shipped("_widget", in_checkout="widget/built") / "launcher" / "versions.json"
    integrity = json.loads(versions.read_text(encoding="utf-8")).get(version)
    return None if integrity is None else PinnedLauncher(version=version, integrity=integrity)
