"""The bytes of files, by key: in a local folder by default, in an S3 bucket at scale; obstore speaks to both.

A key `abcdef` is stored as `ab/abcdef` in either, so that no folder grows to millions of files and a folder can be
copied into a bucket as it is.

obstore's synchronous calls are made in threads of our own: a process that ends soon after one of its asynchronous
calls is sometimes aborted, as the threads of its runtime then enter an interpreter that is going away.
"""

import asyncio
import errno
import os
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from gateway.errors import OtklikError, StoreFull, StoreUnavailable, UnknownFile

if TYPE_CHECKING:
    from obstore import BytesStream
    from obstore.store import ClientConfig, ObjectStore, RetryConfig

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

CHUNK_BYTES = 256 * 1024
"""The largest piece that `read` gives."""

S3_PART_BYTES = 5 * 1024 * 1024
"""The smallest part of an upload in parts that S3 takes, and so the most that an upload holds in memory."""

S3_DELETE_KEYS = 1000
"""The most keys that S3 takes in one DeleteObjects."""

THREADS = 8
"""Calls under way at a time; a resident who reads slowly holds a thread only while a chunk is fetched."""

SECONDS_TO_CHECK = 5

KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}")
"""No dot in front, so that neither a key nor its folder is `.`, `..` or hidden."""

# obstore gives the system's errors as text: "No space left on device (os error 28)". The two words are the codes
# of MinIO (507) and Ceph (403) for the same.
_SYSTEM_ERROR = re.compile(r"\(os error (\d+)\)")
_BUCKET_FULL = re.compile(r"<Code>(XMinioStorageFull|QuotaExceeded)</Code>")
_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

# Waits end before the proxy in front of us gives the resident up. `read` is the silence of S3 that is borne, not the
# time a transfer takes: a resident on a slow line may read for long.
_CLIENT: "ClientConfig" = {"connect_timeout": "5s", "read_timeout": "10s", "timeout": "1h"}
_RETRY: "RetryConfig" = {"max_retries": 2, "retry_timeout": timedelta(seconds=15)}


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketAccess:
    """Where S3 answers and how we sign; what is None comes from the standard AWS_… variables."""

    endpoint: str | None = None
    region: str | None = None
    access_key_id: str | None = None
    secret_access_key: str | None = field(default=None, repr=False)


def open_blobs(url: str | None, folder: Path, access: BucketAccess | None = None) -> "ObjectBlobs":
    """Return the store at `url`, like `s3://bucket/prefix`, or the one in `folder`, which is made if it is absent.

    Raises ValueError if the url is of another form; StoreUnavailable if the folder cannot be made. Nothing is asked
    of S3 yet.
    """
    if url is not None:
        return ObjectBlobs(_bucket(url, access or BucketAccess()))
    with _translated():
        folder.mkdir(parents=True, exist_ok=True)
        _sync(folder.parent)
        return ObjectBlobs(LocalStore(folder), folder)


def _bucket(url: str, access: BucketAccess) -> S3Store:
    parts = urlsplit(url)
    if parts.scheme != "s3" or not re.fullmatch(r"[a-z0-9.-]+", parts.netloc) or parts.query or parts.fragment:
        raise ValueError("the address of a bucket looks like s3://bucket/prefix")  # it may hold a secret: not shown
    client = _CLIENT.copy()
    client["allow_http"] = (access.endpoint or "").startswith("http://")
    return S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        client_options=client,
        retry_config=_RETRY,
        **{name: value for name in BucketAccess.__slots__ if (value := getattr(access, name)) is not None},
    )


