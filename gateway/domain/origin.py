"""Origins of web pages (RFC 6454), compared the way a webmaster means them.

`https://школа-5.рф`, `https://www.школа-5.рф` and `https://xn---5-6kc3bfr2e.xn--p1ai:443` are one site.
An origin registered with the port `*` stands for every port.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import urlsplit

import idna

_DEFAULT_PORTS = {"http": "80", "https": "443"}

# Labels of RFC 1123, and the underscore that intranets have: nothing that means something else in a policy.
_LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A site: `scheme` and `port` (digits or `*`) as they are, `host` in punycode without `www.`."""

    scheme: str
    host: str
    port: str

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{self._shown_port}"

    @property
    def _shown_port(self) -> str:
        return "" if _DEFAULT_PORTS[self.scheme] == self.port else f":{self.port}"

    @property
    def any_port(self) -> "Origin":
        """The same site on whatever port."""
        return Origin(scheme=self.scheme, host=self.host, port="*")

    def csp_sources(self) -> tuple[str, ...]:
        """Return the sources that name this site in a Content-Security-Policy, with and without `www.`."""
        plain = str(self)
        if "." not in self.host or self.host.replace(".", "").isdigit() or ":" in self.host:
            return (plain,)
        return (plain, f"{self.scheme}://www.{self.host}{self._shown_port}")


def read_origin(written: str) -> Origin | None:
    """Return the origin of an address or of an `Origin` header; None for `null` and whatever is not http(s)."""
    try:
        scheme, host, port = _parts(written.strip())
    except ValueError:
        return None
    if scheme not in _DEFAULT_PORTS:
        return None
    return Origin(scheme=scheme, host=host, port=port or _DEFAULT_PORTS[scheme])


def _parts(written: str) -> tuple[str, str, str]:
    any_port = written.endswith(":*")
    parts = urlsplit(written[:-2] if any_port else written)
    port = "*" if any_port else str(parts.port or "")
    return parts.scheme, _host(parts.hostname or ""), port


def _host(written: str) -> str:
    if ":" in written:
        return _ipv6(written)
    host = _punycode(written).removesuffix(".")
    if _HOST.match(host) is None:
        raise ValueError("no host has such a name")
    is_alias = host.startswith("www.") and host.count(".") > 1  # www.ru is a site of its own
    return host.removeprefix("www.") if is_alias else host


def _ipv6(written: str) -> str:
    address = IPv6Address(written)
    if address.scope_id is not None:
        raise ValueError("a zone of one machine is no part of an origin")
    return str(address)


def _punycode(host: str) -> str:
    return host.lower() if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
