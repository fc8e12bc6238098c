"""What each method of the fake Telegram does with a call whose parameters are right."""

import asyncio
import json
import re
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.platforms.telegram_limits import (
    DOWNLOAD_BYTES,
    check_document,
    check_markup,
    check_photo,
    check_webhook,
    shown_caption,
    shown_text,
)
from tests.platforms.telegram_residents import TelegramResident, Written
from tests.platforms.telegram_rules import Refused, bad

if TYPE_CHECKING:
    from tests.platforms.telegram import TelegramPlatform

Values = Mapping[str, Any]
Files = Mapping[str, tuple[str, bytes]]


class TelegramMethods:
    """One method for each of Telegram's, named as there. Each returns the `result` or raises Refused."""

    def __init__(self, platform: "TelegramPlatform") -> None:
        self._platform = platform
        self._polls = 0

    async def getMe(self, values: Values, files: Files) -> dict[str, Any]:  # noqa: N802
        about = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
        return self._platform.me | about | {"can_connect_to_business": False, "has_main_web_app": False}

    async def setWebhook(self, values: Values, files: Files) -> bool:  # noqa: N802
        check_webhook(values)
        self._platform.set_hook(values)
        return True

    async def deleteWebhook(self, values: Values, files: Files) -> bool:  # noqa: N802
        self._platform.set_hook({"url": "", "drop_pending_updates": values.get("drop_pending_updates", False)})
        return True

    async def getWebhookInfo(self, values: Values, files: Files) -> dict[str, Any]:  # noqa: N802
        return self._platform.hook_info()

    async def getUpdates(self, values: Values, files: Files) -> list[dict[str, Any]]:  # noqa: N802
        """Long poll; the older of two polls at a time is ended with 409, as by Telegram."""
        platform = self._platform
        if platform.hook:
            told = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete it first"
            raise Refused(409, told)
        if "allowed_updates" in values:
            platform.allowed = frozenset(values["allowed_updates"])
        self._polls = poll = self._polls + 1
        platform.stirred.set()
        platform.forget_before(values.get("offset", 0))
        deadline = time.monotonic() + min(values.get("timeout", 0), 50)
        while not platform.pending and (left := deadline - time.monotonic()) > 0:
            platform.stirred.clear()
            try:
                await asyncio.wait_for(platform.stirred.wait(), left)
            except TimeoutError:
                break
            if poll != self._polls:
                told = "Conflict: terminated by other getUpdates request; make sure that only one bot is running"
                raise Refused(409, told)
        return platform.pending[: values.get("limit", 100)]

    async def sendMessage(self, values: Values, files: Files) -> dict[str, Any]:  # noqa: N802
        return self._send(values, {"text": shown_text(values)})

    async def sendPhoto(self, values: Values, files: Files) -> dict[str, Any]:  # noqa: N802
        return self._send(values, *self._photo(values, values["photo"], files))

    async def sendDocument(self, values: Values, files: Files) -> dict[str, Any]:  # noqa: N802
        return self._send(values, *self._document(values, values["document"], files))

    async def sendMediaGroup(self, values: Values, files: Files) -> list[dict[str, Any]]:  # noqa: N802
        media = values["media"]
        if not 2 <= len(media) <= 10:
            raise bad("media group must have 2-10 items")
        if {one["type"] for one in media} not in ({"photo"}, {"document"}):
            raise bad("media group has documents mixed with other types, or an unknown type")
        read = {"photo": self._photo, "document": self._document}
        contents = [read[one["type"]](one, one["media"], files) for one in media]
        album = {"media_group_id": str(next(self._platform.numbers))}
        return [self._send(values, content | album, stored) for content, stored in contents]

    async def sendLocation(self, values: Values, files: Files) -> dict[str, Any]:  # noqa: N802
        return self._send(values, {"location": {name: values[name] for name in ("latitude", "longitude")}})

    async def sendChatAction(self, values: Values, files: Files) -> bool:  # noqa: N802
        self._resident(values)
        return True

    async def editMessageText(self, values: Values, files: Files) -> dict[str, Any]:  # noqa: N802
        return self._edit(values, {"text": shown_text(values)}, "text")

    async def editMessageCaption(self, values: Values, files: Files) -> dict[str, Any]:  # noqa: N802
        return self._edit(values, {"caption": shown_caption(values)}, None)

    async def editMessageReplyMarkup(self, values: Values, files: Files) -> dict[str, Any]:  # noqa: N802
        return self._edit(values, {}, None)

    async def deleteMessage(self, values: Values, files: Files) -> bool:  # noqa: N802
        resident = self._resident(values)
        resident.written.remove(self._written(resident, values, "delete"))
        return True

    async def answerCallbackQuery(self, values: Values, files: Files) -> bool:  # noqa: N802
        resident = self._platform.queries.pop(values["callback_query_id"], None)
        if resident is None:
            raise Refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        if values.get("text"):
            resident.toasts.append(values["text"])
        return True

    async def getFile(self, values: Values, files: Files) -> dict[str, Any]:  # noqa: N802
        stored = self._platform.files.get(values["file_id"])
        if stored is None:
            raise Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable", offence=True)
        if len(stored.data) > DOWNLOAD_BYTES:
            raise Refused(400, "Bad Request: file is too big")
        stored.offered = True
        return self._platform.named(values["file_id"]) | {"file_path": stored.path}

    async def getMyCommands(self, values: Values, files: Files) -> list[Any]:  # noqa: N802
        return self._platform.about.get(f"commands {values.get('language_code', '')}", [])

    async def setMyCommands(self, values: Values, files: Files) -> bool:  # noqa: N802
        self._platform.about[f"commands {values.get('language_code', '')}"] = values["commands"]
        return True

    async def deleteMyCommands(self, values: Values, files: Files) -> bool:  # noqa: N802
        self._platform.about.pop(f"commands {values.get('language_code', '')}", None)
        return True

    async def setMyDescription(self, values: Values, files: Files) -> bool:  # noqa: N802
        return self._describe("description", values)

    async def setMyShortDescription(self, values: Values, files: Files) -> bool:  # noqa: N802
        return self._describe("short_description", values)

    async def setMyName(self, values: Values, files: Files) -> bool:  # noqa: N802
        return self._describe("name", values)

    def _describe(self, what: str, values: Values) -> bool:
        self._platform.about[f"{what} {values.get('language_code', '')}"] = values.get(what, "")
        return True

    def _resident(self, values: Values) -> TelegramResident:
        resident = self._platform.residents.get(values["chat_id"])
        if resident is None:
            raise Refused(400, "Bad Request: chat not found")
        if not resident.started:
            raise Refused(403, "Forbidden: bot can't initiate conversation with a user")
        if resident.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        return resident

    def _send(self, values: Values, content: dict[str, Any], stored: tuple[bytes, ...] = ()) -> dict[str, Any]:
        resident = self._resident(values)
        message: dict[str, Any] = {
            "message_id": next(self._platform.numbers),
            "from": self._platform.me,
            "chat": resident.private_chat,
            "date": int(time.time()),
        }
        if "message_thread_id" in values:
            message |= {"message_thread_id": values["message_thread_id"], "is_topic_message": True}
        message |= content
        resident.receive(message, stored, values.get("reply_markup"))
        return message

    def _edit(self, values: Values, content: dict[str, Any], only: str | None) -> dict[str, Any]:
        resident = self._resident(values)
        one = self._written(resident, values, "edit")
        if only and only not in one.message:
            raise Refused(400, f"Bad Request: there is no {only} in the message to edit")
        if resident.keyboard and resident.keyboard[0] == one.message["message_id"]:
            raise Refused(400, "Bad Request: message can't be edited")
        markup = values.get("reply_markup")
        check_markup(markup or {})
        new = {name: value for name, value in one.message.items() if name not in ("reply_markup", "edit_date")}
        new |= content | ({"reply_markup": markup} if markup and markup["inline_keyboard"] else {})
        if new == {name: value for name, value in one.message.items() if name != "edit_date"}:
            told = "message is not modified: specified new message content and reply markup are exactly the same"
            raise Refused(400, f"Bad Request: {told} as a current content and reply markup of the message")
        one.message = new | {"edit_date": int(time.time())}
        return one.message

    def _written(self, resident: TelegramResident, values: Values, what: str) -> Written:
        one = resident.find(values.get("message_id", 0))
        if one is None:
            raise Refused(400, f"Bad Request: message to {what} not found")
        return one

    def _photo(self, values: Values, given: str, files: Files) -> tuple[dict[str, Any], tuple[bytes, ...]]:
        _, data = self._bytes(given, files)
        check_photo(data)
        return _captioned({"photo": self._platform.sizes(data)}, values), (data,)

    def _document(self, values: Values, given: str, files: Files) -> tuple[dict[str, Any], tuple[bytes, ...]]:
        name, data = self._bytes(given, files)
        check_document(data)
        return _captioned({"document": self._platform.keep(data, name) | {"file_name": name}}, values), (data,)

    def _bytes(self, given: str, files: Files) -> tuple[str, bytes]:
        """Return name and bytes of what was uploaded, or is here already; addresses are beyond reach."""
        if match := re.fullmatch(r"attach://(.+)", given):
            if match[1] not in files:
                raise bad(f"file attached as {match[1]} is missing")
            return files[match[1]]
        if given in self._platform.files:
            stored = self._platform.files[given]
            return stored.name, stored.data
        if given.startswith(("http://", "https://")):
            raise bad("failed to get HTTP URL content")
        raise bad(f"wrong remote file identifier specified: {json.dumps(given)}")


def _captioned(content: dict[str, Any], values: Values) -> dict[str, Any]:
    caption = shown_caption(values)
    return content | ({"caption": caption} if caption else {})
