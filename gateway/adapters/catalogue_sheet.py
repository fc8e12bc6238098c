"""Catalogues of topics as sheets: one row a topic, in the order in which topics are shown.

Only `fact` is needed; whatever else is missing is made up from it. See docs/reference/topics.md for the columns.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from importlib.resources import as_file, files
from types import MappingProxyType

from gateway.adapters.sheets import Row, read_sheet
from gateway.domain.appeal import Terms
from gateway.domain.topic import Answerer, Catalogue, Level, Topic, TopicCode, TopicKind, TopicPlace, Wording
from gateway.form.check import is_text

COLUMNS = (
    *("subject", "subsubject", "fact", "code", "kind", "fast_track", "days", "level", "body", "words", "examples"),
    *("confused", "tell", "questions", "photo", "place"),
    *("subject_en", "subsubject_en", "fact_en", "words_en", "tell_en"),
)
HIDE = "hide"
"""In a sheet that is laid over a catalogue: `yes` takes the topic of that code away."""

_ALSO: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "fact": (
            *(
                "факт",
                "факт обращения",
                "тема",
                "topic",
                "name",
                "наименование",
                "название",
                "причина",
                "причина обращения",
                "вопрос",
            ),
            *("тема обращения", "наименование темы", "название темы", "тематика", "title"),
        ),
        "subject": ("категория", "category", "категория обращения", "раздел", "группа", "рубрика", "сфера"),
        "subsubject": ("подкатегория", "subcategory", "подкатегория обращения", "подраздел", "подгруппа", "подрубрика"),
        "code": ("код", "код темы", "id", "шифр"),
        "fast_track": ("фаст-трек", "фаст трек", "fast track", "fasttrack", "ускоренно"),
        "days": ("срок", "дней", "срок дней", "срок (дней)", "срок, дней", "срок ответа"),
        "body": ("кто отвечает", "орган", "ответственный", "исполнитель"),
        "words": ("слова", "ключевые слова", "синонимы", "keywords"),
        "examples": ("примеры", "пример"),
        "confused": ("путают с", "похожие"),
        "tell": ("как отличить", "пояснение", "описание", "description"),
        "questions": ("вопросы", "уточнить"),
        "photo": ("фото", "снимок"),
        "place": ("место",),
        HIDE: ("скрыть",),
    }
)
"""What columns may be called too, the likeliest name first."""

_LONGEST_TERM = 365
_LONGEST_NAME = 300
_KINDS = {"сообщение": "message", "обращение": "appeal"}
_YES_NO = {"yes": True, "no": False, "да": True, "нет": False, "true": True, "false": False, "1": True, "0": False}
_CODE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9])?")
_NOTHING = {"", "-", "—"}


@dataclass(frozen=True, slots=True)
class SheetFault:
    """What is wrong with a row, counted as a person counts (the header is row 1)."""

    row: int
    said: str

    def __str__(self) -> str:
        return f"row {self.row}: {self.said}"


@dataclass(frozen=True, slots=True)
class Line:
    """A row that was understood: a topic, or the code of one to hide."""

    row: int
    topic: Topic | None
    hides: TopicCode | None = None


def default_catalogue(terms: Terms) -> Catalogue:
    """Return the catalogue that comes with the product; `terms` hold where a topic says no days."""
    with as_file(files("gateway") / "data" / "topics") as folder:
        rows = [row for file in sorted(folder.glob("*.csv")) for row in read_sheet(file)]
    return catalogue_of(rows, terms)


def catalogue_of(rows: Sequence[Row], terms: Terms, *, over: Catalogue | None = None) -> Catalogue:
    """Make a catalogue of rows, laid `over` another where one is given; raises ValueError naming every bad row."""
    lines, faults = read_lines(rows, terms, over=over)
    if faults:
        raise ValueError("\n".join(map(str, faults)))
    return lay(lines, over)


def read_lines(
    rows: Sequence[Row], terms: Terms, *, over: Catalogue | None = None
) -> tuple[list[Line], list[SheetFault]]:
    """Return the rows that are good, and what is wrong with the others."""
    if not rows:
        return [], [SheetFault(1, "no topic follows")]
    columns, passed_over = columns_of(rows)
    if not {*columns} & ({"fact", "subject"} | ({"code"} if over else set())):
        return [], [SheetFault(1, f"no column fact; there are {', '.join((*columns, *passed_over))}")]
    lines: list[Line] = []
    faults: list[SheetFault] = []
    seen: dict[str, int] = {}
    for number, cells in tidy_rows(rows):
        try:
            line = _line(number, cells, terms, over)
        except ValueError as error:
            faults.append(SheetFault(number, str(error)))
            continue
        faults.extend(_twice(line, seen))
        lines.append(line)
    return lines, faults


def columns_of(rows: Sequence[Row]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns of a sheet by their names here, in our order, and those that mean nothing to us."""
    given = dict.fromkeys(name for _, row in rows for name in row)
    meant = _meant(tuple(given))
    known = tuple(column for column in (*COLUMNS, HIDE) if column in meant)
    return known, tuple(name for name in given if name not in meant.values())


