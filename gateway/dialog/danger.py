"""What is met with a telephone number before anything else, whatever the dialog is about just then."""

from gateway.dialog.buttons import fingerprint
from gateway.dialog.events import Edited, Said
from gateway.dialog.scene import DialogForm, Scene
from gateway.dialog.turn import Turn
from gateway.domain.message import Message
from gateway.form.wording import say_danger


def danger_first(form: DialogForm, turn: Turn, event: Said | Edited) -> Turn:
    """Return the turn with whom to call as its first message, once for the same text."""
    danger = None if event.reading is None else event.reading.danger
    mark = fingerprint(event.text)
    if danger is None or mark == turn.draft.danger_told:
        return turn
    scene = Scene(form, turn.draft).remember(danger_told=mark)
    told = Message(text=say_danger(form.texts, scene.draft.lang, danger))
    return Turn(draft=scene.draft, messages=(told, *turn.messages), toast=turn.toast, wish=turn.wish, asks=turn.asks)
