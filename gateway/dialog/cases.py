"""Appeals that were sent: the list, one of them with its history, and what came of wishes about them."""

from collections.abc import Iterator
from datetime import datetime

from gateway.dialog.buttons import Row, Rows, Verb, Way, case_button, in_rows, link_rows, menu_button, rating_row
from gateway.dialog.scene import Move, Question, Scene
from gateway.domain.case import CaseEvent, EventKind
from gateway.domain.tracking import Tracked
from gateway.form.neighbours import joined_in_words
from gateway.form.wording import day_in_words, shorten

_MOST_LISTED = 10
_LINES = 5
_LINE = 200
_GIST = 60


def show_list(scene: Scene, appeals: tuple[Tracked, ...]) -> Question:
    """Return the list of the resident's appeals, newest first, a button for each."""
    if not appeals:
        new = menu_button(scene.say("chat.menu.new"), Way.NEW)
        return Question(text=scene.say("chat.cases.none"), rows=((new,),))
    listed = appeals[:_MOST_LISTED]
    lines = "\n".join(_line(scene, place, tracked) for place, tracked in enumerate(listed, 1))
    buttons = tuple(case_button(tracked.number, Verb.SHOW, tracked.number) for tracked in listed)
    return Question(text=scene.say("chat.cases.list", lines=lines), rows=in_rows(buttons, each=2))


def _line(scene: Scene, place: int, tracked: Tracked) -> str:
    status, gist = scene.say(f"status.{tracked.status.value}"), shorten(tracked.gist, _GIST)
    line = f"{place}. {tracked.number} — {status}. {gist}"
    return line if tracked.joins is None else f"{line} ({scene.say('chat.case.joins')})"


def show_case(scene: Scene, tracked: Tracked, url: str | None) -> Question:
    """Return one appeal: its status, deadline and last events, and what can be done with it now."""
    said = scene.say(
        "chat.case.shown",
        number=tracked.number,
        gist=shorten(tracked.gist, _LINE),
        status=scene.say(f"status.{tracked.status.value}"),
    )
    together = _together(scene, tracked)
    parts = (said + _deadline(scene, tracked), together, "\n".join(_history(scene, tracked)), *_waiting(scene, tracked))
    rows = (*case_rows(scene, tracked), *link_rows(scene.say("chat.case.page"), url), _ways(scene))
    return Question(text="\n\n".join(filter(None, parts)), rows=rows)


def _together(scene: Scene, tracked: Tracked) -> str:
    """Return who else waits for the same; empty where nobody does."""
    if tracked.joins is not None:
        return scene.say("track.joins")
    return joined_in_words(scene.form.texts, scene.draft.lang, tracked.joined) if tracked.joined else ""


def _deadline(scene: Scene, tracked: Tracked) -> str:
    if tracked.status.value in ("answered", "declined"):
        return ""
    return "\n" + scene.say("chat.case.answer_by", day=day(scene, tracked.answer_by))


def _history(scene: Scene, tracked: Tracked) -> Iterator[str]:
    known = [event for event in tracked.history if scene.has(f"event.{event.kind.value}")]
    waits = tracked.question  # shown whole below
    return (_event_line(scene, event, is_short=event is waits) for event in known[-_LINES:])


def _event_line(scene: Scene, event: CaseEvent, *, is_short: bool) -> str:
    happened = scene.say(f"event.{event.kind.value}")
    if event.kind is EventKind.MOVED:
        happened = scene.say(f"status.{event.status.value}")
    if is_short or not event.text or event.kind in (EventKind.ANSWERED, EventKind.REPLIED):
        return f"{day(scene, event.at)}: {happened}"
    return f"{day(scene, event.at)}: {happened}. {shorten(event.text, _LINE)}"


def _waiting(scene: Scene, tracked: Tracked) -> Iterator[str]:
    """Yield what the resident should read whole: the answer that stands, the question that waits."""
    if tracked.answer is not None and tracked.answer.text:
        yield scene.say("chat.case.answer", text=tracked.answer.text)
    if tracked.question is not None and tracked.question.text:
        yield scene.say("chat.case.question", text=tracked.question.text)


def case_rows(scene: Scene, tracked: Tracked) -> Rows:
    """Return the buttons for what waits for the resident: a reply, a rating."""
    if tracked.question is not None:
        return ((case_button(scene.say("chat.case.reply"), Verb.REPLY, tracked.number),),)
    if tracked.may_rate:
        return (rating_row(tracked.number),)
    return ()


def _ways(scene: Scene) -> Row:
    cases = menu_button(scene.say("chat.menu.cases"), Way.CASES)
    return (cases, menu_button(scene.say("chat.menu.new_short"), Way.NEW))


def day(scene: Scene, moment: datetime) -> str:
    """Return a day in the agency's time zone and the resident's language."""
    return day_in_words(moment, time_zone=scene.form.appeal.agency.time_zone, lang=scene.draft.lang)


def not_found(scene: Scene) -> Move:
    """Say that there is no such appeal among the resident's."""
    return Move(scene=scene, remarks=(scene.say("chat.cases.unknown"),))
