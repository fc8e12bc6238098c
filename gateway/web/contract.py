"""What the API takes and gives, as models: they check the shapes of requests and describe both in OpenAPI.

Shapes only: what a form demands is for `form.check` to say, so most of what must be there has a default here.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, WithJsonSchema
from pydantic_core import PydanticCustomError

from gateway.domain.attachment import FileType
from gateway.domain.case import HIGHEST_SCORE, LOWEST_SCORE, Status
from gateway.texts import LANGUAGES

_MOST_ITEMS = 1_000  # a bound for the parser; how many files a form takes is a setting
_FILE_ID = re.compile(r"[A-Za-z0-9_-]{0,64}\Z")  # an empty one is nobody's


class Incoming(BaseModel):
    """A body that we are sent: nothing is converted, nothing unknown is passed over.

    `blanks` stand for required fields that could not be read, so that the others can be looked at.
    """

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)
    blanks: ClassVar[Mapping[str, Any]] = {}


class Outgoing(BaseModel):
    """A body that we send."""

    model_config = ConfigDict(extra="forbid")


def _example(**values: JsonValue) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


def _known_language(written: str) -> str:
    if written not in LANGUAGES:
        raise PydanticCustomError("unknown", "no such language")
    return written


def _file_id(written: str) -> str:
    if _FILE_ID.match(written) is None:
        raise PydanticCustomError("unknown", "no such file")
    return written


def _on_the_scale(score: int) -> int:
    if not LOWEST_SCORE <= score <= HIGHEST_SCORE:
        raise PydanticCustomError("score", "not on the scale")
    return score


Lang = Annotated[str, AfterValidator(_known_language), WithJsonSchema({"type": "string", "enum": list(LANGUAGES)})]
FileId = Annotated[
    str,
    AfterValidator(_file_id),
    WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}),
]
Score = Annotated[
    int,
    AfterValidator(_on_the_scale),
    WithJsonSchema({"type": "integer", "minimum": LOWEST_SCORE, "maximum": HIGHEST_SCORE}),
]


class PlaceIn(Incoming):
    """Where the problem is: an address, both coordinates (WGS 84, degrees), or all three."""

    address: str | None = None
    lat: float | None = None
    lon: float | None = None


class ContactIn(Incoming):
    """Who writes; which of these an agency demands, its form says."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None


class NewAppeal(Incoming):
    """A filled form. `kind` is a message unless it says otherwise, `consent_version` the current one.

    `details` are answers to questions of the topic, by their names; those that it does not ask are left out. `joins` is
    the number of an open case nearby: instead of a case of one's own, that one is followed.
    """

    blanks: ClassVar[Mapping[str, Any]] = {"agency": "", "text": ""}
    model_config = _example(
        agency="demo",
        text="На улице Ленина у дома 5 глубокая яма, вчера машина пробила колесо.",
        gist="Яма на дороге",
        topic=None,
        details={},
        place={"address": "ул. Ленина, 5", "lat": 55.0302, "lon": 82.9204},
        attachments=[],
        contact={"name": "Анна Ивановна", "email": "anna@example.org", "phone": None},
        consent=True,
        lang="ru",
    )

    agency: str
    kind: Literal["message", "appeal"] = "message"
    text: str
    gist: str | None = None
    topic: str | None = None
    details: dict[str, str | None] | None = None
    place: PlaceIn | None = None
    attachments: list[FileId] = Field(default_factory=list, max_length=_MOST_ITEMS)
    contact: ContactIn | None = None
    consent: bool = False
    consent_version: str | None = None
    lang: Lang | None = None
    joins: str | None = None


class NewReading(Incoming):
    """A text to be read before it is sent."""

    blanks: ClassVar[Mapping[str, Any]] = {"agency": "", "text": ""}
    model_config = _example(agency="demo", text="Во дворе не горит фонарь, и не вывозят мусор.")

    agency: str
    text: str


