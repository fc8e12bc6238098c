"""The calls to Telegram for one bot. aiogram makes them; what comes of them is said in the gateway's words.

Imported only when a client is opened: aiogram is large.
"""

import json
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteWebhook,
    GetFile,
    GetMe,
    GetUpdates,
    GetWebhookInfo,
    SendDocument,
    SendMediaGroup,
    SendMessage,
    TelegramMethod,
)
from aiogram.types import InputFile, InputMediaDocument
from aiogram.utils.token import TokenValidationError

from bots.fetching import keep
from bots.telegram.hook import WANTED, connect, examine
from bots.telegram.session import NoAnswer, NotSent, Session
from gateway.channels import FILE_BYTES, FileRef, Finding, Json, Page, Polled
from gateway.domain.conversation import Outcome, Part, Refused, SendLater, Sent, Unreachable, Unsure
from gateway.errors import ChannelRefused, ChannelUnavailable, TooLarge, UnknownFile
from gateway.lenient import obj, objects, text, whole
from gateway.ports import Blobs, Clock

if TYPE_CHECKING:
    from bots.telegram.channel import TelegramOptions

_POLL_SECONDS = 25
_METHODS: dict[str, type[TelegramMethod[Any]]] = {
    "sendMessage": SendMessage,
    "sendDocument": SendDocument,
    "sendMediaGroup": SendMediaGroup,
    "answerCallbackQuery": AnswerCallbackQuery,
}
# Said of what has been done already, or no longer matters to anybody.
_AS_GOOD_AS_DONE = ("query is too old", "query id is invalid", "message is not modified")
_NOBODY_THERE = ("chat not found", "user is deactivated", "peer_id_invalid", "user not found")
_NO_TOPIC = "message thread not found"


