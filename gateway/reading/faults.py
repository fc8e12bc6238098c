"""What an agency would refuse in a text, all together; what each check looks for is in a module of its own."""

from collections.abc import Collection, Iterator
from itertools import chain

from gateway.domain.fault import Fault, FaultKind
from gateway.reading.links import find_advert, find_links
from gateway.reading.obscenity import find_obscene
from gateway.reading.personal import find_personal
from gateway.reading.readable import has_no_essence, is_unreadable
from gateway.reading.threats import find_threats

_SAY_NOTHING = frozenset((FaultKind.OBSCENE, FaultKind.THREAT, FaultKind.LINKS))
_LOOKED_AT = 20_000
"""Characters; a form takes 4,000, and a text of any length is read within bounded time."""


def find_faults(text: str, own: Collection[str] = ()) -> tuple[Fault, ...]:
    """Return what would be refused, in the order of the text; links to hosts in `own` are none.

    An unreadable text has no other fault, and one without essence is whole: from its first to its last character.
    """
    text = text[:_LOOKED_AT]
    if is_unreadable(text):
        return _whole(text, FaultKind.UNREADABLE)
    found = set(
        chain(
            _faults(FaultKind.OBSCENE, find_obscene(text)),
            _faults(FaultKind.THREAT, find_threats(text)),
            _faults(FaultKind.PERSONAL, find_personal(text)),
            _faults(FaultKind.LINKS, find_links(text, own)),
            _faults(FaultKind.ADVERT, find_advert(text)),
        )
    )
    if has_no_essence(_without(text, found)):
        found.update(_whole(text, FaultKind.NO_ESSENCE))
    return tuple(sorted(found, key=lambda fault: (fault.start, fault.end, fault.kind)))


def _without(text: str, faults: Collection[Fault]) -> str:
    """Return what is left to say something when links, threats and obscenity are passed over."""
    for fault in sorted(faults, key=lambda fault: fault.start, reverse=True):
        if fault.kind in _SAY_NOTHING:
            text = f"{text[: fault.start]} {text[fault.end :]}"
    return text


def _faults(kind: FaultKind, spans: Iterator[tuple[int, int]]) -> Iterator[Fault]:
    return (Fault(kind=kind, start=start, end=end) for start, end in spans)


def _whole(text: str, kind: FaultKind) -> tuple[Fault, ...]:
    stripped = text.strip()
    start = text.find(stripped)
    return (Fault(kind=kind, start=start, end=start + len(stripped)),) if stripped else ()
