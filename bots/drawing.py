"""What drawing has in common: a message is a text, some attachments and a keyboard below."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from gateway.domain.attachment import FileType
from gateway.domain.long_text import clean, pieces
from gateway.domain.message import Button, ButtonKind, Message, SentFile

Rows = tuple[tuple[Button, ...], ...]
T = TypeVar("T")

NO_WORDS = "…"
"""Stands where a platform wants a text and there is none."""

_LINK = re.compile(r"https?://\S{1,2000}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One message of the platform: what fits on it of something said."""

    text: str = ""
    files: tuple[SentFile, ...] = ()
    rows: Rows = ()


def lay_out(message: Message, *, characters: int, pictures: int) -> Sequence[Sheet]:
    """Divide something said into messages of the platform: `characters` of text and `pictures` on each.

    A text that fits has its pictures with it. Otherwise files come first, each document in a message of its own, and
    the text and the buttons last, so that what is asked stands where it is answered.
    """
    images = [file for file in message.files if file.type.is_image]
    documents = [file for file in message.files if not file.type.is_image]
    rows, told = _drawable(message.rows)
    texts = pieces("\n\n".join(filter(None, (message.text, told))), characters)
    if not documents and len(images) <= pictures and len(texts) <= 1:
        return _one_sheet(texts, images, rows)
    if rows and not texts:
        texts = [NO_WORDS]
    with_files = [Sheet(files=group) for group in in_groups(images, pictures)]
    with_files += [Sheet(files=(document,)) for document in documents]
    with_texts = [Sheet(text=text) for text in texts[:-1]] + [Sheet(text=text, rows=rows) for text in texts[-1:]]
    return [*with_files, *with_texts]


def _one_sheet(texts: Sequence[str], images: Sequence[SentFile], rows: Rows) -> Sequence[Sheet]:
    if not texts and not images and not rows:
        return ()
    text = "".join(texts) or (NO_WORDS if rows else "")
    return (Sheet(text=text, files=tuple(images), rows=rows),)


def _drawable(rows: Rows) -> tuple[Rows, str]:
    """Return the buttons that can be drawn, and as a text the links that no button takes."""
    told = [button for row in rows for button in row if button.url and _is_told(button)]
    kept = (tuple(button for button in row if not _is_told(button)) for row in rows)
    return tuple(filter(None, kept)), "\n".join(f"{button.label}: {button.url}" for button in told)


def _is_told(button: Button) -> bool:
    return button.kind is ButtonKind.LINK and not _LINK.fullmatch(button.url or "")


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


def in_groups(things: Iterable[T], most: int) -> Iterator[tuple[T, ...]]:
    """Yield the things in groups of `most`, in order."""
    kept = tuple(things)
    for start in range(0, len(kept), most):
        yield kept[start : start + most]


def file_to_json(file: SentFile) -> dict[str, Any]:
    """Return how a drawn part names a file that is uploaded when the part is sent."""
    return {"key": file.key, "name": clean(file.name), "type": file.type.value, "size": file.size}


def file_of_json(written: dict[str, Any]) -> SentFile:
    """Return the file that a drawn part names."""
    return SentFile(key=written["key"], name=written["name"], type=FileType(written["type"]), size=written["size"])