class TelegramClient:
    """One bot's calls."""

    def __init__(self, options: "TelegramOptions", blobs: Blobs, clock: Clock) -> None:
        assert options.token is not None
        proxy = None if options.proxy is None else options.proxy.get_secret_value()
        session = Session(options.api_base, proxy=proxy, seconds=options.timeout_seconds)
        try:
            self._bot = Bot(options.token.get_secret_value(), session=session)
        except TokenValidationError:
            raise ChannelRefused("this is no token of a bot: it has the form 123456789:AbC…") from None
        self._session, self._options, self._blobs, self._clock = session, options, blobs, clock

    async def send(self, peer: str, part: Part, *, key: int) -> Outcome:  # noqa: ARG002
        """Send a part. Telegram knows no keys of calls: what was sent twice is shown twice."""
        try:
            return await self._send(peer, part)
        except UnknownFile:
            return Refused("a file of it is gone")
        except ValueError as error:  # of aiogram's types, or of letters that have no code
            return Refused(type(error).__name__)

    async def _send(self, peer: str, part: Part) -> Outcome:
        chat, _, thread = peer.partition(".")
        try:
            result = await self._bot(await self._method(part, int(chat), int(thread) if thread else None))
        except TelegramBadRequest as error:
            if thread and _NO_TOPIC in error.message.lower():  # the resident has deleted the topic, not the chat
                return await self._send(chat, part)
            return _outcome(error)
        except AiogramError as error:
            return _outcome(error)
        first = obj(next(iter(objects(result)), result))
        number = whole(first.get("message_id"))
        return Sent(None if number is None else str(number))

    async def _method(self, part: Part, chat: int, thread: int | None) -> TelegramMethod[Any]:
        body = json.loads(part.body)
        method, params = body["method"], dict(body["params"])
        if method != "answerCallbackQuery":
            params |= {"chat_id": chat} | ({} if thread is None else {"message_thread_id": thread})
        files = [await self._file(file) for file in objects(body.get("files"))]
        if method == "sendDocument":
            params["document"] = files[0]
        elif method == "sendMediaGroup":
            params["media"] = [InputMediaDocument(media=file) for file in files]
        if not files:
            # As it was drawn: having aiogram check each field takes as long as the call itself.
            return _METHODS[method].model_construct(**params)
        return _METHODS[method](**params)

    async def _file(self, file: dict[str, Json]) -> InputFile:
        if not await self._blobs.exists(file["key"]):
            raise UnknownFile
        return _Stored(self._blobs, file["key"], file["name"])

    async def fetch(self, file: FileRef, sink: Path) -> None:
        """Write a resident's file into `sink`: https://core.telegram.org/bots/api#getfile."""
        if file.size is not None and file.size > FILE_BYTES:
            raise TooLarge
        try:
            path = text(obj(await self._result(GetFile(file_id=file.ref))).get("file_path"))
        except (TelegramBadRequest, TelegramNotFound) as error:
            raise (TooLarge if "too big" in error.message.lower() else UnknownFile) from None
        except AiogramError as error:
            raise ChannelUnavailable(type(error).__name__) from None
        if not path:
            raise UnknownFile
        try:
            async with self._session.download(self._bot, path) as (status, chunks):
                await keep(status, chunks, sink, most=FILE_BYTES)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ChannelUnavailable(type(error).__name__) from None

    async def look(self) -> Page:
        """Return the bot's name and user name."""
        me = obj(await self.call(GetMe()))
        return Page(name=text(me.get("first_name")), handle=text(me.get("username")))

    async def call(self, method: TelegramMethod[Any]) -> Json:
        """Return the result of a call; raises ChannelRefused, ChannelUnavailable."""
        return await self._call(method)

    async def _result(self, method: TelegramMethod[Any], seconds: int | None = None) -> Json:
        return await self._bot(method, request_timeout=seconds)  # plain JSON, whatever aiogram's types say

    async def _call(self, method: TelegramMethod[Any], seconds: int | None = None) -> Json:
        try:
            return await self._result(method, seconds)
        except (TelegramUnauthorizedError, TelegramNotFound):
            raise ChannelRefused("Telegram does not know this token") from None
        except (TelegramBadRequest, TelegramForbiddenError) as error:
            raise ChannelRefused(error.message) from None
        except AiogramError as error:
            raise ChannelUnavailable(type(error).__name__) from None

    async def connect(self, hook: str) -> Sequence[Finding]:
        """Set the webhook (or remove it where the bot is polled), the menu of commands and the description."""
        return await connect(self.call, self._options, hook)

    async def examine(self, hook: str) -> Sequence[Finding]:
        """Tell how the bot lives."""
        return await examine(self.call, self._options, hook)

    async def watch(self, hook: str) -> None:
        """Do nothing: Telegram forgets neither token nor webhook."""

    async def disconnect(self, hook: str) -> None:
        """Remove the webhook if it is that one; what waits stays with Telegram for a day."""
        info = obj(await self.call(GetWebhookInfo()))
        if info.get("url") == hook:
            await self.call(DeleteWebhook())

    async def poll(self, since: str) -> Polled:
        """Wait for updates: https://core.telegram.org/bots/api#getupdates."""
        offset = whole(since)
        seconds = _POLL_SECONDS + round(self._options.timeout_seconds)
        method = GetUpdates(offset=offset, timeout=_POLL_SECONDS, allowed_updates=list(WANTED))
        try:
            updates = objects(await self._call(method, seconds))
        except ChannelRefused as error:
            raise ChannelUnavailable(str(error)) from None
        numbers = [number for update in updates if (number := whole(update.get("update_id"))) is not None]
        return Polled(payloads=tuple(updates), next=str(max(numbers) + 1) if numbers else since)

    async def close(self) -> None:
        """Let go of connections."""
        await self._session.close()


def _outcome(error: AiogramError) -> Outcome:
    """Say what an error means for a message: https://core.telegram.org/api/errors."""
    told = error.message.lower() if isinstance(error, TelegramAPIError) else ""
    if isinstance(error, TelegramRetryAfter):
        return SendLater("too many messages", seconds=float(error.retry_after))
    if isinstance(error, TelegramUnauthorizedError | TelegramNotFound):
        return SendLater("Telegram does not know the token", whole_page=True)
    if isinstance(error, NotSent | TelegramServerError):
        return SendLater(told or "Telegram does not work")
    if any(words in told for words in _AS_GOOD_AS_DONE):
        return Sent()
    if isinstance(error, TelegramForbiddenError) or any(words in told for words in _NOBODY_THERE):
        return Unreachable(told)
    is_unknown = isinstance(error, NoAnswer | ClientDecodeError)
    return Unsure(type(error).__name__) if is_unknown else Refused(told or type(error).__name__)


class _Stored(InputFile):
    """A file of the store, streamed."""

    def __init__(self, blobs: Blobs, key: str, name: str) -> None:
        super().__init__(filename="".join(" " if character in '"\\\r\n' else character for character in name))
        self._blobs, self._key = blobs, key

    async def read(self, bot: Bot) -> AsyncGenerator[bytes, None]:  # noqa: ARG002
        async for chunk in self._blobs.read(self._key):
            yield chunk
