"""Sheets that agencies keep: CSV (comma or semicolon, UTF-8 or windows-1251) and xlsx, as rows by column name."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

Row = tuple[int, dict[str, str]]
"""A row's number in the sheet, as a person counts, and its cells by the names in the first row."""


def read_sheet(file: Path) -> list[Row]:
    """Return all rows that are not empty; raises ValueError for what is no sheet."""
    lines = _read_xlsx(file) if file.suffix.lower() == ".xlsx" else _read_csv(file)
    header, *body = list(lines) or [[]]
    names = [name.strip().lower() for name in header]
    if not any(names):
        raise ValueError(f"{file.name}: the first row must name the columns")
    rows = [(number, dict(zip(names, cells, strict=False))) for number, cells in enumerate(body, start=2)]
    return [(number, row) for number, row in rows if any(row.values())]


def _read_csv(file: Path) -> Iterable[list[str]]:
    text = _decoded(file.read_bytes())
    first = text.partition("\n")[0]
    delimiter = max((",", ";", "\t"), key=first.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251")  # what Excel writes on a Russian Windows


def _read_xlsx(file: Path) -> Iterable[list[str]]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(file, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError) as error:
        raise ValueError(f"{file.name} is no xlsx file") from error
    try:
        return [[_cell(value) for value in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    finally:
        book.close()


def _cell(value: object) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
