"""The outbox is carried: appeals, ratings and replies to the core store, letters and notices to residents."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.domain.appeal import Appeal, AppealId, Terms
from gateway.domain.attachment import Attachment
from gateway.domain.case import EventId
from gateway.domain.joining import Join
from gateway.domain.outbox import TO_RESIDENTS, Job, TaskKind
from gateway.domain.retry import Park, decide_retry
from gateway.domain.tracking import Comment
from gateway.domain.transfer import new_case
from gateway.errors import OtklikError, Unavailable, UnknownAppeal
from gateway.ports import Clock, Core, Outbox

_REASON_MAX = 200

Loaded = Mapping[AppealId, tuple[Appeal, Sequence[Attachment]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOutbox:
    """Delivers what is due; what fails is tried again, what cannot be delivered is parked, nothing is dropped.

    After `lease` another worker takes a job that is not done: longer than a delivery takes, short enough that what a
    killed worker held is soon on its way again. Should both deliver it, the core store takes it once. Only jobs of
    `kinds` are taken, `at_once` of them.
    """

    outbox: Outbox
    core: Core
    send_numbers: Callable[[Job], Awaitable[None]]
    notify_resident: Callable[[Job], Awaitable[None]]
    terms: Terms
    clock: Clock
    lease: timedelta
    kinds: frozenset[TaskKind]
    at_once: int = 64
    tries: int = 60  # with waits up to an hour: two days and more

    async def __call__(self) -> int:
        """Try one batch of jobs; return how many there were."""
        now = self.clock()
        jobs = await self.outbox.lease(now=now, until=now + self.lease, most=self.at_once, kinds=self.kinds)
        submitted = [job.task.appeal for job in jobs if job.task.kind is TaskKind.SUBMIT and job.task.appeal]
        appeals = await self.outbox.appeals(submitted)
        if self.kinds <= TO_RESIDENTS:
            await asyncio.gather(*(self._tell(job) for job in jobs))
            return len(jobs)
        outcomes = await asyncio.gather(*(self._try(job, appeals) for job in jobs))
        if delivered := [job for job, is_delivered in zip(jobs, outcomes, strict=True) if is_delivered]:
            await self.outbox.done(delivered)
        return len(jobs)

    async def _tell(self, job: Job) -> None:
        # Noted one by one: a letter cannot be taken back, so one that went is not left to wait for those beside it.
        if await self._try(job, {}):
            await self.outbox.done([job])

    async def _try(self, job: Job, appeals: Loaded) -> bool:
        try:
            await self._deliver(job, appeals)
        except Unavailable as error:
            await self._postpone(job, error)
            return False
        except OtklikError as error:
            await self.outbox.park(job, reason=_reason(error))
            return False
        return True

    async def _postpone(self, job: Job, error: Unavailable) -> None:
        now = self.clock()
        decision = decide_retry(attempts=job.attempts, now=now, job=job.id, most=self.tries)
        if isinstance(decision, Park):
            await self.outbox.park(job, reason=_reason(error))
        else:
            asked_for = now + timedelta(seconds=error.retry_after or 0)
            await self.outbox.try_again(job, at=max(decision.at, asked_for), reason=_reason(error))

    async def _deliver(self, job: Job, appeals: Loaded) -> None:
        match job.task.kind:
            case TaskKind.SUBMIT:
                await self._submit(_appeal_of(job), appeals)
            case TaskKind.RATE:
                await self._rate(_appeal_of(job), job)
            case TaskKind.COMMENT:
                await self._comment(_appeal_of(job), job)
            case TaskKind.REPLY:
                await self._reply(_appeal_of(job), job)
            case TaskKind.WITHDRAW:
                at = datetime.fromisoformat(job.task.body["at"])
                await self.core.withdraw_consent(_appeal_of(job), at)
            case TaskKind.JOIN:
                at = datetime.fromisoformat(job.task.body["at"])
                await self.core.join(_appeal_of(job), Join(id=AppealId(job.task.body["join"]), at=at))
            case TaskKind.SEND_NUMBERS:
                await self.send_numbers(job)
            case TaskKind.NOTIFY:
                await self.notify_resident(job)

    async def _submit(self, id: AppealId, appeals: Loaded) -> None:
        if id not in appeals:
            raise UnknownAppeal
        appeal, files = appeals[id]
        days = self.terms.of(appeal.submission.topic)
        await self.core.submit(new_case(appeal, tuple(files), days=days))

    async def _rate(self, id: AppealId, job: Job) -> None:
        rating = await self.outbox.rating(EventId(job.task.body["answer"]))
        await self.core.rate(id, rating)

    async def _comment(self, id: AppealId, job: Job) -> None:
        rating = await self.outbox.rating(EventId(job.task.body["answer"]))
        if rating.comment is None:
            raise UnknownAppeal
        at = datetime.fromisoformat(job.task.body["at"])
        await self.core.comment(id, Comment(answer=rating.answer, text=rating.comment, at=at))

    async def _reply(self, id: AppealId, job: Job) -> None:
        reply, files = await self.outbox.reply(EventId(job.task.body["reply"]))
        await self.core.reply(id, reply, files)


def _reason(error: OtklikError) -> str:
    return ": ".join([error.code, *map(str, error.args)])[:_REASON_MAX]


def _appeal_of(job: Job) -> AppealId:
    if job.task.appeal is None:
        raise UnknownAppeal
    return job.task.appeal
