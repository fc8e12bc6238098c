"""The topic that a text suggests: taken without asking where it is sure, until the resident chooses one by hand."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from gateway.dialog.events import Said
from gateway.dialog.scene import Scene
from gateway.dialog.steps.details import begin_anew
from gateway.dialog.turn import Step
from gateway.domain.topic import TopicMatch, is_sure

_MOST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Codes of the topics that fit, best first; `is_sure` tells that the best need not be asked about."""

    topics: tuple[str, ...] = ()
    is_sure: bool = False


def suggestion_of(said: Said) -> Suggestion:
    """Return what a text suggests, as it was read."""
    if said.reading is None:
        return Suggestion()
    if len(said.reading.problems) > 1:
        return Suggestion(topics=_codes(said.reading.topics))
    return best_of(said.reading.topics)


def best_of(matches: Iterable[TopicMatch]) -> Suggestion:
    """Return the best of these matches as a suggestion."""
    best = sorted(matches, key=lambda match: -match.score)
    return Suggestion(topics=_codes(best), is_sure=is_sure(best))


def follow_text(scene: Scene, suggestion: Suggestion) -> Scene:
    """Return the scene with what its text suggests; what the resident chose or passed over stays as it is."""
    suggested = scene.remember(suggested=suggestion.topics)
    if _is_decided(scene):
        return suggested
    topic = suggestion.topics[0] if suggestion.is_sure else None
    taken = suggested.remember(answers=replace(scene.draft.answers, topic=topic), follows_text=topic is not None)
    return taken if topic == scene.draft.answers.topic else begin_anew(taken)


def choose_topic(scene: Scene, code: str | None) -> Scene:
    """Return the scene with a topic chosen by hand; None takes it away."""
    return scene.answer(Step.TOPIC, topic=code).remember(follows_text=False)


def news_of_topic(before: Scene, after: Scene) -> tuple[str, ...]:
    """Return a line about a topic that has just been taken without asking."""
    topic = after.topic if after.draft.follows_text else None
    if topic is None or (before.draft.number, before.draft.answers.topic) == (after.draft.number, topic.code):
        return ()
    return (after.say("chat.topic.taken", topic=topic.name_in(after.draft.lang)),)


def _is_decided(scene: Scene) -> bool:
    draft = scene.draft
    return Step.TOPIC.value in draft.skipped or (draft.answers.topic is not None and not draft.follows_text)


def _codes(matches: Iterable[TopicMatch]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(match.topic.code) for match in matches))[:_MOST]
