"""The status page and the thanks as they are drawn: where a case stands, what happened, what can be said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from multidict import MultiDict, MultiMapping

from gateway.domain.agency import Agency
from gateway.domain.attachment import FileType
from gateway.domain.case import HIGHEST_SCORE, LOWEST_SCORE, CaseEvent, CaseFile, EventKind, Status, goes_back, last_of
from gateway.domain.problem import Problem
from gateway.domain.topic import ARROW
from gateway.domain.tracking import Rating, Reply, Tracked
from gateway.form.history import say_event
from gateway.form.neighbours import joined_in_words
from gateway.form.questions import details_in_words
from gateway.form.wording import day_in_words, size_in_words, time_in_words
from gateway.web.caller import own_url
from gateway.web.contexts import (
    FileLink,
    GivenRating,
    HistoryLine,
    Moment,
    SentPage,
    SentPart,
    SeveralSentPage,
    Step,
    TrackPage,
)
from gateway.web.draft import TakenFiles
from gateway.web.form_page import kept_files, make_problems
from gateway.web.visit import Visit

_WAY = (Status.MODERATION, Status.REVIEW, Status.WORK, Status.ANSWERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a status page shows besides the appeal: what was `done`, or what was typed and why it was not taken."""

    done: str | None = None
    fields: MultiMapping[str] = field(default_factory=MultiDict)
    files: TakenFiles = field(default_factory=TakenFiles)
    problems: Sequence[Problem] = ()
    trouble: str | None = None


def sent_page(visit: Visit, tracked: Tracked) -> SentPage:
    """Return thanks for an appeal that was just accepted."""
    return SentPage(
        frame=visit.frame(),
        say=visit.say,
        number=tracked.number,
        answer_by=_day(visit, tracked.answer_by),
        track_href=visit.href(f"/track/{tracked.number}", key=tracked.key),
        track_url=f"{own_url(visit.request)}/track/{tracked.number}?key={tracked.key}",
        by_mail=letters_of(visit, tracked) == "on",
        joined=tracked.joins is not None,
    )


def several_sent_page(visit: Visit, sent: Sequence[Tracked]) -> SeveralSentPage:
    """Return thanks for appeals that were accepted together; the page's own address opens all of them."""
    return SeveralSentPage(
        frame=visit.frame(),
        say=visit.say,
        sent=[
            SentPart(
                number=tracked.number,
                gist=tracked.gist,
                topic=_topic(visit, tracked),
                answer_by=_day(visit, tracked.answer_by),
                track_href=visit.href(f"/track/{tracked.number}", key=tracked.key),
            )
            for tracked in sent
        ],
        own_url=f"{own_url(visit.request)}{visit.request.rel_url.raw_path_qs}",
        own_href=visit.request.rel_url.raw_path_qs,
        by_mail=letters_of(visit, sent[0]) == "on",
    )


async def track_page(visit: Visit, tracked: Tracked, said: Said) -> TrackPage:
    """Return the appeal as it stands."""
    form_limits, question, answer = visit.edge.form_limits, tracked.question, tracked.answer
    uncommented = _uncommented(tracked)
    return TrackPage(
        frame=visit.frame(),
        say=visit.say,
        action=visit.href(f"/track/{tracked.number}", key=tracked.key),
        number=tracked.number,
        status=tracked.status,
        status_note=_status_note(tracked),
        steps=tuple(_steps(tracked)),
        received=_time(visit, tracked.received_at),
        answer_by=_day(visit, tracked.answer_by),
        gist=tracked.gist,
        topic=_topic(visit, tracked),
        details=tuple(details_in_words(tracked.details, visit.edge.texts, visit.lang)),
        address=tracked.address,
        history=tuple(_history(visit, tracked)),
        question=None if question is None else _line(visit, tracked, question),
        answer=None if answer is None else _line(visit, tracked, answer),
        rating=None if tracked.rating is None else _rating(visit, tracked.rating),
        may_rate=tracked.may_rate,
        together=_together(visit, tracked),
        uncommented=None if uncommented is None else _rating(visit, uncommented),
        letters=letters_of(visit, tracked),
        letters_href=visit.href(f"/track/{tracked.number}/notices", key=tracked.key),
        scores=range(HIGHEST_SCORE, LOWEST_SCORE - 1, -1),
        consent=_consent(tracked),
        done=_done(tracked, said.done),
        trouble=said.trouble,
        problems=make_problems(visit, said.problems),
        values={name: said.fields.get(name, "") for name in ("reply", "score", "comment")},
        files=await kept_files(visit, said.files.ids, {}, said.files.kept),
        file_types=[file_type.value for file_type in FileType],
        file_size=size_in_words(visit.edge.texts, visit.lang, form_limits.file_bytes),
        limits=form_limits,
    )


def _together(visit: Visit, tracked: Tracked) -> str | None:
    """Return who else waits for the same, None where nobody does."""
    if tracked.joins is not None:
        return visit.say("track.joins")
    return joined_in_words(visit.edge.texts, visit.lang, tracked.joined) if tracked.joined else None


def _topic(visit: Visit, tracked: Tracked) -> str | None:
    """Return the topic in the reader's language, as far as the catalogue still knows it."""
    topic = visit.edge.topics.of(tracked.agency).catalogue.at(tracked.topic_path)
    return ARROW.join(tracked.topic_path) or None if topic is None else topic.path_in(visit.lang)


