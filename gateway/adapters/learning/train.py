"""Learning from rows of texts and codes: several networks together, and how sure they may be.

The networks are learned twice: first without a part of the texts, to see how often they are right on what they have
not seen; that sets their confidence. Then from everything.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, CancelledError, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Event

import numpy as np
from threadpoolctl import threadpool_limits

from gateway.adapters.learning.features import letter_hashes, word_hashes, written_words
from gateway.adapters.learning.model import LearnedModel, doubted, mean_answer
from gateway.adapters.learning.network import Learner, Network, Plan
from gateway.adapters.learning.vocabulary import Floats, Rows, Table, Vector, Vocabularies, Vocabulary, counted

Row = tuple[str, str]
Progress = Callable[[float, str], None]

_MOST_WORDS, _MOST_LETTERS = 50_000, 60_000
_FEW_TEXTS = 3_000  # so few that a feature which one text has is kept, and that each text is held out once
_READ_FOR_FEATURES = 60_000  # more texts have no other features worth knowing
_HELD_OUT_OF_FEW, _HELD_OUT_OF_MANY = 4, 8  # every fourth, every eighth
_MOST_HELD_OUT = 5_000
_HANDFULS = 100  # at least so many in all texts, if they are not fewer than 16 in each
_LEAST_STEPS = 250
_MANY_TEXTS, _FEWEST_ROUNDS = 60_000, 3
_REPEATED = 0.5  # a text that came 100 times is worth 10
_DOUBTS = np.geomspace(0.5, 4, 61)

_AT_A_TIME = 2  # networks
_TELLS_EVERY = 0.2  # seconds
_READING = 0.1  # of the time


@dataclass(frozen=True, slots=True)
class _Lesson:
    """Different texts, the share of each class in each, and how often each came."""

    texts: Table
    shares: Table
    times: Floats

    def of(self, rows: Rows) -> "_Lesson":
        return _Lesson(self.texts.only(rows), self.shares.only(rows), self.times[rows])


def train(rows: Sequence[Row], *, progress: Progress, seed: int = 0) -> LearnedModel:
    """Return a model of these texts and codes; the same for the same rows and seed."""
    if not rows:
        raise ValueError("there is nothing to learn from: no rows")
    counts = dict(sorted(Counter(code for _, code in rows).items()))
    vocabularies, lesson = _read(rows, list(counts), lambda share: progress(_READING * share, "reading the texts"))
    chance = np.random.default_rng(seed)
    parts = list(_parts(len(lesson.texts), chance))
    turns = len(parts) + 1

    def learn(turn: int, known: _Lesson) -> list[Network]:
        def on_step(share: float) -> None:
            done = (turn + share) / turns
            progress(_READING + (1 - _READING) * done, "learning" if turn == turns - 1 else "learning how sure to be")

        return _networks(known, vocabularies, len(counts), seed, on_step)

    said = [(part, _answers(learn(turn, lesson.of(known)), lesson, part)) for turn, (known, part) in enumerate(parts)]
    networks = learn(turns - 1, lesson)
    progress(1.0, "learned")
    return LearnedModel(
        counts=counts,
        rows=len(rows),
        made_at=datetime.now(UTC),
        vocabularies=vocabularies,
        networks=networks,
        doubt=_fitting_doubt(lesson, said),
    )


def _read(rows: Sequence[Row], codes: Sequence[str], on_step: Callable[[float], None]) -> tuple[Vocabularies, _Lesson]:
    """Return the features of the texts, and the texts by them; texts that are written alike become one."""
    index = {code: at for at, code in enumerate(codes)}
    together: dict[tuple[str, ...], Counter[int]] = {}
    for text, code in rows:
        together.setdefault(tuple(written_words(text)), Counter())[index[code]] += 1
    texts = list(together)
    vocabularies = _vocabularies(texts, lambda share: on_step(share / 2))
    vectors = []
    for done, words in enumerate(texts):
        vectors.append(vocabularies.joined(counted(word_hashes(list(words))), counted(letter_hashes(list(words)))))
        on_step((1 + done / len(texts)) / 2)
    times = np.array([met.total() for met in together.values()], np.float32)
    shares = Table.of(_shares(met) for met in together.values())
    return vocabularies, _Lesson(Table.of(vectors), shares, times)


def _shares(met: Counter[int]) -> Vector:
    return Vector(np.array(list(met), np.int32), np.array(list(met.values()), np.float32) / np.float32(met.total()))


def _vocabularies(texts: Sequence[tuple[str, ...]], on_step: Callable[[float], None]) -> Vocabularies:
    chosen = texts[:: -(-len(texts) // _READ_FOR_FEATURES)]
    words, letters = [], []
    for done, text in enumerate(chosen):
        words.append(counted(word_hashes(list(text))))
        letters.append(counted(letter_hashes(list(text))))
        on_step(done / len(chosen))
    least = 1 if len(chosen) < _FEW_TEXTS else 2
    known_words = Vocabulary.of(words, least=least, most=_MOST_WORDS)
    if least > 1:
        # Most pairs of words are new in any text and say nothing by that; new pieces of words are another language.
        known_words = replace(known_words, unknown=0.0)
    return Vocabularies(known_words, Vocabulary.of(letters, least=least, most=_MOST_LETTERS))


def _parts(count: int, chance: np.random.Generator) -> Iterator[tuple[Rows, Rows]]:
    """Return which texts are learned from and which are held out: of few texts each once, of many some."""
    order = chance.permutation(count)
    if count < 2:
        return
    if count < _FEW_TEXTS:
        for nth in range(min(_HELD_OUT_OF_FEW, count)):
            is_out = np.arange(count) % _HELD_OUT_OF_FEW == nth
            yield np.sort(order[~is_out]), np.sort(order[is_out])
    else:
        out = min(count // _HELD_OUT_OF_MANY, _MOST_HELD_OUT)
        yield np.sort(order[out:]), np.sort(order[:out])


def _networks(
    lesson: _Lesson, vocabularies: Vocabularies, classes: int, seed: int, on_step: Callable[[float], None]
) -> list[Network]:
    """Return networks that look at different things: at both kinds of features, at the pieces of words, at the words.

    Each is learned in a thread of its own; two at a time keep two processors equally busy.
    """
    words, everything = len(vocabularies.words), len(vocabularies)
    spans = [(0, everything), (words, everything), (0, words)]
    worth = (lesson.times**_REPEATED).astype(np.float32)
    worth /= worth.mean()
    plan = _plan(len(lesson.texts))
    done = [0.0] * len(spans)
    stopped = Event()

    def learn(nth: int) -> Network:
        def on_own_step(share: float) -> None:
            done[nth] = share
            if stopped.is_set():
                raise CancelledError

        first, end = spans[nth]
        learner = Learner(first, end - first, classes, plan, seed * len(spans) + nth)
        learner.learn(lesson.texts.within(first, end), lesson.shares, worth, on_own_step)
        return learner.learned()

    with threadpool_limits(1), ThreadPoolExecutor(_AT_A_TIME) as pool:
        learning = [pool.submit(learn, nth) for nth in range(len(spans))]
        try:
            while wait(learning, _TELLS_EVERY, FIRST_EXCEPTION).not_done:
                on_step(sum(done) / len(done))
            return [network.result() for network in learning]
        finally:
            stopped.set()


def _plan(count: int) -> Plan:
    """Return more rounds for few texts, and fewer for so many that each round takes minutes."""
    plan = Plan()
    handful = int(np.clip(count // _HANDFULS, 16, plan.handful))
    steps = -(-count // handful)
    rounds = max(_FEWEST_ROUNDS, plan.rounds * min(count, _MANY_TEXTS) // count)
    return replace(plan, handful=handful, rounds=max(rounds, -(-_LEAST_STEPS // steps)))


def _answers(networks: Sequence[Network], lesson: _Lesson, part: Rows) -> Floats:
    return np.stack([mean_answer(networks, lesson.texts[int(row)]) for row in part])


def _fitting_doubt(lesson: _Lesson, said: Sequence[tuple[Rows, Floats]]) -> float:
    """Return the doubt with which what was said of texts held out comes nearest to what they are."""
    if not said:
        return 1.0
    part = np.concatenate([rows for rows, _ in said])
    answers = np.concatenate([shares for _, shares in said])
    true, worth = lesson.shares.whole(part, answers.shape[1]), lesson.times[part] ** _REPEATED

    def loss(doubt: float) -> float:
        shares = doubted(answers, doubt)
        return float(worth @ (shares * shares - 2 * shares * true).sum(axis=1))

    best = float(min(_DOUBTS, key=loss))
    # To be surer than the networks are is believed by half: texts to come differ more than those held out.
    return best if best >= 1 else best**0.5
