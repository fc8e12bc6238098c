"""What a webmaster pastes into a site: the launcher's line in its forms, the policy it needs, and links without it.

Everything here is ASCII but for words that are given, so that it survives pages in windows-1251; hosts are in
punycode, as Content-Security-Policy wants them (CSP 3, 2.3.1).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from html import escape
from urllib.parse import urlencode

from gateway.domain.web_address import WebAddress, read_address

SETTINGS = ("mode", "text", "accent", "corner", "scheme", "topic", "address", "q", "lang", "host")
"""What a widget can be told besides its agency, by the names on an element; widget/src/launcher/settings.js has them.

On a script they begin with `data-`.
"""


class Mode(StrEnum):
    """How the widget shows itself in a page."""

    BUTTON = "button"
    INLINE = "inline"
    BANNER = "banner"
    NONE = "none"


SHOWN_MODES = (Mode.BUTTON, Mode.INLINE, Mode.BANNER)
"""Those in which there is something to see; the other one waits for commands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launcher:
    """The gateway's scripts: `base` is where residents reach it, `version` the one that can be pinned.

    `integrity` is that version's (W3C Subresource Integrity), None where it is not known.
    """

    base: str
    version: str
    integrity: str | None = None

    @property
    def address(self) -> WebAddress:
        """The base as browsers read it; raises ValueError if it is no http(s) address."""
        if (read := read_address(self.base)) is None:
            raise ValueError(f"{self.base} is no address of a site")
        return read

    @property
    def root(self) -> str:
        """The same in ASCII, without a slash at its end."""
        return str(self.address).rstrip("/")

    @property
    def script(self) -> str:
        """The script that follows every version."""
        return f"{self.root}/widget.js"

    @property
    def pinned(self) -> str:
        """The script of this version, which never changes."""
        return f"{self.root}/widget/{self.version}.js"

    @property
    def legacy(self) -> str:
        """The script that understands the state platform's own snippet."""
        return f"{self.root}/legacy.js"

    def path_of(self, url: WebAddress) -> str | None:
        """Return the path below the base, None for an address elsewhere; http and https are told apart by others."""
        own = self.address
        are_near = (url.host, url.port) == (own.host, own.port) or (
            url.host == own.host and {url.port, own.port} == {80, 443}
        )
        prefix = own.path.rstrip("/")
        return url.path.removeprefix(prefix) if are_near and url.path.startswith(f"{prefix}/") else None


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
    """Everything to paste for the agency of that `key`; without one, for a page whose elements name theirs.

    `settings` are told to the widget, by the names on an element; a `nonce` among them is its script's.
    """

    launcher: Launcher
    key: str | None
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """The gateway as a policy names it: scheme, host and port."""
        return self.launcher.address.site

    @property
    def form(self) -> str:
        """The address of the form."""
        return f"{self.launcher.root}/f/{self.key or ''}"

    @property
    def form_in_words(self) -> str:
        """The same as people read and type it: without the scheme where it is https, hosts in letters."""
        return f"{self.launcher.address.shown.rstrip('/')}/f/{self.key or ''}".removeprefix("https://")

    @property
    def script(self) -> str:
        """The whole snippet: one line."""
        return self._script(self.launcher.script)

    def script_in(self, mode: Mode) -> str:
        """Return that line for a mode."""
        return replace(self, settings={**self.settings, "mode": mode.value}).script

    @property
    def pinned(self) -> str | None:
        """The line that loads one version and no other content; None where its integrity is not known."""
        if self.launcher.integrity is None:
            return None
        return self._script(self.launcher.pinned, integrity=self.launcher.integrity, crossorigin="anonymous")

    @property
    def loader(self) -> str:
        """The line that elements need, once a page."""
        return replace(self, key=None, settings={}).script

    @property
    def legacy(self) -> str:
        """The line in place of the state platform's script; not async, as that snippet calls it right after."""
        return _tag("script", {"src": self.launcher.legacy, "data-agency": self.key, **self._on_script})

    def element(self, words: str = "") -> str:
        """Return the element that stands where the widget shall be; the link of these `words` needs no script."""
        told = {name: value for name, value in self.settings.items() if name != "nonce"}
        return _tag("otklik-widget", {"agency": self.key, **told}, self.link(words) if words else "")

    def element_in(self, mode: Mode, words: str) -> str:
        """Return that element in a mode."""
        return replace(self, settings={**self.settings, "mode": mode.value}).element(words)

    @property
    def policy(self) -> Mapping[str, str]:
        """What a page's Content-Security-Policy has to allow, by directive."""
        return {"script-src": self.host, "frame-src": self.host}

    @property
    def policy_line(self) -> str:
        """The same as it is written."""
        return "; ".join(f"{directive} {source}" for directive, source in self.policy.items())

    @property
    def link_start(self) -> str:
        """The beginning of a link to the form."""
        return f'<a href="{escape(self.form)}">'

    def link(self, words: str) -> str:
        """Return a plain link to the form."""
        return f"{self.link_start}{escape(words)}</a>"

    def noscript(self, words: str) -> str:
        """Return what may stand below the script for those who read without JavaScript."""
        return f"<noscript>{self.link(words)}</noscript>"

    def without_script(self, button: Picture, code: Picture) -> str:
        """Return the equal of the script where none may run: a link with a picture, and a code for telephones."""
        return f"<p>{self.link_start}{button.html}</a></p>\n<p>{code.html}</p>"

    def filled(self, *, topic: str = "", address: str = "") -> str:
        """Return the address of the form with these two filled in."""
        given = {name: value for name, value in (("topic", topic), ("address", address)) if value}
        return f"{self.form}?{urlencode(given)}" if given else self.form

    def _script(self, src: str, **pins: str) -> str:
        return _tag("script", {"async": "", "src": src, "data-agency": self.key, **pins, **self._on_script})

    @property
    def _on_script(self) -> Mapping[str, str]:
        return {name if name == "nonce" else f"data-{name}": value for name, value in self.settings.items()}


def in_references(html: str) -> str:
    """Return the same HTML in ASCII: it reads alike in a page of whatever encoding, windows-1251 above all."""
    return html.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _tag(name: str, attributes: Mapping[str, str | None], content: str = "") -> str:
    """Return an element; attributes that are None are left out, `async` has no value."""
    written = [
        attribute if attribute == "async" else f'{attribute}="{escape(value)}"'
        for attribute, value in attributes.items()
        if value is not None
    ]
    return f"<{' '.join([name, *written])}>{content}</{name}>"
