"""What is said of what came of a wish: the appeal was taken, found, rated; or it was not."""

from gateway.dialog.asking import due_step
from gateway.dialog.buttons import Way, link_rows, menu_button
from gateway.dialog.cases import day
from gateway.dialog.draft import Commenting, Editing, Replying
from gateway.dialog.events import KeptFile, WasAccepted, WasInvalid, WasRefused, WasReplied
from gateway.dialog.forms import begin_waiting, was_sent
from gateway.dialog.scene import Move, Question, Scene
from gateway.dialog.steps.details import without_answer
from gateway.dialog.suggesting import choose_topic
from gateway.dialog.turn import Step
from gateway.domain.problem import Problem
from gateway.form.wording import shorten

_GIST = 60
_OVER_FOR_GOOD = {"already_rated", "not_answered", "no_question", "unknown_appeal"}
_STEPS = {
    "text": Step.TEXT,
    "attachments": Step.FILES,
    "topic": Step.TOPIC,
    "details": Step.DETAILS,
    "place": Step.PLACE,
    "joins": Step.NEARBY,
    "contact.name": Step.NAME,
    "contact.email": Step.EMAIL,
    "contact.phone": Step.PHONE,
    "consent": Step.CONSENT,
    "consent_version": Step.CONSENT,
}


def was_accepted(scene: Scene, event: WasAccepted) -> tuple[Question, Move]:
    """Return what is said once, and how the conversation goes on: with the next problem that waits, or at rest."""
    sent = was_sent(scene, event.number)
    joins = scene.draft.answers.joins is not None
    until = day(scene, event.answer_by)
    said = scene.say("chat.joined.text" if joins else "chat.sent.text", number=event.number, day=until)
    rows = link_rows(scene.say("chat.case.page"), event.url)
    if not sent.draft.waiting:
        ways = (
            menu_button(scene.say("chat.menu.cases"), Way.CASES),
            menu_button(scene.say("chat.menu.new_short"), Way.NEW),
        )
        return Question(text=said, rows=(*rows, ways)), Move(scene=sent, quiet=True)
    waiting = sent.draft.waiting
    remark = scene.say("chat.sent.next", gist=shorten(waiting[0].text, _GIST))
    if len(waiting) > 1:
        remark += " " + scene.say("chat.sent.left", count=len(waiting) - 1)
    return Question(text=said, rows=rows), Move(scene=begin_waiting(sent), remarks=(remark,))


def was_invalid(scene: Scene, event: WasInvalid) -> Move:
    """Ask again for the first answer that was found wrong."""
    if not event.problems:
        return was_refused(scene, WasRefused(code="invalid"))
    first = event.problems[0]
    remarks = (scene.say_problem(first),)
    if isinstance(scene.draft.focus, Replying | Commenting) or not scene.draft.is_open:
        return Move(scene=scene, remarks=remarks)
    step = _step_of(first.field)
    return Move(scene=_reopen(scene, first, step), remarks=remarks)


def _step_of(field: str) -> Step:
    starts = (step for name, step in _STEPS.items() if field == name or field.startswith(f"{name}."))
    return next(starts, Step.REVIEW)


def _reopen(scene: Scene, problem: Problem, step: Step) -> Scene:
    if step is Step.NEARBY:  # what can be joined is looked up anew
        answers = scene.draft.answers.without_joining()
        return scene.remember(answers=answers, looked="", cases=(), outages=(), focus=None)
    cleared = _clear(scene.settle(step), problem, step)
    if step is Step.REVIEW or due_step(cleared).step is step:
        return cleared
    return cleared.remember(focus=Editing(step=step.value))


def _clear(scene: Scene, problem: Problem, step: Step) -> Scene:
    """Take away an answer that cannot be mended."""
    match step:
        case Step.FILES:
            return scene.remember(files=_without(scene, problem.field.partition(".")[2]))
        case Step.TOPIC:
            return choose_topic(scene, None)
        case Step.DETAILS:
            return without_answer(scene, problem.field.partition(".")[2])
        case Step.PLACE:
            return scene.answer(step, address=None, lat=None, lon=None)
        case Step.CONSENT:
            return scene.answer(step, consent=False, consent_version=None)
        case _:
            return scene


def _without(scene: Scene, place: str) -> tuple[KeptFile, ...]:
    files = scene.draft.files
    if not place.isdecimal():
        return files
    return tuple(file for index, file in enumerate(files) if index != int(place))


def was_replied(scene: Scene, event: WasReplied) -> Move:
    """Say that the reply went."""
    replying = scene.draft.focus
    is_it = isinstance(replying, Replying) and replying.number == event.tracked.number
    done = scene.remember(focus=None) if is_it else scene
    return Move(scene=done, remarks=(scene.say("chat.reply.sent", number=event.tracked.number),))


def was_refused(scene: Scene, event: WasRefused) -> Move:
    """Say why a wish could not be fulfilled; what may succeed later is kept."""
    is_known = scene.has(f"chat.refused.{event.code}")
    remark = scene.say(f"chat.refused.{event.code}" if is_known else "chat.refused.other")
    looks_at_case = isinstance(scene.draft.focus, Replying | Commenting)
    over = event.code in _OVER_FOR_GOOD and looks_at_case
    return Move(scene=scene.remember(focus=None) if over else scene, remarks=(remark,))
