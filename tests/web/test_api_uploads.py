"""Uploads: what is taken, and what a file that is not what it says gets."""

import asyncio
import hashlib
import json
import resource
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from tests.application import AGENCY, OTHER_AGENCY, ServedGateway, served, settings_for
from tests.pictures import PUSHKIN_SQUARE, camera_jpeg, gps, png_header
from tests.web.api import appeal, codes_of, error_of, post, send, speak

# A process ignores what aiohttp warns of in a client's headers (gateway.web.logs); here it would be an error.
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning:aiohttp.multipart")

ADDRESS = f"/api/v1/attachments?agency={AGENCY}"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where uploads lie while they come."""
    folder = tmp_path / "spool"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
async def strict_gateway(spool: Path, tmp_path: Path) -> AsyncIterator[ServedGateway]:
    """A gateway that takes files of 100,000 bytes and waits for a fifth of a second."""
    limits = {"per_address": 0, "per_agency": 0, "json_bytes": 10_000, "idle_seconds": 0.2, "upload_seconds": 1.0}
    settings = settings_for(tmp_path, limits=limits, form={"file_bytes": 100_000})
    async with served(settings) as gateway:
        yield gateway


def left_in(spool: Path) -> list[Path]:
    return list(spool.iterdir())


async def upload(gateway: ServedGateway, content: bytes, name: str = "a.pdf") -> httpx.Response:
    return await gateway.http.post(ADDRESS, files={"file": (name, content)})


async def test_photo_is_taken_and_tells_where_it_was_made(gateway: ServedGateway, spool: Path) -> None:
    answer = await upload(gateway, camera_jpeg(place=gps(*PUSHKIN_SQUARE)), "../../IMG 1.HEIC")
    assert answer.status_code == 201
    stored = answer.json()
    assert set(stored) == {"id", "name", "type", "size", "digest", "suggested_place"}
    assert (stored["name"], stored["type"]) == ("IMG 1.jpg", "image/jpeg")
    lat, lon = PUSHKIN_SQUARE
    assert stored["suggested_place"] == pytest.approx({"lat": lat, "lon": lon}, abs=1e-3)
    assert len(stored["id"]) >= 22
    assert not left_in(spool)
    await send(gateway, attachments=[stored["id"]])


async def test_document_has_no_place(gateway: ServedGateway) -> None:
    stored = (await upload(gateway, PDF)).json()
    assert stored.items() >= {"type": "application/pdf", "size": len(PDF), "suggested_place": None}.items()
    assert stored["digest"] == hashlib.sha256(PDF).hexdigest()


async def test_other_parts_are_passed_over(gateway: ServedGateway) -> None:
    files: list[tuple[str, Any]] = [
        ("photo", ("x.exe", b"MZ" * 50_000)),
        ("note", (None, b"hello")),
        ("file", ("first.pdf", PDF)),
        ("file", ("second.txt", b"not taken")),
    ]
    answer = await gateway.http.post(ADDRESS, files=files)
    assert (answer.status_code, answer.json()["name"]) == (201, "first.pdf")


async def test_part_needs_no_file_name(gateway: ServedGateway) -> None:
    answer = await gateway.http.post(ADDRESS, files={"file": (None, PDF)})
    assert (answer.status_code, answer.json()["name"]) == (201, "file.pdf")


@pytest.mark.parametrize("files", [{"photo": ("a.pdf", PDF)}, {"file": ("a.pdf", b"")}, {"note": (None, b"x")}])
async def test_upload_without_a_file_is_told_so(gateway: ServedGateway, files: dict[str, Any]) -> None:
    assert codes_of(await gateway.http.post(ADDRESS, files=files)) == {"file": "required"}


@pytest.mark.parametrize(
    "content",
    [b"hello", b"MZ\x90\x00", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, camera_jpeg()[:300], b"<svg onload='alert(1)'/>"],
    ids=["text", "program", "broken png", "half a photo", "svg"],
)
async def test_file_that_is_not_what_it_says_is_refused(gateway: ServedGateway, spool: Path, content: bytes) -> None:
    error = error_of(await upload(gateway, content, "photo.jpg"), 415)
    assert error["code"] == "unsupported_file"
    assert set(error["fields"]) == {"file"}
    assert not left_in(spool)


async def test_picture_that_would_unfold_without_bounds_is_refused(gateway: ServedGateway) -> None:
    error = error_of(await upload(gateway, png_header(30_000, 30_000), "photo.png"), 415)
    assert error["fields"]["file"]["code"] == "too_many_pixels"


async def test_file_over_the_limit_is_refused_while_it_comes(strict_gateway: ServedGateway, spool: Path) -> None:
    answer = await upload(strict_gateway, PDF + b"x" * 100_000)
    assert error_of(answer, 413)["code"] == "too_large"
    assert not left_in(spool)


async def test_file_at_the_limit_is_taken(strict_gateway: ServedGateway) -> None:
    answer = await upload(strict_gateway, PDF.ljust(100_000))
    assert (answer.status_code, answer.json()["size"]) == (201, 100_000)


async def test_upload_that_says_it_is_too_large_is_refused_before_it_comes(strict_gateway: ServedGateway) -> None:
    head = post(ADDRESS, "Content-Type: multipart/form-data; boundary=B", "Content-Length: 900000")
    assert (await speak(strict_gateway, head, seconds=5)).startswith(b"HTTP/1.1 413")


async def test_parts_that_nobody_wants_are_bounded_too(strict_gateway: ServedGateway) -> None:
    head = post(ADDRESS, "Content-Type: multipart/form-data; boundary=B", "Transfer-Encoding: chunked")
    part = b'--B\r\nContent-Disposition: form-data; name="junk"; filename="x"\r\n\r\n' + b"x" * 0x30000
    chunk = b"%x\r\n" % len(part) + part + b"\r\n"
    assert (await speak(strict_gateway, head + chunk, seconds=5)).startswith(b"HTTP/1.1 413")
    small = b'--B\r\nContent-Disposition: form-data; name="junk"\r\n\r\n\r\n' * 300
    answer = await strict_gateway.http.post(
        ADDRESS, content=small + b"--B--\r\n", headers={"Content-Type": "multipart/form-data; boundary=B"}
    )
    assert error_of(answer, 413)["code"] == "too_large"


PART = b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + PDF


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data; boundary=B", PART),
        ("multipart/form-data; boundary=B", PART + b"\r\n--B"),
        ("multipart/form-data; boundary=B", PART[:40]),
        ("multipart/form-data; boundary=B", b""),
        ("multipart/form-data; boundary=B", b"no boundary at all"),
        ("multipart/form-data; boundary=B", b"--B\r\nno header\r\n\r\n" + PDF + b"\r\n--B--\r\n"),
        (
            "multipart/form-data; boundary=B",
            b"--B\r\nContent-Type: multipart/mixed; boundary=C\r\n\r\n--C--\r\n--B--\r\n",
        ),
        ("multipart/form-data; boundary=B", b"--B\r\nContent-Type: multipart/mixed\r\n\r\n--C--\r\n--B--\r\n"),
        (
            "multipart/form-data; boundary=B",
            b'--B\r\nContent-Disposition: form-data; name="_charset_"\r\n\r\n' + b"x" * 99,
        ),
        ("multipart/form-data", PART + b"\r\n--B--\r\n"),
        (f"multipart/form-data; boundary={'B' * 100}", PART + b"\r\n--B--\r\n"),
        ("multipart/mixed; boundary=B", PART + b"\r\n--B--\r\n"),
        ("application/pdf", PDF),
        ("application/json", b"{}"),
    ],
)
async def test_truncated_or_garbled_upload_is_not_understood(
    gateway: ServedGateway, spool: Path, content_type: str, body: bytes
) -> None:
    answer = await gateway.http.post(ADDRESS, content=body, headers={"Content-Type": content_type})
    assert error_of(answer, 400)["code"] == "not_understood"
    assert not left_in(spool)


async def test_upload_that_stops_coming_is_refused_in_time(strict_gateway: ServedGateway, spool: Path) -> None:
    head = post(ADDRESS, "Content-Type: multipart/form-data; boundary=B", "Content-Length: 5000", body=PART)
    answer = await speak(strict_gateway, head, seconds=5)
    assert answer.startswith(b"HTTP/1.1 408")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["code"] == "too_slow"
    assert not left_in(spool)


async def test_upload_that_drips_is_refused_when_its_time_is_up(strict_gateway: ServedGateway, spool: Path) -> None:
    async def drip() -> AsyncIterator[bytes]:
        yield PART
        for _ in range(100):
            await asyncio.sleep(0.05)
            yield b"x"

    headers = {"Content-Type": "multipart/form-data; boundary=B"}
    answer = await strict_gateway.http.post(ADDRESS, content=drip(), headers=headers)
    assert error_of(answer, 408)["code"] == "too_slow"
    assert not left_in(spool)


async def test_upload_that_is_cut_off_leaves_nothing_behind(strict_gateway: ServedGateway, spool: Path) -> None:
    head = post(ADDRESS, "Content-Type: multipart/form-data; boundary=B", "Content-Length: 5000", body=PART)
    with pytest.raises(TimeoutError):
        await speak(strict_gateway, head, seconds=0.1)
    for _ in range(500):
        if left_in(spool):
            await asyncio.sleep(0.01)
    assert not left_in(spool)
    assert (await strict_gateway.http.get("/health")).status_code == 200


async def test_full_disk_is_told_and_what_was_accepted_is_intact(gateway: ServedGateway, spool: Path) -> None:
    receipt = await send(gateway)
    with no_file_larger_than(4_000_000), capture_logs() as events:
        answer = await upload(gateway, PDF.ljust(6_000_000))
    assert [event["code"] for event in events if event["event"] == "failure"] == ["store_full"]
    assert error_of(answer, 503)["code"] == "store_full"
    assert int(answer.headers["Retry-After"]) > 0
    assert not left_in(spool)
    state = await gateway.http.get(f"/api/v1/appeals/{receipt['number']}", params={"key": receipt["key"]})
    assert state.status_code == 200
    assert (await upload(gateway, PDF)).status_code == 201


async def test_another_agencys_file_and_a_file_used_before_are_unknown(gateway: ServedGateway) -> None:
    theirs = await gateway.http.post(f"/api/v1/attachments?agency={OTHER_AGENCY}", files={"file": ("a.pdf", PDF)})
    ours = await upload(gateway, PDF)
    ids = [ours.json()["id"], theirs.json()["id"]]
    refused = await gateway.http.post("/api/v1/appeals", json=appeal(attachments=ids))
    assert codes_of(refused) == {"attachments.1": "unknown"}
    await send(gateway, attachments=ids[:1])
    again = await gateway.http.post("/api/v1/appeals", json=appeal(attachments=ids[:1]))
    assert codes_of(again) == {"attachments.0": "unknown"}


@pytest.mark.parametrize("query", ["", "?agency=", "?agency=no-such"])
async def test_upload_names_its_agency_first(gateway: ServedGateway, query: str) -> None:
    answer = await gateway.http.post(f"/api/v1/attachments{query}", files={"file": ("a.pdf", PDF)})
    assert answer.status_code == (404 if query.endswith("no-such") else 422)


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """As on a full disk, this process can write no more into a file than that."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
