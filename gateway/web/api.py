"""The API for residents' clients: each handler reads a request, calls one verb, and writes what it gave."""

import hashlib
import json
from collections.abc import Sequence
from itertools import islice
from typing import Any

from aiohttp import web

from gateway.domain.agency import Agency
from gateway.domain.appeal import Channel, SubmissionKind, Ticket
from gateway.domain.place import Place, Point
from gateway.domain.problem import Problem
from gateway.domain.topic import TopicMatch
from gateway.domain.tracking import Tracked
from gateway.errors import (
    AlreadyRated,
    AlreadyWithdrawn,
    ForeignOrigin,
    IdempotencyConflict,
    Invalid,
    NoQuestion,
    NotAnswered,
    NotUnderstood,
    TooMany,
    UnknownAgency,
    UnknownAppeal,
    UnsupportedFile,
)
from gateway.form.answers import Answers
from gateway.form.appeal_form import AppealForm
from gateway.form.check import check_remark
from gateway.form.schema import describe as describe_form
from gateway.texts import LANGUAGES
from gateway.web import limits
from gateway.web.caller import language, own_url
from gateway.web.contract import (
    AppealReceipt,
    AppealStatus,
    ContactIn,
    FormOut,
    NearbyOut,
    NewAppeal,
    NewRating,
    NewReading,
    NewReply,
    PlaceIn,
    PlacesFound,
    ReadingOut,
    StoredFile,
    TopicsFound,
    Withdrawal,
)
from gateway.web.edge import EDGE
from gateway.web.metrics import count_accepted
from gateway.web.openapi import FileBody, Parameter, describe
from gateway.web.origins import admit, find_agency
from gateway.web.query import read_degrees, read_integer, read_point, read_text, require
from gateway.web.reading import read_json
from gateway.web.responses import json_response
from gateway.web.shape import MOST_PROBLEMS, Shaped, dotted, shape
from gateway.web.uploads import receive_form
from gateway.web.views import show_appeal, show_file, show_nearby, show_places, show_reading, show_receipt, show_topics

_IDEMPOTENCY_KEY = "Idempotency-Key"
_LONGEST_IDEMPOTENCY_KEY = 255
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
_MOST_TOPICS = 1_000

_MOST_PLACES = 20
_FEW = {"type": "integer", "minimum": 1, "maximum": _MOST_PLACES, "default": 5}


def _degrees(most: int) -> dict[str, object]:
    return {"type": "number", "minimum": -most, "maximum": most}


_AGENCY = Parameter(name="agency", description="Key of the agency.", required=True, example="demo")
_KEY = Parameter(name="key", description="Tracking key, as the receipt gave it.", required=True)
_LANG = Parameter(
    name="lang",
    description=f"Language of the texts, one of {', '.join(LANGUAGES)}; else Accept-Language, else Russian.",
    example=LANGUAGES[0],
)
_REFUSALS = (UnknownAgency, ForeignOrigin, TooMany, Invalid)


@describe(summary="The form as data", tag="form", responses={200: FormOut}, errors=_REFUSALS, query=(_AGENCY, _LANG))
async def show_form(request: web.Request) -> web.Response:
    """Fields, kinds, limits and texts of an agency's form, for clients that draw it themselves."""
    agency = await find_agency(request, require(request, "agency"))
    edge = request.app[EDGE]
    form = AppealForm(agency=agency, kind=SubmissionKind.MESSAGE, limits=edge.form_limits)
    data = FormOut.model_validate(describe_form(form, edge.texts.speaker(language(request))))
    return json_response(data, exclude_unset=True)


@describe(
    summary="Topics by words",
    tag="form",
    responses={200: TopicsFound},
    errors=_REFUSALS,
    query=(
        _AGENCY,
        Parameter(name="q", description="Words in any form; without them, the catalogue in its order.", example="яма"),
        Parameter(
            name="limit",
            description="How many at most.",
            schema={"type": "integer", "minimum": 1, "maximum": _MOST_TOPICS, "default": 5},
        ),
        Parameter(name="code", description="Code of a topic: that one alone, if there is one."),
        _LANG,
    ),
)
async def find_topics(request: web.Request) -> web.Response:
    """The topics that fit, best first."""
    limits.count_lookup(request)
    problems: list[Problem] = []
    key = read_text(request, "agency", problems, required=True)
    query = read_text(request, "q", problems)
    most = read_integer(request, "limit", problems, default=5, least=1, most=_MOST_TOPICS)
    code = read_text(request, "code", problems)
    if problems:
        raise Invalid(problems)
    agency = await find_agency(request, key)
    found = _called(request, agency, code) if code else await _search(request, agency, query, most)
    return json_response(show_topics(found, request.app[EDGE].texts, language(request)))


