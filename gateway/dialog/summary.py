"""All the answers, as they are shown before they are sent."""

from collections.abc import Iterator

from gateway.dialog.scene import Scene
from gateway.dialog.steps.details import answered, asked_by_topic
from gateway.dialog.turn import Step
from gateway.domain.place import Place, Point
from gateway.form.neighbours import case_in_words
from gateway.form.questions import details_in_words
from gateway.form.wording import shorten

_WHOLE_TEXT = 1_000
"""A text up to so many characters is shown whole: the chat above has the rest."""


def summary(scene: Scene) -> str:
    """Return the answers that were given, one below the other."""
    return "\n".join(f"{label}: {words}" for label, words in _lines(scene))


def answered_steps(scene: Scene) -> tuple[Step, ...]:
    """Return the steps whose answers can be changed: those asked here, and those that came by themselves."""
    asked = {Step.TEXT, Step.FILES, Step.TOPIC, Step.PLACE}
    if asked_by_topic(scene):
        asked.add(Step.DETAILS)
    return tuple(step for step, words in _answers(scene) if words or step in asked)


def _lines(scene: Scene) -> Iterator[tuple[str, str]]:
    for step, words in _answers(scene):
        if step is Step.DETAILS:
            yield from details_in_words(answered(scene), scene.form.texts, scene.draft.lang)
        elif words:
            yield scene.say(f"chat.answer.{step.value}"), words


def _answers(scene: Scene) -> Iterator[tuple[Step, str]]:
    answers, topic = scene.draft.answers, scene.topic
    yield Step.TEXT, _text(scene)
    yield Step.FILES, str(len(scene.draft.files)) if scene.draft.files else ""
    yield Step.TOPIC, topic.path_in(scene.draft.lang) if topic else ""
    yield Step.DETAILS, "; ".join(answered(scene).values())
    yield Step.PLACE, place_in_words(scene)
    yield Step.NEARBY, joined_in_words(scene)
    yield Step.NAME, answers.name or ""
    yield Step.EMAIL, answers.email or ""
    yield Step.PHONE, answers.phone or ""
    if scene.form.appeal.consent is not None:
        yield Step.CONSENT, scene.say("chat.answer.consent_given") if answers.consent else ""


def _text(scene: Scene) -> str:
    text = scene.draft.answers.text
    if len(text) <= _WHOLE_TEXT:
        return text
    return scene.say("chat.answer.text_cut", beginning=shorten(text, _WHOLE_TEXT), length=len(text))


def joined_in_words(scene: Scene) -> str:
    """Return whose case is joined, as far as anybody may know; empty for a case of one's own."""
    joined = next((case for case in scene.draft.cases if case.number == scene.draft.answers.joins), None)
    if joined is None:
        return ""
    return case_in_words(scene.form.texts, scene.draft.lang, people=joined.people, metres=joined.metres)


def place_in_words(scene: Scene) -> str:
    """Return the place that was given: its address, its point, or both; no point that was looked up for the address."""
    answers, place = scene.draft.answers, place_of(scene)
    point = None if place is None or (place.address and place.point == scene.draft.looked_up) else place.point
    on_map = "" if point is None else f"{point.lat:.5f}, {point.lon:.5f}"
    return "; ".join(words for words in (answers.address, on_map) if words)


def place_of(scene: Scene) -> Place | None:
    """Return the place that was given."""
    answers = scene.draft.answers
    point = None if answers.lat is None or answers.lon is None else Point(lat=answers.lat, lon=answers.lon)
    return Place(address=answers.address, point=point) if answers.address or point else None
