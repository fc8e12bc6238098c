"""Addresses as a sheet: columns `settlement`, `street`, `house`, `lat`, `lon`, or `address` in one; read row by row.

A region has a million rows: they are never held together. See docs/reference/places.md for the columns.
"""

import csv
import warnings
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from gateway.adapters.gazetteer_building import AddressRow
from gateway.adapters.gazetteer_words import written_out
from gateway.domain.place import Point
from gateway.form.check import is_text
from gateway.reading.addresses import find_places

_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "settlement": (
            *("населённый пункт", "населенный пункт", "нас. пункт", "нп", "город", "city", "town", "населённый_пункт"),
            *("поселение", "место", "locality"),
        ),
        "street": (
            "улица",
            "наименование улицы",
            "название улицы",
            "ул",
            "street_name",
            "элемент улично-дорожной сети",
        ),
        "house": ("дом", "номер дома", "№ дома", "№", "номер", "house_number", "здание", "housenumber"),
        "block": ("корпус", "корп", "block", "корп."),
        "building": ("строение", "стр", "building", "стр."),
        "lat": ("широта", "latitude", "y", "lat.", "geo_lat"),
        "lon": ("долгота", "longitude", "lng", "long", "x", "geo_lon"),
        "address": ("адрес", "полный адрес", "адрес дома", "full_address", "местоположение"),
    }
)
"""What columns may be called too."""
_LONGEST = 300
_CHUNK = 1 << 20
_MOST_FAULTS = 1_000


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a row, counted as a person counts (the header is row 1)."""

    row: int
    said: str

    def __str__(self) -> str:
        return f"row {self.row}: {self.said}"


class BadAddresses(ValueError):
    """A sheet was not taken; `faults` are what is wrong with it, row by row, the first thousand."""

    def __init__(self, faults: Sequence[RowFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


def read_addresses(file: Path, fault: Callable[[RowFault], None]) -> Iterator[tuple[float, AddressRow]]:
    """Yield the addresses of a sheet, each with the share of the file that is read; tell `fault` of rows that are bad.

    Raises ValueError for what is no sheet, or has none of the columns.
    """
    lines = _xlsx_lines(file) if file.suffix.lower() == ".xlsx" else _csv_lines(file)
    _, header = next(lines, (0.0, []))
    columns = _columns_of(header)
    for number, (share, cells) in enumerate(lines, start=2):
        row = {column: " ".join(cells[place].split()) for column, place in columns.items() if place < len(cells)}
        if not any(row.values()):
            continue
        try:
            yield share, _address_of(row)
        except ValueError as error:
            fault(RowFault(number, str(error)))


def collect_faults() -> tuple[list[RowFault], Callable[[RowFault], None]]:
    """Return a list of faults and what adds to it, up to a thousand."""
    faults: list[RowFault] = []

    def add(fault: RowFault) -> None:
        if len(faults) < _MOST_FAULTS:
            faults.append(fault)

    return faults, add


def _columns_of(header: Sequence[str]) -> Mapping[str, int]:
    """Return in which place each of our columns stands; raises ValueError if none tells a street."""
    names = [" ".join(name.strip().lower().split()) for name in header]
    found = {
        column: names.index(name)
        for column, others in _COLUMNS.items()
        if (name := next((name for name in (column, *others) if name in names), None)) is not None
    }
    if not {"street", "address", "settlement"} & {*found}:
        raise ValueError(f"no column street or address; there are {', '.join(filter(None, names)) or 'none'}")
    return found


def _address_of(row: Mapping[str, str]) -> AddressRow:
    if strange := [column for column, cell in row.items() if not is_text(cell)]:
        raise ValueError(f"{strange[0]} has characters that cannot be stored")
    if long := [column for column, cell in row.items() if len(cell) > _LONGEST]:
        raise ValueError(f"{long[0]} is longer than {_LONGEST} characters")
    point = _point(row.get("lat", ""), row.get("lon", ""))
    if row.get("street") or row.get("settlement") or not row.get("address"):
        return _of_columns(row, point)
    return _of_one_line(row["address"], point)


def _of_columns(row: Mapping[str, str], point: Point | None) -> AddressRow:
    settlement, street = row.get("settlement", ""), row.get("street", "")
    if not (settlement or street):
        raise ValueError("neither street nor settlement")
    blocks = (("корпус", row.get("block", "")), ("строение", row.get("building", "")))
    house = " ".join([row.get("house", ""), *(f"{name} {number}" for name, number in blocks if number)]).strip()
    return AddressRow(
        settlement=written_out(settlement, ("settlements",)),
        street=written_out(street, ("streets",)),
        house=house,
        point=point,
    )


def _of_one_line(address: str, point: Point | None) -> AddressRow:
    """Read an address in one cell: «г. Калуга, ул. Кирова, д. 20»."""
    places = find_places(address)
    if not places:
        raise ValueError(f"no street is understood in {address[:80]}")
    place = max(places, key=lambda one: (bool(one.street), bool(one.house)))
    settlement = place.settlement or next((one.settlement for one in places if one.settlement), "")
    return AddressRow(settlement=settlement, street=place.street, house=place.house, point=point)


def _point(lat: str, lon: str) -> Point | None:
    if not (lat or lon):
        return None
    try:
        return Point(lat=float(lat.replace(",", ".")), lon=float(lon.replace(",", ".")))
    except ValueError:
        raise ValueError(f"lat and lon are no place on the map: {lat[:20]} {lon[:20]}") from None


def _csv_lines(file: Path) -> Iterator[tuple[float, list[str]]]:
    size = max(1, file.stat().st_size)
    with file.open("rb") as binary:
        encoding = _encoding_of(binary)
        binary.seek(0)
        text = _lines_of(binary, encoding)
        first = next(text, "")
        delimiter = max((",", ";", "\t"), key=first.count)
        try:
            yield 0.0, next(csv.reader([first], delimiter=delimiter), [])
            for cells in csv.reader(text, delimiter=delimiter):
                yield binary.tell() / size, cells
        except csv.Error as error:
            raise ValueError(f"{file.name}: {error}") from error


def _lines_of(binary: BinaryIO, encoding: str) -> Iterator[str]:
    """Yield the lines of a file, decoded by blocks: how far it is read stays known."""
    decoder, rest = getincrementaldecoder(encoding)(), ""
    while block := binary.read(_CHUNK):
        *lines, rest = (rest + decoder.decode(block)).split("\n")
        yield from (f"{line}\n" for line in lines)
    if rest:
        yield rest


def _encoding_of(binary: BinaryIO) -> str:
    """Tell UTF-8, UTF-16 and windows-1251 apart; raises ValueError for what is no text."""
    start = binary.read(4)
    if start.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):  # «Текст Юникод» of Excel
        return "utf-16"
    binary.seek(0)
    decoder = getincrementaldecoder("utf-8-sig")()
    try:
        while block := binary.read(_CHUNK):
            if b"\0" in block:
                raise ValueError("no text in UTF-8 or windows-1251")
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1251"
    return "utf-8-sig"


def _xlsx_lines(file: Path) -> Iterator[tuple[float, list[str]]]:
    from openpyxl import load_workbook  # brings what reads sheets, which nobody else needs

    try:
        with warnings.catch_warnings():  # of styles and extensions, which do not matter here
            warnings.simplefilter("ignore")
            book = load_workbook(file, read_only=True, data_only=True)
            sheet = book.worksheets[0]
            rows = max(1, sheet.max_row or 1)
            sheet.reset_dimensions()  # what some programs say of a sheet's size is wrong
            for number, row in enumerate(sheet.iter_rows(values_only=True)):
                yield min(1.0, number / rows), [_cell(value) for value in row]
            book.close()
    except Exception as error:  # openpyxl has none of its own: it lets out whatever a damaged book leads to
        raise ValueError(f"{file.name} is no xlsx file") from error


def _cell(value: object) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
