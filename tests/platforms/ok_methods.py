"""The methods of the fake Odnoklassniki, one function each, by what they are called at https://apiok.ru."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.platforms import ok_payloads, ok_rules
from tests.platforms.chats import image_type
from tests.platforms.gate import Asked, Handler, Refusal
from tests.platforms.ok_residents import OkResident
from tests.platforms.ok_world import OkWorld


@dataclass(slots=True, kw_only=True)
class OkMethods:
    """Each takes what was asked and answers or raises Refusal."""

    world: OkWorld

    def all(self) -> list[tuple[str, str, Handler]]:
        """Those that need the token: what the tests call them, their path after /graph, what answers."""
        return [
            ("POST me/subscribe", "me/subscribe", self._subscribe),
            ("POST me/unsubscribe", "me/unsubscribe", self._unsubscribe),
            ("GET me/subscriptions", "me/subscriptions", self._subscriptions),
            ("GET me/info", "me/info", self._info),
            ("GET me/chats", "me/chats", self._chats),
            ("GET me/chat", "me/chat/{chat}", self._chat),
            ("GET me/messages", "me/messages/{chat}", self._history),
            ("POST me/messages", "me/messages/{chat}", self._send),
            ("POST me/messages", "me/messages", self._send),
            ("GET me/fileUploadUrl", "me/fileUploadUrl", self._offer_upload),
            ("GET me/updates", "me/updates", self._updates),
            ("POST answer", "{chat}/answer", self._answer),
            ("POST edit", "{mid}/edit", self._edit),
        ]

    async def _subscribe(self, asked: Asked) -> web.Response:
        ok_rules.check_query(asked.query)
        wanted = ok_rules.read_subscription(asked.body)
        if "url" not in wanted:
            self.world.polled_types = set(wanted["types"])
            return _success()
        known = [one for one in self.world.subscriptions if one["url"] != wanted["url"]]
        self.world.subscriptions[:] = [*known, {"url": wanted["url"], "time": self.world.clock()}]
        return _success()

    async def _unsubscribe(self, asked: Asked) -> web.Response:
        ok_rules.check_query(asked.query)
        url = ok_rules.check_fields(asked.body, {"url!": str}, "body")["url"]
        left = [one for one in self.world.subscriptions if one["url"] != url]
        if len(left) == len(self.world.subscriptions):
            raise Refusal(ok_rules.NOT_FOUND, "NOT_FOUND : no such subscription", offence=False)
        self.world.subscriptions[:] = left
        return _success()

    async def _subscriptions(self, asked: Asked) -> web.Response:
        ok_rules.check_query(asked.query)
        return web.json_response({"subscriptions": self.world.subscriptions})

    async def _info(self, asked: Asked) -> web.Response:
        ok_rules.check_query(asked.query)
        return web.json_response({"name": ok_payloads.GROUP["name"], "group_id": ok_payloads.GROUP["user_id"]})

    async def _chats(self, asked: Asked) -> web.Response:
        query = ok_rules.check_query(asked.query, "count#", "marker#")
        count, marker = int(query.get("count", 50)), int(query.get("marker", 0))
        if not 1 <= count <= 100:
            raise ok_rules.refused(f"count={count} is not from 1 to 100")
        known = [resident for resident in self.world.residents.values() if resident.known][marker:]
        more = {"marker": marker + count} if len(known) > count else {}
        return web.json_response({"chats": [_dialog(resident) for resident in known[:count]], **more})

    async def _chat(self, asked: Asked) -> web.Response:
        ok_rules.check_query(asked.query)
        return web.json_response(_dialog(self.world.resident_in(asked.path["chat"])))

    async def _history(self, asked: Asked) -> web.Response:
        query = ok_rules.check_query(asked.query, "from#", "to#", "count#")
        newest, oldest = int(query.get("from", 2**63 - 1)), int(query.get("to", 0))
        if newest <= oldest:
            raise ok_rules.refused("from has to be greater than to: messages go from new to old")
        resident = self.world.resident_in(asked.path["chat"])
        found = [one for one in reversed(resident.messages) if oldest <= one.at <= newest]
        page = found[: int(query.get("count", 50))]
        told = [ok_payloads.message(one, resident.chat_id, resident.user) for one in page]
        return web.json_response({"messages": told})

    async def _send(self, asked: Asked) -> web.Response:
        ok_rules.check_query(asked.query)
        sending = ok_rules.read_sending(asked.body, asked.path.get("chat"), text_limit=self.world.text_limit)
        if sending.chat is None:
            return self._send_to_people(sending)
        resident = self.world.resident_in(sending.chat)
        if sending.message is None:
            return _success()
        message = self.world.deliver(resident, sending.message)
        return web.json_response({"recipient_id": resident.chat_id, "message_id": message.id})

    def _send_to_people(self, sending: ok_rules.Sending) -> web.Response:
        """Who does not let the group write gets nothing, which only a list in the answer tells."""
        if sending.message is None:
            raise ok_rules.refused("sender_action goes to a chat")
        by_id = {resident.user_id: resident for resident in self.world.residents.values()}
        reached = [by_id.get(user) for user in sending.users]
        reached = [one if one is not None and one.known and not one.blocked else None for one in reached]
        for resident in reached:
            if resident is not None:
                self.world.deliver(resident, sending.message)
        chats = [None if resident is None else resident.chat_id for resident in reached]
        return web.json_response({"success": [chat is not None for chat in chats], "chat_ids": chats})

    async def _answer(self, asked: Asked) -> web.Response:
        query = ok_rules.check_query(asked.query, "callbackId!")
        body = ok_rules.check_fields(asked.body, {"message!": dict}, "body")
        draft = ok_rules.read_message(body["message"], text_limit=self.world.text_limit)
        callback = self.world.callbacks.get(query["callbackId"])
        if callback is None or callback.resident.chat_id != asked.path["chat"]:
            raise ok_rules.refused("an answer to a callback that never was in this chat")
        self.world.deliver(callback.resident, draft)
        callback.answered = True
        return _success()

    async def _edit(self, asked: Asked) -> web.Response:
        ok_rules.check_query(asked.query)
        body = ok_rules.check_fields(asked.body, {"message!": dict}, "body")
        draft = ok_rules.read_message(body["message"], text_limit=self.world.text_limit)
        _, message = self.world.find(ok_rules.check_id(asked.path["mid"], "mid"))
        if message.by != "page":
            raise Refusal(ok_rules.DENIED, "a message of somebody else")
        self.world.write(message, draft)
        return _success()

    async def _offer_upload(self, asked: Asked) -> web.Response:
        kind = ok_rules.check_query(asked.query, "type").get("type", "FILE")
        if kind not in ok_rules.UPLOADED:
            raise ok_rules.refused(f"{kind} cannot be uploaded")
        number = next(self.world.numbers)
        key, token = f"{kind.lower()}{number}", f"token-of-{kind}-{number}"
        self.world.uploads[key] = (kind, token)
        # An image gets its token with what the upload answers, the others get it now.
        more = {"file_id": f"1519bf{number:x}"} if kind == "IMAGE" else {"token": token}
        return web.json_response({"url": f"{self.world.files.base}/upload/{key}?sig=1&clientType=3", **more})

    async def take_upload(self, asked: Asked) -> web.Response:
        """The host that files are sent to, at an address that was given out."""
        if asked.path["key"] not in self.world.uploads:
            raise Refusal(ok_rules.NOT_FOUND, "an upload to an address that was not given out")
        kind, token = self.world.uploads[asked.path["key"]]
        content, content_type = await _read_upload(asked)
        if kind == "IMAGE" and image_type(content) is None:
            raise ok_rules.refused("what is uploaded as an image is none")
        if kind in ("IMAGE", "AUDIO") and not content_type.startswith(f"{kind.lower()}/"):
            raise ok_rules.refused(f"{kind} is uploaded with the type {content_type}")
        self.world.tokens[token] = (kind, content)
        return web.json_response({"photos": {f"{asked.path['key']}/": {"token": token}}} if kind == "IMAGE" else {})

    async def _updates(self, asked: Asked) -> web.Response:
        query = ok_rules.check_query(asked.query, "marker#", "timeout#", "count#", "types", "commit")
        if self.world.polled_types is None:
            raise ok_rules.refused("no long polling without subscribing to it")
        updates, marker = await self.world.mailbox.fetch(
            int(query["marker"]) if "marker" in query else None,
            most=int(query.get("count", 100)),
            seconds=int(query.get("timeout", 30)),
            wanted=self._is_polled,
        )
        return web.json_response({"marker": str(marker), "updates": updates})

    def _is_polled(self, update: dict[str, Any]) -> bool:
        return update.get("webhookType", "MESSAGE_CREATED") in (self.world.polled_types or ())

    async def show_file(self, asked: Asked) -> web.Response:
        """What a resident has sent."""
        return self.world.files.answer(asked.path["name"])

    async def refuse_path(self, asked: Asked) -> web.Response:
        """All that is no method."""
        raise Refusal(ok_rules.UNKNOWN_METHOD, f"METHOD : {asked.request.method} {asked.request.path} is no method")


def _success() -> web.Response:
    return web.json_response({"success": True})


def _dialog(resident: OkResident) -> dict[str, Any]:
    return {
        "chat_id": resident.chat_id,
        "title": resident.name,
        "type": "DIALOG",
        "status": "ACTIVE",
        "participants": {resident.user_id: max((one.at for one in resident.messages), default=0)},
        "participants_count": 2,
        "owner_id": ok_payloads.GROUP["user_id"],
    }


async def _read_upload(asked: Asked) -> tuple[bytes, str]:
    """The one file of a multipart request, and the type that it came with."""
    if not asked.request.content_type.startswith("multipart/"):
        raise ok_rules.refused("an upload that is no multipart/form-data")
    parts = list((await asked.request.post()).values())
    if len(parts) != 1 or not isinstance(parts[0], web.FileField):
        raise ok_rules.refused(f"an upload has one file, not {len(parts)} parts")
    content: bytes = parts[0].file.read()
    if not content:
        raise ok_rules.refused("an empty upload")
    return content, parts[0].content_type
