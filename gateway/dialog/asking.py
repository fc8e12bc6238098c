"""Which question is next: always computed from the answers."""

from gateway.dialog.buttons import step_button
from gateway.dialog.draft import Browsing, Commenting, Editing, Replying
from gateway.dialog.menu import menu
from gateway.dialog.rating import ask_comment
from gateway.dialog.replying import ask_reply
from gateway.dialog.scene import Question, Scene
from gateway.dialog.steps.consent import CONSENT
from gateway.dialog.steps.contact import EMAIL, NAME, PHONE
from gateway.dialog.steps.details import DETAILS
from gateway.dialog.steps.faults import FAULTS
from gateway.dialog.steps.files import FILES
from gateway.dialog.steps.nearby import NEARBY
from gateway.dialog.steps.place import PLACE
from gateway.dialog.steps.problems import PROBLEMS
from gateway.dialog.steps.review import REVIEW
from gateway.dialog.steps.script import StepScript
from gateway.dialog.steps.text import TEXT
from gateway.dialog.steps.topic import TOPIC
from gateway.dialog.turn import Step
from gateway.domain.message import Button

STEPS: tuple[StepScript, ...] = (
    TEXT,
    PROBLEMS,
    FAULTS,
    FILES,
    TOPIC,
    DETAILS,
    PLACE,
    NEARBY,
    NAME,
    EMAIL,
    PHONE,
    CONSENT,
    REVIEW,
)
"""The form, in the order in which it is asked."""
SCRIPTS = {script.step.value: script for script in STEPS}


def due_step(scene: Scene) -> StepScript:
    """Return the first step that still has to be asked; the review at the end of it all."""
    return next(script for script in STEPS if script.is_open(scene))


def current_step(scene: Scene) -> StepScript | None:
    """Return the step that is asked now: one that is being changed, else the one that is due; None between forms."""
    draft = scene.draft
    if not draft.is_open or isinstance(draft.focus, Replying | Commenting):
        return None
    if isinstance(draft.focus, Browsing):
        return TOPIC
    edited = SCRIPTS.get(draft.focus.step) if isinstance(draft.focus, Editing) else None
    return edited or due_step(scene)


def step_before(scene: Scene, step: Step) -> StepScript | None:
    """Return the step that was asked before this one."""
    places = [script.step for script in STEPS]
    before = STEPS[: places.index(step)]
    asked = [script for script in before if script is not PROBLEMS and script.is_asked(scene)]
    return asked[-1] if asked else None


def current_question(scene: Scene) -> Question:
    """Return what is asked now: about an appeal that was sent, about the form under way, or what to do at all."""
    match scene.draft.focus:
        case Replying() as replying:
            return ask_reply(scene, replying)
        case Commenting() as commenting:
            return ask_comment(scene, commenting)
    script = current_step(scene)
    return menu(scene) if script is None else script.ask(scene)


def offered_button(question: Question, typed: str) -> Button | None:
    """Return the button whose label, or whose number, was typed."""
    buttons = tuple(button for row in question.rows for button in row if button.data)
    place = typed.strip().rstrip(".)")
    if place.isascii() and place.isdigit() and len(place) < 3 and 1 <= int(place) <= question.numbered:
        return buttons[int(place) - 1]
    return button_called(buttons, typed)


def button_called(buttons: tuple[Button, ...], typed: str) -> Button | None:
    """Return the button of that label."""
    label = " ".join(typed.split()).casefold()
    return next((button for button in buttons if button.label.casefold() == label), None)


def remind_question(scene: Scene) -> Question:
    """Return what a form that has been resting says of itself."""
    number = scene.draft.number
    go_on = step_button(scene.say("chat.remind.go_on"), number, "form", "go")
    forget = step_button(scene.say("chat.remind.forget"), number, "form", "forget")
    return Question(text=scene.say("chat.remind.ask", agency=scene.form.agency_name), rows=((go_on, forget),))
