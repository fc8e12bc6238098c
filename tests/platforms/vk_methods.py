"""What each method of the fake VK does with a call whose parameters are right."""

import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.platforms.vk_keyboard import keyboard_of
from tests.platforms.vk_residents import VkResident, Written
from tests.platforms.vk_rules import PERMISSIONS, Refused, bad

if TYPE_CHECKING:
    from tests.platforms.vk import VkPlatform

Values = Mapping[str, Any]

LONGEST_TEXT = 4096
SNACKBAR = 90


class VkMethods:
    """One method for each of VK's, `_` for its dot. Each returns the `response` or raises Refused."""

    def __init__(self, platform: "VkPlatform") -> None:
        self._platform = platform

    def messages_send(self, values: Values) -> Any:
        ways = [name for name in ("user_id", "peer_id", "peer_ids") if name in values]
        if len(ways) != 1:
            raise bad("you should specify peer_ids, user_id or peer_id, one of them")
        if not -(2**31) <= values["random_id"] < 2**31 or values["random_id"] == 0:
            raise bad("random_id is an int32 and not 0, or the message may be sent twice")
        content = self._content(values)
        peers = values[ways[0]] if ways[0] == "peer_ids" else [values[ways[0]]]
        if not 1 <= len(peers) <= 100:
            raise bad("peer_ids: 1 to 100")
        if ways[0] != "peer_ids":
            return self._send(peers[0], values, content)["id"]
        return [self._sent(peer, values, content) for peer in peers]

    def messages_edit(self, values: Values) -> int:
        resident = self._platform.residents.get(values["peer_id"])
        written = resident and self._found(resident, values)
        if not resident or not written:
            raise Refused(100, "One of the parameters specified was missing or invalid: message_id is incorrect")
        if time.time() - written.message["date"] > self._platform.editable:
            raise Refused(909, "Can't edit this message, because it's too old")
        text, attached, files, keyboard, geo = self._content(values)
        written.message |= {"text": text, "attachments": attached, "update_time": int(time.time())} | geo
        written.files = tuple(files)
        if keyboard and not keyboard.get("inline"):
            raise bad("Keyboard format is invalid: only inline in a message that is edited", 911)
        written.keyboard = keyboard
        self._platform.happen("message_edit", written.message, resident.id)
        return 1

    def messages_sendMessageEventAnswer(self, values: Values) -> int:  # noqa: N802
        pressed = self._platform.presses.get(values["event_id"])
        data = _event_data(values.get("event_data"))
        if pressed is None or pressed.resident.id != values["user_id"] or values["peer_id"] != values["user_id"]:
            raise Refused(100, "One of the parameters specified was missing or invalid: event_id is invalid")
        if time.monotonic() - pressed.at > self._platform.minute:
            raise Refused(100, "One of the parameters specified was missing or invalid: event_id is expired")
        del self._platform.presses[values["event_id"]]
        if data.get("type") == "show_snackbar":
            pressed.resident.toasts.append(data["text"])
        return 1

    def messages_getById(self, values: Values) -> dict[str, Any]:  # noqa: N802
        if "message_ids" in values:
            wanted = [self._platform.messages.get(id) for id in values["message_ids"]]
        elif "cmids" in values and "peer_id" in values:
            wanted = self._numbered(values["peer_id"], values["cmids"])
        else:
            raise bad("message_ids or cmids with peer_id are needed")
        return _listed([one for one in wanted if one])

    def messages_getByConversationMessageId(self, values: Values) -> dict[str, Any]:  # noqa: N802
        return _listed(self._numbered(values["peer_id"], values["conversation_message_ids"]))

    def messages_isMessagesFromGroupAllowed(self, values: Values) -> dict[str, Any]:  # noqa: N802
        resident = self._platform.residents.get(values["user_id"])
        return {"is_allowed": int(bool(resident and resident.allowed))}

    def messages_setActivity(self, values: Values) -> int:  # noqa: N802
        return 1

    def messages_markAsRead(self, values: Values) -> int:  # noqa: N802
        return 1

    def photos_getMessagesUploadServer(self, values: Values) -> dict[str, Any]:  # noqa: N802
        address = self._platform.store.upload_address("photo")
        return {"album_id": -64, "upload_url": address, "user_id": 0, "group_id": self._platform.group_id}

    def photos_saveMessagesPhoto(self, values: Values) -> list[dict[str, Any]]:  # noqa: N802
        return self._platform.store.save_photo(values["photo"], values.get("hash", ""))

    def docs_getMessagesUploadServer(self, values: Values) -> dict[str, Any]:  # noqa: N802
        return {"upload_url": self._platform.store.upload_address("doc")}

    def docs_save(self, values: Values) -> dict[str, Any]:
        return self._platform.store.save_document(values["file"], values.get("title"))

    def users_get(self, values: Values) -> list[dict[str, Any]]:
        ids = [int(id) for id in values.get("user_ids", ()) if id.isdigit()]
        people = [self._platform.residents[id] for id in ids if id in self._platform.residents]
        closed = {"can_access_closed": True, "is_closed": False, "last_name": ""}
        return [{"id": one.id, "first_name": one.name} | closed for one in people]

    def groups_getById(self, values: Values) -> dict[str, Any]:  # noqa: N802
        group = {"id": self._platform.group_id, "name": "Администрация города", "screen_name": "otklik_demo"}
        return {"groups": [group | {"is_closed": 0, "type": "page"}], "profiles": []}

    def groups_getTokenPermissions(self, values: Values) -> dict[str, Any]:  # noqa: N802
        given = [{"name": name, "setting": PERMISSIONS[name]} for name in sorted(self._platform.permissions)]
        return {"mask": sum(one["setting"] for one in given), "permissions": given}

    def _content(self, values: Values) -> tuple[str, list[Any], list[bytes], Mapping[str, Any] | None, dict[str, Any]]:
        text = values.get("message", "")
        if len(text) > LONGEST_TEXT:
            raise bad("Message is too long", 914)
        attached, files = self._platform.store.named(values.get("attachment", ""))
        if ("lat" in values) != ("long" in values):
            raise bad("lat goes with long")
        geo = {}
        if "lat" in values:
            geo["geo"] = {"type": "point", "coordinates": {"latitude": values["lat"], "longitude": values["long"]}}
        if not text.strip() and not attached and not geo:
            raise bad("message is empty or invalid")
        keyboard = keyboard_of(values["keyboard"]) if "keyboard" in values else None
        if keyboard and not self._platform.bot_features:
            raise Refused(912, "This is a chat bot feature, change this status in settings")
        return text, attached, files, keyboard, geo

    def _send(self, peer: int, values: Values, content: tuple[Any, ...]) -> dict[str, Any]:
        resident = self._platform.residents.get(peer)
        if resident is None or not resident.allowed:
            raise Refused(901, "Can't send messages for users without permission")
        if known := self._platform.sent.get((peer, values["random_id"])):
            return self._platform.messages[known]
        text, attached, files, keyboard, geo = content
        about = {"text": text, "attachments": attached, "random_id": values["random_id"]} | geo
        if "payload" in values:
            about["payload"] = values["payload"]
        message = self._platform.message(resident, -self._platform.group_id, about)
        self._platform.sent[peer, values["random_id"]] = message["id"]
        resident.receive(message, files, keyboard)
        self._platform.happen("message_reply", message, resident.id)
        return message

    def _sent(self, peer: int, values: Values, content: tuple[Any, ...]) -> dict[str, Any]:
        try:
            message = self._send(peer, values, content)
        except Refused as refused:
            return {
                "peer_id": peer,
                "message_id": 0,
                "error": {"code": refused.code, "description": refused.message},
            }
        return {
            "peer_id": peer,
            "message_id": message["id"],
            "conversation_message_id": message["conversation_message_id"],
        }

    def _found(self, resident: VkResident, values: Values) -> Written | None:
        names = {"message_id": "id", "cmid": "conversation_message_id"}
        given = {names[name]: values[name] for name in names if name in values}
        if len(given) != 1:
            raise bad("message_id or cmid, one of them, is needed")
        ((name, number),) = given.items()
        return next((one for one in resident.written if one.message[name] == number), None)

    def _numbered(self, peer: int, numbers: list[int]) -> list[dict[str, Any]]:
        all_ = (one for one in self._platform.messages.values() if one["peer_id"] == peer)
        return [one for one in all_ if one["conversation_message_id"] in numbers]


def _listed(messages: list[dict[str, Any]]) -> dict[str, Any]:
    return {"count": len(messages), "items": messages}


def _event_data(text: str | None) -> dict[str, Any]:
    """Return what a pressed button shows. https://dev.vk.com/ru/api/bots/development/keyboard."""
    if not text:
        return {}
    try:
        data = json.loads(text)
    except ValueError:
        raise bad("event_data is not JSON") from None
    needed = {"show_snackbar": {"text"}, "open_link": {"link"}, "open_app": {"app_id", "hash"}}
    kind = data.get("type") if isinstance(data, dict) else None
    if kind not in needed or needed[kind] - data.keys():
        raise bad("event_data is of no known type, or incomplete")
    if kind == "show_snackbar" and not 1 <= len(data["text"]) <= SNACKBAR:
        raise bad(f"event_data: text has 1 to {SNACKBAR} characters")
    return data
