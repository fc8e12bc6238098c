"""A reply to the agency's question: text and photos in any order, then sent."""

from dataclasses import replace

from gateway.dialog.buttons import Verb, case_button
from gateway.dialog.draft import Replying
from gateway.dialog.events import KeptFile, Said
from gateway.dialog.forms import begin
from gateway.dialog.scene import Move, Question, Scene
from gateway.dialog.steps.files import fitting_files, refusals
from gateway.dialog.steps.text import keep_heard, take_heard
from gateway.dialog.turn import Reply
from gateway.dialog.words import NO, SEND, YES, has_words, plain
from gateway.domain.attachment import AttachmentId
from gateway.domain.message import Tone
from gateway.domain.number import AppealNumber
from gateway.form.check import tidy
from gateway.form.wording import shorten

_SHOWN = 300


def ask_reply(scene: Scene, replying: Replying) -> Question:
    """Return what is asked of a reply so far."""
    number = replying.number
    if not replying.is_sure:
        yes = case_button(scene.say("chat.reply.yes"), Verb.REPLIED, number, tone=Tone.GOOD)
        no = case_button(scene.say("chat.reply.no"), Verb.REPLY_NOT, number)
        return Question(text=scene.say("chat.reply.is_it", number=number), rows=((yes,), (no,)))
    leave = case_button(scene.say("chat.reply.leave"), Verb.REPLY_NOT, number)
    if not replying.text:
        with_files = scene.say("chat.reply.files", count=len(replying.files)) if replying.files else ""
        asked = scene.say("chat.reply.ask", number=number)
        return Question(text="\n".join(filter(None, (with_files, asked))), rows=((leave,),))
    send = case_button(scene.say("chat.reply.send"), Verb.REPLIED, number, tone=Tone.GOOD)
    text = scene.say("chat.reply.ready", number=number, text=shorten(replying.text, _SHOWN), count=len(replying.files))
    return Question(text=text, rows=((send, leave),))


def begin_reply(scene: Scene, number: AppealNumber) -> Move:
    """Wait for a reply; one to another question that is half written comes first."""
    under_way = scene.draft.focus
    if isinstance(under_way, Replying) and under_way.is_sure and (under_way.text or under_way.files):
        remarks = () if under_way.number == number else (scene.say("chat.reply.first"),)
        return Move(scene=scene, remarks=remarks)
    return Move(scene=scene.remember(focus=Replying(number=number)))


def suspect_reply(scene: Scene, said: Said, number: AppealNumber) -> Move:
    """Ask whether what was said out of the blue is the reply to the question that waits."""
    waiting = Replying(number=number, is_sure=False)
    asked = keep_heard(scene, said, scene.draft.heard).remember(focus=waiting)
    return hear_reply(asked, waiting, said)


def hear_reply(scene: Scene, replying: Replying, said: Said) -> Move:
    """Take text and files into the reply."""
    words = plain(said.text)
    if replying.text and not said.files and words in (SEND if replying.is_sure else YES):
        return send_reply(scene, replying)
    if replying.text and not said.files and not replying.is_sure and words in NO:
        return no_reply(scene, replying)
    files, left_over = fitting_files(scene, replying.files, said.files)
    remarks = list(refusals(scene, said))
    if left_over:
        remarks.append(scene.say("chat.files.too_many", most=scene.form.appeal.limits.files_max, count=left_over))
    text = _with(replying.text, said.text)
    if replying.text and text != replying.text:  # the problems that were found are not all that was said
        scene = scene.remember(parts=())
    if len(text) > scene.form.appeal.limits.comment_max:
        remarks.append(scene.say("chat.reply.long", most=scene.form.appeal.limits.comment_max))
        text = replying.text
    return Move(scene=scene.remember(focus=replace(replying, text=text, files=files)), remarks=tuple(remarks))


def _with(so_far: str, said: str) -> str:
    added = tidy(said) if has_words(said) else ""
    return "\n".join(filter(None, (so_far, added)))


def send_reply(scene: Scene, replying: Replying) -> Move:
    """Have the reply sent, once it has a text."""
    if not replying.text:
        return Move(scene=scene.remember(focus=replace(replying, is_sure=True)))
    return Move(scene=scene, wish=Reply(replying.number, replying.text, _ids(replying.files)))


def no_reply(scene: Scene, replying: Replying) -> Move:
    """Leave the reply; what was no reply after all begins a form."""
    left = scene.remember(focus=None)
    if replying.is_sure:
        return Move(scene=left, remarks=(scene.say("chat.reply.left", number=replying.number),))
    return Move(scene=take_heard(begin(left), scene, replying.text).remember(files=replying.files))


def _ids(files: tuple[KeptFile, ...]) -> tuple[AttachmentId, ...]:
    return tuple(file.id for file in files)
