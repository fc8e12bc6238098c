"""The core door: other gateways bring cases here and take changes back; `adapters.core_http` is the other side.

A gateway shows its Bearer token and gets its own view of the core store: its cases, its files, its changes. Without
any gateway in the settings there is no door: its addresses do not exist. No web page may call it, so it allows no
origin. Everything may be sent twice; the second time changes nothing and is answered the same.
"""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel

from gateway.domain.appeal import AppealId
from gateway.domain.attachment import AttachmentId
from gateway.domain.problem import Problem
from gateway.errors import (
    AlreadyRated,
    Conflict,
    CoreRefused,
    IdempotencyConflict,
    Invalid,
    NoQuestion,
    NotAnswered,
    NotFound,
    NotUnderstood,
    Refused,
    Unauthorized,
    UnknownAppeal,
    UnknownFile,
    UnsupportedFile,
)
from gateway.ports import Cursor
from gateway.web.edge import EDGE, Door
from gateway.web.openapi import FileBody, Parameter, describe
from gateway.web.reading import read_body
from gateway.web.uploads import receive_form
from gateway.wire.cases import CaseBody, CommentBody, JoinBody, RatingBody, ReplyBody, WithdrawalBody
from gateway.wire.changes import CaseTold, ChangesTold, FileTold
from gateway.wire.shapes import read, write

_Body = TypeVar("_Body", bound=BaseModel)

_LONGEST_CURSOR = 18  # cursors of ours are what a database counts to; a longer one was never given out
# What a gateway sends was cleaned there, and a re-encoded picture may be larger than the resident's was.
_GROWN = 4
_KEY = Parameter(name="Idempotency-Key", description="The id of what is sent; the same id is taken once.")
_SINCE = Parameter(name="since", description="The cursor of the last answer; empty at the beginning.")


@describe(
    summary="Register a case",
    tag="core door",
    request=CaseBody,
    responses={201: CaseTold},
    errors=(Invalid, IdempotencyConflict, NotFound),
    headers=(_KEY,),
    token=True,
)
async def take_case(request: web.Request) -> web.Response:
    """Register an appeal that another gateway has accepted; a repeat finds it registered."""
    _, door = _enter(request)
    case = (await _read(request, CaseBody)).read()
    if request.headers.get("Idempotency-Key", case.appeal_id) != case.appeal_id:
        raise IdempotencyConflict
    with _refusals_told():
        await door.core.submit(case)
    return _answer(CaseTold(id=case.appeal_id), status=201)


@describe(
    summary="Bring a file",
    tag="core door",
    request=FileBody(media_type="multipart/form-data", control="file"),
    responses={201: FileTold},
    errors=(Invalid, UnsupportedFile, NotFound),
    headers=(_KEY,),
    token=True,
)
async def take_file(request: web.Request) -> web.Response:
    """Take a file ahead of its case or reply; one that nothing refers to within a day is forgotten."""
    gateway, _ = _enter(request)
    edge = request.app[EDGE]
    if edge.take_case_file is None:
        raise NotFound
    most = _GROWN * edge.form_limits.file_bytes
    async with receive_form(request, most_files=1, most_bytes=most, controls=("file",)) as form:
        if not form.files:
            raise Invalid([Problem(field="file", code="required")])
        file = form.files[0]
        stored = await edge.take_case_file(gateway, name=file.name, source=file.path)
    return _answer(FileTold.of(stored), status=201)


@describe(
    summary="Read a file",
    tag="core door",
    responses={200: FileBody(media_type="application/octet-stream")},
    errors=(UnknownFile,),
    token=True,
)
async def read_file(request: web.Request) -> web.StreamResponse:
    """Give a file of one of the gateway's own cases."""
    _, door = _enter(request)
    chunks = door.core.read_file(AttachmentId(request.match_info["id"]))
    first = await anext(chunks, b"")  # that there is none is known before the answer begins
    response = web.StreamResponse(headers={"Content-Type": "application/octet-stream"})
    await response.prepare(request)
    await response.write(first)
    async for chunk in chunks:
        await response.write(chunk)
    await response.write_eof()
    return response


@describe(
    summary="Read changes",
    tag="core door",
    responses={200: ChangesTold},
    errors=(Invalid, NotFound),
    query=(_SINCE,),
    token=True,
)
async def changes(request: web.Request) -> web.Response:
    """Give what has happened to the gateway's own cases after the cursor, in order, a page at a time."""
    _, door = _enter(request)
    since = request.query.get("since", "")
    if len(since) > _LONGEST_CURSOR:
        raise Invalid([Problem(field="since", code="unknown")])
    page, cursor = await door.core.changes(Cursor(since))
    return _answer(ChangesTold.of(page, cursor))


