"""Places: a gazetteer of a million made-up houses, built and searched, and the places that texts name."""

import csv
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from rich.progress import Progress
from rich.table import Table

from gateway.adapters.gazetteer_file import GazetteerFile
from gateway.domain.place import Point
from gateway.reading.addresses import find_places, problem_place
from gateway.reading.street_names import ADJECTIVES, PEOPLE
from gateway.reading.words import load

Asked = TypeVar("Asked")

_HOUSES = 1_000_000
_SETTLEMENTS = 1_500
_SEARCHES = 600
_TEXTS = 300
_SEED = 6
_SYLLABLES = "ба ви го ду же за ки ло ми на ор пе ра со ти ув фа хо це ша"
_MESSAGES = Path(__file__).parents[1] / "tests/understanding/places.csv"
_BUILDING = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from gateway.adapters.gazetteer import Gazetteers
sheet, folder = map(Path, sys.argv[1:])
Gazetteers(folder).lay(None, sheet, now=datetime.now(UTC), anyway=False, tell=lambda _share, _what: None)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def measure(progress: Progress) -> Table:
    """Build in a new process, search in this one; return what was seen and the limits."""
    table = Table("what", "measured", "limit")
    task = progress.add_task("places", total=5)
    chance = random.Random(_SEED)
    with tempfile.TemporaryDirectory(prefix="otklik-bench-") as folder:
        sheet, places = Path(folder) / "houses.csv", Path(folder) / "places"
        streets = list(_streets(chance))
        _write(sheet, streets, chance)
        progress.advance(task)
        started = time.perf_counter()
        megabytes = float(
            subprocess.check_output([sys.executable, "-c", _BUILDING, str(sheet), str(places)], text=True)
        )
        table.add_row(f"import of {_HOUSES:,} houses", f"{time.perf_counter() - started:.0f} s", "300 s")
        table.add_row("memory for it", f"{megabytes:.0f} MB", "1,024 MB")
        progress.advance(task)
        _search(table, places, streets, chance)
        progress.advance(task)
    _read(table, chance)
    progress.advance(task)
    return table


def _streets(chance: random.Random) -> Iterator[tuple[str, str]]:
    names = sorted({f"ул. {name.capitalize()}" for name in (*PEOPLE, *ADJECTIVES)})
    settlements = [f"г. Город-{number}" if number < 20 else f"д. {_made_up(chance)}" for number in range(_SETTLEMENTS)]
    for settlement in settlements:
        many = 800 if settlement.startswith("г.") else 17
        own = [f"ул. {_made_up(chance)}" for _ in range(many // 2)]
        for street in sorted({*chance.sample(names, min(len(names), many // 2)), *own}):
            yield settlement, street


def _made_up(chance: random.Random) -> str:
    syllables = _SYLLABLES.split()
    return ("".join(chance.choices(syllables, k=chance.randint(2, 4))) + chance.choice(("вка", "ская", "ово"))).title()


def _write(sheet: Path, streets: Sequence[tuple[str, str]], chance: random.Random) -> None:
    with sheet.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["город", "улица", "дом", "широта", "долгота"])
        for number in range(_HOUSES):
            settlement, street = streets[number % len(streets)]
            house = f"{number // len(streets) * 2 + 1}{chance.choice(('', '', '', 'а', ' корп. 2', '/3'))}"
            at = (54 + chance.random() * 2, 35 + chance.random() * 3)
            writer.writerow([settlement, street, house, f"{at[0]:.6f}", f"{at[1]:.6f}"])


def _search(table: Table, places: Path, streets: Sequence[tuple[str, str]], chance: random.Random) -> None:
    file = places / "all.places"
    table.add_row("on disk", f"{file.stat().st_size / 2**20:.0f} MB", "300 MB")
    started = time.perf_counter()
    opened = GazetteerFile(file)
    table.add_row("opening it", f"{time.perf_counter() - started:.2f} s", "1 s")
    kinds: dict[str, Callable[[str, str], str]] = {
        "street and house": lambda _, street: f"{street} {chance.randint(1, 60)}",
        "beginnings of words": lambda _, street: f"{street[4:7].lower()} {chance.randint(1, 60)}",
        "settlement, street, house": lambda settlement, street: (
            f"{settlement[3:]} {street[4:]} {chance.randint(1, 60)}"
        ),
        "with a slip": lambda _, street: f"{street[4:6]}{street[7:]} {chance.randint(1, 60)}",
    }
    for kind, worded in kinds.items():
        typed = [worded(*chance.choice(streets)) for _ in range(_SEARCHES)]
        _add(table, f"search: {kind}", _timed(lambda words: opened.search(words, most=8), typed), "10 ms", "50 ms")
    points = [Point(lat=54 + chance.random() * 2, lon=35 + chance.random() * 3) for _ in range(_SEARCHES)]
    _add(table, "the house nearest to a point", _timed(opened.at, points), "10 ms", "50 ms")
    opened.close()


def _read(table: Table, chance: random.Random) -> None:
    load()
    with _MESSAGES.open(encoding="utf-8", newline="") as file:
        messages = [row["text"] for row in csv.DictReader(file)]
    for characters, limits in ((300, ("2 ms", "")), (4_000, ("10 ms", ""))):
        texts = [_text(messages, characters, chance) for _ in range(_TEXTS)]
        _add(table, f"places in {characters:,} characters", _timed(_places_of, texts), *limits)


def _places_of(text: str) -> object:
    return problem_place(text, find_places(text))


def _text(messages: Sequence[str], characters: int, chance: random.Random) -> str:
    text = ""
    while len(text) < characters:
        text += f"{chance.choice(messages)} "
    return text[:characters]


def _add(table: Table, what: str, times: Sequence[float], median: str, p99: str) -> None:
    table.add_row(f"{what}, median", f"{statistics.median(times):.1f} ms", median)
    table.add_row(f"{what}, p99", f"{sorted(times)[int(len(times) * 0.99)]:.1f} ms", p99)


def _timed(do: Callable[[Asked], object], things: Sequence[Asked]) -> list[float]:
    times = []
    for thing in things:
        started = time.perf_counter()
        do(thing)
        times.append(1000 * (time.perf_counter() - started))
    return times
