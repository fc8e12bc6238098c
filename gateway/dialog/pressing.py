"""What a pressed button does: one of the step that is asked, one that leads elsewhere, an old one, a made-up one."""

from collections.abc import Callable

from gateway.dialog.asking import current_step, due_step, step_before
from gateway.dialog.buttons import CasePress, MenuPress, StepPress, Verb, Way, read_press
from gateway.dialog.draft import Commenting, Editing, Replying
from gateway.dialog.first_contact import report_heard
from gateway.dialog.menu import (
    bring_back,
    call_person,
    cancel,
    change_language,
    drop_waiting,
    list_appeals,
    new,
    next_problem,
    start,
    tell_help,
)
from gateway.dialog.rating import leave_comment
from gateway.dialog.replying import begin_reply, no_reply, send_reply
from gateway.dialog.scene import Move, Scene
from gateway.dialog.steps.script import StepScript
from gateway.dialog.turn import FindAppeal, Rate, Step


def press(scene: Scene, data: str) -> Move:
    """Do what a button says."""
    match read_press(data):
        case StepPress() as pressed:
            return _press_step(scene, pressed)
        case MenuPress(way):
            return _WAYS[way](scene)
        case CasePress() as pressed:
            return _press_case(scene, pressed)
        case _:
            return Move(scene=scene, toast=scene.say("chat.toast.unknown"))


def _go_on(scene: Scene) -> Move:
    return Move(scene=scene)


_WAYS: dict[Way, Callable[[Scene], Move]] = {
    Way.NEW: new,
    Way.REPORT: report_heard,
    Way.RESUME: bring_back,
    Way.NEXT: next_problem,
    Way.DROP: drop_waiting,
    Way.GO_ON: _go_on,
    Way.CASES: list_appeals,
    Way.HELP: tell_help,
    Way.LANGUAGE: change_language,
    Way.PERSON: call_person,
    Way.START: start,
}


def _press_step(scene: Scene, pressed: StepPress) -> Move:
    draft = scene.draft
    if draft.sent is not None and pressed.form == draft.sent_form:
        return Move(scene=scene, toast=scene.say("chat.toast.sent", number=draft.sent), quiet=True)
    if not draft.is_open or pressed.form != draft.number:
        return _over(scene)
    if isinstance(draft.focus, Replying) and draft.focus.text:
        return Move(scene=scene, remarks=(scene.say("chat.reply.first"),))
    if isinstance(draft.focus, Replying | Commenting):
        scene = scene.remember(focus=None)
    if pressed.step == "form":
        return _press_form(scene, pressed.choice)
    return _press_open_step(scene, pressed)


def _over(scene: Scene) -> Move:
    remark = scene.say("chat.over.step" if scene.draft.is_open else "chat.over.form")
    return Move(scene=scene, remarks=(remark,), toast=scene.say("chat.toast.over"))


def _press_form(scene: Scene, choice: str) -> Move:
    match choice:
        case "cancel" | "forget":
            return cancel(scene)
        case "go":
            return Move(scene=scene)
        case _:
            return Move(scene=scene, toast=scene.say("chat.toast.unknown"))


def _press_open_step(scene: Scene, pressed: StepPress) -> Move:
    """Choose at the step that is asked, or at the one that would be, were no answer being changed."""
    current, due = current_step(scene), due_step(scene)
    if current is not None and current.step.value == pressed.step:
        return _choose(scene, current, pressed.choice)
    if due.step.value == pressed.step:
        return _choose(scene.remember(focus=None), due, pressed.choice)
    return _over(scene)


def _choose(scene: Scene, script: StepScript, choice: str) -> Move:
    match choice:
        case "skip":
            return skip(scene, script)
        case "back":
            return go_back(scene)
        case "keep":
            return Move(scene=scene.remember(focus=None))
        case _:
            unknown = Move(scene=scene, toast=scene.say("chat.toast.unknown"))
            return script.choose(scene, choice) or unknown


def skip(scene: Scene, script: StepScript) -> Move:
    """Pass a step over, where the form allows it; an answer that is there stays."""
    if script.is_answered(scene) and scene.is_editing:
        return Move(scene=scene.remember(focus=None))
    if not script.may_skip(scene.form):
        return Move(scene=scene, remarks=(scene.say("chat.skip.not"),))
    return Move(scene=script.skip(scene))


def go_back(scene: Scene) -> Move:
    """Ask the step before the present one again."""
    current = current_step(scene)
    before = None if current is None else step_before(scene, current.step)
    if before is None:
        return Move(scene=scene, remarks=(scene.say("chat.back.first"),))
    return Move(scene=scene.remember(focus=Editing(step=before.step.value)))


def edit(scene: Scene) -> Move:
    """Let the resident choose which answer to change."""
    return Move(scene=scene.remember(focus=Editing(step=Step.REVIEW.value)))


def _press_case(scene: Scene, pressed: CasePress) -> Move:
    match pressed.verb:
        case Verb.SHOW:
            return Move(scene=scene, wish=FindAppeal(pressed.number))
        case Verb.RATE:
            return Move(scene=scene, wish=Rate(pressed.number, pressed.score or 0))
        case Verb.REPLY:
            return begin_reply(scene, pressed.number)
        case _:
            return _press_under_way(scene, pressed)


def _press_under_way(scene: Scene, pressed: CasePress) -> Move:
    """Go on with a reply or comment that is under way; the buttons of another one are over."""
    match scene.draft.focus:
        case Replying(number=number) as replying if number == pressed.number and pressed.verb is Verb.REPLIED:
            return send_reply(scene, replying)
        case Replying(number=number) as replying if number == pressed.number and pressed.verb is Verb.REPLY_NOT:
            return no_reply(scene, replying)
        case Commenting(number=number) if number == pressed.number and pressed.verb is Verb.COMMENT_NOT:
            return leave_comment(scene)
        case _:
            return _over(scene)
