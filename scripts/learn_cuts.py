"""Learn where a text goes over to another problem, and write what the product ships: `make cuts`.

Texts to learn from are put together: examples of the catalogue one after another, of one topic (one problem) or of
several, joined and interrupted the way residents write (`lessons/asides.txt`), and texts that were written as lessons
(`lessons/problems.csv`: ` || ` stands where another problem begins). What an example is about is judged by judges that
have not seen it: each learns from one half of the examples and judges the other. Takes half an hour on two cores;
`--judges FOLDER` keeps these two from one time to the next.
"""

import argparse
import csv
import random
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from learn_topics import learn, write
from sklearn.ensemble import HistGradientBoostingClassifier

from gateway.adapters.catalogue_sheet import default_catalogue
from gateway.adapters.cutting.cutter import FORMAT
from gateway.adapters.cutting.features import Features, Kinship
from gateway.adapters.cutting.laid_text import LaidText
from gateway.adapters.knowledge import Knowledge, read_knowledge, shipped_knowledge
from gateway.domain.appeal import Terms
from gateway.domain.topic import Catalogue, Topic

_FILE = Path(str(files("gateway") / "data" / "cuts.npz"))
_LESSONS = Path(__file__).parent / "lessons"
_SEED = 10
_FOLDS = 2
_ONE, _SEVERAL, _TIMES_WRITTEN = 11_000, 11_000, 6
_TREES, _LEAVES, _DEPTH = 300, 20, 7
CUT = re.compile(r"\s*\|\|\s*")

_TURNS = (
    *("А ещё ", "Ещё ", "Также ", "И ещё: ", "Кроме того, ", "Заодно: ", "Второй вопрос: ", "Кстати, ", "И ", "А "),
    *("Плюс ", "Теперь про другое. ", "Раз уж пишу, ", "P.S. ", "Во-вторых, ", "А вот ", "Помимо этого ", "И вообще "),
    *(
        "Отдельно: ",
        "Еще одна проблема - ",
        "К слову сказать, ",
        "Не говоря уже о том, что ",
        "Между прочим, ",
        "Да, и ",
    ),
    *(
        "Есть и другая беда: ",
        "Теперь о другом: ",
        "И последнее: ",
        "Вдобавок ",
        "К тому же ",
        "Попутно вопрос: ",
        "Ну и ",
    ),
    *("Пока пишу, вспомнила: ", "А тут ещё ", "Да ещё ", "Следующее: ", "В этом же доме ", "А в нашем районе ", "а "),
)
_WHERE_OR_WHEN = (
    *("у дома 5", "на Садовой 12", "по улице Гагарина", "во дворе", "у нас в посёлке", "третий день", "вторую неделю"),
    *("с марта", "опять", "уже месяц", "второй год", "каждый вечер", "до сих пор", "дом 14", "в нашем доме", "везде"),
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^|\s])")
_STOPPED = re.compile(r"[.!?]$")


