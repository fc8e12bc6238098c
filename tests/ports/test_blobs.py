"""Where the bytes of files are kept: one contract, in a real folder and in a real S3 over HTTP."""

import asyncio
import http.client
import http.server
import os
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.adapters.blobs import CHUNK_BYTES, BucketAccess, ObjectBlobs, open_blobs
from gateway.errors import StoreFull, StoreUnavailable, UnknownFile

SECRET = "very-secret-sesame"


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """An S3 server with the bucket `photos`; its address."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    connection = http.client.HTTPConnection(host, port)
    connection.request("PUT", "/photos")
    assert connection.getresponse().status == 200
    connection.close()
    yield f"http://{host}:{port}"
    server.stop()


def access(endpoint: str) -> BucketAccess:
    return BucketAccess(endpoint=endpoint, region="ru-1", access_key_id="gateway", secret_access_key=SECRET)


@pytest.fixture(params=["folder", "bucket"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectBlobs:
    if request.param == "folder":
        return open_blobs(None, tmp_path / "blobs")
    # A prefix of its own for every test: the server is one for all.
    endpoint = request.getfixturevalue("s3")
    return open_blobs(f"s3://photos/{tmp_path.name}/nested", tmp_path / "unused", access(endpoint))


@pytest.fixture
def file(tmp_path: Path) -> Callable[[bytes], Path]:
    def write(content: bytes) -> Path:
        path = tmp_path / "source"
        path.write_bytes(content)
        return path

    return write


# ---- the contract


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, 12_000_000])
async def test_what_was_put_is_read_in_small_pieces(blobs, file, size):
    content = os.urandom(size)
    await blobs.put("abcdef", file(content))

    chunks = [chunk async for chunk in blobs.read("abcdef")]
    assert b"".join(chunks) == content
    assert all(0 < len(chunk) <= CHUNK_BYTES for chunk in chunks)
    assert await blobs.exists("abcdef")


async def test_source_is_left_to_the_caller(blobs, file):
    source = file(b"photo")
    await blobs.put("abcdef", source)
    assert source.read_bytes() == b"photo"


async def test_second_put_replaces_the_first(blobs, file):
    await blobs.put("abcdef", file(b"first, and longer"))
    await blobs.put("abcdef", file(b"second"))
    assert await content_of(blobs, "abcdef") == b"second"


async def test_unknown_key_is_told_before_the_first_chunk(blobs, file):
    await blobs.put("abcdef", file(b"photo"))
    with pytest.raises(UnknownFile):
        await anext(aiter(blobs.read("abcdeg")))
    assert not await blobs.exists("abcdeg")
    assert not await blobs.exists("abcde")


async def test_deleted_files_are_gone_and_absent_ones_are_no_error(blobs, file):
    for key in ("aa1", "aa2", "bb1", "bb2"):
        await blobs.put(key, file(key.encode()))
    await blobs.delete(iter(["zz0", "aa1", "aa1", "zz9", "bb1"]))
    await blobs.delete([])
    await blobs.delete(["aa1"])

    assert [await blobs.exists(key) for key in ("aa1", "aa2", "bb1", "bb2")] == [False, True, False, True]
    with pytest.raises(UnknownFile):
        await content_of(blobs, "aa1")


async def test_thousands_are_deleted_at_once(blobs, file):
    await blobs.put("last", file(b"photo"))
    await blobs.delete([f"k{number}" for number in range(2500)] + ["last"])
    assert not await blobs.exists("last")


@pytest.mark.parametrize("key", ["a", "-_", "x.thumb", "AZaz09_.-" * 22, "__..", "--help"])
async def test_key_is_made_of_letters_digits_and_three_signs(blobs, file, key):
    await blobs.put(key, file(key.encode()))
    assert await content_of(blobs, key) == key.encode()
    await blobs.delete([key])
    assert not await blobs.exists(key)


@pytest.mark.parametrize(
    "key", ["", ".", "..", ".hidden", "..a", "a/b", "../a", "a\\b", "a b", "a\n", "a#1", "ключ", "a" * 201, "a\0"]
)
async def test_any_other_key_is_refused(blobs, file, key):
    with pytest.raises(ValueError, match="key"):
        await blobs.put(key, file(b"photo"))
    with pytest.raises(ValueError, match="key"):
        await anext(aiter(blobs.read(key)))
    with pytest.raises(ValueError, match="key"):
        await blobs.exists(key)
    with pytest.raises(ValueError, match="key"):
        await blobs.delete(["good", key])


async def test_many_are_put_and_read_at_the_same_time(blobs, tmp_path):
    async def put_and_read(number: int) -> bytes:
        source = tmp_path / f"source-{number}"
        source.write_bytes(b"%d" % number * 1000)
        await blobs.put(f"key{number}", source)
        return await content_of(blobs, f"key{number}")

    read = await asyncio.gather(*(put_and_read(number) for number in range(40)))
    assert read == [b"%d" % number * 1000 for number in range(40)]


async def test_reader_may_leave_in_the_middle(blobs, file):
    await blobs.put("abcdef", file(os.urandom(3_000_000)))
    for _ in range(20):
        chunks = blobs.read("abcdef")
        await anext(chunks)
        await chunks.aclose()
    assert len(await content_of(blobs, "abcdef")) == 3_000_000


async def test_source_that_is_not_there_is_no_unknown_file(blobs, tmp_path):
    with pytest.raises(StoreUnavailable):
        await blobs.put("abcdef", tmp_path / "absent")
    assert not await blobs.exists("abcdef")


async def test_store_that_answers_is_healthy(blobs, file):
    await blobs.check()
    await blobs.put("abcdef", file(b"photo"))
    await blobs.check()


# ---- the folder


async def test_key_begins_with_the_name_of_its_folder(tmp_path, file):
    blobs = open_blobs(None, tmp_path / "data" / "blobs")
    await blobs.put("abcdef", file(b"photo"))
    assert (tmp_path / "data" / "blobs" / "ab" / "abcdef").read_bytes() == b"photo"


async def test_files_are_there_after_a_restart(tmp_path, file):
    await open_blobs(None, tmp_path / "blobs").put("abcdef", file(b"photo"))
    assert await content_of(open_blobs(None, tmp_path / "blobs"), "abcdef") == b"photo"


async def test_folder_that_is_gone_or_is_none_is_unavailable(tmp_path, file):
    folder = tmp_path / "blobs"
    blobs = open_blobs(None, folder)
    folder.rmdir()
    with pytest.raises(StoreUnavailable):
        await blobs.check()

    folder.write_bytes(b"not a folder")
    folder.chmod(0o700)  # as accessible as a folder is
    with pytest.raises(StoreUnavailable):
        await blobs.check()
    for call in calls(blobs, file(b"photo")):
        with pytest.raises(StoreUnavailable):
            await call
    with pytest.raises(StoreUnavailable):
        open_blobs(None, folder / "deeper")


SCRIPT = """
import asyncio, os, resource, sys, threading
from pathlib import Path
from gateway.adapters.blobs import BucketAccess, open_blobs
from gateway.errors import StoreFull

