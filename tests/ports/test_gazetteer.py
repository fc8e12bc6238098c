"""Addresses found without a network: what residents type against a small town, sheets and the register as they come."""

import csv
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from gateway.adapters.address_sheet import BadAddresses
from gateway.adapters.gazetteer import Gazetteers
from gateway.domain.agency import Agency, AgencyKey
from gateway.domain.place import Point

NOW = datetime(2026, 5, 1, tzinfo=UTC)
HEADER = ("Город", "Улица", "Дом", "Широта", "Долгота")
TOWN = (
    ("г. Калуга", "ул. Ленина", "5", "54,5101", "36,2601"),
    ("г. Калуга", "ул. Ленина", "5 корп 1", "54,5102", "36,2611"),
    ("г. Калуга", "ул. Ленина", "50", "54,5103", "36,2621"),
    ("г. Калуга", "ул. Ленина", "д. 12 А", "54,5104", "36,2631"),
    ("г. Калуга", "ул. Садовая", "7", "54,5204", "36,2631"),
    ("г. Калуга", "пер. Садовый", "7", "54,5254", "36,2631"),
    ("г. Калуга", "ул. 8 Марта", "12", "54,53", "36,26"),
    ("г. Калуга", "мкр 5", "12", "54,54", "36,26"),
    ("г. Калуга", "ул. Карла Маркса", "3/2", "", ""),
    ("дер. Петровка", "ул. Лесная", "4", "", ""),
    ("дер. Петровка", "", "15", "", ""),
)


def an_agency(key: str) -> Agency:
    return Agency(key=AgencyKey(key), name="Администрация", legal_name="Администрация города")


def sheet(folder: Path, rows: Iterable[Sequence[str]], *, encoding: str = "utf-8", delimiter: str = ";") -> Path:
    file = folder / "houses.csv"
    with file.open("w", encoding=encoding, newline="") as opened:
        csv.writer(opened, delimiter=delimiter).writerows(rows)
    return file


def lay(places: Gazetteers, source: Path, *, anyway: bool = False, agency: str | None = None) -> str:
    key = None if agency is None else an_agency(agency).key
    return str(places.lay(key, source, now=NOW, anyway=anyway, tell=lambda _share, _what: None))


def addresses(places: Gazetteers, typed: str, most: int = 5) -> list[str]:
    return [place.address for place in places.search(None, typed, most=most)]


@pytest.fixture
def places(tmp_path: Path) -> Iterable[Gazetteers]:
    held = Gazetteers(tmp_path / "places", look_every_seconds=0)
    yield held
    held.close()


@pytest.fixture
def town(places: Gazetteers, tmp_path: Path) -> Gazetteers:
    lay(places, sheet(tmp_path, [HEADER, *TOWN]))
    return places


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("лен 5", "город Калуга, улица Ленина, 5"),
        ("ленина5", "город Калуга, улица Ленина, 5"),
        ("5 ленина", "город Калуга, улица Ленина, 5"),
        ("ул. Ленина, д. 5", "город Калуга, улица Ленина, 5"),
        ("ленина 5к1", "город Калуга, улица Ленина, 5 корпус 1"),
        ("ленина 5 корп. 1", "город Калуга, улица Ленина, 5 корпус 1"),
        ("Ленина 12а", "город Калуга, улица Ленина, 12а"),
        ("ленина 12 А", "город Калуга, улица Ленина, 12а"),
        ("Ленена 12а", "город Калуга, улица Ленина, 12а"),
        ("леннина", "город Калуга, улица Ленина"),
        ("садовой 7", "город Калуга, улица Садовая, 7"),
        ("на Садовой", "город Калуга, улица Садовая"),
        ("саодвая", "город Калуга, улица Садовая"),
        ("пер садовый", "город Калуга, переулок Садовый"),
        ("8 марта 12", "город Калуга, улица 8 Марта, 12"),
        ("8 марта", "город Калуга, улица 8 Марта"),
        ("5 мкр 12", "город Калуга, микрорайон 5, 12"),
        ("маркса 3/2", "город Калуга, улица Карла Маркса, 3/2"),
        ("маркса карла", "город Калуга, улица Карла Маркса"),
        ("калуга ленина д.5 кв 12", "город Калуга, улица Ленина, 5"),
        ("Россия, Калужская обл., г. Калуга, ул. Ленина, 50", "город Калуга, улица Ленина, 50"),
        ("петровке лесная 4", "деревня Петровка, улица Лесная, 4"),
        ("петровка", "деревня Петровка"),
        ("петровке 15", "деревня Петровка, 15"),
        ("ленина 77", "город Калуга, улица Ленина"),
    ],
)
def test_what_residents_type_finds_what_they_mean(town: Gazetteers, typed: str, first: str) -> None:
    assert addresses(town, typed)[:1] == [first]


