"""A dialog that a person of the agency had taken over is given back to the bot."""

from dataclasses import dataclass, replace

from gateway.domain.conversation import Conversation, ConversationId
from gateway.errors import NotFound, StaleConversation
from gateway.ports import Clock, Inbox

_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDialog:
    """Lets the bot speak again; the resident is told nothing, they see it when they write."""

    inbox: Inbox
    clock: Clock

    async def __call__(self, id: str) -> Conversation:
        """Return the dialog as it is then; raises NotFound, StaleConversation if somebody writes all the time."""
        for _ in range(_TRIES):
            conversation = await self.inbox.by_id(ConversationId(id))
            if conversation is None:
                raise NotFound(f"there is no dialog {id}")
            # From now on, not since ever: what a person wrote before must not silence the bot again.
            now = self.clock()
            released = replace(conversation, silent_until=now, wants_person_since=None)
            try:
                await self.inbox.change(conversation, released, now=now)
            except StaleConversation:
                continue
            return released
        raise StaleConversation