folder, source, endpoint = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]

def open():
    if not endpoint:
        return open_blobs(None, folder)
    access = BucketAccess(endpoint=endpoint, region="ru-1", access_key_id="gateway", secret_access_key="sesame")
    return open_blobs("s3://photos/" + folder.name, folder, access)

async def main():
    {body}

asyncio.run(main())
"""


def process(body: str, folder: Path, source: Path, endpoint: str = "") -> subprocess.Popen[str]:
    """Run a process of its own, in which `open()` opens the store."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", SCRIPT.format(body=body), str(folder), str(source), endpoint],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )


async def output_of(body: str, folder: Path, source: Path, endpoint: str = "") -> str:
    with process(body, folder, source, endpoint) as running:
        output, _ = await asyncio.to_thread(running.communicate)
    assert running.returncode == 0, output
    return output


@pytest.mark.parametrize("size", [100_000, 6_000_000])
async def test_full_disk_takes_nothing_and_keeps_what_it_has(tmp_path, file, size):
    blobs = open_blobs(None, tmp_path / "blobs")
    await blobs.put("earlier", file(b"earlier"))
    body = """
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))  # the system refuses to write any more, as if full
    blobs = open()
    for key in ("earlier", "later"):
        try:
            await blobs.put(key, source)
        except StoreFull:
            print("full")
    """
    assert await output_of(body, tmp_path / "blobs", file(bytes(size))) == "full\nfull\n"

    assert await content_of(blobs, "earlier") == b"earlier"
    assert not await blobs.exists("later")
    assert [path.name for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == ["earlier"]


async def test_file_its_name_and_its_folder_are_on_the_disk_when_put_returns(tmp_path, file):
    """What the process opens is seen by an audit hook, when it syncs by a profiler: neither changes what it does."""
    body = """
    seen = []
    sys.addaudithook(lambda event, about: event == "open" and seen.append(str(about[0])))
    threading.setprofile(lambda _, event, what: event == "c_call" and what is os.fsync and seen.append("sync"))
    blobs = open()
    await blobs.put("abcdef", source)
    for path in (folder / "ab" / "abcdef", folder / "ab", folder):
        print(seen[seen.index(str(path)) + 1])
    seen.clear()
    await blobs.delete(["abcdef", "absent"])
    print(seen[seen.index(str(folder / "ab")) + 1])
    """
    assert await output_of(body, tmp_path / "blobs", file(b"photo")) == "sync\n" * 4


async def test_put_that_was_killed_leaves_no_half_of_a_file(tmp_path):
    folder, source = tmp_path / "blobs", tmp_path / "source"
    source.touch()
    os.truncate(source, 300_000_000)
    body = """
    await open().put("abcdef", source)
    """
    with process(body, folder, source) as running:
        async with asyncio.timeout(20):
            while not list(folder.glob("ab/*")):  # noqa: ASYNC110 - another process sets no event
                await asyncio.sleep(0.001)
        running.send_signal(signal.SIGKILL)

    blobs = open_blobs(None, folder)
    assert not await blobs.exists("abcdef")
    source.write_bytes(b"again")
    await blobs.put("abcdef", source)
    assert await content_of(blobs, "abcdef") == b"again"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak of memory from /proc")
@pytest.mark.parametrize("where", ["folder", "bucket"])
async def test_large_file_takes_little_memory(tmp_path, request, where):
    source = tmp_path / "source"
    source.write_bytes(bytes(64_000_000))
    body = """
    peak = lambda: int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) * 1024
    blobs = open()
    await blobs.check()
    before = peak()
    await blobs.put("abcdef", source)
    size = 0
    async for chunk in blobs.read("abcdef"):
        size += len(chunk)
    print(size, peak() - before < 20_000_000)
    """
    endpoint = request.getfixturevalue("s3") if where == "bucket" else ""
    assert await output_of(body, tmp_path / "blobs", source, endpoint) == "64000000 True\n"


async def test_process_that_stores_a_file_and_ends_at_once_ends_well(tmp_path, file):
    # obstore's asynchronous calls abort every fourth such process; `otklik case answer --file` is one.
    body = """
    blobs = open()
    await blobs.put("abcdef", source)
    async for chunk in blobs.read("abcdef"):
        print(len(chunk))
    """
    source = file(b"photo")
    for _ in range(12):
        assert await output_of(body, tmp_path / "blobs", source) == "5\n"


# ---- the bucket


async def test_prefix_keeps_stores_in_one_bucket_apart(s3, tmp_path, file):
    one, other = (open_blobs(f"s3://photos/{name}", tmp_path, access(s3)) for name in ("one", "other"))
    await one.put("abcdef", file(b"photo"))
    assert not await other.exists("abcdef")
    without = open_blobs("s3://photos", tmp_path, access(s3))
    assert not await without.exists("abcdef")
    await without.put("abcdef", file(b"another"))
    assert await content_of(one, "abcdef") == b"photo"


async def test_bucket_that_does_not_exist_is_unavailable(s3, tmp_path, file):
    blobs = open_blobs("s3://no-such-bucket", tmp_path, access(s3))
    for call in calls(blobs, file(b"photo"), exists=False):
        with pytest.raises(StoreUnavailable):
            await call


async def test_s3_that_does_not_answer_is_unavailable_and_no_secret_is_told(tmp_path, file):
    blobs = open_blobs("s3://photos", tmp_path, access("http://127.0.0.1:1"))
    for call in calls(blobs, file(b"photo")):
        with pytest.raises(StoreUnavailable) as failure:
            await call
        assert SECRET not in "".join(traceback.format_exception(failure.value))
    assert SECRET not in f"{blobs!r} {vars(blobs)!r} {access('http://127.0.0.1:1')!r}"


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (507, "XMinioStorageFull", StoreFull),
        (403, "QuotaExceeded", StoreFull),
        (403, "SignatureDoesNotMatch", StoreUnavailable),
        (500, "InternalError", StoreUnavailable),
    ],
)
async def test_s3_that_refuses_says_why(tmp_path, file, status, code, error):
    with refusing_s3(status, f"<Error><Code>{code}</Code></Error>") as endpoint:
        blobs = open_blobs("s3://photos", tmp_path, access(endpoint))
        with pytest.raises(error):
            await blobs.put("abcdef", file(b"photo"))