@describe(
    summary="Places by what is typed, or by a point",
    tag="form",
    responses={200: PlacesFound},
    errors=_REFUSALS,
    query=(
        _AGENCY,
        Parameter(name="q", description="Beginning of an address, in any order of words.", example="ленина 5"),
        Parameter(name="limit", description="How many at most.", schema=_FEW),
        Parameter(name="lat", description="Latitude of a point, WGS 84, instead of `q`.", schema=_degrees(90)),
        Parameter(name="lon", description="Longitude of that point.", schema=_degrees(180)),
    ),
)
async def find_places(request: web.Request) -> web.Response:
    """The addresses that fit, best first; with a point, the one nearest to it. A help: it may know nothing."""
    limits.count_lookup(request)
    problems: list[Problem] = []
    key = read_text(request, "agency", problems, required=True)
    words = read_text(request, "q", problems)
    most = read_integer(request, "limit", problems, default=5, least=1, most=_MOST_PLACES)
    point = _point(request, problems)
    if problems:
        raise Invalid(problems)
    agency, places = await find_agency(request, key), request.app[EDGE].places
    if point is None:
        return json_response(show_places(await places.find(agency, words, most=most) if words.strip() else ()))
    near = await places.at(agency, point)
    return json_response(show_places(() if near is None else (near,)))


@describe(
    summary="What a text seems to say",
    tag="form",
    request=NewReading,
    responses={200: ReadingOut},
    errors=_REFUSALS,
    query=(_LANG,),
)
async def read(request: web.Request) -> web.Response:
    """The problems of a text, each with its part of the text and the topics that fit. A help: nothing depends on it."""
    limits.count_lookup(request)
    shaped = shape(NewReading, await read_json(request))
    agency = await _agency_of(request, shaped, shaped.body.agency)
    edge = request.app[EDGE]
    checked = check_remark(shaped.body.text, name="text", most=edge.form_limits.text_max, required=True)
    _raise_problems(shaped, checked)
    reading = await edge.read_text(agency, shaped.body.text)
    return json_response(show_reading(reading, agency, edge.texts, language(request)))


@describe(
    summary="What is known nearby",
    tag="form",
    responses={200: NearbyOut},
    errors=_REFUSALS,
    query=(
        _AGENCY,
        Parameter(name="topic", description="Code of a topic.", required=True, example="0116"),
        Parameter(name="lat", description="Latitude, in degrees.", schema={"type": "number"}, example=55.0302),
        Parameter(name="lon", description="Longitude, in degrees.", schema={"type": "number"}, example=82.9204),
        Parameter(name="address", description="Address as it was typed.", example="ул. Ленина, 5"),
        _LANG,
    ),
)
async def nearby(request: web.Request) -> web.Response:
    """Open cases of a topic near a place that one may join, and outages that explain it. A help: nothing depends on it.

    Cases are shown for topics of public places alone, outages for every topic that the agency has named.
    """
    limits.count_lookup(request)
    problems: list[Problem] = []
    key = read_text(request, "agency", problems, required=True)
    code = read_text(request, "topic", problems, required=True)
    address, point = read_text(request, "address", problems), read_point(request, problems)
    if problems:
        raise Invalid(problems)
    agency, edge = await find_agency(request, key), request.app[EDGE]
    if edge.topics.of(agency.key).catalogue.find(code) is None:
        raise Invalid([Problem(field="topic", code="unknown")])
    known = await edge.look_around(agency, code, Place(address=address or None, point=point))
    return json_response(show_nearby(known, agency, edge.texts, language(request)))


@describe(
    summary="Upload a file",
    tag="appeals",
    request=FileBody(media_type="multipart/form-data", control="file"),
    responses={201: StoredFile},
    errors=(*_REFUSALS, UnsupportedFile),
    query=(_AGENCY, _LANG),
)
async def attach(request: web.Request) -> web.Response:
    """Take one file, clean it of what the camera wrote into it, and keep it for an appeal: 24 hours at most.

    The first part named `file` counts. `suggested_place` is where the camera says the photo was taken.
    """
    limits.count_lookup(request)
    agency = await find_agency(request, require(request, "agency"))
    edge = request.app[EDGE]
    most_bytes = edge.form_limits.file_bytes
    async with receive_form(request, most_files=1, most_bytes=most_bytes, controls=("file",)) as received:
        if not received.files:
            raise Invalid([Problem(field="file", code="required")])
        file = received.files[0]
        stored = await edge.attach(agency.key, name=file.name, source=file.path)
    return json_response(show_file(stored), status=201)


