"""What a message of a resident is: a command, a button that was typed, an answer, or the beginning of something."""

from collections.abc import Callable
from dataclasses import replace

from gateway.dialog.asking import button_called, current_question, current_step, offered_button
from gateway.dialog.buttons import fingerprint
from gateway.dialog.draft import Commenting, Replying
from gateway.dialog.events import Edited, Said, SharedContact
from gateway.dialog.filling import fill_in
from gateway.dialog.first_contact import hear_first
from gateway.dialog.forms import begin
from gateway.dialog.menu import anywhere, call_person, cancel, change_language, list_appeals, new, start, tell_help
from gateway.dialog.pressing import edit, go_back, press, skip
from gateway.dialog.rating import hear_comment, leave_comment
from gateway.dialog.replying import hear_reply, no_reply
from gateway.dialog.scene import Move, Scene
from gateway.dialog.steps.files import odd_remarks
from gateway.dialog.steps.place import take_place
from gateway.dialog.steps.text import take_text
from gateway.dialog.suggesting import choose_topic
from gateway.dialog.summary import place_in_words
from gateway.dialog.turn import FindAppeal, Step
from gateway.dialog.words import Command, has_words, read_command, read_status
from gateway.domain.page_link import PageLink
from gateway.form.check import tidy, without_strange_signs

_NAME_MAX = 150
_TAKES_NUMBERS = {Step.PHONE, Step.DETAILS}
"""Steps whose answers may look like the number of an appeal."""


def hear(scene: Scene, said: Said) -> Move:
    """Understand a message of the resident."""
    said = _cleaned(said)
    if said.profile_name:
        scene = scene.remember(profile_name=said.profile_name)
    if said.text and not (said.files or said.place or said.contact):
        understood = _as_command(scene, said.text)
        if understood is not None:
            return understood
    return _as_content(scene, said)


def _as_command(scene: Scene, text: str) -> Move | None:
    """Return what a text does that is no answer: a command, a button's label or number, the number of an appeal."""
    button = offered_button(current_question(scene), text) or button_called(anywhere(scene), text)
    if button is not None:
        return press(scene, button.data)
    script = current_step(scene)
    number = None if script is not None and script.step in _TAKES_NUMBERS else read_status(text)
    if number is not None:
        return Move(scene=scene, wish=FindAppeal(number))
    command = read_command(text)
    return None if command is None else _COMMANDS[command](scene)


def _as_content(scene: Scene, said: Said) -> Move:
    match scene.draft.focus:
        case Replying() as replying if said.text or said.files or said.refused:
            return hear_reply(scene, replying, said)
        case Replying():
            return Move(scene=scene, remarks=odd_remarks(scene, said) or (scene.say("chat.words_only"),))
        case Commenting() as commenting if not (said.files or said.place or said.contact):
            return hear_comment(scene, commenting, said)
        case Commenting():  # a comment holds words alone: something new begins
            scene = scene.remember(focus=None)
    return fill_in(scene, said) if scene.draft.is_open else hear_first(scene, said)


def _cancel(scene: Scene) -> Move:
    """Leave what is under way: a reply or comment first, then the form."""
    match scene.draft.focus:
        case Replying() as replying:
            return no_reply(scene, replace(replying, is_sure=True))
        case Commenting():
            return leave_comment(scene)
    return cancel(scene)


def _back(scene: Scene) -> Move:
    if isinstance(scene.draft.focus, Replying | Commenting):
        return _cancel(scene)
    return go_back(scene) if scene.draft.is_open else Move(scene=scene)


def _skip(scene: Scene) -> Move:
    if isinstance(scene.draft.focus, Commenting):
        return leave_comment(scene)
    script = current_step(scene)
    return Move(scene=scene) if script is None else skip(scene, script)


def _edit(scene: Scene) -> Move:
    return edit(scene) if scene.draft.is_open else Move(scene=scene)


_COMMANDS: dict[Command, Callable[[Scene], Move]] = {
    Command.START: start,
    Command.NEW: new,
    Command.BACK: _back,
    Command.SKIP: _skip,
    Command.EDIT: _edit,
    Command.CANCEL: _cancel,
    Command.CASES: list_appeals,
    Command.HELP: tell_help,
    Command.LANGUAGE: change_language,
    Command.PERSON: call_person,
}


def _cleaned(said: Said) -> Said:
    """Take away what can neither be stored nor shown."""
    contact = said.contact
    if contact is not None and contact.name is not None:
        contact = SharedContact(phone=contact.phone, name=_line(contact.name), is_own=contact.is_own)
    return replace(
        said, text=tidy(without_strange_signs(said.text)), profile_name=_line(said.profile_name), contact=contact
    )


def _line(name: str | None) -> str | None:
    return " ".join(without_strange_signs(name).split())[:_NAME_MAX] or None if name else None


def hear_edit(scene: Scene, edited: Edited) -> Move:
    """Take a message that reads differently now, if it is where the text came from."""
    text, draft = tidy(without_strange_signs(edited.text)), scene.draft
    if not has_words(text):
        return Move(scene=scene, quiet=True)
    if draft.is_open and edited.message == draft.text_message:
        return _change_text(scene, edited, text)
    if draft.sent is not None and edited.message == draft.sent_message and fingerprint(text) != draft.sent_print:
        told = scene.remember(sent_print=fingerprint(text))
        return Move(scene=told, remarks=(scene.say("chat.edited.sent", number=draft.sent),))
    return Move(scene=scene, quiet=True)


def _change_text(scene: Scene, edited: Edited, text: str) -> Move:
    if text == scene.draft.answers.text:  # platforms tell of edits that changed nothing to be seen
        return Move(scene=scene, quiet=True)
    changed = take_text(scene, Said(text=text, message=edited.message, reading=edited.reading))
    return Move(scene=changed, remarks=(scene.say("chat.edited.text"),))


def open_dialog(scene: Scene, link: PageLink | None) -> Move:
    """Greet; a link that knows the topic or the place begins the form with them."""
    topic = None if link is None or link.topic is None else scene.form.catalogue.find(link.topic)
    place = None if link is None else link.place
    if topic is None and place is None:
        return start(scene)
    begun = begin(scene)
    if topic is not None:
        begun = choose_topic(begun, str(topic.code))
    if place is not None:
        begun = take_place(begun, place)
    return Move(scene=begun, remarks=_known(begun))


def _known(scene: Scene) -> tuple[str, ...]:
    topic, place = scene.topic, place_in_words(scene)
    remarks = []
    if topic is not None:
        remarks.append(scene.say("chat.link.topic", topic=topic.name_in(scene.draft.lang)))
    if place:
        remarks.append(scene.say("chat.link.place", place=place))
    return ("\n".join(remarks),)
