"""How the widget stands on a page: what was found there, and what is to mend, the most important first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.domain.agency import Agency, AgencyKey
from gateway.domain.origin import Origin
from gateway.domain.seen_page import Unseen
from gateway.domain.web_address import WebAddress


class Form(StrEnum):
    """The forms in which the widget is put on a page."""

    SCRIPT = "script"
    PINNED = "pinned"
    LEGACY = "legacy"
    ELEMENT = "element"
    LINK = "link"


class Fault(StrEnum):
    """What can be wrong, in the order in which it has to be mended: each may hide those below."""

    SHOWN_AS_TEXT = "shown_as_text"
    COMMENTED_OUT = "commented_out"
    INERT = "inert"
    NO_WIDGET = "no_widget"
    WRONG_ADDRESS = "wrong_address"
    SMART_QUOTES = "smart_quotes"
    NEVER_RUN = "never_run"
    MISSPELT_ATTRIBUTE = "misspelt_attribute"
    NO_KEY = "no_key"
    UNKNOWN_KEY = "unknown_key"
    OTHER_AGENCY = "other_agency"
    ELEMENT_WITHOUT_SCRIPT = "element_without_script"
    MIXED_CONTENT = "mixed_content"
    VERSION_GONE = "version_gone"
    INTEGRITY_WITHOUT_CORS = "integrity_without_cors"
    INTEGRITY_MISMATCH = "integrity_mismatch"
    CSP_STRICT = "csp_strict"
    CSP_BOTH = "csp_both"
    CSP_SCRIPT = "csp_script"
    CSP_FRAME = "csp_frame"
    LEGACY_ASYNC = "legacy_async"
    LEGACY_ALONE = "legacy_alone"
    ORIGIN_NOT_REGISTERED = "origin_not_registered"
    TWICE = "twice"
    INTEGRITY_ON_MOVING = "integrity_on_moving"
    UNKNOWN_MODE = "unknown_mode"
    OLD_VERSION = "old_version"
    PLAIN_HTTP = "plain_http"
    ONLY_IN_SCRIPT = "only_in_script"

    @property
    def is_for_operator(self) -> bool:
        """Whether the gateway's operator mends it, and not whoever keeps the page."""
        return self is Fault.ORIGIN_NOT_REGISTERED


_ORDER = {fault: place for place, fault in enumerate(Fault)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to mend: the line of the page, if it is in one, and `paste`, each to be put in as it stands.

    `values` fill the places of its sentences.
    """

    fault: Fault
    line: int | None = None
    paste: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)


def by_importance(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return them as they should be mended, each once."""
    ordered = sorted(findings, key=lambda finding: (_ORDER[finding.fault], finding.line or 0))
    return tuple(finding for place, finding in enumerate(ordered) if finding not in ordered[:place])


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """One form in which the widget is there; `version` of a script that is pinned to one."""

    form: Form
    key: str | None
    line: int
    version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What came of looking at one page, which was asked for as `asked` and is at `page` after redirects."""

    asked: str
    agency: AgencyKey | None
    page: WebAddress | None = None
    unseen: Unseen | None = None
    placements: tuple[Placement, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def is_well(self) -> bool:
        """Whether there is nothing to mend."""
        return self.unseen is None and not self.findings

    @property
    def fix(self) -> Finding | None:
        """The one thing that whoever keeps the page should mend first."""
        return next((finding for finding in self.findings if not finding.fault.is_for_operator), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """All agencies, to be found by key and by site."""

    agencies: Mapping[str, Agency]

    @classmethod
    def of(cls, agencies: Sequence[Agency]) -> "Register":
        """Return the register of these."""
        return cls(agencies={agency.key: agency for agency in agencies})

    def find(self, key: str | None) -> Agency | None:
        """Return the agency of that key."""
        return None if key is None else self.agencies.get(key)

    def at(self, origin: Origin | None) -> tuple[Agency, ...]:
        """Return the agencies that have registered this site."""
        return () if origin is None else tuple(agency for agency in self.agencies.values() if agency.allows(origin))
