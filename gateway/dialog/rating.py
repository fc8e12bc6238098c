"""The rating of an answer: five buttons, then a comment if the resident wants."""

from gateway.dialog.buttons import Verb, Way, case_button, menu_button
from gateway.dialog.draft import Commenting
from gateway.dialog.events import Said
from gateway.dialog.menu import menu_rows
from gateway.dialog.scene import Move, Question, Scene
from gateway.dialog.steps.files import odd_remarks
from gateway.dialog.steps.text import keep_heard
from gateway.dialog.turn import Rate
from gateway.dialog.words import NO_MORE, SmallTalk, has_words, plain, read_small_talk
from gateway.domain.case import goes_back
from gateway.domain.tracking import Tracked
from gateway.form.check import tidy


def ask_comment(scene: Scene, commenting: Commenting) -> Question:
    """Return the question for a comment."""
    skip = case_button(scene.say("chat.button.skip"), Verb.COMMENT_NOT, commenting.number)
    return Question(text=scene.say("chat.rating.why"), rows=((skip,),))


def hear_comment(scene: Scene, commenting: Commenting, said: Said) -> Move:
    """Take the comment."""
    comment, most = tidy(said.text), scene.form.appeal.limits.comment_max
    if plain(comment) in NO_MORE or read_small_talk(comment) is SmallTalk.THANKS:
        return leave_comment(scene)
    if not has_words(comment):
        return Move(scene=scene, remarks=odd_remarks(scene, said))
    if len(comment) > most:
        return Move(scene=scene, remarks=(scene.say("chat.rating.long", most=most),))
    # Should it have been a new problem after all, it is there to begin with.
    heard = comment if len(comment) >= scene.form.appeal.limits.text_min else ""
    kept = scene.remember(heard=heard) if scene.draft.is_open else keep_heard(scene, said, heard)
    return Move(scene=kept, wish=Rate(commenting.number, commenting.score, comment))


def leave_comment(scene: Scene) -> Move:
    """Go on without a comment."""
    return Move(scene=scene.remember(focus=None), remarks=(scene.say("chat.rating.enough"),))


def was_rated(scene: Scene, tracked: Tracked) -> Move:
    """Thank for the rating and ask for a comment; thank for the comment."""
    rating = tracked.last_rating  # also one that has sent the case back meanwhile
    if rating is None:
        return Move(scene=scene.remember(focus=None), remarks=(scene.say("chat.rating.done"),))
    if rating.comment:
        return _was_commented(scene)
    remark = scene.say("chat.rating.low" if goes_back(rating.score) else "chat.rating.done")
    return Move(scene=scene.remember(focus=Commenting(number=tracked.number, score=rating.score)), remarks=(remark,))


def _was_commented(scene: Scene) -> Move:
    done = scene.remember(focus=None)
    if done.draft.is_open or not done.draft.heard:
        return Move(scene=done, remarks=(scene.say("chat.rating.commented"),))
    report = menu_button(scene.say("chat.report.comment"), Way.REPORT)
    said = Question(text=scene.say("chat.rating.commented"), rows=((report,), *menu_rows(done)[1:]))
    return Move(scene=done, question=said)
