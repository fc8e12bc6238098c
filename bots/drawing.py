"""What drawing has in common where a message is a text, some attachments and a keyboard below: Odnoklassniki and MAX.

Lengths are counted in units of UTF-16, as these platforms count them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.domain.attachment import FileType
from gateway.domain.message import Button, ButtonKind, Message, SentFile

Rows = tuple[tuple[Button, ...], ...]

NO_WORDS = "…"
"""Stands where a platform wants a text and there is none."""

# Where a long text is best divided: between paragraphs, lines, sentences, words.
_BREAKS = tuple(re.compile(pattern) for pattern in (r"\n\s*\n", r"\n", r"(?<=[.!?…])\s", r"\s"))
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One message of the platform: what fits on it of something said."""

    text: str = ""
    files: tuple[SentFile, ...] = ()
    rows: Rows = ()


def units(text: str) -> int:
    """Return how long a text is."""
    return len(text) + sum(char > "\uffff" for char in text)


def clean(text: str) -> str:
    """Return the text without what no platform takes: halves of characters and NUL."""
    return _SURROGATES.sub("\ufffd", text).replace("\0", "")


def shorten(text: str, most: int) -> str:
    """Return the text, cut with a sign where it is longer than `most`."""
    return text if units(text) <= most else f"{text[: _fitting(text, most - 1)].rstrip()}…"


def divide(text: str, most: int) -> Iterator[str]:
    """Yield a text in pieces of at most `most`, divided where it hurts least; only white space is lost between them."""
    rest = text.strip()
    while units(rest) > most:
        place = _best_place(rest, _fitting(rest, most))
        yield rest[:place].rstrip()
        rest = rest[place:].lstrip()
    if rest:
        yield rest


def _best_place(text: str, room: int) -> int:
    """Where to divide within `room` characters; no piece gets shorter than half of that if it can be helped."""
    for pattern in _BREAKS:
        places = [found.start() for found in pattern.finditer(text, room // 2, room + 1) if found.start() > 0]
        if places:
            return places[-1]
    return room


def _fitting(text: str, most: int) -> int:
    """How many characters of the text have `most` units."""
    taken = 0
    for count, char in enumerate(text):
        taken += 2 if char > "\uffff" else 1
        if taken > most:
            return count
    return len(text)


def lay_out(message: Message, *, characters: int, pictures: int) -> Sequence[Sheet]:
    """Divide something said into messages of the platform: `characters` of text and `pictures` on each.

    A text that fits has its pictures with it. Otherwise files come first, each document in a message of its own, and
    the text and the buttons last, so that what is asked stands where it is answered.
    """
    images = [file for file in message.files if file.type.is_image]
    documents = [file for file in message.files if not file.type.is_image]
    texts = list(divide(clean(message.text), characters))
    rows = tuple(row for row in message.rows if row)
    if not documents and len(images) <= pictures and len(texts) <= 1:
        return _one_sheet(texts, images, rows)
    if rows and not texts:
        texts = [NO_WORDS]
    with_files = [Sheet(files=tuple(group)) for group in in_groups(images, pictures)]
    with_files += [Sheet(files=(document,)) for document in documents]
    with_texts = [Sheet(text=text) for text in texts[:-1]] + [Sheet(text=text, rows=rows) for text in texts[-1:]]
    return [*with_files, *with_texts]


def _one_sheet(texts: Sequence[str], images: Sequence[SentFile], rows: Rows) -> Sequence[Sheet]:
    if not texts and not images and not rows:
        return ()
    text = "".join(texts) or (NO_WORDS if rows else "")
    return (Sheet(text=text, files=tuple(images), rows=rows),)


def fold(rows: Rows, *, per_row: int, most_rows: int, wide: int | None = None) -> Rows:
    """Return rows of at most `per_row` buttons, `wide` where one does more than choose, and `most_rows` in all.

    Rows that are too long are continued below; where that makes too many of them, they are filled up.
    """
    wide = wide or per_row
    folded = tuple(part for row in rows for part in in_groups(row, _width(row, per_row, wide)))
    if len(folded) > most_rows:
        flat = [button for row in rows for button in row]
        folded = tuple(in_groups(flat, _width(flat, per_row, wide)))
    return folded[:most_rows]


def _width(row: Sequence[Button], per_row: int, wide: int) -> int:
    return per_row if all(button.kind is ButtonKind.CHOICE for button in row) else wide


def in_groups(things: Iterable[Any], most: int) -> Iterator[tuple[Any, ...]]:
    """Yield the things in groups of `most`, in order."""
    kept = tuple(things)
    for start in range(0, len(kept), most):
        yield kept[start : start + most]


def file_to_json(file: SentFile) -> dict[str, Any]:
    """Return how a drawn part names a file that is uploaded when the part is sent."""
    return {"key": file.key, "name": file.name, "type": file.type.value, "size": file.size}


def file_of_json(written: dict[str, Any]) -> SentFile:
    """Return the file that a drawn part names."""
    return SentFile(key=written["key"], name=written["name"], type=FileType(written["type"]), size=written["size"])
