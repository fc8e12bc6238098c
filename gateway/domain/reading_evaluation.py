"""How well texts are understood, by texts of which it is known: problems told apart, faults, dangers, places.

Only what a sheet says of a text is judged; see docs/reference/understanding.md for what counts as right.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from gateway.domain.evaluation import times_of
from gateway.domain.fault import Danger, FaultKind
from gateway.domain.labelled_reading import MARK, LabelledReading, NamedPlace
from gateway.domain.reading import Reading, ReadPlace
from gateway.domain.same_place import is_same, is_same_name

Kind = TypeVar("Kind", bound=StrEnum)

WORDS_OFF = 3
"""A cut may lie so many words from the mark: whether «кстати» ends one problem or begins the next is nobody's loss."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many `of` some were so."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """The share; None where there were none."""
        return self.count / self.of if self.of else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of reading a text, and how long that took."""

    labelled: LabelledReading
    reading: Reading
    seconds: float


class Mistake(StrEnum):
    """What can go wrong with a text."""

    TORN = "torn"  # one problem, told apart
    NOT_NOTICED = "not_noticed"
    CUT_MISSED = "cut_missed"
    CUT_WRONG = "cut_wrong"
    FAULT_MISSED = "fault_missed"
    FAULT_WRONG = "fault_wrong"
    DANGER_MISSED = "danger_missed"
    DANGER_WRONG = "danger_wrong"
    PLACE_MISSED = "place_missed"
    PLACE_WRONG = "place_wrong"
    PLACE_INVENTED = "place_invented"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A mistake with its text: what was `wanted` and what was `given`, in labels, addresses, or the text as cut."""

    mistake: Mistake
    labelled: LabelledReading
    wanted: str
    given: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemFigures:
    """Texts about one problem that were told apart; texts about several that were noticed.

    Of texts about several: marked cuts that were found (and in those noticed alone), and cuts made that are right.
    """

    torn: Share
    noticed: Share
    cuts_found: Share
    cuts_found_if_noticed: Share
    cuts_right: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class KindFigures:
    """What of each kind was found, what was given for that kind wrongly, decent texts in which anything was seen."""

    found: Mapping[str, Share]
    wrong: Mapping[str, int]
    disturbed: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFigures:
    """Streets that were found, of these those with the right street and house; settlements that are right.

    `invented` are texts that name no place and were given one.
    """

    found: Share
    right: Share
    settlements: Share
    invented: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingEvaluation:
    """What came of reading texts; None where no sheet tells what would have been right. Times are in milliseconds.

    `open` are texts whose reading was given up. `dangers.found` counts whoever was told to call, `kinds_right` who was
    told the right number.
    """

    texts: int
    open: int
    problems: ProblemFigures | None
    faults: KindFigures | None
    dangers: KindFigures | None
    kinds_right: Share | None
    places: PlaceFigures | None
    median_ms: float
    p99_ms: float
    examples: tuple[Example, ...]


def evaluate_readings(trials: Sequence[Trial]) -> ReadingEvaluation:
    """Judge readings; raises ValueError if there are none."""
    if not trials:
        raise ValueError("there is no text to read")
    median_ms, p99_ms = times_of([trial.seconds for trial in trials])
    return ReadingEvaluation(
        texts=len(trials),
        open=sum(not trial.reading.is_whole for trial in trials),
        problems=_problem_figures(trials),
        faults=_kind_figures(FaultKind, list(_faults(trials))),
        dangers=_kind_figures(Danger, list(_dangers(trials, any_kind=True))),
        kinds_right=_kinds_right(trials),
        places=_place_figures(trials),
        median_ms=median_ms,
        p99_ms=p99_ms,
        examples=tuple(example for trial in trials for example in _examples(trial)),
    )


# Problems


def cuts_of(reading: Reading) -> tuple[int, ...]:
    """Return where in its text each further problem begins."""
    return tuple(problem.start for problem in reading.problems[1:])


def matched(text: str, marked: Sequence[int], made: Sequence[int]) -> list[tuple[int, int]]:
    """Return the pairs of a marked and a made cut that are the same: in one gap, or WORDS_OFF words apart at most."""
    begins = [word.start() for word in _WORD.finditer(text)]
    pairs: list[tuple[int, int]] = []
    marks, cuts = sorted(marked), sorted(made)
    while marks and cuts:
        apart = bisect_left(begins, marks[0]) - bisect_left(begins, cuts[0])
        if abs(apart) <= WORDS_OFF:
            pairs.append((marks.pop(0), cuts.pop(0)))
        else:
            (marks if apart < 0 else cuts).pop(0)
    return pairs


def _problem_figures(trials: Iterable[Trial]) -> ProblemFigures | None:
    told = [trial for trial in trials if trial.labelled.cuts is not None]
    if not told:
        return None
    one = [trial for trial in told if not trial.labelled.cuts]
    several = [trial for trial in told if trial.labelled.cuts]
    noticed = [trial for trial in several if _is_apart(trial)]
    right = sum(map(_matched, noticed))
    return ProblemFigures(
        torn=Share(count=sum(map(_is_apart, one)), of=len(one)),
        noticed=Share(count=len(noticed), of=len(several)),
        cuts_found=Share(count=right, of=sum(map(_marked, several))),
        cuts_found_if_noticed=Share(count=right, of=sum(map(_marked, noticed))),
        cuts_right=Share(count=right, of=sum(len(cuts_of(trial.reading)) for trial in noticed)),
    )


def _is_apart(trial: Trial) -> bool:
    return len(trial.reading.problems) > 1


def _marked(trial: Trial) -> int:
    return len(trial.labelled.cuts or ())


