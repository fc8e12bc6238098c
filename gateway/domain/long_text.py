"""Cuts a text that is too long for one message of a chat, where people would pause."""

from collections.abc import Iterator

_PAUSES = ("\n\n", "\n", ". ", " ")
# A pause in the first half of a piece is no reason to leave the rest of it empty.
_LEAST = 2


def utf16_units(text: str) -> int:
    """Return the length as messengers count it: a character outside the first plane of Unicode is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """Return the text without what no messenger takes: half characters and NUL, and without blanks around it."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode().strip()


def pieces(text: str, most: int) -> list[str]:
    """Return the text in pieces of at most `most` UTF-16 units (2 or more), without the blanks around them.

    A blank text has no pieces.
    """
    return list(_pieces(clean(text), most))


def shortened(text: str, most: int) -> str:
    """Return the text, or its beginning with an ellipsis, in `most` UTF-16 units at most."""
    text = clean(text)
    return text if utf16_units(text) <= most else text[: _fitting(text, most - 1)].rstrip() + "…"


def _pieces(text: str, most: int) -> Iterator[str]:
    while utf16_units(text) > most:
        end = _pause(text, _fitting(text, most))
        yield text[:end].rstrip()
        text = text[end:].lstrip()
    if text:
        yield text


def _fitting(text: str, most: int) -> int:
    """Return how many characters fit."""
    units = 0
    for count, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > most:
            return count
    return len(text)


def _pause(text: str, end: int) -> int:
    for pause in _PAUSES:
        found = text.rfind(pause, end // _LEAST, end + 1)
        if found >= 0:
            return found + len(pause)
    return end
