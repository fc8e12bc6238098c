"""The topic: one of those that fit the text, found by words, or picked from the whole catalogue."""

from collections.abc import Collection

from gateway.dialog.buttons import Row, Rows, fingerprint, step_button
from gateway.dialog.catalogue_pages import Shelf, find_shelf, find_topic, page_of, path_in, way_down, way_up
from gateway.dialog.draft import Browsing
from gateway.dialog.events import Said
from gateway.dialog.scene import Move, Question, Scene
from gateway.dialog.steps.details import begin_anew
from gateway.dialog.steps.files import missed_photo
from gateway.dialog.steps.script import StepScript, button, way_on
from gateway.dialog.suggesting import choose_topic, suggestion_of
from gateway.dialog.turn import Step
from gateway.dialog.words import UNKNOWN, has_words, plain
from gateway.domain.message import Button
from gateway.domain.topic import ARROW, Topic, TopicCode, mistaken


def _ask(scene: Scene) -> Question:
    if isinstance(scene.draft.focus, Browsing):
        return _ask_shelf(scene, scene.draft.focus)
    topics, lang = suggested(scene), scene.draft.lang
    browse = _button(scene, "other" if topics else "browse", "browse")
    ways = (browse, _unknown(scene), *way_on(scene, Step.TOPIC)[:1])
    if not topics:
        return Question(text=scene.say("chat.topic.search"), rows=(ways,))
    apart = mistaken(topics)
    listed = _listed([_described(scene, topic, topic.path_in(lang), apart) for topic in topics])
    choices = _numbered(scene, [(topic.name_in(lang), f"t-{fingerprint(topic.code)}") for topic in topics])
    return Question(text=scene.say("chat.topic.ask", listed=listed), rows=(*choices, ways), numbered=len(choices))


def suggested(scene: Scene) -> tuple[Topic, ...]:
    """Return the topics that seem to fit and are still there."""
    found = (scene.form.catalogue.find(code) for code in scene.draft.suggested)
    return tuple(topic for topic in found if topic is not None)


def _ask_shelf(scene: Scene, looking: Browsing) -> Question:
    page, lang = page_of(scene.form.catalogue, looking.path, looking.page), scene.draft.lang
    choices = _numbered(scene, [(shelf.name_in(lang), _choice(shelf)) for shelf in page.shelves])
    ways = (*(_button(scene, way, way) for way in page.ways), _unknown(scene))
    apart = mistaken(shelf.topic for shelf in page.shelves if shelf.topic)
    listed = _listed([_described(scene, shelf.topic, shelf.name_in(lang), apart) for shelf in page.shelves])
    where = ARROW.join(path_in(scene.form.catalogue, looking.path, lang)) or scene.say("chat.topic.all")
    if page.pages > 1:
        where = scene.say("chat.topic.page", where=where, page=page.number, pages=page.pages)
    return Question(
        text=scene.say("chat.topic.shelf", where=where, listed=listed), rows=(*choices, ways), numbered=len(choices)
    )


def _described(scene: Scene, topic: Topic | None, name: str, apart: Collection[TopicCode]) -> str:
    """Return a name, and under it what tells its topic from the others where residents mix them up."""
    tell = topic.wording(scene.draft.lang).tell if topic is not None and topic.code in apart else ""
    return f"{name}\n   {tell}" if tell else name


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


def _button(scene: Scene, word: str, choice: str) -> Button:
    return step_button(scene.say(f"chat.topic.{word}"), scene.draft.number, Step.TOPIC.value, choice)


def _unknown(scene: Scene) -> Button:
    """«I do not know»: passes the step over, and takes a topic away that nobody has chosen."""
    return _button(scene, "unknown", "unknown" if scene.draft.follows_text else "skip")


def _leave_open(scene: Scene) -> Scene:
    return choose_topic(scene, None).skip(Step.TOPIC)


def _hear(scene: Scene, said: Said) -> Move:
    """Search by what was typed."""
    if plain(said.text) in UNKNOWN:
        return Move(scene=_leave_open(scene))
    if not has_words(said.text):
        return Move(scene=scene)
    found = suggestion_of(said).topics
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
        return None if path is None else _look(scene, Browsing(path=way_down(scene.form.catalogue, path)))
    return _turn_page(scene, choice)


def _take(scene: Scene, topic: Topic) -> Move:
    taken = begin_anew(choose_topic(scene, str(topic.code)))
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
            above = Browsing(path=way_up(scene.form.catalogue, looking.path))
            return _look(scene, above) if looking.path else Move(scene=scene.settle(Step.TOPIC))
        case "unknown":
            return Move(scene=_leave_open(scene))
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
