"""Learn how threats, adverts, dangers and empty texts are worded, and write what the product ships: `make checks`.

It is learned from texts that were written as lessons (`lessons/checks.csv`), beside all examples of the catalogue,
which are decent. How sure to be is learned from texts that were judged without having been learned: of decent ones
hardly any may be marked. Takes a minute.
"""

import csv
import random
import re
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from gateway.adapters.catalogue_sheet import default_catalogue
from gateway.adapters.learned_checks import BUCKETS, FORMAT, LABELS, buckets_of
from gateway.adapters.learning.features import letter_hashes, word_hashes, written_words
from gateway.domain.appeal import Terms
from gateway.domain.fault import Danger, FaultKind
from gateway.reading.dangers import find_danger
from gateway.reading.sentences import sentences

_FILE = Path(str(files("gateway") / "data" / "checks.npz"))
_LESSONS = Path(__file__).parent / "lessons"
_DECENT, _NEARLY = "decent", "decent, but perhaps a danger"
_SEED, _FOLDS = 11, 5
_WRITTEN, _CAREFUL = 4.0, 20.0
_BYTE = 127
_MARKED: dict[str, float] = {FaultKind.THREAT: 0.0015, FaultKind.NO_ESSENCE: 0.005, FaultKind.UNREADABLE: 0.005}
_MARKED_OTHERWISE = 0.0005
"""Of decent texts so many may be marked with a label; more where a text whose topic is clear is spared anyway."""
_LIKE_A_DANGER = re.compile(
    "газ|пожар|(?<!не )гор[ия]т|дым|искр|провод|напряж|прорва|затоп|топит|обвал|обруш|рухн|упал|падает|трещин|угар"
    "|взры|тонет|лёд|лед"
)
_KEYS = str.maketrans("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`")
_MASHED = 60


class Lesson(NamedTuple):
    """A text and what it is; `is_written` tells lessons from examples of the catalogue."""

    text: str
    label: str
    is_written: bool


def main() -> None:
    """Learn, tell how well texts are judged that were not learned, and write the file."""
    lessons = [*_written(), *_unreadable(), *_decent()]
    print(f"{len(lessons)} texts, {sum(lesson.is_written for lesson in lessons)} of them written as lessons")
    worth = _worth([lesson.text for lesson in lessons])
    table = _table([lesson.text for lesson in lessons], worth)
    weights, biases = zip(*(_learned(label, lessons, table) for label in LABELS), strict=True)
    _write(worth, np.array(weights).T, np.array(biases))


def _written() -> Iterator[Lesson]:
    with (_LESSONS / "checks.csv").open(encoding="utf-8", newline="") as lines:
        yield from (Lesson(row["text"], row["label"], True) for row in csv.DictReader(lines))
    with (_LESSONS / "problems.csv").open(encoding="utf-8", newline="") as lines:
        texts = [row["text"].replace("||", "") for row in csv.DictReader(lines)]
    yield from (part for text in texts for part in _with_parts(text, _LIKE_A_DANGER.search(text.lower()) is not None))


