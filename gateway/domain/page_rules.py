"""The rules by which a page with the widget is judged: pure, from what was seen to what is to mend.

A browser is the measure: what it would not run does not count, and what it would run despite a slip is no fault.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from shlex import quote

from gateway.domain.agency import Agency
from gateway.domain.installation import Fault, Finding, Form, Placement, Register, by_importance
from gateway.domain.integrity import is_intact
from gateway.domain.launch import Launch, bare, find_launches
from gateway.domain.origin import Origin, read_origin
from gateway.domain.policy_rules import Guarded, PolicyRules
from gateway.domain.seen_page import PLATFORM_MARK, FetchedPage, SeenPage, SeenTag, Where
from gateway.domain.snippets import Launcher, Mode, Snippets

# HTML 4.12.1: other types are data to a browser.
_RUN_TYPES = {
    "",
    "module",
    "application/ecmascript",
    "application/javascript",
    "application/x-ecmascript",
    "application/x-javascript",
    "text/ecmascript",
    "text/javascript",
    "text/jscript",
    "text/x-ecmascript",
    "text/x-javascript",
}

_WRITTEN = (
    (Where.TEXT, Fault.SHOWN_AS_TEXT),
    (Where.COMMENT, Fault.COMMENTED_OUT),
    (Where.INERT, Fault.INERT),
    (Where.SCRIPT, Fault.ONLY_IN_SCRIPT),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedScript:
    """What the gateway answered at a script's address."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a page carries and what is to mend, and for which agency it turned out to be."""

    agency: Agency | None
    placements: tuple[Placement, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRules:
    """Judges a page: `expected` is the agency whose page it should be, where that is known.

    `served` holds what the gateway answers at the addresses of scripts, as far as it could be asked.
    """

    page: FetchedPage
    seen: SeenPage
    launcher: Launcher
    register: Register
    expected: Agency | None = None
    served: Mapping[str, ServedScript]

    def __call__(self) -> Judged:
        """Return the verdict."""
        launches = find_launches(self.seen, self.launcher, self.register)
        agency = self._agency(launches)
        findings = [
            *(self._absent() if not launches else ()),
            *(finding for launch in launches for finding in self._of_launch(launch)),
            *self._of_all(launches),
            *self._of_policies(launches),
            *self._of_origin(launches, agency),
        ]
        return Judged(
            agency=agency,
            placements=tuple(
                Placement(form=launch.form, key=launch.key, line=launch.tag.line, version=launch.version)
                for launch in launches
            ),
            findings=by_importance(findings),
        )

    @property
    def _origin(self) -> Origin | None:
        return read_origin(self.page.url.site)

    @property
    def _here(self) -> tuple[Agency, ...]:
        return self.register.at(self._origin)

    def _agency(self, launches: Sequence[Launch]) -> Agency | None:
        named = [found for launch in launches if (found := self.register.find(launch.key))]
        at_home = [agency for agency in named if agency in self._here]
        return self.expected or next(iter([*at_home, *self._here, *named]), None)

    def _right_key(self, launch: Launch | None = None) -> str | None:
        """Return the key that belongs on the page, or the one nearest to what is there."""
        if launch is not None and self._fits(self.register.find(launch.key)):
            return launch.key
        if self.expected is not None or self._here:
            return (self.expected or self._here[0]).key
        written = (launch.key or "").lower() if launch else ""
        return next(iter(get_close_matches(written, self.register.agencies, n=1)), None)

    def _fits(self, agency: Agency | None) -> bool:
        if agency is None:
            return False
        is_expected = self.expected is not None and agency.key == self.expected.key
        return is_expected or agency in self._here or not (self._here or self.expected)

    # What is not there

    def _absent(self) -> Iterator[Finding]:
        """Say where the snippet lies dead, or that there is none."""
        tag = self._snippets().script
        for where, fault in _WRITTEN:
            if line := next((t.line for t in self.seen.texts if t.where is where and self._is_snippet(t.text)), None):
                yield Finding(fault=fault, line=line, paste=(tag,))
                return
        yield Finding(fault=Fault.NO_WIDGET, paste=(tag,))

    def _is_snippet(self, text: str) -> bool:
        lowered = text.lower()
        names_script = "widget" in lowered or "legacy.js" in lowered
        return (
            "data-agency" in lowered
            or "<otklik-widget" in lowered
            or (names_script and self.launcher.address.host in lowered)
        )

    # A single tag

    def _of_launch(self, launch: Launch) -> Iterator[Finding]:
        tag = self._corrected(launch)
        for fault, values in (
            *self._of_address(launch),
            *self._of_key(launch),
            *(_of_running(launch) if launch.is_script else ()),
            *(self._of_pin(launch) if launch.is_ours and launch.url else ()),
            *_of_mode(launch),
        ):
            yield Finding(fault=fault, line=launch.tag.line, paste=(tag,), values=values)

    def _corrected(self, launch: Launch) -> str:
        snippets = self._snippets(launch)
        match launch.form:
            case Form.ELEMENT:
                return snippets.element()
            case Form.LINK:
                return snippets.link_start
            case Form.LEGACY:
                return snippets.legacy
            case Form.PINNED:
                return snippets.pinned or snippets.script
            case Form.SCRIPT:
                return snippets.script

    def _snippets(self, launch: Launch | None = None) -> Snippets:
        """Return what can be pasted in the place of a tag, or where there is none yet."""
        if launch is None:
            return Snippets(launcher=self.launcher, key=self._key())
        key = None if self._needs_no_key(launch) else self._key(launch)
        return Snippets(launcher=self.launcher, key=key, settings=launch.settings)

    def _key(self, launch: Launch | None = None) -> str:
        """Return the key to paste: what is there if no better one is known, else a word in its place."""
        return self._right_key(launch) or (launch.key if launch else None) or "KEY"

    def _needs_no_key(self, launch: Launch) -> bool:
        """Tell whether it is the script alone that the page's elements need."""
        has_elements = any(tag.name == "otklik-widget" for tag in self.seen.tags)
        return launch.brings_widget and launch.key is None and has_elements

    def _of_address(self, launch: Launch) -> Iterator[tuple[Fault, dict[str, str]]]:
        if launch.is_quoted_wrong:
            yield Fault.SMART_QUOTES, {}
        elif not launch.is_ours:
            yield Fault.WRONG_ADDRESS, {"address": str(launch.url or launch.tag.attributes.get("src", ""))}
        elif launch.url is not None and launch.form is not Form.LINK and not launch.url.is_secure:
            if self.page.url.is_secure and not self._guarded.upgrades:
                yield Fault.MIXED_CONTENT, {}
            elif not self.page.url.is_secure and self.launcher.address.is_secure:
                yield Fault.PLAIN_HTTP, {}

    def _of_key(self, launch: Launch) -> Iterator[tuple[Fault, dict[str, str]]]:
        if launch.key is None:
            if not self._needs_no_key(launch):
                yield Fault.NO_KEY, {"attribute": launch.right_name}
            return
        if launch.key_name not in (None, launch.right_name):
            yield Fault.MISSPELT_ATTRIBUTE, {"written": launch.key_name or "", "attribute": launch.right_name}
        agency = self.register.find(launch.key)
        if agency is None:
            yield Fault.UNKNOWN_KEY, {"written": launch.key}
        elif launch.form is not Form.LINK and not self._fits(agency):  # a portal may link to the forms of many
            yield Fault.OTHER_AGENCY, {"written": launch.key, "other": agency.name}

    def _of_pin(self, launch: Launch) -> Iterator[tuple[Fault, dict[str, str]]]:
        integrity = launch.tag.attributes.get("integrity", "").strip()
        served = self.served.get(str(launch.url))
        values = {"version": launch.version or "", "current": self.launcher.version}
        if launch.form is Form.PINNED and served is not None and served.status == 404:
            yield Fault.VERSION_GONE, values
            return
        if integrity and "crossorigin" not in launch.tag.attributes:
            yield Fault.INTEGRITY_WITHOUT_CORS, values
        if integrity and served is not None and served.status == 200 and not is_intact(served.body, integrity):
            yield Fault.INTEGRITY_MISMATCH, values
        elif integrity and launch.form in (Form.SCRIPT, Form.LEGACY):
            yield Fault.INTEGRITY_ON_MOVING, values
        if launch.form is Form.PINNED and launch.version != self.launcher.version:
            yield Fault.OLD_VERSION, values

    # All of them together

    def _of_all(self, launches: Sequence[Launch]) -> Iterator[Finding]:
        yield from _twice(launches)
        elements = [launch for launch in launches if launch.form is Form.ELEMENT]
        if elements and not any(launch.is_script for launch in launches):
            tag = self._snippets().loader
            yield Finding(fault=Fault.ELEMENT_WITHOUT_SCRIPT, line=elements[0].tag.line, paste=(tag,))
        for launch in launches:
            if launch.form is Form.LEGACY and not any(map(_is_platform_mark, self.seen.tags)):
                yield Finding(fault=Fault.LEGACY_ALONE, line=launch.tag.line)

    @property
    def _guarded(self) -> Guarded:
        return Guarded(page=self.page, seen=self.seen)

    def _of_policies(self, launches: Sequence[Launch]) -> Iterator[Finding]:
        """Judge the policies for the first script, and where there is none yet for the one to paste."""
        if launches and all(launch.form is Form.LINK for launch in launches):
            return
        launch = next((found for found in launches if found.is_script), None)
        snippets = self._snippets(launch)
        form = replace(snippets, key=self._key(launch)).form
        yield from PolicyRules(guarded=self._guarded, launch=launch, snippets=snippets, form=form)()

    def _of_origin(self, launches: Sequence[Launch], agency: Agency | None) -> Iterator[Finding]:
        """Name the command that registers this site with the page's agency, all its other sites with it."""
        is_framed = not launches or any(launch.form is not Form.LINK for launch in launches)
        if agency is None or self._origin is None or not is_framed or agency in self._here:
            return
        origins = [*agency.origins, self._origin]
        options = " ".join(f"--origin {quote(str(origin))}" for origin in origins)
        command = f"otklik agency edit {agency.key} {options}"
        values = {"origin": str(self._origin), "agency": agency.name}
        yield Finding(fault=Fault.ORIGIN_NOT_REGISTERED, paste=(command,), values=values)


def _of_running(launch: Launch) -> Iterator[tuple[Fault, dict[str, str]]]:
    attributes = launch.tag.attributes
    type = attributes.get("type", "").strip().lower().partition(";")[0]
    if type not in _RUN_TYPES or "nomodule" in attributes:
        yield Fault.NEVER_RUN, {"type": "nomodule" if type in _RUN_TYPES else type}
    elif launch.form is Form.LEGACY and ("async" in attributes or "defer" in attributes or type == "module"):
        yield Fault.LEGACY_ASYNC, {}


def _of_mode(launch: Launch) -> Iterator[tuple[Fault, dict[str, str]]]:
    if launch.mode is not None and bare(launch.mode) not in list(Mode):
        yield Fault.UNKNOWN_MODE, {"mode": launch.mode, "modes": ", ".join(Mode)}


def _twice(launches: Sequence[Launch]) -> Iterator[Finding]:
    first: dict[tuple[str | None, str | None], Launch] = {}
    for launch in launches:
        if launch.brings_widget:
            known = first.setdefault((launch.key, launch.mode), launch)
            if known is not launch:
                values = {"first": str(known.tag.line)}
                yield Finding(fault=Fault.TWICE, line=launch.tag.line, values=values)


def _is_platform_mark(tag: SeenTag) -> bool:
    return PLATFORM_MARK in (tag.attributes.get("id"), *tag.attributes.get("class", "").split())
