"""Several problems in one text: the resident picks the first, the others wait for their turn."""

from gateway.dialog.draft import Portion
from gateway.dialog.events import Said
from gateway.dialog.scene import Move, Question, Scene
from gateway.dialog.steps.script import StepScript, button, cancel_button
from gateway.dialog.suggesting import Suggestion, follow_text
from gateway.dialog.turn import Step
from gateway.form.wording import shorten

_BUTTONS = 4
_LISTED = 160
_MOST_WAITING = 10


def _ask(scene: Scene) -> Question:
    parts = scene.draft.parts
    listed = "\n".join(f"{place}. {shorten(part.text, _LISTED)}" for place, part in enumerate(parts, 1))
    choices = tuple(
        button(scene, Step.PROBLEMS, str(place), f"{place}. {part.text}")
        for place, part in enumerate(parts[:_BUTTONS], 1)
    )
    whole = button(scene, Step.PROBLEMS, "whole", scene.say("chat.problems.whole"))
    return Question(
        text=scene.say("chat.problems.ask", listed=listed),
        rows=(*choices, whole, (cancel_button(scene),)),
        numbered=len(choices),
    )


def _hear(scene: Scene, said: Said) -> Move:
    return _choose(scene, said.text.strip()) or Move(scene=scene, remarks=(scene.say("chat.choose"),))


def _choose(scene: Scene, choice: str) -> Move | None:
    if choice == "whole":
        return Move(scene=scene.remember(parts=()))
    parts = {str(place): part for place, part in enumerate(scene.draft.parts, 1)}
    chosen = parts.get(choice)
    return None if chosen is None else Move(scene=_take(scene, chosen))


def _take(scene: Scene, chosen: Portion) -> Scene:
    others = tuple(part for part in scene.draft.parts if part is not chosen)
    taken = scene.answer(Step.TEXT, text=chosen.text).remember(
        parts=(), waiting=(*others, *scene.draft.waiting)[:_MOST_WAITING], text_message=None
    )
    return follow_text(taken, Suggestion(topics=chosen.topics, is_sure=chosen.is_sure))


PROBLEMS = StepScript(
    step=Step.PROBLEMS, is_answered=lambda scene: not scene.draft.parts, ask=_ask, hear=_hear, choose=_choose
)
