"""Sheets that agencies keep, as the programs of offices write them."""

import random
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from gateway.adapters.sheets import Row, read_sheet
from tests.properties import many

SCHOOL = {"key": "school", "name": "Школа № 5"}
CLINIC = {"key": "clinic", "name": "Поликлиника; вторая, «детская»"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def csv_file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    file = folder / "agencies.csv"
    file.write_bytes(text.encode(encoding))
    return file


def xlsx(rows: list[list[object]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def xlsx_file(folder: Path, content: bytes, name: str = "agencies.xlsx") -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_csv_of_any_office_is_read(folder: Path, encoding: str, delimiter: str, line_end: str) -> None:
    lines = [f"key{delimiter}name", f"school{delimiter}Школа № 5", f'clinic{delimiter}"{CLINIC["name"]}"', ""]
    assert read_sheet(csv_file(folder, line_end.join(lines), encoding)) == [(2, SCHOOL), (3, CLINIC)]


def test_a_cell_may_hold_quotes_and_line_ends(folder: Path) -> None:
    text = 'key;name\nschool;"Школа\n""Пять"""\n'
    assert read_sheet(csv_file(folder, text)) == [(2, {"key": "school", "name": 'Школа\n"Пять"'})]


def test_names_of_columns_are_read_in_any_letters_and_order(folder: Path) -> None:
    assert read_sheet(csv_file(folder, " Name ,KEY\nШкола № 5,school\n")) == [(2, SCHOOL)]


def test_empty_rows_are_passed_over_and_counted(folder: Path) -> None:
    text = "key;name\n\n;\nschool;Школа № 5\n"
    assert read_sheet(csv_file(folder, text)) == [(4, SCHOOL)]
    rows: list[list[object]] = [["key", "name"], [], [None, None], ["school", "Школа № 5"]]
    assert read_sheet(xlsx_file(folder, xlsx(rows))) == [(4, SCHOOL)]


def test_a_short_row_lacks_its_last_cells(folder: Path) -> None:
    assert read_sheet(csv_file(folder, "key;name;ogrn\nschool;Школа № 5\n")) == [(2, SCHOOL)]


def test_columns_without_a_name_are_left_out(folder: Path) -> None:
    assert read_sheet(csv_file(folder, "key;name;;\nschool;Школа № 5;;\n")) == [(2, SCHOOL)]
    rows: list[list[object]] = [["key", None, "name", ""], ["school", "заметка", "Школа № 5", None]]
    assert read_sheet(xlsx_file(folder, xlsx(rows))) == [(2, SCHOOL)]


def test_an_xlsx_is_read_with_its_numbers_as_people_see_them(folder: Path) -> None:
    rows: list[list[object]] = [
        ["key", "ogrn", "public_body"],
        ["school", 1027700132195, True],
        ["clinic", 45000000.0, 1.5],
    ]
    assert read_sheet(xlsx_file(folder, xlsx(rows), "AGENCIES.XLSX")) == [
        (2, {"key": "school", "ogrn": "1027700132195", "public_body": "True"}),
        (3, {"key": "clinic", "ogrn": "45000000", "public_body": "1.5"}),
    ]


def test_a_formula_counts_by_what_it_came_to(folder: Path) -> None:
    content = with_part(
        xlsx([["key", "ogrn"], ["school", "=1+1"]]), "xl/worksheets/sheet1.xml", (b"<v />", b"<v>2</v>")
    )
    assert read_sheet(xlsx_file(folder, content)) == [(2, {"key": "school", "ogrn": "2"})]


def test_an_xlsx_whose_writer_was_wrong_about_its_size_is_read_whole(folder: Path) -> None:
    content = with_part(
        xlsx([["key", "name"], ["school", "Школа № 5"]]), "xl/worksheets/sheet1.xml", (b'ref="A1:B2"', b'ref="A1"')
    )
    assert read_sheet(xlsx_file(folder, content)) == [(2, SCHOOL)]


def test_an_xlsx_without_styles_is_read(folder: Path) -> None:
    content = with_part(xlsx([["key", "name"], ["school", "Школа № 5"]]), "xl/styles.xml", None)
    assert read_sheet(xlsx_file(folder, content)) == [(2, SCHOOL)]


def test_only_the_first_sheet_counts(folder: Path) -> None:
    book = Workbook()
    book.active.append(["key"])
    book.active.append(["school"])
    book.create_sheet("Заметки").append(["что-то ещё"])
    content = BytesIO()
    book.save(content)
    assert read_sheet(xlsx_file(folder, content.getvalue())) == [(2, {"key": "school"})]


@pytest.mark.parametrize("content", [b"", b"\n\n", b" ; \n1;2", b"\xef\xbb\xbf"])
def test_a_sheet_without_names_of_columns_is_refused(folder: Path, content: bytes) -> None:
    file = folder / "agencies.csv"
    file.write_bytes(content)
    with pytest.raises(ValueError, match="the first row must name the columns"):
        read_sheet(file)


@pytest.mark.parametrize("content", [b"", b"key;name", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18])
def test_what_only_calls_itself_an_xlsx_is_refused(folder: Path, content: bytes) -> None:
    with pytest.raises(ValueError, match=r"agencies\.xlsx is no xlsx file"):
        read_sheet(xlsx_file(folder, content))


def test_an_xlsx_without_sheets_in_it_is_refused(folder: Path) -> None:
    content = with_part(xlsx([["key"]]), "xl/worksheets/sheet1.xml", None)
    with pytest.raises(ValueError, match="is no xlsx file"):
        read_sheet(xlsx_file(folder, content))


def test_a_damaged_xlsx_is_refused_or_read_but_never_breaks_the_command(folder: Path) -> None:
    whole = xlsx([["key", "name"], *([f"school-{number}", "Школа"] for number in range(50))])
    for content in damaged(whole, 150):
        assert_refused_or_read(xlsx_file(folder, content))


def test_a_damaged_part_of_an_xlsx_is_refused_or_read_but_never_breaks_the_command(folder: Path) -> None:
    whole = xlsx([["key", "name"], ["school", "Школа"], ["ogrn", 5]])
    for part in ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"):
        inside = zipfile.ZipFile(BytesIO(whole)).read(part)
        for content in damaged(inside, 40):
            assert_refused_or_read(xlsx_file(folder, with_part(whole, part, (inside, content))))


@many
@given(content=st.binary(max_size=200) | st.text("key;name,\t\"\r\n'\0", max_size=60).map(str.encode))
def test_any_bytes_are_rows_or_no_sheet(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.csv"
    file.write_bytes(content)
    assert_refused_or_read(file)


def test_a_cell_of_a_megabyte_is_refused_or_read(folder: Path) -> None:
    assert_refused_or_read(csv_file(folder, "key;name\nschool;" + "я" * 1_000_000))


def assert_refused_or_read(file: Path) -> None:
    rows: list[Row] = []
    with suppress(ValueError):
        rows = read_sheet(file)
    assert all(is_row(row) for row in rows)


def is_row(row: Row) -> bool:
    number, cells = row
    return number > 1 and all(isinstance(part, str) for pair in cells.items() for part in pair)


def damaged(content: bytes, count: int) -> list[bytes]:
    chance = random.Random(7)
    versions = []
    for _ in range(count):
        version = bytearray(content)
        for _ in range(chance.choice((1, 3, 20))):
            version[chance.randrange(len(version))] = chance.randrange(256)
        cut = chance.randrange(1, len(version))
        versions.append(bytes(version[:cut] if chance.random() < 0.3 else version))
    return versions


def with_part(content: bytes, name: str, change: tuple[bytes, bytes] | None) -> bytes:
    """The same file with a part of it changed, or left out."""
    changed = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part.filename, old.read(part))
            elif change is not None:
                new.writestr(part.filename, old.read(part).replace(*change))
    return changed.getvalue()
