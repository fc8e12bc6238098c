"""The big one of killing: thousands of submissions while the process dies dozens of times."""

import asyncio
import tempfile
from pathlib import Path

from rich.progress import Progress
from rich.table import Table

from tests.journeys.killing import stream_through_kills
from tests.server import start_with_agency

_SUBMISSIONS = 20_000
_KILLS = 60


def measure(progress: Progress) -> Table:
    """Return what was sent and what was lost or doubled: both must be 0."""
    task = progress.add_task("kills", total=_KILLS)
    with tempfile.TemporaryDirectory(prefix="otklik-bench-") as folder:
        gateway = start_with_agency(Path(folder), {})
        stream = asyncio.run(
            stream_through_kills(
                gateway,
                submissions=_SUBMISSIONS,
                kills=_KILLS,
                seed=1,
                advance=lambda: progress.advance(task),
            )
        )
        gateway.stop()
    table = Table("acknowledged", "kills", "lost", "doubled")
    table.add_row(str(len(stream.acknowledged)), str(_KILLS), str(len(stream.lost)), str(stream.doubled))
    return table
