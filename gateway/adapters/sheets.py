"""Sheets that agencies keep: CSV (comma, semicolon or tab; UTF-8, UTF-16 or windows-1251) and xlsx, by column name."""

import csv
import io
import warnings
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable
from pathlib import Path

Row = tuple[int, dict[str, str]]
"""A row's number in the sheet, as a person counts, and its cells by the names in the first row."""

_NO_DELIMITER = "\x1f"
_MOST_TORN = 20


def read_sheet(file: Path) -> list[Row]:
    """Return all rows that are not empty, without columns that have no name; raises ValueError for what is no sheet."""
    lines = _read_xlsx(file) if file.suffix.lower() == ".xlsx" else _read_csv(file)
    header, *body = lines or [[]]
    names = [name.strip().lower() for name in header]
    if not any(names):
        raise ValueError(f"{file.name}: the first row must name the columns")
    rows = [(number, _named(names, cells)) for number, cells in enumerate(body, start=2)]
    return [(number, row) for number, row in rows if any(cell.strip() for cell in row.values())]


def _named(names: Iterable[str], cells: Iterable[str]) -> dict[str, str]:
    return {name: cell for name, cell in zip(names, cells, strict=False) if name}


def _read_csv(file: Path) -> list[list[str]]:
    text = _decoded(file)
    first = next(iter(text.splitlines()), "")
    delimiter = max((",", ";", "\t"), key=first.count)
    is_one_column = delimiter not in first  # commas in its cells, like «Яма, выбоина», part nothing
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=_NO_DELIMITER if is_one_column else delimiter))
    except csv.Error as error:
        raise ValueError(f"{file.name}: {error}") from error
    if torn := [number for number, cells in enumerate(lines, 1) if any(map(str.strip, cells[len(lines[0]) :]))]:
        rows = ", ".join(map(str, torn[:_MOST_TORN]))
        raise ValueError(f"{file.name}: more cells than columns (quotes missing?) in row {rows}")
    return lines


def _decoded(file: Path) -> str:
    content = file.read_bytes()
    is_utf16 = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))  # «Текст Юникод» of Excel
    for encoding in ("utf-16",) if is_utf16 else ("utf-8-sig", "cp1251"):  # the last is a Russian Windows' own
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError(f"{file.name} is no text in UTF-8 or windows-1251")


def _read_xlsx(file: Path) -> list[list[str]]:
    content = io.BytesIO(file.read_bytes())
    try:
        with warnings.catch_warnings():  # of styles and extensions, which do not matter here
            warnings.simplefilter("ignore")
            return _first_sheet(content)
    except Exception as error:  # openpyxl has none of its own: it lets out whatever a damaged book leads to
        raise ValueError(f"{file.name} is no xlsx file") from error


def _first_sheet(content: io.BytesIO) -> list[list[str]]:
    from openpyxl import load_workbook

    book = load_workbook(content, read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what some programs say of a sheet's size is wrong
        return [[_cell(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    finally:
        book.close()


def _cell(value: object) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
