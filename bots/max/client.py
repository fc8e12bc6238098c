"""The calls to MAX's bot API (https://dev.max.ru/docs-api) for one bot."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bots.calls import Calls, NoAnswer, Reply, token_of
from bots.doubting import EVER, LOOK_BACK, Seen, Traces, outcome_of
from bots.drawing import file_of_json
from bots.max import page
from bots.max.channel import MaxOptions
from bots.remembering import Remembered
from bots.uploads import Uploads
from gateway.channels import FileRef, Finding, Page, Polled
from gateway.domain.conversation import Outcome, Part, Refused, SendLater, Sent, Unreachable, Unsure
from gateway.domain.message import SentFile
from gateway.errors import ChannelUnavailable
from gateway.lenient import obj, objects, text, whole
from gateway.ports import Blobs, Clock

_REMEMBERED = 10_000
_POLL_SECONDS = 30
_POLLED = 100
_HURRIED_SECONDS = 1.0

_GONE_CODES = {"chat.denied", "chat.not.found", "dialog.not.found", "dialog.suspended", "user.not.found"}


class MaxClient:
    """Speaks for one bot. What it remembers is lost with it, and nothing goes wrong then but a look that is not had."""

    def __init__(self, options: MaxOptions, blobs: Blobs, clock: Clock) -> None:
        self._options = options
        self._calls = Calls(
            options.api_base,
            seconds=options.timeout_seconds,
            headers={"Authorization": token_of(options)},
            ca_file=options.ca_file,
        )
        self._uploads = Uploads(self._calls, blobs, self._offer)
        self._clock = clock
        self._chats: Remembered[str, int] = Remembered(_REMEMBERED)
        self._sent = Traces()

    async def send(self, peer: str, part: Part, *, key: int) -> Outcome:
        """Send a message or answer a pressed button."""
        body = json.loads(part.body)
        if "callback" in body:
            return await outcome_of(self._answer(body))
        return await outcome_of(self._write(peer, body, once=part.once, key=key))

    async def fetch(self, file: FileRef, sink: Path) -> None:
        """Write a resident's file into `sink`."""
        await self._calls.fetch(file.ref, sink)

    async def look(self) -> Page:
        """Return the bot's name and its name in addresses."""
        return await page.look(self._calls)

    async def connect(self, hook: str) -> Sequence[Finding]:
        """Subscribe; other subscriptions of the bot stay."""
        return await page.connect(self._calls, self._options, hook)

    async def examine(self, hook: str) -> Sequence[Finding]:
        """Tell what the platform says of the subscription."""
        return await page.examine(self._calls, self._options, hook)

    async def watch(self, hook: str) -> None:
        """Subscribe again if the platform has forgotten: after eight hours of failures it does."""
        await page.watch(self._calls, self._options, hook)

    async def disconnect(self, hook: str) -> None:
        """End the subscription of that address."""
        await page.disconnect(self._calls, hook)

    async def poll(self, since: str) -> Polled:
        """Wait for updates; the platform gives none while anybody is subscribed."""
        query: dict[str, str | int] = {"limit": _POLLED, "timeout": _POLL_SECONDS, "types": ",".join(page.WANTED)}
        if since:
            query["marker"] = since
        reply = await self._calls.read("/updates", query=query, seconds=_POLL_SECONDS + self._options.timeout_seconds)
        page.check(reply)
        marker = whole(reply.object.get("marker"))
        return Polled(
            payloads=tuple(objects(reply.object.get("updates"))), next=since if marker is None else str(marker)
        )

    async def close(self) -> None:
        """Let go of connections."""
        await self._calls.close()

    async def _answer(self, body: Mapping[str, Any]) -> Outcome:
        try:
            reply = await self._calls.ask(
                "POST",
                "/answers",
                query={"callback_id": body["callback"]},
                body={"notification": body["notification"]},
            )
        except NoAnswer as error:
            return Unsure(str(error))
        if reply.status == 200:
            return Sent() if reply.object.get("success") is not False else Refused("the answer was not taken")
        return refusal(reply)

    async def _write(self, peer: str, body: Mapping[str, Any], *, once: bool, key: int) -> Outcome:
        message = dict(body["message"])
        files = [file_of_json(file) for file in body["files"]]
        media = await self._uploads.attachments(files, _kind)
        message["attachments"] = [*media, *(message["attachments"] or ())] or None
        before = await self._own_messages(peer) if once else frozenset[str]()
        since = EVER if before else self._clock()
        reply = await self._post(peer, message)
        if isinstance(reply, NoAnswer):
            history, said = self._history(peer), message["text"] or ""
            return await self._sent.find_out(history, said, reply, since=since, before=before, once=once)
        if reply.status == 200:
            return self._arrived(peer, reply)
        return self._uploads.wait(files, key=key) if _is_not_ready(reply) else refusal(reply)

    async def _post(self, peer: str, message: Mapping[str, Any]) -> Reply | NoAnswer:
        try:
            reply = await self._calls.ask("POST", "/messages", query={"user_id": peer}, body=message)
        except NoAnswer as error:
            return error
        # What stands before the platform got no answer from it either.
        return NoAnswer(f"status {reply.status}") if reply.status in {502, 504} else reply

    async def _offer(self, file: SentFile) -> Reply:
        reply = await self._calls.ask("POST", "/uploads", query={"type": _kind(file)})
        page.check(reply)
        return reply

    def _arrived(self, peer: str, reply: Reply) -> Outcome:
        written = obj(reply.object.get("message"))
        chat = whole(obj(written.get("recipient")).get("chat_id"))
        if chat is not None:
            self._chats.keep(peer, chat)
        return self._sent.note(Sent(text(obj(written.get("body")).get("mid")) or None))

    async def _own_messages(self, peer: str) -> frozenset[str]:
        """What the bot has written there lately, so that what is new can be told from it."""
        if peer not in self._chats:
            return frozenset()
        return frozenset(seen.id for seen in await self._history(peer) if seen.is_pages)

    async def _history(self, peer: str) -> Sequence[Seen]:
        """Return the dialog's newest messages; raises ChannelUnavailable, also where the dialog's number is unknown."""
        chat = self._chats.get(peer)
        if chat is None:
            raise ChannelUnavailable("the dialog's number is not known yet")
        reply = await self._calls.read("/messages", query={"chat_id": chat, "count": LOOK_BACK})
        page.check(reply)
        return [_seen(message) for message in objects(reply.object.get("messages"))]


def _kind(file: SentFile) -> str:
    return "image" if file.type.is_image else "file"


def _seen(message: Mapping[str, Any]) -> Seen:
    body, sender = obj(message.get("body")), obj(message.get("sender"))
    return Seen(
        id=text(body.get("mid")),
        is_pages=sender.get("is_bot") is True,
        text=text(body.get("text")),
        at=whole(message.get("timestamp")) or 0,
    )


def _is_not_ready(reply: Reply) -> bool:
    return reply.object.get("code") == "attachment.not.ready"


def refusal(reply: Reply) -> Outcome:
    """Say what an answer other than 200 means for what was to be sent."""
    code = text(reply.object.get("code"))
    reason = f"{reply.status} {code}".strip()
    if reply.status == 401:
        return SendLater(reason, whole_page=True)
    if reply.status == 429:
        return SendLater(reason, seconds=page.retry_after(reply) or _HURRIED_SECONDS)
    if reply.status in {403, 404} and (code in _GONE_CODES or reply.status == 403):
        return Unreachable(reason)
    return SendLater(reason) if reply.status >= 500 or reply.status == 408 else Refused(reason)
