"""A resident replies to the agency's question, with files if they help."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.actions.accept_appeal import unusable_file
from gateway.actions.follow_appeal import FollowAppeal
from gateway.domain.attachment import AttachmentId
from gateway.domain.case import EventId
from gateway.domain.lots import draw_id
from gateway.domain.outbox import Task, TaskKind
from gateway.domain.problem import Problem
from gateway.domain.tracking import Reply, Tracked
from gateway.errors import Invalid, NoQuestion
from gateway.form.check import check_remark
from gateway.form.limits import FormLimits
from gateway.ports import Appeals, Attachments, Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyToQuestion:
    """Takes one reply to each question."""

    follow: FollowAppeal
    appeals: Appeals
    attachments: Attachments
    limits: FormLimits
    clock: Clock

    async def __call__(
        self,
        number: str,
        key: str,
        *,
        text: str | None,
        attachments: tuple[str, ...],
        found: Sequence[Problem] = (),
    ) -> Tracked:
        """Return the appeal with the reply; the same reply once more changes nothing.

        `found` are problems that reading the request brought up; they are reported together with those found here.
        Raises Invalid and NoQuestion.
        """
        tracked = await self.follow(number, key)
        if tracked.question is None and not found:
            return _same(tracked, text, attachments)
        said = await self._checked(tracked, text, attachments, found)
        assert tracked.question is not None  # whatever was found has been raised
        now = self.clock()
        reply = Reply(
            id=EventId(draw_id(now)),
            question=tracked.question.id,
            text=said,
            attachments=tuple(AttachmentId(file) for file in attachments),
            at=now,
        )
        task = Task(kind=TaskKind.REPLY, appeal=tracked.appeal_id, body={"reply": reply.id})
        await self.appeals.reply(tracked.appeal_id, tracked.agency, reply, task)
        return await self.follow(number, key)

    async def _checked(
        self, tracked: Tracked, text: str | None, attachments: tuple[str, ...], found: Sequence[Problem]
    ) -> str:
        problems, settled = [*found], frozenset(problem.field for problem in found)
        said = check_remark(text, name="text", most=self.limits.text_max, required=True, settled=settled)
        if not isinstance(said, str):
            problems.extend(said)
        if len(attachments) > self.limits.files_max:
            values = {"most": self.limits.files_max, "count": len(attachments)}
            problems.append(Problem(field="attachments", code="too_many", values=values))
        usable = await self.attachments.unused(tracked.agency, attachments) if attachments else {}
        problems.extend(unusable_file(index) for index, file in enumerate(attachments) if file not in usable)
        if problems:
            raise Invalid(problems)
        return str(said)


def _same(tracked: Tracked, text: str | None, attachments: tuple[str, ...]) -> Tracked:
    last = tracked.replies[-1] if tracked.replies else None
    if last is None or (last.text, tuple(last.attachments)) != ((text or "").strip(), attachments):
        raise NoQuestion
    return tracked
