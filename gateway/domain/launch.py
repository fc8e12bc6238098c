"""The widget's own tags of a page, found also where they were pasted with a slip."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from gateway.domain.installation import Form, Register
from gateway.domain.seen_page import SeenPage, SeenTag
from gateway.domain.snippets import SETTINGS, Launcher, Mode
from gateway.domain.web_address import WebAddress, read_address

_VERSIONED = re.compile(r"/widget/([^/]+)\.js\Z")
_SCRIPT_PATHS = {"/widget.js": Form.SCRIPT, "/legacy.js": Form.LEGACY}

# What text processors and careless copying put around a value; a straight quote gets in as &quot;.
_QUOTES = "«»“”„‟‘’‚‛″′\"'`"
_AROUND = _QUOTES + " \t\r\n\f\u00a0\u200b\ufeff"

# Under what other names a key is given; the last ones are common, so only a known key counts there.
_LIKE_KEY = ("agency", "data-agency", "data-agency-key", "data-agency-id", "data-key", "key")
_COULD_BE_KEY = ("data-id", "id", "data-widget", "data-name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """A tag that should bring the widget: `key_name` is the attribute in which its key was found.

    `url` is None where it leads nowhere; `is_ours` says whether it leads to a script of the gateway.
    """

    form: Form
    tag: SeenTag
    key: str | None
    key_name: str | None
    url: WebAddress | None = None
    version: str | None = None
    is_ours: bool = True

    @property
    def right_name(self) -> str:
        """The attribute in which the key belongs."""
        return f"{self._prefix}agency"

    @property
    def is_script(self) -> bool:
        """Whether it loads a script of the gateway, each of which brings elements to life."""
        return self.brings_widget or self.form is Form.LEGACY

    @property
    def brings_widget(self) -> bool:
        """Whether that is the widget's own script, pinned or not."""
        return self.form in (Form.SCRIPT, Form.PINNED)

    @property
    def mode(self) -> str | None:
        """How the widget is told to show itself."""
        return self.tag.attributes.get(f"{self._prefix}mode")

    @property
    def settings(self) -> Mapping[str, str]:
        """What the webmaster has chosen and keeps when the tag is corrected: not a mode that there is not."""
        names = {f"{self._prefix}{name}": name for name in (*SETTINGS, "hidden")} | {"nonce": "nonce"}
        attributes = self.tag.attributes.items()
        return {
            names[attribute]: value
            for attribute, value in attributes
            if attribute in names and (names[attribute] != "mode" or value in list(Mode))
        }

    @property
    def _prefix(self) -> str:
        return "" if self.form is Form.ELEMENT else "data-"

    @property
    def is_quoted_wrong(self) -> bool:
        """Whether quotes that are none in HTML got into a value."""
        attributes = self.tag.attributes
        values = (attributes.get("src", ""), attributes.get(self.key_name or "", ""), attributes.get("href", ""))
        return any(quote in value for value in values for quote in _QUOTES)


def find_launches(seen: SeenPage, launcher: Launcher, register: Register) -> tuple[Launch, ...]:
    """Return the tags that bring the widget, or were meant to, in the order of the page."""
    return tuple(_launches(seen, launcher, register))


def _launches(seen: SeenPage, launcher: Launcher, register: Register) -> Iterator[Launch]:
    for tag in seen.tags:
        if tag.name == "script" and "src" in tag.attributes:
            launch = _script(tag, seen.base, launcher, register)
        elif tag.name == "otklik-widget":
            key_name, key = _key(tag.attributes, "agency", register)
            launch = Launch(form=Form.ELEMENT, tag=tag, key=key, key_name=key_name)
        else:
            launch = _link(tag, seen.base, launcher)
        if launch is not None:
            yield launch


def _script(tag: SeenTag, base: str, launcher: Launcher, register: Register) -> Launch | None:
    url = read_address(bare(tag.attributes["src"]), within=base)
    key_name, key = _key(tag.attributes, "data-agency", register)
    path = None if url is None else launcher.path_of(url)
    form, version = _form_of(path or "")
    if form is not None:
        return Launch(form=form, tag=tag, key=key, key_name=key_name, url=url, version=version)
    meant = _meant(url, key_name, key, register)
    if meant is None:
        return None
    return Launch(form=meant, tag=tag, key=key, key_name=key_name, url=url, is_ours=False)


def _meant(url: WebAddress | None, key_name: str | None, key: str | None, register: Register) -> Form | None:
    """Return what a script at another address was meant to be; None for scripts of others."""
    form, _ = _form_of("/" + (url.path if url else "").rpartition("/")[2])
    if url is not None and _VERSIONED.search(url.path):
        form = Form.PINNED
    if key_name == "data-agency" or (form is not None and register.find(key) is not None):
        return form or Form.SCRIPT
    return None


def _form_of(path: str) -> tuple[Form | None, str | None]:
    if found := _VERSIONED.match(path):
        return Form.PINNED, found[1]
    return _SCRIPT_PATHS.get(path), None


def _link(tag: SeenTag, base: str, launcher: Launcher) -> Launch | None:
    url = read_address(bare(tag.attributes.get("href", "")), within=base) if tag.name == "a" else None
    path = None if url is None else launcher.path_of(url)
    if path is None or not path.startswith("/f/"):
        return None
    return Launch(form=Form.LINK, tag=tag, key=path.removeprefix("/f/").strip("/") or None, key_name=None, url=url)


def _key(attributes: Mapping[str, str], right: str, register: Register) -> tuple[str | None, str | None]:
    """Return the attribute that gives a key, the right one first, and the key without what is around it."""
    if right in attributes:
        return right, bare(attributes[right]) or None
    for name, value in attributes.items():
        looks_like_key = name in _LIKE_KEY or bool(get_close_matches(name, _LIKE_KEY[:2], cutoff=0.8))
        if looks_like_key or (name in _COULD_BE_KEY and register.find(bare(value))):
            return name, bare(value) or None
    return None, None


def bare(value: str) -> str:
    """Return a value without the quotes and blanks that were pasted with it."""
    return value.strip(_AROUND)
