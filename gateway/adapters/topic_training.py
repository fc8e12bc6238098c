"""A model of topics is learned from labelled texts, tried on texts that it has not seen, and put in its place."""

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha1

from gateway.adapters.catalogue_files import TopicFiles, write_atomically
from gateway.adapters.learning import LearnedModel, train
from gateway.adapters.suggester import Suggester
from gateway.domain.anonymous import strip_personal, without_placeholders
from gateway.domain.evaluation import MOST_SUGGESTED, Evaluation, evaluate
from gateway.domain.labelled_text import LabelledText, LabelledTexts, label
from gateway.domain.topic import Catalogue

FEWEST_TEXTS, FEWEST_TOPICS = 50, 2

_HELD_OUT = 5  # every fifth text
_MOST_HELD_OUT = 2_000
_TRIAL_SHARE = 0.5  # of the time goes to the model that is tried

Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """A model of all texts, and what one of four fifths made of the others, beside the catalogue alone."""

    model: LearnedModel
    alone: Evaluation
    together: Evaluation

    @property
    def helps(self) -> bool:
        """Whether the right topic comes first at least as often as without it."""
        return self.together.tops[1] >= self.alone.tops[1]


def lessons(pairs: Iterable[tuple[str, str]], catalogue: Catalogue) -> LabelledTexts:
    """Return what may be learned from, without what tells of persons."""
    stripped = ((without_placeholders(strip_personal(text)), called) for text, called in pairs)
    return label(stripped, catalogue, to_learn=True)


def check_lessons(labelled: LabelledTexts) -> None:
    """Raise ValueError where there is too little to learn from."""
    if len(labelled.texts) < FEWEST_TEXTS:
        raise ValueError(f"{len(labelled.texts)} texts are too few to learn from: at least {FEWEST_TEXTS} are needed")
    if labelled.topics < FEWEST_TOPICS:
        raise ValueError(f"all texts are about the same topic: at least {FEWEST_TOPICS} topics are needed")


def learn(texts: Sequence[LabelledText], catalogue: Catalogue, progress: Progress) -> Learned:
    """Learn from most texts, try that on the rest, and then learn from all."""
    trial = _train([text for text in texts if not _is_held_out(text)], lambda share, said: progress(share / 2, said))
    held_out = [text for text in texts if _is_held_out(text)][:_MOST_HELD_OUT]
    alone, together = (
        evaluate(held_out, partial(suggester.suggest, most=MOST_SUGGESTED))
        for suggester in (Suggester(catalogue), Suggester(catalogue, trial))
    )
    model = _train(texts, lambda share, said: progress(_TRIAL_SHARE + share / 2, said))
    return Learned(model=model, alone=alone, together=together)


def keep(model: LearnedModel, files: TopicFiles) -> None:
    """Put a model in its place; the one that was there stays beside it."""
    if files.model.exists():
        write_atomically(files.last_model, partial(shutil.copyfile, files.model))
    write_atomically(files.model, model.save)


def forget(files: TopicFiles) -> bool:
    """Remove what was learned, the one before too; tell whether there was any."""
    found = [file for file in (files.model, files.last_model) if file.exists()]
    for file in found:
        file.unlink(missing_ok=True)
    return bool(found)


def _train(texts: Sequence[LabelledText], progress: Progress) -> LearnedModel:
    return train([(text.text, text.code) for text in texts], progress=progress, seed=0)


def _is_held_out(labelled: LabelledText) -> bool:
    return int(sha1(labelled.text.encode(), usedforsecurity=False).hexdigest(), 16) % _HELD_OUT == 0
