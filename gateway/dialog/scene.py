"""What a question and an answer need to know: the form, the draft, and the words of the resident's language."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from gateway.dialog.buttons import Rows
from gateway.dialog.draft import Browsing, Draft, Editing
from gateway.dialog.turn import Step, Wish
from gateway.domain.problem import Problem
from gateway.domain.topic import Catalogue, Topic
from gateway.form.appeal_form import AppealForm
from gateway.form.wording import say_problem
from gateway.texts import Texts


@dataclass(frozen=True, kw_only=True)
class DialogForm:
    """The form that a conversation fills in: the agency's, with its catalogue and the words of all languages.

    `takes_location` and `takes_contact` tell whether the channel has buttons that ask for them, `looks_around` whether
    somebody can tell what others have reported nearby.
    """

    appeal: AppealForm
    catalogue: Catalogue
    texts: Texts
    takes_location: bool = True
    takes_contact: bool = True
    looks_around: bool = False

    @cached_property
    def agency_name(self) -> str:
        """What the agency is called."""
        return self.appeal.agency.name


@dataclass(frozen=True, slots=True)
class Scene:
    """A conversation as it stands."""

    form: DialogForm
    draft: Draft

    def say(self, key: str, **values: object) -> str:
        """Return a sentence in the resident's language."""
        return self.form.texts.say(self.draft.lang, key, **values)

    def has(self, key: str) -> bool:
        """Tell whether there is a sentence of that key."""
        return self.form.texts.has(self.draft.lang, key)

    def say_problem(self, problem: Problem) -> str:
        """Return the sentence of a problem; a code that the texts do not know gets a general one."""
        try:
            return say_problem(self.form.texts, self.draft.lang, problem)
        except KeyError:
            return self.say("chat.problem")

    def remember(self, **changes: Any) -> "Scene":  # noqa: ANN401 — fields of Draft, each of its own type
        """Return the scene with a changed draft."""
        return Scene(self.form, replace(self.draft, **changes))

    def answer(self, step: Step, **answers: Any) -> "Scene":  # noqa: ANN401 — fields of Answers
        """Return the scene with answers to a step, which is no longer skipped or looked at."""
        return self.settle(step).remember(answers=replace(self.draft.answers, **answers))

    def settle(self, step: Step) -> "Scene":
        """Return the scene with a step no longer skipped or looked at."""
        looks = isinstance(self.draft.focus, Editing | Browsing)
        return self.remember(skipped=self.draft.skipped - {step.value}, focus=None if looks else self.draft.focus)

    def skip(self, step: Step) -> "Scene":
        """Return the scene with a step passed over."""
        settled = self.settle(step)
        return settled.remember(skipped=settled.draft.skipped | {step.value})

    @property
    def is_editing(self) -> bool:
        """Whether an answer that was there before is being changed."""
        return isinstance(self.draft.focus, Editing)

    @property
    def topic(self) -> Topic | None:
        """The topic that was chosen, if the catalogue still has it."""
        return self.form.catalogue.find(self.draft.answers.topic or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked. The first `numbered` buttons can also be chosen by typing their number."""

    text: str
    rows: Rows = ()
    numbered: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What an event came to.

    `remarks` are said before the next question. `question` is asked instead of the one that the draft makes; a
    `quiet` move says nothing but its toast.
    """

    scene: Scene
    remarks: tuple[str, ...] = ()
    question: Question | None = None
    wish: Wish | None = None
    toast: str | None = None
    quiet: bool = False
