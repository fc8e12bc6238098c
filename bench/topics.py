"""Suggesting a topic: how long for a text, over HTTP while somebody types, and what it costs to have it."""

import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.progress import Progress
from rich.table import Table

from gateway.adapters.catalogue_sheet import default_catalogue
from gateway.adapters.learning import train
from gateway.adapters.suggester import Suggester
from gateway.domain.appeal import Terms
from tests.server import start_with_agency

_TEXTS = 400
_TYPED = 200
_ROWS = 40_000
_SEED = 5
_COST = """
import resource, time, gateway.web.application, gateway.adapters.sql.appeals
from pathlib import Path
def held():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20
before, started = held(), time.perf_counter()
from gateway.adapters.catalogue_sheet import default_catalogue
from gateway.adapters.suggester import Suggester
from gateway.domain.appeal import Terms
Suggester(default_catalogue(Terms())).suggest("яма", most=5)
print(time.perf_counter() - started, held() - before)
"""


def measure(progress: Progress) -> Table:
    """Measure in this process, over HTTP, and in new processes; return what was seen and the limits."""
    table = Table("what", "measured", "limit")
    task = progress.add_task("topics", total=5)
    catalogue = default_catalogue(Terms())
    suggester, chance = Suggester(catalogue), random.Random(_SEED)
    examples = [example for topic in catalogue.topics for example in topic.examples]
    for characters, limits in ((300, ("10 ms", "40 ms")), (4_000, ("50 ms", ""))):
        texts = [_text(examples, characters, chance) for _ in range(_TEXTS)]
        times = sorted(_timed(lambda text: suggester.suggest(text, most=5), texts))
        what = f"{len(catalogue.topics)} topics, {characters:,} characters"
        table.add_row(f"{what}, median", f"{times[_TEXTS // 2]:.1f} ms", limits[0])
        table.add_row(f"{what}, p99", f"{times[int(_TEXTS * 0.99)]:.1f} ms", limits[1])
        progress.advance(task)
    table.add_row("over HTTP while typing, median", f"{_over_http(examples, chance):.1f} ms", "30 ms")
    progress.advance(task)
    seconds, megabytes = map(float, subprocess.check_output([sys.executable, "-c", _COST], text=True).split())
    table.add_row("first suggestion after the start", f"{seconds:.2f} s", "1 s")
    table.add_row("memory for it", f"{megabytes:.0f} MB", "120 MB")
    progress.advance(task)
    table.add_row(f"learning {_ROWS:,} made-up texts", _learned(examples, chance), "minutes, 2 GB")
    progress.advance(task)
    return table


def _text(examples: Sequence[str], characters: int, chance: random.Random) -> str:
    text = ""
    while len(text) < characters:
        text += f"{chance.choice(examples)} "
    return text[:characters]


def _timed(do: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    times = []
    for text in texts:
        started = time.perf_counter()
        do(text)
        times.append(1000 * (time.perf_counter() - started))
    return times


def _over_http(examples: Sequence[str], chance: random.Random) -> float:
    """Return the median of asking again after each word, as the form does."""
    with tempfile.TemporaryDirectory(prefix="otklik-bench-") as folder:
        gateway = start_with_agency(Path(folder), {"OTKLIK_LIMITS__PER_ADDRESS": "1000000"})
        try:
            texts = [_text(examples, chance.randrange(20, 300), chance) for _ in range(_TYPED)]
            return statistics.median(_timed(lambda text: _ask(gateway.port, text), texts))
        finally:
            gateway.stop()


def _ask(port: int, text: str) -> None:
    query = urllib.parse.urlencode({"agency": "demo", "q": text, "limit": 5})
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/topics?{query}", timeout=10) as answer:
        assert "topics" in json.load(answer)


def _learned(examples: Sequence[str], chance: random.Random) -> str:
    codes = [str(number) for number in range(125)]
    kinds = {code: chance.sample(examples, 40) for code in codes}
    rows = [(_text(kinds[code], 240, chance), code) for code in chance.choices(codes, k=_ROWS)]
    started = time.perf_counter()
    train(rows, progress=lambda _share, _what: None)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{time.perf_counter() - started:.0f} s, {held:,.0f} MB with all of this"
