"""What a text brings up before it is sent: danger, what would be refused, several problems. Each is told once.

The page remembers by a hidden control what was told, as a fingerprint of the text and of what was found in it: who
sends the same text again has overruled it, and a changed text is looked at anew. Only what the agency blocks stays.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gateway.domain.agency import Agency
from gateway.domain.appeal import SubmissionKind
from gateway.domain.fault import Danger, Fault, FaultKind
from gateway.domain.reading import Reading
from gateway.form.check import tidy
from gateway.form.wording import say_danger, say_fault
from gateway.web.contexts import Emergency, Warned
from gateway.web.visit import Visit, form_of

_SEVERAL = "several"
_FINDINGS = frozenset({_SEVERAL, *Danger, *FaultKind})
_LONGEST_QUOTE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What is to be told about a text now; `fingerprints` are those of what is here."""

    text: str
    danger: Danger | None = None
    faults: tuple[Fault, ...] = ()
    blocked: frozenset[FaultKind] = frozenset()
    several: bool = False

    @property
    def is_blocked(self) -> bool:
        """Whether the agency does not take such a text at all."""
        return bool(self.blocked)

    def __bool__(self) -> bool:
        return self.danger is not None or bool(self.faults) or self.several

    def fingerprints(self, *, but: Sequence[str] = ()) -> Iterator[str]:
        """Yield what the page remembers as told; `but` names findings that it does not tell yet."""
        kinds = [*_danger(self.danger), *(fault.kind for fault in self.faults), *([_SEVERAL] if self.several else [])]
        return (_fingerprint(kind, self.text) for kind in dict.fromkeys(kinds) if kind not in but)


async def read_typed_text(visit: Visit, text: str) -> Reading | None:
    """Return what a typed text says; None where there is none, or it is too long to be sent."""
    form, bare = form_of(visit), tidy(text)
    return await visit.edge.read_text(form.agency, bare) if 0 < len(bare) <= form.limits.text_max else None


def find(reading: Reading | None, text: str, *, agency: Agency, kind: SubmissionKind, seen: Iterable[str]) -> Findings:
    """Return what a reading brings up that was not told yet."""
    bare = tidy(text)
    if reading is None:
        return Findings(text=bare)
    told = frozenset(seen)

    def is_new(finding: str) -> bool:
        return _fingerprint(finding, bare) not in told

    blocked = frozenset(fault.kind for fault in reading.faults if _blocks(agency, kind, fault))
    return Findings(
        text=bare,
        danger=reading.danger if reading.danger is not None and is_new(reading.danger) else None,
        faults=tuple(fault for fault in reading.faults if fault.kind in blocked or is_new(fault.kind)),
        blocked=blocked,
        several=len(reading.problems) > 1 and is_new(_SEVERAL),
    )


def seen_of(seen: Sequence[str], text: str) -> tuple[str, ...]:
    """Return what was told as fingerprints: a script says `several` or `links` of what it was dismissed for."""
    bare = tidy(text)
    return tuple(_fingerprint(told, bare) if told in _FINDINGS else told for told in seen)


def _blocks(agency: Agency, kind: SubmissionKind, fault: Fault) -> bool:
    """Whether an agency does not take such a message; of an appeal residents are only told (59-ФЗ art. 11)."""
    return kind is SubmissionKind.MESSAGE and fault.kind in agency.refuses and not fault.is_guess


def several_fingerprint(text: str) -> str:
    """Return what the page remembers of a text that was told to hold several problems."""
    return _fingerprint(_SEVERAL, tidy(text))


def emergency_of(visit: Visit, danger: Danger | None) -> Emergency | None:
    """Return a danger in words, with the numbers to call."""
    if danger is None:
        return None
    return Emergency(message=say_danger(visit.edge.texts, visit.lang, danger), numbers=danger.numbers)


def warnings_of(visit: Visit, findings: Findings) -> tuple[Warned, ...]:
    """Return the faults in words, each kind once, with the marked words of all its places."""
    quotes: dict[FaultKind, list[str]] = {}
    for fault in findings.faults:
        said = quotes.setdefault(fault.kind, [])
        quote = " ".join(findings.text[fault.start : fault.end].split())
        is_place = len(quote) < len(findings.text) and len(quote) <= _LONGEST_QUOTE  # not what is wrong with it all
        if quote and is_place and quote not in said:
            said.append(quote)
    return tuple(
        Warned(message=say_fault(visit.edge.texts, visit.lang, kind), quotes=said, blocks=kind in findings.blocked)
        for kind, said in quotes.items()
    )


def _danger(danger: Danger | None) -> Sequence[str]:
    return () if danger is None else (danger,)


def _fingerprint(finding: str, text: str) -> str:
    return hashlib.sha256(f"{finding}\n{text}".encode(errors="surrogatepass")).hexdigest()[:16]
