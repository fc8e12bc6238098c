"""Files of residents, from addresses that a platform names: streamed, bounded, never from within our own network."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from pathlib import Path
from urllib.parse import urljoin

import httpx

from gateway.domain.web_address import WebAddress, read_address
from gateway.errors import ChannelUnavailable, TooLarge, UnknownFile

_GONE = {403, 404, 410}
_MOST_REDIRECTS = 5
_NAT64 = IPv6Network("64:ff9b::/96")
_SECONDS = 300.0  # for a whole file, however slowly it flows

for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)  # their lines name addresses, tokens among them


def may_fetch(address: WebAddress, own: WebAddress) -> bool:
    """Tell whether an address that a platform named may be asked: its API's own site, or HTTPS outside our network.

    Names are judged by what they look like; what they lead to is judged by `is_public` when they are looked up.
    """
    if address.site == own.site:
        return True
    if not address.is_secure:
        return False
    name = address.host.rstrip(".")
    if name == "localhost" or name.endswith((".localhost", ".local", ".internal")):
        return False
    return is_public(name) if _is_numeric(name) else "." in name


def is_public(numeric: str) -> bool:
    """Tell whether an IP address is one of the internet's, not of a network of our own."""
    try:
        address = ip_address(numeric.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.sixtofour is not None:
        return False  # 6to4 is given up (RFC 7526): nobody's files are there, and Python's versions differ about it
    within = _within(address) if isinstance(address, IPv6Address) else None
    return is_public(str(within)) if within else address.is_global and not address.is_multicast


def _within(address: IPv6Address) -> IPv4Address | None:
    """The address of the older internet that a newer one leads to: mapped, or by NAT64 (RFC 6052)."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped


def _is_numeric(name: str) -> bool:
    """Whether it is an IP address, in one of the spellings that systems take: 2130706433 and 0x7f.1 are 127.0.0.1."""
    last = name.rpartition(".")[2]
    return ":" in name or last.isdigit() or last.startswith("0x")


async def fetch(client: httpx.AsyncClient, url: str, sink: Path, *, own: WebAddress, most: int) -> None:
    """Write what `url` holds into `sink`; raises TooLarge, UnknownFile (gone for good), ChannelUnavailable.

    `client` shows no token: files lie with others than the API. `own` is the API's address.
    """
    async with _opened(client, url, own) as response:
        await keep(response.status_code, response.aiter_bytes(1 << 18), sink, most=most)


async def keep(status: int, chunks: AsyncIterator[bytes], sink: Path, *, most: int) -> None:
    """Write what is answered into `sink`; raises TooLarge, UnknownFile (gone for good), ChannelUnavailable."""
    if status in _GONE:
        raise UnknownFile
    if status != 200:
        raise ChannelUnavailable(f"the file is answered with {status}")
    size = 0
    with await asyncio.to_thread(sink.open, "wb") as file:
        async for chunk in chunks:
            size += len(chunk)
            if size > most:
                raise TooLarge
            await asyncio.to_thread(file.write, chunk)


@asynccontextmanager
async def _opened(client: httpx.AsyncClient, url: str, own: WebAddress) -> AsyncIterator[httpx.Response]:
    try:
        async with asyncio.timeout(_SECONDS):
            response = await _follow(client, url, own)
            try:
                yield response
            finally:
                await response.aclose()
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, TimeoutError) as error:
        raise ChannelUnavailable(f"the file does not come: {type(error).__name__}") from None


async def _follow(client: httpx.AsyncClient, url: str, own: WebAddress) -> httpx.Response:
    for _ in range(_MOST_REDIRECTS + 1):
        await check_address(url, own)
        request = client.build_request("GET", url, headers={"Accept-Encoding": "identity"})
        response = await client.send(request, stream=True)
        target = _redirect(response.status_code, response.headers)
        if target is None:
            return response
        await response.aclose()
        url = urljoin(url, target)
    raise ChannelUnavailable("the file is redirected without end")


def _redirect(status: int, headers: Mapping[str, str]) -> str | None:
    return headers.get("location") if status in {301, 302, 303, 307, 308} else None


async def check_address(url: str, own: WebAddress) -> None:
    """Return if the address may be asked; raises UnknownFile, ChannelUnavailable where its name is not known now.

    Between this look and the call a name may come to lead elsewhere; then its certificate does not fit.
    """
    address = read_address(url)
    if address is None or not may_fetch(address, own):
        raise UnknownFile("the platform names an address that is not asked")
    if address.site == own.site:
        return
    try:
        found = await asyncio.get_running_loop().getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except OSError:
        raise ChannelUnavailable("the file's server is not known now") from None
    if not all(is_public(str(known[4][0])) for known in found):
        raise UnknownFile("the platform names an address that is not asked")
