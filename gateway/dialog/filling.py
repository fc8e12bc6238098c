"""What is heard while a form is under way: everything that comes at once is taken, each thing to its answer."""

from gateway.dialog.asking import current_step
from gateway.dialog.events import Said
from gateway.dialog.scene import Move, Scene
from gateway.dialog.steps.contact import take_contact
from gateway.dialog.steps.files import odd_remarks, take_files
from gateway.dialog.steps.place import take_place
from gateway.dialog.steps.text import add_to_text
from gateway.dialog.turn import Step
from gateway.dialog.words import NO_MORE, SmallTalk, plain, read_small_talk
from gateway.domain.place import Place

_TAKES_CAPTIONS = {Step.TEXT, Step.FILES, Step.PLACE}
_WANTS_MORE = {Step.TEXT, Step.FILES, Step.PLACE, Step.NAME}
"""Steps to which «да» is no answer."""


def fill_in(scene: Scene, said: Said) -> Move:
    """Take the words as the answer that is asked for, then whatever else came with them."""
    move = _hear_words(scene, said) if said.text else Move(scene=scene)
    filled, file_remarks = take_files(move.scene, said)
    filled, place_remarks = _take_point(filled, said)
    filled, contact_remarks = _take_contact(filled, said)
    remarks = (*move.remarks, *file_remarks, *place_remarks, *contact_remarks, *odd_remarks(scene, said))
    return Move(scene=filled, remarks=remarks, question=move.question, wish=move.wish)


def _hear_words(scene: Scene, said: Said) -> Move:
    script = current_step(scene)
    if script is None:
        return Move(scene=scene)
    if said.files and script.step not in _TAKES_CAPTIONS:
        return add_to_text(scene, said)
    talk = read_small_talk(said.text)
    if talk in (SmallTalk.GREETING, SmallTalk.THANKS):
        return Move(scene=scene, remarks=(scene.say(f"chat.talk.{talk.value}"),))
    if talk is SmallTalk.ASSENT and script.step in _WANTS_MORE and plain(said.text) not in NO_MORE:
        return Move(scene=scene)
    return script.hear(scene, said)


def _take_point(scene: Scene, said: Said) -> tuple[Scene, tuple[str, ...]]:
    if said.place is None:
        return scene, ()
    script = current_step(scene)
    remarks = () if script is not None and script.step is Step.PLACE else (scene.say("chat.place.taken"),)
    address = scene.draft.answers.address if remarks or said.text else None
    settled = take_place(scene, Place(address=address, point=said.place))
    if remarks:  # whatever the resident was changing goes on
        settled = settled.remember(focus=scene.draft.focus)
    return settled, remarks


def _take_contact(scene: Scene, said: Said) -> tuple[Scene, tuple[str, ...]]:
    if said.contact is None:
        return scene, ()
    script = current_step(scene)
    is_asked = script is not None and script.step is Step.PHONE
    taken, remarks = take_contact(scene, said.contact)
    return taken if is_asked else taken.remember(focus=scene.draft.focus), remarks
