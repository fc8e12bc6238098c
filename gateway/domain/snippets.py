"""What a webmaster pastes into a site: the launcher's line in its forms, the policy it needs, and links without it.

Everything here is ASCII but for words that are given, so that it survives pages in windows-1251; hosts are in
punycode, as Content-Security-Policy wants them (CSP 3, 2.3.1).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from urllib.parse import urlencode, urlsplit, urlunsplit

import idna

from gateway.domain.agency import AgencyKey


class Mode(StrEnum):
    """How the widget shows itself in a page."""

    BUTTON = "button"
    INLINE = "inline"
    BANNER = "banner"


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedLauncher:
    """A launcher that never changes: its `version`, and its `integrity` (W3C Subresource Integrity)."""

    version: str
    integrity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image in a page: the address of its file, its size in CSS pixels, what is read out instead of it."""

    src: str
    width: int
    height: int
    alt: str

    @property
    def html(self) -> str:
        """The tag; with its size, so that nothing moves when the image arrives."""
        return f'<img src="{escape(self.src)}" width="{self.width}" height="{self.height}" alt="{escape(self.alt)}">'


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippets:
    """Everything to paste for one agency; `base` is the gateway's address, `launcher` the one that can be pinned."""

    base: str
    key: AgencyKey
    launcher: PinnedLauncher | None = None

    @property
    def host(self) -> str:
        """The gateway as a policy names it: scheme, host and port, in ASCII."""
        parts = urlsplit(in_ascii(self.base))
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def form(self) -> str:
        """The address of the form."""
        return f"{in_ascii(self.base)}/f/{self.key}"

    @property
    def form_in_words(self) -> str:
        """The same as people read and type it: without the scheme where it is https, hosts in letters."""
        return f"{in_letters(self.base)}/f/{self.key}".removeprefix("https://")

    @property
    def script(self) -> str:
        """The whole snippet: one line."""
        return self.script_in(None)

    def script_in(self, mode: Mode | None) -> str:
        """Return that line for a mode; without one the launcher chooses."""
        chosen = {} if mode is None else {"data-mode": mode.value}
        return _script({"src": self._launcher_url, "data-agency": self.key, **chosen})

    @property
    def pinned(self) -> str | None:
        """The line that loads one version and no other content; None where no version is known."""
        if self.launcher is None:
            return None
        return _script(
            {
                "src": f"{in_ascii(self.base)}/widget/{self.launcher.version}.js",
                "integrity": self.launcher.integrity,
                "crossorigin": "anonymous",
                "data-agency": self.key,
            }
        )

    @property
    def loader(self) -> str:
        """The line that elements need, once a page."""
        return _script({"src": self._launcher_url})

    def element(self, mode: Mode, words: str) -> str:
        """Return the element that stands where the widget shall be; its link is what is there without the script."""
        attributes = _attributes({"agency": self.key, "mode": mode.value})
        return f"<otklik-widget {attributes}>{self.link(words)}</otklik-widget>"

    @property
    def legacy(self) -> str:
        """The line in place of the state platform's script; not async, as that snippet calls it right after."""
        return f"<script {_attributes({'src': f'{in_ascii(self.base)}/legacy.js', 'data-agency': self.key})}></script>"

    @property
    def policy(self) -> Mapping[str, str]:
        """What a page's Content-Security-Policy has to allow, by directive."""
        return {"script-src": self.host, "frame-src": self.host}

    @property
    def policy_line(self) -> str:
        """The same as it is written."""
        return "; ".join(f"{directive} {source}" for directive, source in self.policy.items())

    def link(self, words: str) -> str:
        """Return a plain link to the form."""
        return f'<a href="{self.form}">{escape(words)}</a>'

    def noscript(self, words: str) -> str:
        """Return what may stand below the script for those who read without JavaScript."""
        return f"<noscript>{self.link(words)}</noscript>"

    def without_script(self, button: Picture, code: Picture) -> str:
        """Return the equal of the script where none may run: a link with a picture, and a code for telephones."""
        return f'<p><a href="{self.form}">{button.html}</a></p>\n<p>{code.html}</p>'

    def filled(self, *, topic: str = "", address: str = "") -> str:
        """Return the address of the form with these two filled in."""
        given = {name: value for name, value in (("topic", topic), ("address", address)) if value}
        return f"{self.form}?{urlencode(given)}" if given else self.form

    @property
    def _launcher_url(self) -> str:
        return f"{in_ascii(self.base)}/widget.js"


def in_ascii(url: str) -> str:
    """Return an address with its host in punycode and no slash at its end."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host.isascii():
        return url.rstrip("/")
    return _with_host(url, idna.encode(host, uts46=True).decode("ascii"))


def in_letters(url: str) -> str:
    """Return an address with its host as people write it and no slash at its end."""
    host = urlsplit(url).hostname or ""
    if "xn--" not in host:
        return url.rstrip("/")
    try:
        return _with_host(url, idna.decode(host))
    except idna.IDNAError:
        return url.rstrip("/")


def in_references(html: str) -> str:
    """Return the same HTML in ASCII: it reads alike in a page of whatever encoding, windows-1251 above all."""
    return html.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _with_host(url: str, host: str) -> str:
    parts = urlsplit(url)
    port = "" if parts.port is None else f":{parts.port}"
    return urlunsplit(parts._replace(netloc=f"{host}{port}")).rstrip("/")


def _script(attributes: Mapping[str, str]) -> str:
    return f"<script async {_attributes(attributes)}></script>"


def _attributes(attributes: Mapping[str, str]) -> str:
    return " ".join(f'{name}="{escape(value)}"' for name, value in attributes.items())
