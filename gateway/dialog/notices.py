"""What the resident is told in the chat when the agency's side reports something about an appeal."""

from gateway.dialog.buttons import Rows, Verb, case_button, rating_row
from gateway.dialog.cases import day
from gateway.dialog.draft import Draft
from gateway.dialog.scene import DialogForm, Scene
from gateway.domain.case import CaseEvent, CaseFile, EventKind
from gateway.domain.message import Message, SentFile
from gateway.domain.tracking import Tracked
from gateway.form.wording import shorten

_GIST = 80


def notice(form: DialogForm, tracked: Tracked, event: CaseEvent) -> tuple[Message, ...]:
    """Return the messages about one event of an appeal, in the language in which it was sent.

    Nothing is said of what the resident did, nor of kinds that the texts do not know.
    """
    scene = Scene(form, Draft(lang=tracked.lang))
    kind = _kind(event)
    if not scene.has(f"chat.notice.{kind}"):
        return ()
    said = scene.say(
        f"chat.notice.{kind}",
        number=tracked.number,
        gist=shorten(tracked.gist, _GIST),
        day=day(scene, event.answer_by),
    )
    after = _after(scene, kind) if tracked.joins is None else _after_to_joiner(scene, kind)
    parts = (said, _reason(scene, event), event.text or "", after)
    text = "\n\n".join(part for part in parts if part)
    return (Message(text=text, rows=_rows(scene, tracked, event), files=tuple(map(_file, event.files))),)


def _kind(event: CaseEvent) -> str:
    return f"{event.kind.value}.{event.status.value}" if event.kind is EventKind.MOVED else event.kind.value


def _reason(scene: Scene, event: CaseEvent) -> str:
    if event.ground is None or not scene.has(f"chat.ground.{event.ground.value}"):
        return ""
    return scene.say(f"chat.ground.{event.ground.value}")


def _after(scene: Scene, kind: str) -> str:
    """Return what the resident can do now."""
    return scene.say(f"chat.notice_after.{kind}") if scene.has(f"chat.notice_after.{kind}") else ""


def _after_to_joiner(scene: Scene, kind: str) -> str:
    """Return what those who have joined can do now: they neither rate nor mend what somebody else wrote."""
    return scene.say(f"chat.notice_joined.{kind}") if scene.has(f"chat.notice_joined.{kind}") else ""


def _rows(scene: Scene, tracked: Tracked, event: CaseEvent) -> Rows:
    match event.kind:
        case EventKind.ASKED:
            return ((case_button(scene.say("chat.case.reply"), Verb.REPLY, tracked.number),),)
        case EventKind.ANSWERED if tracked.joins is None:
            return (rating_row(tracked.number),)
        case _:
            return ((case_button(scene.say("chat.case.show"), Verb.SHOW, tracked.number),),)


def _file(file: CaseFile) -> SentFile:
    return SentFile(key=file.id, name=file.name, type=file.type, size=file.size)