def main() -> None:
    """Learn, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--judges", type=Path, help="folder where the two judges are kept")
    judges = parser.parse_args().judges
    catalogue = default_catalogue(Terms())
    kinship = kinship_of(catalogue, shipped_knowledge())
    with TemporaryDirectory() as folder:
        rows, right = gather(kinship, judges or Path(folder))
    print(f"{len(right)} places, {right.mean():.3f} of them right", flush=True)
    trees = HistGradientBoostingClassifier(
        max_iter=_TREES,
        learning_rate=0.06,
        max_leaf_nodes=_LEAVES,
        max_depth=_DEPTH,
        l2_regularization=1.0,
        random_state=0,
    )
    trees.fit(rows, right)
    _write(trees, kinship)


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


# The texts.


@dataclass(frozen=True)
class Half:
    """One half of the examples, and the chance to put texts together of them."""

    examples: tuple[tuple[str, Topic], ...]
    asides: tuple[str, ...]
    chance: random.Random

    def one_problem(self) -> str:
        """Return a text about one topic."""
        example, topic = self.chance.choice(self.examples)
        drawn = self.chance.random()
        if drawn < 0.35:
            return self._dressed(self._spiced(example))
        if drawn < 0.6:
            phrases = self.chance.sample(topic.words, min(len(topic.words), self.chance.choice((1, 2, 2, 3))))
            texts = [self._placed(phrase) for phrase in phrases]
            if drawn < 0.45:
                texts.insert(self.chance.randrange(2), self._shortened(example))
            return self._dressed(self._perhaps_spiced(CUT.sub(" ", self._joined(texts))))
        same = [text for text, other in self.examples if other.code == topic.code]
        texts = self.chance.sample(same, min(len(same), self.chance.choice((2, 2, 3))))
        return self._dressed(CUT.sub(" ", self._joined([self._perhaps_spiced(text) for text in texts])))

    def several(self) -> str:
        """Return a text about several topics that have nothing to do with one another."""
        chosen = self._apart()
        drawn = self.chance.random()
        if drawn < 0.45:  # said in few words
            texts = [self._short(*one) for one in chosen]
        elif drawn < 0.6:  # one story, the others in few words, at its end or in the midst
            story, rest = chosen[0][0], [self._short(*one) for one in chosen[1:]]
            sentences = _SENTENCE_END.split(story)
            if len(sentences) > 1 and self.chance.random() < 0.5:
                middle = self.chance.randrange(1, len(sentences))
                joined = self._joined([" ".join(sentences[:middle]), rest[0]])
                return self._dressed(f"{joined}. {' '.join(sentences[middle:])}")
            texts = [story, *rest]
        else:
            texts = [self._perhaps_spiced(text) for text, _ in chosen]
        return self._dressed(self._joined(texts))

    def _apart(self) -> list[tuple[str, Topic]]:
        while True:
            chosen = self.chance.sample(self.examples, self.chance.choice((2, 2, 2, 3, 4)))
            topics = [topic for _, topic in chosen]
            confused = {code for topic in topics for code in topic.confused}
            if len({topic.path[:2] for topic in topics}) == len(topics) and not confused & {t.code for t in topics}:
                return chosen

    def _short(self, example: str, topic: Topic) -> str:
        """Return the matter in a sentence."""
        phrases = [phrase for phrase in topic.words if " " in phrase]
        if phrases and self.chance.random() < 0.4:
            return self._placed(self.chance.choice(phrases))
        return self._shortened(example)

    def _shortened(self, example: str) -> str:
        sentence = next((one for one in _SENTENCE_END.split(example) if len(one.split()) > 2), example)
        clauses = sentence.split(", ")
        enough = next((at for at in range(1, len(clauses)) if len(", ".join(clauses[:at]).split()) > 3), len(clauses))
        return ", ".join(clauses[:enough]) if self.chance.random() < 0.5 else sentence

    def _placed(self, phrase: str) -> str:
        """Return a phrase with where or when it is, or without."""
        drawn = self.chance.random()
        if drawn < 0.25:
            return f"{self.chance.choice(_WHERE_OR_WHEN)} {phrase}"
        return f"{phrase} {self.chance.choice(_WHERE_OR_WHEN)}" if drawn < 0.6 else phrase

    def _perhaps_spiced(self, text: str) -> str:
        return self._spiced(text) if self.chance.random() < 0.5 else text

    def _spiced(self, text: str) -> str:
        """Return it with what people say beside the matter."""
        chance = self.chance
        for drawn in chance.sample(self.asides, chance.choice((0, 0, 1, 1, 2, 3))):
            aside = drawn
            if chance.random() < 0.3:
                aside = re.sub(r"[.!?]$", "", _small(aside))
            stop = "" if _STOPPED.search(text) else chance.choice((".", "", ","))
            gap = chance.choice((" ", " ", " ", "\n"))
            text = f"{text.rstrip()}{stop}{gap}{aside}" if chance.random() < 0.7 else f"{aside} {text}"
        return text

    def _joined(self, texts: Sequence[str]) -> str:
        """Return texts as one, marked where another begins."""
        chance, joined = self.chance, texts[0].strip()
        is_bare = chance.random() < 0.25
        for text in texts[1:]:
            turn = chance.choice(_TURNS) if chance.random() < 0.35 else ""
            said = _small(text.strip()) if turn or chance.random() < 0.3 else text.strip()
            if is_bare:
                joined = re.sub(r"[.!]+$", "", joined)
                gap = chance.choice((" ", " ", ". ", ", ", ", ", "\n"))
            else:
                gap = chance.choice((" ", " ", ". ", " ", "\n"))
                if not _STOPPED.search(joined) and chance.random() < 0.7:
                    joined += "."
            gap = " " if gap == ". " and _STOPPED.search(joined) else gap
            joined += f"{gap.rstrip(' ')} || {turn}{said}"
        return joined

    def _dressed(self, text: str) -> str:
        """Return it in one of the manners of writing, which tell nothing of how many problems there are."""
        drawn = self.chance.random()
        if drawn < 0.15:
            text = _SENTENCE_END.sub("\n", text)
        elif drawn < 0.3:
            text = _SENTENCE_END.sub(lambda _: "\n" if self.chance.random() < 0.35 else " ", text)
        elif drawn < 0.36 and len(parts := _SENTENCE_END.split(text)) > 1:
            text = "\n".join(f"{number}. {part}" for number, part in enumerate(parts, 1))
        if self.chance.random() < 0.1:
            text = re.sub(r"[.,!]", "", text)
        drawn = self.chance.random()
        text = text.lower() if drawn < 0.1 else text.upper() if drawn < 0.14 else text
        return re.sub(r"\n(\s*\|\|)", r" \1", text) if self.chance.random() < 0.25 else text


def _small(text: str) -> str:
    return text[:1].lower() + text[1:] if not text[:2].isupper() else text


# What is learned from them.


def gather(kinship: Kinship, folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return what is known of each place in all texts, a line each, and whether another problem begins there."""
    with ProcessPoolExecutor(_FOLDS) as pool:
        halves = list(pool.map(_learned_of_half, [(fold, kinship, folder) for fold in range(_FOLDS)]))
    return np.vstack([rows for rows, _ in halves]), np.concatenate([right for _, right in halves])


