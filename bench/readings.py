"""A whole reading, as residents wait for it: topics, problems, what would be refused, dangers, the place."""

import asyncio
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.progress import Progress
from rich.table import Table

from gateway.actions.read_text import ReadText
from gateway.adapters.catalogue_sheet import default_catalogue
from gateway.app import build
from gateway.config import Settings
from gateway.domain.agency import Agency, AgencyKey
from gateway.domain.appeal import Terms
from gateway.domain.evaluation import times_of

_TEXTS = 400
_SEED = 6
_LENGTHS = ((300, "15 ms", "60 ms"), (4_000, "80 ms", ""))
_WHERE = ("ул. Ленина, д. 5", "на Садовой возле 12 дома", "посёлок Луговой, Школьная 3", "у нас во дворе", "")
_AGENCY = Agency(key=AgencyKey("demo"), name="", legal_name="")


def measure(progress: Progress) -> Table:
    """Read made-up texts with the reader of a gateway; return what was seen and the limits."""
    return asyncio.run(_measured(progress))


async def _measured(progress: Progress) -> Table:
    table = Table("what", "measured", "limit")
    task = progress.add_task("readings", total=len(_LENGTHS))
    chance = random.Random(_SEED)
    examples = [example for topic in default_catalogue(Terms()).topics for example in topic.examples]
    with tempfile.TemporaryDirectory(prefix="otklik-bench-") as folder:
        gateway = await build(Settings(data_dir=Path(folder)), work=False)
        try:
            read = gateway.edge.read_text
            table.add_row("the first reading after the start", f"{await _timed(read, examples[0]):.0f} ms", "")
            for characters, median_limit, p99_limit in _LENGTHS:
                texts = [_text(examples, characters, chance) for _ in range(_TEXTS)]
                median, p99 = times_of([await _timed(read, text) / 1_000 for text in texts])
                table.add_row(f"{characters:,} characters, median", f"{median:.1f} ms", median_limit)
                table.add_row(f"{characters:,} characters, p99", f"{p99:.1f} ms", p99_limit)
                progress.advance(task)
        finally:
            await gateway.close()
    return table


async def _timed(read: ReadText, text: str) -> float:
    """Return how many milliseconds a reading takes."""
    begun = time.perf_counter()
    await read(_AGENCY, text)
    return 1_000 * (time.perf_counter() - begun)


def _text(examples: Sequence[str], characters: int, chance: random.Random) -> str:
    """Return sentences of residents of one mind or several, with a place here and there."""
    text = ""
    while len(text) < characters:
        text += f"{chance.choice(examples)} {chance.choice(_WHERE)}. "
    return text[:characters]