class NewRating(Incoming):
    """What a resident thinks of an answer: 1 or 2 sends the case to re-review."""

    blanks: ClassVar[Mapping[str, Any]] = {"key": "", "score": LOWEST_SCORE}
    model_config = _example(key="Jx0mDq4oW7kqzqk1m2n3pQ", score=4, comment="Яму засыпали, спасибо.")

    key: str
    score: Score
    comment: str | None = None


class NewReply(Incoming):
    """A reply to the agency's question."""

    blanks: ClassVar[Mapping[str, Any]] = {"key": "", "text": ""}
    model_config = _example(key="Jx0mDq4oW7kqzqk1m2n3pQ", text="Второй подъезд, со двора.", attachments=[])

    key: str
    text: str
    attachments: list[FileId] = Field(default=[], max_length=_MOST_ITEMS)


class Withdrawal(Incoming):
    """The consent to processing personal data is taken back."""

    model_config = _example(key="Jx0mDq4oW7kqzqk1m2n3pQ")

    key: str


class AppealReceipt(Outgoing):
    """An accepted appeal: its number, the key that opens it, its status page, and the day of the answer."""

    model_config = _example(
        number="482-915-3065",
        key="Jx0mDq4oW7kqzqk1m2n3pQ",
        url="https://otklik.example/track/482-915-3065?key=Jx0mDq4oW7kqzqk1m2n3pQ",
        answer_by="2025-12-22T23:59:59+03:00",
    )

    number: str
    key: str
    url: str
    answer_by: AwareDatetime


class HistoryLine(Outgoing):
    """One thing that happened, in the reader's words."""

    at: AwareDatetime
    status: Status
    text: str


class QuestionOut(Outgoing):
    """What the agency asks the resident."""

    at: AwareDatetime
    text: str


class AnswerFile(Outgoing):
    """A file of an answer, and where it can be fetched."""

    id: str
    name: str
    type: FileType
    size: int
    url: str


class AnswerOut(Outgoing):
    """The answer in force."""

    at: AwareDatetime
    text: str
    files: list[AnswerFile]


class RatingOut(Outgoing):
    """The resident's rating of that answer."""

    score: int
    comment: str | None
    at: AwareDatetime


class AppealStatus(Outgoing):
    """An appeal as its resident follows it; times in the agency's zone."""

    number: str
    kind: Literal["message", "appeal"]
    status: Status
    status_text: str
    answer_by: AwareDatetime
    history: list[HistoryLine]
    question: QuestionOut | None
    answer: AnswerOut | None
    rating: RatingOut | None


class TopicQuestion(Outgoing):
    """What a topic asks besides the text; the answer goes into `details` under its `name`. None has to be answered."""

    name: str
    label: str
    example: str | None


class TopicOut(Outgoing):
    """A topic that fits, in the language of the request; `days` is the term of its answer.

    `score` is how sure it is, from 0 to 1: of ten topics with 0.9, nine are right. `sure` tells that this one may be
    taken without asking. `tell` says what belongs here and what does not, where residents mistake it for another of the
    topics beside it. `kind` is what is filed under it: a `message`, or an `appeal` under Law No. 59-FZ. `photo_hint`
    says which photo helps, `null` where none does. `place` is `public` for what everybody sees, `own` for what is
    somewhere and nobody else's business, `none` where a place need not be named; there may be more to come.
    """

    code: str
    name: str
    path: list[str]
    kind: str
    days: int
    fast_track: bool
    score: float
    sure: bool
    tell: str | None
    questions: list[TopicQuestion]
    photo_hint: str | None
    place: str


class TopicsFound(Outgoing):
    """Topics, best first."""

    topics: list[TopicOut]


class PlaceFound(Outgoing):
    """An address as one writes it into an address field; `lat` and `lon` of a house, `null` where nobody knows."""

    address: str
    lat: float | None
    lon: float | None


class PlacesFound(Outgoing):
    """Places, best first; none where the gateway knows no addresses."""

    places: list[PlaceFound]


