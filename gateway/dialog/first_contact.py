"""What is heard while no form is under way: a description begins one, thanks and questions do not."""

from gateway.dialog.buttons import Way, menu_button
from gateway.dialog.cases import not_found
from gateway.dialog.events import Said
from gateway.dialog.filling import fill_in
from gateway.dialog.forms import begin
from gateway.dialog.menu import menu_rows
from gateway.dialog.replying import suspect_reply
from gateway.dialog.scene import Move, Question, Scene
from gateway.dialog.steps.files import odd_remarks, refusals
from gateway.dialog.steps.text import keep_heard, take_heard, take_text
from gateway.dialog.words import SmallTalk, has_words, is_wrong_number, read_small_talk
from gateway.domain.message import Tone
from gateway.form.check import tidy

_HEARD = 1_000


def hear_first(scene: Scene, said: Said) -> Move:
    """Understand what somebody says out of the blue."""
    talk = read_small_talk(said.text)
    is_polite = talk in (SmallTalk.GREETING, SmallTalk.THANKS)
    if said.question is not None and not is_polite and (has_words(said.text) or said.files):
        return suspect_reply(scene, said, said.question)
    if said.files or said.place is not None or (said.contact is not None and said.contact.is_own):
        return _begin(scene, said)
    if talk is not None:
        return _beside(_small_talk(scene, talk), said)
    if said.fact is not None:
        return _beside(_tell_fact(scene, said, said.fact.answer), said)
    return _hear_text(scene, said)


def _small_talk(scene: Scene, talk: SmallTalk) -> Move:
    was_greeted = talk is SmallTalk.GREETING and not scene.draft.has_met  # by the introduction
    remarks = () if was_greeted else (scene.say(f"chat.talk.{talk.value}"),)
    return Move(scene=scene.remember(heard=""), remarks=remarks)


def _hear_text(scene: Scene, said: Said) -> Move:
    text = tidy(said.text)
    if is_wrong_number(text):
        return not_found(scene)
    is_told = any(map(str.isalpha, text))  # digits alone are a telephone or a slip, not a problem
    if is_told and len(_joined(scene, text)) >= scene.form.appeal.limits.text_min:
        return _begin(scene, said)
    if has_words(text):
        return _beside(_ask_more(scene, said, text), said)
    if said.odd is not None or said.refused or said.contact is not None:
        return _beside(Move(scene=scene), said)
    return Move(scene=scene, remarks=(scene.say("chat.talk.nothing"),))


def _beside(move: Move, said: Said) -> Move:
    """Say why what came along could not be taken, too."""
    scene = move.scene
    somebody = () if said.contact is None else (scene.say("chat.phone.somebody"),)
    remarks = (*move.remarks, *odd_remarks(scene, said), *refusals(scene, said), *somebody)
    return Move(scene=scene, remarks=remarks, question=move.question)


def _joined(scene: Scene, text: str) -> str:
    return "\n".join(filter(None, (_short_before(scene), text)))


def _short_before(scene: Scene) -> str:
    """Return the words said just before that were too few to begin with."""
    heard = scene.draft.heard
    return heard if len(heard) < scene.form.appeal.limits.text_min else ""


def _begin(scene: Scene, said: Said) -> Move:
    """Begin a form with all that was said; nothing of it is asked again."""
    begun = begin(scene)
    if not has_words(said.text):
        return fill_in(begun, _without_text(said))
    so_far = _short_before(scene)
    return fill_in(take_text(begun, said, so_far=so_far), _without_text(said))


def _without_text(said: Said) -> Said:
    return Said(files=said.files, refused=said.refused, place=said.place, contact=said.contact, odd=said.odd)


def _ask_more(scene: Scene, said: Said, text: str) -> Move:
    """Ask for more than a word or two, and keep them."""
    heard = keep_heard(scene, said, _joined(scene, text))
    return Move(scene=heard, question=_report(heard, scene.say("chat.talk.short"), scene.say("chat.report.short")))


def _tell_fact(scene: Scene, said: Said, answer: str) -> Move:
    """Say the agency's own answer as it stands, and keep what was said in case it meant something else."""
    text = tidy(said.text)[:_HEARD]
    is_enough = len(text) >= scene.form.appeal.limits.text_min
    heard = keep_heard(scene, said, text if is_enough else "")
    return Move(scene=heard, question=_report(heard, answer, scene.say("chat.report.fact")))


def _report(scene: Scene, text: str, label: str) -> Question:
    report = menu_button(label, Way.REPORT, Tone.GOOD)
    return Question(text=text, rows=((report,), *menu_rows(scene)[1:]))


def report_heard(scene: Scene) -> Move:
    """Begin a form with what was said last, since it was a problem after all."""
    heard = scene.draft.heard
    if scene.draft.is_open and not heard:  # pressed twice
        return Move(scene=scene)
    begun = begin(scene)
    if not heard:
        return Move(scene=begun)
    return Move(scene=take_heard(begun, scene, heard))
