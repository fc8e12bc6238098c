"""What happened, in the resident's words: one message or several, too short, too long, several problems in one."""

from dataclasses import replace

from gateway.dialog.draft import Marked, NamedPlace, Portion
from gateway.dialog.events import Edited, Said
from gateway.dialog.marking import MOST_MARKS, marked_in, without_vague
from gateway.dialog.placing import follow_place, named_by, named_by_all
from gateway.dialog.scene import Move, Question, Scene
from gateway.dialog.steps.script import StepScript, button, resume_rows, way_on
from gateway.dialog.suggesting import best_of, follow_text, suggestion_of
from gateway.dialog.turn import Step
from gateway.dialog.words import has_words
from gateway.domain.reading import Reading, ReadProblem
from gateway.form.check import tidy
from gateway.reading.part_text import as_message

_KEPT_TIMES = 4
"""A text that is too long is kept up to so many times the limit, while the resident decides."""
MOST_PARTS = 12
"""A text of more problems stays one: nobody wants to answer for each item of a long list."""
MOST_WAITING = 20
"""A text whose problems find no room beside those that wait stays one, so that none is lost."""


def _is_answered(scene: Scene) -> bool:
    text, limits = scene.draft.answers.text, scene.form.appeal.limits
    if scene.draft.parts:  # each of them may be short enough
        return bool(text)
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
    before = so_far if text != said.text else ""
    taken = scene.answer(Step.TEXT, text=text).remember(
        text_message=None if so_far else said.message,
        parts=_parts(scene, said, before),
        faults=_marks_with(scene.draft.faults, said) if before else marked_in(said.reading, said.text),
    )
    return _suggested(taken, said, adds=bool(so_far))


def _suggested(taken: Scene, said: Said, *, adds: bool) -> Scene:
    """Return the scene with the topics and the place that the words suggest; what adds none leaves them as they are."""
    suggestion, place = suggestion_of(said), place_in(said.reading)
    if suggestion.topics or not adds:
        taken = follow_text(taken, suggestion)
    if taken.draft.parts:  # which place it is turns out with the problem
        return taken.remember(named_place=place)
    return follow_place(taken, place) if place is not None or not adds else taken


def keep_heard(scene: Scene, said: Said, heard: str) -> Scene:
    """Return the scene with something said outside a form, and what it tells, in case it was a problem after all."""
    return scene.remember(
        heard=heard,
        suggested=suggestion_of(said).topics,
        parts=_parts(scene, said, ""),
        faults=marked_in(said.reading, said.text),
        named_place=place_in(said.reading),
    )


def take_heard(begun: Scene, before: Scene, heard: str) -> Scene:
    """Return a new form with what was heard before it, and all that was kept of it."""
    kept, taken = before.draft, take_text(begun, Said(text=heard))
    if kept.is_open:  # what is remembered is the other form's
        return taken
    return taken.remember(suggested=kept.suggested, parts=kept.parts, faults=kept.faults, named_place=kept.named_place)


def place_in(reading: Reading | None) -> NamedPlace | None:
    """Return the place that a text as a whole names."""
    return None if reading is None else named_by_all(tuple(map(named_by, reading.problems)))


def _marks_with(so_far: tuple[Marked, ...], said: Said) -> tuple[Marked, ...]:
    """Return what may be refused once something is added: few words alone say too little, and need say no more."""
    clear, new = without_vague(so_far), marked_in(said.reading, said.text)
    was_vague = len(clear) < len(so_far)
    return tuple(dict.fromkeys((*clear, *(new if was_vague else without_vague(new)))))[:MOST_MARKS]


def _joined(so_far: str, text: str) -> str:
    """Put a text after another; somebody who begins again with the same words goes on from them."""
    if not so_far or text.casefold().startswith(so_far.casefold()):
        return text
    return f"{so_far}\n{text}"


def add_to_text(scene: Scene, said: Said) -> Move:
    """Return the move that puts something typed later at the end of the text."""
    joined = _joined(scene.draft.answers.text, tidy(said.text))
    most = scene.form.appeal.limits.text_max
    if len(joined) > most:
        return Move(scene=scene, remarks=(scene.say("chat.text.full", most=most),))
    added = scene.remember(
        answers=replace(scene.draft.answers, text=joined),
        text_message=None,
        faults=_marks_with(scene.draft.faults, said),
        parts=_with_more(scene.draft.parts, tidy(said.text)),
    )
    place = place_in(said.reading)
    placed = added if place is None else follow_place(added, place)
    return Move(scene=placed, remarks=(scene.say("chat.text.added"),))


def _with_more(parts: tuple[Portion, ...], text: str) -> tuple[Portion, ...]:
    """Put something typed later to the last problem of a text, while it is not told apart yet."""
    return (*parts[:-1], replace(parts[-1], text=_joined(parts[-1].text, text))) if parts else ()


def _parts(scene: Scene, said: Said, before: str) -> tuple[Portion, ...]:
    """Return the problems of a text, if it holds several and all of them find room; none is ever left out.

    What was said `before` belongs to the first.
    """
    reading = said.reading
    if reading is None or len(reading.problems) < 2:
        return ()
    first, *others = (_portion(reading, said.text, problem) for problem in reading.problems)
    if len(others) + len(scene.draft.waiting) > MOST_WAITING or len(others) >= MOST_PARTS:
        return ()
    faults = (*scene.draft.faults, *first.faults) if before else first.faults
    return (replace(first, text=_joined(before, first.text), faults=faults), *others)


def _portion(reading: Reading, text: str, problem: ReadProblem) -> Portion:
    suggestion = best_of(problem.topics)
    return Portion(
        text=as_message(problem.text) or tidy(problem.text),
        topics=suggestion.topics,
        is_sure=suggestion.is_sure,
        place=named_by(problem),
        faults=without_vague(marked_in(reading, text, problem.start, problem.end)),
    )


def news_of_length(before: Scene, after: Scene, said: Said | Edited) -> tuple[str, ...]:
    """Return a line about a long text of which nobody could tell whether it is one problem."""
    draft, reading = after.draft, said.reading
    is_new = draft.is_open and draft.answers.text != before.draft.answers.text and not draft.parts
    if reading is None or not reading.leaves_open or not is_new:
        return ()
    return (after.say("chat.problems.unsure"),)


TEXT = StepScript(step=Step.TEXT, is_answered=_is_answered, ask=_ask, hear=_hear, choose=_choose)