class PlaceRead(Outgoing):
    """A place that is named in characters `start` to `end` of a text, as one writes it into an address field."""

    address: str
    start: int
    end: int


class ProblemRead(Outgoing):
    """One problem of a text: characters `start` to `end` of it."""

    text: str
    start: int
    end: int
    topics: list[TopicOut]
    place: PlaceRead | None


class WarningOut(Outgoing):
    """What the agency would not look into, in characters `start` to `end` of a text; `message` says how to mend it.

    `blocks` tells that this agency does not take such a message at all.
    """

    code: str
    message: str
    start: int
    end: int
    blocks: bool


class EmergencyOut(Outgoing):
    """Something that must not wait for an answer: `message` says what to do, `numbers` whom to call, in that order."""

    code: str
    message: str
    numbers: list[str]


class ReadingOut(Outgoing):
    """What a text seems to say. More than one problem had better be sent as several appeals."""

    problems: list[ProblemRead]
    warnings: list[WarningOut]
    emergency: EmergencyOut | None


class NearbyCaseOut(Outgoing):
    """An open case that `people` have reported or joined, `metres` away to ten of them, `null` where only the address
    is the same; `since` is the day of the first, `text` all of it in words.
    """

    number: str
    topic: str
    people: int
    metres: int | None
    since: date
    text: str


class OutageOut(Outgoing):
    """Something that the agency knows of and has published; `until` is when it should be over."""

    text: str
    since: AwareDatetime
    until: AwareDatetime


class NearbyOut(Outgoing):
    """What is known already: cases, the nearest first, three at most, and outages, the newest first."""

    cases: list[NearbyCaseOut]
    outages: list[OutageOut]


class SuggestedPlace(Outgoing):
    """Where the camera says a photo was taken."""

    lat: float
    lon: float


class StoredFile(Outgoing):
    """An upload that waits for its appeal; `digest` is the SHA-256 of what was uploaded, before it was cleaned."""

    model_config = _example(
        id="hW2mJx0mDq4oW7kqzqk1m2n3",
        name="yama.jpg",
        type="image/jpeg",
        size=312_480,
        digest="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        suggested_place={"lat": 55.0302, "lon": 82.9204},
    )

    id: str
    name: str
    type: FileType
    size: int
    digest: str
    suggested_place: SuggestedPlace | None


class FormAgency(Outgoing):
    """Whose form it is."""

    key: str
    name: str
    legal_name: str


class FormControl(Outgoing):
    """One thing to fill in; limits that do not apply are left out."""

    name: str
    required: bool
    label: str
    min_length: int | None = None
    max_length: int | None = None
    max_items: int | None = None
    max_bytes: int | None = None
    types: list[str] | None = None


class FormField(Outgoing):
    """One step of the form."""

    kind: str
    required: bool
    label: str
    hint: str
    controls: list[FormControl]


class FormConsent(Outgoing):
    """The text that consent is asked to."""

    version: str
    text: str


class FormWays(Outgoing):
    """Where a 59-ФЗ appeal can be filed instead."""

    portal: str | None
    post: str | None
    reception: str | None


class FormOut(Outgoing):
    """The form as data."""

    agency: FormAgency
    kind: Literal["message", "appeal"]
    title: str
    notice: str
    fields: list[FormField]
    consent: FormConsent | None
    appeal_ways: FormWays


class FieldError(Outgoing):
    """What is wrong with one field."""

    code: str
    message: str


class ErrorOut(Outgoing):
    """Why a request was refused; `fields` by dotted names, all at once."""

    code: str
    message: str
    fields: dict[str, FieldError]


class Refusal(Outgoing):
    """The one shape of every error."""

    model_config = _example(
        ok=False,
        error={
            "code": "invalid",
            "message": "Проверьте отмеченные поля.",
            "fields": {"place.address": {"code": "required", "message": "Укажите адрес."}},
        },
    )

    ok: Literal[False] = False
    error: ErrorOut


class Health(Outgoing):
    """It works."""

    ok: Literal[True] = True
