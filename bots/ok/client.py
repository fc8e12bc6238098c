"""The calls to Odnoklassniki's bot API (https://apiok.ru/dev/graph_api/bot_api) for one group.

The token goes with every address, so none of them is ever shown.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bots.calls import Calls, NoAnswer, Reply, token_of
from bots.doubting import EVER, LOOK_BACK, Seen, Traces, outcome_of
from bots.drawing import file_of_json
from bots.ok import page
from bots.ok.channel import OkOptions
from bots.ok.draw import MARK
from bots.ok.errors import check, code_of, is_not_ready, reason_of, refusal
from bots.reading import digest
from bots.remembering import Remembered
from bots.uploads import Uploads
from gateway.channels import FileRef, Finding, Page, Polled
from gateway.domain.conversation import Outcome, Part, Refused, Sent
from gateway.domain.message import SentFile
from gateway.lenient import obj, objects, text, whole
from gateway.ports import Blobs, Clock

_REMEMBERED = 10_000
_POLL_SECONDS = 30
_POLLED = 100


class OkClient:
    """Speaks for one group. What it remembers is what it has said itself since it was opened."""

    def __init__(self, options: OkOptions, blobs: Blobs, clock: Clock) -> None:
        self._options = options
        query = {"access_token": token_of(options)}
        self._calls = Calls(options.api_base, seconds=options.timeout_seconds, query=query)
        self._uploads = Uploads(self._calls, blobs, self._offer)
        self._clock = clock
        self._opened_at = clock()
        self._sent = Traces()
        self._said: Remembered[str, None] = Remembered(_REMEMBERED)

    async def send(self, peer: str, part: Part, *, key: int) -> Outcome:
        """Send a message, or answer a pressed button with it."""
        body = json.loads(part.body)
        return await outcome_of(self._write(peer, body, once=part.once, key=key))

    async def fetch(self, file: FileRef, sink: Path) -> None:
        """Write a resident's file into `sink`."""
        await self._calls.fetch(file.ref, sink)

    async def look(self) -> Page:
        """Return the group's name and number."""
        return await page.look(self._calls)

    async def connect(self, hook: str) -> Sequence[Finding]:
        """Subscribe; other bots of the group stay subscribed."""
        return await page.connect(self._calls, self._options, hook)

    async def examine(self, hook: str) -> Sequence[Finding]:
        """Tell what the platform says of the subscription."""
        return await page.examine(self._calls, self._options, hook)

    async def watch(self, hook: str) -> None:
        """Use the token, and subscribe again if the platform has forgotten: after eight hours of failures it may."""
        await page.watch(self._calls, self._options, hook)

    async def disconnect(self, hook: str) -> None:
        """End the subscription of that address."""
        await page.disconnect(self._calls, hook)

    async def poll(self, since: str) -> Polled:
        """Wait for updates; the first time, ask for them to be kept."""
        if not since:
            await page.ask_to_poll(self._calls)
        query: dict[str, str | int] = {"timeout": _POLL_SECONDS, "count": _POLLED}
        if since:
            query["marker"] = since
        patience = _POLL_SECONDS + self._options.timeout_seconds
        reply = await self._calls.read("/graph/me/updates", query=query, seconds=patience)
        check(reply)
        marker = reply.object.get("marker")
        return Polled(
            payloads=tuple(objects(reply.object.get("updates"))),
            next=str(marker) if isinstance(marker, str | int) else since,
        )

    async def close(self) -> None:
        """Let go of connections."""
        await self._calls.close()

    async def person_spoke(self, peer: str, since: datetime) -> bool:
        """Tell whether a person wrote there as the group: that is not delivered, but the chat's history shows it.

        What this client has not sent itself counts, from when it was opened on.
        Raises ChannelUnavailable, ChannelRefused.
        """
        earliest = int(max(since, self._opened_at).timestamp() * 1000)
        return any(
            seen.is_pages and seen.at >= earliest and not self._is_own(peer, seen) for seen in await self._history(peer)
        )

    def _is_own(self, peer: str, seen: Seen) -> bool:
        """Whether a bot said it: answers to pressed buttons are given no name, so their words are kept too.

        Another process may have said it: then its buttons or its mark tell. A file without a word is nobody's reply.
        """
        is_marked = not seen.text or seen.text.endswith(MARK)
        return seen.has_buttons or is_marked or seen.id in self._sent or _words(peer, seen.text) in self._said

    async def _write(self, peer: str, body: Mapping[str, Any], *, once: bool, key: int) -> Outcome:
        files = [file_of_json(file) for file in body["files"]]
        message = await self._with_files(body["message"], files)
        before = frozenset(seen.id for seen in await self._history(peer)) if once else frozenset[str]()
        since = EVER if before else self._clock()
        self._said.keep(_words(peer, message.get("text", "")), None)
        reply = await self._post(peer, message, body.get("callback"))
        if isinstance(reply, NoAnswer):
            history, said = self._history(peer), message.get("text", "")
            return await self._sent.find_out(history, said, reply, since=since, before=before, once=once)
        if files and is_not_ready(reply):
            return self._uploads.wait(files, key=key)
        return self._told(reply)

    async def _post(self, peer: str, message: Mapping[str, Any], callback: str | None) -> Reply | NoAnswer:
        """Answer the button, or write by oneself where there is none or the platform no longer knows of it."""
        chat = quote(peer, safe=":.")
        if callback is not None:
            reply = await self._ask(f"/graph/{chat}/answer", {"message": message}, {"callbackId": callback})
            if isinstance(reply, NoAnswer) or not isinstance(refusal(reply), Refused) or code_of(reply) is None:
                return reply
        body = {"recipient": {"chat_id": peer}, "message": message}
        return await self._ask(f"/graph/me/messages/{chat}", body)

    async def _ask(
        self, path: str, body: Mapping[str, Any], query: Mapping[str, str] | None = None
    ) -> Reply | NoAnswer:
        try:
            reply = await self._calls.ask("POST", path, query=query, body=body)
        except NoAnswer as error:
            return error
        is_nothing = reply.status in {502, 504} or (reply.status == 200 and not reply.object)
        return NoAnswer(f"status {reply.status}") if is_nothing else reply

    def _told(self, reply: Reply) -> Outcome:
        """Say what an answer means: only a name for the message or `success` is one."""
        if code_of(reply) is not None or reply.status != 200:
            return refusal(reply)
        name, success = reply.object.get("message_id"), reply.object.get("success")
        if isinstance(name, str | int):
            return self._sent.note(Sent(str(name)))
        if success is True or (isinstance(success, list) and success and all(one is True for one in success)):
            return Sent()
        return Refused(reason_of(reply))

    async def _with_files(self, written: Mapping[str, Any], files: Sequence[SentFile]) -> Mapping[str, Any]:
        media = await self._uploads.attachments(files, _kind)
        attachments = [*media, *written.get("attachments", ())]
        return {**written, "attachments": attachments} if attachments else written

    async def _offer(self, file: SentFile) -> Reply:
        reply = await self._calls.ask("GET", "/graph/me/fileUploadUrl", query={"type": _kind(file)})
        check(reply)
        return reply

    async def _history(self, peer: str) -> Sequence[Seen]:
        """Return the chat's newest messages; raises ChannelUnavailable, ChannelRefused."""
        path = f"/graph/me/messages/{quote(peer, safe=':.')}"
        reply = await self._calls.read(path, query={"count": LOOK_BACK})
        check(reply)
        return [_seen(message) for message in objects(reply.object.get("messages"))]


def _kind(file: SentFile) -> str:
    return "IMAGE" if file.type.is_image else "FILE"


def _seen(message: Mapping[str, Any]) -> Seen:
    said = obj(message.get("message"))
    return Seen(
        id=text(said.get("mid")),
        is_pages=str(obj(message.get("sender")).get("user_id")).startswith("group:"),
        text=text(said.get("text")),
        at=whole(message.get("timestamp")) or 0,
        has_buttons=any(one.get("type") == "INLINE_KEYBOARD" for one in objects(said.get("attachments"))),
    )


def _words(peer: str, said: str) -> str:
    return digest([peer, *said.removesuffix(MARK).split()])
