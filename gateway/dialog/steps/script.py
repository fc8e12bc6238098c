"""What one step of the form is in a chat: how it asks, what it hears, which buttons it has."""

from collections.abc import Callable
from dataclasses import dataclass

from gateway.dialog.buttons import Row, Rows, Way, menu_button, step_button
from gateway.dialog.events import Said
from gateway.dialog.scene import DialogForm, Move, Question, Scene
from gateway.dialog.turn import Step
from gateway.domain.message import Button


def _always(_scene: Scene) -> bool:
    return True


def _never(_form: DialogForm) -> bool:
    return False


def _no_choice(_scene: Scene, _choice: str) -> Move | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepScript:
    """A step. `choose` returns None for a choice that the step does not have.

    `pass_over` is what skipping comes to, where it is not the whole step that is passed over.
    """

    step: Step
    is_answered: Callable[[Scene], bool]
    ask: Callable[[Scene], Question]
    hear: Callable[[Scene, Said], Move]
    choose: Callable[[Scene, str], Move | None] = _no_choice
    is_asked: Callable[[Scene], bool] = _always
    may_skip: Callable[[DialogForm], bool] = _never
    pass_over: Callable[[Scene], Scene] | None = None

    def is_open(self, scene: Scene) -> bool:
        """Tell whether this step still has to be asked."""
        if not self.is_asked(scene) or self.is_answered(scene):
            return False
        return not (self.step.value in scene.draft.skipped and self.may_skip(scene.form))

    def skip(self, scene: Scene) -> Scene:
        """Return the scene with what is asked passed over."""
        return scene.skip(self.step) if self.pass_over is None else self.pass_over(scene)


def button(scene: Scene, step: Step, choice: str, label: str) -> Row:
    """Return one choice of a step, in a row of its own."""
    return (step_button(label, scene.draft.number, step.value, choice),)


def way_on(scene: Scene, step: Step, *, skip: str | None = None) -> Row:
    """Return the last row of a question: pass it over (where `skip` is a label), back, cancel; or keep the answer."""
    number = scene.draft.number
    row = [] if skip is None else [step_button(skip, number, step.value, "skip")]
    if scene.is_editing:
        return (*row, step_button(scene.say("chat.button.keep"), number, step.value, "keep"))
    if step is not Step.TEXT:
        row.append(step_button(scene.say("chat.button.back"), number, step.value, "back"))
    return (*row, cancel_button(scene))


def resume_rows(scene: Scene) -> Rows:
    """Return the row that brings back the form that was put aside, if there is one."""
    return () if scene.draft.aside is None else ((menu_button(scene.say("chat.menu.resume"), Way.RESUME),),)


def cancel_button(scene: Scene) -> Button:
    """Return the button that cancels the form, at whatever step."""
    return step_button(scene.say("chat.button.cancel"), scene.draft.number, "form", "cancel")