@pytest.mark.parametrize("typed", ["", " ", "?!,", "ъъъъъъ", "ул", "\x00", "5" * 500, "а" * 5_000, "% OR 1=1 --"])
def test_what_means_nothing_finds_nothing(town: Gazetteers, typed: str) -> None:
    assert addresses(town, typed) == []


def test_no_more_is_found_than_was_asked_for(town: Gazetteers) -> None:
    assert len(addresses(town, "калуга", most=3)) == 3


async def test_nearest_house_is_found_within_200_metres(town: Gazetteers) -> None:
    agency = an_agency("city")
    near = await town.at(agency, Point(lat=54.5102, lon=36.2612))
    assert near is not None
    assert near.address == "город Калуга, улица Ленина, 5 корпус 1"
    assert near.point == Point(lat=54.5102, lon=36.2611)
    assert await town.at(agency, Point(lat=54.6, lon=36.26)) is None
    assert await town.at(agency, Point(lat=-90, lon=180)) is None


async def test_agency_with_places_of_its_own_uses_them(town: Gazetteers, tmp_path: Path) -> None:
    lay(town, sheet(tmp_path, [HEADER, ("г. Тула", "ул. Мира", "1", "", "")]), agency="tula")
    found = await town.find(an_agency("tula"), "мира 1", most=5)
    assert [place.address for place in found] == ["город Тула, улица Мира, 1"]
    assert await town.find(an_agency("city"), "мира 1", most=5) == []


async def test_without_a_file_nothing_is_known(places: Gazetteers) -> None:
    assert await places.find(an_agency("city"), "ленина 5", most=5) == []
    assert await places.at(an_agency("city"), Point(lat=54.5, lon=36.2)) is None


@pytest.mark.parametrize(("encoding", "delimiter"), [("cp1251", ";"), ("utf-8-sig", ","), ("utf-16", "\t")])
def test_sheets_of_offices_are_understood(places: Gazetteers, tmp_path: Path, encoding: str, delimiter: str) -> None:
    lay(places, sheet(tmp_path, [HEADER, *TOWN], encoding=encoding, delimiter=delimiter))
    assert addresses(places, "ленина 50") == ["город Калуга, улица Ленина, 50"]


