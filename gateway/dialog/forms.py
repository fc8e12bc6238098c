"""How forms follow one another: begun, put aside, brought back, sent. None is lost by a slip."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gateway.dialog.buttons import fingerprint
from gateway.dialog.draft import Draft, PutAside
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
        answers=_contact(cleared.answers),
        aside=cleared.aside,
        focus=None,
        files=(),
        skipped=frozenset(),
        parts=(),
        suggested=(),
        follows_text=False,
        text_message=None,
        heard="",
        **_NOTHING_KNOWN,
    )


def put_aside(scene: Scene) -> Scene:
    """Return the scene with no form open; what was in it can be brought back."""
    draft = scene.draft
    if not draft.is_open:
        return scene.remember(focus=None)
    closed = scene.remember(is_open=False, focus=None, answers=_contact(draft.answers), files=(), parts=())
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
    begun = begin(scene.remember(aside=None))
    return begun.remember(
        answers=aside.answers,
        files=aside.files,
        skipped=aside.skipped,
        parts=aside.parts,
        suggested=aside.suggested,
        follows_text=aside.follows_text,
        text_message=aside.text_message,
    )


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
        answers=_contact(draft.answers),
        files=(),
        skipped=frozenset(),
        parts=(),
        suggested=(),
        follows_text=False,
        text_message=None,
        sent=number,
        sent_form=draft.number,
        sent_message=draft.text_message,
        sent_print=fingerprint(draft.answers.text),
        place_before=place_of(scene) or draft.place_before,
        **_NOTHING_KNOWN,
    )


def begin_waiting(scene: Scene) -> Scene:
    """Return the scene with the next problem that waits as a form of its own."""
    first, *others = scene.draft.waiting
    begun = begin(scene)
    filled = begun.remember(waiting=tuple(others), answers=replace(begun.draft.answers, text=first.text))
    return follow_text(filled, Suggestion(topics=first.topics, is_sure=first.is_sure))


def _contact(answers: Answers) -> Answers:
    return Answers(name=answers.name, email=answers.email, phone=answers.phone)


def _kept(draft: Draft) -> PutAside:
    return PutAside(
        answers=draft.answers,
        files=draft.files,
        skipped=draft.skipped,
        parts=draft.parts,
        suggested=draft.suggested,
        follows_text=draft.follows_text,
        text_message=draft.text_message,
    )
