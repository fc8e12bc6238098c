"""What is pasted into a page to put the widget on it, and where the gateway serves what that names."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

from gateway.domain.web_address import WebAddress, read_address

MODES = ("button", "inline", "banner")

KEPT_ATTRIBUTES = ("data-mode", "data-text", "data-accent", "data-corner", "data-scheme", "nonce")
"""What a webmaster may have set on the tag, and keeps when it is corrected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launcher:
    """The gateway's scripts: `base` is its address without a slash at the end, `integrity` that of this `version`.

    `integrity` is None where the version could not be fetched.
    """

    base: str
    version: str
    integrity: str | None = None

    @property
    def script(self) -> str:
        """The script that follows every version."""
        return f"{self.base}/widget.js"

    @property
    def pinned(self) -> str:
        """The script of this version, which never changes."""
        return f"{self.base}/widget/{self.version}.js"

    @property
    def legacy(self) -> str:
        """The script that understands the state platform's own snippet."""
        return f"{self.base}/legacy.js"

    def form(self, key: str) -> str:
        """Return the address of an agency's form."""
        return f"{self.base}/f/{key}"

    @property
    def site(self) -> WebAddress:
        """The base as an address; raises ValueError if that is no http(s) address."""
        if (read := read_address(self.base)) is None:
            raise ValueError(f"{self.base} is no address of a site")
        return read

    def path_of(self, url: WebAddress) -> str | None:
        """Return the path below the base, None for an address elsewhere; http and https are told apart by others."""
        site = self.site
        are_near = (url.host, url.port) == (site.host, site.port) or (
            url.host == site.host and {url.port, site.port} == {80, 443}
        )
        prefix = urlsplit(self.base).path.rstrip("/")
        return url.path.removeprefix(prefix) if are_near and url.path.startswith(f"{prefix}/") else None


def script_tag(launcher: Launcher, key: str | None, kept: Mapping[str, str] | None = None) -> str:
    """Return the snippet, with the attributes of an earlier one that are worth keeping."""
    return _tag("script", {"async": None, "src": launcher.script, "data-agency": key, **_worth_keeping(kept)})


def pinned_tag(launcher: Launcher, key: str | None, kept: Mapping[str, str] | None = None) -> str:
    """Return the snippet of one version for good; of the moving one where its hash is not known."""
    if launcher.integrity is None:
        return script_tag(launcher, key, kept)
    pins = {"integrity": launcher.integrity, "crossorigin": "anonymous"}
    return _tag("script", {"async": None, "src": launcher.pinned, "data-agency": key, **pins, **_worth_keeping(kept)})


def legacy_tag(launcher: Launcher, key: str | None, kept: Mapping[str, str] | None = None) -> str:
    """Return the line that takes the place of the state platform's script; never async, its caller runs right after."""
    return _tag("script", {"src": launcher.legacy, "data-agency": key, **_worth_keeping(kept)})


def element_tag(attributes: Mapping[str, str], key: str | None) -> str:
    """Return the widget's element with this key."""
    kept = {name: value for name, value in attributes.items() if name in ("mode", "text", "accent", "corner", "scheme")}
    return _tag("otklik-widget", {"agency": key, **kept})


def link_start(launcher: Launcher, key: str | None) -> str:
    """Return the beginning of a link to the form."""
    return f'<a href="{escape(launcher.form(key or ""))}">'


def _worth_keeping(kept: Mapping[str, str] | None) -> dict[str, str | None]:
    return {name: value for name, value in (kept or {}).items() if name in KEPT_ATTRIBUTES}


def _tag(name: str, attributes: Mapping[str, str | None]) -> str:
    written = [
        attribute if value is None else f'{attribute}="{escape(value)}"'
        for attribute, value in attributes.items()
        if value is not None or attribute == "async"
    ]
    return f"<{' '.join([name, *written])}></{name}>"
