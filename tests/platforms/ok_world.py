"""What the fake Odnoklassniki holds: the people who write to the group, who is subscribed, and what was uploaded."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.platforms import ok_rules
from tests.platforms.chats import Clock, Files, Message
from tests.platforms.gate import Refusal
from tests.platforms.ok_residents import Callback, OkResident
from tests.platforms.polled import Mailbox


@dataclass(slots=True, kw_only=True)
class OkWorld:
    """`uploads` are (type, token) by the key of their address, `tokens` the type and content of what came there."""

    text_limit: int = ok_rules.TEXT
    residents: dict[int, OkResident] = field(default_factory=dict)
    callbacks: dict[str, Callback] = field(default_factory=dict)
    subscriptions: list[dict[str, Any]] = field(default_factory=list)
    polled_types: set[str] | None = None
    uploads: dict[str, tuple[str, str]] = field(default_factory=dict)
    tokens: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    mailbox: Mailbox = field(default_factory=Mailbox)
    files: Files = field(default_factory=Files)
    clock: Clock = field(default_factory=Clock)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def write(self, message: Message, draft: ok_rules.Draft) -> None:
        """Put what the group asks for in its message, in place of all that was there."""
        files = [self._uploaded(kind, token) for kind, token in draft.media]
        if draft.reply_to is not None:
            self.find(draft.reply_to)
        message.text, message.attachments, message.keys = draft.text, draft.attachments, draft.keys
        message.files = tuple(file for file in files if file)

    def resident_in(self, chat: str) -> OkResident:
        """Whose dialog that is."""
        for resident in self.residents.values():
            if resident.chat_id == ok_rules.check_id(chat, "chat") and resident.known:
                return resident
        raise Refusal(ok_rules.NOT_FOUND, f"NOT_FOUND : {chat}", offence=False)

    def find(self, mid: str) -> tuple[OkResident, Message]:
        """The message of that id, and whose dialog it is in."""
        for resident in self.residents.values():
            for message in resident.messages:
                if message.id == mid:
                    return resident, message
        raise Refusal(ok_rules.NOT_FOUND, f"NOT_FOUND : {mid}", offence=False)

    def deliver(self, resident: OkResident, draft: ok_rules.Draft) -> Message:
        """A new message of the group in that dialog."""
        if resident.blocked:
            raise Refusal(ok_rules.DENIED, "PERMISSION_DENIED : user does not accept messages", offence=False)
        message = resident.new_message("page", "")
        self.write(message, draft)
        resident.take(message)
        return message

    def _uploaded(self, kind: str, token: str) -> bytes:
        if token.startswith(("http://", "https://")):
            return b""
        known, content = self.tokens.get(token, ("", b""))
        if known != kind:
            raise ok_rules.refused(f"{token} is no token of what was uploaded as {kind}")
        return content
