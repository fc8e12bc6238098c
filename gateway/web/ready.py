"""Files that never change while the process runs, as answers that stand ready: read, compressed and headed once.

Agencies' pages ask for the launcher far more often than residents send anything. So the bytes of each answer are put
together at the start, in every coding, and a request only picks one. What depends on the request is added to them:
the date, and whether the connection stays open.
"""

import hashlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

from aiohttp import HttpVersion10, web
from aiohttp.abc import AbstractStreamWriter

from gateway.web.codings import choose_coding
from gateway.web.security import FOR_FILES

MINUTES = "public, max-age=300, must-revalidate"
FOREVER = "public, max-age=31536000, immutable"

_FILES = {"br": ".br", "gzip": ".gz"}
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    head: bytes
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    """The file in one coding: its tag, the answer with it, and the one to whoever has it."""

    tag: str
    whole: _Answer
    unchanged: _Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyFile:
    """A file as it is sent, by content coding; `None` is the content as it is."""

    versions: Mapping[str | None, _Version]
    codings: tuple[str, ...]

    def answer(self, request: web.Request) -> web.StreamResponse:
        """Return the answer in the best coding that the client takes, or 304 if it has that."""
        headers = request.headers
        version = self.versions[choose_coding(headers.get("Accept-Encoding", ""), self.codings)]
        known = headers.get("If-None-Match")
        has_it = known is not None and (known == version.tag or _names(request, version.tag))
        return ReadyAnswer(version.unchanged if has_it else version.whole)


def read_file(path: Path, headers: Mapping[str, str]) -> ReadyFile:
    """Read a file and what the build compressed beside it; raises FileNotFoundError."""
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:32]
    common = {**FOR_FILES, "Content-Type": _TYPES[path.suffix], **headers}
    versions = {coding: _version(body, digest, coding, common) for coding, body in _codings(path, content)}
    return ReadyFile(versions=versions, codings=tuple(coding for coding in versions if coding is not None))


def is_servable(path: Path) -> bool:
    """Tell whether a file is of a type that pages load."""
    return path.suffix in _TYPES


def _codings(path: Path, content: bytes) -> Iterator[tuple[str | None, bytes]]:
    """Give the content as it is and every compressed one that is smaller."""
    yield None, content
    for coding, suffix in _FILES.items():
        beside = path.with_name(path.name + suffix)
        if beside.exists() and len(compressed := beside.read_bytes()) < len(content):
            yield coding, compressed


def _version(body: bytes, digest: str, coding: str | None, common: Mapping[str, str]) -> _Version:
    # A strong tag names the bytes that are sent, not what they unpack to.
    tag = f'"{digest}"' if coding is None else f'"{digest}-{coding}"'
    headers = {**common, "ETag": tag, "Vary": "Accept-Encoding"}
    sized = {"Content-Length": str(len(body))} | ({} if coding is None else {"Content-Encoding": coding})
    return _Version(
        tag=tag,
        whole=_Answer(status=200, head=_head(200, headers | sized), body=body),
        unchanged=_Answer(status=304, head=_head(304, headers), body=b""),
    )


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *(f"{name}: {value}" for name, value in headers.items())]
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _names(request: web.Request, tag: str) -> bool:
    """Read the header as a list; a browser that has one copy sends one tag, so that this is seldom needed."""
    return any(known.value == "*" or f'"{known.value}"' == tag for known in request.if_none_match or ())


class ReadyAnswer(web.StreamResponse):
    """Sends what stands ready; aiohttp's own responses draw up their headers anew each time.

    It carries no id of the request: caches keep it and give it to others.
    """

    def __init__(self, answer: _Answer) -> None:
        super().__init__(status=answer.status)
        self._answer = answer

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Write all of it at once."""
        if self._keep_alive is None:
            self._keep_alive = request.keep_alive
        body = b"" if request.method == "HEAD" else self._answer.body
        connection = b"" if self._keep_alive and request.version > HttpVersion10 else self._connection()
        await request.writer.write_eof(self._answer.head + connection + _date(int(time.time())) + body)
        self._eof_sent = True
        return None

    def _connection(self) -> bytes:
        return b"Connection: keep-alive\r\n" if self._keep_alive else b"Connection: close\r\n"


@lru_cache(maxsize=1)
def _date(second: int) -> bytes:
    return f"Date: {formatdate(second, usegmt=True)}\r\n\r\n".encode("ascii")
