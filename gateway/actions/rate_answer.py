"""A resident rates an answer; 1 or 2 sends the case to re-review by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.actions.follow_appeal import FollowAppeal
from gateway.domain.case import HIGHEST_SCORE, LOWEST_SCORE
from gateway.domain.outbox import Task, TaskKind
from gateway.domain.problem import Problem
from gateway.domain.tracking import Comment, Rating, Tracked
from gateway.errors import AlreadyRated, Invalid, NotAnswered
from gateway.form.check import check_remark
from gateway.form.limits import FormLimits
from gateway.ports import Appeals, Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class RateAnswer:
    """Takes one rating for each answer; a rating without a comment takes one later, once."""

    follow: FollowAppeal
    appeals: Appeals
    limits: FormLimits
    clock: Clock

    async def __call__(
        self, number: str, key: str, *, score: int | None, comment: str | None, found: Sequence[Problem] = ()
    ) -> Tracked:
        """Return the appeal with the rating; the same rating once more changes nothing but a comment that it lacked.

        `found` are problems that reading the request brought up; they are reported together with those found here.
        Raises Invalid, NotAnswered, and AlreadyRated if the answer has another rating.
        """
        tracked = await self.follow(number, key)
        remark = self._checked(score, comment, found)
        assert score is not None
        if (given := tracked.last_rating) is not None:  # also one that has sent the case back
            return await self._add(tracked, given, score, remark)
        if tracked.answer is None or not tracked.may_rate:
            raise NotAnswered
        rating = Rating(answer=tracked.answer.id, score=score, comment=remark, at=self.clock())
        task = Task(kind=TaskKind.RATE, appeal=tracked.appeal_id, body={"answer": tracked.answer.id})
        await self.appeals.rate(tracked.appeal_id, rating, task)
        return await self.follow(number, key)

    async def _add(self, tracked: Tracked, given: Rating, score: int, remark: str | None) -> Tracked:
        if given.score != score or (remark and given.comment not in (None, remark)):
            raise AlreadyRated
        if remark is None or given.comment == remark:
            return tracked
        comment = Comment(answer=given.answer, text=remark, at=self.clock())
        body = {"answer": given.answer, "at": comment.at.isoformat()}
        task = Task(kind=TaskKind.COMMENT, appeal=tracked.appeal_id, body=body)
        try:
            await self.appeals.comment(tracked.appeal_id, comment, task)
        except AlreadyRated:  # the same tap came twice at once, or another one did
            now = await self.appeals.find(tracked.number)
            if now.last_rating is None or now.last_rating.comment != remark:
                raise
        return await self.appeals.find(tracked.number)

    def _checked(self, score: int | None, comment: str | None, found: Sequence[Problem]) -> str | None:
        problems, settled = [*found], frozenset(problem.field for problem in found)
        if "score" not in settled and (score is None or not LOWEST_SCORE <= score <= HIGHEST_SCORE):
            problems.append(Problem(field="score", code="score"))
        most = self.limits.comment_max
        remark = check_remark(comment, name="comment", most=most, required=False, settled=settled)
        if not isinstance(remark, str):
            problems.extend(remark)
        if problems:
            raise Invalid(problems)
        return str(remark) or None
