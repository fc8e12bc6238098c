"""Addresses on the web, read the way browsers read those in a page (WHATWG URL): what a policy and a rule compare."""

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import idna

DEFAULT_PORTS = {"http": 80, "https": 443}

_DROPPED = str.maketrans("", "", "\t\r\n")  # browsers drop these from an address wherever they stand
_BLANKS = "".join(map(chr, range(0x21)))


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAddress:
    """An http(s) address: `host` in lower case and punycode, `port` as a number also where it is the usual one."""

    scheme: str
    host: str
    port: int
    path: str
    query: str = ""

    def __str__(self) -> str:
        return f"{self.site}{self.path}{'?' if self.query else ''}{self.query}"

    @property
    def site(self) -> str:
        """The origin, exactly: scheme, host, and the port where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def shown(self) -> str:
        """The address for people to read: names as they are written, not in punycode."""
        try:
            return str(self).replace(self.host, idna.decode(self.host), 1)
        except idna.IDNAError:
            return str(self)

    @property
    def is_secure(self) -> bool:
        """Whether what is fetched from there is protected on its way."""
        return self.scheme == "https"


def read_address(written: str, *, within: str = "") -> WebAddress | None:
    """Return the address that a page means, relative to `within`; None for whatever leads nowhere over http(s)."""
    cleaned = written.strip(_BLANKS).translate(_DROPPED).replace("\\", "/")
    try:
        parts = urlsplit(urljoin(within, cleaned) if within else cleaned)
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS or not host:
        return None
    chosen = DEFAULT_PORTS[scheme] if port is None else port
    return WebAddress(scheme=scheme, host=host, port=chosen, path=parts.path or "/", query=parts.query)


def read_typed_address(typed: str) -> WebAddress | None:
    """Return the address that a person types, who leaves `https://` out and never gives a password away."""
    written = typed.strip()
    if not re.match(r"https?://", written, re.IGNORECASE):
        written = f"https://{written}"
    authority = re.split(r"[/?#\\]", written.partition("://")[2], maxsplit=1)[0]
    return None if "@" in authority else read_address(written)


def _host(written: str) -> str:
    if any(char in written for char in " <>\"'«»“”"):
        return ""
    return written.lower() if written.isascii() else idna.encode(written, uts46=True).decode("ascii")
