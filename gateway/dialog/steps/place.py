"""Where it is: typed, sent as a point, where a photo was taken, or the same place as before."""

from collections.abc import Iterator

from gateway.dialog.buttons import Row, Rows
from gateway.dialog.events import Said
from gateway.dialog.scene import DialogForm, Move, Question, Scene
from gateway.dialog.steps.script import StepScript, button, way_on
from gateway.dialog.turn import Step
from gateway.dialog.words import NO, has_words, plain
from gateway.domain.message import Button, ButtonKind
from gateway.domain.place import Place, Point
from gateway.form.place_rule import has_place

_BESIDE_LOCATION = 5
"""Buttons beside one that asks for the place (VK)."""


def _is_answered(scene: Scene) -> bool:
    return bool(scene.draft.answers.address) or scene.draft.answers.lat is not None


def _may_skip(form: DialogForm) -> bool:
    return not form.appeal.place_required


def _ask(scene: Scene) -> Question:
    skip = scene.say("chat.button.skip") if _may_skip(scene.form) else None
    ways = way_on(scene, Step.PLACE, skip=skip)
    offered = photo_point(scene)
    asked = scene.say("chat.place.ask" if scene.form.takes_location else "chat.place.type")
    if offered is not None:
        asked += "\n\n" + scene.say("chat.place.photo_hint", point=in_words(Place(point=offered)))
    offers = tuple(_offers(scene, offered))[: _BESIDE_LOCATION - len(ways)]
    here = ((Button(label=scene.say("chat.place.here"), kind=ButtonKind.LOCATION),),)
    return Question(text=asked, rows=(*offers, *(here if scene.form.takes_location else ()), ways))


def _offers(scene: Scene, photographed: Point | None) -> Iterator[Row]:
    """Yield what is known of places, the likeliest first: what the text names, where the same text has been before."""
    named, before = scene.draft.named_place, scene.draft.place_before
    if named is not None:
        yield button(scene, Step.PLACE, "text", scene.say("chat.place.named", place=named.address))
    earlier: Rows = ()
    if before is not None and (named is None or before.address != named.address):
        earlier = (button(scene, Step.PLACE, "before", scene.say("chat.place.before", place=in_words(before))),)
    if scene.draft.comes_next:
        yield from earlier
    if photographed is not None:
        yield button(scene, Step.PLACE, "photo", scene.say("chat.place.photo"))
    if not scene.draft.comes_next:
        yield from earlier


def photo_point(scene: Scene) -> Point | None:
    """Return where the first photo that knows it was taken."""
    return next((file.place for file in scene.draft.files if file.place is not None), None)


def in_words(place: Place) -> str:
    """Return a place as the resident knows it: the address, else the point."""
    if place.address:
        return place.address
    return "" if place.point is None else f"{place.point.lat:.5f}, {place.point.lon:.5f}"


def _hear(scene: Scene, said: Said) -> Move:
    address, most = " ".join(said.text.split()), scene.form.appeal.limits.address_max
    if not has_words(address) or plain(address) in NO:
        return Move(scene=scene, remarks=(scene.say("chat.place.wordless"),))
    if len(address) > most:
        return Move(scene=scene, remarks=(scene.say("chat.place.long", most=most),))
    is_of_point = scene.draft.answers.lat is not None and not scene.is_editing
    if said.place is None and not is_of_point:  # another address makes the old point wrong
        return Move(scene=take_located(scene, address, said.address_point))
    return Move(scene=_given(scene.answer(Step.PLACE, address=address)))


def _choose(scene: Scene, choice: str) -> Move | None:
    point = photo_point(scene)
    if choice == "photo" and point is not None:
        return Move(scene=take_place(scene, Place(point=point)))
    named = scene.draft.named_place
    if choice == "text" and named is not None:
        return Move(scene=take_located(scene, named.address, named.point))
    if choice == "before" and scene.draft.place_before is not None:
        return Move(scene=take_place(scene, scene.draft.place_before))
    return None


def take_located(scene: Scene, address: str, point: Point | None) -> Scene:
    """Return the scene with that address and the point that was looked up for it."""
    return take_place(scene.remember(looked_up=point), Place(address=address, point=point))


def take_place(scene: Scene, place: Place) -> Scene:
    """Return the scene with that place instead of whatever was there."""
    lat, lon = (None, None) if place.point is None else (place.point.lat, place.point.lon)
    return _given(scene.answer(Step.PLACE, address=place.address, lat=lat, lon=lon))


def _given(scene: Scene) -> Scene:
    return scene.remember(follows_place=False)


PLACE = StepScript(
    step=Step.PLACE,
    is_asked=lambda scene: has_place(scene.topic),
    is_answered=_is_answered,
    ask=_ask,
    hear=_hear,
    choose=_choose,
    may_skip=_may_skip,
)
