"""What is known of each place in a text where another problem might begin, as numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np

from gateway.adapters.cutting.cues import OPENING_WORDS, cues_of
from gateway.adapters.cutting.laid_text import LaidText, Places
from gateway.adapters.knowledge import SHARPNESS, Floats

_BROADLY = 3.0
_HARDLY = 1e-4
_MANY, _FEW, _LEAST_CLAUSE = 12, 6, 3
_LONG_STEM = 4
_MOST_PLACES = 200
_JOINING = frozenset({"и", "а", "но", "да"})


@dataclass(frozen=True, slots=True)
class Kinship:
    """Which topics are of one kind, in the order of the judge: of one subject, one subsubject, one answering body."""

    subjects: Places
    subsubjects: Places
    bodies: Places


class Features:
    """Describes places in texts."""

    def __init__(self, kinship: Kinship) -> None:
        self._kinds = (kinship.subjects, kinship.subsubjects, kinship.bodies)

    def of(self, laid: LaidText) -> tuple[Places, Floats]:
        """Return the words at which another problem might begin, and a line of numbers for each."""
        at = _places(laid)
        if not len(at):
            return at, np.zeros((0, 0), np.float32)
        sides = _Sides.of(laid, at, [_Group.of(kinds[laid.topics]) for kinds in self._kinds])
        return at, np.column_stack(
            [*sides.compared(), *sides.told(), *sides.beside_whole(), *sides.sizes(), _seen(laid, at, sides)]
        )


def _places(laid: LaidText) -> Places:
    """Return where to look; in a text of very many clauses only where sentences begin."""
    found = np.array(sorted({*laid.clauses[1:-1].tolist(), *laid.hidden}), np.int64)
    if len(found) > _MOST_PLACES:
        found = laid.sentences[1:-1]
    return found[:_MOST_PLACES]


@dataclass(frozen=True, slots=True)
class _Group:
    """Topics in the `order` of their kinds, of which each begins at one of the `starts`."""

    order: Places
    starts: Places

    @classmethod
    def of(cls, kinds: Places) -> "_Group":
        order = np.argsort(kinds, kind="stable")
        return cls(order, np.flatnonzero(np.diff(kinds[order], prepend=-1)))

    def shares(self, of_topics: Floats) -> Floats:
        """Return how probable each kind is."""
        return np.asarray(np.add.reduceat(of_topics[:, self.order], self.starts, axis=1))


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What stretches are about, one for each place: a line of topics each, and by kinds of topics."""

    begins: Places
    ends: Places
    judged: Floats
    shares: Floats
    broadly: Floats
    kinds: tuple[Floats, ...]
    best: Places
    most: Floats

    @classmethod
    def of(cls, laid: LaidText, begins: Places, ends: Places, groups: Sequence[_Group]) -> "_Stretch":
        judged = laid.judged(begins, ends)
        shares = _shares(judged, SHARPNESS)
        return cls(
            begins,
            ends,
            judged,
            shares,
            broadly=np.sqrt(_shares(judged, _BROADLY)),
            kinds=tuple(group.shares(shares) for group in groups),
            best=judged.argmax(axis=1),
            most=judged.max(axis=1),
        )

    def at(self, lines: Places) -> "_Stretch":
        """Return these lines of it."""
        values = (getattr(self, field.name) for field in fields(self) if field.name != "kinds")
        begins, ends, judged, shares, broadly, best, most = (value[lines] for value in values)
        kinds = tuple(kind[lines] for kind in self.kinds)
        return _Stretch(begins, ends, judged, shares, broadly, kinds, best, most)

    @property
    def words(self) -> Places:
        """How many each has."""
        return self.ends - self.begins

    def compared(self, other: "_Stretch") -> Iterator[Floats]:
        """Yield in how far two are about the same."""
        rows = np.arange(len(self.best))
        yield np.minimum(self.shares, other.shares).sum(axis=1)
        yield from (np.minimum(mine, theirs).sum(axis=1) for mine, theirs in zip(self.kinds, other.kinds, strict=True))
        yield (self.broadly * other.broadly).sum(axis=1)
        yield self.most - self.judged[rows, other.best]
        yield other.most - other.judged[rows, self.best]
        yield np.log(self.shares[rows, other.best] + _HARDLY)
        yield np.log(other.shares[rows, self.best] + _HARDLY)

    def told(self) -> Iterator[Floats]:
        """Yield how clearly each is about one thing."""
        yield self.shares.max(axis=1)
        yield self.kinds[0].max(axis=1)
        yield self.most


