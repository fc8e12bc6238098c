"""Words of a text that an agency may refuse: which still stand in it, which the resident knows of, which block."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from gateway.dialog.buttons import fingerprint
from gateway.dialog.draft import Marked
from gateway.dialog.scene import Scene
from gateway.domain.fault import Fault, FaultKind
from gateway.domain.reading import Reading
from gateway.domain.refusal import may_demand
from gateway.form.wording import say_fault, shorten

VAGUE = frozenset({FaultKind.NO_ESSENCE, FaultKind.UNREADABLE})
"""A text of which nobody can tell what it is about: more is asked for, instead of a warning."""
_KEPT = 200
_SHOWN = 60
_MOST_QUOTES = 3
MOST_MARKS = 50
"""More are not kept: who has so many rewrites the text anyway."""


def marked_in(reading: Reading | None, text: str, start: int = 0, end: int | None = None) -> tuple[Marked, ...]:
    """Return what may be refused in the part of a text from `start` to `end`, each once."""
    faults = () if reading is None else reading.faults
    last = len(text) if end is None else end
    found = (fault for fault in faults if fault.start < last and fault.end > start)
    marks = (_mark(fault, text) for fault in found)
    return tuple(dict.fromkeys(marks))[:MOST_MARKS]


def _mark(fault: Fault, text: str) -> Marked:
    words = text[fault.start : fault.end].strip()[:_KEPT]
    return Marked(kind=fault.kind, words=words, is_guess=fault.is_guess)


def without_vague(marks: Iterable[Marked]) -> tuple[Marked, ...]:
    """Return these but for what says that nobody can tell what a text is about."""
    return tuple(mark for mark in marks if mark.kind not in VAGUE)


def standing(scene: Scene) -> tuple[Marked, ...]:
    """Return what may be refused in the text as it is now."""
    text = scene.draft.answers.text.casefold()
    return tuple(mark for mark in scene.draft.faults if mark.kind in VAGUE or mark.words.casefold() in text)


def to_tell(scene: Scene) -> tuple[Marked, ...]:
    """Return what the resident has not been told of so far, and what is refused in any case."""
    return tuple(mark for mark in standing(scene) if blocks(scene, mark) or _print(mark) not in scene.draft.warned)


def blocks(scene: Scene, mark: Marked) -> bool:
    """Tell whether the agency takes no message with it; for an appeal nothing ever blocks (59-ФЗ art. 7)."""
    form = scene.form.appeal
    return may_demand(form.kind) and mark.kind in form.agency.refuses and not mark.is_guess


def was_told(scene: Scene, marks: Iterable[Marked]) -> Scene:
    """Return the scene with these noted: the resident knows of them and is not told again."""
    return scene.remember(warned=scene.draft.warned | {_print(mark) for mark in marks})


def listed(scene: Scene, marks: Iterable[Marked]) -> str:
    """Return what is wrong, kind by kind: the words, and how to mend them."""
    by_kind = groupby(sorted(marks, key=lambda mark: list(FaultKind).index(mark.kind)), key=lambda mark: mark.kind)
    return "\n\n".join(_told(scene, kind, list(of_kind)) for kind, of_kind in by_kind)


def _told(scene: Scene, kind: FaultKind, marks: list[Marked]) -> str:
    advice = say_fault(scene.form.texts, scene.draft.lang, kind)
    quotes = "" if kind in VAGUE else ", ".join(_quoted(scene, marks))
    return f"{quotes}\n{advice}" if quotes else advice


def _quoted(scene: Scene, marks: list[Marked]) -> Iterator[str]:
    return (scene.say("chat.faults.quote", words=shorten(mark.words, _SHOWN)) for mark in marks[:_MOST_QUOTES])


def _print(mark: Marked) -> str:
    """Return what tells a fault from others; a text that says too little is asked for more only once."""
    return mark.kind.value if mark.kind in VAGUE else fingerprint(f"{mark.kind.value} {mark.words.casefold()}")
