"""An agency works on a case: moves it on, forwards, postpones, asks the resident, answers, declines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from gateway.actions.attach import Attach
from gateway.domain.appeal import end_of_day
from gateway.domain.attachment import Attachment
from gateway.domain.case import (
    Case,
    CaseEvent,
    CaseFile,
    EventId,
    EventKind,
    Status,
    check_answer,
    check_decline,
    check_forwarding,
    check_move,
    check_postponement,
    check_question,
)
from gateway.domain.lots import draw_id
from gateway.domain.number import AppealNumber
from gateway.domain.refusal import Ground
from gateway.domain.topic import Topic, TopicCode
from gateway.ports import Cases, Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOnCase:
    """The clerk's verbs. Each appends to the history and returns the case; each raises WrongStep where it may not."""

    cases: Cases
    attach: Attach
    clock: Clock

    async def move(self, number: AppealNumber, status: Status, *, text: str | None = None) -> Case:
        """Move the case to a status that needs nothing else."""

        def decide(case: Case) -> Sequence[CaseEvent]:
            check_move(case, status)
            return [self._event(case, EventKind.MOVED, status, text=text)]

        return await self.cases.append(number, decide)

    async def forward(self, number: AppealNumber, to: str, *, text: str | None = None) -> Case:
        """Pass the case on to a body that solves it; it is looked into there."""

        def decide(case: Case) -> Sequence[CaseEvent]:
            check_forwarding(case)
            return [self._event(case, EventKind.FORWARDED, Status.REVIEW, text=text, forwarded_to=to)]

        return await self.cases.append(number, decide)

    async def postpone(self, number: AppealNumber, until: date, text: str) -> Case:
        """Set a later day to answer by, with the reason; the case stays where it is."""

        def decide(case: Case) -> Sequence[CaseEvent]:
            deadline = end_of_day(until, time_zone=case.time_zone)
            check_postponement(case, deadline, now=self.clock())
            return [self._event(case, EventKind.POSTPONED, case.status, text=text, answer_by=deadline)]

        return await self.cases.append(number, decide)

    async def ask(self, number: AppealNumber, text: str) -> Case:
        """Ask the resident; the case stays where it is."""

        def decide(case: Case) -> Sequence[CaseEvent]:
            check_question(case)
            return [self._event(case, EventKind.ASKED, case.status, text=text)]

        return await self.cases.append(number, decide)

    async def answer(self, number: AppealNumber, text: str, *, files: Sequence[Path] = ()) -> Case:
        """Answer, with files; raises UnsupportedFile for files of other kinds than residents may send."""
        _, case = await self.cases.find(number)
        check_answer(case)
        attached = tuple([_case_file(await self.attach.store(name=file.name, source=file)) for file in files])

        def decide(case: Case) -> Sequence[CaseEvent]:
            check_answer(case)
            return [self._event(case, EventKind.ANSWERED, Status.ANSWERED, text=text, files=attached)]

        return await self.cases.append(number, decide)

    async def decline(self, number: AppealNumber, ground: Ground, text: str) -> Case:
        """Decline on a ground that the rules know for this kind of submission, with a reason in words."""

        def decide(case: Case) -> Sequence[CaseEvent]:
            check_decline(case, ground)
            return [self._event(case, EventKind.DECLINED, Status.DECLINED, text=text, ground=ground)]

        return await self.cases.append(number, decide)

    async def correct_topic(self, number: AppealNumber, topic: Topic) -> Case:
        """Set right what the case is about; status and date stay, for they were promised to the resident."""

        def decide(case: Case) -> Sequence[CaseEvent]:
            if case.corrected_topic == topic.code:
                return []
            way = " → ".join(topic.path)
            return [self._event(case, EventKind.TOPIC_CORRECTED, case.status, text=way, topic_code=topic.code)]

        return await self.cases.append(number, decide)

    def _event(
        self,
        case: Case,
        kind: EventKind,
        status: Status,
        *,
        text: str | None,
        files: tuple[CaseFile, ...] = (),
        ground: Ground | None = None,
        forwarded_to: str | None = None,
        topic_code: TopicCode | None = None,
        answer_by: datetime | None = None,
    ) -> CaseEvent:
        now = self.clock()
        return CaseEvent(
            id=EventId(draw_id(now)),
            at=now,
            kind=kind,
            status=status,
            answer_by=answer_by or case.answer_by,
            text=text,
            files=files,
            ground=ground,
            forwarded_to=forwarded_to,
            topic_code=topic_code,
        )


def _case_file(stored: Attachment) -> CaseFile:
    return CaseFile(id=stored.id, name=stored.name, type=stored.type, size=stored.size)
