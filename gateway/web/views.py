"""What the product knows, as the API shows it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from gateway.domain.agency import Agency
from gateway.domain.appeal import Receipt
from gateway.domain.attachment import Attachment
from gateway.domain.case import CaseEvent, CaseFile
from gateway.domain.fault import Danger, Fault
from gateway.domain.nearby import Known
from gateway.domain.place import FoundPlace
from gateway.domain.reading import Reading, ReadPlace
from gateway.domain.topic import TopicMatch, is_sure, mistaken
from gateway.domain.tracking import Tracked
from gateway.form.history import say_event
from gateway.form.neighbours import case_in_words
from gateway.form.questions import photo_hint, questions_of
from gateway.form.wording import day_in_words, say_danger, say_fault
from gateway.texts import Say, Texts
from gateway.web.contract import (
    AnswerFile,
    AnswerOut,
    AppealReceipt,
    AppealStatus,
    EmergencyOut,
    HistoryLine,
    NearbyCaseOut,
    NearbyOut,
    OutageOut,
    PlaceFound,
    PlaceRead,
    PlacesFound,
    ProblemRead,
    QuestionOut,
    RatingOut,
    ReadingOut,
    StoredFile,
    SuggestedPlace,
    TopicOut,
    TopicQuestion,
    TopicsFound,
    WarningOut,
)


def show_receipt(receipt: Receipt, agency: Agency, *, own_url: str) -> AppealReceipt:
    """Return what the resident keeps."""
    return AppealReceipt(
        number=receipt.number,
        key=receipt.key,
        url=f"{own_url}/track/{receipt.number}?key={receipt.key}",
        answer_by=receipt.answer_by.astimezone(ZoneInfo(agency.time_zone)),
    )


def show_appeal(tracked: Tracked, agency: Agency, say: Say, *, lang: str, own_url: str) -> AppealStatus:
    """Return an appeal as it stands, with times in the agency's zone."""
    return _AppealView(tracked=tracked, zone=ZoneInfo(agency.time_zone), say=say, lang=lang, own_url=own_url).show()


def show_topics(matches: Sequence[TopicMatch], texts: Texts, lang: str) -> TopicsFound:
    """Return topics with how well each fits."""
    return TopicsFound(topics=list(_show_matches(matches, texts, lang, is_sure=is_sure(matches))))


def show_places(places: Sequence[FoundPlace]) -> PlacesFound:
    """Return places; only of a house it is told where it is, as the middle of a street is no place of a problem."""
    return PlacesFound(places=list(map(_show_place, places)))


def _show_place(found: FoundPlace) -> PlaceFound:
    point = found.point if found.house else None
    return PlaceFound(
        address=found.address, lat=None if point is None else point.lat, lon=None if point is None else point.lon
    )


def show_reading(reading: Reading, agency: Agency, texts: Texts, lang: str) -> ReadingOut:
    """Return what a text says to this agency."""
    problems = [
        ProblemRead(
            text=problem.text,
            start=problem.start,
            end=problem.end,
            topics=list(_show_matches(problem.topics, texts, lang, is_sure=reading.is_sure)),
            place=None if problem.place is None else _show_read_place(problem.place),
        )
        for problem in reading.problems
    ]
    return ReadingOut(
        problems=problems,
        warnings=[_show_fault(fault, agency, texts, lang) for fault in reading.faults],
        emergency=None if reading.danger is None else _show_danger(reading.danger, texts, lang),
    )


def _show_fault(fault: Fault, agency: Agency, texts: Texts, lang: str) -> WarningOut:
    return WarningOut(
        code=fault.kind.value,
        message=say_fault(texts, lang, fault.kind),
        start=fault.start,
        end=fault.end,
        blocks=fault.kind in agency.refuses and not fault.is_guess,
    )


def _show_danger(danger: Danger, texts: Texts, lang: str) -> EmergencyOut:
    return EmergencyOut(code=danger.value, message=say_danger(texts, lang, danger), numbers=list(danger.numbers))


