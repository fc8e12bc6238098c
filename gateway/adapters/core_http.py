"""A core store in another Otklik, reached through its core door (docs/reference/core-door.md).

Files go ahead, each to an id that the core store gives; the case follows with these ids. Should the case not get
through, its files are brought anew next time, and the core store forgets the first ones within a day.
"""

import re
import secrets
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ValidationError

from gateway.adapters.http_connection import Answer, HttpConnection
from gateway.domain.appeal import AppealId
from gateway.domain.attachment import Attachment, AttachmentId
from gateway.domain.case import CaseFile
from gateway.domain.joining import Join
from gateway.domain.tracking import Comment, Rating, Reply
from gateway.domain.transfer import CaseChange, NewCase
from gateway.errors import CoreRefused, CoreUnavailable, Refused, UnknownFile
from gateway.ports import Blobs, Cursor
from gateway.wire.cases import CaseBody, CommentBody, JoinBody, RatingBody, ReplyBody, WithdrawalBody
from gateway.wire.changes import ChangesTold, FileTold
from gateway.wire.shapes import read, write

_MEGABYTE = 1024 * 1024
_MOST_TOLD = 32 * _MEGABYTE  # a page of changes: 500 long answers
_LARGEST_FILE = 256 * _MEGABYTE
_LONGEST_WAIT = 3600

_CASES = "/api/v1/cases"
_FILES = "/api/v1/cases/files"
_CHANGES = "/api/v1/changes"

_UNKNOWN_CALL = {"not_found", "method_not_allowed", "http_404", "http_405"}
"""What a core store answers to an address that it does not have; a case that it does not have is `unknown_appeal`."""

_TRY_AGAIN = {408, 425, 429}
_CODE = re.compile(rb'"code"\s*:\s*"([a-z0-9_]{1,64})"')

_Told = TypeVar("_Told", bound=BaseModel)


class CoreHttp:
    """Fulfils `ports.Core` through the door at `url`; each step of a request may take `timeout_seconds`."""

    def __init__(self, url: str, token: str, blobs: Blobs, *, timeout_seconds: float) -> None:
        self._connection = HttpConnection(url, token, seconds=timeout_seconds)
        self._blobs = blobs

    async def submit(self, case: NewCase) -> None:
        """Bring the files, then the case."""
        with _unsendable_refused():
            CaseBody.of(case, ())  # before any file travels for nothing
        brought = [await self._bring(file) for file in case.files]
        with _unsendable_refused():
            body = CaseBody.of(case, brought)
        await self._post(_CASES, body, key=case.appeal_id)

    async def changes(self, since: Cursor) -> tuple[Sequence[CaseChange], Cursor]:
        """Return a page of what has happened after that cursor, and the next cursor."""
        answer = await self._connection.send("GET", _CHANGES, query={"since": since}, most=_MOST_TOLD)
        told = _told(ChangesTold, answer)
        return told.read(), Cursor(told.cursor)

    async def rate(self, appeal: AppealId, rating: Rating) -> None:
        """Pass a rating on."""
        with _unsendable_refused():
            body = RatingBody.of(rating)
        await self._post(f"{_CASES}/{quote(appeal)}/rating", body, key=f"{appeal}-{rating.answer}")

    async def comment(self, appeal: AppealId, comment: Comment) -> None:
        """Pass on what was said after a rating."""
        with _unsendable_refused():
            body = CommentBody.of(comment)
        await self._post(f"{_CASES}/{quote(appeal)}/comment", body, key=f"{appeal}-{comment.answer}-comment")

    async def reply(self, appeal: AppealId, reply: Reply, files: Sequence[Attachment]) -> None:
        """Bring the files, then the reply."""
        brought = [await self._bring(file) for file in files]
        with _unsendable_refused():
            body = ReplyBody.of(reply, brought)
        await self._post(f"{_CASES}/{quote(appeal)}/reply", body, key=reply.id)

    async def withdraw_consent(self, appeal: AppealId, at: datetime) -> None:
        """Pass a withdrawal of consent on."""
        await self._post(f"{_CASES}/{quote(appeal)}/withdrawal", WithdrawalBody(at=at), key=f"{appeal}-withdrawal")

    async def join(self, appeal: AppealId, join: Join) -> None:
        """Pass on that one more person waits; a core store that does not know this call yet has nobody to count."""
        with _unsendable_refused():
            body = JoinBody.of(join)
        try:
            await self._post(f"{_CASES}/{quote(appeal)}/join", body, key=join.id)
        except CoreRefused as refusal:
            if str(refusal) not in _UNKNOWN_CALL:
                raise

    async def read_file(self, file: AttachmentId) -> AsyncIterator[bytes]:
        """Stream a file of an answer; raises UnknownFile."""
        async with self._connection.open(f"{_FILES}/{quote(file)}", most=_LARGEST_FILE) as (answer, chunks):
            if answer.status == UnknownFile.status:
                raise UnknownFile
            if answer.status != 200:
                raise _failure(answer)
            async for chunk in chunks:
                yield chunk

    async def close(self) -> None:
        """Let go of the connections."""
        await self._connection.close()

    async def _bring(self, file: Attachment) -> CaseFile:
        boundary = secrets.token_hex(16)
        answer = await self._connection.send(
            "POST",
            _FILES,
            content=_multipart(file, self._blobs.read(file.id), boundary),
            headers={"Content-Type": f"multipart/form-data; boundary={boundary}", "Idempotency-Key": file.id},
            most=_MOST_TOLD,
        )
        return _told(FileTold, answer).read()

    async def _post(self, path: str, body: BaseModel, *, key: str) -> None:
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        answer = await self._connection.send("POST", path, content=write(body), headers=headers, most=_MOST_TOLD)
        if answer.status not in (200, 201):
            raise _failure(answer)


async def _multipart(file: Attachment, chunks: AsyncIterator[bytes], boundary: str) -> AsyncIterator[bytes]:
    """Yield a form with one file in it (RFC 7578), the name as browsers write it."""
    name = file.name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    yield (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: {file.type.value}\r\n\r\n"
    ).encode()
    async for chunk in chunks:
        yield chunk
    yield f"\r\n--{boundary}--\r\n".encode()


def _told(model: type[_Told], answer: Answer) -> _Told:
    if answer.status not in (200, 201):
        raise _failure(answer)
    try:
        return read(model, answer.body)
    except Refused:
        raise CoreUnavailable("the answer is not understood") from None


def _failure(answer: Answer) -> CoreRefused | CoreUnavailable:
    """Say whether another try may help; of what was answered only the code is told, the rest may be personal."""
    code = _CODE.search(answer.body)
    told = f"http_{answer.status}" if code is None else code[1].decode()
    if 400 <= answer.status < 500 and answer.status not in _TRY_AGAIN:
        return CoreRefused(told)
    unavailable = CoreUnavailable(told)
    if (wait := _wait(answer.headers.get("retry-after", ""))) is not None:
        unavailable.retry_after = wait
    return unavailable


def _wait(written: str) -> int | None:
    """Return the seconds that a Retry-After names, as a number or a date (RFC 9110, 10.2.3), an hour at most."""
    if written.isascii() and written.isdigit():
        return min(int(written), _LONGEST_WAIT)
    try:
        seconds = (parsedate_to_datetime(written) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):  # TypeError: a date without a zone
        return None
    return max(1, min(round(seconds), _LONGEST_WAIT))


@contextmanager
def _unsendable_refused() -> Iterator[None]:
    """Refuse what the door would refuse, and never show what it was."""
    try:
        yield
    except ValidationError:
        raise CoreRefused("not_sendable") from None
