"""What happened, in the resident's words: one message or several, too short, too long, several problems in one."""

from dataclasses import replace

from gateway.dialog.draft import Portion
from gateway.dialog.events import Said
from gateway.dialog.scene import Move, Question, Scene
from gateway.dialog.steps.script import StepScript, button, resume_rows, way_on
from gateway.dialog.suggesting import best_of, follow_text, suggestion_of
from gateway.dialog.turn import Step
from gateway.dialog.words import has_words
from gateway.domain.reading import Reading, ReadProblem
from gateway.form.check import tidy

_KEPT_TIMES = 4
"""A text that is too long is kept up to so many times the limit, while the resident decides."""
_MOST_PARTS = 9


def _is_answered(scene: Scene) -> bool:
    text, limits = scene.draft.answers.text, scene.form.appeal.limits
    return limits.text_min <= len(text) <= limits.text_max


def _is_too_long(scene: Scene) -> bool:
    return len(scene.draft.answers.text) > scene.form.appeal.limits.text_max


def _ask(scene: Scene) -> Question:
    text, limits = scene.draft.answers.text, scene.form.appeal.limits
    ways = way_on(scene, Step.TEXT)
    if _is_too_long(scene):
        cut = button(scene, Step.TEXT, "cut", scene.say("chat.text.cut"))
        return Question(text=scene.say("chat.text.long", most=limits.text_max, length=len(text)), rows=(cut, ways))
    if scene.is_editing:
        return Question(text=scene.say("chat.text.anew"), rows=(ways,))
    if text:
        return Question(text=scene.say("chat.text.more"), rows=(ways,))
    return Question(text=scene.say("chat.text.ask"), rows=(*resume_rows(scene), ways))


def _hear(scene: Scene, said: Said) -> Move:
    text = tidy(said.text)
    if not has_words(text):
        return Move(scene=scene, remarks=(scene.say("chat.text.wordless"),))
    if scene.is_editing and len(text) < scene.form.appeal.limits.text_min:
        return Move(scene=scene, remarks=(scene.say("chat.text.short", least=scene.form.appeal.limits.text_min),))
    remarks = () if said.fact is None else (said.fact.answer,)
    so_far = "" if scene.is_editing or _is_too_long(scene) else scene.draft.answers.text
    return Move(scene=take_text(scene, replace(said, text=text), so_far=so_far), remarks=remarks)


def _choose(scene: Scene, choice: str) -> Move | None:
    most = scene.form.appeal.limits.text_max
    if choice != "cut" or not _is_too_long(scene):
        return None
    return Move(scene=scene.answer(Step.TEXT, text=_beginning(scene.draft.answers.text, most)))


def _beginning(text: str, most: int) -> str:
    """Cut a text at its last sentence or word within the limit."""
    begun = text[:most]
    end = max(begun.rfind(mark) for mark in (". ", "! ", "? ", "\n"))
    if end < most // 2:
        end = begun.rfind(" ")
    return begun[: end + 1].rstrip() if end > most // 2 else begun.rstrip()


def take_text(scene: Scene, said: Said, *, so_far: str = "") -> Scene:
    """Return the scene with what was said as the text, after what was there; topics and problems of it as read."""
    text = _joined(so_far, said.text)[: _KEPT_TIMES * scene.form.appeal.limits.text_max]
    taken = scene.answer(Step.TEXT, text=text).remember(
        text_message=None if so_far else said.message, parts=portions(said.reading)
    )
    suggestion = suggestion_of(said)
    adds_nothing = bool(so_far) and not suggestion.topics
    return taken if adds_nothing else follow_text(taken, suggestion)


def _joined(so_far: str, text: str) -> str:
    """Put a text after another; somebody who begins again with the same words goes on from them."""
    if not so_far or text.casefold().startswith(so_far.casefold()):
        return text
    return f"{so_far}\n{text}"


def add_to_text(scene: Scene, text: str) -> Move:
    """Return the move that puts something typed later at the end of the text."""
    joined = _joined(scene.draft.answers.text, tidy(text))
    most = scene.form.appeal.limits.text_max
    if len(joined) > most:
        return Move(scene=scene, remarks=(scene.say("chat.text.full", most=most),))
    added = scene.remember(answers=replace(scene.draft.answers, text=joined), text_message=None)
    return Move(scene=added, remarks=(scene.say("chat.text.added"),))


def portions(reading: Reading | None) -> tuple[Portion, ...]:
    """Return the problems of a text, if it holds several."""
    if reading is None or len(reading.problems) < 2:
        return ()
    return tuple(_portion(problem) for problem in reading.problems[:_MOST_PARTS])


def _portion(problem: ReadProblem) -> Portion:
    suggestion = best_of(problem.topics)
    return Portion(text=tidy(problem.text), topics=suggestion.topics, is_sure=suggestion.is_sure)


TEXT = StepScript(step=Step.TEXT, is_answered=_is_answered, ask=_ask, hear=_hear, choose=_choose)
