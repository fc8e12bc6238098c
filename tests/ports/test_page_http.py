"""Pages are fetched from real servers on loopback, the worst of them too, within bounds and with the fault named."""

import asyncio
import gzip
import ssl
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.adapters.page_http import MOST_BYTES, HttpPages
from gateway.domain.seen_page import FetchedPage, Obstacle, Unseen
from gateway.domain.web_address import WebAddress, read_address
from tests.certificates import DAY, Authority, new_authority
from tests.server import free_port

Answer = Callable[[str, asyncio.StreamWriter], Awaitable[None]]

HTML = b"<!doctype html><p>Page"


@asynccontextmanager
async def serving(answer: Answer, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A server that reads a request and leaves the rest to `answer(path, writer)`; gives its address."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            await answer(head.split()[1].decode(), writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def answering(*headers: str, body: bytes = HTML, status: str = "200 OK") -> Answer:
    async def answer(_: str, writer: asyncio.StreamWriter) -> None:
        head = "\r\n".join([f"HTTP/1.1 {status}", "Connection: close", *headers, "", ""])
        writer.write(head.encode("latin-1") + body)
        await writer.drain()

    return answer


def address(written: str) -> WebAddress:
    read = read_address(written)
    assert read is not None
    return read


async def fetch(url: str, *, seconds: float = 5.0) -> FetchedPage | Unseen:
    return await HttpPages(seconds=seconds)(address(url))


async def page_of(answer: Answer, path: str = "/") -> FetchedPage:
    async with serving(answer) as url:
        page = await fetch(url + path)
    assert isinstance(page, FetchedPage), page
    return page


async def obstacle_of(answer: Answer, *, tls: ssl.SSLContext | None = None, seconds: float = 5.0) -> Obstacle:
    async with serving(answer, tls=tls) as url:
        unseen = await fetch(url, seconds=seconds)
    assert isinstance(unseen, Unseen), unseen
    return unseen.obstacle


async def test_page_comes_with_every_header_of_a_name() -> None:
    page = await page_of(answering("Content-Security-Policy: a", "X: y", "content-security-policy: b, c"))
    assert (page.status, page.body, page.is_cut) == (200, HTML, False)
    assert page.values("content-security-policy") == ["a", "b, c"]


async def test_redirects_are_followed_to_another_site_with_the_cookies_of_the_visit() -> None:
    async def second(path: str, writer: asyncio.StreamWriter) -> None:
        await answering(body=path.encode())(path, writer)

    async with serving(second) as there:

        async def first(path: str, writer: asyncio.StreamWriter) -> None:
            location = "next?x=1" if path == "/a/" else f"{there}/end"
            await answering(f"Location: {location}", status="302 Found")(path, writer)

        async with serving(first) as here:
            page = await fetch(f"{here}/a/")
    assert isinstance(page, FetchedPage)
    assert (str(page.url), page.body) == (f"{there}/end", b"/end")


async def test_site_that_wants_its_cookie_back_is_seen() -> None:
    asked: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        asked.append(head)
        is_known = b"seen=1" in head
        status, header = ("200 OK", "X: y") if is_known else ("302 Found", "Set-Cookie: seen=1\r\nLocation: /")
        await answering(header, status=status)("", writer)
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    pages = HttpPages(seconds=5)
    for _ in range(2):
        assert isinstance(await pages(address(f"http://127.0.0.1:{port}/")), FetchedPage)
    server.close()
    assert [b"seen=1" in head for head in asked] == [False, True, False, True]  # each visitor is a new one


async def test_redirects_in_a_circle_end() -> None:
    assert await obstacle_of(answering("Location: /round", status="301 Moved")) is Obstacle.REDIRECTS


@pytest.mark.parametrize("location", ["javascript:alert(1)", "ftp://127.0.0.1/", "http://[", "file:///etc/passwd"])
async def test_redirect_that_leads_nowhere_shows_no_page(location: str) -> None:
    async with serving(answering(f"Location: {location}", status="302 Found")) as url:
        answer = await fetch(url)
    assert isinstance(answer, Unseen) or answer.status == 302


async def test_endless_body_is_cut_off() -> None:
    async def answer(_: str, writer: asyncio.StreamWriter) -> None:
        await answering(body=b"")("", writer)
        while True:
            writer.write(b"<p>" * 10_000)
            await writer.drain()

    page = await page_of(answer)
    assert page.is_cut
    assert len(page.body) == MOST_BYTES


@pytest.mark.parametrize("trickle", [b"", b"HTTP/1.1 200 OK\r\n\r\n"])
async def test_server_that_trickles_is_left_in_time(trickle: bytes) -> None:
    async def answer(_: str, writer: asyncio.StreamWriter) -> None:
        writer.write(trickle)
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)

    begun = time.monotonic()
    assert await obstacle_of(answer, seconds=0.5) is Obstacle.TIMEOUT
    assert time.monotonic() - begun < 4


