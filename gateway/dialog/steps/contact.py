"""Who writes and how they can be answered besides the chat: only what the agency demands."""

from gateway.dialog.events import Said, SharedContact
from gateway.dialog.scene import Move, Question, Scene
from gateway.dialog.steps.script import StepScript, button, way_on
from gateway.dialog.turn import Step
from gateway.domain.agency import AnswerWay
from gateway.domain.contact import read_email, read_phone
from gateway.domain.message import Button, ButtonKind
from gateway.domain.problem import Problem


def _ask_name(scene: Scene) -> Question:
    offered = scene.draft.profile_name
    rows = () if not offered else (button(scene, Step.NAME, "profile", offered),)
    return Question(text=scene.say("chat.name.ask"), rows=(*rows, way_on(scene, Step.NAME)))


def _hear_name(scene: Scene, said: Said) -> Move:
    name, most = " ".join(said.text.split()), scene.form.appeal.limits.name_max
    if not any(map(str.isalpha, name)):
        return Move(scene=scene, remarks=(scene.say("chat.name.wordless"),))
    if len(name) > most:
        problem = Problem(field="contact.name", code="too_long", values={"most": most, "length": len(name)})
        return Move(scene=scene, remarks=(scene.say_problem(problem),))
    return Move(scene=scene.answer(Step.NAME, name=name))


def _choose_name(scene: Scene, choice: str) -> Move | None:
    if choice != "profile" or not scene.draft.profile_name:
        return None
    return Move(scene=scene.answer(Step.NAME, name=scene.draft.profile_name))


def _ask_email(scene: Scene) -> Question:
    return Question(text=scene.say("chat.email.ask"), rows=(way_on(scene, Step.EMAIL),))


def _hear_email(scene: Scene, said: Said) -> Move:
    email = read_email(said.text.strip())
    if email is None:
        return Move(scene=scene, remarks=(scene.say_problem(Problem(field="contact.email", code="not_email")),))
    return Move(scene=scene.answer(Step.EMAIL, email=email))


def _ask_phone(scene: Scene) -> Question:
    if not scene.form.takes_contact:
        return Question(text=scene.say("chat.phone.type"), rows=(way_on(scene, Step.PHONE),))
    own = Button(label=scene.say("chat.phone.own"), kind=ButtonKind.CONTACT)
    return Question(text=scene.say("chat.phone.ask"), rows=((own,), way_on(scene, Step.PHONE)))


def _hear_phone(scene: Scene, said: Said) -> Move:
    phone = read_phone(said.text.strip())
    if phone is None:
        return Move(scene=scene, remarks=(scene.say_problem(Problem(field="contact.phone", code="not_phone")),))
    return Move(scene=scene.answer(Step.PHONE, phone=phone))


def take_contact(scene: Scene, contact: SharedContact) -> tuple[Scene, tuple[str, ...]]:
    """Return the scene with the resident's own number (their name is offered later), and what is said of it."""
    phone = read_phone(contact.phone) if contact.is_own else None
    if not contact.is_own:
        return scene, (scene.say("chat.phone.somebody"),)
    if phone is None:
        return scene, (scene.say_problem(Problem(field="contact.phone", code="not_phone")),)
    known = scene.remember(profile_name=contact.name or scene.draft.profile_name)
    return known.answer(Step.PHONE, phone=phone), (scene.say("chat.phone.taken", phone=phone),)


NAME = StepScript(
    step=Step.NAME,
    is_asked=lambda scene: scene.form.appeal.agency.name_required,
    is_answered=lambda scene: bool(scene.draft.answers.name),
    ask=_ask_name,
    hear=_hear_name,
    choose=_choose_name,
)
EMAIL = StepScript(
    step=Step.EMAIL,
    is_asked=lambda scene: scene.form.appeal.agency.answer_way in (AnswerWay.EMAIL, AnswerWay.BOTH),
    is_answered=lambda scene: bool(scene.draft.answers.email),
    ask=_ask_email,
    hear=_hear_email,
)
PHONE = StepScript(
    step=Step.PHONE,
    is_asked=lambda scene: scene.form.appeal.agency.answer_way in (AnswerWay.PHONE, AnswerWay.BOTH),
    is_answered=lambda scene: bool(scene.draft.answers.phone),
    ask=_ask_phone,
    hear=_hear_phone,
)
