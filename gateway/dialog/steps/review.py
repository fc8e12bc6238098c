"""The summary before sending: send it, change any answer, or cancel."""

from dataclasses import replace

from gateway.dialog.buttons import Row, in_rows, step_button
from gateway.dialog.draft import Editing
from gateway.dialog.events import Said
from gateway.dialog.marking import listed, standing
from gateway.dialog.scene import Move, Question, Scene
from gateway.dialog.steps.script import StepScript, cancel_button, way_on
from gateway.dialog.steps.text import add_to_text
from gateway.dialog.summary import answered_steps, summary
from gateway.dialog.turn import Send, Step
from gateway.dialog.words import SEND, has_words, plain, read_small_talk
from gateway.domain.message import Button, Tone


def _ask(scene: Scene) -> Question:
    if scene.is_editing:
        return _ask_which(scene)
    send = _button(scene, "send", scene.say("chat.review.send"), Tone.GOOD)
    edit = _button(scene, "edit", scene.say("chat.review.edit"))
    asked = scene.say("chat.review.ask", summary=summary(scene))
    marks = standing(scene)
    if marks:
        asked += "\n\n" + scene.say("chat.faults.stand", listed=listed(scene, marks))
    own = _taken_from_text(scene)
    return Question(text=asked, rows=((send,), *((own,) if own else ()), (edit, cancel_button(scene))))


def _taken_from_text(scene: Scene) -> Row:
    """Return buttons for what nobody has chosen: changing it is one tap."""
    draft = scene.draft
    taken = [step for step, follows in ((Step.TOPIC, draft.follows_text), (Step.PLACE, draft.follows_place)) if follows]
    return tuple(_button(scene, step.value, scene.say(f"chat.review.{step.value}")) for step in taken)


def _ask_which(scene: Scene) -> Question:
    steps = answered_steps(scene)
    choices = tuple(_button(scene, step.value, scene.say(f"chat.answer.{step.value}")) for step in steps)
    rows = (*in_rows(choices, each=2), way_on(scene, Step.REVIEW))
    return Question(text=scene.say("chat.review.which"), rows=rows, numbered=len(choices))


def _button(scene: Scene, choice: str, label: str, tone: Tone = Tone.PLAIN) -> Button:
    return step_button(label, scene.draft.number, Step.REVIEW.value, choice, tone)


def _hear(scene: Scene, said: Said) -> Move:
    if plain(said.text) in SEND and not scene.is_editing:
        return _send(scene)
    if scene.is_editing or not has_words(said.text) or read_small_talk(said.text) is not None:
        return Move(scene=scene, remarks=(scene.say("chat.choose"),))
    return add_to_text(scene, said)


def _choose(scene: Scene, choice: str) -> Move | None:
    if choice == "send":
        return _send(scene.settle(Step.REVIEW))
    if choice == "edit":
        return Move(scene=scene.remember(focus=Editing(step=Step.REVIEW.value)))
    if choice in [step.value for step in answered_steps(scene)]:
        return Move(scene=scene.remember(focus=Editing(step=choice)))
    return None


def _send(scene: Scene) -> Move:
    answers = replace(scene.draft.answers, attachments=tuple(str(file.id) for file in scene.draft.files))
    return Move(scene=scene, wish=Send(scene.draft.number, answers))


REVIEW = StepScript(step=Step.REVIEW, is_answered=lambda _scene: False, ask=_ask, hear=_hear, choose=_choose)