async def test_silent_server_is_left_in_time() -> None:
    async def answer(_: str, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)

    assert await obstacle_of(answer, seconds=0.3) is Obstacle.TIMEOUT


RAW_DEFLATE = zlib.compress(HTML)[2:-4]


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("gzip", gzip.compress(HTML)), ("x-gzip", gzip.compress(HTML)), ("deflate", zlib.compress(HTML)),
     ("deflate", RAW_DEFLATE), ("identity", HTML)],
)  # fmt: skip
async def test_compression_that_nobody_asked_for_is_undone(encoding: str, body: bytes) -> None:
    assert (await page_of(answering(f"Content-Encoding: {encoding}", body=body))).body == HTML


async def test_bomb_of_zeros_is_cut_off() -> None:
    bomb = gzip.compress(b"\0" * (MOST_BYTES * 20))
    page = await page_of(answering("Content-Encoding: gzip", body=bomb))
    assert page.is_cut
    assert len(page.body) == MOST_BYTES


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (("Content-Encoding: gzip",), b"this is no gzip"),
        (("Content-Encoding: gzip",), gzip.compress(HTML * 100)[:-20]),
        (("Content-Encoding: br",), b"\x0b\x02\x80<p>\x03"),
        (("Content-Encoding: gzip, gzip",), gzip.compress(gzip.compress(HTML))),
        (("Content-Length: 5000",), HTML),
        (("Transfer-Encoding: chunked",), b"zzz\r\n"),
    ],
)
async def test_answer_that_a_browser_could_not_read_is_broken(headers: tuple[str, ...], body: bytes) -> None:
    assert await obstacle_of(answering(*headers, body=body)) is Obstacle.BROKEN


async def test_what_is_no_http_is_broken() -> None:
    async def answer(_: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.6\r\n")
        await writer.drain()

    assert await obstacle_of(answer) is Obstacle.BROKEN


async def test_nobody_listening_and_no_such_name_are_told_apart() -> None:
    refused = await fetch(f"http://127.0.0.1:{free_port()}/")
    unknown = await fetch("http://nobody.invalid/")
    assert isinstance(refused, Unseen)
    assert isinstance(unknown, Unseen)
    assert (refused.obstacle, unknown.obstacle) == (Obstacle.REFUSED, Obstacle.DNS)


# Certificates


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes this machine trust the authority, the way an operator does."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))


@pytest.mark.usefixtures("trusted")
async def test_right_certificate_lets_the_page_be_seen(authority: Authority) -> None:
    async with serving(answering(), tls=authority.server()) as url:
        assert isinstance(await fetch(url), FetchedPage)


@pytest.mark.usefixtures("trusted")
async def test_faults_of_certificates_are_told_apart(authority: Authority, tmp_path: Path) -> None:
    expired = authority.server(starts=-5 * DAY, ends=-DAY)
    to_come = authority.server(starts=DAY, ends=5 * DAY)
    misnamed = authority.server(address="127.0.0.2")
    unknown = new_authority(tmp_path).server()
    told = [await obstacle_of(answering(), tls=tls) for tls in (expired, to_come, misnamed, unknown)]
    assert told == [
        Obstacle.CERTIFICATE_EXPIRED,
        Obstacle.CERTIFICATE_EXPIRED,
        Obstacle.CERTIFICATE_NAME,
        Obstacle.CERTIFICATE_ISSUER,
    ]


async def test_plain_http_on_a_port_of_https_is_no_fault_of_a_certificate() -> None:
    async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    unseen = await fetch(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    server.close()
    assert isinstance(unseen, Unseen)
    assert unseen.obstacle is Obstacle.BROKEN
