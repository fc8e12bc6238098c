"""What is known already where the problem is: the resident joins those who reported it, or goes on.

It is looked up once for each topic and place, as soon as both are there.
"""

import hashlib
import json

from gateway.dialog.buttons import Rows
from gateway.dialog.draft import KnownCase, KnownOutage
from gateway.dialog.events import Said, WasKnown
from gateway.dialog.scene import Move, Question, Scene
from gateway.dialog.steps.script import StepScript, button, way_on
from gateway.dialog.summary import place_of
from gateway.dialog.turn import LookNearby, Step
from gateway.dialog.words import AGREE, DISAGREE, plain
from gateway.form.neighbours import case_in_words
from gateway.form.wording import day_in_words

_MARK = 16


def look_first(scene: Scene) -> LookNearby | None:
    """Return what has to be looked up before the form goes on; None where nothing has, or has been already."""
    topic, place = scene.topic, place_of(scene)
    if not scene.form.looks_around or not scene.draft.is_open or topic is None or place is None:
        return None
    return None if scene.draft.looked == _mark(scene) else LookNearby(topic=topic.code, place=place)


def was_known(scene: Scene, event: WasKnown) -> Scene:
    """Return the scene with what is known there; what was joined elsewhere before is joined no more."""
    cases = tuple(KnownCase(number=c.number, people=c.people, metres=c.metres) for c in event.known.cases)
    zone = scene.form.appeal.agency.time_zone
    outages = tuple(
        KnownOutage(text=outage.text, until=day_in_words(outage.until, time_zone=zone, lang=scene.draft.lang))
        for outage in event.known.outages
    )
    stays = scene.draft.answers.joins in {case.number for case in cases}
    answered = scene if stays else scene.remember(answers=scene.draft.answers.without_joining())
    return answered.remember(looked=_mark(scene), cases=cases, outages=outages, knows=bool(cases or outages))


def _mark(scene: Scene) -> str:
    answers = scene.draft.answers
    what = json.dumps([answers.topic, answers.address, answers.lat, answers.lon])
    return hashlib.sha256(what.encode()).hexdigest()[:_MARK]


def _ask(scene: Scene) -> Question:
    cases, outages = scene.draft.cases, scene.draft.outages
    listed = "\n\n".join((*(_outage_line(scene, outage) for outage in outages), *_case_lines(scene)))
    choices = tuple(
        button(scene, Step.NEARBY, f"join-{place}", _join_label(scene, case)) for place, case in enumerate(cases, 1)
    )
    other = button(scene, Step.NEARBY, "other", scene.say("chat.nearby.other" if cases else "chat.nearby.anyway"))
    asked = scene.say("chat.nearby.ask", listed=listed) if cases else scene.say("chat.nearby.only", listed=listed)
    rows: Rows = (*choices, other, way_on(scene, Step.NEARBY))
    return Question(text=asked.strip(), rows=rows, numbered=len(choices))


def _outage_line(scene: Scene, outage: KnownOutage) -> str:
    said = scene.say("chat.nearby.outage", owner=scene.form.agency_name, text=outage.text)
    return f"{said} {scene.say('chat.nearby.until', day=outage.until)}"


def _case_lines(scene: Scene) -> tuple[str, ...]:
    topic, lang = scene.topic, scene.draft.lang
    name = "" if topic is None else topic.name_in(lang)
    texts = scene.form.texts
    said = [
        f"{name}. {case_in_words(texts, lang, people=case.people, metres=case.metres)}." for case in scene.draft.cases
    ]
    return tuple(said) if len(said) == 1 else tuple(f"{place}. {line}" for place, line in enumerate(said, 1))


def _join_label(scene: Scene, case: KnownCase) -> str:
    is_only = len(scene.draft.cases) == 1
    return scene.say("chat.nearby.join") if is_only else scene.say("chat.nearby.join_one", number=case.number)


def _hear(scene: Scene, said: Said) -> Move:
    words, is_only = plain(said.text), len(scene.draft.cases) == 1
    choice = "join-1" if words in AGREE and is_only else "other" if words in DISAGREE else ""
    return _choose(scene, choice) or Move(scene=scene, remarks=(scene.say("chat.choose"),))


def _choose(scene: Scene, choice: str) -> Move | None:
    if choice == "other":
        answers = scene.draft.answers.without_joining()
        return Move(scene=scene.settle(Step.NEARBY).remember(answers=answers, knows=False))
    joined = {f"join-{place}": case for place, case in enumerate(scene.draft.cases, 1)}.get(choice)
    if joined is None:
        return None
    return Move(scene=scene.answer(Step.NEARBY, joins=str(joined.number)).remember(knows=False))


NEARBY = StepScript(
    step=Step.NEARBY,
    is_asked=lambda scene: bool(scene.draft.cases or scene.draft.outages),
    is_answered=lambda scene: not scene.draft.knows,
    ask=_ask,
    hear=_hear,
    choose=_choose,
)
