"""What an agency answers by itself to questions that come every day: opening hours, phones, when the water returns."""

from dataclasses import dataclass

from gateway.domain.agency import AgencyKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """`asked` are the ways in which residents ask for it; `answer` is the agency's text, shown as it stands."""

    agency: AgencyKey
    name: str
    asked: tuple[str, ...]
    answer: str
