"""Forms with files: streamed to a temporary folder within bounds of size, number and time, and gone afterwards."""

import asyncio
import errno
import tempfile
import warnings
from collections.abc import AsyncIterator, Container, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web
from multidict import MultiDict

from gateway.errors import NotUnderstood, StoreFull, StoreUnavailable, TooLarge
from gateway.web.edge import EDGE
from gateway.web.reading import broken_bodies_refused, in_time, read_body, while_it_flows

_CHUNK = 64 * 1024
_WRITTEN_AT_ONCE = 1024 * 1024
_MOST_PARTS = 200
_OVERHEAD = 64 * 1024  # boundaries and part headers
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedFile:
    """A file of a form: the `control` that it came in, the `name` it had there, where it lies for now."""

    control: str
    name: str
    path: Path
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedFile:
    """A file that was passed over: `code` is `too_large` or `too_many`."""

    control: str
    name: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A form as it came: text `fields`, `files` that have a content, and files that were `refused`."""

    fields: MultiDict[str]
    files: tuple[UploadedFile, ...] = ()
    refused: tuple[RefusedFile, ...] = ()


@asynccontextmanager
async def receive_form(
    request: web.Request,
    *,
    most_files: int,
    most_bytes: int,
    controls: Container[str] | None = None,
    skip_refused: bool = False,
) -> AsyncIterator[Received]:
    """Give a posted form (multipart or urlencoded); its files are removed in the end.

    `most_bytes` is the size of one file. `controls` names the file controls: other files are passed over, and these
    need no file name; without it every part with a file name is a file. With `skip_refused` a file that is too large
    or one too many is read past and listed, within twice what good files could take; else it stops everything.
    Raises NotUnderstood, TooLarge, TooSlow, StoreFull.
    """
    if request.content_type == "application/x-www-form-urlencoded":
        yield Received(fields=await _read_urlencoded(request))
        return
    if request.content_type != "multipart/form-data":
        raise NotUnderstood
    most_in_all = most_files * most_bytes * (2 if skip_refused else 1) + request.app[EDGE].limits.json_bytes
    if (request.content_length or 0) > most_in_all + _OVERHEAD:
        raise TooLarge
    with _full_disk_told():
        spool = tempfile.TemporaryDirectory(prefix="otklik-")
    with spool as folder:
        reception = _Reception(
            request=request,
            folder=Path(folder),
            most_files=most_files,
            most_bytes=most_bytes,
            most_in_all=most_in_all + _OVERHEAD,
            controls=controls,
            skip_refused=skip_refused,
        )
        yield await reception.receive()


async def _read_urlencoded(request: web.Request) -> MultiDict[str]:
    body = await read_body(request, most=request.app[EDGE].limits.json_bytes)
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError as error:
        raise NotUnderstood from error
    return MultiDict(pairs)


@dataclass(slots=True, kw_only=True)
class _Reception:
    request: web.Request
    folder: Path
    most_files: int
    most_bytes: int
    most_in_all: int
    controls: Container[str] | None
    skip_refused: bool
    fields: MultiDict[str] = field(default_factory=MultiDict)
    files: list[UploadedFile] = field(default_factory=list)
    refused: list[RefusedFile] = field(default_factory=list)
    text_bytes: int = 0

    async def receive(self) -> Received:
        with broken_bodies_refused(), _full_disk_told():
            try:
                await in_time(self.request, self._take_parts())
            except (ValueError, RuntimeError) as error:  # how the reader says that boundaries or headers are wrong
                raise NotUnderstood from error
        return Received(fields=self.fields, files=tuple(self.files), refused=tuple(self.refused))

    async def _take_parts(self) -> None:
        reader = await self.request.multipart()
        for _ in range(_MOST_PARTS):
            part = await while_it_flows(self.request, reader.next())
            if part is None:
                return
            if not isinstance(part, BodyPartReader):  # a multipart within the multipart: RFC 7578, 4.3
                raise NotUnderstood
            await self._take(part)
        raise TooLarge

    async def _take(self, part: BodyPartReader) -> None:
        control, file_name = _names(part)
        if self._is_file(control, file_name):
            await self._take_file(part, control, file_name or "")
        elif file_name is None and control:
            self.fields.add(control, await self._read_text(part))
        else:
            await self._pass_over(part)

    def _is_file(self, control: str, file_name: str | None) -> bool:
        return control in self.controls if self.controls is not None else file_name is not None

    async def _take_file(self, part: BodyPartReader, control: str, name: str) -> None:
        if len(self.files) == self.most_files:
            if await self._pass_over(part):
                self._refuse(control, name, "too_many")
            return
        path = self.folder / str(len(self.files))
        size = await self._spool(part, path)
        if size > self.most_bytes:
            await self._pass_over(part)
            self._refuse(control, name, "too_large")
        elif size:
            self.files.append(UploadedFile(control=control, name=name, path=path, size=size))

    def _refuse(self, control: str, name: str, code: str) -> None:
        if not self.skip_refused and code == "too_large":
            raise TooLarge
        self.refused.append(RefusedFile(control=control, name=name, code=code))

    async def _spool(self, part: BodyPartReader, path: Path) -> int:
        """Write the part down as far as it may go; return how many bytes came."""
        size, waiting = 0, bytearray()
        with path.open("wb") as file:
            while size <= self.most_bytes and (chunk := await self._read_chunk(part)):
                size += len(chunk)
                waiting += chunk
                if len(waiting) >= _WRITTEN_AT_ONCE:
                    await _write(file, waiting)
            if size > self.most_bytes and not self.skip_refused:
                raise TooLarge
            await _write(file, waiting)
        return size

    async def _read_text(self, part: BodyPartReader) -> str:
        text = bytearray()
        while chunk := await self._read_chunk(part):
            text += chunk
            self.text_bytes += len(chunk)
            if self.text_bytes > self.request.app[EDGE].limits.json_bytes:
                raise TooLarge
        return text.decode("utf-8")

    async def _pass_over(self, part: BodyPartReader) -> int:
        passed = 0
        while chunk := await self._read_chunk(part):
            passed += len(chunk)
        return passed

    async def _read_chunk(self, part: BodyPartReader) -> bytes:
        # An empty chunk before the end of the part is possible: the reader holds back what may be a boundary.
        chunk = b""
        while not chunk and not part.at_eof():
            chunk = await while_it_flows(self.request, part.read_chunk(_CHUNK))
            if self.request.content.total_bytes > self.most_in_all:
                raise TooLarge
        return chunk


def _names(part: BodyPartReader) -> tuple[str, str | None]:
    with warnings.catch_warnings():  # they would print what the resident sent
        warnings.simplefilter("ignore")
        return part.name or "", part.filename


async def _write(file: IO[bytes], waiting: bytearray) -> None:
    await asyncio.to_thread(file.write, bytes(waiting))
    waiting.clear()


@contextmanager
def _full_disk_told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if isinstance(error, ConnectionError | TimeoutError):
            raise
        raise (StoreFull if error.errno in _NO_ROOM else StoreUnavailable) from error