def _unreadable() -> Iterator[Lesson]:
    """Yield what comes of decent texts on the wrong keyboard, in the wrong encoding, and of a cat on the keys."""
    chance = random.Random(_SEED)
    texts = [topic.examples[0] for topic in default_catalogue(Terms()).topics if topic.examples]
    for text in chance.sample(texts, _MASHED):
        yield Lesson(text[: chance.randrange(8, 60)].lower().translate(_KEYS), FaultKind.UNREADABLE, True)
    for text in chance.sample(texts, _MASHED):
        torn = text[: chance.randrange(8, 60)].encode().decode(chance.choice(("cp1251", "latin-1")), "replace")
        yield Lesson(torn, FaultKind.UNREADABLE, True)
    for keys in ("фывапролдж", "йцукенгшщзхъ", "asdfghjkl", "qwertyuiop", "ячсмитьбю"):
        for _ in range(_MASHED // 5):
            words = ("".join(chance.choices(keys, k=chance.randrange(3, 12))) for _ in range(chance.randrange(1, 6)))
            yield Lesson(" ".join(words), FaultKind.UNREADABLE, True)


def _decent() -> Iterator[Lesson]:
    """Yield the catalogue's examples, whole and by sentences."""
    for topic in default_catalogue(Terms()).topics:
        is_near = _LIKE_A_DANGER.search(topic.name.lower()) is not None
        for text in topic.examples:
            yield from _with_parts(text, is_near or find_danger(text) is not None)


def _with_parts(text: str, is_near: bool) -> Iterator[Lesson]:
    """Yield a decent text, and each of its sentences; what may be about a danger is a lesson for other labels alone."""
    label = _NEARLY if is_near else _DECENT
    parts = [text[start:end] for start, end in sentences(text)]
    yield Lesson(text, label, False)
    yield from (Lesson(part, label, False) for part in parts if len(parts) > 1)


def _features(text: str) -> np.ndarray:
    words = written_words(text)
    return buckets_of(np.concatenate([word_hashes(words), letter_hashes(words)]))


def _worth(texts: Sequence[str]) -> np.ndarray:
    """Return what buckets are worth: the rarer, the more."""
    met = np.zeros(BUCKETS)
    for text in texts:
        met[np.unique(_features(text))] += 1
    return (np.log((len(texts) + 1) / (met + 1)) / np.log(len(texts) + 1)).astype(np.float32)


def _table(texts: Sequence[str], worth: np.ndarray) -> csr_matrix:
    rows = [_features(text) for text in texts]
    values = [worth[row] / max(float(np.sqrt((worth[row] ** 2).sum())), 1e-3) for row in rows]
    starts = np.cumsum([0, *map(len, rows)])
    table = csr_matrix((np.concatenate(values), np.concatenate(rows), starts), shape=(len(texts), BUCKETS))
    table.sum_duplicates()
    return table


def _learned(label: FaultKind | Danger, lessons: Sequence[Lesson], table: csr_matrix) -> tuple[np.ndarray, float]:
    """Return the weights of a label, and what to add so that nought is where it begins."""
    # What is both is no lesson for either: a threat in a text without essence, two dangers at once.
    right = np.array([lesson.label == label for lesson in lessons])
    known = np.array([right[at] or not _is_akin(lesson.label, label) for at, lesson in enumerate(lessons)])
    counts = np.where([lesson.is_written for lesson in lessons], _WRITTEN, 1.0)
    at = np.flatnonzero(known)
    judged = np.zeros(len(lessons))
    for learn, unseen in KFold(_FOLDS, shuffle=True, random_state=_SEED).split(at):
        judge = _judge().fit(table[at[learn]], right[at[learn]], counts[at[learn]])
        judged[at[unseen]] = judge.decision_function(table[at[unseen]])
    decent = np.array([lesson.label == _DECENT for lesson in lessons])
    limit = max(float(np.quantile(judged[decent], 1 - _MARKED.get(label, _MARKED_OTHERWISE))), -1.0)
    found = (judged[right] > limit).mean()
    print(f"{label}: {found:.0%} of {right.sum()} found, {(judged[decent] > limit).mean():.2%} of decent marked")
    judge = _judge().fit(table[at], right[at], counts[at])
    return judge.coef_[0], float(judge.intercept_[0]) - limit


def _is_akin(label: str, other: FaultKind | Danger) -> bool:
    """Tell whether texts of one label may be rightly marked with another."""
    if label == _NEARLY:
        return isinstance(other, Danger)
    return label != _DECENT and (label in set(Danger)) == isinstance(other, Danger)


def _judge() -> LogisticRegression:
    return LogisticRegression(C=_CAREFUL, class_weight="balanced", max_iter=500)


def _write(worth: np.ndarray, weights: np.ndarray, biases: np.ndarray) -> None:
    scales = (np.abs(weights).max(axis=0) / _BYTE).astype(np.float32)
    np.savez_compressed(
        _FILE,
        format=np.array(FORMAT),
        labels=np.array(LABELS),
        worth=worth.astype(np.float16),
        weights=np.round(weights / scales).astype(np.int8),
        scales=scales,
        biases=biases.astype(np.float32),
    )
    print(f"{_FILE.name}: {_FILE.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
