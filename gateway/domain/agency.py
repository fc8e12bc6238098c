"""A public body that takes messages: who it is, on which sites, and what it asks of a resident."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from gateway.domain.consent import ConsentText
from gateway.domain.fault import FaultKind
from gateway.domain.origin import Origin

AgencyKey = NewType("AgencyKey", str)
"""Public name of an agency in addresses and snippets: lower-case Latin letters, digits and dashes, 2 to 64."""

_KEY = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])\Z")


def is_agency_key(written: str) -> bool:
    """Tell whether this can be an agency's key."""
    return _KEY.match(written) is not None


class AnswerWay(StrEnum):
    """Which ways to answer an agency demands of a resident."""

    ANY = "any"
    EMAIL = "email"
    PHONE = "phone"
    BOTH = "both"


class LegalBasis(StrEnum):
    """Why the agency may process a resident's data (152-ФЗ art. 6): consent is asked only where it is the basis."""

    CONSENT = "consent"
    DUTY = "duty"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealWays:
    """Where a 59-ФЗ appeal can be filed: state `portal` (https address), paper `post`, `reception` in person."""

    portal: str | None = None
    post: str | None = None
    reception: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """A body and its demands.

    `ogrn` is its state registration number (13 digits), `oktmo` its territory (8 or 11 digits), `parent` the key
    of the body above it, `time_zone` an IANA name by which its deadlines end, `email` where advice about its sites
    goes: to whoever keeps them. With `learns_from_cases` its closed cases may teach which topic suits a text.
    Messages with a fault that it `refuses` are not taken; of all other faults residents are only told.
    """

    key: AgencyKey
    name: str
    legal_name: str
    ogrn: str | None = None
    oktmo: str | None = None
    origins: tuple[Origin, ...] = ()
    parent: AgencyKey | None = None
    email: str | None = None
    is_public_body: bool = True
    time_zone: str = "Europe/Moscow"
    name_required: bool = True
    answer_way: AnswerWay = AnswerWay.ANY
    legal_basis: LegalBasis = LegalBasis.CONSENT
    consent: ConsentText | None = None
    appeal_ways: AppealWays = field(default_factory=AppealWays)
    learns_from_cases: bool = False
    refuses: frozenset[FaultKind] = frozenset()

    @property
    def hosts(self) -> frozenset[str]:
        """The sites that are its own."""
        return frozenset(origin.host for origin in self.origins)

    def allows(self, origin: Origin) -> bool:
        """Tell whether a page of that origin may carry this agency's form."""
        return origin in self.origins or origin.any_port in self.origins


def is_ogrn(written: str) -> bool:
    """Tell whether this is an ОГРН: 13 digits, the last being the first twelve mod 11 mod 10."""
    return len(written) == 13 and _is_digits(written) and int(written[:12]) % 11 % 10 == int(written[12])


def is_oktmo(written: str) -> bool:
    """Tell whether this has the shape of an ОКТМО code (ОК 033-2013): 8 or 11 digits."""
    return len(written) in (8, 11) and _is_digits(written)


def _is_digits(written: str) -> bool:
    return written.isascii() and written.isdigit()