class ObjectBlobs:
    """Fulfils `Blobs`. With `folder`, the store is that folder, and what was put there has reached the disk."""

    def __init__(self, store: "ObjectStore", folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="blobs")

    async def put(self, key: str, source: Path) -> None:
        """Store a file, over an earlier one if there is one.

        Raises StoreFull and StoreUnavailable; what is under the key then is the earlier file, the new one or none,
        never a part of one.
        """
        await self._in_thread(self._put, _place(key), source)

    async def read(self, key: str) -> AsyncIterator[bytes]:
        """Stream a file in chunks of 256 KiB at most; raises UnknownFile before the first, StoreUnavailable at any."""
        stream = await self._in_thread(self._open, _place(key))
        while (chunk := await self._in_thread(_next, stream)) is not None:
            for start in range(0, len(chunk), CHUNK_BYTES):
                yield chunk[start : start + CHUNK_BYTES]

    async def exists(self, key: str) -> bool:
        """Tell whether the key is taken; raises StoreUnavailable."""
        return await self._in_thread(self._exists, _place(key))

    async def delete(self, keys: Iterable[str]) -> None:
        """Remove files; absent ones are no error. Raises StoreUnavailable, after which any of them may be left."""
        await self._in_thread(self._delete, [_place(key) for key in keys])

    async def check(self) -> None:
        """Return if the store answers; raises StoreUnavailable."""
        try:
            async with asyncio.timeout(SECONDS_TO_CHECK):
                await self._in_thread(self._check)
        except TimeoutError:
            raise StoreUnavailable from None

    async def _in_thread(self, call: Callable[[*Ts], T], *args: *Ts) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *args)

    def _put(self, place: str, source: Path) -> None:
        part = CHUNK_BYTES if self._folder else S3_PART_BYTES
        with _translated():
            obstore.put(self._store, place, source, chunk_size=part, max_concurrency=1)
            if self._folder:
                _settle(self._folder, place)

    def _open(self, place: str) -> "BytesStream":
        with _translated(absent=UnknownFile):
            return obstore.get(self._store, place).stream(min_chunk_size=CHUNK_BYTES // 2)

    def _exists(self, place: str) -> bool:
        with suppress(UnknownFile), _translated(absent=UnknownFile):
            obstore.head(self._store, place)
            return True
        return False

    def _delete(self, places: list[str]) -> None:
        for start in range(0, len(places), S3_DELETE_KEYS):
            batch = places[start : start + S3_DELETE_KEYS]
            try:
                self._remove(batch)
            except UnknownFile:  # a folder stops at the first absent one
                for place in batch:
                    with suppress(UnknownFile):
                        self._remove([place])
        if self._folder:
            with _translated():
                _settle_folders(self._folder, places)

    def _remove(self, places: list[str]) -> None:
        with _translated(absent=UnknownFile):
            obstore.delete(self._store, places)

    def _check(self) -> None:
        with _translated():
            if self._folder is None:
                next(obstore.list(self._store, "no-such-prefix", chunk_size=1), None)
            elif not (self._folder.is_dir() and os.access(self._folder, os.R_OK | os.W_OK | os.X_OK)):
                raise StoreUnavailable(f"{self._folder} is not there or may not be written to")


def _place(key: str) -> str:
    """Return where a key is stored; raises ValueError if it is none."""
    if not KEY.fullmatch(key):
        raise ValueError("a key consists of 1 to 200 of A-Z a-z 0-9 _ . - and does not begin with a dot")
    return f"{key[:2]}/{key}"


def _next(stream: "BytesStream") -> bytes | None:
    with _translated():
        return next(stream, None)


def _settle(folder: Path, place: str) -> None:
    """Bring a file to the disk: its bytes, its name, and the name of the folder it is in; obstore syncs nothing."""
    path = folder / place
    for settled in (path, path.parent, folder):
        _sync(settled)


def _settle_folders(folder: Path, places: Iterable[str]) -> None:
    """Bring to the disk that files are gone: what a resident wanted deleted must not be back after a power cut."""
    for shard in {(folder / place).parent for place in places}:
        with suppress(FileNotFoundError):
            _sync(shard)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _translated(absent: type[OtklikError] = StoreUnavailable) -> Iterator[None]:
    """Turn what obstore and the system raise into errors of ours; a missing file into `absent`."""
    try:
        yield
    except FileNotFoundError as error:
        raise (StoreUnavailable if "NoSuchBucket" in str(error) else absent) from error
    except (BaseError, OSError, ValueError) as error:
        raise (StoreFull if _is_full(error) else StoreUnavailable) from error


def _is_full(error: Exception) -> bool:
    text = str(error)
    numbers = {error.errno} if isinstance(error, OSError) else {int(n) for n in _SYSTEM_ERROR.findall(text)}
    return bool(numbers & _DISK_FULL or _BUCKET_FULL.search(text))
