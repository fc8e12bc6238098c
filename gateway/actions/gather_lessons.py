"""Closed cases as lessons: what residents wrote, and the topic that the agency found right or let stand."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.domain.agency import Agency
from gateway.domain.case import Case, EventKind, Status, last_of
from gateway.domain.transfer import NewCase
from gateway.ports import Cases

_MOST = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GatherLessons:
    """Gathers what an agency's cases teach, where it has switched that on."""

    cases: Cases

    async def __call__(self, agency: Agency) -> list[tuple[str, str]]:
        """Return texts with the codes of their topics; raises ValueError where the agency does not want it."""
        if not agency.learns_from_cases:
            raise ValueError(
                f"{agency.key} does not learn from its cases: otklik agency edit {agency.key} --learn-from-cases"
            )
        found: list[tuple[NewCase, Case]] = []
        for status in (Status.ANSWERED, Status.DECLINED):
            found += await self.cases.list(agency=agency.key, status=status, most=_MOST)
        return list(_lessons(found))


def _lessons(found: list[tuple[NewCase, Case]]) -> Iterator[tuple[str, str]]:
    for new, case in found:
        code = case.corrected_topic or (new.topic_code if case.status is Status.ANSWERED else None)
        is_withdrawn = last_of(case.events, EventKind.CONSENT_WITHDRAWN) is not None
        if code is not None and not is_withdrawn:
            yield new.text, code
