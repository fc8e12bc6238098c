"""Learn where a text goes over to another problem, and write what the product ships: `make cuts`.

It is learned from texts that were written as lessons (`lessons/problems.csv`: ` || ` stands where another problem
begins): stories about one problem that look like several, and several problems that look like one story. How sure to
be of a whole text is learned from how its places are judged by trees that have not seen it. Takes a minute.
"""

import csv
import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from gateway.adapters.catalogue_sheet import default_catalogue
from gateway.adapters.cutting.cutter import FORMAT, NOTICED
from gateway.adapters.cutting.features import Features, Kinship
from gateway.adapters.cutting.laid_text import Judge, LaidText
from gateway.adapters.cutting.whole import seen_in
from gateway.adapters.knowledge import Knowledge, shipped_knowledge
from gateway.domain.appeal import Terms
from gateway.domain.topic import Catalogue

_FILE = Path(str(files("gateway") / "data" / "cuts.npz"))
_LESSONS = Path(__file__).parent / "lessons" / "problems.csv"
_FOLDS = 8
CUT = re.compile(r"(\s*\|\|\s*)")


class Lesson(NamedTuple):
    """What is known of each place in a text, a line each, and whether another problem begins there."""

    rows: np.ndarray
    right: np.ndarray
    is_several: bool


def main() -> None:
    """Learn, tell how well texts are judged that were not learned, and write the file."""
    knowledge = shipped_knowledge()
    kinship = kinship_of(default_catalogue(Terms()), knowledge)
    judge, features = Judge(knowledge, kinship.subsubjects), Features(kinship)
    lessons = [lesson for text in _texts() if len((lesson := _read(text, judge, features)).rows)]
    print(f"{len(lessons)} texts, {sum(lesson.is_several for lesson in lessons)} of them about several problems")
    judged = _judged_unseen(lessons)
    whole = _learn_whole(judged, lessons)
    _tell(whole, judged, lessons)
    _write(_learn_places(lessons), whole, kinship)


def kinship_of(catalogue: Catalogue, knowledge: Knowledge) -> Kinship:
    """Return which topics are of one kind."""
    topics = [topic for code in knowledge.codes if (topic := catalogue.find(code)) is not None]
    return Kinship(
        subjects=_numbered([topic.path[:1] for topic in topics]),
        subsubjects=_numbered([topic.path[:2] for topic in topics]),
        bodies=_numbered([topic.answerer or topic.path[:1] for topic in topics]),
    )


def _numbered(keys: Sequence[object]) -> np.ndarray:
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return np.array([numbers[key] for key in keys], np.int64)


def _texts() -> list[str]:
    with _LESSONS.open(encoding="utf-8", newline="") as lines:
        return [row["text"] for row in csv.DictReader(lines)]


def _read(text: str, judge: Judge, features: Features) -> Lesson:
    plain, cuts = without_marks(text)
    laid = LaidText(plain, judge)
    at, rows = features.of(laid)
    starts = [laid.words[place].start for place in at]
    right = np.array([any(_is_same(laid.text, cut, start) for cut in cuts) for start in starts], bool)
    return Lesson(rows, right, bool(cuts))


def _is_same(text: str, cut: int, start: int) -> bool:
    return cut <= start and not any(map(str.isalnum, text[cut:start]))


def without_marks(text: str) -> tuple[str, list[int]]:
    """Return a text without its marks, and the characters at which they stood."""
    plain, cuts = "", []
    for part in CUT.split(text):
        if "||" in part:
            plain += "\n" if "\n" in part else " "
            cuts.append(len(plain))
        else:
            plain += part
    return plain, cuts


def _learn_places(lessons: Sequence[Lesson]) -> HistGradientBoostingClassifier:
    trees = HistGradientBoostingClassifier(
        max_iter=250,
        learning_rate=0.04,
        max_leaf_nodes=8,
        max_depth=6,
        min_samples_leaf=20,
        l2_regularization=3.0,
        max_features=0.3,
        random_state=0,
    )
    rows, right = np.vstack([lesson.rows for lesson in lessons]), np.concatenate([lesson.right for lesson in lessons])
    return trees.fit(rows, right)


def _judged_unseen(lessons: Sequence[Lesson]) -> list[np.ndarray]:
    """Return how probable the places of each text are to trees that have not learned it."""
    judged = [np.zeros(0)] * len(lessons)
    for known, unseen in KFold(_FOLDS, shuffle=True, random_state=0).split(lessons):
        trees = _learn_places([lessons[at] for at in known])
        for at in unseen:
            judged[at] = trees.predict_proba(lessons[at].rows)[:, 1]
    return judged


def _learn_whole(judged: Sequence[np.ndarray], lessons: Sequence[Lesson]) -> Pipeline:
    whole = make_pipeline(StandardScaler(), LogisticRegression())
    return whole.fit([seen_in(places) for places in judged], [lesson.is_several for lesson in lessons])


def _tell(whole: Pipeline, judged: Sequence[np.ndarray], lessons: Sequence[Lesson]) -> None:
    sure = whole.predict_proba([seen_in(places) for places in judged])[:, 1]
    several = np.array([lesson.is_several for lesson in lessons])
    for least in (NOTICED, *np.arange(0.4, 0.95, 0.05).round(2)):
        noticed = sure >= least
        print(f"from {least}: {noticed[~several].mean():.1%} disturbed, {noticed[several].mean():.1%} noticed")


def _write(places: HistGradientBoostingClassifier, whole: Pipeline, kinship: Kinship) -> None:
    trees = [tree.nodes for (tree,) in places._predictors]  # noqa: SLF001 - the library shows its trees nowhere else
    roots = np.cumsum([0, *(len(nodes) for nodes in trees)])[:-1]
    nodes, offsets = np.concatenate(trees), np.repeat(roots, [len(nodes) for nodes in trees])
    own, is_leaf = np.arange(len(nodes)), nodes["is_leaf"] == 1
    scaler, judge = whole[0], whole[1]
    weights = judge.coef_[0] / scaler.scale_
    np.savez_compressed(
        _FILE,
        format=np.array(FORMAT),
        codes=np.array(shipped_knowledge().codes),
        subjects=kinship.subjects,
        subsubjects=kinship.subsubjects,
        bodies=kinship.bodies,
        roots=roots.astype(np.int32),
        feature=np.where(is_leaf, 0, nodes["feature_idx"]).astype(np.int16),
        limit=np.where(is_leaf, np.inf, nodes["num_threshold"]).astype(np.float32),
        left=np.where(is_leaf, own, nodes["left"] + offsets).astype(np.int32),
        right=np.where(is_leaf, own, nodes["right"] + offsets).astype(np.int32),
        values=np.where(is_leaf, nodes["value"], 0).astype(np.float32),
        start=np.array(places._baseline_prediction.item()),  # noqa: SLF001 - the same
        depth=np.array(int(nodes["depth"].max())),
        whole_weights=weights.astype(np.float32),
        whole_bias=np.array(float(judge.intercept_[0] - weights @ scaler.mean_)),
    )
    print(f"{_FILE.name}: {_FILE.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
