"""The files of catalogues in the data folder: `all.csv`, `KEY.csv`, what is laid over them, and how they are changed.

What a name's catalogue is: its own file or else what lies below, with its `….over.csv` laid over it. Below an agency's
is the one of all agencies, below that the one that comes with the product.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import NamedTemporaryFile

from gateway.adapters.catalogue_sheet import (
    SheetFault,
    catalogue_of,
    columns_of,
    default_catalogue,
    read_lines,
    tidy_rows,
)
from gateway.adapters.sheet_writing import csv_text
from gateway.adapters.sheets import Row, read_sheet
from gateway.domain.agency import AgencyKey
from gateway.domain.appeal import Terms
from gateway.domain.catalogue_change import CatalogueChange, compare
from gateway.domain.topic import Catalogue

ALL = "all"
_OVER = ".over.csv"
_KINDS = (".csv", ".model")


@dataclass(frozen=True, slots=True)
class TopicFiles:
    """Where the catalogue, what is laid over it and the model of an agency (or of all) lie."""

    folder: Path
    name: str

    @property
    def catalogue(self) -> Path:
        """The whole catalogue."""
        return self.folder / f"{self.name}.csv"

    @property
    def over(self) -> Path:
        """What is laid over a catalogue."""
        return self.folder / f"{self.name}{_OVER}"

    @property
    def model(self) -> Path:
        """What was learned."""
        return self.folder / f"{self.name}.model"

    @property
    def last_model(self) -> Path:
        """What had been learned before."""
        return self.folder / f"{self.name}.model.last"


class BadSheet(ValueError):
    """A sheet was not taken; `faults` are all that is wrong with it, row by row."""

    def __init__(self, faults: Sequence[SheetFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """What a sheet, or taking one away, did to a catalogue, and the columns that were passed over."""

    catalogue: Catalogue
    change: CatalogueChange
    passed_over: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CatalogueFiles:
    """Reads and changes them; `instead` has what shall count in place of files: rows, or None for no such file."""

    folder: Path
    terms: Terms
    instead: Mapping[Path, Sequence[Row] | None] = field(default_factory=dict)

    def of(self, name: str) -> TopicFiles:
        """Return where the files of a name lie."""
        return TopicFiles(self.folder, name)

    def own(self, agency: AgencyKey | None) -> str:
        """Return the name of an agency's files, or of those for all; raises ValueError for a key that is taken."""
        if agency == ALL:
            raise ValueError(f"an agency whose key is {ALL} has the catalogue of all agencies")
        return agency or ALL

    def read(self, name: str) -> Catalogue:
        """Read the catalogue of that name; raises ValueError naming the file and its bad rows."""
        below = self.below(name)
        file = self.of(name).over
        rows = self._rows(file)
        if rows is None:
            return below
        with _named(file):
            return catalogue_of(rows, self.terms, over=below)

    def below(self, name: str) -> Catalogue:
        """Read what a sheet of that name would be laid over; raises ValueError."""
        file = self.of(name).catalogue
        if (rows := self._rows(file)) is not None:
            with _named(file):
                return catalogue_of(rows, self.terms)
        return default_catalogue(self.terms) if name == ALL else self.read(ALL)

    def lay(self, name: str, rows: Sequence[Row], *, over: bool) -> Laid:
        """Make a sheet the catalogue of that name, or lay it over; raises BadSheet, and writes nothing then."""
        known, passed_over = columns_of(rows)
        lines, faults = read_lines(rows, self.terms, over=self.below(name) if over else None)
        if not lines and not faults:
            faults = [SheetFault(1, "no topic follows")]
        if faults:
            raise BadSheet(faults)
        tidied = tidy_rows(rows)
        file = self.of(name).over if over else self.of(name).catalogue
        laid = self._tried(name, {file: tidied})
        sheet = [list(known), *([cells[column] for column in known] for _, cells in tidied)]
        _write_if_other(file, csv_text(sheet))
        return replace(laid, passed_over=passed_over)

    def take_away(self, name: str, *, over_only: bool) -> Laid:
        """Go back to what lies below: without the sheet that is laid over, or without a whole catalogue too."""
        files = self.of(name)
        gone = [files.over] if over_only else [files.over, files.catalogue]
        laid = self._tried(name, dict.fromkeys(gone))
        for file in gone:
            file.unlink(missing_ok=True)
        return laid

    def _tried(self, name: str, instead: Mapping[Path, Sequence[Row] | None]) -> Laid:
        """Return what would become of the catalogue; raises ValueError where it or one that lies on it would break."""
        changed = replace(self, instead=instead)
        after = changed.read(name)
        if name == ALL:
            for other in self._on_all():
                changed.read(other)
        try:
            before = self.read(name)
        except ValueError:  # what is there is broken, and this mends it
            before = Catalogue(())
        return Laid(catalogue=after, change=compare(before, after))

    def agencies(self) -> Sequence[str]:
        """Return the agencies that have files of their own."""
        files = (file for kind in _KINDS for file in self.folder.glob(f"*{kind}") if not file.name.startswith("."))
        return sorted({file.name.partition(".")[0] for file in files} - {ALL})

    def _on_all(self) -> Iterator[str]:
        """Yield the agencies whose sheets lie over the catalogue of all."""
        for name in self.agencies():
            if self.of(name).over.exists() and not self.of(name).catalogue.exists():
                yield name

    def _rows(self, file: Path) -> Sequence[Row] | None:
        if file in self.instead:
            return self.instead[file]
        if not file.exists():
            return None
        with _named(file):
            return read_sheet(file)


def write_atomically(file: Path, write: Callable[[Path], object]) -> None:
    """Put what `write` writes in the place of a file at once: readers see the old or the new one, whole."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", suffix=".new", delete=False) as beside:
        new = Path(beside.name)
    try:
        write(new)
        with new.open("rb") as written:
            os.fsync(written.fileno())
        new.chmod(0o644)
        new.replace(file)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _write_if_other(file: Path, content: str) -> None:
    if not file.exists() or file.read_bytes() != content.encode():
        write_atomically(file, lambda new: new.write_bytes(content.encode()))


@contextmanager
def _named(file: Path) -> Iterator[None]:
    """Say of which file a fault is."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{file}: {error}") from None
