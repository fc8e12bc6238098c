"""Catalogues of agencies' own, as files in the data folder of a gateway."""

import csv
from pathlib import Path

COLUMNS = ("subject", "fact", "code", "fast_track", "days", "words", "questions", "photo", "place")

BUS, CONTRACT, PIT = "0801", "0901", "0116"
"""Topics that ask for the route and the stop, for a region's own words, and for nothing."""

ASKING = (
    ("Транспорт", "Автобус не пришёл", BUS, "no", "20", "автобус; маршрутка; не пришёл", "route; stop", "number"),
    ("ЖКХ", "Спор по договору", CONTRACT, "no", "30", "договор; спор", "Номер договора", "Снимите первую страницу"),
    ("Дороги", "Яма на дороге", PIT, "yes", "10", "яма; выбоина; асфальт", "", "none"),
)

DOCTOR = "0401"
"""A topic of a place that is nobody else's business; in SHARED the pit is one that everybody sees."""

SHARED = (
    ("Дороги", "Яма на дороге", PIT, "yes", "10", "яма; выбоина; асфальт", "", "none", "public"),
    ("Медицина", "Не попасть к врачу", DOCTOR, "no", "30", "врач; запись; поликлиника", "", "none", "own"),
)


def write_catalogue(data: Path, rows: tuple[tuple[str, ...], ...] = ASKING, *, agency: str = "all") -> None:
    """Give the gateway of that data folder these topics."""
    folder = data / "topics"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{agency}.csv").open("w", encoding="utf-8", newline="") as sheet:
        csv.writer(sheet).writerows([COLUMNS, *rows])
