"""`otklik places`: a sheet of addresses, as an operator types it, and a gateway that takes it up."""

import json
from pathlib import Path
from subprocess import CompletedProcess

from gateway.app import build
from gateway.config import Settings
from gateway.domain.agency import AgencyKey
from tests.journeys.test_command_line import otklik

HOUSES = "город;улица;дом;широта;долгота\nг. Калуга;ул. Ленина;5;54,51;36,26\nг. Калуга;ул. Садовая;7;;\n"


def told(folder: Path, *arguments: str) -> CompletedProcess[str]:
    return otklik(folder, "places", *arguments)


def test_operator_imports_searches_lists_and_takes_away(tmp_path: Path) -> None:
    (tmp_path / "houses.csv").write_text(HOUSES, encoding="cp1251")
    assert told(tmp_path, "search", "ленина 5").returncode == 1
    imported = told(tmp_path, "import", "houses.csv", "--json")
    assert imported.returncode == 0, imported.stderr
    assert json.loads(imported.stdout) == {"settlements": 1, "streets": 2, "houses": 2, "located": 1}
    found = json.loads(told(tmp_path, "search", "лен", "5", "--json").stdout)
    assert found == [{"address": "город Калуга, улица Ленина, 5", "point": {"lat": 54.51, "lon": 36.26}}]
    assert "улица Ленина, 5" in told(tmp_path, "search", "54.5101", "36.2601").stdout
    assert json.loads(told(tmp_path, "list", "--json").stdout)[0]["source"] == "houses.csv"
    assert told(tmp_path, "import", "--remove").returncode == 0
    assert told(tmp_path, "search", "ленина 5").returncode == 1


def test_bad_rows_are_told_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "houses.csv").write_text(f"{HOUSES};;7;;\n", encoding="utf-8")
    refused = told(tmp_path, "import", "houses.csv")
    assert refused.returncode == 1
    assert "row 4: neither street nor settlement" in refused.stderr
    assert told(tmp_path, "search", "ленина").returncode == 1
    assert told(tmp_path, "import", "houses.csv", "--anyway").returncode == 0
    assert "улица Ленина" in told(tmp_path, "search", "ленина").stdout


async def test_gateway_that_runs_takes_up_what_is_imported(tmp_path: Path) -> None:
    gateway = await build(Settings(data_dir=tmp_path / "otklik-data"), work=False)
    try:
        gateway.places.look_every_seconds = 0
        assert gateway.places.search(AgencyKey("city"), "ленина 5", most=3) == []
        (tmp_path / "houses.csv").write_text(HOUSES, encoding="utf-8")
        assert told(tmp_path, "import", "houses.csv").returncode == 0
        found = gateway.places.search(AgencyKey("city"), "ленина 5", most=3)
        assert [place.address for place in found] == ["город Калуга, улица Ленина, 5"]
    finally:
        await gateway.close()
