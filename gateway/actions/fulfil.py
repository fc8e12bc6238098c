"""What the dialog wishes for is done: the appeal is taken, found, rated, replied to; what came of it is an event."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from gateway.actions.accept_appeal import AcceptAppeal
from gateway.actions.copy_files import CopyFiles, copy_id
from gateway.actions.look_around import LookAround
from gateway.actions.rate_answer import RateAnswer
from gateway.actions.reply_to_question import ReplyToQuestion
from gateway.actions.take_files import TakeFiles
from gateway.dialog import turn
from gateway.dialog.events import (
    Event,
    WasAccepted,
    WasFound,
    WasInvalid,
    WasKnown,
    WasRated,
    WasRefused,
    WasReplied,
    WereCopied,
    WereFound,
)
from gateway.dialog.turn import FindAppeal, ListAppeals, LookNearby, Rate, Reply, Send, Wish
from gateway.domain.agency import Agency
from gateway.domain.appeal import SubmissionKind, Ticket
from gateway.domain.conversation import Conversation
from gateway.domain.number import read_number
from gateway.domain.tracking import Tracked
from gateway.errors import Conflict, Invalid, NotFound, TooMany, UnknownAppeal, UnknownFile
from gateway.ports import Appeals, Attachments, Clock

_MOST_LISTED = 10
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfilWish:
    """Does what a turn of the dialog wishes, for the resident whose chat it is and nobody else.

    `an_hour` is how many appeals one chat may send in an hour, 0 without limit.
    """

    accept_appeal: AcceptAppeal
    appeals: Appeals
    look_around: LookAround
    rate_answer: RateAnswer
    reply_to_question: ReplyToQuestion
    attachments: Attachments
    copy_files: CopyFiles
    take_files: TakeFiles
    public_url: str
    wake: Callable[[], None]
    clock: Clock
    an_hour: int

    async def __call__(self, wish: Wish, *, agency: Agency, channel: str, conversation: Conversation) -> Event:
        """Return what came of it; raises Unavailable."""
        try:
            return await self._do(wish, agency, channel, conversation)
        except Invalid as invalid:
            return WasInvalid(problems=invalid.problems)
        except (Conflict, NotFound, TooMany) as refusal:
            return WasRefused(code=refusal.code)

    async def _do(self, wish: Wish, agency: Agency, channel: str, conversation: Conversation) -> Event:
        match wish:
            case Send():
                return await self._send(wish, agency, channel, conversation)
            case LookNearby(topic=topic, place=place):
                known = await self.look_around(agency, topic, place, but=conversation.address)
                return WasKnown(known=known)
            case ListAppeals() | FindAppeal():
                return await self._find(wish, conversation)
            case Rate(number=number, score=score, comment=comment):
                own = await self._demand(conversation, number)
                rated = await self.rate_answer(own.number, own.key, score=score, comment=comment)
                self.wake()
                return WasRated(tracked=rated)
            case Reply(number=number, text=text, files=files):
                own = await self._demand(conversation, number)
                replied = await self.reply_to_question(own.number, own.key, text=text, attachments=files)
                self.wake()
                return WasReplied(tracked=replied)
            case turn.CopyFiles():
                return await self._copy(wish, agency, conversation)
            case _:
                raise NotFound

    async def _find(self, wish: ListAppeals | FindAppeal, conversation: Conversation) -> Event:
        if isinstance(wish, ListAppeals):
            return WereFound(appeals=tuple(await self.appeals.of_chat(conversation.address, most=_MOST_LISTED)))
        tracked = await self._own(conversation, wish.number)
        url = None if tracked is None else self._url(tracked)
        return WasFound(number=wish.number, tracked=tracked, url=url)

    async def _send(self, wish: Send, agency: Agency, channel: str, conversation: Conversation) -> Event:
        # The conversation's id is random and each of its forms has a number: whatever is tried again is taken once.
        key = f"chat:{conversation.id}:{wish.draft}"
        ticket = Ticket(key=key, fingerprint=hashlib.sha256(key.encode()).digest())
        if await self._is_too_much(conversation) and not await self.accept_appeal.intake.replay(agency.key, ticket):
            raise TooMany(retry_after=round(_HOUR.total_seconds()))
        receipt = await self.accept_appeal(
            agency,
            SubmissionKind.MESSAGE,
            wish.answers,
            channel=channel,
            lang=conversation.lang,
            ticket=ticket,
            chat=conversation.address,
        )
        self.wake()
        url = f"{self.public_url}/track/{receipt.number}?key={receipt.key}"
        return WasAccepted(number=receipt.number, answer_by=receipt.answer_by, url=url)

    async def _copy(self, wish: turn.CopyFiles, agency: Agency, conversation: Conversation) -> Event:
        """Copy what is still there; the same copies at every try, since a form has each file once."""
        owner = f"chat:{conversation.id}:{wish.draft}"
        found = await self.attachments.find(agency.key, [file.id for file in wish.files])
        there = [file for file in wish.files if file.id in found]
        try:
            await self.copy_files(agency.key, {copy_id(file.id, owner): found[file.id] for file in there})
        except UnknownFile:
            return WereCopied(files=())
        await self.take_files.keep([copy_id(file.id, owner) for file in there])
        return WereCopied(files=tuple(replace(file, id=copy_id(file.id, owner)) for file in there))

    async def _is_too_much(self, conversation: Conversation) -> bool:
        """Tell whether more came from this chat of late than a person writes; its platform knows no such limit."""
        if not self.an_hour:
            return False
        recent = await self.appeals.of_chat(conversation.address, most=self.an_hour)
        return len(recent) == self.an_hour and recent[-1].received_at > self.clock() - _HOUR

    async def _own(self, conversation: Conversation, written: str) -> Tracked | None:
        number = read_number(written)
        if number is None:
            return None
        try:
            tracked = await self.appeals.find(number)
        except UnknownAppeal:
            return None
        return tracked if tracked.chat == conversation.address else None

    async def _demand(self, conversation: Conversation, number: str) -> Tracked:
        tracked = await self._own(conversation, number)
        if tracked is None:
            raise UnknownAppeal
        return tracked

    def _url(self, tracked: Tracked) -> str:
        return f"{self.public_url}/track/{tracked.number}?key={tracked.key}"