@describe(
    summary="Send an appeal",
    tag="appeals",
    request=NewAppeal,
    responses={201: AppealReceipt},
    errors=(*_REFUSALS, IdempotencyConflict),
    query=(_LANG,),
    headers=(
        Parameter(
            name=_IDEMPOTENCY_KEY,
            description="Any value of your own; the same request may then be sent again for 30 days.",
            schema={"type": "string", "minLength": 1, "maxLength": _LONGEST_IDEMPOTENCY_KEY},
        ),
    ),
    response_headers={"Idempotency-Replayed": "`true` if the appeal had been taken before."},
)
async def send_appeal(request: web.Request) -> web.Response:
    """Take a filled form. When this answers 201, the appeal is on the disk and on its way.

    What is wrong is reported all at once. A refused request does not use its idempotency key up.
    """
    limits.count_submission(request)
    sent = await read_json(request)
    ticket, found = _read_ticket(request, sent)
    shaped = shape(NewAppeal, sent)
    agency = await _agency_of(request, shaped, shaped.body.agency, found)
    limits.count_submission_to(request, agency)
    unknown = _unknown_details(request, agency, shaped.body)
    receipt = await request.app[EDGE].accept_appeal(
        agency,
        SubmissionKind(shaped.body.kind),
        _answers(shaped.body),
        channel=Channel.API,
        lang=shaped.body.lang or language(request),
        ticket=ticket,
        found=(*found, *shaped.problems, *unknown),
    )
    if not receipt.replayed:
        request.app[EDGE].wake()
        count_accepted(request, Channel.API)
    headers = {"Idempotency-Replayed": "true"} if receipt.replayed else None
    return json_response(show_receipt(receipt, agency, own_url=own_url(request)), status=201, headers=headers)


@describe(
    summary="Follow an appeal",
    tag="appeals",
    responses={200: AppealStatus},
    errors=(UnknownAppeal, ForeignOrigin, TooMany, Invalid),
    query=(_KEY, _LANG),
)
async def show(request: web.Request) -> web.Response:
    """Where an appeal stands, in the resident's five words. A wrong number and a wrong key look the same."""
    tracked, agency = await _open(request, require(request, "key"))
    return _show(request, tracked, agency)


@describe(
    summary="Rate the answer",
    tag="appeals",
    request=NewRating,
    responses={200: AppealStatus},
    errors=(UnknownAppeal, ForeignOrigin, TooMany, Invalid, NotAnswered, AlreadyRated),
    query=(_LANG,),
)
async def rate(request: web.Request) -> web.Response:
    """Take one rating for each answer; 1 or 2 sends the case to re-review by itself.

    A rating that came without a comment takes one later, once, with the same score.
    """
    limits.count_submission(request)
    shaped = shape(NewRating, await read_json(request))
    tracked, agency = await _open_with(request, shaped, shaped.body.key)
    edge, body = request.app[EDGE], shaped.body
    tracked = await edge.rate_answer(
        tracked.number, body.key, score=body.score, comment=body.comment, found=shaped.problems
    )
    edge.wake()
    return _show(request, tracked, agency)


@describe(
    summary="Reply to the agency's question",
    tag="appeals",
    request=NewReply,
    responses={200: AppealStatus},
    errors=(UnknownAppeal, ForeignOrigin, TooMany, Invalid, NoQuestion),
    query=(_LANG,),
)
async def reply(request: web.Request) -> web.Response:
    """Take one reply to each question."""
    limits.count_submission(request)
    shaped = shape(NewReply, await read_json(request))
    tracked, agency = await _open_with(request, shaped, shaped.body.key)
    edge, body = request.app[EDGE], shaped.body
    tracked = await edge.reply_to_question(
        tracked.number, body.key, text=body.text, attachments=tuple(body.attachments), found=shaped.problems
    )
    edge.wake()
    return _show(request, tracked, agency)


@describe(
    summary="Withdraw consent",
    tag="appeals",
    request=Withdrawal,
    responses={200: AppealStatus},
    errors=(UnknownAppeal, ForeignOrigin, TooMany, Invalid, AlreadyWithdrawn),
    query=(_LANG,),
)
async def withdraw(request: web.Request) -> web.Response:
    """Take back the consent to processing personal data; the agency is told."""
    limits.count_submission(request)
    shaped = shape(Withdrawal, await read_json(request))
    tracked, agency = await _open_with(request, shaped, shaped.body.key)
    _raise_problems(shaped)
    tracked = await request.app[EDGE].withdraw_consent(tracked.number, shaped.body.key)
    request.app[EDGE].wake()
    return _show(request, tracked, agency)