def tidy_rows(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with our names of columns, without stray blanks and other columns."""
    meant = _meant(tuple(dict.fromkeys(name for _, row in rows for name in row)))
    return [
        (number, {column: " ".join(row.get(name, "").split()) for column, name in meant.items()})
        for number, row in rows
    ]


def lay(lines: Iterable[Line], over: Catalogue | None = None) -> Catalogue:
    """Return the topics of these lines; over another catalogue they change, add and hide its topics."""
    topics = {topic.code: topic for topic in over.topics} if over else {}
    for line in lines:
        if line.hides is not None:
            topics.pop(line.hides, None)
        elif line.topic is not None:
            topics[line.topic.code] = line.topic
    return Catalogue(_together(topics.values()))


def rows_of(catalogue: Catalogue) -> Iterator[list[str]]:
    """Yield the sheet of a catalogue: the header, then a row a topic."""
    yield list(COLUMNS)
    for topic in catalogue.topics:
        yield _cells(topic)


def made_code(path: Sequence[str]) -> TopicCode:
    """Return the code of a topic that has none: the same for the same names, whatever the case and the blanks."""
    written = "\n".join(" ".join(name.split()).casefold() for name in path)
    return TopicCode("n" + blake2b(written.encode(), digest_size=5).hexdigest())


def _meant(given: Sequence[str]) -> Mapping[str, str]:
    """Return under which name each of our columns is given; a sheet of a single column is one of names."""
    found = {
        column: name
        for column in (*COLUMNS, HIDE)
        if (name := next((name for name in (column, *_ALSO.get(column, ())) if name in given), None)) is not None
    }
    return found if found or len(given) != 1 else {"fact": given[0]}


def _twice(line: Line, seen: dict[str, int]) -> Iterator[SheetFault]:
    topic = line.topic
    keys = [f"code {line.hides}"] if topic is None else [f"code {topic.code}", " → ".join(topic.path)]
    for key in keys:
        if (first := seen.setdefault(key, line.row)) != line.row:
            yield SheetFault(line.row, f"{key} stands in row {first} too")


def _together(topics: Iterable[Topic]) -> list[Topic]:
    """Return the topics with those of one subject side by side, in the order in which subjects come first."""
    subjects: dict[str, list[Topic]] = {}
    for topic in topics:
        subjects.setdefault(topic.subject, []).append(topic)
    return [topic for group in subjects.values() for topic in group]


def _line(number: int, cells: Mapping[str, str], terms: Terms, over: Catalogue | None) -> Line:
    if strange := [column for column, cell in cells.items() if not is_text(cell)]:
        raise ValueError(f"{strange[0]} has characters that cannot be stored")
    code = cells.get("code", "")
    if over is not None and _yes_no(cells.get(HIDE, "") or "no", HIDE):
        if over.find(code) is None:
            raise ValueError(f"hides {code or 'no code'}, which is not there")
        return Line(number, None, TopicCode(code))
    known = over.find(code) if over is not None and code else None
    return Line(number, _topic(cells, terms) if known is None else _changed(known, cells, terms))


def _topic(cells: Mapping[str, str], terms: Terms) -> Topic:
    path = _path(*(cells.get(level, "") for level in ("subject", "subsubject", "fact")))
    kind = _kind(cells.get("kind", "") or "message")
    fast_track = kind is TopicKind.MESSAGE and _yes_no(cells.get("fast_track", "") or "no", "fast_track")
    usual = terms.fast_track_days if fast_track else terms.days
    return Topic(
        code=_code(cells["code"]) if cells.get("code") else made_code(path),
        path=path,
        fast_track=fast_track,
        days=_days(cells.get("days", "") or str(usual)),
        kind=kind,
        answerer=_answerer(cells.get("level", ""), cells.get("body", "")),
        words=_parts(cells.get("words", "")),
        examples=_parts(cells.get("examples", ""), "|"),
        confused=tuple(map(TopicCode, _parts(cells.get("confused", "")))),
        tell=cells.get("tell", ""),
        questions=_parts(cells.get("questions", "")),
        photo=cells.get("photo", "") if cells.get("photo", "") not in {"", "none"} else None,
        place=_place(cells.get("place", "") or "own"),
        other=_other(cells),
    )


def _changed(known: Topic, cells: Mapping[str, str], terms: Terms) -> Topic:
    """Return a topic with what the cells that are filled say instead."""
    own = dict(zip(COLUMNS, _cells(known), strict=True))
    filled = {name: cell for name, cell in cells.items() if cell}
    levels = ("subject", "subsubject", "fact")
    if any(level in filled for level in levels):
        own |= {f"{level}_en": "" for level in levels}  # the old translation would tell something else
    if "fast_track" in filled and "days" not in filled:
        own["days"] = ""
    changed = _topic(own | filled, terms)
    return replace(changed, examples=known.examples if "examples" not in filled else changed.examples)


def _code(written: str) -> TopicCode:
    if not _CODE.fullmatch(written):
        raise ValueError("code is made of Latin letters, digits, dots, dashes, 64 at most")
    return TopicCode(written)


def _path(*levels: str) -> tuple[str, ...]:
    filled = tuple(name for name in levels if name not in _NOTHING)
    if not filled:
        raise ValueError("has no name: fill in fact")
    if any(len(name) > _LONGEST_NAME for name in filled):
        raise ValueError(f"a name is longer than {_LONGEST_NAME} characters")
    return filled


def _kind(written: str) -> TopicKind:
    try:
        return TopicKind(_KINDS.get(written.lower(), written.lower()))
    except ValueError:
        raise ValueError("kind is message or appeal") from None


def _place(written: str) -> TopicPlace:
    try:
        return TopicPlace(written.lower())
    except ValueError:
        raise ValueError(f"place is one of {', '.join(TopicPlace)}") from None


def _yes_no(written: str, column: str) -> bool:
    if written.lower() not in _YES_NO:
        raise ValueError(f"{column} is yes or no")
    return _YES_NO[written.lower()]


def _days(written: str) -> int:
    if not (written.isascii() and written.isdecimal()) or not 1 <= int(written) <= _LONGEST_TERM:
        raise ValueError(f"days is a number from 1 to {_LONGEST_TERM}")
    return int(written)


def _answerer(level: str, body: str) -> Answerer | None:
    if not level and not body:
        return None
    try:
        return Answerer(level=Level(level.lower() or "organisation"), body=body)
    except ValueError:
        raise ValueError(f"level is one of {', '.join(Level)}") from None


def _other(cells: Mapping[str, str]) -> Mapping[str, Wording]:
    path = tuple(name for level in ("subject", "subsubject", "fact") if (name := cells.get(f"{level}_en", "")))
    if not path:
        return MappingProxyType({})
    words = _parts(cells.get("words_en", ""))
    return MappingProxyType({"en": Wording(path=path, words=words, tell=cells.get("tell_en", ""))})


def _parts(written: str, sign: str = ";") -> tuple[str, ...]:
    return tuple(dict.fromkeys(tidy for part in written.split(sign) if (tidy := " ".join(part.split()))))


def _cells(topic: Topic) -> list[str]:
    english = topic.other.get("en") or Wording(path=())
    answerer = topic.answerer
    return [
        *_levels(topic.path),
        topic.code,
        topic.kind.value,
        "yes" if topic.fast_track else "no",
        str(topic.days),
        "" if answerer is None else answerer.level.value,
        "" if answerer is None else answerer.body,
        "; ".join(topic.words),
        " | ".join(topic.examples),
        "; ".join(topic.confused),
        topic.tell,
        "; ".join(topic.questions),
        topic.photo or "none",
        topic.place.value,
        *_levels(english.path),
        "; ".join(english.words),
        english.tell,
    ]


def _levels(path: Sequence[str]) -> tuple[str, str, str]:
    """Spread a path over three columns, the last name always under `fact`."""
    if not path:
        return "", "", ""
    subject = path[0] if len(path) > 1 else ""
    return subject, path[1] if len(path) > 2 else "", path[-1]
