"""What a gateway sends: a case, and what its resident says to it later."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from gateway.domain.agency import AgencyKey
from gateway.domain.appeal import AppealId, SubmissionKind
from gateway.domain.attachment import Attachment, AttachmentId, FileType
from gateway.domain.case import HIGHEST_SCORE, LOWEST_SCORE, CaseFile, EventId
from gateway.domain.consent import Consent
from gateway.domain.contact import Contact
from gateway.domain.joining import Join
from gateway.domain.number import AppealNumber
from gateway.domain.place import Place, Point
from gateway.domain.tracking import Comment, Rating, Reply
from gateway.domain.transfer import NewCase
from gateway.wire.shapes import AgencyName, Asked, Id, Line, Moment, Number, Text, Word, Zone

_MOST_FILES = 100
_MOST_DETAILS = 100
_LONGEST_TERM = 3_650


class FileBody(Asked):
    """A file that was brought before, as the core store answered it then."""

    id: Id
    name: Line
    type: FileType
    size: Annotated[int, Field(ge=0)]

    @classmethod
    def of(cls, file: CaseFile) -> Self:
        """Write down a file."""
        return cls(id=file.id, name=file.name, type=file.type, size=file.size)

    def read(self, at: datetime) -> Attachment:
        """Return the file as far as it was told; the store that keeps it knows the rest by its id."""
        return Attachment(
            id=AttachmentId(self.id),
            name=self.name,
            type=self.type,
            size=self.size,
            digest="",
            has_thumbnail=self.type.is_image,
            created_at=at,
        )


class AgencyBody(Asked):
    """To whom the case goes."""

    key: AgencyName
    name: Line


class TopicBody(Asked):
    """What the case is about; `path` leads to it from the subject."""

    code: Word
    path: Annotated[tuple[Line, ...], Field(max_length=10)]
    fast_track: bool


class PlaceBody(Asked):
    """Where: an address, both coordinates, or all three."""

    address: Line | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None

    @classmethod
    def of(cls, place: Place) -> Self:
        """Write down a place."""
        point = place.point
        return cls(
            address=place.address,
            lat=None if point is None else point.lat,
            lon=None if point is None else point.lon,
        )

    def read(self) -> Place | None:
        """Return the place; one coordinate without the other says nothing."""
        point = None if self.lat is None or self.lon is None else Point(lat=self.lat, lon=self.lon)
        return None if point is None and not self.address else Place(address=self.address or None, point=point)


class ContactBody(Asked):
    """Who writes and how they can be answered."""

    name: Line | None = None
    email: Line | None = None
    phone: Line | None = None


class ConsentBody(Asked):
    """The consent that was given."""

    version: Word
    given_at: Moment
    channel: Word
    withdrawn_at: Moment | None = None


class CaseBody(Asked):
    """An appeal as it is to be registered; `id` is its idempotency key, `days` the term counted in `time_zone`.

    `details` are answers to the topic's questions. Without any they are not sent: a core store that does not know them
    yet takes such a case too.
    """

    id: Id
    number: Number
    agency: AgencyBody
    kind: SubmissionKind
    channel: Word
    lang: Word
    text: Text
    gist: Line
    topic: TopicBody | None
    days: Annotated[int, Field(ge=1, le=_LONGEST_TERM)]
    time_zone: Zone
    place: PlaceBody | None
    contact: ContactBody
    consent: ConsentBody | None
    files: Annotated[tuple[FileBody, ...], Field(max_length=_MOST_FILES)]
    received_at: Moment
    answer_by: Moment
    details: Annotated[Mapping[Line, Line], Field(max_length=_MOST_DETAILS)] = {}

    @model_serializer(mode="wrap")
    def _write(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        return written if self.details else {name: value for name, value in written.items() if name != "details"}

    @classmethod
    def of(cls, case: NewCase, files: Sequence[CaseFile]) -> Self:
        """Write down a case whose files were brought before."""
        contact, consent = case.contact, case.consent
        return cls(
            id=case.appeal_id,
            number=case.number,
            agency=AgencyBody(key=case.agency, name=case.agency_name),
            kind=case.kind,
            channel=case.channel,
            lang=case.lang,
            text=case.text,
            gist=case.gist,
            topic=_topic(case),
            days=case.days,
            time_zone=case.time_zone,
            place=None if case.place is None else PlaceBody.of(case.place),
            contact=ContactBody(name=contact.name, email=contact.email, phone=contact.phone),
            consent=None if consent is None else _consent(consent),
            files=tuple(FileBody.of(file) for file in files),
            received_at=case.received_at,
            answer_by=case.answer_by,
            details=case.details,
        )

    def read(self) -> NewCase:
        """Return the case."""
        topic, contact, consent = self.topic, self.contact, self.consent
        return NewCase(
            appeal_id=AppealId(self.id),
            number=AppealNumber(self.number),
            agency=AgencyKey(self.agency.key),
            agency_name=self.agency.name,
            kind=self.kind,
            channel=self.channel,
            lang=self.lang,
            text=self.text,
            gist=self.gist,
            topic_code=None if topic is None else topic.code,
            topic_path=() if topic is None else topic.path,
            fast_track=topic is not None and topic.fast_track,
            days=self.days,
            time_zone=self.time_zone,
            place=None if self.place is None else self.place.read(),
            contact=Contact(name=contact.name, email=contact.email, phone=contact.phone),
            consent=None if consent is None else Consent(**consent.model_dump()),
            files=tuple(file.read(self.received_at) for file in self.files),
            received_at=self.received_at,
            answer_by=self.answer_by,
            details=self.details,
        )


class RatingBody(Asked):
    """A resident's opinion of an answer."""

    answer: Id
    score: Annotated[int, Field(ge=LOWEST_SCORE, le=HIGHEST_SCORE)]
    comment: Text | None = None
    at: Moment

    @classmethod
    def of(cls, rating: Rating) -> Self:
        """Write down a rating."""
        return cls(answer=rating.answer, score=rating.score, comment=rating.comment, at=rating.at)

    def read(self) -> Rating:
        """Return the rating."""
        return Rating(answer=EventId(self.answer), score=self.score, comment=self.comment, at=self.at)


