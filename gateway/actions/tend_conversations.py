"""Forms that rest for long are brought to mind once, and then forgotten; so is what was read long ago."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from gateway.actions.connected_pages import ConnectedPages
from gateway.actions.dialog_forms import DialogForms
from gateway.channels import Speech
from gateway.dialog.draft import dump, load
from gateway.dialog.engine import advance
from gateway.dialog.events import TimeToRemind
from gateway.domain.conversation import Conversation, Part
from gateway.errors import NotFound, StaleConversation
from gateway.ports import Agencies, Clock, Inbox, Speaking

_AT_ONCE = 100
_KEEP_READ = timedelta(days=7)  # no platform brings anything again after so long
_KEEP_ENDED = timedelta(days=30)  # what was not sent, for the operator; no notice is put again after so long

log = structlog.get_logger("dialog")


@dataclass(frozen=True, slots=True, kw_only=True)
class TendConversations:
    """Reminds after `remind` (None: never) and forgets after `forget`."""

    inbox: Inbox
    speaking: Speaking
    pages: ConnectedPages
    agencies: Agencies
    forms: DialogForms
    clock: Clock
    remind: timedelta | None
    forget: timedelta

    async def __call__(self) -> int:
        """Tend a batch; return how many conversations were changed."""
        now = self.clock()
        await self.inbox.forget_read(before=now - _KEEP_READ)
        await self.speaking.forget_ended(before=now - _KEEP_ENDED)
        forgotten = await self.inbox.resting(before=now - self.forget, reminded=True, most=_AT_ONCE)
        if self.remind is None:
            forgotten = [*forgotten, *await self.inbox.resting(before=now - self.forget, reminded=False, most=_AT_ONCE)]
            return await self._each(forgotten, ())
        reminded = await self.inbox.resting(before=now - self.remind, reminded=False, most=_AT_ONCE)
        return await self._each(forgotten, reminded)

    async def _each(self, forgotten: Sequence[Conversation], reminded: Sequence[Conversation]) -> int:
        changed = 0
        for conversation in forgotten:
            changed += await self._change(conversation, self._forgotten(conversation), ())
        for conversation in reminded:
            try:
                parts = await self._reminder(conversation)
            except Exception:  # one that cannot be reminded does not keep the others from being
                log.exception("reminder failed", conversation=conversation.id)
                parts = ()
            changed += await self._change(conversation, replace(conversation, reminded_at=self.clock()), parts)
        return changed

    async def _change(self, before: Conversation, after: Conversation, parts: Sequence[Part]) -> int:
        try:
            await self.inbox.change(before, after, parts=parts, now=self.clock())
        except StaleConversation:
            return 0  # the resident has come back this very moment
        return 1

    def _forgotten(self, conversation: Conversation) -> Conversation:
        draft = load(conversation.draft)
        kept = replace(type(draft)(), lang=draft.lang, number=draft.number, sent=draft.sent)
        return replace(conversation, draft=dump(kept), draft_touched_at=None, reminded_at=None)

    async def _reminder(self, conversation: Conversation) -> Sequence[Part]:
        silent = conversation.silent_until
        if conversation.unreachable_since is not None or (silent is not None and silent > self.clock()):
            return ()
        try:
            page = await self.pages.find(conversation.address.connection)
            agency = await self.agencies.find(page.connection.agency)
        except NotFound:
            return ()
        turn = advance(self.forms(page, agency), load(conversation.draft), TimeToRemind())
        return page.channel.draw(Speech(messages=turn.messages), now=self.clock())