async def _search(request: web.Request, agency: Agency, query: str, most: int) -> Sequence[TopicMatch]:
    book = request.app[EDGE].topics.of(agency.key)
    if query.strip():
        return await book.suggest(query, most=most)
    return [TopicMatch(topic=topic, score=0.0) for topic in book.catalogue.topics[:most]]


def _called(request: web.Request, agency: Agency, code: str) -> Sequence[TopicMatch]:
    topic = request.app[EDGE].topics.of(agency.key).catalogue.find(code)
    return [] if topic is None else [TopicMatch(topic=topic, score=0.0)]


def _point(request: web.Request, problems: list[Problem]) -> Point | None:
    before = len(problems)
    lat, lon = read_degrees(request, "lat", problems, most=90), read_degrees(request, "lon", problems, most=180)
    if lat is not None and lon is not None:
        return Point(lat=lat, lon=lon)
    if len(problems) == before and (lat, lon) != (None, None):
        problems.append(Problem(field="lat" if lat is None else "lon", code="pair"))
    return None


def _answers(body: NewAppeal) -> Answers:
    place, contact = body.place or PlaceIn(), body.contact or ContactIn()
    return Answers(
        text=body.text,
        gist=body.gist,
        topic=body.topic,
        details={name: said for name, said in (body.details or {}).items() if said is not None},
        address=place.address,
        lat=place.lat,
        lon=place.lon,
        attachments=tuple(body.attachments),
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        consent=body.consent,
        consent_version=body.consent_version,
        joins=body.joins or None,
    )


def _unknown_details(request: web.Request, agency: Agency, body: NewAppeal) -> tuple[Problem, ...]:
    """Return a problem for each answer to a question that no topic of the agency asks."""
    known = request.app[EDGE].topics.of(agency.key).catalogue.questions
    unknown = islice((name for name in body.details or () if name not in known), MOST_PROBLEMS)
    return tuple(Problem(field=dotted(("details", name)), code="unknown_field") for name in unknown)


def _read_ticket(request: web.Request, sent: dict[str, object]) -> tuple[Ticket | None, tuple[Problem, ...]]:
    key = request.headers.get(_IDEMPOTENCY_KEY)
    if key is None:
        return None, ()
    if not (0 < len(key) <= _LONGEST_IDEMPOTENCY_KEY and key.isascii() and key.isprintable()):
        return None, (Problem(field=_IDEMPOTENCY_KEY, code="bad_key"),)
    return Ticket(key=key, fingerprint=_fingerprint(sent)), ()


def _fingerprint(sent: dict[str, object]) -> bytes:
    try:
        canonical = _CANONICAL.encode(sent)
    except RecursionError as error:
        raise NotUnderstood from error
    return hashlib.sha256(canonical.encode()).digest()


async def _agency_of(
    request: web.Request, shaped: Shaped[NewAppeal] | Shaped[NewReading], key: str, found: tuple[Problem, ...] = ()
) -> Agency:
    if shaped.has_problem("agency"):
        raise Invalid([*found, *shaped.problems])  # whose form it is decides about the rest
    return await find_agency(request, key)


async def _open_with(
    request: web.Request, shaped: Shaped[NewRating] | Shaped[NewReply] | Shaped[Withdrawal], key: str
) -> tuple[Tracked, Agency]:
    if shaped.has_problem("key"):
        raise Invalid(shaped.problems)
    return await _open(request, key)


async def _open(request: web.Request, key: str) -> tuple[Tracked, Agency]:
    tracked = await limits.follow(request, request.match_info["number"], key)
    agency = await request.app[EDGE].agencies.find(tracked.agency)
    admit(request, agency)
    return tracked, agency


def _show(request: web.Request, tracked: Tracked, agency: Agency) -> web.Response:
    lang = language(request)
    say = request.app[EDGE].texts.speaker(lang)
    return json_response(show_appeal(tracked, agency, say, lang=lang, own_url=own_url(request)))


def _raise_problems(shaped: Shaped[Any], remark: str | Sequence[Problem] = "") -> None:
    """Raise Invalid with what was wrong with the body's shape, and with a remark in it."""
    others = () if isinstance(remark, str) else remark
    if problems := (*shaped.problems, *others):
        raise Invalid(problems)
