"""What an agency may refuse in the text: the resident mends it or sends it so; who says too little is asked more."""

from dataclasses import replace

from gateway.dialog.buttons import Rows, step_button
from gateway.dialog.draft import Editing, Marked
from gateway.dialog.events import Said
from gateway.dialog.marking import VAGUE, blocks, listed, to_tell, was_told
from gateway.dialog.scene import Move, Question, Scene
from gateway.dialog.steps.script import StepScript, button, cancel_button
from gateway.dialog.steps.text import add_to_text, take_text
from gateway.dialog.turn import Step
from gateway.dialog.words import SEND, has_words, plain, read_small_talk
from gateway.domain.fault import FaultKind
from gateway.domain.message import Tone
from gateway.form.check import tidy


def _ask(scene: Scene) -> Question:
    marks = to_tell(scene)
    vague = _vague(marks)
    if vague:
        return Question(text=listed(scene, vague), rows=_ways(scene, vague))
    key = "blocked" if _is_blocked(scene, marks) else "ask"
    mend = step_button(scene.say("chat.faults.mend"), scene.draft.number, Step.FAULTS.value, "mend", Tone.GOOD)
    told = scene.say(f"chat.faults.{key}", listed=listed(scene, marks))
    return Question(text=told, rows=((mend,), *_ways(scene, marks)))


def _ways(scene: Scene, marks: tuple[Marked, ...]) -> Rows:
    as_it_is = button(scene, Step.FAULTS, "so", scene.say("chat.faults.keep"))
    return (*(() if _is_blocked(scene, marks) else (as_it_is,)), (cancel_button(scene),))


def _vague(marks: tuple[Marked, ...]) -> tuple[Marked, ...]:
    """Return why nobody can tell what the text is about: that comes before whatever is wrong with its words."""
    return tuple(mark for mark in marks if mark.kind in VAGUE)


def _is_blocked(scene: Scene, marks: tuple[Marked, ...]) -> bool:
    return any(blocks(scene, mark) for mark in marks)


def _hear(scene: Scene, said: Said) -> Move:
    marks = to_tell(scene)
    text = tidy(said.text)
    if not has_words(text):
        return Move(scene=scene, remarks=(scene.say("chat.text.wordless"),))
    is_sent_so = plain(text) in SEND
    if is_sent_so and not _is_blocked(scene, marks):
        return _keep(scene, marks)
    if is_sent_so or read_small_talk(text) is not None:
        return Move(scene=scene, remarks=(scene.say("chat.choose"),))
    if vague := _vague(marks):
        return _hear_more(was_told(scene, vague), replace(said, text=text), vague)
    return _hear_mended(scene, replace(said, text=text))


def _hear_more(scene: Scene, said: Said, vague: tuple[Marked, ...]) -> Move:
    """Take what happened: after what was said, or instead of what nobody can read."""
    is_read = all(mark.kind is not FaultKind.UNREADABLE for mark in vague)
    return Move(scene=take_text(scene, said, so_far=scene.draft.answers.text if is_read else ""))


def _hear_mended(scene: Scene, said: Said) -> Move:
    """Take the text anew; something much shorter than it is rather more to it."""
    if 2 * len(said.text) < len(scene.draft.answers.text):
        return add_to_text(scene, said)
    return Move(scene=take_text(scene, said), remarks=(scene.say("chat.edited.text"),))


def _choose(scene: Scene, choice: str) -> Move | None:
    marks = to_tell(scene)
    if choice == "mend":
        return Move(scene=scene.remember(focus=Editing(step=Step.TEXT.value)))
    if choice != "so" or _is_blocked(scene, _vague(marks) or marks):
        return None
    return _keep(scene, marks)


def _keep(scene: Scene, marks: tuple[Marked, ...]) -> Move:
    return Move(scene=was_told(scene, _vague(marks) or marks))


FAULTS = StepScript(
    step=Step.FAULTS,
    is_asked=lambda scene: bool(to_tell(scene)),
    is_answered=lambda scene: not to_tell(scene),
    ask=_ask,
    hear=_hear,
    choose=_choose,
)
