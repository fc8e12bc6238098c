"""Content-Security-Policy: does it let a script run and a frame open, and what would it say if it did?

The rules are those of CSP Level 3 (https://www.w3.org/TR/CSP3/, chapters 2.2, 6.1, 6.7). Where browsers are stricter
than its text, so is this: what is listed for `http://` on an unusual port does not reach `https://` on it.
A test asks a real Chromium for its verdicts.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from urllib.parse import unquote

from gateway.domain.web_address import DEFAULT_PORTS, WebAddress

_SPACES = re.compile(r"[\t\n\f\r ]+")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):\Z", re.IGNORECASE)
_LABEL = "[a-z0-9_-]+"
_HOST_SOURCE = re.compile(
    rf"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?(?P<host>\*|(?:\*\.)?{_LABEL}(?:\.{_LABEL})*\.?)"
    r"(?::(?P<port>[0-9]+|\*))?(?P<path>/[^?#]*)?(?:[?#].*)?\Z",
    re.IGNORECASE,
)
_NONCE = re.compile(r"'nonce-([a-z0-9+/_-]+={0,2})'\Z", re.IGNORECASE)
_HASH = re.compile(r"'(sha256|sha384|sha512)-([a-z0-9+/_-]+={0,2})'\Z", re.IGNORECASE)

OF_SCRIPTS = ("script-src-elem", "script-src", "default-src")
OF_FRAMES = ("frame-src", "child-src", "default-src")

# What a sandboxed page needs so that the form works: its frame inherits every one of these (HTML, 7.1.5).
_OUT_OF_SANDBOX = ("allow-scripts", "allow-same-origin", "allow-forms")

_NOT_IN_A_PAGE = ("frame-ancestors", "report-uri", "sandbox")  # CSP3 3.3: what <meta> cannot say


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptRequest:
    """A script that a page asks for by a tag: its address, and the tag's `nonce` and `integrity` (empty for none)."""

    url: WebAddress
    nonce: str = ""
    integrity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One policy: its directives by name in the order in which they stand, each with its values."""

    directives: Mapping[str, tuple[str, ...]]

    def __str__(self) -> str:
        return "; ".join(" ".join((name, *values)) for name, values in self.directives.items())

    def allows_script(self, script: ScriptRequest, page: WebAddress) -> bool:
        """Tell whether the page may load and run it (CSP3 6.1.11.1, 4.2 for sandbox)."""
        if not self.allows_scripts:
            return False
        sources = self._sources(OF_SCRIPTS)
        if sources is None:
            return True
        if _has_nonce(sources, script.nonce) or _has_hash(sources, script.integrity):
            return True
        # A tag in the page is inserted by the parser: 'strict-dynamic' trusts none of these by its address.
        return not is_strict(sources) and is_listed(sources, script.url, page)

    def allows_frame(self, url: WebAddress, page: WebAddress) -> bool:
        """Tell whether the page may show that address in a frame, with its own origin known to it."""
        sources = self._sources(OF_FRAMES)
        return "allow-same-origin" not in self.sandbox_lacks and (sources is None or is_listed(sources, url, page))

    @property
    def allows_scripts(self) -> bool:
        """Whether scripts run at all."""
        return "allow-scripts" not in self.sandbox_lacks

    @property
    def is_strict_about_scripts(self) -> bool:
        """Whether scripts are known by nonce or hash alone, their addresses passed over."""
        return is_strict(self._sources(OF_SCRIPTS) or ())

    @property
    def upgrades(self) -> bool:
        """Whether plain http addresses of the page are fetched over https."""
        return "upgrade-insecure-requests" in self.directives

    @property
    def sandbox_lacks(self) -> tuple[str, ...]:
        """What a sandbox would have to allow for the form to work; nothing where there is no sandbox."""
        if "sandbox" not in self.directives:
            return ()
        given = {value.lower() for value in self.directives["sandbox"]}
        return tuple(flag for flag in _OUT_OF_SANDBOX if flag not in given)

    def governing(self, fallbacks: Sequence[str]) -> str | None:
        """Return the name of the directive that decides, the first of these that is there."""
        return next((name for name in fallbacks if name in self.directives), None)

    def _sources(self, fallbacks: Sequence[str]) -> tuple[str, ...] | None:
        name = self.governing(fallbacks)
        return None if name is None else self.directives[name]

    def without_nonces(self) -> "Policy":
        """Return the policy to show: a nonce is drawn anew for each answer, and nobody may copy it."""
        hidden = {name: tuple(_NONCE.sub("'nonce-…'", value) for value in v) for name, v in self.directives.items()}
        return replace(self, directives=hidden)

    def having(self, name: str, values: Iterable[str]) -> "Policy":
        """Return the policy with this directive changed, or added at its end."""
        return replace(self, directives=MappingProxyType({**self.directives, name: tuple(values)}))


def read_header(written: str) -> tuple[Policy, ...]:
    """Return the policies of a header's value, which may hold several (CSP3 2.2.2)."""
    return tuple(policy for part in written.split(",") if (policy := _read(part)).directives)