def _steps(tracked: Tracked) -> Iterator[Step]:
    """The way of a case; a declined one leaves it where it was declined."""
    way: tuple[Status, ...] = _WAY
    if tracked.status is Status.DECLINED:
        been = {event.status for event in tracked.events}
        way = (Status.MODERATION, *(status for status in _WAY[1:-1] if status in been), Status.DECLINED)
    now = way.index(tracked.status)
    for index, status in enumerate(way):
        yield Step(status=status, state="done" if index < now else "now" if index == now else "ahead")


def _status_note(tracked: Tracked) -> str:
    """What the status means for the resident; a rating changes what there is to do."""
    if tracked.rating is not None:
        return "rated"
    if tracked.joins is not None and (note := _note_of_joiner(tracked)):
        return note
    newest = last_of(tracked.events, EventKind.ANSWERED, EventKind.SENT_BACK)
    if newest is not None and newest.kind is EventKind.SENT_BACK and tracked.status is not Status.DECLINED:
        return EventKind.SENT_BACK
    return tracked.status


def _note_of_joiner(tracked: Tracked) -> str | None:
    """What the status means for those who have joined, where it is something else: they neither rate nor mend."""
    if tracked.status in (Status.ANSWERED, Status.DECLINED):
        return f"joined_{tracked.status}"
    newest = last_of(tracked.events, EventKind.ANSWERED, EventKind.SENT_BACK)
    return None if newest is None else f"joined_{EventKind.SENT_BACK}"


def _history(visit: Visit, tracked: Tracked) -> Iterator[HistoryLine]:
    """What happened, newest first; what the resident said is there before the core store has reported it.

    The words of the open question and of the answer in force stand above, and are not said twice.
    """
    known = {event.about for event in tracked.events}
    above = (tracked.question, tracked.answer)
    lines = [(event.at, _line(visit, tracked, event, brief=event in above)) for event in tracked.history]
    lines += [(reply.at, _reply_line(visit, reply)) for reply in tracked.replies if reply.question not in known]
    lines += [(rating.at, _rating_line(visit, rating)) for rating in tracked.ratings if rating.answer not in known]
    if tracked.joins is None:
        lines.append((tracked.received_at, _received_line(visit, tracked)))
    for _, line in sorted(lines, key=lambda dated: dated[0], reverse=True):
        yield line


def _line(visit: Visit, tracked: Tracked, event: CaseEvent, *, brief: bool = False) -> HistoryLine:
    title = say_event(visit.say, event, day=_day(visit, event.answer_by).words)
    if brief:
        return HistoryLine(at=_time(visit, event.at), title=title)
    said = [] if event.score is None else [_score_words(visit, event.score)]
    return HistoryLine(
        at=_time(visit, event.at),
        title=title,
        text="\n".join([*said, *([event.text] if event.text else [])]) or None,
        files=tuple(_file_link(visit, tracked, file) for file in event.files),
    )


def _reply_line(visit: Visit, reply: Reply) -> HistoryLine:
    return HistoryLine(at=_time(visit, reply.at), title=visit.say("event.replied"), text=reply.text)


def _rating_line(visit: Visit, rating: Rating) -> HistoryLine:
    said = [_score_words(visit, rating.score), *([rating.comment] if rating.comment else [])]
    return HistoryLine(at=_time(visit, rating.at), title=visit.say("event.rated"), text="\n".join(said))


def _received_line(visit: Visit, tracked: Tracked) -> HistoryLine:
    return HistoryLine(at=_time(visit, tracked.received_at), title=visit.say("track.received"))


def _file_link(visit: Visit, tracked: Tracked, file: CaseFile) -> FileLink:
    return FileLink(
        name=file.name,
        size=size_in_words(visit.edge.texts, visit.lang, file.size),
        href=f"/track/{tracked.number}/files/{file.id}?key={tracked.key}",
        is_image=file.type.is_image and file.type is not FileType.HEIC,
    )


def _rating(visit: Visit, rating: Rating) -> GivenRating:
    return GivenRating(
        score=rating.score,
        words=_score_words(visit, rating.score),
        comment=rating.comment,
        goes_back=goes_back(rating.score),
    )


def letters_of(visit: Visit, tracked: Tracked) -> str:
    """Return `on` or `off` for an appeal whose resident can be written to, `none` for any other."""
    if visit.edge.switch_letters is None or not tracked.takes_letters:
        return "none"
    return "on" if tracked.letters_may_go else "off"


def _uncommented(tracked: Tracked) -> Rating | None:
    """Return the rating of the last answer while it may still get a comment."""
    rating = tracked.last_rating
    return rating if rating is not None and rating.comment is None else None


def _score_words(visit: Visit, score: int) -> str:
    return visit.say(f"score.{score}")


def _consent(tracked: Tracked) -> str:
    if not tracked.consent_given:
        return "none"
    return "given" if tracked.consent_withdrawn_at is None else "withdrawn"


def _done(tracked: Tracked, done: str | None) -> str | None:
    """A low rating is thanked for with what it leads to."""
    last = tracked.ratings[-1] if tracked.ratings else None
    return "rated_low" if done == "rated" and last is not None and goes_back(last.score) else done


def _day(visit: Visit, moment: datetime) -> Moment:
    words = day_in_words(moment, time_zone=_agency(visit).time_zone, lang=visit.lang)
    return Moment(iso=moment.isoformat(), words=words)


def _time(visit: Visit, moment: datetime) -> Moment:
    words = time_in_words(moment, time_zone=_agency(visit).time_zone, lang=visit.lang)
    return Moment(iso=moment.isoformat(), words=words)


def _agency(visit: Visit) -> Agency:
    assert visit.agency is not None
    return visit.agency