def _show_read_place(place: ReadPlace) -> PlaceRead:
    return PlaceRead(address=place.address, start=place.start, end=place.end)


def show_nearby(known: Known, agency: Agency, texts: Texts, lang: str) -> NearbyOut:
    """Return what is known nearby: of cases, nothing but what anybody may know."""
    zone = ZoneInfo(agency.time_zone)
    cases = [
        NearbyCaseOut(
            number=case.number,
            topic=case.topic,
            people=case.people,
            metres=case.metres,
            since=case.since.astimezone(zone).date(),
            text=case_in_words(texts, lang, people=case.people, metres=case.metres),
        )
        for case in known.cases
    ]
    outages = [
        OutageOut(text=outage.text, since=outage.since.astimezone(zone), until=outage.until.astimezone(zone))
        for outage in known.outages
    ]
    return NearbyOut(cases=cases, outages=outages)


def show_file(stored: Attachment) -> StoredFile:
    """Return an upload as it was stored."""
    place = stored.suggested_place
    return StoredFile(
        id=stored.id,
        name=stored.name,
        type=stored.type,
        size=stored.size,
        digest=stored.digest,
        suggested_place=None if place is None else SuggestedPlace(lat=place.lat, lon=place.lon),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _AppealView:
    tracked: Tracked
    zone: ZoneInfo
    say: Say
    lang: str
    own_url: str

    def show(self) -> AppealStatus:
        tracked = self.tracked
        return AppealStatus(
            number=tracked.number,
            kind=tracked.kind.value,
            status=tracked.status,
            status_text=self.say(f"status.{tracked.status.value}"),
            answer_by=self._at(tracked.answer_by),
            history=[self._line(event) for event in tracked.history],
            question=self._question(),
            answer=self._answer(),
            rating=self._rating(),
        )

    def _line(self, event: CaseEvent) -> HistoryLine:
        day = day_in_words(event.answer_by, time_zone=self.zone.key, lang=self.lang)
        said = say_event(self.say, event, day=day)
        text = f"{said}\n{event.text}" if event.text else said
        return HistoryLine(at=self._at(event.at), status=event.status, text=text)

    def _question(self) -> QuestionOut | None:
        question = self.tracked.question
        return None if question is None else QuestionOut(at=self._at(question.at), text=question.text or "")

    def _answer(self) -> AnswerOut | None:
        answer = self.tracked.answer
        if answer is None:
            return None
        files = [self._file(file) for file in answer.files]
        return AnswerOut(at=self._at(answer.at), text=answer.text or "", files=files)

    def _file(self, file: CaseFile) -> AnswerFile:
        key = urlencode({"key": self.tracked.key})
        url = f"{self.own_url}/track/{self.tracked.number}/files/{file.id}?{key}"
        return AnswerFile(id=file.id, name=file.name, type=file.type, size=file.size, url=url)

    def _rating(self) -> RatingOut | None:
        rating = self.tracked.rating
        if rating is None:
            return None
        return RatingOut(score=rating.score, comment=rating.comment, at=self._at(rating.at))

    def _at(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)


def _show_matches(matches: Sequence[TopicMatch], texts: Texts, lang: str, *, is_sure: bool) -> Iterator[TopicOut]:
    """Yield topics, best first; only the best one can be sure."""
    apart = mistaken(match.topic for match in matches)
    for place, match in enumerate(matches):
        topic = match.topic
        worded = topic.wording(lang)
        yield TopicOut(
            code=topic.code,
            name=worded.path[-1],
            path=list(worded.path),
            kind=topic.kind.value,
            days=topic.days,
            fast_track=topic.fast_track,
            score=match.score,
            sure=is_sure and place == 0,
            tell=(worded.tell or None) if topic.code in apart else None,
            questions=[
                TopicQuestion(name=question.name, label=question.label, example=question.example)
                for question in questions_of(topic, texts, lang)
            ],
            photo_hint=photo_hint(topic, texts, lang),
            place=topic.place.value,
        )
