"""Several problems in one text: sent apart, one after the other, or as the one problem that they are after all."""

from gateway.dialog.buttons import step_button
from gateway.dialog.draft import Portion
from gateway.dialog.events import Said
from gateway.dialog.forms import take_portion
from gateway.dialog.placing import follow_place, named_by_all
from gateway.dialog.scene import Move, Question, Scene
from gateway.dialog.steps.script import StepScript, button, cancel_button
from gateway.dialog.turn import Step
from gateway.dialog.words import NO, YES, plain
from gateway.domain.message import Tone
from gateway.form.wording import shorten

_BUTTONS = 3
_LISTED = 120


def _ask(scene: Scene) -> Question:
    parts = scene.draft.parts
    apart = step_button(scene.say("chat.problems.apart"), scene.draft.number, Step.PROBLEMS.value, "apart", Tone.GOOD)
    choices = tuple(
        button(scene, Step.PROBLEMS, str(place), f"{place}. {part.text}")
        for place, part in enumerate(parts[:_BUTTONS], 1)
    )
    whole = step_button(scene.say("chat.problems.whole"), scene.draft.number, Step.PROBLEMS.value, "whole")
    listed = "\n".join(f"{place}. {_in_words(scene, part)}" for place, part in enumerate(parts, 1))
    return Question(
        text=scene.say("chat.problems.ask", count=len(parts), listed=listed),
        rows=((apart,), (whole,), *choices, (cancel_button(scene),)),
    )


def _in_words(scene: Scene, part: Portion) -> str:
    """Return a problem in short, with the topic that fits it best."""
    topic = scene.form.catalogue.find(part.topics[0]) if part.topics else None
    gist = shorten(part.text, _LISTED)
    return gist if topic is None else f"{gist}\n   {topic.name_in(scene.draft.lang)}"


def _hear(scene: Scene, said: Said) -> Move:
    words = plain(said.text)
    choice = "apart" if words in YES else "whole" if words in NO else said.text.strip().rstrip(".)")
    return _choose(scene, choice) or Move(scene=scene, remarks=(scene.say("chat.choose"),))


def _choose(scene: Scene, choice: str) -> Move | None:
    parts = scene.draft.parts
    if choice == "whole":
        return Move(scene=_as_one(scene))
    chosen = "1" if choice == "apart" else choice
    places = {str(place): place for place in range(1, len(parts) + 1)}
    return Move(scene=_begin_with(scene, places[chosen] - 1)) if chosen in places else None


def _as_one(scene: Scene) -> Scene:
    """Return the scene with the text as one problem; a place is taken where it names one alone."""
    place = named_by_all(tuple(part.place for part in scene.draft.parts))
    return follow_place(scene.remember(parts=()), place)


def _begin_with(scene: Scene, place: int) -> Scene:
    """Return the scene with one problem as the form, and the others before whatever waits already."""
    parts = scene.draft.parts
    others = (*parts[:place], *parts[place + 1 :])
    return take_portion(scene.settle(Step.TEXT).remember(waiting=(*others, *scene.draft.waiting)), parts[place])


PROBLEMS = StepScript(
    step=Step.PROBLEMS, is_answered=lambda scene: not scene.draft.parts, ask=_ask, hear=_hear, choose=_choose
)
