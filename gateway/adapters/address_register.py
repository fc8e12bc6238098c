"""A region's extract of the state address register (ГАР): a folder or a zip of XML files, read as a stream.

The register tells of address objects (AS_ADDR_OBJ: OBJECTID, NAME, TYPENAME, LEVEL), of houses (AS_HOUSES: HOUSENUM and
up to two additional numbers with their kinds) and of what lies in what (AS_ADM_HIERARCHY, else AS_MUN_HIERARCHY:
OBJECTID, PARENTOBJID). Only rows with ISACTUAL and ISACTIVE count. It has no points.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from sys import intern
from typing import IO, Protocol
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from gateway.adapters.gazetteer_building import AddressRow
from gateway.adapters.gazetteer_words import written_out

_FILE = re.compile(r"AS_(?P<table>ADDR_OBJ|HOUSES|ADM_HIERARCHY|MUN_HIERARCHY)_\d[^/\\]*\.xml", re.IGNORECASE)
_CHUNK = 1 << 18
_DISTRICTS = frozenset({2, 3})
_SETTLEMENTS = frozenset({5, 6})
_STREETS = frozenset({7, 8})
"""LEVEL: 1 the region, 2 and 3 districts, 5 towns, 6 villages, 7 quarters and gardens, 8 streets."""
_REGION = 1
_ADDITIONS = {"1": "корпус", "2": "строение", "3": "сооружение", "4": "литера"}
"""ADDTYPE1 and ADDTYPE2, by AS_ADDHOUSE_TYPES."""
_AFTER_NAME = {"р-н": "район", "м.р-н": "район", "обл": "область", "край": "край", "м.о": "округ", "г.о": "округ"}
"""Kinds that stand after the name: «Перемышльский район»."""
_MOST_LEVELS = 12

Tell = Callable[[float, str], None]
Attributes = Mapping[str, str]


class _Opened(Protocol):
    """Files of an extract by their table, each with its size."""

    def __call__(self, table: str) -> tuple[IO[bytes], int]: ...


@dataclass(frozen=True, slots=True)
class _Object:
    name: str
    level: int


@dataclass(slots=True)
class _Register:
    """What was read so far, by OBJECTID."""

    objects: dict[int, _Object] = field(default_factory=dict)
    houses: dict[int, str] = field(default_factory=dict)
    parents: dict[int, int] = field(default_factory=dict)
    named: dict[int, tuple[str, str]] = field(default_factory=dict)


def is_register(file: Path) -> bool:
    """Tell whether a path is an extract of the register: a folder, or a zip, with its files."""
    if file.is_dir():
        return any(_FILE.fullmatch(one.name) for one in file.rglob("*"))
    return file.suffix.lower() == ".zip"


def read_register(file: Path, tell: Tell) -> Iterator[AddressRow]:
    """Yield the streets and houses of an extract; raises ValueError for one that lacks a file or is broken."""
    with ExitStack() as stack:
        opened = _opener(file, stack)
        register = _Register()
        _read(opened, "ADDR_OBJ", lambda row: _take_object(register, row), tell, 0.0)
        _read(opened, "HOUSES", lambda row: _take_house(register, row), tell, 0.1)
        if not register.objects:
            raise ValueError(f"{file.name} has no address in force")
        _read(opened, "HIERARCHY", lambda row: _take_parent(register, row), tell, 0.4)
        yield from _rows(register)


def _rows(register: _Register) -> Iterator[AddressRow]:
    for number, one in register.objects.items():
        if one.level in _SETTLEMENTS or one.level in _STREETS:
            settlement, street = _named(register, number)
            yield AddressRow(settlement=settlement, street=street)
    for number, house in register.houses.items():
        settlement, street = _named(register, register.parents.get(number, 0))
        if settlement or street:
            yield AddressRow(settlement=settlement, street=street, house=house)


def _named(register: _Register, number: int) -> tuple[str, str]:
    """Return the settlement and the street of an object, from what it lies in."""
    known = register.named.get(number)
    if known is not None:
        return known
    above = list(_above(register, number))
    streets = [one.name for one in above if one.level in _STREETS]
    settlements = [one for one in above if one.level in _SETTLEMENTS]
    settlement = settlements[0].name if settlements else ""
    is_village = bool(settlements) and settlements[0].level not in (5, _REGION)
    district = next((one.name for one in above if one.level in _DISTRICTS), "")
    if is_village and district and len(settlements) == 1:
        settlement = f"{district}, {settlement}"  # villages of one name are told apart by their districts
    region = next((one.name for one in above if one.level == _REGION), "")
    if not settlement and streets:
        settlement = region  # Moscow, Saint Petersburg and Sevastopol are regions themselves
    found = intern(settlement), intern(", ".join(reversed(streets)))
    register.named[number] = found
    return found


def _above(register: _Register, number: int) -> Iterator[_Object]:
    for _ in range(_MOST_LEVELS):
        one = register.objects.get(number)
        if one is not None:
            yield one
        parent = register.parents.get(number, 0)
        if not parent:
            return
        number = parent


def _take_object(register: _Register, row: Attributes) -> None:
    if _is_in_force(row) and row.get("LEVEL", "").isdigit():
        kind, name = row.get("TYPENAME", "").rstrip("."), row.get("NAME", "").strip()
        after = _AFTER_NAME.get(kind)
        name = f"{name} {after}" if after else written_out(f"{kind} {name}".strip())
        register.objects[int(row["OBJECTID"])] = _Object(intern(name), int(row["LEVEL"]))


def _take_house(register: _Register, row: Attributes) -> None:
    if not _is_in_force(row):
        return
    parts = [row.get("HOUSENUM", "")]
    for number, kind in (("ADDNUM1", "ADDTYPE1"), ("ADDNUM2", "ADDTYPE2")):
        if added := row.get(number, ""):
            parts.append(f"{_ADDITIONS.get(row.get(kind, ''), 'корпус')} {added}")
    if written := " ".join(filter(None, parts)):
        register.houses[int(row["OBJECTID"])] = intern(written)


def _take_parent(register: _Register, row: Attributes) -> None:
    number = int(row["OBJECTID"])
    if row.get("ISACTIVE", "1") == "1" and (number in register.houses or number in register.objects):
        register.parents[number] = int(row.get("PARENTOBJID") or 0)


def _is_in_force(row: Attributes) -> bool:
    return row.get("ISACTUAL", "1") == "1" and row.get("ISACTIVE", "1") == "1" and row.get("OBJECTID", "").isdigit()


def _read(opened: _Opened, table: str, take: Callable[[Attributes], None], tell: Tell, begun: float) -> None:
    """Give each row of a table to `take`; raises ValueError for what is no XML."""

    def start(_: str, attributes: dict[str, str]) -> None:
        if "OBJECTID" in attributes:
            take(attributes)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    file, size = opened(table)
    share = 0.1 if table == "ADDR_OBJ" else 0.3
    try:
        with closing(file):
            read = 0
            while block := file.read(_CHUNK):
                parser.Parse(block, False)
                read += len(block)
                tell(begun + share * min(1.0, read / max(1, size)), f"AS_{table}")
            parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, BadZipFile) as error:
        raise ValueError(f"AS_{table} is no table of the register: {error}") from error


def _opener(file: Path, stack: ExitStack) -> _Opened:
    if file.is_dir():
        return _folder(file)
    try:
        archive = stack.enter_context(ZipFile(file))
    except BadZipFile as error:
        raise ValueError(f"{file.name} is no zip") from error
    return _archive(archive)


def _folder(folder: Path) -> _Opened:
    files = {one.as_posix(): one for one in sorted(folder.rglob("*"))}

    def opened(table: str) -> tuple[IO[bytes], int]:
        found = files[_chosen([*files], table)]
        return found.open("rb"), found.stat().st_size

    return opened


def _archive(archive: ZipFile) -> _Opened:
    def opened(table: str) -> tuple[IO[bytes], int]:
        name = _chosen(archive.namelist(), table)
        return archive.open(name), archive.getinfo(name).file_size

    return opened


def _chosen(names: list[str], table: str) -> str:
    """Return the file of a table; raises ValueError where there is none, or more than one region."""
    wanted = ("ADM_HIERARCHY", "MUN_HIERARCHY") if table == "HIERARCHY" else (table,)
    for one in wanted:
        found = [name for name in names if _table_of(name) == one]
        if len(found) > 1:
            raise ValueError(f"more than one file AS_{one}: give the folder or the zip of one region")
        if found:
            return found[0]
    raise ValueError(f"there is no file AS_{wanted[0]}_….XML")


def _table_of(name: str) -> str:
    found = _FILE.fullmatch(name.replace("\\", "/").rpartition("/")[2])
    return found["table"].upper() if found else ""
