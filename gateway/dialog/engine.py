"""The conversation: an event comes, the answers change, the next question is asked.

The step is always computed from the answers, so events may come in any order, twice, or never. Every turn asks one
thing, or has a wish of which the next event comes, or is at rest with the ways that are open.
"""

from dataclasses import replace

from gateway.dialog.asking import current_question, current_step, remind_question
from gateway.dialog.cases import not_found, show_case, show_list
from gateway.dialog.danger import meet_danger
from gateway.dialog.draft import Commenting, Draft, Replying
from gateway.dialog.events import (
    Edited,
    Event,
    Opened,
    Pressed,
    Said,
    TimeToRemind,
    WasAccepted,
    WasFound,
    WasInvalid,
    WasKnown,
    WasRated,
    WasRefused,
    WasReplied,
    WereCopied,
    WereFound,
)
from gateway.dialog.forms import has_content
from gateway.dialog.hearing import hear, hear_edit, open_dialog
from gateway.dialog.menu import intro
from gateway.dialog.outcomes import was_accepted, was_invalid, was_refused, was_replied
from gateway.dialog.placing import news_of_place
from gateway.dialog.pressing import press
from gateway.dialog.rating import was_rated
from gateway.dialog.scene import DialogForm, Move, Question, Scene
from gateway.dialog.steps.consent import CONSENT
from gateway.dialog.steps.files import were_copied
from gateway.dialog.steps.nearby import look_first, was_known
from gateway.dialog.steps.text import news_of_length
from gateway.dialog.suggesting import news_of_topic
from gateway.dialog.turn import CallPerson, Turn
from gateway.domain.message import Message
from gateway.domain.tracking import Tracked

Outcome = WasAccepted | WasInvalid | WasKnown | WereFound | WasFound | WasRated | WasReplied | WereCopied | WasRefused


def advance(form: DialogForm, draft: Draft, event: Event) -> Turn:
    """Return the conversation after an event: what is remembered, said and wished."""
    scene = Scene(form, draft)
    match event:
        case Said() | Edited():
            return _after_danger(scene, event)
        case Pressed() | Opened():
            return _introduced(scene, _turn(_move(scene, event)))
        case TimeToRemind():
            return _remind(scene)
        case _:
            return _go_on_after(scene, event)


def _after_danger(scene: Scene, event: Said | Edited) -> Turn:
    """Go on as ever, after what cannot wait; where nothing else were said, what is asked is said again."""
    known, first = meet_danger(scene, event)
    move = _move(known, event)
    turn = _introduced(scene, _turn(replace(move, quiet=move.quiet and not first)))
    return replace(turn, messages=(*first, *turn.messages))


def _move(scene: Scene, event: Said | Pressed | Edited | Opened) -> Move:
    move = _with_news(scene, _moved(scene, event))
    unsure = news_of_length(scene, move.scene, event) if isinstance(event, Said | Edited) else ()
    return replace(move, remarks=(*move.remarks, *unsure))


def _with_news(before: Scene, move: Move) -> Move:
    """Say which topic and which place were taken without asking."""
    if move.quiet:
        return move
    news = (*news_of_topic(before, move.scene), *news_of_place(before, move.scene))
    return replace(move, remarks=(*move.remarks, *(("\n".join(news),) if news else ())))


def _moved(scene: Scene, event: Said | Pressed | Edited | Opened) -> Move:
    match event:
        case Said():
            return hear(scene, event)
        case Pressed():
            return press(scene, event.data)
        case Edited():
            return hear_edit(scene, event)
        case Opened():
            return open_dialog(scene, event.link)


def _introduced(before: Scene, turn: Turn) -> Turn:
    """Put who is speaking before the first words that a resident hears."""
    scene = Scene(before.form, turn.draft)
    if turn.draft.has_met or not (turn.messages or turn.wish):
        return turn
    return Turn(
        draft=scene.remember(has_met=True).draft,
        messages=(Message(text=intro(scene)), *turn.messages),
        toast=turn.toast,
        wish=turn.wish,
        asks=turn.asks,
    )


def _remind(scene: Scene) -> Turn:
    if not scene.draft.is_open or not has_content(scene.draft):
        return Turn(draft=scene.draft)
    return Turn(draft=scene.draft, messages=(_message(remind_question(scene)),))


def _go_on_after(scene: Scene, event: Outcome) -> Turn:
    """Say what came of a wish, then ask what is asked now, where a form is under way."""
    match event:
        case WasAccepted():
            said, move = was_accepted(scene, event)
            return _turn(_with_news(scene, move), first=Message(text=said.text, rows=said.rows, once=True))
        case WasKnown():
            return _turn(Move(scene=was_known(scene, event)))
        case WereFound():
            return _shown(scene, show_list(scene, event.appeals))
        case WasFound(tracked=Tracked() as tracked, url=url):
            return _shown(scene, show_case(scene, tracked, url))
        case WasFound():
            return _turn(not_found(scene))
        case _:
            return _turn(_after(scene, event))


def _after(scene: Scene, event: WasInvalid | WasRated | WasReplied | WereCopied | WasRefused) -> Move:
    match event:
        case WasInvalid():
            return was_invalid(scene, event)
        case WasRated():
            return was_rated(scene, event.tracked)
        case WasReplied():
            return was_replied(scene, event)
        case WereCopied(files=files):
            return were_copied(scene, files)
        case WasRefused():
            return was_refused(scene, event)


def _shown(scene: Scene, shown: Question) -> Turn:
    """Show something; the question of what is under way comes after it."""
    is_busy = scene.draft.is_open or isinstance(scene.draft.focus, Replying | Commenting)
    return _turn(Move(scene=scene, quiet=not is_busy), first=_message(shown))


def _turn(move: Move, *, first: Message | None = None) -> Turn:
    before = () if first is None else (first,)
    if move.quiet:
        return Turn(draft=move.scene.draft, messages=before, toast=move.toast, wish=move.wish)
    if move.wish is not None and not isinstance(move.wish, CallPerson):
        remarks = (Message(text="\n\n".join(move.remarks)),) if move.remarks else ()
        return Turn(draft=move.scene.draft, messages=(*before, *remarks), toast=move.toast, wish=move.wish)
    if move.question is None and (look := look_first(move.scene)) is not None:
        return _turn(replace(move, wish=look), first=first)
    script = current_step(move.scene)
    return Turn(
        draft=_having_shown(move).draft,
        messages=(*before, _asked(move)),
        toast=move.toast,
        wish=move.wish,
        asks=None if script is None or isinstance(move.wish, CallPerson) else script.step,
    )


def _having_shown(move: Move) -> Scene:
    """Return the scene with the consent text noted that the next question shows."""
    script, consent = current_step(move.scene), move.scene.form.appeal.consent
    if script is not CONSENT or consent is None or move.question is not None:
        return move.scene
    return move.scene.remember(consent_shown=consent.version)


def _asked(move: Move) -> Message:
    """Return the next question, after what is remarked, as one message."""
    question = move.question or current_question(move.scene)
    return Message(text="\n\n".join((*move.remarks, question.text)), rows=question.rows)


def _message(question: Question) -> Message:
    return Message(text=question.text, rows=question.rows)
