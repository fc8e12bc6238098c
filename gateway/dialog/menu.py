"""What is said between forms: who speaks, what can be done, and the ways to it."""

from gateway.dialog.buttons import Row, Way, menu_button
from gateway.dialog.forms import begin, begin_waiting, put_aside, resume
from gateway.dialog.scene import Move, Question, Scene
from gateway.dialog.steps.script import resume_rows
from gateway.dialog.turn import CallPerson, ListAppeals
from gateway.domain.message import Button, Tone
from gateway.form.wording import shorten
from gateway.texts import LANGUAGES

_GIST = 60


def intro(scene: Scene) -> str:
    """Return who is speaking: a program, for which agency, and where to turn in an emergency."""
    return scene.say("chat.intro", agency=scene.form.agency_name)


def menu(scene: Scene) -> Question:
    """Return the question that is asked while no form is under way."""
    return Question(text=scene.say("chat.menu.ask"), rows=menu_rows(scene))


def menu_rows(scene: Scene) -> tuple[Row, ...]:
    """Return the ways that are open between forms."""
    new = menu_button(scene.say("chat.menu.new"), Way.NEW, Tone.GOOD)
    others = (
        menu_button(scene.say("chat.menu.cases"), Way.CASES),
        menu_button(scene.say("chat.menu.help"), Way.HELP),
        menu_button(scene.say("chat.menu.language"), Way.LANGUAGE),
    )
    return ((new,), *resume_rows(scene), *next_rows(scene), others)


def next_rows(scene: Scene) -> tuple[Row, ...]:
    """Return a row for the problems of a text that wait for their turn: the next one, or none of them."""
    waiting = scene.draft.waiting
    if not waiting or scene.draft.is_open:
        return ()
    drop = menu_button(scene.say("chat.menu.drop"), Way.DROP)
    return ((menu_button(scene.say("chat.menu.next", count=len(waiting)), Way.NEXT, Tone.GOOD), drop),)


def start(scene: Scene) -> Move:
    """Greet; a form under way is put aside, with a way back to it."""
    rested = put_aside(scene).remember(has_met=True, heard="")
    return Move(scene=rested, remarks=(intro(rested), *_aside_remark(scene, rested)))


def _aside_remark(before: Scene, scene: Scene) -> tuple[str, ...]:
    """Return what is said of a form that has just been put aside."""
    aside = scene.draft.aside
    if aside is None or aside is before.draft.aside:
        return ()
    gist = shorten(aside.answers.text, _GIST)
    return (scene.say("chat.aside.gist", gist=gist) if gist else scene.say("chat.aside.kept"),)


def new(scene: Scene) -> Move:
    """Begin a form; one under way is put aside, with a way back to it."""
    begun = begin(scene)
    return Move(scene=begun, remarks=_aside_remark(scene, begun))


def anywhere(scene: Scene) -> tuple[Button, ...]:
    """Return the buttons whose labels may be typed at any time, whatever is asked."""
    rows = menu_rows(scene)
    return (
        *(button for row in rows for button in row),
        menu_button(scene.say("chat.report.fact"), Way.REPORT),
        menu_button(scene.say("chat.report.short"), Way.REPORT),
        menu_button(scene.say("chat.report.comment"), Way.REPORT),
        menu_button(scene.say("chat.menu.new_short"), Way.NEW),
        menu_button(scene.say("chat.person.back"), Way.GO_ON),
        menu_button(scene.say("chat.remind.go_on"), Way.GO_ON),
    )


def cancel(scene: Scene) -> Move:
    """Leave the form, with a way back."""
    if not scene.draft.is_open:
        return Move(scene=scene.remember(focus=None, heard=""), remarks=(scene.say("chat.cancel.nothing"),))
    closed = put_aside(scene)
    is_kept = closed.draft.aside is not scene.draft.aside
    remarks = [scene.say("chat.cancel.done" if is_kept else "chat.cancel.empty")]
    if closed.draft.waiting:
        remarks.append(scene.say("chat.waiting.left", gist=shorten(closed.draft.waiting[0].text, _GIST)))
    return Move(scene=closed, remarks=tuple(remarks))


def next_problem(scene: Scene) -> Move:
    """Go on with the next problem of a text that held several."""
    if not scene.draft.waiting:
        return Move(scene=scene, toast=scene.say("chat.waiting.none"))
    if scene.draft.is_open:  # pressed twice
        return Move(scene=scene)
    gist = shorten(scene.draft.waiting[0].text, _GIST)
    return Move(scene=begin_waiting(scene), remarks=(scene.say("chat.sent.next", gist=gist),))


def drop_waiting(scene: Scene) -> Move:
    """Let the problems go that wait, since the resident says so."""
    return Move(scene=scene.remember(waiting=()), remarks=(scene.say("chat.waiting.dropped"),))


def bring_back(scene: Scene) -> Move:
    """Go on with the form that was put aside."""
    if scene.draft.aside is None:
        return Move(scene=scene, toast=scene.say("chat.aside.none"))
    return Move(scene=resume(scene), remarks=(scene.say("chat.aside.back"),))


def change_language(scene: Scene) -> Move:
    """Speak the next language."""
    after = LANGUAGES[(LANGUAGES.index(scene.draft.lang) + 1) % len(LANGUAGES)]
    spoken = scene.remember(lang=after)
    return Move(scene=spoken, toast=spoken.say("page.language"))


def tell_help(scene: Scene) -> Move:
    """Say what can be typed and pressed."""
    return Move(scene=scene, remarks=(scene.say("chat.help", agency=scene.form.agency_name),))


def list_appeals(scene: Scene) -> Move:
    """Have the resident's appeals found."""
    return Move(scene=scene, wish=ListAppeals())


def call_person(scene: Scene) -> Move:
    """Have a person of the agency called."""
    back = menu_button(scene.say("chat.person.back"), Way.GO_ON)
    called = Question(text=scene.say("chat.person.called", agency=scene.form.agency_name), rows=((back,),))
    return Move(scene=scene, wish=CallPerson(), question=called)