def _matched(trial: Trial) -> int:
    return len(matched(trial.labelled.text, trial.labelled.cuts or (), cuts_of(trial.reading)))


# Faults and dangers: pairs of what is wanted and what was given


def _faults(trials: Iterable[Trial]) -> Iterator[tuple[frozenset[FaultKind], frozenset[FaultKind]]]:
    for trial in trials:
        if trial.labelled.faults is not None:
            yield trial.labelled.faults, frozenset(fault.kind for fault in trial.reading.faults)


def _dangers(trials: Iterable[Trial], *, any_kind: bool) -> Iterator[tuple[frozenset[Danger], frozenset[Danger]]]:
    """With `any_kind`, a danger that was met at all counts as the one that it is."""
    for trial in trials:
        wanted, met = trial.labelled.dangers, trial.reading.danger
        if wanted is not None:
            given = frozenset() if met is None else frozenset({met})
            yield wanted, wanted if any_kind and wanted and given else given


def _kind_figures(kinds: type[Kind], pairs: Sequence[tuple[frozenset[Kind], frozenset[Kind]]]) -> KindFigures | None:
    if not pairs:
        return None
    found = {}
    for kind in kinds:
        having = [given for wanted, given in pairs if kind in wanted]
        found[kind.value] = Share(count=sum(kind in given for given in having), of=len(having))
    decent = [given for wanted, given in pairs if not wanted]
    return KindFigures(
        found=found,
        wrong={kind.value: sum(kind in given - wanted for wanted, given in pairs) for kind in kinds},
        disturbed=Share(count=sum(map(bool, decent)), of=len(decent)),
    )


def _kinds_right(trials: Iterable[Trial]) -> Share | None:
    met = [(wanted, given) for wanted, given in _dangers(trials, any_kind=False) if wanted and given]
    return Share(count=sum(given <= wanted for wanted, given in met), of=len(met)) if met else None


# Places


def _place_figures(trials: Iterable[Trial]) -> PlaceFigures | None:
    told = [(named, trial.reading.place) for trial in trials if (named := trial.labelled.place) is not None]
    if not told:
        return None
    streets = [(named, read) for named, read in told if named.street or named.address]
    found = [(named, read) for named, read in streets if read is not None and _is_found(named, read)]
    settled = [(named, read) for named, read in told if named.settlement]
    placeless = [read for named, read in told if named == NamedPlace()]
    return PlaceFigures(
        found=Share(count=len(found), of=len(streets)),
        right=Share(count=sum(is_same(*pair) for pair in found), of=len(found)),
        settlements=Share(
            count=sum(read is not None and is_same_name(named.settlement, read.settlement) for named, read in settled),
            of=len(settled),
        ),
        invented=Share(count=sum(read is not None for read in placeless), of=len(placeless)),
    )


def _is_found(named: NamedPlace, read: ReadPlace) -> bool:
    return bool(read.street or (named.address and read.settlement))


# Examples


def _examples(trial: Trial) -> Iterator[Example]:
    for mistake, wanted, given in (*_of_problems(trial), *_of_kinds(trial), *_of_place(trial)):
        yield Example(mistake=mistake, labelled=trial.labelled, wanted=wanted, given=given)


def _of_problems(trial: Trial) -> Iterator[tuple[Mistake, str, str]]:
    marked, made = trial.labelled.cuts, cuts_of(trial.reading)
    if marked is None:
        return
    told = _with_marks(trial.labelled.text, marked), _with_marks(trial.labelled.text, made)
    right = _matched(trial)
    if made and not marked:
        yield Mistake.TORN, *told
    elif marked and not made:
        yield Mistake.NOT_NOTICED, *told
    else:
        if right < len(marked):
            yield Mistake.CUT_MISSED, *told
        if right < len(made):
            yield Mistake.CUT_WRONG, *told


def _with_marks(text: str, cuts: Iterable[int]) -> str:
    for cut in sorted(cuts, reverse=True):
        text = f"{text[:cut]}{MARK} {text[cut:]}"
    return text


def _of_kinds(trial: Trial) -> Iterator[tuple[Mistake, str, str]]:
    for wanted, given in _faults([trial]):
        if wanted - given:
            yield Mistake.FAULT_MISSED, _listed(wanted), _listed(given)
        if given - wanted:
            yield Mistake.FAULT_WRONG, _listed(wanted), _listed(given)
    for wanted_danger, met in _dangers([trial], any_kind=False):
        if wanted_danger and not met:
            yield Mistake.DANGER_MISSED, _listed(wanted_danger), _listed(met)
        elif met - wanted_danger:
            yield Mistake.DANGER_WRONG, _listed(wanted_danger), _listed(met)


def _listed(kinds: Iterable[StrEnum]) -> str:
    return " ".join(sorted(kinds)) or "-"


def _of_place(trial: Trial) -> Iterator[tuple[Mistake, str, str]]:
    named, read = trial.labelled.place, trial.reading.place
    if named is None:
        return
    wanted = named.address or ", ".join(part for part in (named.settlement, named.street, named.house) if part) or "-"
    given = "-" if read is None else read.address
    if named == NamedPlace():
        if read is not None:
            yield Mistake.PLACE_INVENTED, wanted, given
    elif read is None or ((named.street or named.address) and not _is_found(named, read)):
        yield Mistake.PLACE_MISSED, wanted, given
    elif not _is_right(named, read):
        yield Mistake.PLACE_WRONG, wanted, given


def _is_right(named: NamedPlace, read: ReadPlace) -> bool:
    is_settled = not named.settlement or is_same_name(named.settlement, read.settlement)
    return is_settled and (is_same(named, read) if named.street or named.address else True)
