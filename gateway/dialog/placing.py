"""The place that a text names: offered, or taken without asking where it is a house, until the resident gives one."""

from dataclasses import replace

from gateway.dialog.draft import NamedPlace
from gateway.dialog.scene import Scene
from gateway.dialog.turn import Step
from gateway.domain.reading import ReadPlace, ReadProblem
from gateway.form.answers import Answers
from gateway.form.place_rule import has_place


def named_by(problem: ReadProblem) -> NamedPlace | None:
    """Return the place that a problem names, None where it names none that could be written into an address."""
    place = problem.place
    if place is None or not any(map(str.isalpha, place.address)):
        return None
    return NamedPlace(address=place.address, is_exact=_is_exact(place), point=place.point)


def _is_exact(place: ReadPlace) -> bool:
    return bool(place.street and place.house)


def named_by_all(places: tuple[NamedPlace | None, ...]) -> NamedPlace | None:
    """Return the place of a text as a whole: the first that is named, to be asked about if there are others."""
    named = tuple(dict.fromkeys(place for place in places if place is not None))
    if len(named) < 2:
        return next(iter(named), None)
    return NamedPlace(address=named[0].address)


def follow_place(scene: Scene, place: NamedPlace | None) -> Scene:
    """Return the scene with the place that its text names; what the resident gave or passed over stays as it is."""
    known = scene.remember(named_place=place if place and _fits(scene, place) else None)
    if _is_decided(scene):
        return known
    named = known.draft.named_place
    if named is not None and named.is_exact and has_place(scene.topic):
        return take_named_place(known, named).remember(follows_place=True)
    return known.remember(answers=_without_place(known), follows_place=False) if scene.draft.follows_place else known


def take_named_place(scene: Scene, place: NamedPlace) -> Scene:
    """Return the scene with an address out of the text; a point that was sent along stays."""
    answers = _without_place(scene) if scene.draft.follows_place else scene.draft.answers
    answers = replace(answers, address=place.address)
    if place.point is not None and answers.lat is None:
        answers = replace(answers, lat=place.point.lat, lon=place.point.lon)
        scene = scene.remember(looked_up=place.point)
    return scene.remember(answers=answers)


def _without_place(scene: Scene) -> Answers:
    """What follows the text was given by nobody, so its point came with the address."""
    return replace(scene.draft.answers, address=None, lat=None, lon=None)


def news_of_place(before: Scene, after: Scene) -> tuple[str, ...]:
    """Return a line about a place that has just been taken without asking."""
    address = after.draft.answers.address if after.draft.follows_place else None
    if address is None or (before.draft.number, before.draft.answers.address) == (after.draft.number, address):
        return ()
    return (after.say("chat.place.from_text", place=address),)


def _fits(scene: Scene, place: NamedPlace) -> bool:
    return len(place.address) <= scene.form.appeal.limits.address_max


def _is_decided(scene: Scene) -> bool:
    draft, answers = scene.draft, scene.draft.answers
    is_given = bool(answers.address) or answers.lat is not None
    return Step.PLACE.value in draft.skipped or (is_given and not draft.follows_place)
