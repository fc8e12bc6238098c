"""Where the sentences of a text begin and end, and what stands around something in it."""

import re
from collections.abc import Iterator

_END = re.compile(r"[.!?…]+(?=\s|$)|\n+")
_SHORT = re.compile(r"(?:\b(?:ул|д|кв|г|корп|стр|тел|пр|им|пос|обл|р|н|т|гр|др|п|мкр|пер|с|\w)|\d)$", re.IGNORECASE)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each sentence begins and ends; a stop after «ул» or «кв» ends none."""
    start = 0
    for end in _END.finditer(text):
        if end[0] == "." and _SHORT.search(text, max(start, end.start() - 6), end.start()):
            continue
        if end.end() > start:
            yield start, end.end()
        start = end.end()
    if text[start:].strip():
        yield start, len(text)
