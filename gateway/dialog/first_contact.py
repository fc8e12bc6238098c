"""What is heard while no form is under way: a description begins one, thanks and questions do not."""

from gateway.dialog.buttons import Way, menu_button
from gateway.dialog.events import Said
from gateway.dialog.filling import fill_in, odd_remarks
from gateway.dialog.forms import begin
from gateway.dialog.menu import menu_rows
from gateway.dialog.replying import suspect_reply
from gateway.dialog.scene import Move, Question, Scene
from gateway.dialog.steps.text import take_text
from gateway.dialog.words import SmallTalk, has_words, read_small_talk
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
        return Move(scene=scene.remember(heard=""), remarks=(scene.say(f"chat.talk.{talk.value}"),))
    if said.fact is not None:
        return _tell_fact(scene, said, said.fact.answer)
    return _hear_text(scene, said)


def _hear_text(scene: Scene, said: Said) -> Move:
    text = tidy(said.text)
    if not has_words(text):
        return fill_in_nothing(scene, said)
    if len(_joined(scene, text)) < scene.form.appeal.limits.text_min:
        return _ask_more(scene, text)
    return _begin(scene, said)


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


def fill_in_nothing(scene: Scene, said: Said) -> Move:
    """Say what can be sent to somebody who sent nothing that can be taken."""
    remarks = list(odd_remarks(scene, said))
    if said.contact is not None:
        remarks.append(scene.say("chat.phone.somebody"))
    remarks.extend(fill_remark for fill_remark in _refused(scene, said))
    return Move(scene=scene, remarks=tuple(remarks) or (scene.say("chat.talk.nothing"),))


def _refused(scene: Scene, said: Said) -> tuple[str, ...]:
    return fill_in(scene, Said(refused=said.refused)).remarks


def _ask_more(scene: Scene, text: str) -> Move:
    """Ask for more than a word or two, and keep them."""
    heard = scene.remember(heard=_joined(scene, text))
    return Move(scene=heard, question=_report(heard, scene.say("chat.talk.short")))


def _tell_fact(scene: Scene, said: Said, answer: str) -> Move:
    """Say the agency's own answer as it stands, and keep what was said in case it meant something else."""
    text = tidy(said.text)[:_HEARD]
    heard = scene.remember(heard=text if len(text) >= scene.form.appeal.limits.text_min else "")
    return Move(scene=heard, question=_report(heard, answer))


def _report(scene: Scene, text: str) -> Question:
    report = menu_button(scene.say("chat.menu.report"), Way.REPORT, Tone.GOOD)
    return Question(text=text, rows=((report,), *menu_rows(scene)[1:]))


def report_heard(scene: Scene) -> Move:
    """Begin a form with what was said last, since it was a problem after all."""
    heard = scene.draft.heard
    begun = begin(scene)
    return Move(scene=take_text(begun, Said(text=heard)) if heard else begun)
