"""A part cut out of a text, as a message of its own: without the words that tied it to what stood before."""

import re

_TIE = re.compile(
    r"(?:\d{1,2}[.)]\s+|[-–—•*]\s+)?(?:(?:а|и|но|да|and|but)\s+)?(?:ещ[её]\s*[:,]?\s+|также\s+|also\s+)?", re.IGNORECASE
)
_EDGES = " \t\r\n,;:–—"


def as_message(part: str) -> str:
    """Return the part with a capital letter, without a leading «и», «а ещё», number of a list, or comma at its end."""
    bare = part.strip(_EDGES)
    untied = bare[_tie_length(bare) :]
    return untied[:1].upper() + untied[1:]


def _tie_length(part: str) -> int:
    tie = _TIE.match(part)
    return 0 if tie is None else tie.end()
