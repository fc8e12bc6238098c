"""The catalogue of topics, read from a CSV file: one row a topic, in the order in which topics are shown.

Columns: `subject`, `subsubject` and `fact` lead to the topic (the levels below the subject may be empty),
`code` is its name for machines and never changes, `fast_track` is `yes` or `no`, `days` is the term of the
answer where it is not the usual one, `words` are what residents call it, separated by semicolons.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

from gateway.domain.appeal import Terms
from gateway.domain.topic import Catalogue, Topic, TopicCode

COLUMNS = ("subject", "subsubject", "fact", "code", "fast_track", "days", "words")
_LONGEST_TERM = 365
_YES_NO = {"yes": True, "no": False}


def load_catalogue(terms: Terms, path: Path | None = None) -> Catalogue:
    """Read the file, or the catalogue that comes with the product; `terms` hold where a topic says no days.

    Raises ValueError naming the row (the header is row 1) of the first mistake, OSError if it cannot be read.
    """
    source = path or files("gateway") / "data" / "topics.csv"
    return read_catalogue(source.read_text(encoding="utf-8-sig"), terms)


def read_catalogue(text: str, terms: Terms) -> Catalogue:
    """Make a catalogue of the text of such a file; raises ValueError naming the row of the first mistake."""
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True, restkey="")
    _check_header(rows.fieldnames or ())
    return Catalogue(_all_different(_topics(rows, terms)))


def _check_header(found: Iterable[str]) -> None:
    if missing := [column for column in COLUMNS if column not in found]:
        raise ValueError(f"row 1: no column {', '.join(missing)}")


def _topics(rows: "csv.DictReader[str]", terms: Terms) -> Iterator[tuple[int, Topic]]:
    while True:
        try:
            row = next(rows, None)
            if row is None:
                return
            topic = _topic(row, terms)
        except (ValueError, csv.Error) as error:
            raise ValueError(f"row {rows.reader.line_num}: {error}") from None
        yield rows.line_num, topic


def _topic(row: dict[str, str], terms: Terms) -> Topic:
    if len(row) != len(COLUMNS) or None in row.values():
        raise ValueError(f"needs {len(COLUMNS)} columns")
    fast_track = _yes_no(row["fast_track"].strip())
    return Topic(
        code=_code(row["code"].strip()),
        path=_path(row["subject"], row["subsubject"], row["fact"]),
        fast_track=fast_track,
        days=_days(row["days"].strip() or str(terms.fast_track_days if fast_track else terms.days)),
        words=tuple(word for part in row["words"].split(";") if (word := " ".join(part.split()))),
    )


def _code(written: str) -> TopicCode:
    if not written.isascii() or not written.isalnum():
        raise ValueError("code is made of Latin letters and digits")
    return TopicCode(written)


def _path(*levels: str) -> tuple[str, ...]:
    names = [" ".join(level.split()) for level in levels]
    filled = tuple(name for name in names if name)
    if not filled or names[: len(filled)] != list(filled):
        raise ValueError("subject, subsubject and fact are filled from the left")
    return filled


def _yes_no(written: str) -> bool:
    if written not in _YES_NO:
        raise ValueError("fast_track is yes or no")
    return _YES_NO[written]


def _days(written: str) -> int:
    if not written.isdecimal() or not 1 <= int(written) <= _LONGEST_TERM:
        raise ValueError(f"days is a number from 1 to {_LONGEST_TERM}")
    return int(written)


def _all_different(numbered: Iterable[tuple[int, Topic]]) -> list[Topic]:
    """Return the topics; their codes and paths are unique, and those of one subject stand together."""
    codes: dict[str, Topic] = {}
    paths: set[tuple[str, ...]] = set()
    subjects: list[str] = []
    for row, topic in numbered:
        if topic.code in codes or topic.path in paths:
            raise ValueError(f"row {row}: {topic.code} {' / '.join(topic.path)} stands there twice")
        if topic.subject in subjects[:-1]:
            raise ValueError(f"row {row}: {topic.subject} is not together with its other topics")
        codes[topic.code] = topic
        paths.add(topic.path)
        if topic.subject not in subjects:
            subjects.append(topic.subject)
    if not codes:
        raise ValueError("row 1: no topic follows")
    return list(codes.values())
