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
from gateway.adapters.learned_checks import BUCKETS, FORMAT, LABELS, OF_WHOLE, buckets_of
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
_LATIN = str.maketrans(
    dict(zip("абвгдежзийклмнопрстуфхцыэ", "abvgdezzijklmnoprstufhcye", strict=True))
    | {"ё": "yo", "ж": "zh", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ь": "", "ю": "yu", "я": "ya"}
)
_ROWS = ("фывапролджэ", "йцукенгшщзхъ", "asdfghjkl", "qwertyuiop", "ячсмитьбю")
_VOWELS = re.compile("[аеёиоуыэюя]")
_SPOILT = 120
"""So many texts are spoilt in each way."""


class Lesson(NamedTuple):
    """A text and what it is; `is_written` tells lessons from examples of the catalogue, `is_part` a sentence of
    one, `is_name` what a topic is called.
    """

    text: str
    label: str
    is_written: bool
    is_part: bool = False
    is_name: bool = False


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
    for spoilt in (_on_other_keys, _wrongly_encoded, _without_vowels):
        for text in chance.sample(texts, _SPOILT):
            yield Lesson(spoilt(text[: chance.randrange(8, 60)].lower(), chance), FaultKind.UNREADABLE, True)
    for _ in range(_SPOILT):
        yield Lesson(_mashed(chance), FaultKind.UNREADABLE, True)


def _on_other_keys(text: str, _: random.Random) -> str:
    return text.translate(_KEYS)


def _wrongly_encoded(text: str, chance: random.Random) -> str:
    written, read = chance.choice(
        (("utf-8", "cp1251"), ("utf-8", "latin-1"), ("cp1251", "latin-1"), ("koi8-r", "cp1251"))
    )
    return text.encode(written, "replace").decode(read, "replace")


def _without_vowels(text: str, _: random.Random) -> str:
    return _VOWELS.sub("", text)


def _mashed(chance: random.Random) -> str:
    """Return what stands there after somebody drummed on one or two rows of keys."""
    keys = "".join(chance.sample(_ROWS, chance.randrange(1, 3)))
    keys = "".join(chance.sample(keys, chance.randrange(2, len(keys))))
    drummed = ("".join(chance.choices(keys, k=chance.randrange(1, 12))) for _ in range(chance.randrange(1, 9)))
    return chance.choice((" ", " ", " ", ". ", "  ")).join(drummed)


def _decent() -> Iterator[Lesson]:
    """Yield the catalogue's examples, whole, by sentences and in Latin letters, and what its topics are called."""
    for topic in default_catalogue(Terms()).topics:
        names = (words for lang in ("ru", "en") for words in topic.wording(lang).words)
        yield from (Lesson(words, _DECENT, False, is_name=True) for words in names)
        yield from (Lesson(text.lower().translate(_LATIN), _DECENT, False) for text in topic.examples[:1])
        is_near = _LIKE_A_DANGER.search(topic.name.lower()) is not None
        for text in topic.examples:
            yield from _with_parts(text, is_near or find_danger(text) is not None)


def _with_parts(text: str, is_near: bool) -> Iterator[Lesson]:
    """Yield a decent text, and each of its sentences; what may be about a danger is a lesson for other labels alone."""
    label = _NEARLY if is_near else _DECENT
    parts = [text[start:end] for start, end in sentences(text)]
    yield Lesson(text, label, False)
    yield from (Lesson(part, label, False, is_part=True) for part in parts if len(parts) > 1)


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
    known = np.array([right[at] or _teaches(lesson, label) for at, lesson in enumerate(lessons)])
    counts = np.where([lesson.is_written for lesson in lessons], _WRITTEN, 1.0)
    at = np.flatnonzero(known)
    judged = np.zeros(len(lessons))
    for learn, unseen in KFold(_FOLDS, shuffle=True, random_state=_SEED).split(at):
        judge = _judge().fit(table[at[learn]], right[at[learn]], counts[at[learn]])
        judged[at[unseen]] = judge.decision_function(table[at[unseen]])
    decent = known & np.array([lesson.label == _DECENT for lesson in lessons])
    limit = max(float(np.quantile(judged[decent], 1 - _MARKED.get(label, _MARKED_OTHERWISE))), -1.0)
    found = (judged[right] > limit).mean()
    print(f"{label}: {found:.0%} of {right.sum()} found, {(judged[decent] > limit).mean():.2%} of decent marked")
    judge = _judge().fit(table[at], right[at], counts[at])
    return judge.coef_[0], float(judge.intercept_[0]) - limit


def _teaches(lesson: Lesson, label: FaultKind | Danger) -> bool:
    """Tell whether a lesson shows what is not to be marked: not what may be rightly marked with this label too."""
    if lesson.is_part and label in OF_WHOLE:  # «Примите меры!» is empty by itself, and good at the end of a story
        return False
    if lesson.is_name and label not in (FaultKind.NO_ESSENCE, FaultKind.UNREADABLE):
        return False
    if lesson.label == _NEARLY:
        return not isinstance(label, Danger)
    return lesson.label == _DECENT or (lesson.label in set(Danger)) != isinstance(label, Danger)


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
