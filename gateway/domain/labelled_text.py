"""Texts of residents with the topic that is right for each: what is learned from, and what suggestions are tried on."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.topic import Catalogue, TopicCode

TEXT_COLUMNS = ("text", "текст", "сообщение", "обращение", "текст обращения", "текст сообщения", "message", "petition")
CODE_COLUMNS = ("code", "код", "код темы", "topic", "тема", "факт", "fact", "label", "причина", "причина обращения")

_BETWEEN_LEVELS = re.compile(r"\s*(?:→|->|>|/|\|)\s*")
_WORD = re.compile(r"[^\W\d_]{2,}")
_FEWEST_WORDS = 2


class LeftOut(StrEnum):
    """Why a row is of no use."""

    EMPTY = "empty"
    NO_CODE = "no_code"
    UNKNOWN = "unknown"
    SHORT = "short"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text and the code of its topic."""

    text: str
    code: TopicCode


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledTexts:
    """The rows that are of use, how many were not and why, and which topics were not known, the most frequent first."""

    texts: tuple[LabelledText, ...]
    left_out: Mapping[LeftOut, int]
    unknown: Mapping[str, int]

    @property
    def topics(self) -> int:
        """How many topics there are among them."""
        return len({labelled.code for labelled in self.texts})


class TopicNames:
    """Finds topics by what a sheet may call them: the code, the name, or the way («Дороги → Яма»)."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        named: defaultdict[str, set[TopicCode]] = defaultdict(set)
        for topic in catalogue.topics:
            for way in (topic.path, topic.path[-1:], (topic.subject, topic.name)):
                named[_plain(" / ".join(way))].add(topic.code)
        self._by_name = {name: next(iter(codes)) for name, codes in named.items() if len(codes) == 1}

    def find(self, written: str) -> TopicCode | None:
        """Return the code of the one topic that is meant; None for what is not known or may be several."""
        topic = self._catalogue.find(written.strip())
        return topic.code if topic is not None else self._by_name.get(_plain(written))


def pairs_of(rows: Sequence[tuple[int, Mapping[str, str]]]) -> list[tuple[str, str]]:
    """Return the texts of a sheet with what their topics are called; raises ValueError where a column is missing."""
    given = list(dict.fromkeys(name for _, cells in rows for name in cells))
    text, code = column_of(given, TEXT_COLUMNS), column_of(given, CODE_COLUMNS)
    return [(cells.get(text, ""), cells.get(code, "")) for _, cells in rows]


def label(pairs: Iterable[tuple[str, str]], catalogue: Catalogue, *, to_learn: bool) -> LabelledTexts:
    """Return the texts of pairs of a text and what its topic is called, with what is of no use left out.

    What is too short to teach anything, or repeats another row, is left out only where it is there `to_learn` from.
    """
    names = TopicNames(catalogue)
    texts: dict[LabelledText, None] = {}
    kept: list[LabelledText] = []
    left_out: Counter[LeftOut] = Counter()
    unknown: Counter[str] = Counter()
    for written, called in pairs:
        tidy = " ".join(written.split())
        code = names.find(called)
        if reason := _useless(tidy, called, code, to_learn=to_learn):
            left_out[reason] += 1
            unknown.update([" ".join(called.split())] if reason is LeftOut.UNKNOWN else [])
            continue
        assert code is not None
        labelled = LabelledText(tidy, code)
        if to_learn and labelled in texts:
            left_out[LeftOut.REPEATED] += 1
            continue
        texts[labelled] = None
        kept.append(labelled)
    return LabelledTexts(texts=tuple(kept), left_out=dict(left_out), unknown=dict(unknown.most_common()))


def _useless(text: str, called: str, code: TopicCode | None, *, to_learn: bool) -> LeftOut | None:
    if not text:
        return LeftOut.EMPTY
    if not called.strip():
        return LeftOut.NO_CODE
    if code is None:
        return LeftOut.UNKNOWN
    return LeftOut.SHORT if to_learn and len(_WORD.findall(text)) < _FEWEST_WORDS else None


def column_of(given: Sequence[str], names: Sequence[str]) -> str:
    """Return the first of these names that a sheet's columns have; raises ValueError if they have none."""
    found = next((name for name in names if name in given), None)
    if found is None:
        raise ValueError(f"no column {names[0]}; there are {', '.join(given) or 'no rows'}")
    return found


def _plain(written: str) -> str:
    levels = _BETWEEN_LEVELS.split(written.casefold().replace("ё", "е"))
    return " / ".join(" ".join(level.split()) for level in levels)
