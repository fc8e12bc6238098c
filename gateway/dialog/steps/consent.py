"""Consent to the processing of personal data: the whole text in the chat, to accept or to decline."""

from gateway.dialog.buttons import step_button
from gateway.dialog.events import Said
from gateway.dialog.scene import Move, Question, Scene
from gateway.dialog.steps.script import StepScript, way_on
from gateway.dialog.turn import Step
from gateway.dialog.words import AGREE, DISAGREE, plain
from gateway.domain.message import Tone


def _is_answered(scene: Scene) -> bool:
    consent, answers = scene.form.appeal.consent, scene.draft.answers
    return consent is None or (answers.consent and answers.consent_version == consent.version)


def _ask(scene: Scene) -> Question:
    consent = scene.form.appeal.consent
    text = "" if consent is None else consent.text
    return _question(scene, scene.say("chat.consent.ask", text=text.strip()))


def _question(scene: Scene, text: str) -> Question:
    number, step = scene.draft.number, Step.CONSENT.value
    accept = step_button(scene.say("chat.consent.accept"), number, step, "accept", Tone.GOOD)
    decline = step_button(scene.say("chat.consent.decline"), number, step, "decline")
    return Question(text=text, rows=((accept, decline), way_on(scene, Step.CONSENT)))


def _hear(scene: Scene, said: Said) -> Move:
    words = plain(said.text)
    choice = "accept" if words in AGREE else "decline" if words in DISAGREE else ""
    return _choose(scene, choice) or Move(scene=scene, question=_question(scene, scene.say("chat.consent.choose")))


def _choose(scene: Scene, choice: str) -> Move | None:
    consent = scene.form.appeal.consent
    if choice == "accept" and consent is not None:
        if scene.draft.consent_shown != consent.version:  # nobody consents to what they have not been shown
            return Move(scene=scene)
        return Move(scene=scene.answer(Step.CONSENT, consent=True, consent_version=consent.version))
    if choice == "decline":
        without = scene.answer(Step.CONSENT, consent=False, consent_version=None)
        return Move(scene=without, question=_question(without, scene.say("chat.consent.declined")))
    return None


CONSENT = StepScript(
    step=Step.CONSENT,
    is_asked=lambda scene: scene.form.appeal.consent is not None,
    is_answered=_is_answered,
    ask=_ask,
    hear=_hear,
    choose=_choose,
)
