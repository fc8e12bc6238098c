"""What is met with a telephone number before anything else, whatever the dialog is about just then."""

from gateway.dialog.buttons import fingerprint
from gateway.dialog.events import Edited, Said
from gateway.dialog.scene import Scene
from gateway.domain.message import Message
from gateway.form.wording import say_danger


def meet_danger(scene: Scene, said: Said | Edited) -> tuple[Scene, tuple[Message, ...]]:
    """Return what is said at once of a text that cannot wait for an agency; the same text is met once."""
    danger = None if said.reading is None else said.reading.danger
    mark = fingerprint(said.text)
    if danger is None or mark == scene.draft.danger_told:
        return scene, ()
    told = Message(text=say_danger(scene.form.texts, scene.draft.lang, danger))
    return scene.remember(danger_told=mark), (told,)