@describe(
    summary="Pass a rating on",
    tag="core door",
    request=RatingBody,
    responses={200: CaseTold},
    errors=(Invalid, UnknownAppeal, NotAnswered, AlreadyRated),
    token=True,
)
async def rate(request: web.Request) -> web.Response:
    """Take the resident's rating of an answer; 1 or 2 sends the case to re-review."""
    door, appeal = _enter_case(request)
    rating = (await _read(request, RatingBody)).read()
    with _refusals_told():
        await door.core.rate(appeal, rating)
    return _answer(CaseTold(id=appeal))


@describe(
    summary="Pass a comment on",
    tag="core door",
    request=CommentBody,
    responses={200: CaseTold},
    errors=(Invalid, UnknownAppeal, NotAnswered, AlreadyRated),
    token=True,
)
async def comment(request: web.Request) -> web.Response:
    """Take what the resident says of an answer after rating it without a word."""
    door, appeal = _enter_case(request)
    said = (await _read(request, CommentBody)).read()
    with _refusals_told():
        await door.core.comment(appeal, said)
    return _answer(CaseTold(id=appeal))


@describe(
    summary="Pass a reply on",
    tag="core door",
    request=ReplyBody,
    responses={200: CaseTold},
    errors=(Invalid, UnknownAppeal, NoQuestion),
    token=True,
)
async def reply(request: web.Request) -> web.Response:
    """Take the resident's reply to a question; its files were brought before."""
    door, appeal = _enter_case(request)
    said, files = (await _read(request, ReplyBody)).read()
    with _refusals_told():
        await door.core.reply(appeal, said, files)
    return _answer(CaseTold(id=appeal))


@describe(
    summary="Pass a withdrawal of consent on",
    tag="core door",
    request=WithdrawalBody,
    responses={200: CaseTold},
    errors=(Invalid, UnknownAppeal),
    token=True,
)
async def withdraw(request: web.Request) -> web.Response:
    """Note that the resident has taken back the consent to the processing of personal data."""
    door, appeal = _enter_case(request)
    at = (await _read(request, WithdrawalBody)).at
    with _refusals_told():
        await door.core.withdraw_consent(appeal, at)
    return _answer(CaseTold(id=appeal))


@describe(
    summary="Pass on that somebody joins",
    tag="core door",
    request=JoinBody,
    responses={200: CaseTold},
    errors=(Invalid, UnknownAppeal),
    token=True,
)
async def join(request: web.Request) -> web.Response:
    """Note that one more person waits for a case; nothing is told of who it is."""
    door, appeal = _enter_case(request)
    said = (await _read(request, JoinBody)).read()
    with _refusals_told():
        await door.core.join(appeal, said)
    return _answer(CaseTold(id=appeal))


def _enter(request: web.Request) -> tuple[str, Door]:
    """Return the gateway that the token belongs to and its door; raises NotFound where there is none, Unauthorized."""
    doors = request.app[EDGE].doors
    if not doors:
        raise NotFound
    shown = _shown_token(request)
    # Every token is compared, whole: the time tells neither whose it nearly was nor how nearly.
    entered = [(gateway, door) for gateway, door in doors.items() if _is_same(shown, door.token.strip())]
    if not shown or not entered:
        raise Unauthorized
    return entered[0]


def _enter_case(request: web.Request) -> tuple[Door, AppealId]:
    _, door = _enter(request)
    return door, AppealId(request.match_info["id"])


def _shown_token(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _is_same(shown: str, token: str) -> bool:
    return secrets.compare_digest(_fingerprint(shown), _fingerprint(token))


def _fingerprint(token: str) -> bytes:
    # Of one length whatever the token's, which a comparison would give away.
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


async def _read(request: web.Request, model: type[_Body]) -> _Body:
    if request.content_type != "application/json":
        raise NotUnderstood
    return read(model, await read_body(request, most=request.app[EDGE].limits.json_bytes))


@contextmanager
def _refusals_told() -> Iterator[None]:
    """Say what was wrong with a request that the core store refused, where it knows."""
    try:
        yield
    except CoreRefused as error:
        reason = error.__cause__
        raise (reason if isinstance(reason, Refused) else Conflict()) from error


def _answer(body: BaseModel, *, status: int = 200) -> web.Response:
    return web.Response(body=write(body), status=status, content_type="application/json")
