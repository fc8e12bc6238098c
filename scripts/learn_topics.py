"""Learn from the default catalogue how residents speak, and write what the product ships: `make topics`.

Takes a minute or two. `--hold-out` learns without the examples and tells how often they are found.
"""

import argparse
import random
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from gateway.adapters.catalogue_sheet import default_catalogue
from gateway.adapters.knowledge import BUCKETS, FORMAT, features, telling_stems
from gateway.adapters.learning.features import letter_hashes, word_hashes, written_words
from gateway.domain.appeal import Terms
from gateway.domain.topic import Catalogue, Topic

_KEPT_OF_A_TOPIC = 2500
_MIXTURES, _PHRASES_OF_A_MIXTURE = 4, 4
_BYTE = 127
_FILE = Path(str(files("gateway") / "data" / "knowledge.npz"))

Lesson = tuple[str, int, float]
"""A text, the place of its topic, and how much it counts."""


def main() -> None:
    """Learn, and write the file or tell how good it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hold-out", action="store_true", help="learn without the examples and tell how it does")
    hold_out = parser.parse_args().hold_out
    catalogue = default_catalogue(Terms())
    learned = learn(catalogue, examples=not hold_out)
    if hold_out:
        _tell(catalogue, learned)
    else:
        write(_FILE, catalogue, learned)


class Learned(NamedTuple):
    """A line of weights a topic, what speaks for each beforehand, and how much each bucket tells."""

    weights: np.ndarray
    biases: np.ndarray
    tells: np.ndarray


def learn(catalogue: Catalogue, *, examples: bool = True) -> Learned:
    """Learn the topics of a catalogue, from its examples too if these are wanted."""
    lessons = list(_lessons(catalogue, examples=examples))
    tells = _tells([text for text, _, _ in lessons])
    print(f"{len(catalogue.topics)} topics, {len(lessons)} texts", flush=True)
    judge = LinearSVC(C=1.0, tol=1e-2, random_state=0)
    judge.fit(_table([text for text, _, _ in lessons], tells), [at for _, at, _ in lessons], [w for *_, w in lessons])
    return Learned(_pruned(judge.coef_), judge.intercept_, tells)


def _lessons(catalogue: Catalogue, *, examples: bool) -> Iterator[Lesson]:
    for at, topic in enumerate(catalogue.topics):
        yield from ((text, at, worth) for text, worth in _texts(topic))
        if examples:
            yield from ((example, at, 3.0) for example in topic.examples)


def _texts(topic: Topic) -> Iterator[tuple[str, float]]:
    yield topic.name, 2.0
    yield " ".join(topic.path[1:]), 1.0
    yield topic.tell.split(";")[0], 0.5
    yield " ".join(topic.words), 1.0
    yield from ((phrase, 1.0) for phrase in topic.words)
    chance = random.Random(topic.code)
    for _ in range(_MIXTURES):  # several phrases together look more like a message
        yield " ".join(chance.sample(topic.words, min(_PHRASES_OF_A_MIXTURE, len(topic.words)))), 1.0
    for wording in topic.other.values():
        yield wording.path[-1], 1.0
        yield from ((phrase, 1.0) for phrase in wording.words)


def _stems(catalogue: Catalogue) -> list[str]:
    """Return the stems of all words that tell something."""
    texts = [text for topic in catalogue.topics for text, _ in (*_texts(topic), *((one, 1) for one in topic.examples))]
    return sorted({stem for text in texts for stem in telling_stems(text) if stem.isalpha()})


def _tells(texts: list[str]) -> np.ndarray:
    """Return how much each bucket tells: the fewer texts have it, the more."""
    met = np.zeros(BUCKETS)
    for text in texts:
        words = written_words(text)
        met[np.unique(np.concatenate([word_hashes(words), letter_hashes(words)]) % BUCKETS)] += 1
    return (np.log((1 + len(texts)) / (1 + met)) + 1).astype(np.float16).astype(np.float32)


def _table(texts: list[str], tells: np.ndarray) -> csr_matrix:
    rows = [features(text, tells) for text in texts]
    starts = np.cumsum([0, *(len(buckets) for buckets, _ in rows)])
    table = csr_matrix(
        (np.concatenate([worth for _, worth in rows]), np.concatenate([buckets for buckets, _ in rows]), starts),
        shape=(len(texts), BUCKETS),
    )
    table.sum_duplicates()
    return table


def _pruned(weights: np.ndarray) -> np.ndarray:
    """Return only what tells most for or against each topic."""
    kept = np.zeros_like(weights)
    for at, row in enumerate(weights):
        best = np.argpartition(-np.abs(row), _KEPT_OF_A_TOPIC)[:_KEPT_OF_A_TOPIC]
        kept[at, best] = row[best]
    return kept


def _tell(catalogue: Catalogue, learned: Learned) -> None:
    asked = [(example, at) for at, topic in enumerate(catalogue.topics) for example in topic.examples]
    judged = _table([text for text, _ in asked], learned.tells) @ learned.weights.T + learned.biases
    right = np.array([at for _, at in asked])[:, None]
    best = np.argsort(-judged, axis=1)[:, :5]
    for most in (1, 3, 5):
        print(f"right among the first {most}: {(best[:, :most] == right).any(axis=1).mean():.3f}")


def write(file: Path, catalogue: Catalogue, learned: Learned) -> None:
    """Write what was learned of a catalogue, as the product reads it."""
    scale = float(np.abs(learned.weights).max()) / _BYTE
    by_bucket = csr_matrix(np.rint(learned.weights / scale).astype(np.int8)).T.tocsr()
    by_bucket.eliminate_zeros()
    np.savez_compressed(
        file,
        format=np.array(FORMAT),
        codes=np.array([topic.code for topic in catalogue.topics]),
        names=np.array([" → ".join(topic.path) for topic in catalogue.topics]),
        tells=learned.tells.astype(np.float16),
        starts=by_bucket.indptr.astype(np.uint32),
        topics=by_bucket.indices.astype(np.uint16),
        weights=by_bucket.data,
        scale=np.array(scale),
        biases=learned.biases.astype(np.float32),
        stems=np.array(_stems(catalogue)),
    )
    print(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