class CommentBody(Asked):
    """Words that come after a rating of an answer had none."""

    answer: Id
    text: Annotated[Text, Field(min_length=1)]
    at: Moment

    @classmethod
    def of(cls, comment: Comment) -> Self:
        """Write down a comment."""
        return cls(answer=comment.answer, text=comment.text, at=comment.at)

    def read(self) -> Comment:
        """Return the comment."""
        return Comment(answer=EventId(self.answer), text=self.text, at=self.at)


class ReplyBody(Asked):
    """A resident's reply to a question; its files were brought before."""

    id: Id
    question: Id
    text: Text
    files: Annotated[tuple[FileBody, ...], Field(max_length=_MOST_FILES)]
    at: Moment

    @classmethod
    def of(cls, reply: Reply, files: Sequence[CaseFile]) -> Self:
        """Write down a reply."""
        carried = tuple(FileBody.of(file) for file in files)
        return cls(id=reply.id, question=reply.question, text=reply.text, files=carried, at=reply.at)

    def read(self) -> tuple[Reply, Sequence[Attachment]]:
        """Return the reply and its files."""
        files = [file.read(self.at) for file in self.files]
        reply = Reply(
            id=EventId(self.id),
            question=EventId(self.question),
            text=self.text,
            attachments=tuple(file.id for file in files),
            at=self.at,
        )
        return reply, files


class WithdrawalBody(Asked):
    """When a resident took consent back."""

    at: Moment


class JoinBody(Asked):
    """One more person waits for a case; `id` is the same when it is said again."""

    id: Id
    at: Moment

    @classmethod
    def of(cls, join: Join) -> Self:
        """Write down who joins: nothing but that somebody does."""
        return cls(id=join.id, at=join.at)

    def read(self) -> Join:
        """Return the join."""
        return Join(id=AppealId(self.id), at=self.at)


def _topic(case: NewCase) -> TopicBody | None:
    if case.topic_code is None:
        return None
    return TopicBody(code=case.topic_code, path=case.topic_path, fast_track=case.fast_track)


def _consent(consent: Consent) -> ConsentBody:
    return ConsentBody(
        version=consent.version,
        given_at=consent.given_at,
        channel=consent.channel,
        withdrawn_at=consent.withdrawn_at,
    )
