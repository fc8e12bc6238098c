"""Where it is: typed, sent as a point, where a photo was taken, or the same place as before."""

from gateway.dialog.buttons import Rows
from gateway.dialog.events import Said
from gateway.dialog.scene import DialogForm, Move, Question, Scene
from gateway.dialog.steps.script import StepScript, button, way_on
from gateway.dialog.turn import Step
from gateway.dialog.words import NO, has_words, plain
from gateway.domain.message import Button, ButtonKind
from gateway.domain.place import Place, Point


def _is_answered(scene: Scene) -> bool:
    return bool(scene.draft.answers.address) or scene.draft.answers.lat is not None


def _may_skip(form: DialogForm) -> bool:
    return not form.appeal.place_required


def _ask(scene: Scene) -> Question:
    skip = scene.say("chat.button.skip") if _may_skip(scene.form) else None
    offered = photo_point(scene)
    asked = scene.say("chat.place.ask" if scene.form.takes_location else "chat.place.type")
    if offered is not None:
        asked += "\n\n" + scene.say("chat.place.photo_hint", point=in_words(Place(point=offered)))
    return Question(text=asked, rows=(*_offers(scene, offered), way_on(scene, Step.PLACE, skip=skip)))


def _offers(scene: Scene, photographed: Point | None) -> Rows:
    rows: list[tuple[Button, ...]] = []
    if photographed is not None:
        rows.append(button(scene, Step.PLACE, "photo", scene.say("chat.place.photo")))
    if scene.draft.place_before is not None:
        place = in_words(scene.draft.place_before)
        rows.append(button(scene, Step.PLACE, "before", scene.say("chat.place.before", place=place)))
    if scene.form.takes_location:
        rows.append((Button(label=scene.say("chat.place.here"), kind=ButtonKind.LOCATION),))
    return tuple(rows)


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
    if scene.is_editing and said.place is None:  # another address makes the old point wrong
        return Move(scene=scene.answer(Step.PLACE, address=address, lat=None, lon=None))
    return Move(scene=scene.answer(Step.PLACE, address=address))


def _choose(scene: Scene, choice: str) -> Move | None:
    point = photo_point(scene)
    if choice == "photo" and point is not None:
        return Move(scene=take_place(scene, Place(point=point)))
    if choice == "before" and scene.draft.place_before is not None:
        return Move(scene=take_place(scene, scene.draft.place_before))
    return None


def take_place(scene: Scene, place: Place) -> Scene:
    """Return the scene with that place instead of whatever was there."""
    lat, lon = (None, None) if place.point is None else (place.point.lat, place.point.lon)
    return scene.answer(Step.PLACE, address=place.address, lat=lat, lon=lon)


PLACE = StepScript(step=Step.PLACE, is_answered=_is_answered, ask=_ask, hear=_hear, choose=_choose, may_skip=_may_skip)
