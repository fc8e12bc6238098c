"""How forms follow one another: begun, put aside, brought back, sent. None is lost by a slip."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from gateway.dialog.buttons import fingerprint
from gateway.dialog.draft import Draft, Portion, PutAside
from gateway.dialog.placing import follow_place
from gateway.dialog.scene import Scene
from gateway.dialog.suggesting import Suggestion, follow_text
from gateway.dialog.summary import place_of
from gateway.domain.number import AppealNumber
from gateway.form.answers import Answers

_NOTHING_KNOWN: Mapping[str, Any] = {"looked": "", "cases": (), "outages": (), "knows": False}
"""Of a form that has no place yet nothing is known nearby."""


def begin(scene: Scene) -> Scene:
    """Return the scene with a new, empty form open; one under way that has anything in it is put aside."""
    cleared = put_aside(scene).draft
    return scene.remember(
        number=cleared.number + 1,
        is_open=True,
        aside=cleared.aside,
        focus=None,
        heard="",
        **_as_changes(_empty(cleared)),
        **_NOTHING_KNOWN,
    )


def put_aside(scene: Scene) -> Scene:
    """Return the scene with no form open; what was in it can be brought back."""
    draft = scene.draft
    if not draft.is_open:
        return scene.remember(focus=None)
    closed = scene.remember(is_open=False, focus=None, **_as_changes(_empty(draft)))
    if not has_content(draft) or (draft.aside is not None and not _has_words_or_files(draft)):
        return closed
    return closed.remember(aside=_kept(draft))


def resume(scene: Scene) -> Scene:
    """Return the scene with the form that was put aside open again, in exchange for one under way.

    It gets a number of its own, so that old buttons do not reach into it.
    """
    aside = scene.draft.aside
    if aside is None:
        return scene
    return begin(scene.remember(aside=None)).remember(**_as_changes(aside))


def has_content(draft: Draft) -> bool:
    """Tell whether a form has anything in it that would be missed."""
    answers = draft.answers
    return _has_words_or_files(draft) or bool(answers.address) or answers.lat is not None


def _has_words_or_files(draft: Draft) -> bool:
    return bool(draft.answers.text or draft.files)


def was_sent(scene: Scene, number: AppealNumber) -> Scene:
    """Return the scene after the open form became an appeal: what the next one may use again is kept."""
    draft = scene.draft
    return scene.remember(
        is_open=False,
        focus=None,
        sent=number,
        sent_form=draft.number,
        sent_message=draft.text_message,
        sent_print=fingerprint(draft.answers.text),
        place_before=place_of(scene) or draft.place_before,
        files_before=draft.files or (draft.files_before if draft.comes_next else ()),
        **_as_changes(PutAside(answers=_shared(draft))),
        **_NOTHING_KNOWN,
    )


def begin_waiting(scene: Scene) -> Scene:
    """Return the scene with the next problem that waits as a form of its own.

    Where it follows at once, consent goes on from the problem before it: both are of one text.
    """
    first, *others = scene.draft.waiting
    given, begun = scene.draft, begin(scene)
    answers = begun.draft.answers if given.is_open else given.answers
    return take_portion(begun.remember(answers=answers, waiting=tuple(others), comes_next=True), first)


def take_portion(scene: Scene, portion: Portion) -> Scene:
    """Return the scene with one problem of a text as what the form is about, with all that its words suggest."""
    answers = replace(scene.draft.answers, text=portion.text)
    taken = scene.remember(answers=answers, parts=(), text_message=None, faults=portion.faults)
    suggested = follow_text(taken, Suggestion(topics=portion.topics, is_sure=portion.is_sure))
    return follow_place(suggested, portion.place)


def _empty(draft: Draft) -> PutAside:
    return PutAside(answers=_contact(draft.answers))


def _shared(draft: Draft) -> Answers:
    """Return what the next form has of the one that was sent: who writes, and consent where its text goes on."""
    answers, contact = draft.answers, _contact(draft.answers)
    if not draft.waiting:
        return contact
    return replace(contact, consent=answers.consent, consent_version=answers.consent_version)


def _contact(answers: Answers) -> Answers:
    return Answers(name=answers.name, email=answers.email, phone=answers.phone)


def _kept(draft: Draft) -> PutAside:
    return PutAside(**{part.name: getattr(draft, part.name) for part in fields(PutAside)})


def _as_changes(form: PutAside) -> dict[str, Any]:
    return {part.name: getattr(form, part.name) for part in fields(PutAside)}
