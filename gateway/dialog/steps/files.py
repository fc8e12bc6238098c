"""Photos and documents: as many as the form takes, whenever they come."""

from gateway.dialog.buttons import Rows
from gateway.dialog.draft import Editing
from gateway.dialog.events import KeptFile, Said
from gateway.dialog.scene import Move, Question, Scene
from gateway.dialog.steps.script import StepScript, button, way_on
from gateway.dialog.steps.text import add_to_text
from gateway.dialog.turn import CopyFiles, Step
from gateway.dialog.words import NO_MORE, has_words, plain
from gateway.domain.problem import Problem
from gateway.form.questions import photo_hint


def _ask(scene: Scene) -> Question:
    if scene.is_editing and scene.draft.files:
        clear = button(scene, Step.FILES, "clear", scene.say("chat.files.clear"))
        asked = scene.say("chat.files.more", count=len(scene.draft.files))
        return Question(text=asked, rows=(clear, way_on(scene, Step.FILES)))
    skip = None if scene.is_editing else scene.say("chat.files.without")
    asked = "\n".join((scene.say("chat.files.ask"), *_helping(scene)))
    return Question(text=asked, rows=(*_same_files(scene), way_on(scene, Step.FILES, skip=skip)))


def _same_files(scene: Scene) -> Rows:
    """Return a row with the files of the problem before, where both come from one text."""
    if not _has_same(scene):
        return ()
    label = scene.say("chat.files.same", count=len(scene.draft.files_before))
    return (button(scene, Step.FILES, "same", label),)


def _has_same(scene: Scene) -> bool:
    return scene.draft.comes_next and bool(scene.draft.files_before) and not scene.draft.files


def _hear(scene: Scene, said: Said) -> Move:
    """Take a text: nothing to attach, or more about the problem."""
    if plain(said.text) in NO_MORE:
        return Move(scene=scene.skip(Step.FILES))
    if not has_words(said.text):
        return Move(scene=scene)
    return add_to_text(scene, said)


def _choose(scene: Scene, choice: str) -> Move | None:
    if choice == "same" and _has_same(scene):
        return Move(scene=scene, wish=CopyFiles(scene.draft.number, scene.draft.files_before))
    if choice != "clear" or not scene.draft.files:
        return None
    return Move(scene=scene.skip(Step.FILES).remember(files=()))


def were_copied(scene: Scene, copies: tuple[KeptFile, ...]) -> Move:
    """Take copies of the files that were sent before; those that are gone are not offered again."""
    if not scene.draft.is_open or not scene.draft.comes_next:
        return Move(scene=scene)
    if not copies:
        return Move(scene=scene.remember(files_before=()), remarks=(scene.say("chat.files.gone"),))
    kept, _ = fitting_files(scene, scene.draft.files, copies)
    return Move(scene=scene.settle(Step.FILES).remember(files=kept))


def missed_photo(scene: Scene) -> tuple[str, ...]:
    """Return which photo helps, where none was sent and the question of photos is over."""
    is_over = Step.FILES.value in scene.draft.skipped and not scene.draft.files
    return tuple(scene.say("chat.files.later", hint=hint) for hint in _helping(scene)) if is_over else ()


def _helping(scene: Scene) -> tuple[str, ...]:
    hint = photo_hint(scene.topic, scene.form.texts, scene.draft.lang)
    return () if hint is None else (hint,)


def take_files(scene: Scene, said: Said) -> tuple[Scene, tuple[str, ...]]:
    """Return the scene with the files that came, and what is to be said of those that could not be taken."""
    kept, left_over = fitting_files(scene, scene.draft.files, said.files)
    remarks = [*refusals(scene, said)]
    if left_over:
        remarks.append(scene.say("chat.files.too_many", most=scene.form.appeal.limits.files_max, count=left_over))
    if len(kept) == len(scene.draft.files):
        return scene, tuple(remarks)
    is_asked = scene.draft.focus == Editing(step=Step.FILES.value)
    settled = scene.settle(Step.FILES)  # another answer that is being changed goes on being changed
    return settled.remember(files=kept, focus=None if is_asked else scene.draft.focus), tuple(remarks)


def fitting_files(
    scene: Scene, before: tuple[KeptFile, ...], new: tuple[KeptFile, ...]
) -> tuple[tuple[KeptFile, ...], int]:
    """Return as many files as the form takes, each once, and how many are left over."""
    files = tuple({file.id: file for file in (*before, *new)}.values())
    most = scene.form.appeal.limits.files_max
    return files[:most], max(0, len(files) - most)


def refusals(scene: Scene, said: Said) -> tuple[str, ...]:
    """Return what is said of files that could not be taken."""
    return tuple(scene.say_problem(_of_files(problem)) for problem in said.refused)


def odd_remarks(scene: Scene, said: Said) -> tuple[str, ...]:
    """Return what is said of something that no form can take."""
    return () if said.odd is None else (scene.say(f"chat.odd.{said.odd.value}"),)


def _of_files(problem: Problem) -> Problem:
    return Problem(field="files", code=problem.code, values=problem.values)


FILES = StepScript(
    step=Step.FILES,
    is_answered=lambda scene: bool(scene.draft.files),
    ask=_ask,
    hear=_hear,
    choose=_choose,
    may_skip=lambda _form: True,
)
