"""Who calls, under which address of ours, and in which language they read."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp import web

from gateway.texts import choose_language
from gateway.web.edge import EDGE

_MOST_HOPS = 32
_ONE_SUBSCRIBER = 64  # bits: what a provider gives to one household (RFC 6177)


def language(request: web.Request) -> str:
    """Return the language of the answer: `?lang`, then Accept-Language, then Russian."""
    return choose_language(request.query.get("lang"), request.headers.get("Accept-Language"))


def own_url(request: web.Request) -> str:
    """Return the address under which residents see us: the setting, else what the request was sent to."""
    return request.app[EDGE].public_url or requested_url(request)


def requested_url(request: web.Request) -> str:
    """Return scheme and host that the request was sent to, without a trailing slash."""
    return f"{_scheme(request)}://{request.headers.get('Host') or 'localhost'}"


def came_through_proxy(request: web.Request) -> bool:
    """Tell whether a proxy that we trust stands before us, so that what it says of the request can be believed."""
    proxies = request.app[EDGE].trusted_proxies
    return bool(proxies) and _is_trusted(request.remote or "", proxies)


def client_address(request: web.Request) -> str:
    """Return the address of the client: the right-most hop that is no proxy of ours.

    What stands further left in X-Forwarded-For was written by the client itself.
    """
    address = request.remote or ""
    if not came_through_proxy(request):
        return address
    proxies = request.app[EDGE].trusted_proxies
    hops = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",")[-_MOST_HOPS:]
    for hop in reversed(hops):
        read = _read_address(hop)
        if read is None:
            break
        address = str(read)
        if not _is_trusted(address, proxies):
            break
    return address


@lru_cache(maxsize=4096)
def subscriber(address: str) -> str:
    """Return what stands for one client: an IPv4 address, or the /64 network of an IPv6 one."""
    if ":" not in address:
        return address
    read = _read_address(address)
    if not isinstance(read, IPv6Address):
        return address if read is None else str(read)
    return str(IPv6Network((int(read), _ONE_SUBSCRIBER), strict=False))


def _scheme(request: web.Request) -> str:
    if came_through_proxy(request):
        told = request.headers.get("X-Forwarded-Proto", "")
        return told if told in ("http", "https") else request.scheme
    return request.scheme


def _is_trusted(address: str, proxies: Sequence[IPv4Network | IPv6Network]) -> bool:
    read = _read_address(address)
    return read is not None and any(read in network for network in proxies)


def _read_address(written: str) -> IPv4Address | IPv6Address | None:
    """Read `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1`, `[2001:db8::1]:443`; an IPv4 address inside IPv6 is itself."""
    bare = written.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
