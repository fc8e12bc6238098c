"""The topic: one of those that fit the text, found by words, or picked from the whole catalogue."""

from gateway.dialog.buttons import Row, Rows, fingerprint, step_button
from gateway.dialog.catalogue_pages import Shelf, find_shelf, find_topic, page_of
from gateway.dialog.draft import Browsing
from gateway.dialog.events import Said
from gateway.dialog.scene import Move, Question, Scene
from gateway.dialog.steps.details import begin_anew
from gateway.dialog.steps.files import missed_photo
from gateway.dialog.steps.script import StepScript, button, way_on
from gateway.dialog.steps.text import codes
from gateway.dialog.turn import Step
from gateway.dialog.words import UNKNOWN, has_words, plain
from gateway.domain.topic import Topic


def _ask(scene: Scene) -> Question:
    if isinstance(scene.draft.focus, Browsing):
        return _ask_shelf(scene, scene.draft.focus)
    topics = suggested(scene)
    browse = step_button(scene.say("chat.topic.browse"), scene.draft.number, Step.TOPIC.value, "browse")
    ways = (browse, *way_on(scene, Step.TOPIC, skip=scene.say("chat.topic.unknown"))[:2])
    if not topics:
        return Question(text=scene.say("chat.topic.search"), rows=(ways,))
    listed = _listed([" → ".join(topic.path) for topic in topics])
    choices = _numbered(scene, [(topic.name, f"t-{fingerprint(topic.code)}") for topic in topics])
    return Question(text=scene.say("chat.topic.ask", listed=listed), rows=(*choices, ways), numbered=len(choices))


def suggested(scene: Scene) -> tuple[Topic, ...]:
    """Return the topics that seem to fit and are still there."""
    found = (scene.form.catalogue.find(code) for code in scene.draft.suggested)
    return tuple(topic for topic in found if topic is not None)


def _ask_shelf(scene: Scene, looking: Browsing) -> Question:
    page = page_of(scene.form.catalogue, looking.path, looking.page)
    choices = _numbered(scene, [(shelf.name, _choice(shelf)) for shelf in page.shelves])
    ways = [step_button(scene.say(f"chat.topic.{way}"), scene.draft.number, Step.TOPIC.value, way) for way in page.ways]
    ways.append(step_button(scene.say("chat.topic.unknown"), scene.draft.number, Step.TOPIC.value, "skip"))
    where = " → ".join(looking.path) or scene.say("chat.topic.all")
    asked = scene.say("chat.topic.shelf", where=where, listed=_listed([shelf.name for shelf in page.shelves]))
    return Question(text=asked, rows=(*choices, tuple(ways)), numbered=len(choices))


def _choice(shelf: Shelf) -> str:
    if shelf.topic is not None:
        return f"t-{fingerprint(shelf.topic.code)}"
    return f"s-{shelf.mark}"


def _listed(names: list[str]) -> str:
    return "\n".join(f"{place}. {name}" for place, name in enumerate(names, 1))


def _numbered(scene: Scene, choices: list[tuple[str, str]]) -> Rows:
    rows: list[Row] = [
        button(scene, Step.TOPIC, choice, f"{place}. {name}") for place, (name, choice) in enumerate(choices, 1)
    ]
    return tuple(rows)


def _hear(scene: Scene, said: Said) -> Move:
    """Search by what was typed."""
    if plain(said.text) in UNKNOWN:
        return Move(scene=scene.skip(Step.TOPIC))
    if not has_words(said.text):
        return Move(scene=scene)
    found = codes(said.matches)
    if not found:
        return Move(scene=scene, remarks=(scene.say("chat.topic.nothing"),))
    looking = scene.draft.focus if scene.is_editing else None
    return Move(scene=scene.remember(suggested=found, focus=looking))


def _choose(scene: Scene, choice: str) -> Move | None:
    kind, _, mark = choice.partition("-")
    if kind == "t":
        topic = find_topic(scene.form.catalogue, mark)
        return None if topic is None else _take(scene, topic)
    if kind == "s":
        path = find_shelf(scene.form.catalogue, mark)
        return None if path is None else _look(scene, Browsing(path=path))
    return _turn_page(scene, choice)


def _take(scene: Scene, topic: Topic) -> Move:
    taken = begin_anew(scene.answer(Step.TOPIC, topic=str(topic.code)))
    return Move(scene=taken, remarks=missed_photo(taken))


def _turn_page(scene: Scene, way: str) -> Move | None:
    looking = scene.draft.focus if isinstance(scene.draft.focus, Browsing) else Browsing()
    match way:
        case "browse":
            return _look(scene, Browsing())
        case "more":
            return _look(scene, Browsing(path=looking.path, page=looking.page + 1))
        case "less":
            return _look(scene, Browsing(path=looking.path, page=max(0, looking.page - 1)))
        case "up":
            return (
                _look(scene, Browsing(path=looking.path[:-1])) if looking.path else Move(scene=scene.settle(Step.TOPIC))
            )
        case _:
            return None


def _look(scene: Scene, looking: Browsing) -> Move:
    return Move(scene=scene.remember(focus=looking))


TOPIC = StepScript(
    step=Step.TOPIC,
    is_answered=lambda scene: scene.topic is not None,
    ask=_ask,
    hear=_hear,
    choose=_choose,
    may_skip=lambda _form: True,
)
