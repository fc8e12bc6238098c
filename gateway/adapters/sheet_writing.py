"""Sheets written for people: CSV that every office program opens, and xlsx."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

_WIDTHS = {"fact": 50, "words": 60, "examples": 60, "tell": 50}
_USUAL_WIDTH = 16


def csv_text(lines: Iterable[Sequence[str]]) -> str:
    """Return a sheet as CSV with commas."""
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerows(lines)
    return written.getvalue()


def write_sheet(file: Path, lines: Iterable[Sequence[str]], *, is_xlsx: bool) -> None:
    """Write a sheet as xlsx, or as CSV with the mark by which Excel knows UTF-8."""
    if is_xlsx:
        _write_xlsx(file, lines)
    else:
        file.write_text(csv_text(lines), encoding="utf-8-sig", newline="")


def _write_xlsx(file: Path, lines: Iterable[Sequence[str]]) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet("topics")
    header, *body = [list(line) for line in lines]
    for at, name in enumerate(header, 1):
        sheet.column_dimensions[get_column_letter(at)].width = _WIDTHS.get(name, _USUAL_WIDTH)
    sheet.freeze_panes = "A2"
    for line in (header, *body):
        cells = [WriteOnlyCell(sheet, value) for value in line]
        for cell in cells:
            cell.data_type = "s"  # a code keeps its zeros, and what begins with = is no formula
            cell.number_format = "@"
        sheet.append(cells)
    book.save(file)