def _learned_of_half(task: tuple[int, Kinship, Path]) -> tuple[np.ndarray, np.ndarray]:
    fold, kinship, folder = task
    knowledge, features = _judge(fold, folder), Features(kinship)
    known = [_places(text, knowledge, kinship, features) for text in _texts(fold)]
    return np.vstack([rows for rows, _ in known if len(rows)]), np.concatenate([right for _, right in known])


def _texts(fold: int) -> Iterator[str]:
    half = Half(
        examples=tuple((text.replace("|", " "), topic) for topic in _topics() for text in topic.examples[fold::_FOLDS]),
        asides=tuple((_LESSONS / "asides.txt").read_text("utf-8").splitlines()),
        chance=random.Random(_SEED + fold),
    )
    yield from (half.one_problem() for _ in range(_ONE))
    yield from (half.several() for _ in range(_SEVERAL))
    for text in _written()[fold::_FOLDS]:
        yield from [text] * _TIMES_WRITTEN


def _written() -> list[str]:
    file = _LESSONS / "problems.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        return [row["text"] for row in csv.DictReader(lines)]


@cache
def _topics() -> tuple[Topic, ...]:
    return default_catalogue(Terms()).topics


def _judge(fold: int, folder: Path) -> Knowledge:
    """Return what has learned without the examples of one half."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"without-{fold}.npz"
    if not file.exists():
        rest = Catalogue(
            [
                replace(topic, examples=tuple(one for at, one in enumerate(topic.examples) if at % _FOLDS != fold))
                for topic in _topics()
            ]
        )
        write(file, rest, learn(rest))
    return read_knowledge(file)


def _places(text: str, knowledge: Knowledge, kinship: Kinship, features: Features) -> tuple[np.ndarray, np.ndarray]:
    plain, cuts = without_marks(text)
    laid = LaidText(plain, knowledge, kinship.subsubjects)
    at, rows = features.of(laid)
    starts = [laid.words[place].start for place in at]
    return rows, np.array([any(_is_same(laid.text, cut, start) for cut in cuts) for start in starts], bool)


def _is_same(text: str, cut: int, start: int) -> bool:
    return cut <= start and not any(map(str.isalnum, text[cut:start]))


def without_marks(text: str) -> tuple[str, list[int]]:
    """Return a text without its marks, and the characters at which they stood."""
    plain, cuts = "", []
    for part in re.split(r"(\s*\|\|\s*)", text):
        if "||" in part:
            plain += "\n" if "\n" in part else " "
            cuts.append(len(plain))
        else:
            plain += part
    return plain, cuts


def _write(learned: HistGradientBoostingClassifier, kinship: Kinship) -> None:
    trees = [tree.nodes for (tree,) in learned._predictors]  # noqa: SLF001 - the library shows its trees nowhere else
    roots = np.cumsum([0, *(len(nodes) for nodes in trees)])[:-1]
    nodes, offsets = np.concatenate(trees), np.repeat(roots, [len(nodes) for nodes in trees])
    own, is_leaf = np.arange(len(nodes)), nodes["is_leaf"] == 1
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
        start=np.array(learned._baseline_prediction.item()),  # noqa: SLF001 - the same
        depth=np.array(int(nodes["depth"].max())),
    )
    print(f"{_FILE.name}: {_FILE.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
