"""Pages of others fetched over HTTP: bounded in size, time and redirects, with faults of certificates told apart."""

import asyncio
import socket
import ssl
import zlib
from collections.abc import Iterator
from dataclasses import replace

from gateway.adapters.http_connection import NoAnswer, OpenAnswer, Visit
from gateway.domain.seen_page import FetchedPage, Obstacle, Unseen
from gateway.domain.web_address import WebAddress, read_address

MOST_BYTES = 2 * 1024 * 1024
MOST_REDIRECTS = 10
SECONDS = 20.0  # for a page with all its redirects; residents do not wait as long
_SECONDS_A_STEP = 10.0

_REDIRECTS = {301, 302, 303, 307, 308}

# Some sites show an empty page to whoever does not look like a browser.
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; Otklik doctor)",
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Language": "ru,en;q=0.5",
    "Accept-Encoding": "identity",
}

# Numbers of OpenSSL (x509_vfy.h), which Python gives without names.
_CERTIFICATE_FAULTS = {
    9: Obstacle.CERTIFICATE_EXPIRED,  # not valid yet: its dates are wrong all the same
    10: Obstacle.CERTIFICATE_EXPIRED,
    18: Obstacle.CERTIFICATE_ISSUER,
    19: Obstacle.CERTIFICATE_ISSUER,
    20: Obstacle.CERTIFICATE_ISSUER,
    21: Obstacle.CERTIFICATE_ISSUER,
    62: Obstacle.CERTIFICATE_NAME,
    64: Obstacle.CERTIFICATE_NAME,
}


class HttpPages:
    """Fulfils `ports.PageFetcher`; `seconds` is the patience for a page with all its redirects."""

    def __init__(self, *, seconds: float = SECONDS, most: int = MOST_BYTES) -> None:
        self._seconds = seconds
        self._most = most
        self._tls = ssl.create_default_context()  # the machine's own authorities, national ones included

    async def __call__(self, address: WebAddress) -> FetchedPage | Unseen:
        """Return the page that the address leads to, or why there is none."""
        visit = Visit(self._tls, seconds=min(_SECONDS_A_STEP, self._seconds), headers=_HEADERS)
        try:
            async with asyncio.timeout(self._seconds):
                return await self._follow(visit, address)
        except TimeoutError:
            return Unseen(obstacle=Obstacle.TIMEOUT, at=str(address))
        finally:
            await visit.close()

    async def _follow(self, visit: Visit, address: WebAddress) -> FetchedPage | Unseen:
        for _ in range(MOST_REDIRECTS + 1):
            try:
                answer = await visit.get(str(address), most=self._most)
            except NoAnswer as error:
                return Unseen(obstacle=_obstacle(error), at=str(address))
            target = _target(answer, address)
            if target is None:
                return _unpacked(answer, address, self._most)
            address = target
        return Unseen(obstacle=Obstacle.REDIRECTS, at=str(address))


def _target(answer: OpenAnswer, address: WebAddress) -> WebAddress | None:
    locations = [value for name, value in answer.headers if name == "location"]
    if answer.status not in _REDIRECTS or not locations:
        return None
    return read_address(locations[0], within=str(address))


def _unpacked(answer: OpenAnswer, address: WebAddress, most: int) -> FetchedPage | Unseen:
    """Undo a compression that was not asked for, without ever holding more than `most` of what comes out."""
    page = FetchedPage(
        url=address, status=answer.status, headers=answer.headers, body=answer.body, is_cut=answer.is_cut
    )
    packing = [word.strip().lower() for value in page.values("content-encoding") for word in value.split(",")]
    match [word for word in packing if word not in ("", "identity")]:
        case []:
            return page
        case ["gzip" | "x-gzip" | "deflate"]:
            return _inflated(page, most)
    return Unseen(obstacle=Obstacle.BROKEN, at=str(address), status=answer.status)


def _inflated(page: FetchedPage, most: int) -> FetchedPage | Unseen:
    for window in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):  # gzip or zlib by its head, else bare: some servers do
        unpacking = zlib.decompressobj(window)
        try:
            body = unpacking.decompress(page.body, most)
        except zlib.error:
            continue
        if not unpacking.eof and not unpacking.unconsumed_tail and not page.is_cut:
            break  # it ends in the middle: a browser shows an error
        is_cut = page.is_cut or bool(unpacking.unconsumed_tail)
        return replace(page, body=body, is_cut=is_cut)
    return Unseen(obstacle=Obstacle.BROKEN, at=str(page.url), status=page.status)


def _obstacle(error: BaseException) -> Obstacle:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _CERTIFICATE_FAULTS.get(cause.verify_code, Obstacle.CERTIFICATE)
        if isinstance(cause, socket.gaierror):
            return Obstacle.DNS
        if isinstance(cause, UnicodeError):
            return Obstacle.ADDRESS
    refused = any(isinstance(cause, OSError) and not isinstance(cause, ssl.SSLError) for cause in _causes(error))
    return Obstacle.REFUSED if refused else Obstacle.BROKEN


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and all that it came from, with every member of a group."""
    waiting: list[BaseException] = [error]
    known: set[int] = set()
    while waiting:
        cause = waiting.pop()
        if id(cause) in known:
            continue
        known.add(id(cause))
        yield cause
        waiting += [inner for inner in (cause.__cause__, cause.__context__) if inner is not None]
        waiting += getattr(cause, "exceptions", ())
