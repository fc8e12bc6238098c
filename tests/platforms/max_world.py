"""What the fake MAX holds: its people and their dialogs, who is subscribed, and what was uploaded."""

import html
import itertools
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.platforms import max_rules
from tests.platforms.chats import Clock, Files, Message
from tests.platforms.gate import Refusal
from tests.platforms.max_residents import Callback, MaxResident
from tests.platforms.polled import Mailbox

AT_ONCE = 2  # messages to one dialog within the time for so many: two a second, edits and removals included


@dataclass(slots=True, kw_only=True)
class MaxWorld:
    """`uploads` are the kinds by the key of their address, `tokens` the kind and content of what came there."""

    messages_a_second: float | None
    residents: dict[int, MaxResident] = field(default_factory=dict)
    callbacks: dict[str, Callback] = field(default_factory=dict)
    subscriptions: list[dict[str, Any]] = field(default_factory=list)
    uploads: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    mailbox: Mailbox = field(default_factory=Mailbox)
    files: Files = field(default_factory=Files)
    clock: Clock = field(default_factory=Clock)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    hurried: int = 0
    _sent: dict[int, list[float]] = field(default_factory=dict)

    def write(self, message: Message, draft: max_rules.Draft) -> None:
        """Put what the bot asks for in its message; attachments that it does not name stay."""
        files = tuple(self.uploaded(kind, token) for kind, token in draft.media)
        if draft.reply_to is not None:
            self.find(draft.reply_to)
        if draft.attachments is not None:
            message.attachments, message.keys = draft.attachments, draft.keys
            message.files = tuple(file for file in files if file)
        if draft.text is not None:
            message.text = _plain(draft.text) if draft.format == "html" else draft.text

    def uploaded(self, kind: str, token: str) -> bytes:
        if token.startswith(("http://", "https://")):
            return b""
        known, content = self.tokens.get(token, ("", b""))
        if known != kind:
            raise max_rules.refused(f"{token} is no token of what was uploaded as {kind}")
        return content

    def addressee(self, query: dict[str, Any]) -> MaxResident:
        resident = self.residents.get(query.get("user_id", 0)) or self.resident_in(str(query.get("chat_id", 0)))
        if resident.stopped or not resident.known:
            raise Refusal("chat.denied", "error.dialog.suspended", status=403, offence=False)
        return resident

    def resident_in(self, chat: str) -> MaxResident:
        for resident in self.residents.values():
            if str(resident.chat_id) == chat:
                return resident
        raise Refusal("chat.not.found", f"Chat {chat} not found", status=404, offence=False)

    def find(self, id: str) -> tuple[MaxResident, Message]:
        for resident in self.residents.values():
            for message in resident.messages:
                if message.id == id:
                    return resident, message
        raise Refusal("message.not.found", f"Message {id} not found", status=404, offence=False)

    def find_own(self, id: str) -> tuple[MaxResident, Message]:
        resident, message = self.find(id)
        if message.by != "page":
            raise Refusal("access.denied", "a message of somebody else", status=403)
        return resident, message

    def check_pace(self, resident: MaxResident) -> None:
        """At most two messages within the time for two; a tenth is allowed for what the network does to it."""
        if self.messages_a_second is None:
            return
        now, window = time.monotonic(), 0.9 * AT_ONCE / self.messages_a_second
        recent = [at for at in self._sent.get(resident.id, []) if now - at < window]
        if len(recent) >= AT_ONCE:
            self.hurried += 1
            raise Refusal("too.many.requests", "Too many requests", status=429, offence=False)
        self._sent[resident.id] = [*recent, now]


def _plain(text: str) -> str:
    """What a reader sees of such HTML; tags are gone whether MAX knows them or not."""
    return html.unescape(re.sub(r"<[^<>]*>", "", text))