async def test_connection_lost_in_the_middle_of_a_file_is_told(tmp_path):
    with refusing_s3(200, "x" * 1000, promised=100_000) as endpoint:
        blobs = open_blobs("s3://photos", tmp_path, access(endpoint))
        with pytest.raises(StoreUnavailable):
            await content_of(blobs, "abcdef")


@pytest.mark.parametrize(
    "url",
    [
        "photos",
        "/photos",
        "http://photos",
        "s3:photos",
        "s3://",
        "s3://key:sesame@photos",
        "s3://photos?key=sesame",
        "gs://photos",
    ],
)
def test_address_that_is_no_bucket_is_refused_without_showing_it(tmp_path, url):
    with pytest.raises(ValueError, match="s3://bucket/prefix") as failure:
        open_blobs(url, tmp_path, BucketAccess())
    assert "sesame" not in str(failure.value)


# ---- what is looked at


async def content_of(blobs: ObjectBlobs, key: str) -> bytes:
    return b"".join([chunk async for chunk in blobs.read(key)])


def calls(blobs: ObjectBlobs, source: Path, *, exists: bool = True):
    """Everything that can be asked of a store; HEAD has no body in which S3 could say that there is no bucket."""
    yield blobs.put("abcdef", source)
    yield content_of(blobs, "abcdef")
    yield blobs.delete(["abcdef"])
    yield blobs.check()
    if exists:
        yield blobs.exists("abcdef")


@contextmanager
def refusing_s3(status: int, body: str, promised: int | None = None) -> Iterator[str]:
    """A server that answers everything alike, and then hangs up."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Length", str(promised or len(body)))
            self.send_header("ETag", '"1"')
            self.send_header("Last-Modified", "Sun, 01 Mar 2026 00:00:00 GMT")
            self.end_headers()
            self.wfile.write(body.encode())

        do_GET = do_PUT = answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
