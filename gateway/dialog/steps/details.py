"""What the topic asks besides: one question after the other. Each may be passed over, or all of them at once."""

from collections.abc import Iterator, Mapping

from gateway.dialog.buttons import Row, Rows, fingerprint, in_rows, step_button
from gateway.dialog.draft import Browsing, Editing
from gateway.dialog.events import Said
from gateway.dialog.scene import Move, Question, Scene
from gateway.dialog.steps.script import StepScript, button, way_on
from gateway.dialog.turn import Step
from gateway.dialog.words import UNKNOWN, YES, SmallTalk, has_words, plain, read_small_talk
from gateway.form.questions import label_of, question_called
from gateway.form.told import told_in

_TOLD_BY_PLACE = {"house"}
"""Questions that the place answers: they are asked only where a place is known that does not."""


_MOST_CHOICES = 8


def asked_by_topic(scene: Scene) -> tuple[str, ...]:
    """Return the questions of the chosen topic."""
    return () if scene.topic is None else scene.topic.questions


def answered(scene: Scene) -> Mapping[str, str]:
    """Return what was answered of the chosen topic's questions, in their order."""
    details = scene.draft.answers.details
    return {name: details[name] for name in asked_by_topic(scene) if name in details}


def begin_anew(scene: Scene) -> Scene:
    """Return the scene with questions asked again that were passed over all at once: the topic is another one."""
    return scene.remember(skipped=scene.draft.skipped - {Step.DETAILS.value})


def _open(scene: Scene) -> tuple[str, ...]:
    """Return the questions that were neither answered nor passed over."""
    details, skipped = scene.draft.answers.details, scene.draft.skipped
    return tuple(name for name in _askable(scene) if name not in details and _mark(name) not in skipped)


def _askable(scene: Scene) -> Iterator[str]:
    return (name for name in asked_by_topic(scene) if name not in _TOLD_BY_PLACE or _place_is_vague(scene))


def _place_is_vague(scene: Scene) -> bool:
    answers = scene.draft.answers
    is_known = bool(answers.address) or answers.lat is not None
    return is_known and not any(map(str.isdigit, answers.address or ""))


def _mark(name: str) -> str:
    return f"{Step.DETAILS.value}.{name}"


def _current(scene: Scene) -> str | None:
    """Return the question that is asked; None where the resident chooses which one to change."""
    focus, questions = scene.draft.focus, asked_by_topic(scene)
    if isinstance(focus, Editing):
        only = questions[0] if len(questions) == 1 else None
        return focus.about if focus.about in questions else only
    return next(iter(_open(scene)), None)


def _told(scene: Scene, name: str) -> str | None:
    """Return what the description seems to say about it."""
    found = told_in(scene.draft.answers.text, name)
    return None if found is None else found[: scene.form.appeal.limits.detail_max]


def _ask(scene: Scene) -> Question:
    name = _current(scene)
    if name is None:
        return _ask_which(scene)
    question = question_called(name, scene.form.texts, scene.draft.lang)
    lines = [scene.say("chat.details.ask", question=question.label.rstrip("?"))]
    if question.example is not None:
        lines.append(scene.say("chat.details.example", example=question.example))
    if not scene.is_editing and len(_open(scene)) == len(tuple(_askable(scene))):
        lines.insert(0, scene.say("chat.details.first"))
    return Question(text="\n".join(lines), rows=(*_offers(scene, name), _ways(scene)))


def _ask_which(scene: Scene) -> Question:
    names = asked_by_topic(scene)[:_MOST_CHOICES]
    choices = tuple(
        step_button(_label(scene, name), scene.draft.number, Step.DETAILS.value, f"q-{fingerprint(name)}")
        for name in names
    )
    rows = (*in_rows(choices, each=2), way_on(scene, Step.DETAILS))
    return Question(text=scene.say("chat.details.which"), rows=rows, numbered=len(choices))


def _label(scene: Scene, name: str) -> str:
    return label_of(name, scene.form.texts, scene.draft.lang)


def _offers(scene: Scene, name: str) -> Rows:
    """Return rows with what the text tells, and with what can be done with the questions as a whole."""
    told, rows = _told(scene, name), list[Row]()
    if told is not None:
        rows.append(button(scene, Step.DETAILS, "told", told))
    if scene.is_editing and name in answered(scene):
        rows.append(button(scene, Step.DETAILS, "clear", scene.say("chat.details.clear")))
    if not scene.is_editing and len(_open(scene)) > 1:
        rows.append(button(scene, Step.DETAILS, "all", scene.say("chat.details.skip_all")))
    return tuple(rows)


def _ways(scene: Scene) -> Row:
    return way_on(scene, Step.DETAILS, skip=None if scene.is_editing else scene.say("chat.button.skip"))


def _hear(scene: Scene, said: Said) -> Move:
    name, words = _current(scene), " ".join(said.text.split())
    if name is None:
        return Move(scene=scene, remarks=(scene.say("chat.choose"),))
    told, most = _told(scene, name), scene.form.appeal.limits.detail_max
    if told is not None and plain(words) in YES:
        return Move(scene=_take(scene, name, told))
    if plain(words) in UNKNOWN:
        return Move(scene=_pass_over(scene))
    if not has_words(words) or read_small_talk(words) is SmallTalk.ASSENT:
        return Move(scene=scene)
    if len(words) > most:
        return Move(scene=scene, remarks=(scene.say("chat.details.long", most=most),))
    return Move(scene=_take(scene, name, words))


def _choose(scene: Scene, choice: str) -> Move | None:
    if choice == "all":
        return Move(scene=scene.skip(Step.DETAILS))
    kind, _, mark = choice.partition("-")
    if kind == "q":
        names = {fingerprint(name): name for name in asked_by_topic(scene)}
        return Move(scene=_look_at(scene, names[mark])) if mark in names else None
    name = _current(scene)
    if name is None:
        return None
    if choice == "clear":
        return Move(scene=_passed(without_answer(scene, name), name))
    told = _told(scene, name)
    return Move(scene=_take(scene, name, told)) if choice == "told" and told is not None else None


def _look_at(scene: Scene, name: str) -> Scene:
    return scene.remember(focus=Editing(step=Step.DETAILS.value, about=name))


def _take(scene: Scene, name: str, words: str) -> Scene:
    return _settled(scene, {**scene.draft.answers.details, name: words})


def without_answer(scene: Scene, name: str) -> Scene:
    """Return the scene with a question unanswered again."""
    left = {other: said for other, said in scene.draft.answers.details.items() if other != name}
    return _settled(scene, left)


def _settled(scene: Scene, details: Mapping[str, str]) -> Scene:
    """Return the scene with these answers; others that were passed over stay so."""
    skipped = scene.draft.skipped
    return scene.answer(Step.DETAILS, details=details).remember(skipped=skipped)


def _pass_over(scene: Scene) -> Scene:
    """Return the scene with the question that is asked passed over, and its answer kept if it has one."""
    name = _current(scene)
    passed = scene if name is None else _passed(scene, name)
    return passed.remember(focus=None) if isinstance(scene.draft.focus, Editing | Browsing) else passed


def _passed(scene: Scene, name: str) -> Scene:
    return scene.remember(skipped=scene.draft.skipped | {_mark(name)})


DETAILS = StepScript(
    step=Step.DETAILS,
    is_asked=lambda scene: bool(asked_by_topic(scene)),
    is_answered=lambda scene: not _open(scene),
    ask=_ask,
    hear=_hear,
    choose=_choose,
    may_skip=lambda _form: True,
    pass_over=_pass_over,
)
