"""`otklik readings evaluate`: labelled texts, as somebody types it who wants to know how good readings are."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from gateway.domain.fault import FaultKind
from tests.journeys.test_command_line import otklik

STORY = "На дороге у дома яма, третий месяц прошу её засыпать."
TWO = "На дороге у дома яма. || А ещё не вывозят мусор с субботы, баки полные."


@pytest.fixture
def sheets(tmp_path: Path) -> Path:
    write(tmp_path / "problems.csv", ["text", "manner"], [STORY, "short"], [TWO, "bare"], ["Яма || ", "bare"])
    write(tmp_path / "faults.csv", ["text", "faults", "emergency"], [STORY, "-", "-"], ["ывапролд", "unreadable", "-"])
    book = Workbook()
    assert book.active is not None
    for line in (["text", "address"], ["Яма на улице Ленина, 5", "ул. Ленина, 5"], ["Пенсию не принесли", "-"]):
        book.active.append(line)
    book.save(tmp_path / "places.xlsx")
    return tmp_path


def write(file: Path, *lines: Sequence[str]) -> None:
    with file.open("w", encoding="utf-8", newline="") as sheet:
        csv.writer(sheet).writerows(lines)


def test_figures_of_several_sheets_are_printed_for_people_and_for_programs(sheets: Path) -> None:
    names = ("problems.csv", "faults.csv", "places.xlsx")
    told = otklik(sheets, "readings", "evaluate", *names, "--json")
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)
    assert (found["texts"], [(bad["sheet"], bad["row"]) for bad in found["bad_rows"]]) == (6, [("problems.csv", 4)])
    assert "problems.csv, row 4: there is no text on one side of a mark" in told.stderr
    assert (found["problems"]["torn"], found["problems"]["noticed"]["of"]) == ({"share": 0, "count": 0, "of": 1}, 1)
    assert set(found["faults"]["found"]) == set(FaultKind)
    assert found["faults"]["found"]["unreadable"]["of"] == found["faults"]["disturbed"]["of"] == 1
    assert found["places"]["found"]["of"] == found["places"]["invented"]["of"] == 1
    assert 0 < found["median_ms"] <= found["p99_ms"]
    assert "яма" not in told.stdout + told.stderr
    for lang, words in (("ru", "нужно не меньше 80%"), ("en", "wanted: 80% at least")):
        people = otklik(sheets, "readings", "evaluate", *names, "--lang", lang)
        assert words in people.stdout
        assert "яма" not in people.stdout + people.stderr


def test_texts_are_shown_only_where_that_is_asked_for(sheets: Path) -> None:
    torn = "На дороге яма. || Колесо пробито, ремонт стоит дорого."
    write(sheets / "wrong.csv", ["text", "street", "house"], [torn, "Несказанная", "5"])
    told = otklik(sheets, "readings", "evaluate", "wrong.csv", "--show", "2", "--no-progress")
    assert told.returncode == 0, told.stderr
    assert "wrong.csv, строка 2\n    На дороге яма. Колесо пробито" in told.stdout
    assert "должно быть: Несказанная, 5" in told.stdout
    assert "Колесо" not in told.stderr


def test_a_sheet_without_texts_and_an_agency_that_is_not_there_are_told(sheets: Path) -> None:
    write(sheets / "codes.csv", ["code"], ["0116"])
    told = otklik(sheets, "readings", "evaluate", "codes.csv")
    assert (told.returncode, told.stderr.strip()) == (1, "otklik: no column text; there are code")
    told = otklik(sheets, "readings", "evaluate", "faults.csv", "--agency", "nobody")
    assert told.returncode == 1
    assert told.stderr == "otklik: No agency has this key.\n"
