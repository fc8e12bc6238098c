"""The calls to VK for one community; what comes of them is said in the gateway's words.

Imported only when a client is opened: vk_api and requests are large.
"""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from bots.calls import Calls, NoAnswer
from bots.vk.api import Api, VkError
from bots.vk.callback import connect, disconnect, examine
from bots.vk.draw import without_keyboard
from bots.vk.long_poll import LongPoll
from bots.vk.outcome import NO_KEYBOARDS, outcome_of, refusal_of
from bots.vk.receive import message_of, peer_of
from bots.vk.upload import NotUploaded, Upload
from gateway.channels import FILE_BYTES, FileRef, Finding, Json, Page, Polled
from gateway.domain.conversation import Outcome, Part, Refused, SendLater, Sent
from gateway.errors import ChannelRefused, ChannelUnavailable, TooLarge, UnknownFile
from gateway.lenient import obj, objects, text, whole
from gateway.ports import Blobs, Clock

if TYPE_CHECKING:
    from bots.vk.channel import VkOptions

_SEND = "messages.send"
# Whoever knows the address may ask for the confirmation; that must not use up the calls that VK allows.
_CODE_SECONDS = 2.0
_MOST_RANDOM = 2**31 - 1


class VkClient:
    """One community's calls."""

    def __init__(self, options: "VkOptions", blobs: Blobs, clock: Clock) -> None:
        assert options.token is not None
        self._options, self._clock = options, clock
        self._api = Api(
            options.api_base,
            options.token.get_secret_value(),
            version=options.api_version,
            per_second=options.per_second,
            seconds=options.timeout_seconds,
        )
        self._calls = Calls(options.api_base, seconds=options.timeout_seconds)  # with addresses that VK names
        self._upload = Upload(self._api, self._calls, blobs)
        self._long_poll = LongPoll(self.call, self._calls)
        self._group: int | None = options.group_id
        self._code: tuple[float, str] | None = None
        self._confirming = asyncio.Lock()

    async def send(self, peer: str, part: Part, *, key: int) -> Outcome:
        """Send a part. VK shows a message once for each random_id, so whatever fails may be tried again."""
        try:
            return await self._send(int(peer), part, key)
        except VkError as error:
            return outcome_of(error, self._clock())
        except (NoAnswer, ChannelUnavailable) as error:
            return SendLater(str(error))
        except (UnknownFile, NotUploaded) as error:
            return Refused(f"a file of it is gone or not taken: {type(error).__name__}")
        except UnicodeError as error:  # letters that have no code
            return Refused(type(error).__name__)

    async def _send(self, peer: int, part: Part, key: int) -> Outcome:
        body = json.loads(part.body)
        params: dict[str, Any] = dict(body["params"])
        if body["method"] != _SEND:
            await self._api.call(body["method"], **params)
            return Sent()
        params |= {"peer_id": peer, "random_id": random_id(key, part)}
        if self._options.intent:
            params["intent"] = self._options.intent
        if files := objects(body.get("files")):
            params["attachment"] = ",".join([await self._upload(peer, file) for file in files])
        try:
            number = await self._api.call(_SEND, **params)
        except VkError as error:
            if error.code != NO_KEYBOARDS or "keyboard" not in params:
                raise
            number = await self._api.call(_SEND, **without_keyboard(params, text(body.get("asks"))))
        return Sent(None if whole(number) is None else str(number))

    async def fetch(self, file: FileRef, sink: Path) -> None:
        """Write a resident's file into `sink`."""
        if file.size is not None and file.size > FILE_BYTES:
            raise TooLarge
        await self._calls.fetch(file.ref, sink)

    async def complete(self, payload: Json) -> Json:
        """Return the event with its message in full: VK cuts long ones (`is_cropped`)."""
        event, message = obj(payload), message_of(obj(payload))
        number, peer = whole(message.get("conversation_message_id")), peer_of(event)
        found = await self._full(peer, number, whole(message.get("id")))
        # The reference of a link comes in the event only.
        kept = {name: value for name, value in message.items() if name in ("ref", "ref_source", "payload")}
        full = {**kept, **(found or {name: value for name, value in message.items() if name != "is_cropped"})}
        return {**event, "object": {**obj(event.get("object")), "message": {**full, "is_cropped": False}}}

    async def _full(self, peer: int | None, number: int | None, id: int | None) -> dict[str, Json] | None:
        if number is not None and peer is not None:
            asked = {"peer_id": peer, "cmids": number}
        elif id is not None:
            asked = {"message_ids": id}
        else:
            return None
        answer = await self.call_soon("messages.getById", **asked)
        return next(iter(objects(obj(answer).get("items"))), None)

    async def call_soon(self, method: str, **values: object) -> Json:
        """Return what a method answers, where a refusal is a reason to ask again later."""
        try:
            return await self.call(method, **values)
        except ChannelRefused as error:
            raise ChannelUnavailable(str(error)) from None

    async def call(self, method: str, **values: object) -> Json:
        """Return what a method answers; raises ChannelRefused, ChannelUnavailable."""
        try:
            return await self._api.call(method, **values)
        except VkError as error:
            raise refusal_of(error) from None
        except NoAnswer as error:
            raise ChannelUnavailable(str(error)) from None

    async def group(self) -> int:
        """Return the number of the community, which the token tells where the settings do not."""
        if self._group is None:
            self._group = whole((await self._about()).get("id"))
        if self._group is None:
            raise ChannelRefused("this token is not of a community")
        return self._group

    async def _about(self) -> dict[str, Json]:
        asked = {} if self._group is None else {"group_id": self._group}
        answer = await self.call("groups.getById", **asked)
        groups = objects(obj(answer).get("groups")) or objects(answer)  # a list before version 5.139
        return next(iter(groups), {})

    async def look(self) -> Page:
        """Return the community's name and address."""
        about = await self._about()
        number = whole(about.get("id"))
        if number is None:
            raise ChannelRefused("this token is not of a community")
        return Page(name=text(about.get("name")), handle=f"club{number}")

    async def confirm(self) -> str:
        """Return the word that VK wants to read before it sends events to an address."""
        if self._options.confirmation is not None:
            return self._options.confirmation.get_secret_value()
        async with self._confirming:
            if self._code is None or monotonic() - self._code[0] > _CODE_SECONDS:
                answer = await self.call("groups.getCallbackConfirmationCode", group_id=await self.group())
                self._code = (monotonic(), text(obj(answer).get("code")))
            return self._code[1]

    async def connect(self, hook: str) -> Sequence[Finding]:
        """Have the events sent to that address, beside whatever other servers the page has."""
        if self._options.polling:
            return await self._long_poll.connect(await self.group(), self._options.api_version)
        return await connect(self.call, self._options, await self.group(), hook)

    async def examine(self, hook: str) -> Sequence[Finding]:
        """Tell how the page lives."""
        if self._options.polling:
            return await self._long_poll.examine(await self.group())
        return await examine(self.call, await self.group(), hook)

    async def watch(self, hook: str) -> None:
        """Do nothing: VK forgets neither token nor server."""

    async def disconnect(self, hook: str) -> None:
        """Remove our server."""
        await disconnect(self.call, await self.group(), hook)

    async def poll(self, since: str) -> Polled:
        """Wait for events."""
        try:
            return await self._long_poll(await self.group(), since)
        except ChannelRefused as error:
            raise ChannelUnavailable(str(error)) from None

    async def close(self) -> None:
        """Let go of connections."""
        self._api.close()
        await self._calls.close()


def random_id(key: int, part: Part) -> int:
    """Return the name by which VK knows a message that is sent again: 31 bits, never 0.

    The same for every try of a part. Its text counts too: rows of a new database have numbers that an old one used,
    and VK would take those messages for repeats and show none of them.
    """
    digest = hashlib.blake2b(f"{key} {part.body}".encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % _MOST_RANDOM + 1