def test_address_may_stand_in_one_column(places: Gazetteers, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Адрес дома"])
    book.active.append(["г. Калуга, ул. Кирова, д. 20, корп. 1"])
    book.save(tmp_path / "houses.xlsx")
    lay(places, tmp_path / "houses.xlsx")
    assert addresses(places, "кирова 20") == ["город Калуга, улица Кирова, 20 корпус 1"]


def test_broken_sheet_is_reported_by_row_and_changes_nothing(town: Gazetteers, tmp_path: Path) -> None:
    rows = [("г. Тула", "ул. Мира", "1", "54", "37"), ("", "", "7", "", ""), ("г. Тула", "ул. Мира", "2", "540", "37")]
    broken = sheet(tmp_path, [HEADER, *rows])
    with pytest.raises(BadAddresses) as refused:
        lay(town, broken)
    assert [fault.row for fault in refused.value.faults] == [3, 4]
    assert addresses(town, "ленина 50") == ["город Калуга, улица Ленина, 50"]
    lay(town, broken, anyway=True)
    assert addresses(town, "мира 1") == ["город Тула, улица Мира, 1"]


@pytest.mark.parametrize("content", [b"", b"a;b\n1;2\n", b"\x00\x01\x02", "город;улица\n".encode()])
def test_what_is_no_sheet_of_addresses_is_refused(places: Gazetteers, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    with pytest.raises(ValueError, match=r"."):
        lay(places, tmp_path / "x.csv")
    assert not list((tmp_path / "places").glob("*")) if (tmp_path / "places").exists() else True


def test_last_good_file_stays_in_use_when_a_new_one_is_broken(town: Gazetteers) -> None:
    assert addresses(town, "ленина 50")
    file = town.folder / "all.places"
    beside = file.with_suffix(".new")
    beside.write_bytes(b"no gazetteer")
    beside.replace(file)
    assert addresses(town, "ленина 50") == ["город Калуга, улица Ленина, 50"]
    assert [about for _, about in town.about()] == [None]


def register() -> dict[str, str]:
    """A tiny extract of the register: a town with a street, a village in a district, what is out of force."""
    inside = {2: 1, 3: 2, 4: 1, 5: 4, 11: 3, 12: 3, 13: 5, 14: 3}
    lies_in = [f'<ITEM OBJECTID="{one}" PARENTOBJID="{other}" ISACTIVE="1"/>' for one, other in inside.items()]
    force = 'ISACTUAL="1" ISACTIVE="1"'
    return {
        "40/AS_ADDR_OBJ_20260101_aa.XML": f"""<?xml version="1.0" encoding="utf-8"?><ADDRESSOBJECTS>
            <OBJECT ID="1" OBJECTID="1" NAME="Калужская" TYPENAME="обл" LEVEL="1" {force}/>
            <OBJECT ID="2" OBJECTID="2" NAME="Калуга" TYPENAME="г" LEVEL="5" {force}/>
            <OBJECT ID="3" OBJECTID="3" NAME="Ленина" TYPENAME="ул" LEVEL="8" {force}/>
            <OBJECT ID="4" OBJECTID="4" NAME="Перемышльский" TYPENAME="р-н" LEVEL="2" {force}/>
            <OBJECT ID="5" OBJECTID="5" NAME="Петровка" TYPENAME="д" LEVEL="6" {force}/>
            <OBJECT ID="6" OBJECTID="6" NAME="Старая" TYPENAME="ул" LEVEL="8" ISACTUAL="0" ISACTIVE="0"/>
        </ADDRESSOBJECTS>""",
        "40/AS_ADDR_OBJ_PARAMS_20260101_aa.XML": "<PARAMS/>",
        "40/AS_HOUSES_20260101_aa.XML": f"""<HOUSES>
            <HOUSE ID="1" OBJECTID="11" HOUSENUM="5" ADDNUM1="2" ADDTYPE1="1" HOUSETYPE="2" {force}/>
            <HOUSE ID="2" OBJECTID="12" HOUSENUM="7А" HOUSETYPE="2" {force}/>
            <HOUSE ID="3" OBJECTID="13" HOUSENUM="15" HOUSETYPE="2" {force}/>
            <HOUSE ID="4" OBJECTID="14" HOUSENUM="9" HOUSETYPE="2" ISACTUAL="0" ISACTIVE="0"/>
        </HOUSES>""",
        "40/AS_ADM_HIERARCHY_20260101_aa.XML": f"<ITEMS>{''.join(lies_in)}</ITEMS>",
    }


@pytest.mark.parametrize("packed", [True, False], ids=["zip", "folder"])
def test_extract_of_the_register_is_taken(places: Gazetteers, tmp_path: Path, *, packed: bool) -> None:
    source = tmp_path / ("gar.zip" if packed else "gar")
    for name, content in register().items():
        if packed:
            with zipfile.ZipFile(source, "a") as archive:
                archive.writestr(name, content)
        else:
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_text(content, encoding="utf-8")
    lay(places, source)
    assert addresses(places, "ленина 5") == ["город Калуга, улица Ленина, 5 корпус 2"]
    assert addresses(places, "ленина 7а") == ["город Калуга, улица Ленина, 7а"]
    assert addresses(places, "петровка 15") == ["Перемышльский район, деревня Петровка, 15"]
    assert addresses(places, "ленина 9") == ["город Калуга, улица Ленина"]
    assert addresses(places, "старая") == []


@pytest.mark.parametrize("lacks", ["HOUSES", "HIERARCHY", "ADDR_OBJ_2"])
def test_extract_that_lacks_a_table_is_refused(places: Gazetteers, tmp_path: Path, lacks: str) -> None:
    with zipfile.ZipFile(tmp_path / "gar.zip", "w") as archive:
        for name, content in register().items():
            if lacks not in name:
                archive.writestr(name, content)
    with pytest.raises(ValueError, match="there is no file AS_"):
        lay(places, tmp_path / "gar.zip")


def test_torn_extract_is_refused(places: Gazetteers, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "gar.zip", "w") as archive:
        for name, content in register().items():
            archive.writestr(name, content[:-9])
    with pytest.raises(ValueError, match="is no table of the register"):
        lay(places, tmp_path / "gar.zip")
