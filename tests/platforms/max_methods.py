"""The methods of the fake MAX, one function each, by what they are called at https://dev.max.ru/docs-api."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.platforms import max_payloads, max_rules, max_schema
from tests.platforms.chats import Message, image_type
from tests.platforms.gate import Asked, Handler, Refusal
from tests.platforms.max_residents import MaxResident
from tests.platforms.max_world import MaxWorld


@dataclass(slots=True, kw_only=True)
class MaxMethods:
    """Each takes what was asked and answers or raises Refusal."""

    world: MaxWorld

    def all(self) -> dict[str, Handler]:
        """Those that need the token, by verb and path."""
        return {
            "GET /me": self._me,
            "GET /subscriptions": self._list_subscriptions,
            "POST /subscriptions": self._subscribe,
            "DELETE /subscriptions": self._unsubscribe,
            "GET /updates": self._updates,
            "GET /chats/{chat}": self._chat,
            "POST /chats/{chat}/actions": self._act,
            "POST /uploads": self._offer_upload,
            "GET /messages": self._history,
            "GET /messages/{message}": self._one_message,
            "POST /messages": self._send,
            "PUT /messages": self._edit,
            "DELETE /messages": self._delete,
            "POST /answers": self._answer,
        }

    async def _me(self, asked: Asked) -> web.Response:
        max_rules.check_query(asked.query, {})
        return web.json_response({**max_payloads.BOT, "description": "Приёмная", "commands": []})

    async def _list_subscriptions(self, asked: Asked) -> web.Response:
        max_rules.check_query(asked.query, {})
        known = [{name: value for name, value in one.items() if name != "secret"} for one in self.world.subscriptions]
        return web.json_response({"subscriptions": [{"update_types": None, "version": None, **one} for one in known]})

    async def _subscribe(self, asked: Asked) -> web.Response:
        max_rules.check_query(asked.query, {})
        wanted = max_rules.read_subscription(asked.body)
        self._check_schema(asked.body, "SubscriptionRequestBody")
        self.world.subscriptions[:] = [one for one in self.world.subscriptions if one["url"] != wanted["url"]]
        self.world.subscriptions.append({**wanted, "time": self.world.clock()})
        return _success()

    async def _unsubscribe(self, asked: Asked) -> web.Response:
        url = max_rules.check_query(asked.query, {"url!": str})["url"]
        known = [one for one in self.world.subscriptions if one["url"] == url]
        for one in known:
            self.world.subscriptions.remove(one)
        return _success() if known else web.json_response({"success": False, "message": "No such subscription"})

    async def _updates(self, asked: Asked) -> web.Response:
        rules = {"limit": max_rules.whole(1, 1000), "timeout": max_rules.whole(0, 90), "marker": max_rules.whole()}
        query = max_rules.check_query(asked.query, {**rules, "types": str})
        if self.world.subscriptions:
            raise Refusal("method.not.allowed", "no long polling while there is a subscription", status=405)
        types = set(query["types"].split(",")) if "types" in query else max_rules.UPDATE_TYPES
        if unknown := types - max_rules.UPDATE_TYPES:
            raise max_rules.refused(f"unknown update types {sorted(unknown)}")
        updates, marker = await self.world.mailbox.fetch(
            query.get("marker"),
            most=query.get("limit", 100),
            seconds=query.get("timeout", 30),
            wanted=lambda update: update["update_type"] in types,
        )
        return web.json_response({"updates": updates, "marker": marker})

    async def _chat(self, asked: Asked) -> web.Response:
        max_rules.check_query(asked.query, {})
        resident = self.world.resident_in(asked.path["chat"])
        return web.json_response(
            {
                "chat_id": resident.chat_id,
                "type": "dialog",
                "status": "suspended" if resident.stopped else "active",
                "title": None,
                "icon": None,
                "last_event_time": self.world.clock(),
                "participants_count": 2,
                "is_public": False,
                "dialog_with_user": resident.user,
                "description": None,
            }
        )

    async def _act(self, asked: Asked) -> web.Response:
        max_rules.check_query(asked.query, {})
        action = max_rules.check_fields(asked.body, {"action!": str}, "action")["action"]
        if action not in max_rules.ACTIONS:
            raise max_rules.refused(f"unknown action {action}")
        self.world.resident_in(asked.path["chat"])
        return _success()

    async def _offer_upload(self, asked: Asked) -> web.Response:
        kind = max_rules.check_query(asked.query, {"type!": str})["type"]
        if kind not in ("image", "video", "audio", "file"):
            raise max_rules.refused(f"{kind} cannot be uploaded" + (", only image" if kind == "photo" else ""))
        key = f"{kind}-{next(self.world.numbers)}"
        self.world.uploads[key] = kind
        # Only video and audio have their token now, the others get it with what the upload answers.
        token = {"token": f"token-of-{key}"} if kind in ("video", "audio") else {}
        return web.json_response({"url": f"{self.world.files.base}/upload/{key}?sig=1", **token})

    async def take_upload(self, asked: Asked) -> web.Response:
        key = asked.path["key"]
        kind, content = self.world.uploads.get(key), await _read_upload(asked)
        if kind is None:
            raise Refusal("not.found", "an upload to an address that was not given out", status=404)
        if kind == "image" and image_type(content) is None:
            raise max_rules.refused("what is uploaded as an image is none")
        self.world.tokens[f"token-of-{key}"] = (kind, content)
        if kind == "image":
            return web.json_response({"photos": {f"6l2NA9+Fc/{key}==": {"token": f"token-of-{key}"}}})
        if kind == "file":
            return web.json_response({"fileId": next(self.world.numbers), "token": f"token-of-{key}"})
        return web.Response(text="<retval>1</retval>", content_type="text/xml")

    async def show_file(self, asked: Asked) -> web.Response:
        return self.world.files.answer(asked.path["name"])

    async def _history(self, asked: Asked) -> web.Response:
        numbers = {"chat_id": max_rules.whole(), "from": max_rules.whole(), "to": max_rules.whole()}
        query = max_rules.check_query(asked.query, {**numbers, "message_ids": str, "count": max_rules.whole(1, 100)})
        if ("chat_id" in query) == ("message_ids" in query):
            raise max_rules.refused("either chat_id or message_ids")
        if "message_ids" in query:
            found = [self.world.find(id) for id in query["message_ids"].split(",")]
        else:
            resident = self.world.resident_in(str(query["chat_id"]))
            newest, oldest = query.get("from", 2**63), query.get("to", 0)
            found = [(resident, one) for one in reversed(resident.messages) if oldest <= one.at <= newest]
        page = found[: query.get("count", 50)]
        return web.json_response({"messages": [_wire(resident, message) for resident, message in page]})

    async def _one_message(self, asked: Asked) -> web.Response:
        max_rules.check_query(asked.query, {})
        return web.json_response(_wire(*self.world.find(asked.path["message"])))

    async def _send(self, asked: Asked) -> web.Response:
        ids = {"user_id": max_rules.whole(), "chat_id": max_rules.whole()}
        query = max_rules.check_query(asked.query, {**ids, "disable_link_preview": max_rules.truth})
        if ("user_id" in query) == ("chat_id" in query):
            raise max_rules.refused("either user_id or chat_id")
        draft = self._read_draft(asked.body)
        resident = self.world.addressee(query)
        self.world.check_pace(resident)
        message = resident.new_message("page", "")
        self.world.write(message, draft)
        resident.take(message)
        return web.json_response({"message": _wire(resident, message)})

    async def _edit(self, asked: Asked) -> web.Response:
        query = max_rules.check_query(asked.query, {"message_id!": str})
        draft = self._read_draft(asked.body, editing=True)
        resident, message = self.world.find_own(query["message_id"])
        self.world.check_pace(resident)
        self.world.write(message, draft)
        return _success()

    async def _delete(self, asked: Asked) -> web.Response:
        query = max_rules.check_query(asked.query, {"message_id!": str})
        resident, message = self.world.find_own(query["message_id"])
        self.world.check_pace(resident)
        resident.messages.remove(message)
        return _success()

    async def _answer(self, asked: Asked) -> web.Response:
        query = max_rules.check_query(asked.query, {"callback_id!": str})
        draft, notice = max_rules.read_answer(asked.body)
        self._check_schema(asked.body, "CallbackAnswer")
        callback = self.world.callbacks.get(query["callback_id"])
        if callback is None:
            raise Refusal("callback.not.found", "an answer to a callback that never was", status=404)
        if draft is not None:
            self.world.check_pace(callback.resident)
            self.world.write(callback.message, draft)
        if notice:
            callback.resident.toasts.append(notice)
        callback.answered = True
        return _success()

    def _read_draft(self, body: Any, *, editing: bool = False) -> max_rules.Draft:
        draft = max_rules.read_message(body, editing=editing)
        self._check_schema(body, "NewMessageBody")
        return draft

    def _check_schema(self, body: Any, schema: str) -> None:
        if problem := max_schema.problem_with(body, schema):
            raise max_rules.refused(f"{schema}: {problem}")

    async def refuse_path(self, asked: Asked) -> web.Response:
        words = f"{asked.request.method} {asked.request.path} is no method"
        raise Refusal("not.found", words, status=404)


def _wire(resident: MaxResident, message: Message) -> dict[str, Any]:
    return max_payloads.message(message, resident.chat_id, resident.user, mine=message.by == "page")


def _success() -> web.Response:
    return web.json_response({"success": True})


async def _read_upload(asked: Asked) -> bytes:
    """The one file of a multipart request, which has to be called `data`."""
    if not asked.request.content_type.startswith("multipart/"):
        raise max_rules.refused("an upload that is no multipart/form-data")
    parts = await asked.request.post()
    if list(parts) != ["data"] or not isinstance(parts["data"], web.FileField):
        raise max_rules.refused(f"an upload has the one file `data`, not {list(parts)}")
    content: bytes = parts["data"].file.read()
    if not content:
        raise max_rules.refused("an empty upload")
    return content