@dataclass(frozen=True, slots=True)
class _Sides:
    """What stands before and after each place: all of it, the sentence, the clause, twelve words, six words."""

    before: _Stretch
    after: _Stretch
    sentence_before: _Stretch
    sentence: _Stretch
    clause_before: _Stretch
    clause: _Stretch
    many_before: _Stretch
    many: _Stretch
    few_before: _Stretch
    few: _Stretch
    whole: _Stretch

    @classmethod
    def of(cls, laid: LaidText, at: Places, groups: Sequence[_Group]) -> "_Sides":
        nothing, end = np.zeros_like(at), np.full_like(at, laid.size)
        clause_before = np.minimum(_last(laid.clauses, at - _LEAST_CLAUSE + 1), at - _LEAST_CLAUSE)
        clause_end = np.maximum(_next(laid.clauses, at + _LEAST_CLAUSE - 1), at + _LEAST_CLAUSE)
        pairs = (
            (nothing, at),
            (at, end),
            (_last(laid.sentences, at), at),
            (at, _next(laid.sentences, at)),
            (np.maximum(clause_before, 0), at),
            (at, np.minimum(clause_end, end)),
            (np.maximum(at - _MANY, 0), at),
            (at, np.minimum(at + _MANY, end)),
            (np.maximum(at - _FEW, 0), at),
            (at, np.minimum(at + _FEW, end)),
            (nothing[:1], end[:1]),
        )
        return cls(*_stretches(laid, pairs, groups))

    def compared(self) -> Iterator[Floats]:
        pairs = (
            (self.before, self.after),
            (self.before, self.sentence),
            (self.before, self.clause),
            (self.before, self.many),
            (self.before, self.few),
            (self.sentence_before, self.sentence),
            (self.clause_before, self.clause),
            (self.many_before, self.many),
            (self.few_before, self.few),
            (self.clause_before, self.after),
        )
        return (number for one, other in pairs for number in one.compared(other))

    def told(self) -> Iterator[Floats]:
        sides = (self.before, self.after, self.sentence_before, self.sentence, self.clause_before, self.clause)
        nearer = (self.many_before, self.many, self.few_before, self.few)
        return (number for side in (*sides, *nearer) for number in side.told())

    def beside_whole(self) -> Iterator[Floats]:
        """Yield how much less each side says of what the whole text is about."""
        whole = self.whole.best[0]
        for side in (self.before, self.after, self.many_before, self.many, self.clause):
            yield side.most - side.judged[:, whole]
        yield self.before.most + self.after.most - 2 * self.whole.most[0]
        yield np.full(len(self.before.most), self.whole.shares.max(), np.float32)

    def sizes(self) -> Iterator[Floats]:
        yield from (np.log1p(side.words).astype(np.float32) for side in (self.before, self.after))
        near = (self.sentence_before, self.sentence, self.clause_before, self.clause)
        yield from (side.words.astype(np.float32) for side in near)


def _stretches(laid: LaidText, pairs: Sequence[tuple[Places, Places]], groups: Sequence[_Group]) -> Iterator[_Stretch]:
    """Yield a stretch for each pair of begins and ends; many are the same, and are looked at once."""
    begins = np.concatenate([begin for begin, _ in pairs])
    ends = np.concatenate([np.maximum(end, begin + 1) for begin, end in pairs])
    _, firsts, lines = np.unique(begins * (laid.size + 2) + ends, return_index=True, return_inverse=True)
    different = _Stretch.of(laid, begins[firsts], ends[firsts], groups)
    for of_pair in np.split(lines, np.cumsum([len(begin) for begin, _ in pairs])[:-1]):
        yield different.at(of_pair)


def _seen(laid: LaidText, at: Places, sides: _Sides) -> Floats:
    """Return what is seen in the words themselves."""
    clauses = zip(at.tolist(), sides.clause_before.begins.tolist(), sides.clause.ends.tolist(), strict=True)
    sentences = frozenset(laid.sentences.tolist())
    said_before = _said_before(laid, at).tolist()
    lines = [_signs(laid, clause, sentences, said) for clause, said in zip(clauses, said_before, strict=True)]
    return np.array(lines, np.float32)


def _said_before(laid: LaidText, at: Places) -> Floats:
    """Return for each place which share of the long words right after it and of all after it came before it.

    The third number of a line is how many the first share is of.
    """
    firsts = np.array([first for _, first in laid.firsts])
    is_long = np.array([len(stem) >= _LONG_STEM for stem in laid.stems])
    place, words = at[:, None], np.arange(laid.size)
    after = (words >= place) & is_long
    near, is_old = after & (words < place + _MANY), firsts < place
    counts = [(these & is_old).sum(axis=1) / (these.sum(axis=1) + 1) for these in (near, after)]
    return np.column_stack([*counts, near.sum(axis=1)])


def _signs(
    laid: LaidText, clause: tuple[int, int, int], sentences: frozenset[int], said_before: Sequence[float]
) -> list[float]:
    at, before, end = clause
    words = [word.as_read for word in laid.words[max(before, 0) : max(end, at + OPENING_WORDS)]]
    here = at - max(before, 0)
    gap, first = laid.gaps[at], laid.words[at]
    return [
        *(float(gap == mark) for mark in "\n., "),
        float(at in laid.hidden),
        float(at in sentences),
        *said_before,
        *map(float, cues_of(words[:here], words[here:], words[here : here + end - at])),
        float(any(word.plain.isdigit() for word in laid.words[at : at + _MANY])),
        float(first.plain in _JOINING),
        float(laid.text[first.start].isupper()),
    ]


def _shares(judged: Floats, sharpness: float) -> Floats:
    raised = np.exp(sharpness * (judged - judged.max(axis=1, keepdims=True)))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


def _next(marks: Places, at: Places) -> Places:
    """Return the first mark after each place."""
    return marks[np.minimum(np.searchsorted(marks, at, "right"), len(marks) - 1)]


def _last(marks: Places, at: Places) -> Places:
    """Return the last mark before each place."""
    return marks[np.maximum(np.searchsorted(marks, at, "left") - 1, 0)]