def read_meta(content: str) -> tuple[Policy, ...]:
    """Return the policies of a `<meta http-equiv="Content-Security-Policy">`, without what only a header may say."""
    read = [
        replace(policy, directives={n: v for n, v in policy.directives.items() if n not in _NOT_IN_A_PAGE})
        for policy in read_header(content)
    ]
    return tuple(policy for policy in read if policy.directives)


def _read(written: str) -> Policy:
    directives: dict[str, tuple[str, ...]] = {}
    for name, values in _directives(written):
        directives.setdefault(name, values)  # the first of a name counts, the others are passed over
    return Policy(directives=MappingProxyType(directives))


def _directives(written: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for token in written.split(";"):
        words = [word for word in _SPACES.split(token) if word]
        if words and token.isascii():  # CSP3 2.2.1: one foreign letter, and the whole directive is passed over
            yield words[0].lower(), tuple(words[1:])


def is_strict(sources: Iterable[str]) -> bool:
    """Tell whether 'strict-dynamic' is among the sources."""
    return any(source.lower() == "'strict-dynamic'" for source in sources)


def is_listed(sources: Iterable[str], url: WebAddress, page: WebAddress) -> bool:
    """Tell whether a list of sources on `page` names this address (CSP3 6.7.2.7); a lone 'none' names nothing."""
    return any(_names(source, url, page) for source in sources)


def _has_nonce(sources: Iterable[str], nonce: str) -> bool:
    return bool(nonce) and any(found[1] == nonce for source in sources if (found := _NONCE.match(source)))


def _has_hash(sources: Iterable[str], integrity: str) -> bool:
    """Tell whether every hash of the tag is listed (CSP3 6.1.11.1, step 1.3)."""
    listed = {_plain_hash(found) for source in sources if (found := _HASH.match(source))}
    hashes = [found for word in integrity.split() if (found := _HASH.match(f"'{word.partition('?')[0]}'"))]
    return bool(hashes) and all(_plain_hash(found) in listed for found in hashes)


def _plain_hash(found: re.Match[str]) -> tuple[str, str]:
    return found[1].lower(), found[2].replace("-", "+").replace("_", "/")


def _names(source: str, url: WebAddress, page: WebAddress) -> bool:
    if source == "*":
        return True  # of http and https, and there are no other addresses here
    if source.lower() == "'self'":
        return _is_self(url, page)
    if found := _SCHEME.match(source):
        return _reaches(found[1].lower(), url.scheme)
    host_source = _HOST_SOURCE.match(source)
    return host_source is not None and _is_host(host_source, url, page)


def _is_self(url: WebAddress, page: WebAddress) -> bool:
    """CSP3 6.7.2.8, step 4: the same site, or its protected twin on the usual ports."""
    are_usual = all(address.port == DEFAULT_PORTS[address.scheme] for address in (url, page))
    return url.site == page.site or (url.host == page.host and url.is_secure and are_usual)


def _reaches(scheme: str, of_url: str) -> bool:
    return scheme == of_url or (scheme, of_url) == ("http", "https")


def _is_host(source: re.Match[str], url: WebAddress, page: WebAddress) -> bool:
    scheme = (source["scheme"] or page.scheme).lower()
    return (
        _reaches(scheme, url.scheme)
        and _is_name(source["host"].lower(), url.host)
        and _is_port(source["port"], scheme, url)
        and _is_path(source["path"] or "", url.path)
    )


def _is_name(pattern: str, host: str) -> bool:
    if pattern == "*":
        return True
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def _is_port(written: str | None, scheme: str, url: WebAddress) -> bool:
    """Compare ports; what is written for plain http reaches https only from the usual port to the usual one."""
    if written == "*":
        return True
    port = DEFAULT_PORTS.get(scheme) if written is None else int(written)
    return port == url.port if scheme == url.scheme else (port, url.port) == (80, 443)


def _is_path(pattern: str, path: str) -> bool:
    """CSP3 6.7.2.12: a path that ends with a slash stands for all below it, another for itself."""
    wanted, given = unquote(pattern), unquote(path)
    if wanted in ("", "/"):
        return True
    return given.startswith(wanted) if wanted.endswith("/") else given == wanted
