"""What the policies of a page say to the widget, and the whole policy to put in place of each that stops it."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from gateway.domain.csp import Policy, ScriptRequest, read_header, read_meta
from gateway.domain.csp_mending import mend
from gateway.domain.installation import Fault, Finding, Form
from gateway.domain.launch import Launch
from gateway.domain.seen_page import FetchedPage, SeenPage, SeenTag
from gateway.domain.snippets import Snippets
from gateway.domain.web_address import WebAddress, read_address

HEADER = "content-security-policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A policy in force: `tag` is the <meta> that states it, None for a header."""

    policy: Policy
    tag: SeenTag | None = None

    def binds(self, place: int) -> bool:
        """Tell whether it is in force for the element at that place; a <meta> says nothing about what is above it."""
        return self.tag is None or self.tag.place < place

    def written(self, policy: Policy) -> str:
        """Return the line that states this policy in its stead."""
        shown = str(policy.without_nonces())
        if self.tag is None:
            return f"Content-Security-Policy: {shown}"
        content = escape(shown).replace("&#x27;", "'")
        return f'<meta http-equiv="Content-Security-Policy" content="{content}">'


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """A page with its policies; those that only report are none."""

    page: FetchedPage
    seen: SeenPage

    @property
    def stated(self) -> tuple[Stated, ...]:
        """All that are in force, from headers first."""
        headers = [Stated(policy=policy) for value in self.page.values(HEADER) for policy in read_header(value)]
        metas = [
            Stated(policy=policy, tag=tag)
            for tag in self.seen.policies
            for policy in read_meta(tag.attributes.get("content", ""))
        ]
        return (*headers, *metas)

    @property
    def upgrades(self) -> bool:
        """Whether the page has plain http addresses fetched over https."""
        return any(stated.policy.upgrades for stated in self.stated)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRules:
    """Judges the policies of a page for its `launch`, or where there is none yet for the snippet to paste.

    `snippets` are what can stand in its place, `form` is the address of the frame that it opens.
    """

    guarded: Guarded
    launch: Launch | None
    snippets: Snippets
    form: str

    def __call__(self) -> Iterator[Finding]:
        """Say for each policy what it stops, and what to put in its place."""
        for stated in self.guarded.stated:
            stops_script = not self._lets_script(stated)
            stops_frame = not stated.policy.allows_frame(self._frame, self._page)
            if stops_script or stops_frame:
                is_strict = stops_script and stated.policy.is_strict_about_scripts
                yield Finding(
                    fault=_fault(stops_script=stops_script, stops_frame=stops_frame, is_strict=is_strict),
                    line=stated.tag.line if stated.tag else None,
                    paste=self._paste(stated, stops_script=stops_script, is_strict=is_strict),
                    values={"host": self._frame.site},
                )

    @property
    def _page(self) -> WebAddress:
        return self.guarded.page.url

    @property
    def _frame(self) -> WebAddress:
        return _known(self.form)

    def _lets_script(self, stated: Stated) -> bool:
        is_above = self.launch is not None and not stated.binds(self.launch.tag.place)
        return is_above or stated.policy.allows_script(self._script, self._page)

    @property
    def _script(self) -> ScriptRequest:
        """The script as the page asks for it now; one at a wrong address as it will be when that is mended."""
        launch = self.launch
        attributes = launch.tag.attributes if launch else {}
        url = launch.url if launch and launch.is_ours and launch.url else _known(self.snippets.launcher.script)
        if self.guarded.upgrades:
            url = _known(str(url).replace("http://", "https://", 1))
        return ScriptRequest(url=url, nonce=attributes.get("nonce", ""), integrity=attributes.get("integrity", ""))

    def _paste(self, stated: Stated, *, stops_script: bool, is_strict: bool) -> tuple[str, ...]:
        # Where addresses do not count, only the pinned script can be let in, by its hash.
        launcher = self.snippets.launcher
        pinned = self.snippets.pinned if is_strict and not self._is_legacy else None
        integrity = (launcher.integrity or "") if pinned else ""
        url = _known(launcher.legacy if self._is_legacy else launcher.script)
        wanted = ScriptRequest(url=url, integrity=integrity) if stops_script else None
        mended = mend(stated.policy, script=wanted, frame=self._frame, page=self._page)
        lines = (stated.written(mended),) if mended != stated.policy else ()
        return (pinned, *lines) if pinned else lines

    @property
    def _is_legacy(self) -> bool:
        return self.launch is not None and self.launch.form is Form.LEGACY


def _known(written: str) -> WebAddress:
    address = read_address(written)
    assert address is not None, "it is made of an address that was read before"
    return address


def _fault(*, stops_script: bool, stops_frame: bool, is_strict: bool) -> Fault:
    if is_strict:
        return Fault.CSP_STRICT
    if stops_script and stops_frame:
        return Fault.CSP_BOTH
    return Fault.CSP_SCRIPT if stops_script else Fault.CSP_FRAME
